"""What an address names: a document, a page, a passage."""

from hrqa.datatypes import Page, Passage
from hrqa.search import cite_from
from hrqa.store.texts import StoredDocument
from hrqa_api.engine import Serving
from hrqa_api.problems import NOT_FOUND, ProblemError
from hrqa_api.schemas.citations import PassageWithCitationOut, citation_out, passage_out

_SHOWN = 100


def find_document(serving: Serving, document_id: str) -> StoredDocument:
    """The document with an id.

    Raises:
        ProblemError: There is none.
    """
    stored = serving.index.texts.document(document_id)
    if stored is None:
        raise ProblemError(
            NOT_FOUND, f"No document has the id {document_id[:_SHOWN]!r}; /v1/documents lists them."
        )
    return stored


def find_page(serving: Serving, stored: StoredDocument, number: int | None) -> Page:
    """A page of a document, or with None the whole text of one without pages.

    Raises:
        ProblemError: There is no such page.
    """
    found = serving.index.texts.page(stored.document.id, number)
    if found is None:
        has = stored.document.pages
        raise ProblemError(
            NOT_FOUND,
            f"{stored.document.id} has no page {number}; "
            + (f"it has {has} pages." if has is not None else "it has no pages."),
        )
    return found


def find_passage(serving: Serving, passage_id: str) -> tuple[int, Passage]:
    """The passage with an id, and its number.

    Raises:
        ProblemError: There is none.
    """
    texts = serving.index.texts
    number = texts.passage_number(passage_id)
    if number is None:
        raise ProblemError(NOT_FOUND, f"No passage has the id {passage_id[:_SHOWN]!r}.")
    return number, texts.passage(number)


def with_citation(serving: Serving, passage: Passage) -> PassageWithCitationOut:
    """A passage with its citation as callers get it."""
    citation = cite_from(serving.index.texts, passage)
    return PassageWithCitationOut(
        passage=passage_out(passage, citation.document), citation=citation_out(citation)
    )
