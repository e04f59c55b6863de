"""Measures of retrieval, computed by ir_measures; its only door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG

RECALL_DEPTHS = (1, 3, 5, 10)
MEASURE_NAMES = (
    *(f"Recall@{k}" for k in RECALL_DEPTHS),
    *(f"Success@{k}" for k in (1, 5)),
    "MRR@10",
    "nDCG@10",
)
_RESAMPLES = 2000
_SEED = 20261124


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's ranking as far as its evidence goes.

    Attributes:
        id: Id of the question.
        groups: The evidence groups that a full answer needs.
        found: For each passage in order of rank, the groups that it holds.
    """

    id: str
    groups: frozenset[int]
    found: tuple[frozenset[int], ...]


def measure(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Compute every measure for every question.

    Recall@k is the share of groups held by the first k passages; a passage's gain in nDCG is
    the number of groups that none before it holds. A question without results has 0.

    Returns:
        Question id to measure name to value.
    """
    values: dict[str, dict[str, float]] = {item.id: {} for item in judged}
    for k in RECALL_DEPTHS:
        qrels = {item.id: {str(g): 1 for g in item.groups} for item in judged}
        run = {
            item.id: {str(g): 1.0 for g in frozenset[int]().union(*item.found[:k])} or {"-": 1.0}
            for item in judged
        }
        _collect(values, f"Recall@{k}", R @ 1000, qrels, run)
    qrels = {item.id: _gains(item) for item in judged}
    run = {
        item.id: {str(rank): 1 / rank for rank in range(1, len(item.found) + 1)} or {"-": 1.0}
        for item in judged
    }
    for name, measured in (
        ("Success@1", Success @ 1),
        ("Success@5", Success @ 5),
        ("MRR@10", RR @ 10),
        ("nDCG@10", nDCG @ 10),
    ):
        _collect(values, name, measured, qrels, run)
    return values


def _gains(item: Judged) -> dict[str, int]:
    """Relevance of each rank: how many groups it adds; groups that no rank holds stand apart."""
    seen: set[int] = set()
    gains = {}
    for rank, groups in enumerate(item.found, start=1):
        new = (groups & item.groups) - seen
        seen |= new
        if new:
            gains[str(rank)] = len(new)
    gains.update({f"missing-{group}": 1 for group in item.groups - seen})
    return gains


def _collect(
    values: dict[str, dict[str, float]],
    name: str,
    measured: ir_measures.Measure,
    qrels: Mapping[str, Mapping[str, int]],
    run: Mapping[str, Mapping[str, float]],
) -> None:
    for result in ir_measures.iter_calc([measured], qrels, run):
        values[result.query_id][name] = round(float(result.value), 6)


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean with its 95 % interval by percentile bootstrap (Efron & Tibshirani, 1993).

    2,000 resamples with a fixed seed.

    Returns:
        Mean, lower and upper bound.
    """
    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(_SEED)
    picks = generator.integers(0, len(sample), size=(_RESAMPLES, len(sample)))
    means = sample[picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return round(float(sample.mean()), 4), round(float(low), 4), round(float(high), 4)
