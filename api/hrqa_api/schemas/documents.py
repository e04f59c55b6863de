"""The index and its documents as callers get them."""

from pydantic import BaseModel

from hrqa.datatypes import Document, Page
from hrqa.store.description import IndexText
from hrqa.store.texts import StoredDocument


class FailedOut(BaseModel):
    """A file that did not become a document."""

    file: str
    reason: str


class IndexOut(BaseModel):
    """What is in the index."""

    id: str
    built_at: str
    model: str
    documents: int
    passages: int
    languages: list[str]
    failed: list[FailedOut]


class OutlineOut(BaseModel):
    """A heading of a document."""

    title: str
    level: int
    page: int | None


class UnreadablePageOut(BaseModel):
    """A page whose text could not be read, and why."""

    page: int
    reason: str


class DocumentOut(BaseModel):
    """A document; the text of its `ocr_pages` was recognised in images."""

    id: str
    file: str
    title: str
    authors: list[str]
    year: int | None
    url: str | None
    language: str | None
    pages: int | None
    passages: int
    sha256: str
    edition: str | None
    same_as: list[str]
    ocr_pages: list[int]
    unreadable_pages: list[UnreadablePageOut]


class ExampleQuestionOut(BaseModel):
    """A question that the document answers, in the language of a BCP 47 tag."""

    text: str
    language: str


class DocumentDetailOut(DocumentOut):
    """A document with its headings, and example questions from the corpus's manifest."""

    outline: list[OutlineOut]
    questions: list[ExampleQuestionOut]


class DocumentsOut(BaseModel):
    """A page of the list of documents; `next_cursor` is null on the last."""

    documents: list[DocumentOut]
    next_cursor: str | None


class TextOut(BaseModel):
    """The text of a page, or of a document without pages."""

    document_id: str
    page: int | None
    label: str | None
    text: str


class PageOut(BaseModel):
    """A page with its size in points."""

    page: int
    label: str | None
    text: str
    width: float
    height: float


def document_out(stored: StoredDocument) -> DocumentOut:
    """A document as callers get it."""
    document, known = stored.document, stored.document.bibliography
    return DocumentOut(
        id=document.id,
        file=document.file,
        title=known.title,
        authors=[str(author) for author in known.authors],
        year=known.year,
        url=known.url,
        language=known.language,
        pages=document.pages,
        passages=stored.passages,
        sha256=document.sha256,
        edition=known.edition,
        same_as=list(document.same_as),
        ocr_pages=list(document.ocr_pages),
        unreadable_pages=[
            UnreadablePageOut(page=page, reason=reason)
            for page, reason in document.unreadable_pages
        ],
    )


def document_detail_out(stored: StoredDocument) -> DocumentDetailOut:
    """A document with its headings and example questions as callers get it."""
    outline = [
        OutlineOut(title=entry.title, level=entry.level, page=entry.page)
        for entry in stored.document.outline
    ]
    questions = [
        ExampleQuestionOut(text=question.text, language=question.language)
        for question in stored.document.questions
    ]
    return DocumentDetailOut(
        **document_out(stored).model_dump(), outline=outline, questions=questions
    )


def documents_out(index: IndexText) -> DocumentsOut:
    """All documents, unpaged."""
    documents = [document_out(stored) for stored in index.texts.documents]
    return DocumentsOut(documents=documents, next_cursor=None)


def index_out(index: IndexText) -> IndexOut:
    """The description of an index as callers get it."""
    documents = [stored.document for stored in index.texts.documents]
    languages = {document.bibliography.language for document in documents}
    return IndexOut(
        id=index.meta.id,
        built_at=index.meta.built_at,
        model=index.meta.model,
        documents=len(documents),
        passages=len(index.texts.passage_ids),
        languages=sorted(language for language in languages if language is not None),
        failed=[FailedOut(file=failed.file, reason=failed.reason) for failed in index.meta.failed],
    )


def text_out(document: Document, page: Page) -> TextOut:
    """A page's text as callers get it."""
    return TextOut(document_id=document.id, page=page.number, label=page.label, text=page.text)
