"""Whether one system is better than another, by paired tests over the same questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from hrqa.evaluation.measuring import SEED

PERMUTATIONS = 100_000
"""Random assignments of signs; with few questions all of them are taken instead."""

RESAMPLES = 10_000
_EXACT_UP_TO = 16
_AT_ONCE = 1_000
_EQUAL = 1e-9
"""Differences up to this are ties: sums of the same terms may differ in their last digits."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """How two systems differ in a measure.

    Attributes:
        measure: Name of the measure.
        first: Name of the first system.
        second: Name of the second.
        first_mean: Mean of the first.
        second_mean: Mean of the second.
        value: Mean of the second less that of the first.
        low: Lower bound of its 95 % interval.
        high: Upper bound.
        p: Probability of a difference at least so great, either way, if the systems were alike.
        p_corrected: The same, corrected for the number of comparisons.
        wins: Questions in which the second is better.
        ties: Questions in which both are alike.
        losses: Questions in which the second is worse.
    """

    measure: str
    first: str
    second: str
    first_mean: float
    second_mean: float
    value: float
    low: float
    high: float
    p: float
    p_corrected: float
    wins: int
    ties: int
    losses: int

    @property
    def n(self) -> int:
        """How many questions were compared."""
        return self.wins + self.ties + self.losses


def compare_all(
    systems: Mapping[str, Mapping[str, Mapping[str, float]]], measures: Sequence[str]
) -> list[Difference]:
    """Compare each two systems in each measure, over the questions of the first of all.

    Args:
        systems: Name of each system to question id to measure to value; a question that a system
            lacks counts as 0.
        measures: Names of the measures.

    Returns:
        For each measure each pair, in the order given; ``p_corrected`` is by Holm (1979) over all
        of them.
    """
    questions = list(next(iter(systems.values())))
    found = []
    for measure in measures:
        values = {
            name: np.array([of.get(question, {}).get(measure, 0.0) for question in questions])
            for name, of in systems.items()
        }
        for first, second in combinations(systems, 2):
            found.append(_difference(measure, (first, values[first]), (second, values[second])))
    corrected = holm([difference.p for difference in found])
    return [replace(each, p_corrected=p) for each, p in zip(found, corrected, strict=True)]


def _difference(measure: str, first: tuple[str, Values], second: tuple[str, Values]) -> Difference:
    differences = second[1] - first[1]
    differences[np.abs(differences) <= _EQUAL] = 0.0
    low, high = bootstrap_interval(differences)
    p = randomisation_p(differences)
    return Difference(
        measure=measure,
        first=first[0],
        second=second[0],
        first_mean=float(first[1].mean()),
        second_mean=float(second[1].mean()),
        value=float(differences.mean()),
        low=low,
        high=high,
        p=p,
        p_corrected=p,
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
    )


def randomisation_p(differences: Values, *, one_sided: bool = False) -> float:
    """The paired randomisation test of a mean difference (Fisher; Smucker et al., CIKM 2007).

    Were the systems alike, each question's difference could as well have the other sign. With up
    to 16 differences that are not 0 all signs are tried; else 100,000 at random with a fixed seed,
    and the outcome itself counts as one of them.

    Args:
        differences: One for each question; float64.
        one_sided: Whether only a loss counts: the probability of a mean so low or lower.

    Returns:
        The probability, in (0, 1]; 1 where nothing differs.
    """
    moved = differences[differences != 0]
    if len(moved) == 0:
        return 1.0
    observed = moved.sum()
    sums = _exact_sums(moved) if len(moved) <= _EXACT_UP_TO else _random_sums(moved)
    margin = _EQUAL * len(moved)
    low_enough = sums <= observed + margin
    extreme = low_enough if one_sided else np.abs(sums) >= abs(observed) - margin
    if len(moved) <= _EXACT_UP_TO:
        return float(extreme.mean())
    return float((extreme.sum() + 1) / (len(sums) + 1))


def _exact_sums(moved: Values) -> Values:
    sums: Values = np.zeros(1)
    for each in np.abs(moved):
        sums = np.concatenate([sums + each, sums - each])
    return sums


def _random_sums(moved: Values) -> Values:
    generator = np.random.default_rng(SEED)
    sizes = np.abs(moved)
    parts = []
    for begin in range(0, PERMUTATIONS, _AT_ONCE):
        count = min(_AT_ONCE, PERMUTATIONS - begin)
        signs = generator.integers(0, 2, size=(count, len(sizes)), dtype=np.int8)
        parts.append((2.0 * signs - 1.0) @ sizes)
    return np.concatenate(parts)


def bootstrap_interval(differences: Values) -> tuple[float, float]:
    """The 95 % interval of a mean by percentile bootstrap (Efron & Tibshirani, 1993).

    10,000 resamples of the questions with a fixed seed.
    """
    generator = np.random.default_rng(SEED)
    count = len(differences)
    means = []
    for begin in range(0, RESAMPLES, _AT_ONCE):
        size = (min(_AT_ONCE, RESAMPLES - begin), count)
        means.append(differences[generator.integers(0, count, size=size)].mean(axis=1))
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)


def holm(probabilities: Sequence[float]) -> list[float]:
    """Probabilities corrected for their number, in their order (Holm's step-down method, 1979)."""
    order = sorted(range(len(probabilities)), key=lambda place: probabilities[place])
    corrected = [0.0] * len(probabilities)
    highest = 0.0
    for step, place in enumerate(order):
        highest = max(highest, min(1.0, probabilities[place] * (len(order) - step)))
        corrected[place] = highest
    return corrected
