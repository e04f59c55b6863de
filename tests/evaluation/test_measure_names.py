"""Names of measures: which are taken, and what is said of others."""

import pytest

from hrqa.errors import MeasureError
from hrqa.evaluation.measure_names import deepest, measure_names


@pytest.mark.parametrize(
    ("name", "computed"),
    [
        *(("nDCG@10", "nDCG@10"), ("MAP", "AP"), ("MRR@10", "RR@10"), ("P@5", "P@5")),
        *(("AP@10", "AP@10"), ("RR", "RR"), ("Success@1", "Success@1")),
    ],
)
def test_hrqas_and_ir_measures_names_are_taken(name: str, computed: str) -> None:
    """MAP and AP, MRR and RR are the same."""
    (found,) = measure_names([name])

    assert (found.name, found.computed) == (name, computed)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *(("nDGC@10", "is not known"), ("", "is not known"), ("R@0", "is not known")),
        *(("Recall", "needs a cut-off, such as Recall@5"), ("P", "needs a cut-off")),
        ("Success@ten", "is not known"),
    ],
)
def test_others_are_refused(name: str, reason: str) -> None:
    """The message names the measure and says what there is."""
    with pytest.raises(MeasureError, match=reason) as raised:
        measure_names([name])

    assert repr(name) in str(raised.value)


def test_the_deepest_cutoff_says_how_far_to_look() -> None:
    """Measures without one look at whatever there is."""
    assert deepest(["nDCG@10", "R@100", "MAP"]) == 100
    assert deepest(["MAP"]) == 0
