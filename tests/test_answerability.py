"""What is measured of an answer, and the probability made of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.answerability.calibration import Calibration, shipped_calibration
from hrqa.answerability.features import AnswerFeatures, measure_answer

FINITE = st.floats(-5, 5)


def measured(question: str, *texts: str) -> AnswerFeatures:
    """A question measured against passages with these words, scores aside."""
    return measure_answer(
        question,
        sentences=[0.5] * len(texts),
        matches=np.full((len(texts), 2), 0.5, dtype=np.float32),
        texts=texts,
        vietnamese=False,
    )


def test_leads_are_those_of_the_first_passage_over_the_mean_of_the_others() -> None:
    """Of sentences .8 over .5; of tokens .75 over .5; a sixth passage matches one token better."""
    found = measure_answer(
        "who widened it",
        sentences=[0.8, 0.5, 0.5, 0.5, 0.5],
        matches=np.array([[0.9, 0.6], *[[0.5, 0.5]] * 4, [0.1, 0.8]], dtype=np.float32),
        texts=["a"] * 5,
        vietnamese=True,
    )

    assert found.values() == pytest.approx((0.8, 0.75, 0.3, 0.25, 0.1, 0, 0, 1))


def test_one_passage_leads_nothing() -> None:
    """There is nothing to lead."""
    found = measured("who widened it", "a")

    assert (found.sentence_lead, found.tokens_lead, found.tokens_elsewhere) == (0, 0, 0)


@pytest.mark.parametrize(
    ("question", "texts", "missing"),
    [
        ("how many in 2016", ["in 2016", "in 2015"], 0),
        ("how many in 2017", ["in 2016", "in 2015"], 1),
        ("from 2015 to 2016", ["in 2016", "in 2015"], 0.5),
        ("bao nhiêu trong 1.394.958", ["of 1,394,958"], 0),
        ("how many", ["in 2016"], 0),
    ],
)
def test_numbers_have_to_stand_in_one_of_the_passages(
    question: str, texts: list[str], missing: float
) -> None:
    """Together in one, in any spelling; a question without numbers misses none."""
    assert measured(question, *texts).numbers_missing == pytest.approx(missing)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many live in Lowmere?", 0),
        ("How many live in Bình Dương?", 0),
        ("How many live in Highmere?", 1),
        ("how many live in lowmere", 0),
    ],
)
def test_names_are_words_with_a_capital_but_for_the_first(question: str, missing: float) -> None:
    """With marks or without, as BM25 finds them."""
    assert measured(question, "Lowmere and Binh Duong").names_missing == missing


@given(st.lists(FINITE, min_size=8, max_size=8), st.lists(FINITE, min_size=8, max_size=8), FINITE)
def test_a_probability_is_one(weights: list[float], values: list[float], intercept: float) -> None:
    """Between 0 and 1 whatever is measured."""
    calibration = Calibration("model", intercept, tuple(weights))

    assert 0 < calibration.probability(AnswerFeatures(*values)) < 1


def test_the_shipped_calibration_speaks_of_what_is_measured() -> None:
    """A weight for each measure; what is missing never makes an answer likelier."""
    calibration = shipped_calibration()
    whole = AnswerFeatures(0.5, 0.5, 0.05, 0.05, 0.05, 0, 0, 0)
    astray = AnswerFeatures(0.5, 0.5, 0.05, 0.05, 0.05, 1, 1, 0)

    assert calibration.probability(astray) < calibration.probability(whole)
