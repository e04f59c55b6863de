"""Citing: a reference, the words in the text and a quotation, copied as they are shown."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from .conftest import DESKTOP, PHONE, OpenPage, Site
from .steps import (
    BOWL,
    COMPANIES,
    LEDGER,
    answered,
    asked,
    cite,
    got,
    reference,
    result,
    settled,
    value,
)

SELECT = """([words, last]) => {
  const text = document.querySelector("#rank-1 [data-text]");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.indexOf(words);
    if (!begun && start >= 0) {
      range.setStart(node, start);
      begun = true;
    }
    const end = node.data.indexOf(last);
    if (begun && end >= 0) {
      range.setEnd(node, end + last.length);
      break;
    }
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return getSelection().toString();
}"""
CLOSING = {"en": "Close the citation", "vi": "Đóng phần trích dẫn"}


def cited_part(page: Page, words: str, last: str) -> tuple[int, int]:
    """The offsets that are cited when the words from some to the last are selected."""
    page.evaluate(SELECT, [words, last])
    with page.expect_request(lambda request: "/citation?" in request.url) as asked_for:
        cite(page)
    asks = parse_qs(urlsplit(asked_for.value.url).query)
    return int(asks["start"][0]), int(asks["end"][0])


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("vi", PHONE)])
def test_each_style_is_that_of_the_interface(
    open_page: OpenPage, site: Site, language: str, size: tuple[int, int]
) -> None:
    """What the panel shows in each style is what the interface writes of the marked sentence."""
    page = asked(open_page(language=language, size=size), site, COMPANIES)
    passage = answered(page, site, COMPANIES)[0]["passage"]
    part = passage["highlights"][0]
    asks = f"language={language}&start={part['start']}&end={part['end']}"
    path = f"/v1/passages/{passage['id']}/citation?{asks}"
    panel = cite(page)
    for name in ("APA", "MLA", "Chicago"):
        panel.get_by_role("button", name=name, exact=True).click()
        page.wait_for_function(
            "() => document.querySelector('.cite [data-part=in-text]').hidden === false"
        )
        wanted = got(page, site, f"{path}&format={name.lower()}")
        panel.locator("[data-part=reference] [data-value]").filter(
            has_text=wanted["reference"].strip()
        ).wait_for()

        assert value(panel, "reference") == wanted["reference"].strip()
        assert value(panel, "in-text") == wanted["in_text"]
        quote = passage["text"][part["start"] : part["end"]]
        assert value(panel, "quotation") == f"“{quote}” {wanted['in_text']}"
    for name, first in (("BibTeX", "@"), ("RIS", "TY  - ")):
        panel.get_by_role("button", name=name, exact=True).click()
        panel.locator("[data-part=reference] [data-value]").filter(has_text=first).wait_for()
        wanted_text = reference(
            page,
            site,
            passage["id"],
            name.lower(),
            language=language,
            start=part["start"],
            end=part["end"],
        )

        assert value(panel, "reference") == wanted_text.strip()
        assert not panel.locator("[data-part=in-text]").is_visible()
        assert not panel.locator("[data-part=quotation]").is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_citation_is_in_sight(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    """Opened, the reference stands within the window, below what covers its top."""
    page = asked(open_page(size=size), site, COMPANIES)
    panel = cite(page)
    settled(page)
    box = panel.locator("[data-part=reference] [data-copy]").bounding_box()
    assert box

    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size[1]


def test_italics_are_shown_and_copied(open_page: OpenPage, site: Site) -> None:
    """A journal's title is set in italics, also in what a word processor pastes."""
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = cite(asked(page, site, "What did Bac Ninh's labor training index reach?"))
    button = panel.locator("[data-part=reference] [data-copy]")
    button.click()
    button.filter(has_text="Copied.").wait_for()
    pasted = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return { types: item.types, html: await (await item.getType("text/html")).text() };
        }"""
    )

    assert panel.locator("[data-part=reference] i").inner_text() == "Business Forum Magazine"
    assert "<i>Business Forum Magazine</i>" in pasted["html"]
    assert set(pasted["types"]) == {"text/plain", "text/html"}


def test_copying_fills_the_clipboard(open_page: OpenPage, site: Site) -> None:
    """Each part is copied as it is shown, and the button and those who listen are told."""
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = cite(asked(page, site, COMPANIES))
    for part in ("reference", "in-text", "quotation"):
        button = panel.locator(f"[data-part={part}] [data-copy]")
        button.click()
        button.filter(has_text="Copied.").wait_for()

        assert page.evaluate("navigator.clipboard.readText()") == value(panel, part)
    page.locator("#said", has_text="Copied.").wait_for()


def test_copying_works_where_the_clipboard_is_not_offered(open_page: OpenPage, site: Site) -> None:
    """Without navigator.clipboard, as over plain HTTP, the text is copied all the same."""
    page = open_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    panel = cite(asked(page, site, COMPANIES))
    button = panel.locator("[data-part=in-text] [data-copy]")
    button.click()
    button.filter(has_text="Copied.").wait_for()
    page.locator("#query").fill("")
    page.locator("#query").press("Control+V")

    assert page.locator("#query").input_value() == value(panel, "in-text")


def test_copying_that_is_not_allowed_says_so(open_page: OpenPage, site: Site) -> None:
    """Where nothing can be copied the text is selected, and the button says what to press."""
    page = open_page(language="vi")
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    panel = cite(asked(page, site, COMPANIES))
    button = panel.locator("[data-part=in-text] [data-copy]")
    button.click()
    button.filter(has_text="Ctrl+C").wait_for()

    assert page.evaluate("getSelection().toString()") == value(panel, "in-text")


def test_what_is_selected_is_quoted(open_page: OpenPage, site: Site) -> None:
    """Words that are selected are quoted, not the marked sentence; two pieces count as one text."""
    page = asked(open_page(), site, COMPANIES)
    text = answered(page, site, COMPANIES)[0]["passage"]["text"]
    # The marked sentence ends with the first of these words, the second stands behind it.
    start, end = cited_part(page, "suit social needs.", "practical")

    assert text[start:end] == "suit social needs. This is considered a practical"
    assert value(page.locator(".cite"), "quotation").startswith(f"“{text[start:end]}” (")


def test_offsets_count_characters_beyond_the_first_plane_once(
    open_page: OpenPage, made_site: Site
) -> None:
    """Behind emoji and mathematical letters the offsets are still those of code points."""
    page = asked(open_page(), made_site, BOWL)
    text = answered(page, made_site, BOWL)[0]["passage"]["text"]
    start, end = cited_part(page, "𝓌𝑜 bowls", "cools overnight")

    assert (start, end) == (text.index("𝓌𝑜"), text.index(" in warm ash"))
    assert "“𝓌𝑜 bowls. The second bowl cools overnight” (" in value(
        page.locator(".cite"), "quotation"
    )


@pytest.mark.parametrize(
    ("words", "last", "place", "local"),
    [
        ("oils", "midnight", "p. 400", "tr. 400"),
        ("writes", "oiling", "p. 401", "tr. 401"),
        ("at midnight", "blue linen.", "pp. 400–401", "tr. 400–401"),
    ],
    ids=["first page", "second page", "both"],
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_cited_is_that_of_the_part(
    open_page: OpenPage,
    made_site: Site,
    language: str,
    words: str,
    last: str,
    place: str,
    local: str,
) -> None:
    """Of a passage over a page end the page is named on which the selected words stand."""
    page = asked(open_page(language=language), made_site, LEDGER)
    text = answered(page, made_site, LEDGER)[0]["passage"]["text"]
    start, end = cited_part(page, words, last)

    assert (start, end) == (text.index(words), text.index(last) + len(last))
    in_text = value(page.locator(".cite"), "in-text")
    assert (place if language == "en" else local) in in_text


def test_a_whole_paragraph_that_is_selected_is_quoted(open_page: OpenPage, made_site: Site) -> None:
    """A paragraph selected by three clicks, the last of its passage, is quoted whole."""
    page = asked(open_page(), made_site, BOWL)
    text = answered(page, made_site, BOWL)[0]["passage"]["text"]
    last = result(page).locator("[data-text] p").last
    last.click(click_count=3)
    panel = cite(page)

    wanted = text[text.index("The second bowl") :]
    assert value(panel, "quotation").startswith(f"“{wanted}” (")
    page.keyboard.press("Escape")
    result(page).locator("[data-text] p").first.click(click_count=3)
    panel = cite(page)
    assert value(panel, "quotation").startswith("“😀😀 The glassblower")
    assert "second bowl" not in value(panel, "quotation")


def test_the_style_is_remembered(open_page: OpenPage, site: Site) -> None:
    """The style chosen last is the one that a citation opens with, also after a reload."""
    page = asked(open_page(), site, COMPANIES)
    cite(page).get_by_role("button", name="MLA").click()
    page.reload()
    panel = cite(page, 2)

    assert panel.locator("[aria-pressed=true]").all_text_contents() == ["MLA"]
    page.evaluate("localStorage.setItem('hrqa.style', '\"<b>\"')")
    page.reload()
    assert cite(page).locator("[aria-pressed=true]").all_text_contents() == ["APA"]


def test_a_format_for_programs_is_wanted_once(open_page: OpenPage, site: Site) -> None:
    """Who looked at RIS gets the style for texts again with the next citation."""
    page = asked(open_page(), site, COMPANIES)
    cite(page).get_by_role("button", name="RIS").click()
    page.reload()

    assert cite(page).locator("[aria-pressed=true]").all_text_contents() == ["APA"]


def test_words_selected_while_the_panel_is_open_are_quoted(open_page: OpenPage, site: Site) -> None:
    """The quotation follows the selection, as the panel says."""
    page = asked(open_page(), site, COMPANIES)
    panel = cite(page)
    before = value(panel, "quotation")
    words = result(page).locator("[data-text]").inner_text().split(". ")[1].split()
    page.evaluate(SELECT, [" ".join(words[1:3]), " ".join(words[4:6])])
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function(
        "(before) => document.querySelector('.cite [data-part=quotation] [data-value]').textContent"
        " !== before",
        arg=before,
    )

    assert value(panel, "quotation").startswith(f"“{' '.join(words[1:6])}")


def test_what_a_reference_lacks_is_said(open_page: OpenPage, site: Site) -> None:
    """A document without an author asks for a look at its first page; a reading edition is told."""
    page = open_page()
    page.goto(f"{site.url}/library/international-cooperation-2022")
    page.locator("[data-cite]").click()
    panel = page.locator(".cite")
    panel.locator("[data-lacks]").wait_for()
    assert (
        "hrqa reading edition: typeset anew" in panel.locator("[data-edition-means]").inner_text()
    )
    page.goto(f"{site.url}/library/binh-duong-2023")
    page.locator("[data-cite]").click()
    page.locator(".cite [data-part=reference] i").wait_for()

    assert not page.locator(".cite [data-lacks]").is_visible()


def test_a_page_alone_is_cited(open_page: OpenPage, site: Site) -> None:
    """Who was sent the address of a page with a passage gets its citation there, with the page."""
    page = asked(open_page(), site, COMPANIES)
    passage = answered(page, site, COMPANIES)[0]["passage"]
    page.goto(result(page).locator("[data-look]").first.evaluate("link => link.href"))
    page.locator("[data-cite]").click()
    panel = page.locator(".cite")
    panel.locator("[data-part=quotation] [data-copy]").wait_for()
    part = passage["highlights"][0]
    quote = " ".join(passage["text"][part["start"] : part["end"]].split())

    assert value(panel, "quotation").startswith(f"“{quote}” (")


def test_a_citation_that_does_not_come_says_so(open_page: OpenPage, site: Site) -> None:
    """A service that fails leaves a notice and no half citation; it comes when tried again."""
    page = open_page(tolerant=True)
    asked(page, site, COMPANIES)
    page.route("**/citation?*", lambda route: route.fulfill(status=500, body="broken"))
    result(page).locator("[data-cite]").click()
    page.wait_for_selector(".cite [data-failed]:visible")
    assert page.locator(".cite [data-failed]").text_content() == (
        "The citation cannot be had just now."
    )
    assert page.locator(".cite [data-copy]:visible").count() == 0
    page.unroute("**/citation?*")
    page.locator(".cite").get_by_role("button", name="APA").click()
    page.wait_for_selector(".cite [data-part=quotation]:visible")

    assert not page.locator(".cite [data-failed]").is_visible()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_closing_a_citation_gives_focus_back(
    open_page: OpenPage, site: Site, language: str
) -> None:
    """Esc, the button and the link itself close the panel; focus is at its link again."""
    page = asked(open_page(language=language), site, COMPANIES)
    link = result(page).locator("[data-cite]")
    for close in ("Escape", "button", "link"):
        panel = cite(page)
        if close == "Escape":
            page.keyboard.press("Escape")
        elif close == "button":
            panel.get_by_role("button", name=CLOSING[language]).click()
        else:
            link.click()

        assert page.locator(".cite").count() == 0
        assert link.evaluate("(link) => link === document.activeElement")


def test_one_citation_is_open_at_a_time(open_page: OpenPage, site: Site) -> None:
    """Another passage's citation takes the place of the one that is open."""
    page = asked(open_page(), site, COMPANIES)
    cite(page)
    cite(page, 2)

    assert page.locator(".cite").count() == 1
    assert result(page, 2).locator(".cite").count() == 1
