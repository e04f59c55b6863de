"""The probability that the first passages hold the answer, by a logistic regression.

``training/answerability.py`` fits it; ``CARD.md`` says on what, and how well it does.
"""

import functools
import json
import math
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy with it, which commands that only list need not wait for
    from hrqa.answerability.features import AnswerFeatures

ANSWERED_FROM = 0.45
"""Probability from which on something is marked as an answer."""

_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted regression.

    Attributes:
        model: Name of the embedding model whose scores it was fitted to.
        intercept: Log odds where every measure is 0.
        weights: What one unit of each measure adds to the log odds, in ``AnswerFeatures``' order.
    """

    model: str
    intercept: float
    weights: tuple[float, ...]

    def probability(self, features: "AnswerFeatures") -> float:
        """The probability that an answer is among the first passages, in (0, 1)."""
        products = zip(self.weights, features.values(), strict=True)
        odds = self.intercept + sum(weight * value for weight, value in products)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def seems_answered(answerability: float | None) -> bool:
    """Whether passages are shown as an answer; so they are, too, where nothing is known."""
    return answerability is None or answerability >= ANSWERED_FROM


@functools.cache
def shipped_calibration() -> Calibration:
    """The calibration for the default model."""
    text = files("hrqa.answerability").joinpath(_FILE).read_text(encoding="utf-8")
    value = json.loads(text)
    return Calibration(value["model"], value["intercept"], tuple(value["weights"].values()))
