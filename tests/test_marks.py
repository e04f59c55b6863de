"""Marks that a Vietnamese question is typed without."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.marks.restoring import MarkCounts, restore_marks, shipped_counts
from hrqa.words import fold, words

GOLD = Path(__file__).parents[1] / "eval" / "gold.jsonl"


def gold_questions(language: str) -> list[str]:
    """The questions of the gold set in a language."""
    lines = map(json.loads, GOLD.read_text("utf-8").splitlines())
    return [line["question"] for line in lines if line["language"] == language]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "moi nam truong dao tao bao nhieu nguoi",
            "mỗi năm trường đào tạo bao nhiêu người",
        ),
        (
            "Truong dai hoc o mien Trung dang dao tao bao nhieu sinh vien?",
            "Trường đại học ở miền Trung đang đào tạo bao nhiêu sinh viên?",
        ),
        ("NGUON NHAN LUC LA GI", "NGUỒN NHÂN LỰC LÀ GÌ"),
        ("nguồn nhan luc chất lượng cao là gì", "nguồn nhân lực chất lượng cao là gì"),
    ],
)
def test_marks_are_put_back(typed: str, meant: str) -> None:
    """All of them, or those that are missing, in the case in which they are typed."""
    assert restore_marks(typed, shipped_counts()) == meant


def test_questions_with_their_marks_and_english_ones_are_left_alone() -> None:
    """None of the gold questions that needs no marks is changed."""
    marked = [q for q in gold_questions("vi") if fold(q) != q]
    changed = [q for q in gold_questions("en") + marked if restore_marks(q, shipped_counts()) != q]

    assert len(marked) > 50
    assert changed == []


@pytest.mark.parametrize(
    "question",
    [
        *("Binh Duong", "GDP 2020", "how many", "", "???", "la", "Tiến sĩ Do Tien Can là ai?"),
        "Who is the rector of Thu Dau Mot University?",
    ],
)
def test_what_is_no_unmarked_question_comes_back(question: str) -> None:
    """Names, figures, single words and names within a marked question are not guessed at."""
    assert restore_marks(question, shipped_counts()) == question


def test_most_syllables_of_gold_questions_come_back() -> None:
    """On questions that the counts have not seen, four of five at least."""
    pairs = [
        (wanted, found)
        for question in gold_questions("vi")
        if fold(question) != question
        for wanted, found in zip(
            words(question), words(restore_marks(fold(question), shipped_counts())), strict=True
        )
        if not wanted.isascii()
    ]

    assert sum(wanted == found for wanted, found in pairs) >= 0.8 * len(pairs)


@given(st.text(alphabet="abcdeghiklmnopqrstuvxyôđ ,.?0123456789\n", max_size=80))
def test_only_marks_are_added(text: str) -> None:
    """Letters, figures and everything between the words stay as they are."""
    counts = MarkCounts.of({"năm": 3, "nam": 1, "tỉnh": 2, "là": 2}, {("năm", "là"): 1})
    for known in (counts, shipped_counts()):
        restored = restore_marks(text, known)
        assert fold(restored) == fold(unicodedata.normalize("NFC", text))
