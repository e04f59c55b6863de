"""Where quotations stand, and which passages hold them."""

import json
import unicodedata
from pathlib import Path

import pytest

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Evidence, Page, Passage, Span
from hrqa.evaluation.evidence import DocumentWords, Occurrence, holds
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import read_document
from hrqa.store.texts import Origin, StoredDocument

DOCUMENT = Document("doc", "doc.pdf", "0" * 64, Bibliography("Title"), pages=2)
# Page 1: 0 "The plan for", 14 "¹See the plan.", 30 "Head 6".  Page 2: 0 "Head 7", 8 …
FIRST = Page(
    1,
    None,
    "The plan for\n\n¹See the plan.\n\nHead 6",
    (
        Block(BlockKind.PARAGRAPH, 0, 12),
        Block(BlockKind.FOOTNOTE, 14, 28),
        Block(BlockKind.FURNITURE, 30, 36),
    ),
)
SECOND = Page(
    2,
    None,
    "Head 7\n\nĐường 4,5 is good. The plan holds.",
    (Block(BlockKind.FURNITURE, 0, 6), Block(BlockKind.PARAGRAPH, 8, 42, continues=True)),
)


def document_words(*pages: Page) -> DocumentWords:
    """The words of a document of these pages."""
    return DocumentWords(StoredDocument(DOCUMENT, Origin("", "", ""), 0, 0, 0, ()), pages)


def places(quote: str, page: int | None = None) -> list[tuple[tuple[int | None, int], ...]]:
    """Where a quotation stands in the two pages."""
    return [found.words for found in document_words(FIRST, SECOND).occurrences(quote, page)]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("THE PLAN", {((1, 0), (1, 4)), ((1, 19), (1, 23)), ((2, 27), (2, 31))}),
        ("đường 4,5", {((2, 8), (2, 14))}),
        ("plan, for: Đường!", {((1, 4), (1, 9), (2, 8))}),
        ("the plan for see", {((1, 0), (1, 4), (1, 9), (1, 15))}),
        ("See the plan Head", {((1, 15), (1, 19), (1, 23), (1, 30))}),
        ("4,5", {((2, 14),)}),
        ("he plan", set()),
        ("plan holds well", set()),
        (" … ", set()),
    ],
)
def test_occurrences_are_found_by_words(
    quote: str, expected: set[tuple[tuple[int, int], ...]]
) -> None:
    """Over page ends, as printed beside footnotes and running lines; never parts of words."""
    assert set(places(quote)) == expected


def test_occurrences_may_be_asked_for_on_one_page() -> None:
    """One that touches the page counts, with all of its words."""
    assert places("the plan", 2) == [((2, 27), (2, 31))]
    assert places("plan for đường", 2) == [((1, 4), (1, 9), (2, 8))]
    assert places("see the plan", 2) == []


def test_occurrences_that_overlap_are_all_found() -> None:
    """Repeated words do not hide each other."""
    page = Page(None, None, "a b a b a", (Block(BlockKind.PARAGRAPH, 0, 9),))
    found = document_words(page).occurrences("a b a", None)

    assert [[offset for _, offset in each.words] for each in found] == [[0, 2, 4], [4, 6, 8]]


def test_a_decomposed_quotation_is_found() -> None:
    """Words are compared in NFC, however the gold file is written."""
    quote = unicodedata.normalize("NFD", "đường 4,5")

    assert places(quote) == [((2, 8), (2, 14))]


def passage(*spans: Span) -> Passage:
    """A passage of which only the spans matter."""
    return Passage("doc.1", "doc", "", spans, (), None, None, ())


def test_a_passage_holds_a_quotation_of_which_it_covers_half() -> None:
    """Of four words two are enough, one is not; words count by their beginning."""
    evidence = Evidence("doc.pdf", None, "plan for đường 4,5", 1)
    words = Occurrence(((1, 4), (1, 9), (2, 8), (2, 14)))

    assert holds(passage(Span(1, 0, 12)), evidence, [words])
    assert holds(passage(Span(1, 9, 12), Span(2, 8, 13)), evidence, [words])
    assert not holds(passage(Span(2, 14, 42)), evidence, [words])
    assert not holds(passage(Span(3, 0, 99)), evidence, [words])
    assert not holds(passage(Span(1, 0, 12)), evidence, [])


def test_half_must_be_of_one_occurrence() -> None:
    """One word each of two occurrences of four words is not enough."""
    evidence = Evidence("doc.pdf", None, "a b c d", 1)
    occurrences = [
        Occurrence(((1, 0), (1, 2), (1, 4), (1, 6))),
        Occurrence(((1, 8), (1, 10), (1, 12), (1, 14))),
    ]

    assert not holds(passage(Span(1, 6, 9)), evidence, occurrences)
    assert holds(passage(Span(1, 4, 9)), evidence, occurrences)


def test_a_page_without_a_quotation_is_held_by_any_span_on_it() -> None:
    """Other pages of the passage do no harm."""
    evidence = Evidence("doc.pdf", 2, "", 1)

    assert holds(passage(Span(1, 0, 5), Span(2, 0, 1)), evidence, [])
    assert not holds(passage(Span(1, 0, 5), Span(3, 0, 1)), evidence, [])


def test_every_quotation_of_the_gold_is_found_and_held(corpus_folder: Path) -> None:
    """In the shipped documents each stands, and some passage holds it."""
    gold = (corpus_folder.parent / "eval" / "gold.jsonl").read_text("utf-8").splitlines()
    evidence = [
        Evidence(entry["document"], entry.get("page"), entry["quote"], entry["group"])
        for question in map(json.loads, gold)
        for entry in question["evidence"]
    ]
    lost = []
    for file in sorted({each.document for each in evidence}):
        pages = read_document(corpus_folder / file, file=file).pages
        passages = cut_passages(DOCUMENT, pages, sizes=PassageSizes())
        words = document_words(*pages)
        for each in evidence:
            if each.document == file:
                occurrences = words.occurrences(each.quote, each.page)
                if not any(holds(one, each, occurrences) for one in passages):
                    lost.append((file, each.quote))

    assert len(evidence) > 100
    assert lost == []
