"""English and Vietnamese told apart."""

import json
from pathlib import Path

import pytest

from hrqa.language import detect_language
from hrqa.words import fold


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What do companies expect of graduates?", "en"),
        ("How many people in Bình Dương were trained in the schools of the province?", "en"),
        ("Doanh nghiệp mong đợi gì ở sinh viên?", "vi"),
        ("doanh nghiep mong doi gi o sinh vien", "vi"),
        ("ty le lao dong qua dao tao la bao nhieu", "vi"),
        ("Bình Dương", "vi"),
        ("Binh Duong", None),
        ("Los recursos humanos son importantes", None),
        ("日本語の文章", None),
        ("2020 1.394.958", None),
        (" ", None),
    ],
)
def test_language_of_short_texts(text: str, language: str | None) -> None:
    """Marks, syllables and common words decide; where they do not, nothing is claimed."""
    assert detect_language(text) == language


def gold_questions(language: str) -> list[str]:
    """The questions of the gold file that are in a language."""
    path = Path(__file__).resolve().parents[1] / "eval" / "gold.jsonl"
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [item["question"] for item in items if item["language"] == language]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_language_of_the_gold_questions(language: str) -> None:
    """Hardly a real question is taken for one in the other language."""
    other = {"en": "vi", "vi": "en"}[language]
    questions = gold_questions(language)
    mistaken = [question for question in questions if detect_language(question) == other]

    assert len(questions) > 50
    assert len(mistaken) <= 0.01 * len(questions)


def test_language_of_vietnamese_questions_typed_without_marks() -> None:
    """Of the gold questions without their marks nine in ten are still told."""
    questions = [fold(question) for question in gold_questions("vi")]
    told = [question for question in questions if detect_language(question) == "vi"]

    assert len(told) >= 0.9 * len(questions)
