"""The basket: citations kept on the reader's device, and saved as one file."""

import json
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from playwright.sync_api import Page

from .conftest import DESKTOP, PHONE, OpenPage, Site
from .steps import COMPANIES, CRAB, LIZARDS, answered, asked, cite, result, value

FORBIDDEN = """
Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('forbidden', 'SecurityError'); },
});
"""


def keep(page: Page, *ranks: int) -> None:
    """Put passages into the basket."""
    for rank in ranks:
        button = result(page, rank).locator("[data-keep]")
        button.click()
        button.filter(has_text="In your basket").wait_for()


def kept(page: Page) -> list[dict[str, Any]]:
    """What the device keeps."""
    items: list[dict[str, Any]] = json.loads(page.evaluate("localStorage.getItem('hrqa.basket')"))
    return items


def put(page: Page, value: str) -> None:
    """Change what the device keeps, as only somebody with the device can."""
    page.evaluate("(value) => localStorage.setItem('hrqa.basket', value)", value)


def saved(page: Page, label: str, folder: Path) -> Path:
    """The file that the basket is saved as in a format."""
    page.get_by_label("Format").select_option(label=label)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as one file").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_added_is_kept(open_page: OpenPage, site: Site, size: tuple[int, int]) -> None:
    """Added from the results it is counted, shown as kept, and there after a reload."""
    page = asked(open_page(size=size), site, COMPANIES)
    badge = page.locator("[data-basket-count]")
    assert not badge.is_visible()
    keep(page, 1, 3)
    assert badge.text_content() == "2"
    page.locator("#said", has_text="Added to your basket: “").wait_for()
    page.reload()
    page.wait_for_selector(".result")
    assert badge.text_content() == "2"
    assert result(page, 3).locator("[data-keep]").text_content() == "In your basket"
    assert result(page, 2).locator("[data-keep]").text_content() == "Add to basket"
    page.get_by_role("link", name="Basket").click()
    page.wait_for_selector(".kept li")
    first = answered(page, site, COMPANIES)[0]
    start, end = (first["passage"]["highlights"][0][side] for side in ("start", "end"))

    assert page.locator(".kept li").count() == 2
    assert page.locator("[data-quote]").first.text_content() == first["passage"]["text"][start:end]
    assert page.locator("[data-cited]").first.text_content() == first["citation"]["text"]
    page.locator(".kept a").first.click()
    page.wait_for_selector("rect.answer")
    assert page.locator("h2").first.text_content() == "Page 10 of 13"


def test_adding_twice_keeps_once(open_page: OpenPage, site: Site) -> None:
    """The same part of a passage is there once, other words of it beside it."""
    page = asked(open_page(), site, COMPANIES)
    keep(page, 1)
    keep(page, 1)
    assert len(kept(page)) == 1
    page.locator("#rank-1 [data-text] span").first.click(click_count=2)
    keep(page, 1)
    page.wait_for_function("() => JSON.parse(localStorage.getItem('hrqa.basket')).length === 2")

    assert page.locator("[data-basket-count]").text_content() == "2"


def test_each_format_is_a_file_with_one_entry_a_document(
    open_page: OpenPage, site: Site, tmp_path: Path
) -> None:
    """Three passages of two documents are saved in each format, as two entries that parse."""
    page = asked(open_page(), site, COMPANIES)
    documents = [each["citation"]["document_id"] for each in answered(page, site, COMPANIES)]
    first = documents[0]
    second = next(n for n, document in enumerate(documents) if n and document == first) + 1
    other = next(n for n, document in enumerate(documents) if document != first) + 1
    keep(page, 1, second, other)
    wanted = {first, documents[other - 1]}
    page.goto(f"{site.url}/basket")

    bibtex = saved(page, "BibTeX", tmp_path)
    assert bibtex.name == "references.bib"
    assert {each["ID"] for each in bibtexparser.loads(bibtex.read_text("utf-8")).entries} == wanted
    assert not page.get_by_label("Style").is_visible()
    ris = saved(page, "RIS", tmp_path)
    assert ris.name == "references.ris"
    assert len(rispy.loads(ris.read_text("utf-8"))) == 2
    csl = saved(page, "CSL-JSON", tmp_path)
    assert csl.name == "references.json"
    assert {each["id"] for each in json.loads(csl.read_text("utf-8"))} == wanted
    markdown = {}
    page.get_by_label("Format").select_option(label="Markdown")
    for style in ("APA", "MLA", "Chicago"):
        page.get_by_label("Style").select_option(label=style)
        file = saved(page, "Markdown", tmp_path)
        assert file.name == "references.md"
        markdown[style] = file.read_text("utf-8")
        assert kept(page)[0]["quote"][:40] in markdown[style]
    assert len(set(markdown.values())) == 3
    page.locator("#said", has_text="Saved as references.md.").wait_for()


