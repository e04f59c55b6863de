"""Calls that read the index: its documents, their pages, passages, references and files."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeVar
from urllib.parse import quote

from hrqa.client.connection import Connection, Parameters
from hrqa.client.failures import ServiceError, gone_from_under
from hrqa.references.formats import ReferenceFormat
from hrqa.references.lists import ListFormat
from hrqa_api.schemas.citations import PassageDetailOut, PassagesOut, PassageWithCitationOut
from hrqa_api.schemas.documents import (
    DocumentDetailOut,
    DocumentOut,
    DocumentsOut,
    IndexOut,
    PageOut,
    TextOut,
)
from hrqa_api.schemas.references import QuotationIn, ReferenceOut

_PAGE_SIZE = 200

Language = Literal["en", "vi"]
Style = Literal["apa", "mla", "chicago"]
L = TypeVar("L", DocumentsOut, PassagesOut)
_STYLES = (ReferenceFormat.APA, ReferenceFormat.MLA, ReferenceFormat.CHICAGO)


class DocumentCalls:
    """The calls for which a key needs the scope ``documents``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def index(self) -> IndexOut:
        """What is in the index, and which files are not."""
        return self._connection.read(IndexOut, self._connection.get("/v1/index"))

    def documents(self, *, page_size: int = _PAGE_SIZE) -> Iterator[DocumentOut]:
        """All documents in the order of their files, fetched as they are read.

        Args:
            page_size: How many are fetched at once, at most 200.

        Raises:
            ServiceError: With the type ``gone``, the index was rebuilt meanwhile.
        """
        for page in self._pages(DocumentsOut, "/v1/documents", {"limit": page_size}):
            yield from page.documents

    def document(self, document_id: str) -> DocumentDetailOut:
        """A document with its headings and example questions."""
        response = self._connection.get(_document(document_id))
        return self._connection.read(DocumentDetailOut, response)

    def text(self, document_id: str, page: int | None = None) -> TextOut:
        """The text into which spans count: of a page, or of a document without pages."""
        response = self._connection.get(f"{_document(document_id)}/text", {"page": page})
        return self._connection.read(TextOut, response)

    def page(self, document_id: str, number: int) -> PageOut:
        """A page with its size; pages count from 1."""
        response = self._connection.get(f"{_document(document_id)}/pages/{number}")
        return self._connection.read(PageOut, response)

    def page_image(self, document_id: str, number: int, *, width: int = 1000) -> bytes:
        """A page of a PDF file as PNG, ``width`` pixels wide; the boxes of spans fit it."""
        path = f"{_document(document_id)}/pages/{number}/image"
        response = self._connection.get(path, {"width": width}, accept="*/*")
        return self._connection.expect(response, ["image/png"]).content

    def passages(
        self, document_id: str, *, page: int | None = None, page_size: int = _PAGE_SIZE
    ) -> Iterator[PassageWithCitationOut]:
        """The passages of a document, in the order of the text, fetched as they are read.

        Args:
            document_id: The document.
            page: Only those on this page; None for all.
            page_size: How many are fetched at once, at most 200.

        Raises:
            ServiceError: With the type ``gone``, the index was rebuilt meanwhile.
        """
        path = f"{_document(document_id)}/passages"
        asked: Parameters = {"page": page, "limit": page_size}
        for found in self._pages(PassagesOut, path, asked):
            yield from found.passages

    def passage(self, passage_id: str, *, context: int = 0) -> PassageDetailOut:
        """A passage, with up to ``context`` passages before and after it."""
        response = self._connection.get(_passage(passage_id), {"context": context})
        return self._connection.read(PassageDetailOut, response)

    def citation(
        self,
        passage_id: str,
        *,
        start: int | None = None,
        end: int | None = None,
        format: ReferenceFormat = ReferenceFormat.APA,
        language: Language = "en",
    ) -> ReferenceOut:
        """A reference to a passage, with its page; ``in_text`` is None but for the styles.

        Args:
            passage_id: The passage.
            start: First code point of the part whose page is to be named; None for the passage's.
            end: One past the part's last; given with ``start`` alone.
            format: How to write the reference.
            language: Of the words that are not the document's own.
        """
        part: Parameters = {"start": start, "end": end}
        return self._reference(_passage(passage_id), format, language, part)

    def reference_list(
        self,
        quoted: Sequence[str | QuotationIn],
        *,
        format: ListFormat = ListFormat.MARKDOWN,
        style: Style = "apa",
        language: Language = "en",
    ) -> str:
        """The references of a text as the content of one file.

        Args:
            quoted: What the text quotes, in its order: ids of passages, or parts of passages; at
                most 200.
            format: How to write the list.
            style: Of Markdown, in which the quotations come before the references.
            language: Of the words that are not the documents' own.

        Raises:
            ServiceError: With the type ``invalid-request``; ``faults`` name each passage that
                there is not, and each part that does not lie in its passage.
        """
        items = [
            {"passage_id": each} if isinstance(each, str) else each.model_dump(mode="json")
            for each in quoted
        ]
        body = {"format": str(format), "style": style, "language": language, "items": items}
        response = self._connection.post("/v1/citations", body)
        return self._connection.expect(response, [format.media_type]).content.decode()

    def document_citation(
        self,
        document_id: str,
        *,
        format: ReferenceFormat = ReferenceFormat.APA,
        language: Language = "en",
    ) -> ReferenceOut:
        """A reference to a document; ``in_text`` is None but for the styles."""
        return self._reference(_document(document_id), format, language)

    def file(self, document_id: str) -> bytes:
        """A document's file as it was indexed."""
        response = self._connection.get(f"{_document(document_id)}/file", accept="*/*")
        if "content-disposition" not in response.headers:
            raise self._connection.foreign(response)
        return response.content

    def _reference(
        self,
        path: str,
        format: ReferenceFormat,
        language: Language,
        part: Parameters | None = None,
    ) -> ReferenceOut:
        parameters: Parameters = {"format": str(format), "language": language, **(part or {})}
        response = self._connection.get(f"{path}/citation", parameters)
        if format in _STYLES:
            return self._connection.read(ReferenceOut, response)
        accepted = [format.media_type, "application/json"]
        text = self._connection.expect(response, accepted).text
        return ReferenceOut(format=format, language=language, reference=text, in_text=None)

    def _pages(self, model: type[L], path: str, parameters: Parameters) -> Iterator[L]:
        """The pages of a list, one after the other."""
        cursor: str | None = None
        while True:
            asked = {**parameters, "cursor": cursor}
            try:
                page = self._connection.read(model, self._connection.get(path, asked))
            except ServiceError as error:
                if error.type != "gone":
                    raise
                raise gone_from_under(error) from error
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return


def _document(document_id: str) -> str:
    return f"/v1/documents/{quote(document_id, safe='')}"


def _passage(passage_id: str) -> str:
    return f"/v1/passages/{quote(passage_id, safe='')}"
