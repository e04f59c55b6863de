"""Measures of retrieval, computed by ir_measures; its only door."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ir_measures
import numpy as np

from hrqa.evaluation.measure_names import Basis, MeasureName, measure_names

RECALL_DEPTHS = (1, 3, 5, 10)
MEASURE_NAMES = (
    *(f"Recall@{k}" for k in RECALL_DEPTHS),
    *(f"Success@{k}" for k in (1, 5)),
    *(f"Complete@{k}" for k in (5, 10)),
    *("MRR@10", "nDCG@10", "MAP@10", "P@5"),
)
RESAMPLES = 2000
SEED = 20261124
_ABSENT = "-"
"""Stands in a run without results, which ir_measures would drop together with its question."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's ranking as far as its evidence goes.

    Attributes:
        id: Id of the question.
        groups: What a full answer needs: groups of evidence, or relevant documents.
        found: For each result in order of rank, the groups that it holds.
        grades: Gain of each group, 1 or more; 1 for those that are not named.
    """

    id: str
    groups: frozenset[Hashable]
    found: tuple[frozenset[Hashable], ...]
    grades: Mapping[Any, int] = field(default_factory=dict)


def measure(
    judged: Sequence[Judged], names: Sequence[str] = MEASURE_NAMES
) -> dict[str, dict[str, float]]:
    """Compute measures for every question; one without results has 0.

    Recall@k is the share of groups held by the first k results, Complete@k whether they hold
    all, P@k the share of these results that hold any. In all others a result's gain is the sum of
    the grades of the groups that none before it holds: where each result is a document that is
    judged by itself they are trec_eval's.

    Args:
        judged: The questions.
        names: Of the measures, as ``measure_names`` takes them.

    Returns:
        Question id to measure name to value.

    Raises:
        MeasureError: A name is not known.
    """
    values: dict[str, dict[str, float]] = {item.id: {} for item in judged}
    for name in measure_names(names):
        qrels, run = _inputs(judged, name)
        for result in ir_measures.iter_calc([ir_measures.parse_measure(name.computed)], qrels, run):
            value = float(result.value)
            values[result.query_id][name.name] = float(value == 1) if name.is_whole else value
    return values


def _inputs(
    judged: Sequence[Judged], name: MeasureName
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Judgements and rankings from which ir_measures computes a measure."""
    if name.basis is Basis.GROUPS:
        qrels = {item.id: {_key(group): 1 for group in item.groups} for item in judged}
        return qrels, {
            item.id: {
                _key(group): 1.0
                for group in frozenset[Hashable]().union(*item.found[: name.cutoff])
            }
            or {_ABSENT: 1.0}
            for item in judged
        }
    run = {
        item.id: {str(rank): 1 / rank for rank in range(1, len(item.found) + 1)} or {_ABSENT: 1.0}
        for item in judged
    }
    gains = _holding if name.basis is Basis.RESULTS else _gains
    return {item.id: gains(item) for item in judged}, run


def _key(group: Hashable) -> str:
    return f"group {group}"


def _holding(item: Judged) -> dict[str, int]:
    """Which ranks hold any group."""
    held = {str(rank): 1 for rank, groups in enumerate(item.found, start=1) if groups & item.groups}
    return held or {"missing": 1}


def _gains(item: Judged) -> dict[str, int]:
    """Relevance of each rank: how much it adds; groups that no rank holds stand apart."""
    seen: set[Hashable] = set()
    gains = {}
    for rank, groups in enumerate(item.found, start=1):
        new = (groups & item.groups) - seen
        seen |= new
        if new:
            gains[str(rank)] = sum(item.grades.get(group, 1) for group in new)
    gains.update({f"missing {group}": item.grades.get(group, 1) for group in item.groups - seen})
    return gains


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean with its 95 % interval by percentile bootstrap (Efron & Tibshirani, 1993).

    2,000 resamples with a fixed seed.

    Returns:
        Mean, lower and upper bound.
    """
    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(SEED)
    picks = generator.integers(0, len(sample), size=(RESAMPLES, len(sample)))
    means = sample[picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return round(float(sample.mean()), 4), round(float(low), 4), round(float(high), 4)
