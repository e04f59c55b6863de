"""Looking: a passage in its document, where it stands, with what answers in sight."""

import re
import shutil
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from .conftest import DESKTOP, PHONE, OpenPage, Site
from .steps import (
    COMPANIES,
    CRAB,
    FERRY,
    LAMP,
    LEDGER,
    LIGHTNING,
    STRINGS,
    TIDE,
    answered,
    asked,
    look,
    looked,
    result,
    settled,
)

ANSWER = "rect.answer, .frame mark:not(.passage-part)"
BOXES = """(look) => {
  const image = look.querySelector("img").getBoundingClientRect();
  return [...look.querySelectorAll("rect.answer")].map((rect) => {
    const box = rect.getBoundingClientRect();
    return {
      is: [box.left, box.top, box.right, box.bottom],
      image: [image.left, image.top, image.width, image.height],
    };
  });
}"""


def parts_of(found: dict[str, Any], page: int) -> list[list[float]]:
    """Boxes of what answers on a page, as the interface gives them."""
    return [
        box
        for highlight in found["passage"]["highlights"]
        for span in highlight["spans"]
        if span["page"] == page
        for box in span["boxes"]
    ]


def check_in_sight(page: Page, section: Locator) -> None:
    """What answers begins within its frame and within the window."""
    settled(page)
    mark = section.locator(ANSWER).first.bounding_box()
    frame = section.locator(".frame").bounding_box()
    window = page.viewport_size
    assert mark and frame and window
    assert frame["y"] - 1 <= mark["y"] < frame["y"] + frame["height"]
    assert frame["x"] - 1 <= mark["x"] < frame["x"] + frame["width"]
    assert 0 <= mark["y"] < window["height"]
    assert 0 <= mark["x"] < window["width"]


def test_a_look_opens_beside_the_passage(open_page: OpenPage, site: Site) -> None:
    """On a desktop the page of the document stands to the right of the passage."""
    page = asked(open_page(), site, COMPANIES)
    section = look(page)
    passage = result(page).locator("[data-text]").bounding_box()
    beside = section.bounding_box()
    assert passage and beside

    assert beside["x"] >= passage["x"] + passage["width"]
    assert beside["x"] + beside["width"] <= DESKTOP[0]
    assert section.locator("h2").text_content() == "Page 10 of 13"


