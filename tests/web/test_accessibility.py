"""The page for everyone: by keyboard, by ear, enlarged, in print, and by the rules of axe."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import AXE, DESKTOP, PHONE, OpenPage, Site
from .steps import COMPANIES, LIGHTNING, LIZARDS, asked, cite, look, result

UNANSWERED = "Who won the football world cup in 1954?"
RUN = """async () => {
  const found = await axe.run(document, { rules: { "target-size": { enabled: true } } });
  return found.violations.map((rule) => ({
    rule: rule.id,
    help: rule.help,
    at: rule.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
  }));
}"""
CONTROLS = """() => [...document.querySelectorAll("a, button, summary, select, input, label")]
  .filter((each) => each.checkVisibility() && !each.closest(".only-heard, .skip")
    && !each.matches("[type=checkbox], label:not(:has(input))"))
  .map((each) => {
    const box = each.getBoundingClientRect();
    return [each.outerHTML.slice(0, 100), box.width, box.height];
  })
  .filter(([html, width, height]) => width < 24 || height < 24)"""
FOCUSED = """() => {
  const { activeElement: element } = document;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    name: (element.getAttribute("aria-label") ?? element.innerText ?? "").trim() || element.id,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isInSight: box.bottom > 0 && box.top < innerHeight,
  };
}"""

needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: npm ci --prefix tests/web"
)


def faults(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it is."""
    page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return found


def _nothing(page: Page, _site: Site) -> None:
    assert page.url


def _answer(page: Page, site: Site) -> None:
    asked(page, site, COMPANIES)


def _cited(page: Page, site: Site) -> None:
    asked(page, site, COMPANIES)
    cite(page)
    page.wait_for_selector(".cite [data-part=quotation]:visible")


def _looked_at(page: Page, site: Site) -> None:
    asked(page, site, COMPANIES)
    look(page)


def _filtered(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?query=schools&languages=de&document_ids=nothing")
    page.wait_for_selector("[data-answer]")


def _kept(page: Page, site: Site) -> None:
    asked(page, site, COMPANIES)
    result(page).locator("[data-keep]").click()
    page.wait_for_selector("[data-basket-count]:visible")
    page.goto(f"{site.url}/basket")
    page.wait_for_selector(".kept li")


def _failed(page: Page, site: Site) -> None:
    asked(page, site, COMPANIES)
    page.route("**/citation?*", lambda route: route.fulfill(status=500, body="broken"))
    result(page).locator("[data-cite]").click()
    page.wait_for_selector(".cite [data-failed]:visible")


def _at(path: str) -> Callable[[Page, Site], None]:
    def open_path(page: Page, site: Site) -> None:
        page.goto(site.url + path)
        page.wait_for_load_state()

    return open_path


STATES = {
    "start": _at("/"),
    "too long": _at(f"/?query={'x' * 2100}"),
    "answer": _answer,
    "unanswered": _at(f"/?query={UNANSWERED.replace(' ', '+')}"),
    "nothing found": _filtered,
    "look": _looked_at,
    "cite": _cited,
    "cite failed": _failed,
    "library": _at("/library"),
    "document": _at("/library/binh-duong-2023"),
    "page": _at("/library/binh-duong-2023/pages/13?zoom=150"),
    "lost": _at("/library/binh-duong-2023/pages/3?passage=lost"),
    "basket": _at("/basket"),
    "basket filled": _kept,
    "error": _at("/library/nothing"),
}


@needs_axe
@pytest.mark.parametrize(
    ("language", "size", "dark"),
    [("en", DESKTOP, False), ("vi", PHONE, True)],
    ids=["desktop light English", "phone dark Vietnamese"],
)
def test_axe_finds_nothing(
    open_page: OpenPage, site: Site, language: str, size: tuple[int, int], dark: bool
) -> None:
    """No rule of axe is broken in any state of the page."""
    page = open_page(language=language, size=size, dark=dark, tolerant=True)
    found = {}
    for name, reach in STATES.items():
        reach(page, site)
        found[name] = faults(page)

    assert {name: each for name, each in found.items() if each} == {}


@needs_axe
@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, True), (PHONE, False)])
def test_axe_finds_nothing_in_texts_without_pages(
    open_page: OpenPage, made_site: Site, size: tuple[int, int], dark: bool
) -> None:
    """Nor in the look at a text, in documents of strange names, and where files failed."""
    page = open_page(size=size, dark=dark)
    asked(page, made_site, LIGHTNING)
    look(page)
    found = {"look": faults(page)}
    asked(page, made_site, LIZARDS)
    found["answer"] = faults(page)
    for path in ("/library", "/library/lizard", "/library/avenue.md/text", "/library/river"):
        page.goto(made_site.url + path)
        found[path] = faults(page)

    assert {name: each for name, each in found.items() if each} == {}


