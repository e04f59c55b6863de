"""The formats in which a reference is given, and the way to each."""

from dataclasses import dataclass
from enum import StrEnum

from hrqa.datatypes import Document
from hrqa.queries import Citation
from hrqa.references.bibtex import bibtex_text
from hrqa.references.csl import csl_text
from hrqa.references.places import cited_place
from hrqa.references.ris import ris_text
from hrqa.references.styles import Stretches, styled_text
from hrqa.references.works import work_of

LANGUAGES = ("en", "vi")
"""Languages in which the words of a reference can be."""


class ReferenceFormat(StrEnum):
    """How a reference is written."""

    CSL_JSON = "csl-json"
    BIBTEX = "bibtex"
    RIS = "ris"
    APA = "apa"
    MLA = "mla"
    CHICAGO = "chicago"

    @property
    def media_type(self) -> str:
        """The media type of a body in this format."""
        return _MEDIA_TYPES.get(self, "text/plain")


_MEDIA_TYPES = {
    ReferenceFormat.CSL_JSON: "application/vnd.citationstyles.csl+json",
    ReferenceFormat.BIBTEX: "application/x-bibtex",
    ReferenceFormat.RIS: "application/x-research-info-systems",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a document or a passage.

    Attributes:
        format: How it is written.
        language: ``en`` or ``vi``.
        media_type: Media type of ``text``, without parameters; it is to be sent as UTF-8.
        text: The whole body; ends with a line break.
        in_text: The citation as it stands in a text, for APA, MLA and Chicago; else None.
        italics: What of ``text`` a style sets in italics: half-open code-point offsets, in order.
        in_text_italics: What of ``in_text`` it does.
    """

    format: ReferenceFormat
    language: str
    media_type: str
    text: str
    in_text: str | None
    italics: Stretches = ()
    in_text_italics: Stretches = ()


def refer(
    document: Document, citation: Citation | None, *, format: ReferenceFormat, language: str
) -> Reference:
    """Refer to a document, or to a passage of it.

    Args:
        document: The document.
        citation: Where the passage stands; None for the whole document.
        format: How to write the reference.
        language: Language of the words that are not the document's own, ``en`` or ``vi``.
    """
    if language not in LANGUAGES:
        raise ValueError(f"not a language of references: {language!r}; use one of {LANGUAGES}")
    work = work_of(document)
    place = None if citation is None else cited_place(citation)
    places = () if place is None else (place,)
    in_text = None
    italics: Stretches = ()
    in_text_italics: Stretches = ()
    match format:
        case ReferenceFormat.CSL_JSON:
            text = csl_text(work, place, cited=citation is not None)
        case ReferenceFormat.BIBTEX:
            text = bibtex_text(work, places, language=language)
        case ReferenceFormat.RIS:
            text = ris_text(work, places, language=language)
        case ReferenceFormat.APA | ReferenceFormat.MLA | ReferenceFormat.CHICAGO:
            styled = styled_text(work, place, style=format.value, language=language)
            text, in_text = f"{styled.entry}\n", styled.in_text
            italics, in_text_italics = styled.italics, styled.in_text_italics
    return Reference(format, language, format.media_type, text, in_text, italics, in_text_italics)
