"""Sentences packed into passages of even length, cut where it hurts least."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class CutCost(float, Enum):
    """What a cut costs beside uneven length, by what it separates."""

    SECTION = 0.0
    BLOCK = 0.08
    SENTENCE = 0.35
    WORD = 4.0


@dataclass(frozen=True, slots=True)
class Atom:
    """A stretch of text that is not cut.

    Attributes:
        length: Its length in characters, with the white space behind it.
        cost: What a cut after it costs.
    """

    length: int
    cost: CutCost


def pack(atoms: Sequence[Atom], *, target: int, maximum: int) -> list[int]:
    """Choose the cuts that together cost least.

    A piece costs the square of its relative distance from the target, and its last cut. The
    best choice is found by dynamic programming, as Knuth & Plass break paragraphs into lines
    (Software: Practice and Experience 11(11), 1981, pp. 1119-1184).

    Args:
        atoms: In order.
        target: Length that a piece should have, in characters.
        maximum: Length that no piece of more than one atom passes.

    Returns:
        Lengths of the pieces, in order; they sum to the atoms' lengths.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(atoms) + 1):
        cut = atoms[end - 1].cost.value if end < len(atoms) else 0.0
        choices = []
        length = 0
        for begin in range(end - 1, -1, -1):
            length += atoms[begin].length
            if length > maximum and begin < end - 1:
                break
            uneven = (length - target) / target
            choices.append((best[begin][0] + uneven * uneven + cut, begin))
        best.append(min(choices))
    lengths = []
    end = len(atoms)
    while end:
        begin = best[end][1]
        lengths.append(sum(atom.length for atom in atoms[begin:end]))
        end = begin
    return lengths[::-1]
