"""Documents that mean harm, or whose letters break pages: nothing runs, nothing breaks."""

import pytest
from playwright.sync_api import Page

from .conftest import DESKTOP, PHONE, OpenPage, Site
from .made_corpus import ARABIC, HARM, HEBREW, IMAGE_HARM, SVG_HARM
from .steps import LIZARDS, asked, cite, look, looked, result, value

TITLE = f"{HARM} Lizards {IMAGE_HARM} {SVG_HARM}"
OWN = "svg:not([aria-hidden]), main script, img:not(.sheet img), [onerror], [onload]"


def check(page: Page, state: str) -> None:
    """Nothing that a document brought is an element, and nothing is wider than the window."""
    assert page.locator(OWN).count() == 0, state
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], (state, widths)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_document_that_means_harm_does_none(
    open_page: OpenPage, made_site: Site, size: tuple[int, int]
) -> None:
    """HTML in titles, names, headings and text is shown as it was written, wherever it stands."""
    page = open_page(size=size)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    asked(page, made_site, LIZARDS)
    check(page, "answer")
    title = result(page).locator("h3 bdi").text_content() or ""
    assert title.startswith(TITLE)
    assert HARM in (result(page).locator("[data-text]").text_content() or "")
    panel = cite(page)
    for style in ("MLA", "Chicago", "BibTeX", "RIS", "APA"):
        panel.get_by_role("button", name=style).click()
        page.wait_for_function(
            "(style) => document.querySelector('.cite').dataset.style === style", arg=style.lower()
        )
        check(page, f"cite {style}")
    page.wait_for_selector(".cite [data-part=quotation]:visible")
    assert HARM in value(panel, "quotation")
    page.keyboard.press("Escape")
    look(page)
    check(page, "look")
    page.keyboard.press("Escape")
    result(page).locator("[data-keep]").click()
    page.wait_for_selector("[data-basket-count]:visible")
    for path in ("/basket", "/library", "/library/lizard", "/library/lizard/text", "/"):
        page.goto(made_site.url + path)
        check(page, path)
        if path not in ("/", "/basket"):
            assert TITLE in (page.locator("main").text_content() or "")
        if path == "/basket":
            assert (page.locator(".kept a").text_content() or "").startswith(TITLE)
    page.goto(f"{made_site.url}/library/lizard")
    assert page.locator("a[href^='javascript:']").count() == 0
    page.goto(f"{made_site.url}/?query={SVG_HARM}{IMAGE_HARM}{HARM}")
    page.wait_for_selector(".result")
    check(page, "question")

    assert page.locator("#query").input_value() == f"{SVG_HARM}{IMAGE_HARM}{HARM}"
    page.goto(made_site.url)
    check(page, "asked before")
    assert page.locator("[data-recent-list] a").first.text_content() == (
        f"{SVG_HARM}{IMAGE_HARM}{HARM}"
    )
    assert dialogs == []


def test_text_from_right_to_left_reads_so(open_page: OpenPage, made_site: Site) -> None:
    """Hebrew and Arabic paragraphs run from the right; names of them leave the line as it is."""
    page = open_page(size=PHONE)
    page.goto(f"{made_site.url}/library/lizard/text")
    for words in (HEBREW, ARABIC):
        paragraph = page.locator(".frame p", has_text=words)

        assert paragraph.evaluate("(p) => getComputedStyle(p).direction") == "rtl"
    page.goto(f"{made_site.url}/library/lizard")
    assert page.locator(".details bdi", has_text=HEBREW).count() == 1
    asked(page, made_site, LIZARDS)
    assert result(page).locator(".byline bdi", has_text=HEBREW).count() == 1


def test_a_long_file_opens_in_its_midst(open_page: OpenPage, made_site: Site) -> None:
    """Page 400 of 500 is there at once, with the pages beside it a click away."""
    page = open_page(size=PHONE)
    page.goto(f"{made_site.url}/library/stations.pdf/pages/400")
    assert looked(page).locator("h2").text_content() == "Page 400 of 500"
    check(page, "page")
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**/pages/401")

    assert looked(page).locator("h2").text_content() == "Page 401 of 500"
