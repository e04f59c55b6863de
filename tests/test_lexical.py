"""Passages found by their words."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.errors import IndexDamagedError
from hrqa.lexical import LexicalIndex

ROADS = [
    "Tỉnh Bình Dương phát triển",
    "Tinh Binh Duong phat trien",
    "Con đường mới",
    "Rice and water",
]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("dương", [0, 1]),
        ("đường", [1, 2]),
        ("ĐƯỜNG?", [1, 2]),
        ("duong", [0, 1, 2]),
        ("dường", [1]),
        ("sông", []),
        ("what is the water", [3]),
    ],
)
def test_marks_find_themselves_and_where_they_are_left_out(question: str, found: list[int]) -> None:
    """Words with other marks are other words; a word without marks stands for all of them."""
    scores = LexicalIndex.build(ROADS).scores(question)

    assert np.flatnonzero(scores).tolist() == found


def test_score_is_the_share_of_what_the_question_could_reach() -> None:
    """In both passages of two words one word of each is asked for; BM25 by hand.

    The mean length is 2, so a word that stands once counts 1 / (1 + 1.2) of its rarity, and it
    could count 1: passage 0 has one of two equally rare words, half of 1 / 2.2.
    """
    scores = LexicalIndex.build(["red boat", "blue house"]).scores("red house")

    assert scores.tolist() == pytest.approx([0.5 / 2.2, 0.5 / 2.2])


def test_a_passage_full_of_the_asked_word_reaches_it_all() -> None:
    """Ten thousand times ``red`` is as good as countless times."""
    scores = LexicalIndex.build(["red " * 10_000, "blue house"]).scores("red")

    assert scores[0] == pytest.approx(1, abs=0.001)


def test_a_word_that_no_passage_holds_counts_as_one_of_the_rarest() -> None:
    """Its rarity is ln(1 + 2.5 / .5), that of a word in one of two passages ln(1 + 1.5 / 1.5)."""
    scores = LexicalIndex.build(["red boat", "blue house"]).scores("red zebra")
    found, absent = math.log(2), math.log(6)

    assert scores.tolist() == pytest.approx([found / 2.2 / (found + absent), 0])


def test_a_question_of_stop_words_alone_is_still_asked() -> None:
    """Where nothing else is left the common words count."""
    scores = LexicalIndex.build(["to be or not", "red boat"]).scores("to be")

    assert scores[0] > 0 == scores[1]


def test_repeated_words_of_a_question_count_once() -> None:
    """Saying a word twice changes no score."""
    index = LexicalIndex.build(ROADS)

    assert index.scores("Binh Duong Duong").tolist() == index.scores("Binh Duong").tolist()


def test_a_footnote_number_does_not_hide_its_word() -> None:
    """``provinces`` finds ``provinces⁵``."""
    scores = LexicalIndex.build(["the provinces⁵ grew", "the towns fell"]).scores("provinces")

    assert scores[0] > 0


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=8),
    st.one_of(st.text(max_size=60), st.sampled_from(["duong", "Đường", ""])),
)
def test_scores_of_any_text_are_shares(texts: list[str], question: str) -> None:
    """One score a passage, in [0, 1], whatever the passages and the question hold."""
    scores = LexicalIndex.build(texts).scores(question)

    assert scores.shape == (len(texts),)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    """Scores are the same after saving and opening."""
    made = LexicalIndex.build(ROADS)
    made.save(tmp_path / "lexical")
    opened = LexicalIndex.open(tmp_path / "lexical", passages=4)

    assert opened.scores("duong moi").tolist() == made.scores("duong moi").tolist()


def test_an_index_of_other_passages_is_refused(tmp_path: Path) -> None:
    """Words and passages of two generations are never put together."""
    LexicalIndex.build(ROADS).save(tmp_path / "lexical")

    with pytest.raises(IndexDamagedError, match="holds 4 passages instead of 5"):
        LexicalIndex.open(tmp_path / "lexical", passages=5)


@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "foreign"])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, damage: str) -> None:
    """Whichever file of the index is hurt, opening names the index."""
    made = LexicalIndex.build(ROADS)
    made.save(tmp_path / "sound")
    names = sorted(path.name for path in (tmp_path / "sound").iterdir())
    for name in names:
        folder = tmp_path / name
        made.save(folder)
        data = (folder / name).read_bytes()
        (folder / name).unlink()
        if damage != "absent":
            hurt = {"empty": b"", "cut": data[: len(data) // 2], "foreign": b"\x93" * len(data)}
            (folder / name).write_bytes(hurt[damage])

        with pytest.raises(IndexDamagedError, match="cannot be read"):
            LexicalIndex.open(folder, passages=4)


@pytest.mark.parametrize("year", ["FY2022", "FYE2022", "Q22022", "CY2022"])
def test_a_year_in_a_word_is_found(year: str) -> None:
    """Questions write as one word what texts write as two."""
    index = LexicalIndex.build(["Sales in 2022", "Sales in 2021", "Sales of model X2022b"])

    assert np.flatnonzero(index.scores(year)).tolist() == [0]


@pytest.mark.parametrize("asked", ["1.394.958", "1,394,958", "1394958", "1.394.958 người"])
def test_a_number_is_found_in_every_spelling(asked: str) -> None:
    """A Vietnamese question with points finds the English text with commas."""
    scores = LexicalIndex.build(["of 1,394,958 workers", "of 1,394,985 workers"]).scores(asked)

    assert scores[0] > 0
    assert scores[1] == 0
