"""How well answerability tells answered questions from others, worked by hand."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from hrqa.datatypes import GoldQuestion
from hrqa.evaluation.outcomes import Answer, QuestionScore
from hrqa.evaluation.sureness import area_under_curve, sureness_of


def score(sure: float | None, *, answered: bool) -> QuestionScore:
    """A question of which the system is so sure, with evidence in its first result or nowhere."""
    answer = Answer("p", "d.txt", (), "", 1.0, (1,) if answered else (), (), (), 10, None)
    question = GoldQuestion("Q", "en", "?", "fact", True, ())
    return QuestionScore(question, (answer,), sure, (), (), (), 10)


def test_figures_worked_by_hand() -> None:
    """Four questions: .9 and .6 answered, .7 and .2 not."""
    told = [(0.9, True), (0.7, False), (0.6, True), (0.2, False)]
    found = sureness_of([score(sure, answered=answered) for sure, answered in told])

    assert found is not None
    assert found.auroc == 3 / 4  # of four pairs only .6 and .7 are in the wrong order
    assert found.brier == pytest.approx((0.01 + 0.49 + 0.16 + 0.04) / 4)
    assert found.brier_always == 0.25
    assert [(each.low, each.n, each.answered) for each in found.reliability] == [
        *[(0.2, 1, 0), (0.6, 1, 1), (0.7, 1, 0), (0.9, 1, 1)]
    ]
    whole, *_, surest = found.coverages
    assert (whole.coverage, whole.risk) == (1, 0.5)
    assert (surest.coverage, surest.risk, surest.threshold) == (0.1, 0, 0.9)


def test_a_system_that_tells_nothing_has_no_figures() -> None:
    """One question without answerability is enough."""
    assert sureness_of([score(0.5, answered=True), score(None, answered=True)]) is None
    assert sureness_of([]) is None


def test_the_area_is_that_of_scikit_learn() -> None:
    """Equals count half; where all are alike there is none."""
    chance = np.random.default_rng(8)
    sure = chance.integers(0, 12, 300) / 12
    answered = (chance.random(300) < sure).astype(float)

    assert area_under_curve(sure, answered) == pytest.approx(roc_auc_score(answered, sure))
    assert area_under_curve(sure, np.ones(300)) is None
