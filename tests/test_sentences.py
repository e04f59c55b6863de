"""Where sentences end, in English and Vietnamese."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    """The sentences themselves."""
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["It rose 4.5 percent.", "In 2020 it fell."],
        ["Is it?", "Yes!", "No…", "Maybe."],
        ['He said "Go."', "Then he left."],
        ["It was shown before.[3]", "Others agree."],
        ["Năm 2020 tỉnh có 50 trường.", "Đúng vậy!", "Ông đồng ý."],
        ["The share grew.", "50% of them studied."],
        ["The list ends.", "• Another begins."],
    ],
)
def test_a_sentence_ends_before_a_capital_or_a_digit(expected: list[str]) -> None:
    """Signs that close a quotation or a citation stay with the sentence before."""
    found = sentences(" ".join(expected))

    assert found == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Smith and Assoc. Prof. Lan met.",
        "J. K. Rowling wrote it.",
        "See Fig. 3 and pp. 12.",
        "PGS. TS. Nguyễn Văn A ở TP. Hồ Chí Minh.",
        "1. First comes the plan.",
        "3.1. Results follow.",
        "The rate is 4.5 per cent e.g. In towns.",
        "it goes on. without a capital.",
    ],
)
def test_a_point_that_ends_no_sentence_does_not_cut(sentence: str) -> None:
    """Titles, initials, abbreviations, numbering and small letters do not end a sentence."""
    found = sentences(f"{sentence} Then it ends.")

    assert found == [sentence, "Then it ends."]


def test_a_blank_line_ends_a_sentence_without_a_point() -> None:
    """A heading and the text below it are two sentences."""
    found = sentences("Results\n \nthey are good")

    assert found == ["Results", "they are good"]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["Dr.", "End.", "A", "năm", "…", "?", "3.", "[2]", "\n\n", "\u00a0"]),
            st.text(max_size=5),
        )
    ).map(" ".join)
)
def test_sentences_hold_every_character_once(text: str) -> None:
    """Sentences are in order, apart, trimmed, and leave out nothing but white space."""
    spans = sentence_spans(text)
    kept = "".join(text[start:end] for start, end in spans)

    assert "".join(kept.split()) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
