"""What a passage is found by."""

from dataclasses import replace

from hrqa.datatypes import Bibliography, Document, Passage, Sentence, Span
from hrqa.retrieval_texts import (
    passage_embedding_text,
    passage_lexical_text,
    retrieval_title,
    sentence_embedding_text,
)


def passage(
    text: str, *, section: tuple[str, ...] = (), caption: str = "", head: str = ""
) -> Passage:
    """A passage of one span."""
    span = Span(1, 0, len(text))
    return Passage("d.1", "d", text, (span,), section, None, "en", (), caption, head)


def test_prose_is_found_by_title_and_headings() -> None:
    """The model is given the nearest heading alone, BM25 all of them."""
    prose = passage("Wages rose.", section=("3 Results", "3.1 Wages"))

    assert passage_embedding_text("Title", prose) == "Title\n3.1 Wages\nWages rose."
    assert passage_lexical_text("Title", prose) == "Title\n3 Results\n3.1 Wages\nWages rose."


def test_a_table_is_found_by_its_names() -> None:
    """What it is called, its columns and the labels of its rows; values would drown them."""
    first = passage("Table 1: Men\nYear\tMen\n2019\t10", caption="Table 1: Men", head="Year\tMen")
    later = passage("2020\t11", caption="Table 1: Men", head="Year\tMen")

    assert passage_embedding_text("T", first) == "T\nYear; Men\nTable 1: Men; 2019"
    assert passage_embedding_text("T", later) == "T\nTable 1: Men\nYear; Men\n2020"
    assert passage_lexical_text("T", later) == "T\nTable 1: Men\nYear\tMen\n2020\t11"


def test_a_document_is_found_by_the_name_of_its_file_too() -> None:
    """Its words come after a title that does not have them."""
    known = Document("d", "reports/ACME_2022_10K.pdf", "", Bibliography("Annual Report"), 3)
    named = Document("d", "annual-report.pdf", "", Bibliography("Annual Report"), 3)
    untitled = Document("d", "ACME_2022_10K.pdf", "", Bibliography("ACME_2022_10K"), 3)

    assert retrieval_title(known) == "Annual Report (acme 2022 10k)"
    assert retrieval_title(named) == "Annual Report"
    assert retrieval_title(untitled) == "ACME 2022 10K"
    assert retrieval_title(replace(known, titled=True)) == "Annual Report"


def test_a_sentence_is_embedded_with_the_title() -> None:
    """White space inside it is one space."""
    prose = passage("First.\nSecond\nhalf.")

    assert sentence_embedding_text("Title", prose, Sentence(7, 19)) == "Title. Second half."


def test_a_table_row_is_embedded_with_its_heads() -> None:
    """Its caption and label rows stand before it and each value has its column's name."""
    table = passage("Year\tMen\n2019\t10", caption="Table 1", head="Year\tMen")
    row = Sentence(9, 16, "In towns")

    assert sentence_embedding_text("T", table, row) == "T. Table 1. In towns, 2019 – Men: 10"
