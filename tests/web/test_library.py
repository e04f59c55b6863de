"""The library: what is there, found by its names, and read, asked and cited from there."""

from collections.abc import Iterator

import pytest

from hrqa.embedding.encoder import Encoder
from system.tools import build, one_model

from .conftest import DESKTOP, PHONE, OpenPage, Site, site_over
from .steps import got, looked, settled, value

BINH_DUONG = "Education and Developing High-Quality Human Resources Binh Duong Province, Vietnam"


def test_every_document_is_listed(open_page: OpenPage, site: Site) -> None:
    """Each has its title, authors, year, language and length, and leads to its details."""
    page = open_page()
    page.goto(f"{site.url}/library")
    documents = got(page, site, "/v1/documents")["documents"]
    entries = page.locator(".documents li")

    assert page.locator(".verdict").text_content() == "5 documents"
    assert entries.locator("h3").all_text_contents() == [each["title"] for each in documents]
    second = entries.nth(1).inner_text()
    assert "Pham Ngoc Tram" in second and "2023" in second and "13 pages" in second
    for link, document in zip(entries.locator("a").all(), documents, strict=True):
        assert link.get_attribute("href") == f"/library/{document['id']}"
        assert page.request.get(f"{site.url}/library/{document['id']}").ok


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("người lái đò", ["Người lái đò sông Hậu"]),
        ("NGUOI LAI DO", ["Người lái đò sông Hậu"]),
        ("dang thi huong 2021", ["Người lái đò sông Hậu"]),
        ("Đặng", ["Người lái đò sông Hậu"]),
        ("2019", ["The market of Long Pier"]),
        ("anh le market", ["The market of Long Pier"]),
        ("  kites   DUNES ", ["Kites over the dunes"]),
        ("no such document", []),
        ("<b>", []),
        ("%", []),
    ],
)
def test_documents_are_found_by_their_names(
    open_page: OpenPage, made_site: Site, words: str, titles: list[str]
) -> None:
    """Title, author and year find a document, in any order, without marks and case."""
    page = open_page(language="vi", size=PHONE)
    page.goto(f"{made_site.url}/library")
    page.get_by_label("Tìm tài liệu theo tên").fill(words)
    page.get_by_label("Tìm tài liệu theo tên").press("Enter")
    page.locator(".verdict", has_text=f"{len(titles)} tài liệu").wait_for()

    assert page.locator(".documents h3").all_text_contents() == titles
    assert page.get_by_label("Tìm tài liệu theo tên").input_value() == " ".join(words.split())


@pytest.mark.parametrize(
    ("language", "size", "said"),
    [
        ("en", DESKTOP, ["Pham Ngoc Tram", "March 18, 2023", "English", "13 pages, 44 passages"]),
        ("vi", PHONE, ["Pham Ngoc Tram", "18 tháng 3, 2023", "Tiếng Anh", "13 trang, 44 đoạn"]),
    ],
)
def test_a_document_tells_what_is_known_of_it(
    open_page: OpenPage, site: Site, language: str, size: tuple[int, int], said: list[str]
) -> None:
    """Authors, date, language, length and file stand among its details."""
    page = open_page(language=language, size=size)
    page.goto(f"{site.url}/library/binh-duong-2023")
    details = page.locator(".details dd").all_text_contents()

    assert (page.locator("h1").text_content() or "").startswith(BINH_DUONG)
    for each in [*said, "binh-duong-2023.pdf"]:
        assert each in details


def test_the_outline_leads_to_the_pages_of_its_headings(open_page: OpenPage, site: Site) -> None:
    """The heading stands in the text of the page to which its link leads."""
    page = open_page()
    page.goto(f"{site.url}/library/binh-duong-2023")
    links = page.locator(".outline a").all()
    headings = [
        (link.text_content() or "", str(link.evaluate("(link) => link.href"))) for link in links
    ]
    assert len(headings) == 8
    for heading, address in headings:
        page.goto(address)
        text = " ".join((page.locator(".page-text .passage").text_content() or "").split())

        assert heading in text


def test_the_outline_of_a_text_without_pages_leads_into_it(
    open_page: OpenPage, made_site: Site
) -> None:
    """The text is shown from the heading on."""
    page = open_page()
    for document, count in (("market", 3), ("kite.html", 2), ("avenue.md", 6)):
        page.goto(f"{made_site.url}/library/{document}")
        links = page.locator(".outline a").all()
        headings = [
            (link.text_content(), str(link.evaluate("(link) => link.href"))) for link in links
        ]
        assert len(headings) == count
        for heading, address in headings:
            page.goto(address)

            assert page.locator(".frame p").first.text_content() == heading


def test_reading_begins_at_the_first_page(open_page: OpenPage, site: Site) -> None:
    """`Read` shows page one, from which one can turn."""
    page = open_page()
    page.goto(f"{site.url}/library/binh-duong-2023")
    page.get_by_role("link", name="Read", exact=True).click()
    assert looked(page).locator("h2").text_content() == "Page 1 of 13"
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**/pages/2")

    assert looked(page).locator("h2").text_content() == "Page 2 of 13"


