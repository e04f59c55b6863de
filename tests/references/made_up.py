"""Documents and citations for the tests of references, real ones and made-up ones."""

from pathlib import Path

from hrqa.datatypes import Bibliography, Document, Name, Span
from hrqa.manifest import read_manifest
from hrqa.queries import Citation, CitedSpan
from hrqa.references.formats import Reference, ReferenceFormat, refer

MANIFEST = Path(__file__).resolve().parents[2] / "corpus" / "manifest.json"

NGUYEN = Name(family="Nguyen", given="Van An")
COUNCIL = Name(literal="Delta Council")


def document(known: Bibliography, identifier: str = "doc") -> Document:
    """A document of which only its description matters."""
    return Document(identifier, f"{identifier}.pdf", "0" * 64, known, pages=9)


def corpus_document(identifier: str) -> Document:
    """A document of the repository's own corpus."""
    items = {item.id: item.bibliography for item in read_manifest(MANIFEST)}
    return document(items[identifier], identifier)


def citation(of: Document, *pages: tuple[int, str | None]) -> Citation:
    """A citation of these pages, each with its label."""
    spans = tuple(CitedSpan(Span(page, 0, 1), label, ()) for page, label in pages)
    return Citation(of, (), None, spans, "")


def paragraph_citation(of: Document, paragraph: int) -> Citation:
    """A citation of a paragraph of a document without pages."""
    return Citation(of, (), paragraph, (CitedSpan(Span(None, 0, 1), None, None),), "")


def reference(of: Document, to: Citation | None, format: str, language: str = "en") -> Reference:
    """A reference in a format that is named as callers name it."""
    return refer(of, to, format=ReferenceFormat(format), language=language)
