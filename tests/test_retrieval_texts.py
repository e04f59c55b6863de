"""What a passage is found by."""

from hrqa.datatypes import Passage, Sentence, Span
from hrqa.retrieval_texts import (
    passage_embedding_text,
    passage_lexical_text,
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


def test_a_table_that_goes_on_is_found_by_its_caption_and_head() -> None:
    """Its first piece begins with both and does not repeat them."""
    later = passage("2020\t11", caption="Table 1: Men", head="Year\tMen")
    first = passage("Table 1: Men\nYear\tMen\n2019\t10", caption="Table 1: Men", head="Year\tMen")

    assert passage_embedding_text("T", later) == "T\nTable 1: Men\nYear\tMen\n2020\t11"
    assert passage_embedding_text("T", first) == "T\nTable 1: Men\nYear\tMen\n2019\t10"


def test_a_sentence_is_embedded_with_the_title() -> None:
    """White space inside it is one space."""
    prose = passage("First.\nSecond\nhalf.")

    assert sentence_embedding_text("Title", prose, Sentence(7, 19)) == "Title. Second half."


def test_a_table_row_is_embedded_with_its_heads() -> None:
    """Its caption stands before it and each value has its column's name."""
    table = passage("Year\tMen\n2019\t10", caption="Table 1", head="Year\tMen")

    assert sentence_embedding_text("T", table, Sentence(9, 16)) == "T. Table 1. 2019 – Men: 10"