def test_one_document_alone_is_asked(open_page: OpenPage, site: Site) -> None:
    """A question asked at a document is answered from it alone, and it says so."""
    page = open_page()
    page.goto(f"{site.url}/library/cao-bang-2025")
    page.get_by_role("searchbox", name="Ask this document").fill("What do companies need?")
    page.get_by_role("searchbox", name="Ask this document").press("Enter")
    page.wait_for_selector(".result")
    titles = set(page.locator(".result h3 bdi").all_text_contents())

    assert len(titles) == 1
    assert "document_ids=cao-bang-2025" in page.url
    assert titles.pop() in (page.locator(".chosen").text_content() or "")


def test_a_document_is_cited(open_page: OpenPage, site: Site) -> None:
    """Its reference is that of the interface; there are no words of it to quote."""
    page = open_page()
    page.goto(f"{site.url}/library/binh-duong-2023")
    page.locator("[data-cite]").click()
    page.wait_for_selector(".cite [data-part=reference]:visible")
    panel = page.locator(".cite")
    wanted = got(page, site, "/v1/documents/binh-duong-2023/citation?format=apa&language=en")
    settled(page)

    assert value(panel, "reference") == wanted["reference"].strip()
    assert not panel.locator("[data-part=in-text]").is_visible()
    assert not panel.locator("[data-part=quotation]").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-cite]')")


def test_what_could_not_be_read_is_listed(open_page: OpenPage, made_site: Site) -> None:
    """A file that failed is counted, and named to those who want to know."""
    page = open_page()
    page.goto(f"{made_site.url}/library")
    page.get_by_text("1 file could not be read").click()

    assert page.locator(".failed li").all_text_contents() == ['"><svg onload=alert(5)>.txt']


@pytest.mark.parametrize("path", ["/library/nothing", "/library/market/pages/1", "/library/a/b"])
def test_what_is_not_there_is_told(open_page: OpenPage, made_site: Site, path: str) -> None:
    """An address of no document, or of a page in a text without pages, is told on a page."""
    page = open_page(tolerant=True)
    answer = page.goto(made_site.url + path)

    assert answer and answer.status == 404
    assert page.locator("h1").text_content() == "There is nothing here"


@pytest.fixture(scope="module")
def many_site(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Site]:
    """The site over fifty-one documents."""
    corpus, index = tmp_path_factory.mktemp("many"), tmp_path_factory.mktemp("many-index")
    for number in range(51):
        (corpus / f"note-{number:02}.txt").write_text(f"Note {number}.\n", "utf-8")
    with one_model(encoder):
        build(corpus, index)
    yield from site_over(index, corpus, encoder)


def test_a_long_list_comes_in_parts(open_page: OpenPage, many_site: Site) -> None:
    """Fifty documents stand on the first part, the rest on the next; a search keeps to it."""
    page = open_page()
    page.goto(f"{many_site.url}/library?find=note")
    assert page.locator(".verdict").text_content() == "51 documents"
    assert page.locator(".documents li").count() == 50
    assert page.get_by_role("link", name="Back").count() == 0
    page.get_by_role("link", name="On", exact=True).click()
    page.wait_for_url("**/library?find=note&sheet=2")
    assert page.locator(".documents h3").all_text_contents() == ["note-50"]
    assert page.locator(".sheets span").text_content() == "2 of 2"
    page.get_by_role("link", name="Back").click()
    page.wait_for_url("**/library?find=note&sheet=1")
    for sheet in ("99", "0", "x", "-1", "１"):
        page.goto(f"{many_site.url}/library?sheet={sheet}")

        assert page.locator(".documents li").count() == (1 if sheet == "99" else 50)


def test_the_list_of_many_documents_offers_few_as_filters(
    open_page: OpenPage, many_site: Site
) -> None:
    """Of fifty-one documents only those found are offered to search in."""
    page = open_page()
    page.goto(f"{many_site.url}/?query=note&limit=3")
    page.locator("summary", has_text="Filters").click()

    assert page.locator(".filters input[name=document_ids]").count() <= 3


def test_a_heading_of_the_outline_is_marked_on_its_page(open_page: OpenPage, site: Site) -> None:
    """The box lies over the heading, and is in sight."""
    page = open_page()
    page.goto(f"{site.url}/library/binh-duong-2023")
    page.get_by_role("link", name="3. The situation of developing").click()
    page.wait_for_selector("rect.part")
    page.wait_for_function("() => document.querySelector('.sheet img').complete")
    top = page.locator("rect.part").first.evaluate("each => each.getBoundingClientRect().top")

    marked = page.locator(".page-text mark")
    assert "".join(marked.all_text_contents()).startswith("3. The situation of developing")
    assert 0 <= top <= page.evaluate("innerHeight")


def test_a_browser_finds_the_icon(open_page: OpenPage, site: Site) -> None:
    """Also where it asks by the usual name, as for an answer that is no page."""
    response = open_page().request.get(f"{site.url}/favicon.ico")

    assert response.ok
    assert response.headers["content-type"] == "image/svg+xml"
