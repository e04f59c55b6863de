"""The page where no script runs, and what it tells the browser to keep from it."""

import re

import httpx
import pytest
from lxml import html
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, OpenPage, Site

DOCTORS = "What does Binh Duong offer doctors who come to work there?"
ADDRESSES = (
    "/",
    f"/?query={DOCTORS}&document_ids=binh-duong-2023&document_ids=gone",
    "/?query=How+do+I+bake+a+chocolate+cake%3F",
    f"/?query={'a' * 2001}",
    "/library",
    "/library/binh-duong-2023",
    "/library/binh-duong-2023/pages/8",
    "/library/fish",
    "/basket",
)


@pytest.mark.parametrize(
    ("language", "size", "search", "filters", "apply", "more", "library", "look", "other"),
    [
        (
            *("en", DESKTOP, "Search", "Filters", "Search with these filters"),
            *("Show more passages", "Library", "See it on the page", "Tiếng Việt"),
        ),
        (
            *("vi", PHONE, "Tìm", "Bộ lọc", "Tìm với bộ lọc này"),
            *("Xem thêm đoạn", "Thư viện", "Xem trên trang", "English"),
        ),
    ],
    ids=["en", "vi"],
)
def test_asking_and_reading_need_no_scripts(
    language: str,
    size: tuple[int, int],
    search: str,
    filters: str,
    apply: str,
    more: str,
    library: str,
    look: str,
    other: str,
    open_page: OpenPage,
    site: Site,
) -> None:
    """Every step leads to a whole page that one can go on from."""
    page = open_page(language=language, size=size, scripts=False)
    page.goto(site.url)
    expect(page.locator(".needs-script:visible")).to_have_count(0)
    expect(page.locator("[data-recent]")).to_be_hidden()
    page.locator("#query").fill(DOCTORS)
    page.get_by_role("button", name=search, exact=True).click()
    expect(page).to_have_title(f"{DOCTORS} – hrqa")
    expect(page.locator(".result")).to_have_count(10)
    expect(page.locator(".needs-script:visible")).to_have_count(0)

    page.get_by_role("link", name=more).click()
    expect(page.locator(".result")).to_have_count(20)
    page.get_by_text(filters, exact=True).click()
    page.locator("input[value=bac-ninh-2025]").check()
    page.get_by_role("button", name=apply).click()
    expect(page.locator(".chosen")).to_contain_text("Bac Ninh enhances the quality")
    page.locator(".chosen a").click()
    expect(page.locator(".chosen")).to_have_count(0)

    page.get_by_role("link", name=look, exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/library/binh-duong-2023/pages/8\?passage="))
    expect(page.locator(".sheet img")).to_be_visible()
    expect(page.locator("rect.answer").first).to_be_attached()
    page.get_by_role("link", name=library, exact=True).click()
    expect(page.locator(".documents li")).to_have_count(5)
    page.get_by_role("link", name=other).click()
    expect(page.locator("html")).to_have_attribute("lang", "vi" if language == "en" else "en")
    expect(page).to_have_url(re.compile(r"/library$"))
    page.locator(".brand").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi" if language == "en" else "en")


def test_the_basket_says_that_it_needs_scripts(open_page: OpenPage, site: Site) -> None:
    """Whoever comes to its address is told why there is nothing."""
    page = open_page(scripts=False)
    page.goto(f"{site.url}/basket")

    notice = page.locator("noscript .notice")
    expect(notice).to_be_visible()
    expect(notice).to_have_text("The basket needs JavaScript, as it is kept on your device.")


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:30])
def test_a_page_runs_nothing_but_its_own_files(address: str, site: Site) -> None:
    """No style or script stands in it, and the browser is told to take none that would."""
    answer = httpx.get(f"{site.url}{address}", headers={"accept": "text/html"}, timeout=30)
    page = html.fromstring(answer.content)
    policy = dict(
        each.strip().partition(" ")[::2]
        for each in answer.headers["content-security-policy"].split(";")
    )

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "Cookie" in answer.headers["vary"] and "private" in answer.headers["cache-control"]
    names = {name for element in page.iter() for name in getattr(element, "attrib", {})}
    assert not any(name == "style" or name.startswith("on") for name in names)
    assert page.findall(".//style") == []
    assert {each.get("type") for each in page.findall(".//script")} == {
        "application/json",
        "module",
    }
    loaded = page.xpath("//link/@href | //script/@src | //img/@src")
    assert loaded and all(each.startswith("/") and each[1] != "/" for each in loaded)
