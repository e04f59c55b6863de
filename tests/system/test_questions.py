"""How a question is made ready before passages are sought."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hrqa.answerability.calibration import ANSWERED_FROM, shipped_calibration
from hrqa.queries import Query
from hrqa.terminal import search_text
from hrqa.wiring import open_searcher

from .tools import settings


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("When does the choir sing?", False),
        ("GDP 2020", False),
        ("Dàn hợp xướng hát vào ngày nào?", True),
        ("dan hop xuong hat vao ngay nao", True),
    ],
)
def test_only_vietnamese_questions_are_encoded_by_the_adapter(
    question: str, changed: bool, tiny_index: Path
) -> None:
    """All others search with the very vector that they have without it."""
    plain = open_searcher(settings(tiny_index, query_adapter=False))
    adapted = open_searcher(settings(tiny_index))
    vectors = [searcher.ranker.encode(question).vector for searcher in (plain, adapted)]
    plain.index.close()
    adapted.index.close()

    assert np.array_equal(*vectors) != changed


def test_a_question_without_marks_searches_as_with_them(tiny_index: Path) -> None:
    """Its vector is that of the question with the marks put back, unless that is switched off."""
    searcher = open_searcher(settings(tiny_index))
    typed = open_searcher(settings(tiny_index, restore_marks=False))
    marked = searcher.ranker.encode("mỗi năm trường đào tạo bao nhiêu người")
    restored = searcher.ranker.encode("moi nam truong dao tao bao nhieu nguoi")
    left = typed.ranker.encode("moi nam truong dao tao bao nhieu nguoi")
    searcher.index.close()
    typed.index.close()

    assert np.array_equal(restored.vector, marked.vector)
    assert np.array_equal(restored.tokens, marked.tokens)
    assert not np.array_equal(left.vector, marked.vector)


def test_a_question_that_nothing_answers_is_told_and_nothing_is_marked(tiny_index: Path) -> None:
    """Unlike one that is answered, whose sentence is marked; whatever the limit is."""
    searcher = open_searcher(settings(tiny_index))
    answered = searcher.search(Query("When does the choir sing?"))
    first = searcher.search(Query("When does the choir sing?", limit=1))
    strange = searcher.search(Query("Which enzymes split lactose in the gut of calves?"))
    searcher.index.close()

    assert answered.answerability is not None
    assert strange.answerability is not None
    assert strange.answerability < ANSWERED_FROM <= answered.answerability
    assert first.answerability == answered.answerability
    assert any(scored.highlights for scored in answered.passages)
    assert not any(scored.highlights for scored in strange.passages)
    assert "none of these" in search_text(strange)
    assert "none of these" not in search_text(answered)


@pytest.mark.parametrize("left_out", ["token_candidates", "model"])
def test_without_calibration_there_is_no_probability(
    left_out: str, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the second stage off, and for scores of another model; sentences are marked still."""
    if left_out == "model":
        other = replace(shipped_calibration(), model="another model")
        monkeypatch.setattr("hrqa.search.shipped_calibration", lambda: other)
    candidates = 0 if left_out == "token_candidates" else 100
    searcher = open_searcher(settings(tiny_index, token_candidates=candidates))
    found = searcher.search(Query("When does the choir sing?"))
    searcher.index.close()

    assert found.answerability is None
    assert any(scored.highlights for scored in found.passages)


def test_courtesy_and_typing_errors_change_no_answer(tiny_index: Path) -> None:
    """The same passages in the same order, for the question that was meant."""
    searcher = open_searcher(settings(tiny_index))
    asked = [
        "When does the choir sing?",
        "Hello, could you tell me when does the chior sing? Thanks!",
    ]
    found = [searcher.search(Query(question)).passages for question in asked]
    searcher.index.close()

    assert [scored.passage.id for scored in found[0]] == [scored.passage.id for scored in found[1]]
