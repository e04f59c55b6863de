"""Columns of prose: white strips through several lines, with running text on either side.

The page is cut at the strip that most lines leave free: into what stands above, the column on
the left, the one on the right, and what stands below; each is cut again in the same way (after
Nagy & Seth's XY-cut, ICPR 1984, pp. 347-349). A strip ends at the first line that crosses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hrqa.readers.glyphs import Ruling, Word

WordLine = list[Word]

_MIN_STRIP = 0.6
_MIN_STRIP_POINTS = 5.0
_MIN_LINES = 5
_FEW_LINES = 2
_MIN_SIDE_WORDS = 4
_MIN_SIDE_CHARS = 16
_LONG_LINE = 0.75
_MOST_SHORT_LINES = 0.4
_WITHIN_SENTENCE = 0.4
_MOSTLY = 0.8
_FEW = 0.15
_WIDE_GAP = 1.6
_CROSSING_RULINGS = 2
_HEAD_ROOM = 40.0


@dataclass(frozen=True, slots=True)
class _Strip:
    """A white strip: its edges in points, its first line and one past its last."""

    left: float
    right: float
    begin: int
    end: int
    both: int


def in_reading_order(lines: list[WordLine], rulings: Sequence[Ruling]) -> list[list[WordLine]]:
    """Cut a page into parts that are each read from top to bottom.

    Args:
        lines: The words of each line over the whole width of the page, downwards.
        rulings: The page's lines: where they cross a strip it parts a table, not prose.
    """
    strip = _widest_read(lines, rulings)
    if strip is None:
        return [lines] if lines else []
    left, right = _sides(lines[strip.begin : strip.end], strip)
    return [
        part
        for piece in (lines[: strip.begin], left, right, lines[strip.end :])
        for part in in_reading_order(piece, rulings)
    ]


def _widest_read(lines: list[WordLine], rulings: Sequence[Ruling]) -> _Strip | None:
    """The strip with most lines that go on at both of its sides."""
    if len(lines) < _MIN_LINES:
        return None
    found = [
        strip
        for strip in _strips(lines)
        if strip.both >= _FEW_LINES
        and _parts_prose(lines[strip.begin : strip.end], strip, rulings)
        and not _crossed(lines[strip.begin : strip.end], strip, rulings)
    ]
    return max(found, key=lambda strip: (strip.both, strip.right - strip.left), default=None)


def _strips(lines: list[WordLine]) -> list[_Strip]:
    """White strips as wide as a gutter, each as long as no line crosses it."""
    left = min(line[0].left for line in lines)
    width = int(max(word.right for line in lines for word in line) - left) + 2
    size = float(np.median([word.size for line in lines for word in line]))
    needed = max(_MIN_STRIP * size, _MIN_STRIP_POINTS)
    free = np.ones((len(lines), width), dtype=bool)
    for row, line in zip(free, lines, strict=True):
        for word in line:
            row[max(0, int(word.left - left + 0.5)) : int(word.right - left + 0.5)] = False
    begins, ends = _runs(free)
    found: dict[tuple[int, int, int], _Strip] = {}
    for index, line in enumerate(lines):
        reach = line[0].right
        for word in line[1:]:
            gap = word.left - reach
            if gap >= needed:
                at = int((reach + word.left) / 2 - left)
                begin, end = int(begins[index, at]), int(ends[index, at])
                if end - begin >= _MIN_LINES and (begin, end, at) not in found:
                    strip = _measured(free, begin, end, at, left)
                    if strip is not None and strip.right - strip.left >= needed - 1:
                        key = (begin, end, round(strip.left))
                        both = sum(
                            other[0].left < strip.left and other[-1].right > strip.right
                            for other in lines[begin:end]
                        )
                        found[key] = _Strip(strip.left, strip.right, begin, end, both)
            reach = max(reach, word.right)
    return list(found.values())


def _runs(free: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each line and place the first and one past the last line that leave it free."""
    begins = np.zeros(free.shape, dtype=np.int64)
    ends = np.zeros(free.shape, dtype=np.int64)
    begin = np.zeros(free.shape[1], dtype=np.int64)
    for index in range(len(free)):
        begin = np.where(free[index], begin, index + 1)
        begins[index] = begin
    end = np.full(free.shape[1], len(free), dtype=np.int64)
    for index in range(len(free) - 1, -1, -1):
        end = np.where(free[index], end, index)
        ends[index] = end
    return begins, ends


