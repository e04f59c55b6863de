"""Where in a document a citation points, in the terms of reference formats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hrqa.queries import Citation
from hrqa.references.plain_text import plain_line

EN_DASH = "–"

_ABBREVIATIONS = {
    ("en", "page"): ("p.", "pp."),
    ("en", "paragraph"): ("para.", "paras."),
    ("vi", "page"): ("tr.", "tr."),
    ("vi", "paragraph"): ("đoạn", "đoạn"),
}
_CITED = {"en": "Cited", "vi": "Trích dẫn"}


@dataclass(frozen=True, slots=True)
class Place:
    """A page, a run of pages or a paragraph.

    Attributes:
        label: CSL's locator label, ``page`` or ``paragraph``.
        first: Page label where there is one, else physical page; or paragraph number.
        last: As ``first``; equal to it unless the passage runs over pages.
    """

    label: str
    first: str
    last: str

    @property
    def is_range(self) -> bool:
        """Whether more than one page is meant."""
        return self.first != self.last

    @property
    def locator(self) -> str:
        """The place without its label, such as ``6`` or ``6–7``."""
        return f"{self.first}{EN_DASH}{self.last}" if self.is_range else self.first


def cited_place(citation: Citation) -> Place | None:
    """The place that a citation points to; None where it names neither page nor paragraph."""
    run = _run(citation)
    return None if run is None else run.place


def cited_places(citations: Iterable[Citation]) -> tuple[Place, ...]:
    """The places of one document that several citations point to, in its order, none twice.

    Runs of pages that overlap become one, and those that follow each other by their numbers.
    """
    found = (run for run in map(_run, citations) if run is not None)
    merged: list[_Run] = []
    for run in sorted(found, key=lambda run: (run.first, run.last)):
        if merged and merged[-1].meets(run):
            merged[-1] = merged[-1].joined(run)
        else:
            merged.append(run)
    return tuple(dict.fromkeys(run.place for run in merged))


@dataclass(frozen=True, slots=True)
class _Run:
    """A place with the physical pages, or paragraphs, that it is made of."""

    first: int
    last: int
    place: Place

    def meets(self, after: "_Run") -> bool:
        if after.first <= self.last:
            return True
        names = self.place.last, after.place.first
        follows = all(name.isdecimal() for name in names) and int(names[1]) == int(names[0]) + 1
        return after.first == self.last + 1 and follows

    def joined(self, after: "_Run") -> "_Run":
        if after.last <= self.last:
            return self
        place = Place(self.place.label, self.place.first, after.place.last)
        return _Run(self.first, after.last, place)


def _run(citation: Citation) -> _Run | None:
    numbered = [
        (cited.span.page, plain_line(cited.label or "") or str(cited.span.page))
        for cited in citation.spans
        if cited.span.page is not None
    ]
    if numbered:
        (first, first_name), (last, last_name) = (
            choose(numbered, key=lambda page: page[0]) for choose in (min, max)
        )
        return _Run(first, last, Place("page", first_name, last_name))
    number = citation.paragraph
    if number is None:
        return None
    return _Run(number, number, Place("paragraph", str(number), str(number)))


def place_note(places: Sequence[Place], edition: str | None, language: str) -> str:
    """A note that names the cited places and the edition whose pages are counted.

    Such as ``Cited: pp. 6, 9–10 [hrqa reading edition]``; empty where there is neither.

    Args:
        places: Places of one document.
        edition: Name of the edition; None for the original.
        language: ``en`` or ``vi``.
    """
    if not places:
        return edition or ""
    one, many = _ABBREVIATIONS[language, places[0].label]
    several = len(places) > 1 or places[0].is_range
    said = f"{many if several else one} {', '.join(place.locator for place in places)}"
    cited = f"{_CITED[language]}: {said}"
    return f"{cited} [{edition}]" if edition else cited
