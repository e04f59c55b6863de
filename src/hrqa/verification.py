"""Proof that an index is whole: every checksum, and every citation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hrqa.citations import cite
from hrqa.datatypes import Page, Passage
from hrqa.digests import file_sha256
from hrqa.errors import UnreadableDocumentError
from hrqa.progress import Progress
from hrqa.readers.formats import read_document
from hrqa.store.generations import damaged_files
from hrqa.store.index import OpenIndex, open_index
from hrqa.store.texts import StoredDocument


@dataclass(frozen=True, slots=True)
class Verification:
    """What was proven.

    Attributes:
        index_id: Id of the index.
        files: Files of the index whose checksums were compared.
        passages: Passages whose citations were resolved.
        spans: Stretches of text that were compared with the pages.
        read_again: Documents whose file was read again and gives the same text.
        stored_only: Documents whose file is gone or changed: proven against the stored text.
        problems: What is wrong; empty if all is right.
    """

    index_id: str
    files: int
    passages: int
    spans: int
    read_again: tuple[str, ...]
    stored_only: tuple[str, ...]
    problems: tuple[str, ...]


def verify_index(root: Path, corpus: Path | None, *, progress: Progress) -> Verification:
    """Prove an index.

    Args:
        root: Folder of the index.
        corpus: Folder of the documents, to read them again; None to compare with the stored
            text alone.
        progress: Shows how far the work is.

    Raises:
        IndexStoreError: The index cannot be opened.
    """
    index = open_index(root)
    try:
        generation = index.text.generation
        problems = [str(error) for error in damaged_files(generation)]
        read_again, stored_only = [], []
        spans = 0
        documents = index.text.texts.documents
        with progress.stage("Verifying", len(documents), "document") as step:
            for stored in documents:
                pages = index.text.texts.pages(stored.document.id)
                again = _read_again(stored, corpus)
                if again is None:
                    stored_only.append(stored.document.file)
                else:
                    read_again.append(stored.document.file)
                    problems.extend(_differences(stored, pages, again))
                for passage in _passages(index, stored):
                    spans += len(passage.spans)
                    problems.extend(_false_citations(passage, stored, pages))
                step(1)
        return Verification(
            index_id=index.text.meta.id,
            files=len(generation.files),
            passages=len(index.text.texts.passage_ids),
            spans=spans,
            read_again=tuple(read_again),
            stored_only=tuple(stored_only),
            problems=tuple(problems),
        )
    finally:
        index.close()


def _passages(index: OpenIndex, stored: StoredDocument) -> list[Passage]:
    begin = stored.first_passage
    return index.text.texts.passages(begin, begin + stored.passages)


def _read_again(stored: StoredDocument, corpus: Path | None) -> tuple[Page, ...] | None:
    """The pages as the file gives them now; None where the file is gone or has changed."""
    if corpus is None:
        return None
    path = corpus / stored.document.file
    if not path.is_file() or file_sha256(path) != stored.document.sha256:
        return None
    try:
        return read_document(path, file=stored.document.file).pages
    except UnreadableDocumentError:
        return ()


def _differences(
    stored: StoredDocument, pages: tuple[Page, ...], again: tuple[Page, ...]
) -> Iterator[str]:
    file = stored.document.file
    if len(pages) != len(again):
        yield f"{file}: the file gives {len(again)} pages, the index holds {len(pages)}"
        return
    for kept, read in zip(pages, again, strict=True):
        if kept != read:
            where = f"page {kept.number}" if kept.number is not None else "its text"
            yield f"{file}: {where} reads differently from what the index holds"


def _false_citations(
    passage: Passage, stored: StoredDocument, pages: tuple[Page, ...]
) -> Iterator[str]:
    """Check a passage against the pages that it cites."""
    by_number = {page.number: page for page in pages}
    name = f"{stored.document.file}: passage {passage.id}"
    texts = []
    for span in passage.spans:
        page = by_number.get(span.page)
        if page is None:
            yield f"{name}: cites page {span.page}, which the document does not have"
            return
        if span.end > len(page.text):
            yield f"{name}: cites beyond the end of page {span.page}"
            return
        texts.append(page.text[span.start : span.end])
    if "\n".join(texts) != passage.text:
        yield f"{name}: its text is not what stands at the place that it cites"
    for cited in cite(passage, stored.document, by_number).spans:
        if cited.span.page is None:
            continue
        inside = all(
            0 <= box.left <= box.right <= 1 and 0 <= box.top <= box.bottom <= 1
            for box in cited.boxes or ()
        )
        if not cited.boxes or not inside:
            yield f"{name}: its boxes on page {cited.span.page} are missing or off the page"