def test_a_look_opens_below_the_passage_on_a_phone(open_page: OpenPage, site: Site) -> None:
    """On a phone it stands below, no wider than the screen, at a size that can be read."""
    page = asked(open_page(size=PHONE, language="vi"), site, COMPANIES)
    section = look(page)
    actions = result(page).locator(".actions").bounding_box()
    below = section.bounding_box()
    assert actions and below

    assert below["y"] >= actions["y"] + actions["height"]
    assert below["x"] + below["width"] <= PHONE[0]
    assert section.locator("h2").text_content() == "Trang 10 / 13"
    assert section.locator(".zoom").text_content() == "150 %"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_boxes_lie_over_the_words(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    """At every size of the picture each box is where the interface says, within a pixel."""
    page = asked(open_page(size=size), site, COMPANIES)
    found = answered(page, site, COMPANIES)[0]
    boxes = parts_of(found, 10)
    section = look(page)
    while section.get_by_label("Smaller").count():
        section.get_by_label("Smaller").click()
        page.wait_for_function("() => !document.querySelector('.result[aria-busy]')")
        section = looked(page)
    zooms = []
    while True:
        zooms.append(section.locator(".zoom").text_content())
        shown = section.evaluate(BOXES)
        assert len(shown) == len(boxes)
        for each, (left, top, right, bottom) in zip(shown, boxes, strict=True):
            x, y, width, height = each["image"]
            wanted = [x + left * width, y + top * height, x + right * width, y + bottom * height]
            assert each["is"] == pytest.approx(wanted, abs=1)
        if not section.get_by_label("Larger").count():
            break
        section.get_by_label("Larger").click()
        page.wait_for_function("() => !document.querySelector('.result[aria-busy]')")
        section = looked(page)

    assert zooms == ["100 %", "150 %", "200 %", "300 %"]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_the_words_under_the_boxes_are_those_that_answer(
    open_page: OpenPage, site: Site, tmp_path: Path
) -> None:
    """A picture of what is under the boxes, read by tesseract, says what is marked."""
    pytesseract = pytest.importorskip("pytesseract")
    page = asked(open_page(), site, COMPANIES)
    marked = result(page).locator("mark").first.text_content()
    assert marked
    section = look(page)
    section.get_by_label("Larger").click()
    page.wait_for_selector(".zoom-150")
    section = looked(page)
    read = []
    for number, rect in enumerate(section.locator("rect.answer").all()):
        file = tmp_path / f"{number}.png"
        rect.screenshot(path=file)
        read += pytesseract.image_to_string(str(file), config="--psm 7").split()

    likeness = SequenceMatcher(None, marked.split(), read, autojunk=False).ratio()
    assert likeness >= 0.9, read


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_answers_is_in_sight(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    """However low on its page it stands, what answers is scrolled into view."""
    page = asked(open_page(size=size), site, COMPANIES)
    found = answered(page, site, COMPANIES)
    lows = {
        each["rank"]: spans[0]["boxes"][0][1]
        for each in found
        if each["passage"]["highlights"]
        and (spans := each["passage"]["highlights"][0]["spans"])[0]["boxes"]
    }
    lowest = max(lows, key=lambda rank: lows[rank])
    assert lows[lowest] > 0.5
    section = look(page, lowest)

    check_in_sight(page, section)


def test_every_link_of_a_look_leads_somewhere(open_page: OpenPage, site: Site) -> None:
    """On the first page, within, and on the last, no link is dead, and none turns out of range."""
    page = open_page()
    heads = {}
    for number in (1, 7, 13):
        page.goto(f"{site.url}/library/binh-duong-2023/pages/{number}")
        links = page.locator(".tools a").all()
        heads[number] = [link.text_content() for link in links]
        for link in links:
            target = str(link.evaluate("(link) => link.href"))
            assert page.request.get(target.split("#")[0]).ok, target

    assert heads[1] == ["Next page", "+", "Open the file here"]
    assert heads[7] == ["Previous page", "Next page", "+", "Open the file here"]
    assert heads[13] == ["Previous page", "+", "Open the file here"]


def test_closing_gives_back_where_one_was(open_page: OpenPage, site: Site) -> None:
    """The button and Esc close a look; the address names it no longer, focus is at its passage."""
    page = asked(open_page(), site, COMPANIES)
    for rank, close in ((1, "button"), (2, "Escape")):
        section = look(page, rank)
        assert "look=" in page.url
        if close == "button":
            section.get_by_role("button", name="Close").click()
        else:
            page.keyboard.press(close)
        page.wait_for_selector(".look", state="detached")

        assert "look=" not in page.url
        assert page.evaluate("document.activeElement.closest('.result').id") == f"rank-{rank}"


def test_back_and_forward_open_and_close(open_page: OpenPage, site: Site) -> None:
    """Back closes what was opened, forward opens it again, without another question asked."""
    page = asked(open_page(), site, COMPANIES)
    look(page)
    page.go_back()
    page.wait_for_selector(".look", state="detached")
    assert "look=" not in page.url
    page.go_forward()

    assert looked(page).locator("h2").text_content() == "Page 10 of 13"


def test_an_address_of_a_look_can_be_shared(open_page: OpenPage, site: Site) -> None:
    """Reloaded, or opened by someone else, it shows the same passage at the page turned to."""
    page = asked(open_page(), site, COMPANIES)
    section = look(page, 2)
    number = int(section.get_attribute("data-page-number") or 0)
    section.get_by_role("link", name="Next page").click()
    page.wait_for_selector(f".look[data-page-number='{number + 1}']")
    assert f"at={number + 1}" in page.url
    page.reload()
    assert looked(page).get_attribute("data-page-number") == str(number + 1)
    other = open_page(language="vi", size=PHONE)
    other.goto(page.url)

    assert looked(other).get_attribute("data-page-number") == str(number + 1)
    assert other.locator(".result.open").get_attribute("id") == "rank-2"


def test_the_file_opens_at_the_page(open_page: OpenPage, site: Site) -> None:
    """The link to the file names the page for a viewer, and gives the PDF in a tab of its own."""
    page = asked(open_page(), site, COMPANIES)
    link = look(page).get_by_role("link", name="Open the file here")
    target = str(link.evaluate("(link) => link.href"))
    answer = page.request.get(target.split("#")[0])

    assert target.endswith("/v1/documents/binh-duong-2023/file#page=10")
    assert link.get_attribute("target") == "_blank"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


@pytest.mark.parametrize(("question", "number"), [(LAMP, "400"), (LEDGER, "401")])
def test_a_passage_over_a_page_end_opens_where_it_answers(
    open_page: OpenPage, made_site: Site, question: str, number: str
) -> None:
    """Of a passage on pages 400 and 401 of a long file, the page is shown on which it answers."""
    page = asked(open_page(), made_site, question)
    assert result(page).locator(".pages").text_content() == "pages 400–401"
    section = look(page)

    assert section.get_attribute("data-page-number") == number
    assert section.locator("h2").text_content() == f"Page {number} of 500"
    assert "at=" not in page.url
    check_in_sight(page, section)


def test_a_part_of_a_passage_is_shown_on_the_other_page(
    open_page: OpenPage, made_site: Site
) -> None:
    """A page turned, the rest of the passage is boxed there, and what answers where it does."""
    page = asked(open_page(), made_site, LEDGER)
    section = look(page)
    assert section.locator("rect.answer").count() == 2
    section.get_by_role("link", name="Previous page").click()
    page.wait_for_selector(".look[data-page-number='400']")

    assert page.locator(".look rect.answer").count() == 0
    assert page.locator(".look rect.part").count() == 3


@pytest.mark.parametrize(
    ("question", "marked", "language", "size"),
    [
        (CRAB, "A basket of crab costs four copper coins", "en", DESKTOP),
        (FERRY, "Mỗi chuyến đò chở được hai mươi người", "vi", PHONE),
        (STRINGS, "Their strings are waxed with honey", "en", PHONE),
        (LIGHTNING, "The oldest lime was struck by lightning", "vi", DESKTOP),
    ],
    ids=["markdown", "plain text", "web page", "long text"],
)
def test_a_document_without_pages_shows_its_text(
    open_page: OpenPage,
    made_site: Site,
    question: str,
    marked: str,
    language: str,
    size: tuple[int, int],
) -> None:
    """Its text is shown at the passage, with what answers marked."""
    page = asked(open_page(size=size, language=language), made_site, question)
    section = look(page)
    first = section.locator(".frame mark:not(.passage-part)").first.text_content()

    assert first and first.startswith(marked)
    assert section.locator("img").count() == 0
    check_in_sight(page, section)


def test_a_long_text_is_shown_in_parts_with_the_passage_marked(
    open_page: OpenPage, made_site: Site
) -> None:
    """Earlier and later parts follow on each other, and the passage stays marked in them."""
    page = asked(open_page(), made_site, LIGHTNING)
    section = look(page)
    section.get_by_role("link", name="Earlier text").click()
    page.wait_for_selector(".look .frame >> text=The avenue of limes")
    assert page.locator(".look .frame mark:not(.passage-part)").count() == 1
    assert result(page).locator(".look").count() == 1
    assert page.locator(".look").get_by_role("link", name="Earlier text").count() == 0

    page.goto(f"{made_site.url}/library/avenue.md/text")
    blocks = page.locator(".frame > *").all_text_contents()
    page.get_by_role("link", name="Later text").click()
    page.wait_for_load_state()
    blocks += page.locator(".frame > *").all_text_contents()
    assert page.get_by_role("link", name="Later text").count() == 0
    assert len(blocks) == 506
    assert (
        blocks[333 + 5]
        == "The oldest lime was struck by lightning in 1911 and is held up by iron hoops."
    )


def test_a_passage_is_in_sight_on_a_page_of_its_own(open_page: OpenPage, made_site: Site) -> None:
    """Opened in a window of its own, as from the basket, a place is scrolled into view, too."""
    page = asked(open_page(), made_site, LIGHTNING)
    text = str(result(page).locator("h3 a").evaluate("(link) => link.href"))
    page.goto(text)
    settled(page)
    check_in_sight(page, page.locator(".look"))
    asked(page, made_site, LAMP)
    picture = str(result(page).locator("h3 a").evaluate("(link) => link.href"))
    page.set_viewport_size({"width": PHONE[0], "height": 500})
    page.goto(picture)

    check_in_sight(page, looked(page))


def test_where_it_is_said_too_can_be_looked_at_and_shared(
    open_page: OpenPage, made_site: Site
) -> None:
    """Another document that says the same opens at its own place, and so does the address."""
    page = asked(open_page(), made_site, TIDE)
    result(page).locator(".also summary").click()
    other = result(page).locator(".also a")
    address = str(other.evaluate("(link) => link.href"))
    other.click()
    file = looked(page).get_by_role("link", name="Save the file").get_attribute("href") or ""
    assert f"look=tide-{'b' if 'tide-b' in address else 'a'}" in page.url
    page.reload()
    again = looked(page).get_by_role("link", name="Save the file").get_attribute("href")

    assert file.endswith(("/tide-b.txt/file", "/tide-a.md/file"))
    assert file.split("/")[-2] == address.split("/")[4]
    assert again == file


@pytest.fixture
def without_files(made_folder: Path) -> Iterator[None]:
    """The PDF file of the made corpus has changed, and its Markdown file is gone."""
    gone, changed = made_folder / "market.md", made_folder / "stations.pdf"
    gone.rename(made_folder / "market.away")
    changed.rename(made_folder / "stations.away")
    changed.write_bytes(b"%PDF-1.7 of something else")
    yield
    (made_folder / "market.away").rename(gone)
    (made_folder / "stations.away").rename(changed)


@pytest.mark.usefixtures("without_files")
def test_a_file_that_is_gone_leaves_its_text(open_page: OpenPage, made_site: Site) -> None:
    """Of a file that is gone or has changed the text is shown, with a word about it, no link."""
    page = open_page()
    for question, marked in ((CRAB, "A basket of crab"), (LEDGER, "A ledger that is full")):
        asked(page, made_site, question)
        section = look(page)
        notice = section.locator(".notice:visible").text_content()
        mark = section.locator("mark:not(.passage-part)").first

        assert notice and notice.startswith("The file is gone or has changed")
        assert mark.is_visible()
        assert (mark.text_content() or "").startswith(marked)
        assert section.locator("img").count() == 0
        assert section.locator("a[href*='/file']").count() == 0
    page.goto(f"{made_site.url}/library/market")
    assert page.locator("main .notice").count() == 1
    assert page.locator("main a[href*='/file']").count() == 0


def test_an_address_with_a_lost_passage_says_so(open_page: OpenPage, site: Site) -> None:
    """Where the passage of a shared address is not among the results, a notice says so."""
    page = asked(open_page(), site, COMPANIES, look="binh-duong-2023.000000000000")
    notice = page.locator("[data-look-lost]")

    assert notice.text_content() == "This passage is no longer there. Search again."
    assert page.locator(".look").count() == 0
    look(page)
    assert notice.count() == 0
    page.goto(f"{site.url}/library/binh-duong-2023/pages/3?passage=lost&mark=0-5")
    assert page.locator(".notice:visible").text_content() == (
        "The passage is no longer in this document: it was changed since the search."
    )


@pytest.mark.parametrize("at", ["999", "0", "x", "-1"])
def test_an_address_with_a_page_that_is_not_opens_the_passage(
    open_page: OpenPage, site: Site, at: str
) -> None:
    """A page number that the document does not have gives way to the passage's own."""
    page = open_page(tolerant=True)
    asked(page, site, COMPANIES)
    passage = result(page).get_attribute("data-passage") or ""
    asked(page, site, COMPANIES, look=passage, at=at)

    assert looked(page).get_attribute("data-page-number") == "10"


@pytest.mark.parametrize("path", ["0", "14", "x", "1e1", "１", "99999999999"])
def test_a_page_that_is_not_there_is_no_page(open_page: OpenPage, site: Site, path: str) -> None:
    """Addresses of pages that a document does not have tell so, with a way on."""
    page = open_page(tolerant=True)
    answer = page.goto(f"{site.url}/library/binh-duong-2023/pages/{path}")

    assert answer and answer.status == 404
    assert page.locator("h1").text_content() == "There is nothing here"
    assert page.get_by_role("link", name="Go to the start").is_visible()


def test_a_picture_that_fails_gives_way_to_the_text(open_page: OpenPage, site: Site) -> None:
    """Where the picture cannot be had, a notice says so and the text opens, here and alone."""
    page = open_page(tolerant=True)
    page.route(re.compile(r"/image\?"), lambda route: route.abort())
    asked(page, site, COMPANIES)
    result(page).locator(".actions [data-look]").click()
    for _ in range(2):
        page.wait_for_selector(".look .no-picture:visible")
        assert not page.locator(".look img").is_visible()
        assert page.locator(".look rect").count() == 0
        assert page.locator(".look .page-text mark:not(.passage-part)").first.is_visible()
        if page.locator(".result").count():
            page.goto(str(result(page).locator("h3 a").evaluate("(link) => link.href")))


def test_looking_works_without_scripts(open_page: OpenPage, made_site: Site) -> None:
    """Without JavaScript the link leads to the page with the passage boxed."""
    page = open_page(scripts=False)
    page.goto(f"{made_site.url}/?query={LEDGER.replace(' ', '+')}")
    result(page).locator(".actions [data-look]").click()
    page.wait_for_selector("rect.answer")

    assert page.locator("h2").text_content() == "Page 401 of 500"
    assert page.get_by_role("button", name="Close").count() == 0
