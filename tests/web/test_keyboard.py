"""The page used with keys alone: where they lead, and that one always sees where one is."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE, OpenPage, Site

DOCTORS = "What does Binh Duong offer doctors who come to work there?"
FOCUSED = """() => {
  const at = document.activeElement;
  return (at.id || at.getAttribute("href") || at.textContent).trim().split("?")[0];
}"""


def answered(open_page: OpenPage, site: Site, size: tuple[int, int] = DESKTOP) -> Page:
    """A window in which a question was asked with keys alone."""
    page = open_page(size=size)
    page.goto(site.url)
    page.keyboard.insert_text(DOCTORS)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer]")
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_passage_is_asked_for_opened_and_closed(
    size: tuple[int, int], open_page: OpenPage, site: Site
) -> None:
    """From the heading of the answer down to a passage, into its page, and back with Esc."""
    page = answered(open_page, site, size)
    titles = page.locator(".result h3 a")
    expect(page.get_by_role("heading", name="10 passages, the best first")).to_be_focused()

    page.keyboard.press("ArrowDown")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".look h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(titles.nth(1)).to_be_focused()
    expect(page.locator(".look")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query")).to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_title_one_comes_to_is_in_sight(
    size: tuple[int, int], open_page: OpenPage, site: Site
) -> None:
    """On the way down and up again, also where a passage is higher than the window."""
    page = answered(open_page, site, size)
    page.emulate_media(reduced_motion="reduce")
    titles = page.locator(".result h3 a")
    for key, places in (("ArrowDown", range(6)), ("ArrowUp", reversed(range(5)))):
        for place in places:
            page.keyboard.press(key)
            expect(titles.nth(place)).to_be_focused()
            expect(titles.nth(place)).to_be_in_viewport(ratio=1)


def test_the_heading_leads_up_to_the_field(open_page: OpenPage, site: Site) -> None:
    """An arrow up never leads down."""
    page = answered(open_page, site)
    page.keyboard.press("ArrowUp")

    expect(page.locator("#query")).to_be_focused()


def test_below_the_last_passage_arrows_scroll(open_page: OpenPage, site: Site) -> None:
    """The last stays where it is; from what follows it one comes back up to it."""
    page = answered(open_page, site)
    last = page.locator(".result h3 a").last
    last.focus()
    page.keyboard.press("ArrowDown")
    expect(last).to_be_focused()
    more = page.get_by_role("link", name="Show more passages")
    more.focus()
    page.keyboard.press("ArrowDown")
    expect(more).to_be_focused()
    page.keyboard.press("ArrowUp")

    expect(last).to_be_focused()


def test_arrows_scroll_a_page_in_which_nothing_is_chosen(open_page: OpenPage, site: Site) -> None:
    """They are the browser's until one has come to a passage."""
    page = answered(open_page, site)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowDown")

    page.wait_for_timeout(250)
    assert page.evaluate("scrollY") > 0
    assert page.evaluate("document.activeElement === document.body")


def test_examples_are_reached_with_arrows(open_page: OpenPage, site: Site) -> None:
    """From the field down to an example, up to the field again, and Enter asks."""
    page = open_page()
    page.goto(site.url)
    examples = page.locator(".examples a")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(examples.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(examples.nth(1)).to_be_focused()
    text = examples.nth(1).inner_text()
    page.keyboard.press("Enter")

    expect(page).to_have_title(f"{text} – hrqa")


def test_a_slash_leads_to_the_field(open_page: OpenPage, site: Site) -> None:
    """What stands there is selected, so that one types over it; in the field it is a character."""
    page = answered(open_page, site)
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("24/7")
    expect(page.locator("#query")).to_have_value("24/7")

    page.locator(".filters summary").click()
    page.locator(".filters input").first.focus()
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    expect(page.locator("#query")).to_have_value("24/7")


def test_with_other_keys_a_slash_is_the_browser_s(open_page: OpenPage, site: Site) -> None:
    """Ctrl and a slash is not taken from it."""
    page = answered(open_page, site)
    page.keyboard.press("Control+/")

    expect(page.locator("[data-heading]")).to_be_focused()


def test_tab_goes_through_the_page_in_its_order(open_page: OpenPage, site: Site) -> None:
    """First to the link that skips to the content, which works; always seen."""
    page = open_page()
    page.goto(f"{site.url}/?query={DOCTORS}")
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        style = page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at);
              const { width, right } = at.getBoundingClientRect();
              return [style.outlineStyle, parseFloat(style.outlineWidth), width > 1 && right > 0];
            }"""
        )
        assert style[0] != "none" and style[1] >= 2 and style[2], stops

    look = "/library/binh-duong-2023/pages/8"
    assert stops[:6] == ["#main", "/", "query", "Search", "/library", "/basket"]
    assert stops[6:9] == ["", "Filters", look]  # "" is the switch, whose address is "?ui=vi"
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".filters summary")).to_be_focused()


def test_filters_are_chosen_with_keys(open_page: OpenPage, site: Site) -> None:
    """Back from the answer's heading to the filters, opened, chosen and sent with Enter."""
    page = answered(open_page, site)
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".filters summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.locator(".chosen")).to_contain_text("Bac Ninh enhances the quality")
    expect(page.locator("[data-heading]")).to_be_focused()