def _measured(free: NDArray[np.bool_], begin: int, end: int, at: int, left: float) -> _Strip | None:
    """The strip around a place that all of the lines leave free."""
    open_: NDArray[np.bool_] = np.logical_and.reduce(free[begin:end], axis=0)
    if not open_[at]:
        return None
    blocked = np.flatnonzero(~open_)
    first = blocked[blocked < at].max(initial=-1) + 1
    last = blocked[blocked > at].min(initial=len(open_))
    return _Strip(left + float(first), left + float(last), begin, end, 0)


def _parts_prose(lines: list[WordLine], strip: _Strip, rulings: Sequence[Ruling]) -> bool:
    left, right = _sides(lines, strip)
    short, long = sorted((left, right), key=len)
    if not _is_prose(long) or not _is_prose(short, few=True):
        return False
    return all(_is_whole(side) or _widest_read(side, rulings) for side in (left, right))


def _sides(lines: list[WordLine], strip: _Strip) -> tuple[list[WordLine], list[WordLine]]:
    middle = (strip.left + strip.right) / 2
    left = [side for line in lines if (side := [word for word in line if word.right <= middle])]
    right = [side for line in lines if (side := [word for word in line if word.right > middle])]
    return left, right


def _is_prose(side: list[WordLine], *, few: bool = False) -> bool:
    """Whether lines are running text.

    They hold words rather than values, most are as long as the column is wide, and many begin
    within a sentence, as the lines of a table's cells or of a list seldom do.
    """
    if len(side) < (_FEW_LINES if few else _MIN_LINES):
        return False
    counts = sorted(len(line) for line in side)
    chars = sorted(sum(len(word.text) for word in line) for line in side)
    if counts[len(counts) // 2] < _MIN_SIDE_WORDS or chars[len(chars) // 2] < _MIN_SIDE_CHARS:
        return False
    lettered = sum(_is_worded(line) for line in side)
    left = min(line[0].left for line in side)
    width = max(line[-1].right for line in side) - left
    short = sum(line[-1].right - left < _LONG_LINE * width for line in side)
    cased = [line for line in side[1:] if line[0].text[0].lower() != line[0].text[0].upper()]
    within = sum(line[0].text[0].islower() for line in cased)
    return (
        lettered >= _MOSTLY * len(side)
        and short <= max(1.0, _MOST_SHORT_LINES * len(side))
        and within >= _WITHIN_SENTENCE * len(cased)
    )


def _is_whole(side: list[WordLine]) -> bool:
    """Whether few lines have a gap in them as wide as those between the cells of a table."""
    gaps = sum(
        any(after.left - before.right > _WIDE_GAP * before.size for before, after in pairwise(line))
        for line in side
    )
    return gaps <= _FEW * len(side)


def _is_worded(line: WordLine) -> bool:
    """Whether most of a line is letters."""
    text = "".join(word.text for word in line)
    return 2 * sum(map(str.isalpha, text)) > len(text)


def _crossed(lines: list[WordLine], strip: _Strip, rulings: Sequence[Ruling]) -> bool:
    """Whether the rulings are those of a table.

    Either several go over the strip between its lines, or below the heads of columns one ends
    on the left of it and another begins at the same height on the right.
    """
    top, bottom = lines[0][0].top, lines[-1][0].bottom
    across = [ruling for ruling in rulings if ruling.horizontal]
    crossing = [
        ruling
        for ruling in across
        if ruling.left < strip.left - 1
        and ruling.right > strip.right + 1
        and top + 2 < ruling.top < bottom - 2
    ]
    near = [ruling for ruling in across if top - _HEAD_ROOM < ruling.top < bottom]
    ending = {round(r.top) for r in near if 0 <= strip.right + 1 - r.right <= _HEAD_ROOM}
    beginning = {round(r.top) for r in near if 0 <= r.left - strip.left + 1 <= _HEAD_ROOM}
    return len(crossing) >= _CROSSING_RULINGS or bool(ending & beginning)
