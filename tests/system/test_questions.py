"""How a question is made ready before passages are sought."""

from pathlib import Path

import numpy as np
import pytest

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
