"""Words for comparison, and words without their marks."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.words import fold, plain_number, word_spans, words

NFC_TEXT = st.text().map(lambda text: unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.394.958 người (4,5%).", ["1.394.958", "người", "4,5"]),
        ("High-quality, don't", ["high", "quality", "don", "t"]),
        ("3.x a.5 7, 8.", ["3", "x", "a.5", "7", "8"]),
        ("ĐƯỜNG Straße ﬁne", ["đường", "strasse", "fine"]),
        (" …–— ", []),
    ],
)
def test_words_keep_numbers_whole_and_drop_punctuation(text: str, expected: list[str]) -> None:
    """A point or comma belongs to a word only before a digit; case is folded."""
    found = words(text)

    assert found == expected


def test_words_are_the_same_for_composed_and_decomposed_text() -> None:
    """Marks that stand alone are put on their letters first."""
    decomposed = unicodedata.normalize("NFD", "Tiếng Việt")

    assert words(decomposed) == ["tiếng", "việt"]


def test_a_raised_footnote_number_is_no_part_of_the_word() -> None:
    """``provinces⁵`` is the word ``provinces``, or no question and no quotation finds it."""
    found = words("provinces⁵ grew")

    assert "provinces" in found


@given(NFC_TEXT)
def test_word_spans_stand_where_the_words_are(text: str) -> None:
    """The places of an NFC text's words hold the words, in order and apart."""
    spans = word_spans(text)

    assert [text[start:end].casefold() for start, end in spans] == words(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đường dẫn đến Bình Dương", "Duong dan den Binh Duong"),
        ("ỔN ĐỊNH", "ON DINH"),
        ("café Ünal", "cafe Unal"),
        ("plain 1.5", "plain 1.5"),
    ],
)
def test_fold_takes_the_marks_off(text: str, expected: str) -> None:
    """Every mark goes, the bar of đ included, and nothing else changes."""
    assert fold(text) == expected


@given(st.text())
def test_fold_leaves_nothing_to_fold(text: str) -> None:
    """Folding twice is folding once, and what is folded makes no difference to it."""
    once = fold(text)

    assert fold(once) == once
    assert fold(unicodedata.normalize("NFD", text)) == once


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("1.394.958", "1394958"),
        ("1,394,958", "1394958"),
        ("1394958", "1394958"),
        ("1,394.5", "1394.5"),
        ("1.394,5", "1394.5"),
        ("2.345", "2345"),
        ("4,5", "4.5"),
        ("4.25", "4.25"),
        ("fy2022", "fy2022"),
        ("a.5", "a.5"),
        ("người", "người"),
    ],
)
def test_numbers_meet_whatever_marks_stand_in_them(word: str, expected: str) -> None:
    """Vietnamese and English swap point and comma; words that are no numbers stay."""
    assert plain_number(word) == expected


@given(st.text())
def test_a_plain_number_is_plain_already(text: str) -> None:
    """Doing it twice changes nothing."""
    for word in words(text):
        assert plain_number(plain_number(word)) == plain_number(word)
