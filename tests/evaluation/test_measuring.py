"""Measures of retrieval, worked out by hand."""

from math import log2

import pytest

from hrqa.evaluation.measuring import MEASURE_NAMES, Judged, interval, measure


def judged(groups: set[int], *found: set[int], name: str = "Q") -> Judged:
    """A question with its groups, and what each passage in turn holds."""
    return Judged(name, frozenset(groups), tuple(frozenset(each) for each in found))


def measured(groups: set[int], *found: set[int]) -> dict[str, float]:
    """The measures of one question."""
    return measure([judged(groups, *found)])["Q"]


@pytest.mark.parametrize(
    ("groups", "found", "recall"),
    [
        ({1}, [{1}], (1, 1, 1, 1)),
        ({1, 2}, [{1}, set(), {1, 2}], (1 / 2, 1, 1, 1)),
        ({1, 2}, [set(), {2}, {2}], (0, 1 / 2, 1 / 2, 1 / 2)),
        ({1, 2, 3}, [set(), {1}, set(), {1}, {3}], (0, 1 / 3, 2 / 3, 2 / 3)),
        ({1, 2}, [set()] * 9 + [{1, 2}], (0, 0, 0, 1)),
        ({1, 2}, [set()] * 10 + [{1, 2}], (0, 0, 0, 0)),
        ({1}, [{2}, {7}], (0, 0, 0, 0)),
        ({1}, [], (0, 0, 0, 0)),
    ],
)
def test_recall_is_the_share_of_groups_found(
    groups: set[int], found: list[set[int]], recall: tuple[float, ...]
) -> None:
    """Among the first 1, 3, 5 and 10 passages; a group found twice counts once."""
    values = measured(groups, *found)

    assert tuple(values[f"Recall@{k}"] for k in (1, 3, 5, 10)) == pytest.approx(recall, abs=1e-6)


@pytest.mark.parametrize(
    ("found", "success_1", "success_5", "mrr"),
    [
        ([{1}], 1, 1, 1),
        ([set(), {2}, {1}], 0, 1, 1 / 2),
        ([set()] * 4 + [{1, 2}], 0, 1, 1 / 5),
        ([set()] * 5 + [{2}], 0, 0, 1 / 6),
        ([set()] * 10 + [{1}], 0, 0, 0),
        ([{9}, set(), {1}], 0, 1, 1 / 3),
        ([], 0, 0, 0),
    ],
)
def test_success_and_mrr_look_for_the_first_passage_that_holds_any(
    found: list[set[int]], success_1: float, success_5: float, mrr: float
) -> None:
    """Of two groups either is enough; one that the question does not have is none."""
    values = measured({1, 2}, *found)

    assert values["Success@1"] == success_1
    assert values["Success@5"] == success_5
    assert values["MRR@10"] == pytest.approx(mrr, abs=1e-6)


@pytest.mark.parametrize(
    ("groups", "found", "ndcg"),
    [
        ({1}, [{1}], 1),
        ({1}, [set(), {1}], 1 / log2(3)),
        # Gains 0, 1, 1 where 1, 1 were best: (1 / log2 3 + 1 / 2) / (1 + 1 / log2 3).
        ({1, 2}, [set(), {1}, {1, 2}], (1 / log2(3) + 1 / 2) / (1 + 1 / log2(3))),
        # The second passage adds nothing; gains 1, 0 where 1, 1 were best.
        ({1, 2}, [{1}, {1}], 1 / (1 + 1 / log2(3))),
        # One passage with both is as good as can be.
        ({1, 2}, [{1, 2}], 1),
        ({1, 2}, [], 0),
    ],
)
def test_ndcg_gains_by_groups_not_seen_before(
    groups: set[int], found: list[set[int]], ndcg: float
) -> None:
    """Groups that no passage holds count to the best that there could have been."""
    assert measured(groups, *found)["nDCG@10"] == pytest.approx(ndcg, abs=1e-6)


def test_every_question_has_every_measure() -> None:
    """Questions are measured each by itself, those without results too."""
    values = measure(
        [judged({1}, {1}, name="a"), judged({1, 2}, name="b"), judged({3}, set(), name="c")]
    )

    assert [set(values[name]) for name in "abc"] == [set(MEASURE_NAMES)] * 3
    assert {name: value for name, value in values["a"].items() if value != 1} == {"P@5": 1 / 5}
    assert set(values["b"].values()) == set(values["c"].values()) == {0.0}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.5] * 7, (0.5, 0.5, 0.5)),
        # One resample in four holds zeros alone, one in four ones alone.
        ([0.0, 1.0], (0.5, 0.0, 1.0)),
        # Two of ten: 2.5 % of resamples hold none (.8 ** 10 = .107), 97.5 % at most five (.994).
        ([1.0] * 2 + [0.0] * 8, (0.2, 0.0, 0.5)),
    ],
)
def test_interval_by_bootstrap(values: list[float], expected: tuple[float, float, float]) -> None:
    """Mean and percentiles of the means of resamples."""
    assert interval(values) == expected


def test_interval_is_the_same_each_time() -> None:
    """The seed is fixed, so that a report can be made again."""
    values = [number / 97 for number in range(97)]

    assert interval(values) == interval(values)
