"""RIS records, which EndNote, Zotero, Mendeley and library systems import."""

from collections.abc import Iterator, Sequence

from hrqa.datatypes import Name
from hrqa.references.places import Place, place_note
from hrqa.references.works import Work

_TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "article": "UNPB",
    "bill": "BILL",
    "book": "BOOK",
    "chapter": "CHAP",
    "classic": "CLSWK",
    "dataset": "DATA",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "figure": "FIGURE",
    "hearing": "HEAR",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "MANSCPT",
    "map": "MAP",
    "motion_picture": "MPCT",
    "musical_score": "MUSIC",
    "pamphlet": "PAMP",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "personal_communication": "PCOMM",
    "post": "ELEC",
    "post-weblog": "BLOG",
    "report": "RPRT",
    "review": "JOUR",
    "review-book": "JOUR",
    "software": "COMP",
    "song": "SOUND",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}


def ris_text(work: Work, places: Sequence[Place], *, language: str) -> str:
    """A work as a RIS record; the cited places stand in ``N1``.

    ``SP`` and ``EP`` are the range of a whole work, which is not known.
    """
    return "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(work, places, language))


def _lines(work: Work, places: Sequence[Place], language: str) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(work.type, "GEN")
    yield "ID", work.id
    yield "TI", work.title
    yield from (("AU", _author(name)) for name in work.authors)
    if work.issued:
        yield "PY", f"{work.issued[0]:04}"
        yield "DA", _date(work.issued)
    fields = {
        "T2": work.container_title,
        "PB": work.publisher,
        "VL": work.volume,
        "IS": work.issue,
        "DO": work.doi,
        "UR": work.url,
        "LA": work.language,
        "N1": place_note(places, work.edition, language),
    }
    yield from ((tag, value) for tag, value in fields.items() if value)
    yield "ER", ""


def _author(name: Name) -> str:
    if name.literal is not None:
        return name.literal
    return ", ".join(part for part in (name.family, name.given) if part)


def _date(issued: tuple[int, ...]) -> str:
    """``YYYY/MM/DD/`` with the parts that are known; the slashes always stand."""
    year, month, day = (*issued, None, None)[:3]
    parts = (
        f"{year:04}",
        "" if month is None else f"{month:02}",
        "" if day is None else f"{day:02}",
    )
    return "/".join((*parts, ""))
