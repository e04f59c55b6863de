"""Asking in a browser: the field, the answer, the address, the keys."""

from .conftest import OpenPage, Site


def test_a_question_is_answered_in_sight(open_page: OpenPage, site: Site) -> None:
    """Typed and sent with Enter, it brings passages with what answers marked."""
    page = open_page()
    page.goto(site.url)
    page.keyboard.type("What do companies in Binh Duong need?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".result")

    assert page.locator(".result").count() == 10
    assert page.locator(".result mark").count() >= 1
    assert "query=What" in page.url
