"""Measures by name: hrqa's own, and those of ir_measures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from hrqa.errors import MeasureError

_OWN = {"Recall": "R", "MRR": "RR", "MAP": "AP"}
_OF_GROUPS = ("R", "Complete")
_FAMILIES = (*_OF_GROUPS, "Success", "RR", "nDCG", "AP", "P")
_NAME = re.compile(r"([A-Za-z]+)(?:@([1-9]\d{0,3}))?")


class Basis(Enum):
    """What is counted."""

    GROUPS = "groups"
    """Which of the groups are among the first k results."""

    RESULTS = "results"
    """Which of the results hold any group."""

    GAINS = "gains"
    """How much each result adds to those before it."""


@dataclass(frozen=True, slots=True)
class MeasureName:
    """A measure that can be computed.

    Attributes:
        name: As it was asked for.
        family: ir_measures' name without cut-off.
        cutoff: How many results count; None for all.
    """

    name: str
    family: str
    cutoff: int | None

    @property
    def basis(self) -> Basis:
        """What is counted."""
        if self.family in _OF_GROUPS:
            return Basis.GROUPS
        return Basis.RESULTS if self.family == "P" else Basis.GAINS

    @property
    def is_whole(self) -> bool:
        """Whether only a full answer counts: 1 where every group is found, else 0."""
        return self.family == "Complete"

    @property
    def computed(self) -> str:
        """What ir_measures computes, in its words."""
        if self.family in _OF_GROUPS:  # only the groups among the first k stand in the run
            return "R@1000000"
        return self.family if self.cutoff is None else f"{self.family}@{self.cutoff}"


def measure_names(texts: Sequence[str]) -> tuple[MeasureName, ...]:
    """The measures with some names, such as ``nDCG@10``, ``R@5`` or ``Recall@5``.

    Raises:
        MeasureError: One is not known, or lacks the cut-off that it needs.
    """
    return tuple(_parsed(text) for text in dict.fromkeys(texts))


def _parsed(text: str) -> MeasureName:
    match = _NAME.fullmatch(text)
    family = _OWN.get(match[1], match[1]) if match else ""
    if match is None or family not in _FAMILIES:
        raise MeasureError(text, f"is not known; there are {known_measures()}")
    cutoff = int(match[2]) if match[2] else None
    if cutoff is None and family in (*_OF_GROUPS, "P", "Success"):
        raise MeasureError(text, f"needs a cut-off, such as {text}@5")
    return MeasureName(text, family, cutoff)


def deepest(texts: Sequence[str]) -> int:
    """How many results some measures look at; 0 where none has a cut-off.

    Raises:
        MeasureError: A name is not known.
    """
    return max((name.cutoff or 0 for name in measure_names(texts)), default=0)


def known_measures() -> str:
    """The names that are taken, for messages and help."""
    return "Recall@k (R@k), Complete@k, Success@k, MRR@k (RR@k), nDCG@k, MAP@k (AP@k), P@k"
