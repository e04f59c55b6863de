"""A list of references for a text that quotes several passages, as one file."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hrqa.queries import Citation
from hrqa.references.bibtex import bibtex_text, citation_key
from hrqa.references.csl import csl_item
from hrqa.references.markdown import block_quotation, escaped_styled
from hrqa.references.ordering import list_key
from hrqa.references.places import Place, cited_place, cited_places, place_note
from hrqa.references.ris import ris_text
from hrqa.references.styles import StyledText, styled_text
from hrqa.references.works import Work, work_of


class ListFormat(StrEnum):
    """How a list of references is written."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    MARKDOWN = "markdown"

    @property
    def media_type(self) -> str:
        """The media type of a file in this format, without parameters."""
        return _FILES[self][0]

    @property
    def file_name(self) -> str:
        """The name under which such a file is saved."""
        return f"references.{_FILES[self][1]}"


_FILES = {
    ListFormat.BIBTEX: ("application/x-bibtex", "bib"),
    ListFormat.RIS: ("application/x-research-info-systems", "ris"),
    ListFormat.CSL_JSON: ("application/vnd.citationstyles.csl+json", "json"),
    ListFormat.MARKDOWN: ("text/markdown", "md"),
}
_QUOTATIONS = {"en": "Quotations", "vi": "Các đoạn trích dẫn"}
_REFERENCES = {"en": "References", "vi": "Tài liệu tham khảo"}
_WORKS_CITED = "Works Cited"
"""What MLA calls them, in English."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a text quotes: a passage, or a part of it.

    Attributes:
        text: The words quoted.
        citation: Where they stand.
    """

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class _Cited:
    """A work with the places at which it is cited."""

    work: Work
    places: tuple[Place, ...]


def reference_list(
    quotations: Sequence[Quotation], *, format: ListFormat, style: str, language: str
) -> str:
    """The references of a text, one for each document, in the order in which it first quotes them.

    The places cited are named together where the format has a note. In Markdown the quotations
    come first, each with its citation, and the references are sorted as their style wants it.

    Args:
        quotations: What the text quotes, in its order.
        format: How to write the list.
        style: ``apa``, ``mla`` or ``chicago``, of Markdown alone.
        language: Language of the words that are not the documents' own, ``en`` or ``vi``.

    Returns:
        The whole file; ends with a line break.
    """
    cited = _cited(quotations)
    match format:
        case ListFormat.BIBTEX:
            keys = _keys(each.work for each in cited)
            return "\n".join(
                bibtex_text(each.work, each.places, language=language, key=key)
                for each, key in zip(cited, keys, strict=True)
            )
        case ListFormat.RIS:
            return "\r\n".join(
                ris_text(each.work, each.places, language=language) for each in cited
            )
        case ListFormat.CSL_JSON:
            items = [_csl_item(each, language) for each in cited]
            return json.dumps(items, ensure_ascii=False, indent=2) + "\n"
        case ListFormat.MARKDOWN:
            return _markdown(quotations, [each.work for each in cited], style, language)


def _cited(quotations: Sequence[Quotation]) -> list[_Cited]:
    by_document: dict[str, list[Citation]] = {}
    for quotation in quotations:
        citation = quotation.citation
        by_document.setdefault(citation.document.id, []).append(citation)
    return [
        _Cited(work_of(citations[0].document), cited_places(citations))
        for citations in by_document.values()
    ]


def _keys(works: Iterable[Work]) -> list[str]:
    """A key for each work; BibTeX takes those that differ in capitals alone for one."""
    keys: list[str] = []
    taken: set[str] = set()
    for work in works:
        own = key = citation_key(work.id)
        number = 1
        while key.casefold() in taken:
            number += 1
            key = f"{own}-{number}"
        taken.add(key.casefold())
        keys.append(key)
    return keys


def _csl_item(cited: _Cited, language: str) -> dict[str, object]:
    """An item with its places as its note: a locator belongs to a citation, not to an item."""
    item = csl_item(cited.work)
    if cited.places:
        item["note"] = place_note(cited.places, cited.work.edition, language)
    return item


def _markdown(
    quotations: Sequence[Quotation], works: Sequence[Work], style: str, language: str
) -> str:
    in_text: dict[tuple[str, Place | None], str] = {}
    blocks = [f"## {_QUOTATIONS[language]}\n"]
    for quotation in quotations:
        document, place = quotation.citation.document, cited_place(quotation.citation)
        said = in_text.get((document.id, place))
        if said is None:
            styled = styled_text(work_of(document), place, style=style, language=language)
            said = escaped_styled(styled.in_text, styled.in_text_italics)
            in_text[document.id, place] = said
        blocks.append(block_quotation(quotation.text, said))
    in_mla = (style, language) == ("mla", "en")
    blocks.append(f"## {_WORKS_CITED if in_mla else _REFERENCES[language]}\n")
    blocks += [
        f"{escaped_styled(styled.entry, styled.italics)}\n"
        for styled in _entries(works, style, language)
    ]
    return "\n".join(blocks)


def _entries(works: Sequence[Work], style: str, language: str) -> list[StyledText]:
    """The entries, sorted."""
    styled = [(work, styled_text(work, None, style=style, language=language)) for work in works]
    styled.sort(key=lambda each: list_key(each[0], each[1].entry, style=style, language=language))
    return [text for _, text in styled]
