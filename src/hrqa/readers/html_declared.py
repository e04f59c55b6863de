"""What a web page declares of itself."""

import re
from dataclasses import dataclass
from typing import Any

from hrqa.readers.unpaged import plain

_AUTHOR_NAMES = ("citation_author", "dc.creator", "dcterms.creator", "author")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(https?://\S+)")


@dataclass(frozen=True, slots=True)
class DeclaredPage:
    """Title, authors, language, date of publication and address; as in ``Reading``."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    issued: tuple[int, ...] = ()
    url: str | None = None


def declared_by_page(page: Any) -> DeclaredPage:
    """What a page declares in its head, JSON-LD and canonical link; dates in prose are no part.

    Args:
        page: The ``html`` element of a page, parsed by ``lxml.html``; it is left as it is.
    """
    from trafilatura.metadata import extract_metadata

    language = page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    try:
        found = extract_metadata(
            page, date_config={"extensive_search": False, "original_date": True}, extensive=False
        )
    except MemoryError:
        raise
    except Exception:  # it fails on odd pages in many ways; they then declare nothing
        found = None
    authors = _authors(page)
    if not authors and found is not None and found.author:
        authors = tuple(name for name in map(plain, found.author.split(";")) if name)
    return DeclaredPage(
        title=_title(page, found.title if found is not None else None),
        authors=authors,
        language=language if _LANGUAGE.fullmatch(language) else None,
        issued=_date(found.date if found is not None else None),
        url=address(found.url if found is not None else None) or _saved_from(page),
    )


def _title(page: Any, guess: str | None) -> str | None:
    """What trafilatura takes for the title, if the page's head or its only main heading agrees."""
    name = _heading_text(page.findtext("head/title"))
    guess = _heading_text(guess)
    headings = [_heading_text(heading.text_content()) for heading in page.iter("h1")]
    declared = [_heading_text(meta.get("content")) for meta in page.iter("meta")]
    if not name or (guess and (guess in name or guess in declared or headings == [guess])):
        return guess or None
    return min((text for text in headings if text and text in name), key=name.index, default=name)


def _heading_text(text: str | None) -> str:
    return plain(text or "").rstrip("¶# ")


def address(text: str | None) -> str | None:
    """An address on the web; None for anything else."""
    return text if text and _ADDRESS.fullmatch(text) else None


def _authors(page: Any) -> tuple[str, ...]:
    """The names in the page's head; where several conventions are followed, those of the first."""
    by_name: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or "").casefold()
        content = plain(meta.get("content") or "")
        if name in _AUTHOR_NAMES and content and not address(content):
            by_name.setdefault(name, []).append(content)
    return next((tuple(by_name[name]) for name in _AUTHOR_NAMES if name in by_name), ())


def _date(text: str | None) -> tuple[int, ...]:
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text or "")
    return tuple(int(part) for part in match.groups()) if match else ()


def _saved_from(page: Any) -> str | None:
    """The address that browsers note when they save a page."""
    root = page.getroottree()
    before = root.getroot().getprevious()
    while before is not None:
        match = _SAVED_FROM.search(before.text or "")
        if match:
            return match[1]
        before = before.getprevious()
    return None