def test_passages_that_are_lost_are_named(open_page: OpenPage, site: Site, tmp_path: Path) -> None:
    """A passage that is no longer in the index is named and left out; its words stay."""
    page = asked(open_page(tolerant=True), site, COMPANIES)
    keep(page, 1, 2)
    first, second = kept(page)
    put(page, json.dumps([{**first, "passage": "gone.000000000000"}, second]))
    page.goto(f"{site.url}/basket")
    file = saved(page, "CSL-JSON", tmp_path)
    page.wait_for_selector("[data-basket-failed]:visible")

    assert page.locator("[data-basket-failed]").text_content() == (
        "1 passage is no longer in the documents and is left out of the file."
    )
    assert len(json.loads(file.read_text("utf-8"))) == 1
    assert page.locator(".kept li").first.locator("[data-gone]").is_visible()
    assert not page.locator(".kept li").nth(1).locator("[data-gone]").is_visible()
    assert page.locator("[data-quote]").first.text_content() == first["quote"]
    put(page, json.dumps([{**first, "passage": "gone.000000000000"}]))
    page.reload()
    page.get_by_role("button", name="Save as one file").click()
    page.wait_for_selector("[data-basket-failed]:visible")
    assert page.locator("[data-basket-failed]").text_content() == (
        "None of these passages is in the documents any longer."
    )


def test_a_service_that_fails_says_so(open_page: OpenPage, site: Site) -> None:
    """An export that fails leaves the basket as it was and says what is wrong."""
    page = asked(open_page(tolerant=True), site, COMPANIES)
    keep(page, 1)
    page.goto(f"{site.url}/basket")
    for answer, said in (
        (lambda route: route.fulfill(status=503, body="busy"), "has a problem (status 503)"),
        (lambda route: route.fulfill(status=422, body="not JSON"), "has a problem (status 422)"),
        (lambda route: route.abort(), "cannot be reached"),
    ):
        page.route("**/v1/citations", answer)
        page.get_by_role("button", name="Save as one file").click()
        page.locator("[data-basket-failed]", has_text=said).wait_for()
        page.unroute("**/v1/citations")
    assert len(kept(page)) == 1


@pytest.mark.parametrize("language", ["en", "vi"])
def test_removing_and_emptying(open_page: OpenPage, site: Site, language: str) -> None:
    """One is removed, focus goes to the next; all go once it is confirmed, and not before."""
    page = asked(open_page(language=language), site, COMPANIES)
    for rank in (1, 2, 3):
        result(page, rank).locator("[data-keep]").click()
        page.wait_for_function(
            "(count) => document.querySelector('[data-basket-count]').textContent === `${count}`",
            arg=rank,
        )
    page.goto(f"{site.url}/basket")
    quotes = page.locator("[data-quote]").all_text_contents()
    page.locator("[data-remove]").nth(1).click()
    assert page.locator("[data-quote]").all_text_contents() == [quotes[0], quotes[2]]
    assert page.evaluate("document.activeElement.matches('[data-remove]')")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("[data-basket-clear]").click()
    assert page.locator(".kept li").count() == 2
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("[data-basket-clear]").click()

    assert page.locator(".kept li").count() == 0
    assert page.locator("[data-basket-empty]").is_visible()
    assert not page.locator("[data-basket-export]").is_visible()
    page.reload()
    assert page.locator("[data-basket-empty]").is_visible()


