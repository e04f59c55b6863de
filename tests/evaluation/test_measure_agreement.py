"""Measures held against an independent implementation, over random runs with gaps."""

import random

import numpy as np
import pytest

from hrqa.evaluation.measuring import Judged, measure

ranx = pytest.importorskip("ranx")

NAMES = {
    "nDCG@10": "ndcg@10",
    "nDCG@5": "ndcg@5",
    "MAP": "map",
    "MAP@10": "map@10",
    "P@5": "precision@5",
    "Recall@5": "recall@5",
    "R@20": "recall@20",
    "MRR": "mrr",
    "MRR@10": "mrr@10",
    "Success@3": "hit_rate@3",
}


def random_case(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, list[str]]]:
    """Graded judgements of 60 queries and rankings of them; some queries find nothing."""
    chance = random.Random(seed)
    qrels, rankings = {}, {}
    for number in range(60):
        query = f"q{number}"
        pool = [f"d{chance.randrange(200)}" for _ in range(chance.randrange(1, 9))]
        qrels[query] = {item: chance.randrange(1, 4) for item in pool}
        found = [f"d{place}" for place in chance.sample(range(200), chance.randrange(0, 40))]
        rankings[query] = [] if number % 7 == 0 else found
    return qrels, rankings


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_documents_are_measured_as_ranx_measures_them(seed: int) -> None:
    """Each value of each query is the same to 1e-9; a query that finds nothing counts as 0."""
    qrels, rankings = random_case(seed)
    judged = [
        Judged(
            query,
            frozenset(grades),
            tuple(frozenset({item}) & frozenset(grades) for item in rankings[query]),
            grades,
        )
        for query, grades in qrels.items()
    ]
    values = measure(judged, list(NAMES))

    run = {
        query: {item: 1 / rank for rank, item in enumerate(found, start=1)} or {"none": 0.5}
        for query, found in rankings.items()
    }
    theirs = ranx.Run(run)
    ranx.evaluate(ranx.Qrels(qrels), theirs, list(NAMES.values()), make_comparable=True)
    for ours, name in NAMES.items():
        expected = [theirs.scores[name][query] for query in qrels]
        found = [values[query][ours] for query in qrels]
        assert np.allclose(found, expected, atol=1e-9, rtol=0), ours


def test_a_full_answer_needs_every_group() -> None:
    """Complete@k is 1 once all groups are among the first k, and never in between."""
    judged = Judged("Q", frozenset({1, 2}), (frozenset({1}), frozenset(), frozenset({2})))
    values = measure([judged], ["Complete@1", "Complete@3", "P@3", "MAP@3"])["Q"]

    assert values["Complete@1"] == 0
    assert values["Complete@3"] == 1
    assert values["P@3"] == pytest.approx(2 / 3)
    assert values["MAP@3"] == pytest.approx((1 + 2 / 3) / 2)


def test_precision_counts_what_says_the_same_again() -> None:
    """A second passage with a group found before is right, too, but gains nothing."""
    judged = Judged("Q", frozenset({1}), (frozenset({1}), frozenset({1})))
    values = measure([judged], ["P@2", "nDCG@2", "MAP@2"])["Q"]

    assert values == {"P@2": 1, "nDCG@2": 1, "MAP@2": 1}
