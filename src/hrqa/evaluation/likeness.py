"""Which questions are the same, or nearly so."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from hrqa.words import fold, plain_number, words

LIKE = 0.8
"""Share of their different words together that two questions have in common, at least."""

_ROUNDING = 1e-9


def same_words(question: str) -> tuple[str, ...]:
    """The words of a question without case, marks and punctuation."""
    return tuple(plain_number(fold(word)) for word in words(question))


def nearly_same(questions: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of questions that are nearly the same, as their places, the earlier first.

    Of their words together, each counted once and without marks, they have four fifths in common,
    and all words with digits: questions for two years are two questions.
    """
    sets = [frozenset(same_words(question)) for question in questions]
    counts = Counter(word for each in sets for word in each)
    holding: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(sets):
        # Two sets as like as that share one of the rarest words of either: no others are compared.
        rarest = sorted(each, key=lambda word: (counts[word], word))
        rarest = rarest[: len(each) - math.ceil(LIKE * len(each) - _ROUNDING) + 1]
        candidates = sorted({other for word in rarest for other in holding[word]})
        for other in candidates:
            if _is_like(sets[other], each):
                yield other, place
        for word in rarest:
            holding[word].append(place)


def _is_like(one: frozenset[str], two: frozenset[str]) -> bool:
    if any(any(char.isdigit() for char in word) for word in one ^ two):
        return False
    return len(one & two) >= LIKE * len(one | two) - _ROUNDING
