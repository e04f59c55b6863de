"""Which part of a web page is its text, and which is the site around it.

Two opinions are asked. trafilatura says what the main text is; tags, roles and names of classes
say what looks like menus, banners and the like. What both leave out is left out.
"""

import copy
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from hrqa.readers.html_blocks import never_shown

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_AROUND_NAME = re.compile(
    r"(?:.*[-_])?(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|cookies?|consent|gdpr|"
    r"advert\w*|ads?|promo\w*|sponsor\w*|share\w*|sharing|social|related|recommend\w*|"
    r"newsletter|subscri\w+|comments?|disqus|respond|popup|modal|overlay|toolbar|skip|"
    r"pagination|pager|toc|widget|drawer|printfooter|catlinks|sitesub)(?:[-_].*)?"
    r"|(?:site|page|global|main|top)?[-_]?(?:header|footer|masthead|banner)"
    r"(?:[-_]?(?:wrapper|container|inner))?",
    re.IGNORECASE,
)
_AROUND_ROLES = frozenset(
    "navigation banner contentinfo complementary search menu menubar toolbar dialog alertdialog "
    "doc-toc doc-backlink".split()
)
_AROUND_TAGS = frozenset(("nav", "aside", "footer", "header", "menu", "dialog"))
_SECTIONS = frozenset(("html", "body", "main", "article"))
_SIGN = re.compile(
    r"(?:.*[-_])?(?:editsection|headerlink|anchor-?link|cite-backlink|visually-hidden|sr-only)",
    re.IGNORECASE,
)
"""Names of small signs inside the text, such as the link to edit a section."""
_LINK_SHARE = 0.7
_MAIN_SHARE = 0.98
_LEAST_SHARE = 0.5
_FRAGMENT_CHARS = 12
_MOST_ELEMENTS = 200_000
"""On a larger page trafilatura takes minutes; such pages are reports rather than articles."""


@dataclass(frozen=True, slots=True)
class _Extent:
    """Where an element's text stands in that of the page, white space not counted.

    Attributes:
        start: First character.
        end: One past the last.
        links: How many of its characters are in links.
        text: How many are not in an element that looks like the site around the text.
        around: Whether the element looks so itself.
    """

    start: int
    end: int
    links: int
    text: int
    around: bool


def main_text(page: Any) -> tuple[list[Any], Callable[[Any], bool]]:
    """The elements that hold a page's text, and a function that says what in them is left out.

    Args:
        page: The ``html`` element of a page, parsed by ``lxml.html``.
    """
    body = page.find("body")
    body = page if body is None else body
    shown = _Shown(body)
    main = _MainText(page, shown.text)

    def left_out(element: Any) -> bool:
        if _is_sign(element):
            return True
        extent = shown.extents.get(element)
        if extent is None or not extent.around:
            return False
        found = main.length(extent)
        return found <= 0.1 * min(extent.end - extent.start, main.total or 1)

    root = _narrowest(body, shown, main)
    headings = [heading for heading in body.iter("h1") if not _is_left_out(heading, body, left_out)]
    inside = any(heading in set(root.iter("h1")) for heading in headings)
    return [*([] if inside else headings[:1]), root], left_out


def _is_left_out(element: Any, body: Any, left_out: Callable[[Any], bool]) -> bool:
    while element is not None and element is not body:
        if left_out(element) or never_shown(element):
            return True
        element = element.getparent()
    return False


def _narrowest(body: Any, shown: "_Shown", main: "_MainText") -> Any:
    """The smallest element that holds nearly all of the main text.

    It is not taken for less than half of what the page says outside of menus and the like: a page
    of several articles is more than its first.
    """
    element = body
    least = _LEAST_SHARE * shown.extents[body].text
    while main.total:
        inner = next(
            (
                child
                for child in element
                if child in shown.extents
                and main.length(shown.extents[child]) >= _MAIN_SHARE * main.total
                and shown.extents[child].text >= least
            ),
            None,
        )
        if inner is None or inner.tag in ("p", "table", "tbody", "tr", "td", "ul", "ol"):
            break
        element = inner
    return element


class _Shown:
    """The text that a browser shows, without white space, and the extent of each element."""

    def __init__(self, body: Any) -> None:
        self.extents: dict[Any, _Extent] = {}
        self._parts: list[str] = []
        self._at = 0
        self._measure(body, in_section=False)
        self.text = "".join(self._parts)

    def _add(self, text: str | None) -> int:
        if not text:
            return 0
        squeezed = "".join(text.split())
        self._parts.append(squeezed)
        self._at += len(squeezed)
        return len(squeezed)

    def _measure(self, element: Any, *, in_section: bool) -> _Extent:
        start = self._at
        text = self._add(element.text)
        links = 0
        number_of_links = 0
        inside = in_section or element.tag in ("main", "article")
        for child in element:
            if not never_shown(child):
                extent = self._measure(child, in_section=inside)
                links += extent.links
                number_of_links += extent.links > 0
                text += 0 if extent.around else extent.text
            text += self._add(child.tail)
        if element.tag == "a":
            links = self._at - start
        is_list_of_links = (
            element.tag in ("ul", "ol", "div", "section")
            and number_of_links > 2
            and links > _LINK_SHARE * (self._at - start)
        )
        around = is_list_of_links or _looks_around(element, in_section=in_section)
        self.extents[element] = _Extent(start, self._at, links, text, around)
        return self.extents[element]


class _MainText:
    """What trafilatura takes for the main text, found again in the text of the page."""

    def __init__(self, page: Any, text: str) -> None:
        marked = bytearray(len(text))
        at = 0
        for fragment in _fragments(page):
            found = text.find(fragment, at)
            if found < 0:
                found = text.find(fragment, max(0, at - 100_000), at)
            if found >= 0:
                at = found + len(fragment)
                marked[found:at] = b"\x01" * len(fragment)
        self._sums = [0, *accumulate(marked)]
        self.total = self._sums[-1]

    def length(self, extent: _Extent) -> int:
        """How many characters of an element are main text."""
        return self._sums[extent.end] - self._sums[extent.start]


def _fragments(page: Any) -> list[str]:
    """The pieces of text that trafilatura finds, in order, without white space."""
    import trafilatura
    from trafilatura.settings import Document

    if sum(1 for _ in page.iter()) > _MOST_ELEMENTS:
        return []
    try:
        found = trafilatura.bare_extraction(
            copy.deepcopy(page), include_comments=False, include_tables=True, with_metadata=False
        )
    except MemoryError:
        raise
    except Exception:  # it fails on some trees in many ways; the other opinion is enough then
        return []
    if not isinstance(found, Document) or found.body is None:
        return []
    pieces = ("".join(piece.split()) for piece in found.body.itertext())
    return [piece for piece in pieces if len(piece) >= _FRAGMENT_CHARS]


def _names(element: Any) -> list[str]:
    return f"{element.get('class', '')} {element.get('id', '')}".split()


def _is_sign(element: Any) -> bool:
    return element.tag == "nav" or any(_SIGN.fullmatch(name) for name in _names(element))


def _looks_around(element: Any, *, in_section: bool) -> bool:
    """Whether tag, role or names say that an element is not part of the text.

    The header and footer of an article belong to it, and so does its heading.
    """
    if element.tag in _SECTIONS or element.tag in ("h1", "h2", "h3"):
        return False
    if element.tag in ("header", "footer"):
        return not in_section
    if element.tag in _AROUND_TAGS or element.get("role") in _AROUND_ROLES:
        return True
    return element.get("aria-hidden") == "true" or any(
        _AROUND_NAME.fullmatch(name) for name in _names(element)
    )
