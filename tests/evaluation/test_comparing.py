"""Paired tests: worked by hand, and held against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, permutation_test

from hrqa.evaluation.comparing import bootstrap_interval, compare_all, holm, randomisation_p


def test_few_questions_are_tried_with_all_signs() -> None:
    """Of the 32 ways to sign five equal gains two are as extreme, and one is a loss so great."""
    gains = np.array([0.5] * 5)

    assert randomisation_p(gains) == 2 / 32
    assert randomisation_p(-gains, one_sided=True) == 1 / 32
    assert randomisation_p(gains, one_sided=True) == 1


def test_ties_say_nothing() -> None:
    """Questions without a difference change no probability; all of them alike give 1."""
    assert randomisation_p(np.array([0.0, 0.5, 0.0, 0.5, 0.0])) == 2 / 4
    assert randomisation_p(np.zeros(9)) == 1


@pytest.mark.parametrize("seed", [4, 5])
def test_many_questions_are_tried_at_random(seed: int) -> None:
    """As near to scipy's permutation test as 100,000 draws let it be, and the same each time."""
    differences = np.random.default_rng(seed).normal(0.04, 0.3, 150)
    theirs = permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=50_000, rng=1
    )

    assert randomisation_p(differences) == pytest.approx(theirs.pvalue, abs=0.01)
    assert randomisation_p(differences) == randomisation_p(differences)


def test_the_interval_holds_the_mean() -> None:
    """Of one value it is that value; of many it lies around their mean."""
    differences = np.random.default_rng(6).normal(0.1, 0.5, 400)
    low, high = bootstrap_interval(differences)

    assert bootstrap_interval(np.array([0.25] * 8)) == (0.25, 0.25)
    assert low < differences.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.15)


def test_holm_worked_by_hand() -> None:
    """The least of three is multiplied by 3, the next by 2, and none falls below one before."""
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_no_correction_and_bonferronis(probabilities: list[float]) -> None:
    """Never less than the probability, never more than times their number, and in its order."""
    corrected = holm(probabilities)

    for p, c in zip(probabilities, corrected, strict=True):
        assert p <= c <= min(1.0, p * len(probabilities)) or c == pytest.approx(p)
    assert sorted(corrected) == [corrected[i] for i in np.argsort(probabilities, kind="stable")]
    assert max(corrected) <= 1 and len(false_discovery_control(probabilities)) == len(corrected)


def test_systems_are_compared_question_by_question() -> None:
    """Two wins, a tie and a loss; a question that a system lacks counts as 0 and is not dropped."""
    before = {"a": {"m": 0.5}, "b": {"m": 0.0}, "c": {"m": 1.0}, "d": {"m": 0.5}}
    after = {"a": {"m": 1.0}, "b": {"m": 0.5}, "c": {"m": 1.0}}
    (found,) = compare_all({"before": before, "after": after}, ["m"])

    assert (found.wins, found.ties, found.losses, found.n) == (2, 1, 1, 4)
    assert (found.first_mean, found.second_mean) == (0.5, 0.625)
    assert found.value == pytest.approx(0.125)
    assert found.p == found.p_corrected == 1  # all eight signings move at least as far


def test_more_comparisons_ask_for_more() -> None:
    """Three systems make three pairs, each of which is corrected for three."""
    values = {f"q{n}": n / 10 for n in range(10)}
    systems = {
        name: {question: {"m": min(1.0, value + gain)} for question, value in values.items()}
        for name, gain in (("one", 0.0), ("two", 0.05), ("three", 0.1))
    }
    found = compare_all(systems, ["m"])

    assert [(each.first, each.second) for each in found] == [
        *[("one", "two"), ("one", "three"), ("two", "three")]
    ]
    assert [each.p_corrected for each in found] == pytest.approx([3 * each.p for each in found])
