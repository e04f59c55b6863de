"""BibTeX entries, in UTF-8."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from hrqa.datatypes import Name
from hrqa.references.places import Place, place_note
from hrqa.references.works import Work

_TYPES = {
    "article": "unpublished",
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "classic": "book",
    "collection": "book",
    "entry": "incollection",
    "entry-dictionary": "incollection",
    "entry-encyclopedia": "incollection",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "review": "article",
    "review-book": "article",
    "thesis": "phdthesis",
}
_CONTAINER_FIELDS = {
    "article": "journal",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
}
_PUBLISHER_FIELDS = {"techreport": "institution", "phdthesis": "school"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {char: f"\\{char}" for char in "&%$#_"}
_ESCAPES = str.maketrans(_SPECIAL)
_LINK_ESCAPES = str.maketrans({char: f"%{ord(char):02X}" for char in '\\{}^" '})
_SPLITS = re.compile(r",|(?:^|\s)and(?:\s|$)|^others$", re.IGNORECASE)
_SPLITS_FAMILY = re.compile(rf"\s|{_SPLITS.pattern}", re.IGNORECASE)
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9._:-]+")


def bibtex_text(
    work: Work, places: Sequence[Place], *, language: str, key: str | None = None
) -> str:
    """A work as a BibTeX entry; the cited places stand in ``note``.

    ``pages`` is the range of a whole work, which is not known.

    Args:
        work: The work.
        places: The places cited; empty for the whole work.
        language: ``en`` or ``vi``, of the note.
        key: The entry's key, unless it is the document's own.
    """
    kind = _TYPES.get(work.type, "misc")
    if kind in _CONTAINER_FIELDS and not work.container_title:
        kind = "misc"  # these kinds need to stand in something
    fields = "".join(
        f"  {name} = {value},\n" for name, value in _fields(work, places, kind, language)
    )
    return f"@{kind}{{{key or citation_key(work.id)},\n{fields}}}\n"


def citation_key(document_id: str) -> str:
    """A document's key: its id, and six digits of the id's SHA-256 where BibTeX bars characters."""
    key = _NOT_IN_KEYS.sub("-", document_id)
    if key == document_id:
        return key
    return f"{key}-{hashlib.sha256(document_id.encode()).hexdigest()[:6]}"


def _fields(
    work: Work, places: Sequence[Place], kind: str, language: str
) -> Iterator[tuple[str, str]]:
    # The second pair of braces keeps styles from putting proper names into lower case.
    yield "title", f"{{{{{_escaped(work.title)}}}}}"
    if work.authors:
        yield "author", f"{{{' and '.join(_author(name) for name in work.authors)}}}"
    yield from zip(("year", "month", "day"), _date(work.issued), strict=False)
    texts = {
        _CONTAINER_FIELDS.get(kind, "howpublished"): work.container_title,
        _PUBLISHER_FIELDS.get(kind, "publisher"): work.publisher,
        "volume": work.volume,
        "number": work.issue,
        "language": work.language,
        "note": place_note(places, work.edition, language),
    }
    yield from ((name, f"{{{_escaped(text)}}}") for name, text in texts.items() if text)
    links = {"doi": work.doi, "url": work.url}
    yield from ((name, f"{{{_link(text)}}}") for name, text in links.items() if text)


def _date(issued: tuple[int, ...]) -> Iterator[str]:
    for position, part in enumerate(issued):
        yield _MONTHS[part - 1] if position == 1 else f"{{{part}}}"


def _author(name: Name) -> str:
    """A name as BibTeX cannot misread it: in braces what it would take apart.

    Given names stay free where they can, so that styles find their initials.
    """
    if name.literal is not None:
        return f"{{{_escaped(name.literal)}}}"
    family, given = name.family or "", name.given
    parts = [f"{{{_escaped(family)}}}" if _SPLITS_FAMILY.search(family) else _escaped(family)]
    if given:
        parts.append(f"{{{_escaped(given)}}}" if _SPLITS.search(given) else _escaped(given))
    return ", ".join(parts)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _link(text: str) -> str:
    r"""A DOI or address: ``\url`` prints it as it is, so that escapes would break it."""
    return text.translate(_LINK_ESCAPES)