HOSTILE = [
    "not JSON",
    "null",
    "7",
    '"<img src=x onerror=alert(1)>"',
    "{}",
    "[null, 1, [], {}, true]",
    '[{"passage": 7, "quote": []}]',
    json.dumps(
        [
            {
                "passage": "<img src=x onerror=alert(1)>",
                "quote": "<img src=x onerror=alert(2)>",
                "title": {"toString": 1},
                "cited": ["<script>alert(3)</script>"],
                "address": address,
                "start": "x",
                "end": {},
            }
            for address in (
                "javascript:alert(4)",
                "//evil.example/",
                "/\\evil.example/",
                "/\t/evil.example/",
                "https://evil.example/",
                7,
                None,
            )
        ]
    ),
]


@pytest.mark.parametrize("stored", HOSTILE, ids=range(len(HOSTILE)))
def test_what_others_put_into_the_basket_does_no_harm(
    open_page: OpenPage, site: Site, stored: str
) -> None:
    """Whatever stands in the device's store, nothing runs, no link leaves, and adding works."""
    page = open_page(tolerant=True)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{site.url}/basket")
    put(page, stored)
    page.reload()
    page.wait_for_function("() => document.documentElement.classList.contains('scripted')")
    assert page.locator("[data-basket] img, [data-basket] script").count() == 0
    for link in page.locator(".kept a[href]").all():
        assert str(link.evaluate("(link) => link.origin")) == site.url
    if page.locator("[data-basket-export]").is_visible():
        page.get_by_role("button", name="Save as one file").click()
        page.wait_for_selector("[data-basket-failed]:visible")
    asked(page, site, COMPANIES)
    keep(page, 1)

    assert kept(page)[-1]["title"].startswith("Education and Developing")
    page.goto(f"{site.url}/basket")
    assert page.locator(".kept li").last.locator("[data-cited]").text_content()
    assert dialogs == []


def test_a_basket_that_cannot_be_kept_says_so(open_page: OpenPage, site: Site) -> None:
    """Where the browser forbids to keep anything, asking and citing work, and adding says why."""
    page = open_page()
    page.add_init_script(FORBIDDEN)
    asked(page, site, COMPANIES)
    button = result(page).locator("[data-keep]")
    button.click()
    button.filter(has_text="This browser does not allow").wait_for()
    panel = cite(page)
    panel.get_by_role("button", name="MLA").click()
    page.wait_for_function("() => document.querySelector('.cite').dataset.style === 'mla'")
    assert value(panel, "reference")
    page.goto(f"{site.url}/basket")

    assert page.locator("[data-basket-empty]").is_visible()


def test_a_full_basket_says_so(open_page: OpenPage, site: Site, tmp_path: Path) -> None:
    """Two hundred passages can be saved as one file; another is not taken, and is told why."""
    page = asked(open_page(), site, COMPANIES)
    keep(page, 1)
    (item,) = kept(page)
    put(page, json.dumps([{**item, "start": 0, "end": end} for end in range(1, 201)]))
    page.reload()
    result(page, 2).locator("[data-keep]").click()
    result(page, 2).locator("[data-keep]", has_text="Your basket holds 200 passages").wait_for()
    assert len(kept(page)) == 200
    page.goto(f"{site.url}/basket")

    assert len(json.loads(saved(page, "CSL-JSON", tmp_path).read_text("utf-8"))) == 1


def test_documents_without_pages_are_kept_too(
    open_page: OpenPage, made_site: Site, tmp_path: Path
) -> None:
    """A passage of a text without pages is kept, cited by its paragraph, and found again."""
    page = asked(open_page(), made_site, CRAB)
    keep(page, 1)
    asked(page, made_site, LIZARDS)
    keep(page, 1)
    page.goto(f"{made_site.url}/basket")
    assert len(json.loads(saved(page, "CSL-JSON", tmp_path).read_text("utf-8"))) == 2
    assert len(bibtexparser.loads(saved(page, "BibTeX", tmp_path).read_text("utf-8")).entries) == 2
    assert len(rispy.loads(saved(page, "RIS", tmp_path).read_text("utf-8"))) == 2
    page.locator(".kept a").first.click()
    page.wait_for_selector(".frame mark:not(.passage-part)")

    assert "/library/market/text?passage=" in page.url
