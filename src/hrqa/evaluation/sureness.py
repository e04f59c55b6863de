"""How well answerability tells answered questions from others."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from hrqa.evaluation.outcomes import Coverage, QuestionScore, Reliability, Sureness

_RANGES = 10
_COVERAGES = tuple(step / 10 for step in range(10, 0, -1))
Floats = npt.NDArray[np.float64]


def sureness_of(scores: Sequence[QuestionScore]) -> Sureness | None:
    """Figures over all questions, those without an answer among them.

    A question is answered where evidence is among its first five results. None where the system
    tells no answerability of some question.
    """
    told = [score.answerability for score in scores]
    if not scores or any(each is None for each in told):
        return None
    sure = np.array(told, dtype=np.float64)
    answered = np.array([score.is_answered for score in scores], dtype=np.float64)
    share = float(answered.mean())
    return Sureness(
        n=len(scores),
        answered=int(answered.sum()),
        auroc=area_under_curve(sure, answered),
        brier=float(((sure - answered) ** 2).mean()),
        brier_always=float(((share - answered) ** 2).mean()),
        reliability=tuple(_reliability(sure, answered)),
        coverages=tuple(_coverages(sure, answered)),
    )


def area_under_curve(sure: Floats, answered: Floats) -> float | None:
    """Area under the ROC curve, as the share of pairs in the right order (Hanley & McNeil, 1982).

    A pair of equals counts half. None where all are answered or none is.
    """
    right, wrong = sure[answered == 1], np.sort(sure[answered == 0])
    if not len(right) or not len(wrong):
        return None
    below = np.searchsorted(wrong, right, side="left")
    not_above = np.searchsorted(wrong, right, side="right")
    return float((below + not_above).sum() / 2 / (len(right) * len(wrong)))


def _reliability(sure: Floats, answered: Floats) -> Iterable[Reliability]:
    ranges = np.minimum((sure * _RANGES).astype(int), _RANGES - 1)
    for number in range(_RANGES):
        inside = ranges == number
        if inside.any():
            yield Reliability(
                low=number / _RANGES,
                high=(number + 1) / _RANGES,
                n=int(inside.sum()),
                mean=float(sure[inside].mean()),
                answered=float(answered[inside].mean()),
            )


def _coverages(sure: Floats, answered: Floats) -> Iterable[Coverage]:
    order = np.argsort(-sure, kind="stable")
    for coverage in _COVERAGES:
        kept = order[: max(1, round(coverage * len(order)))]
        yield Coverage(
            coverage=coverage,
            risk=float(1 - answered[kept].mean()),
            threshold=float(sure[kept[-1]]),
        )
