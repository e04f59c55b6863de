"""Where in a document a citation points, in the terms of reference formats."""

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

    def said(self, language: str) -> str:
        """The place in words, such as ``pp. 6–7``."""
        one, many = _ABBREVIATIONS[language, self.label]
        return f"{many if self.is_range else one} {self.locator}"


def cited_place(citation: Citation) -> Place | None:
    """The place that a citation points to; None where it names neither page nor paragraph."""
    numbered = [cited for cited in citation.spans if cited.span.page is not None]
    if numbered:
        numbered.sort(key=lambda cited: cited.span.page or 0)
        first, last = (
            plain_line(cited.label or "") or str(cited.span.page)
            for cited in (numbered[0], numbered[-1])
        )
        return Place("page", first, last)
    if citation.paragraph is None:
        return None
    return Place("paragraph", str(citation.paragraph), str(citation.paragraph))


def place_note(place: Place | None, edition: str | None, language: str) -> str:
    """A note that names the cited place and the edition whose pages are counted.

    Such as ``Cited: pp. 6–7 [hrqa reading edition]``; empty where there is neither.
    """
    if place is None:
        return edition or ""
    cited = f"{_CITED[language]}: {place.said(language)}"
    return f"{cited} [{edition}]" if edition else cited
