"""What a document is as a publication, made fit for reference formats."""

import calendar
import re
from dataclasses import dataclass

from hrqa.datatypes import Bibliography, Document, Name
from hrqa.references.plain_text import plain_line

CSL_TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter "
    "classic collection dataset document entry entry-dictionary entry-encyclopedia figure "
    "graphic hearing interview legal_case legislation manuscript map motion_picture "
    "musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software "
    "song speech standard thesis treaty webpage".split()
)
"""The types that the schema of CSL-JSON knows, version 1.0.2."""

_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """A document as a publication: each text one clean line, None where unknown.

    Attributes:
        id: The document's id.
        type: A type of CSL 1.0.2.
        authors: Names of which something is left once cleaned.
        issued: Year, year and month, or year, month and day, all of them possible; or empty.
        doi: Without resolver or ``doi:``.
        edition: Name of an edition made by others than the publisher.
    """

    id: str
    type: str
    title: str
    authors: tuple[Name, ...]
    issued: tuple[int, ...]
    container_title: str | None
    publisher: str | None
    volume: str | None
    issue: str | None
    doi: str | None
    url: str | None
    language: str | None
    edition: str | None


def work_of(document: Document) -> Work:
    """The work that a document is; its file name stands for a title of which nothing is left."""
    known = document.bibliography
    doi = _line(known.doi)
    return Work(
        id=document.id,
        type=known.type if known.type in CSL_TYPES else "document",
        title=_line(known.title) or _line(document.file) or document.id,
        authors=_authors(known),
        issued=_possible(known.issued),
        container_title=_line(known.container_title),
        publisher=_line(known.publisher),
        volume=_line(known.volume),
        issue=_line(known.issue),
        doi=_DOI_PREFIX.sub("", doi) or None if doi else None,
        url=_line(known.url),
        language=_line(known.language),
        edition=_line(known.edition),
    )


def _line(text: str | None) -> str | None:
    return (plain_line(text) or None) if text else None


def _authors(known: Bibliography) -> tuple[Name, ...]:
    names = (
        Name(_line(name.literal), _line(name.family), _line(name.given)) for name in known.authors
    )
    return tuple(_whole(name) for name in names if str(name))


def _whole(name: Name) -> Name:
    """A name with a literal alone, or with a family name: formats know no third way."""
    if name.literal is not None or name.family is None:
        return Name(literal=str(name))
    return name


def _possible(issued: tuple[int, ...]) -> tuple[int, ...]:
    """The leading parts of a date that the calendar knows."""
    match issued:
        case (year, month, day) if 1 <= month <= 12 and _has_day(year, month, day):
            return issued
        case (year, month, *_) if 1 <= month <= 12:
            return (year, month)
    return issued[:1]


def _has_day(year: int, month: int, day: int) -> bool:
    # monthrange refuses years before Christ; only the leap day depends on the year.
    return 1 <= day <= calendar.monthrange(2000 if calendar.isleap(year) else 2001, month)[1]
