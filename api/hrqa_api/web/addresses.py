"""Where the parts of the page are, below whatever path the service stands at."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request

from hrqa.datatypes import Document

Marks = Sequence[tuple[int, int]]
"""Half-open offsets into a passage's text."""


def root_of(request: Request) -> str:
    """The path at which callers reach the service, without a slash at its end."""
    address: str = request.app.state.address_of(request)
    return urlsplit(address).path.rstrip("/")


def safe_link(url: str | None) -> str | None:
    """A link out of a document's description, if it is one of the web; else None."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


class Addresses:
    """Addresses within the page."""

    def __init__(self, root: str) -> None:
        """Make them.

        Args:
            root: Path at which callers reach the service, without a slash at its end.
        """
        self.root = root

    @property
    def ask(self) -> str:
        """Where questions are asked."""
        return f"{self.root}/"

    @property
    def library(self) -> str:
        """The list of the documents."""
        return f"{self.root}/library"

    @property
    def basket(self) -> str:
        """The citations kept for an essay."""
        return f"{self.root}/basket"

    def question(
        self,
        query: str,
        *,
        document_ids: Iterable[str] = (),
        languages: Iterable[str] = (),
        limit: int | None = None,
    ) -> str:
        """The answer to a question."""
        pairs = [
            ("query", query),
            *(("document_ids", document_id) for document_id in document_ids),
            *(("languages", language) for language in languages),
        ]
        if limit is not None:
            pairs.append(("limit", str(limit)))
        return f"{self.ask}?{urlencode(pairs)}"

    def document(self, document: Document) -> str:
        """A document's details."""
        return f"{self.library}/{_segment(document.id)}"

    def reading(
        self,
        document: Document,
        page: int | None,
        *,
        passage_id: str | None = None,
        marks: Marks = (),
        zoom: int | None = None,
        heading: int | None = None,
    ) -> str:
        """A page of a document, or the text of one without pages.

        Args:
            document: The document.
            page: The page; None for a document without pages.
            passage_id: A passage that is marked.
            marks: What of it answers.
            zoom: Width of the page, in percent of the space that there is.
            heading: Place in the outline of a heading that is marked.
        """
        pairs = _looking(passage_id, marks)
        if heading is not None:
            pairs.append(("heading", str(heading)))
        if zoom is not None:
            pairs.append(("zoom", str(zoom)))
        asked = f"?{urlencode(pairs)}" if pairs else ""
        place = "text" if page is None else f"pages/{page}"
        return f"{self.document(document)}/{place}{asked}"

    def text_from(
        self,
        document: Document,
        block: int,
        *,
        passage_id: str | None = None,
        marks: Marks = (),
    ) -> str:
        """The text of a document without pages from a block on, with a passage marked."""
        pairs = [("from", str(block)), *_looking(passage_id, marks)]
        return f"{self.document(document)}/text?{urlencode(pairs)}"

    def image(self, document: Document, page: int, width: int) -> str:
        """A page as a picture, so many pixels wide."""
        return f"{self._data(document)}/pages/{page}/image?width={width}"

    def file(self, document: Document, page: int | None = None) -> str:
        """The file, opened at a page."""
        return f"{self._data(document)}/file" + (f"#page={page}" if page is not None else "")

    def document_reference(self, document: Document) -> str:
        """References to a document."""
        return f"{self._data(document)}/citation"

    def passage_reference(self, passage_id: str) -> str:
        """References to a passage."""
        return f"{self.root}/v1/passages/{_segment(passage_id)}/citation"

    def _data(self, document: Document) -> str:
        return f"{self.root}/v1/documents/{_segment(document.id)}"


def _looking(passage_id: str | None, marks: Marks) -> list[tuple[str, str]]:
    passage = [("passage", passage_id)] if passage_id is not None else []
    return [*passage, *(("mark", f"{start}-{end}") for start, end in marks)]


def _segment(text: str) -> str:
    return quote(text, safe="")
