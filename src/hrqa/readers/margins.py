"""What stands beside lines and is no part of them: line numbers in the margin, initials."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from hrqa.readers.glyphs import Word

_NUMBER = re.compile(r"\d{1,4}")
_MIN_NUMBERS = 10
_STEPS = (1, 5, 10)
_SAME_EDGE = 2.5
_UNEVEN = 0.2
_MIN_WORDS_BESIDE = 4
_INITIAL = 1.8


def take_line_numbers(words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Take out the numbers that count the lines of a page in its left or right margin.

    They count up by 1, 5 or 10 at equal distances, stand below each other beyond the edge of
    the text, and have running text beside them.

    Returns:
        The numbers downwards, and the other words in their order.
    """
    numeric = [word for word in words if _NUMBER.fullmatch(word.text)]
    if len(numeric) < _MIN_NUMBERS:
        return [], list(words)
    for edge in ("right", "left"):
        for anchor in numeric[:_MIN_NUMBERS]:
            place = getattr(anchor, edge)
            column = [word for word in numeric if abs(getattr(word, edge) - place) < _SAME_EDGE]
            column.sort(key=lambda word: word.top)
            if _counts_lines(column) and _in_margin(column, words):
                taken = set(column)
                return column, [word for word in words if word not in taken]
    return [], list(words)


def _counts_lines(column: Sequence[Word]) -> bool:
    if len(column) < _MIN_NUMBERS:
        return False
    values = [int(word.text) for word in column]
    steps = {after - before for before, after in itertools.pairwise(values)}
    pitches = [b.top - a.top for a, b in itertools.pairwise(column)]
    usual = median(pitches)
    uneven = sum(abs(pitch - usual) > _UNEVEN * usual for pitch in pitches)
    return len(steps) == 1 and min(steps) in _STEPS and uneven <= 0.2 * len(pitches)


def _in_margin(column: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether all text at their height stands on one side of them, and is running text."""
    numbers = set(column)
    top, bottom = column[0].top, column[-1].bottom
    beside = [word for word in words if top <= word.top <= bottom and word not in numbers]
    left, right = min(word.left for word in column), max(word.right for word in column)
    on_one_side = all(word.left > right for word in beside) or all(
        word.right < left for word in beside
    )
    lettered = sum(any(char.isalpha() for char in word.text) for word in beside)
    wordy = lettered > 0.8 * len(beside) and len(beside) >= _MIN_WORDS_BESIDE * len(column)
    return on_one_side and wordy


def join_initials(words: Sequence[Word]) -> list[Word]:
    """Put a large initial before the rest of its word, which stands beside its upper end."""
    usual = median(word.size for word in words) if words else 0.0
    initials = [
        word
        for word in words
        if len(word.text) == 1 and word.text.isupper() and word.size >= _INITIAL * usual
    ]
    if not initials:
        return list(words)
    joined = list(words)
    for initial in initials:
        rest = min(
            (
                word
                for word in joined
                if word.size < initial.size / _INITIAL
                and -1 <= word.left - initial.right <= 0.8 * usual
                and initial.top - usual <= word.top <= (initial.top + initial.bottom) / 2
                and word.text[0].isalpha()
            ),
            key=lambda word: word.top,
            default=None,
        )
        if rest is not None:
            joined[joined.index(rest)] = replace(
                rest, text=initial.text + rest.text, left=initial.left
            )
            joined.remove(initial)
    return joined