def test_the_answer_makes_sense_to_those_who_hear_it(open_page: OpenPage, site: Site) -> None:
    """Landmarks, one first heading, results as a list of articles named by their titles."""
    page = asked(open_page(), site, COMPANIES)
    heard = page.locator("body").aria_snapshot()
    # A name with a colon stands in quotes of its own.
    lines = [line.strip().replace("- '", "- ").rstrip("':") for line in heard.splitlines()]
    title = result(page).locator("h3 bdi").text_content()

    for landmark in ("- banner", "- search", "- main", "- contentinfo", "- status"):
        assert lines.count(landmark) == 1, heard
    assert lines[0] == '- link "Skip to content"'
    assert '- navigation "Pages of this site"' in lines
    assert [line for line in lines if "[level=1]" in line] == [
        f'- heading "Question: {COMPANIES}" [level=1]'
    ]
    assert sum(line == "- list" for line in lines) >= 1
    assert f'- article "1. {title}"' in lines
    assert page.locator("ol > li > article").count() == 10


def test_focus_goes_through_the_answer_in_order(open_page: OpenPage, site: Site) -> None:
    """Tab goes from the skip link through the field to the first passage, always visibly."""
    page = asked(open_page(), site, COMPANIES)
    # The page has put focus nowhere: it was opened by its address.
    page.evaluate("document.activeElement.blur()")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        names.append(focused["name"].replace("\n", " "))
        assert focused["ring"], focused
        assert focused["isInSight"], focused

    title = result(page).locator("h3 a").inner_text().replace("\n", " ")
    assert names == [
        *("Skip to content", "hrqa", "query", "Search", "Library", "Basket", "Tiếng Việt"),
        *("Filters", title, "See it on the page", "Cite", "Add to basket"),
    ]


def test_the_skip_link_leads_past_the_head(open_page: OpenPage, site: Site) -> None:
    """Followed, the next stop is in the main part."""
    page = asked(open_page(), site, COMPANIES)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_touched_is_large_enough(
    open_page: OpenPage, site: Site, size: tuple[int, int]
) -> None:
    """Every link and button is at least 24 pixels wide and high."""
    page = open_page(size=size)
    small = {}
    for name in ("start", "answer", "look", "cite", "library", "document", "page", "basket filled"):
        STATES[name](page, site)
        small[name] = page.evaluate(CONTROLS)

    assert {name: each for name, each in small.items() if each} == {}


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (640, 400)], ids=["desktop", "phone", "zoomed"])
def test_text_can_be_enlarged(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    """With letters of twice the size, or the page at 200 %, nothing leaves the window's width."""
    page = open_page(size=size)
    wide = {}
    for name in ("start", "answer", "look", "cite", "library", "document", "page", "basket filled"):
        STATES[name](page, site)
        if size != (640, 400):
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            wide[name] = width

    assert wide == {}


def test_nothing_moves_for_those_who_want_no_motion(open_page: OpenPage, site: Site) -> None:
    """With reduced motion, scrolling jumps and nothing is animated."""
    page = asked(open_page(), site, COMPANIES)
    scrolling = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(scrolling) == "smooth"
    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate(scrolling) == "auto"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.dots')).animationName") == "none"
    )


@pytest.mark.parametrize("state", ["answer", "look", "cite", "page", "basket filled"])
def test_paper_shows_what_is_to_be_read(open_page: OpenPage, site: Site, state: str) -> None:
    """In print the passages are whole and dark on white, and there is nothing to press."""
    page = open_page(dark=True)
    STATES[state](page, site)
    page.emulate_media(media="print")

    assert (
        page.locator("button:visible, input:visible, select:visible, summary:visible").count() == 0
    )
    assert page.locator(".top:visible, .actions:visible, .tools:visible").count() == 0
    cut = page.evaluate(
        """() => [...document.querySelectorAll("[data-text], .frame, [data-value], [data-quote]")]
          .filter((each) => each.checkVisibility() && each.scrollHeight > each.clientHeight + 2)
          .map((each) => each.className)"""
    )
    assert cut == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_each_part_says_its_language(open_page: OpenPage, site: Site, language: str) -> None:
    """The page has the language of its reader, each passage its own."""
    page = asked(open_page(language=language), site, COMPANIES)

    assert page.locator("html").get_attribute("lang") == language
    assert result(page).locator(".passage").get_attribute("lang") == "en"
    assert json.loads(page.locator("#messages").text_content() or "")
