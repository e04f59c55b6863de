"""Typing errors in English questions, mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.spelling.mending import common_words, mend_spelling

CORPUS = {"lowmere": 3, "harbour": 5, "bargee": 1, "pham": 2, "duong": 9}


def mended(question: str) -> str:
    """A question mended by a small corpus."""
    return mend_spelling(
        question, passages_with=lambda word: CORPUS.get(word, 0), common=common_words()
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("When was the harbuor widened?", "When was the harbour widened?"),
        ("Who is Phamm of Lowmree?", "Who is Pham of Lowmere?"),
        ("how is a workfrce devleoped", "how is a workforce developed"),
    ],
)
def test_a_word_that_nobody_knows_becomes_the_likeliest_one_edit_away(
    typed: str, meant: str
) -> None:
    """Words of the corpus first, then the commonest; capitals and signs stay."""
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "When was the harbour widened?",
        "What is a bargee?",
        "When was Zschornewitz founded?",
        "the und wgo 3x 12 Đạo phở",
        "what are HARBUOR and harBuor",
        "",
    ],
)
def test_what_is_right_or_cannot_be_mended_stays(question: str) -> None:
    """Words of the corpus, strange names, short words, acronyms, words with marks or digits."""
    assert mended(question) == question


@given(st.text(max_size=40))
def test_mending_keeps_the_number_of_words(text: str) -> None:
    """Whatever is typed."""
    assert len(mended(text).split()) == len(text.split())
