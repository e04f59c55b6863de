"""What readers do on the page over and over: ask, look, cite, and what the interface says of it."""

from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Locator, Page

from .conftest import Site

COMPANIES = "What do companies in Binh Duong need?"
LIZARDS = "Where does the wall lizard warm itself?"
LEDGER = "Where does a full ledger lie?"
LAMP = "Who oils the revolving lamp at midnight?"
CRAB = "How much does a basket of crab cost?"
FERRY = "Một chuyến đò chở được bao nhiêu người?"
STRINGS = "What are the strings of kites waxed with?"
LIGHTNING = "Which lime was struck by lightning?"
TIDE = "Where does the tide table hang?"
BOWL = "How does the second bowl cool?"


def asked(page: Page, site: Site, question: str, **more: str) -> Page:
    """The answer to a question, opened by its address."""
    page.goto(f"{site.url}/?{urlencode({'query': question, **more})}")
    page.wait_for_selector(".result")
    return page


def answered(page: Page, site: Site, question: str) -> list[dict[str, Any]]:
    """What the interface answers to a question."""
    found = got(page, site, f"/v1/search?{urlencode({'query': question})}")
    results: list[dict[str, Any]] = found["results"]
    return results


def got(page: Page, site: Site, path: str) -> dict[str, Any]:
    """What the interface answers at a path."""
    response = page.request.get(site.url + path, headers={"accept": "application/json"})
    assert response.ok, response.text()
    body: dict[str, Any] = response.json()
    return body


def reference(page: Page, site: Site, passage: str, form: str, **more: Any) -> str:
    """A passage's citation in a format, as the interface writes it."""
    asks = urlencode({"format": form, **more})
    response = page.request.get(f"{site.url}/v1/passages/{quote(passage, safe='')}/citation?{asks}")
    assert response.ok, response.text()
    return response.text()


def result(page: Page, rank: int = 1) -> Locator:
    """A passage of the answer."""
    return page.locator(f"#rank-{rank}")


def look(page: Page, rank: int = 1) -> Locator:
    """Look at a passage in its document; the look, with its picture if it has one."""
    result(page, rank).locator(".actions [data-look]").click()
    return looked(page)


def looked(page: Page) -> Locator:
    """The look that is open, with its picture if it has one."""
    page.wait_for_selector(".look[data-looking]")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.look img')]"
        ".every((each) => each.complete && each.naturalWidth > 0)"
    )
    page.wait_for_function("() => document.querySelector('.result[aria-busy]') === null")
    # What comes into view when the picture is there has come.
    page.evaluate("() => new Promise((done) => setTimeout(done, 60))")
    return page.locator(".look[data-looking]")


def settled(page: Page) -> None:
    """Wait until nothing scrolls any longer."""
    page.evaluate(
        """() => new Promise((done) => {
          let last = -1;
          const look = () => {
            const now = scrollY;
            if (now === last) done();
            else { last = now; setTimeout(look, 120); }
          };
          look();
        })"""
    )


def cite(page: Page, rank: int = 1) -> Locator:
    """Open the citation of a passage; its panel, filled."""
    result(page, rank).locator("[data-cite]").click()
    page.wait_for_selector(".cite [data-part=reference]:not([hidden])")
    return page.locator(".cite")


def value(panel: Locator, part: str) -> str:
    """What a part of a citation says: ``reference``, ``in-text`` or ``quotation``."""
    return panel.locator(f"[data-part={part}] [data-value]").text_content() or ""
