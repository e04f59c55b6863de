"""A ranking without passages that say what one above them has said."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from hrqa.datatypes import Passage
from hrqa.queries import Query, Ranking
from hrqa.store.texts import TextStore
from hrqa.words import words

_WORDS_IN_A_ROW = 4
_SAID = 0.9
_KEPT = 2000
"""Passages whose wording is kept: the same ones answer again and again."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage to answer with.

    Attributes:
        number: Its row in the index.
        score: Its score, in [0, 1].
        passage: The passage.
        others: Passages that say the same or less.
    """

    number: int
    score: float
    passage: Passage
    others: list[Passage]


@dataclass(frozen=True, slots=True)
class _Wording:
    """A passage's runs of four words, and its words that hold a digit."""

    runs: frozenset[tuple[str, ...]]
    numbers: frozenset[str]


@dataclass(slots=True)
class _Folded:
    found: list[FoundPassage] = field(default_factory=list)
    wordings: list[_Wording] = field(default_factory=list)


def fold_ranking(
    texts: TextStore, ranking: Ranking, query: Query, *, allowed: Callable[[int], bool]
) -> list[FoundPassage]:
    """The passages to answer with, best first.

    A passage is folded into one above it that consists of the same words, wherever it stands in
    the ranking, or that has nine tenths of its runs of four words and all of its numbers. What
    is folded takes no place from others.

    Args:
        texts: The passages.
        ranking: Their ranking.
        query: How many are wanted, and how many of one document.
        allowed: Whether the passage with a number may be found.
    """
    folded = _Folded()
    same: set[int] = set()
    per_document: dict[str, int] = {}
    for number, score in ranking.entries:
        if len(folded.found) == query.limit:
            break
        if number in same:
            continue
        passage = texts.passage(number)
        wording = _wording(passage.text)
        above = _that_says(wording, folded)
        taken = per_document.get(passage.document_id, 0)
        full = query.max_per_document is not None and taken >= query.max_per_document
        if above is None and full:
            continue
        equal = [other for other in texts.same_words(number) if allowed(other)]
        same.update(equal)
        others = [texts.passage(other) for other in equal]
        if above is not None:
            above.others.extend([passage, *others])
            continue
        per_document[passage.document_id] = taken + 1
        folded.found.append(FoundPassage(number, min(1.0, max(0.0, score)), passage, others))
        folded.wordings.append(wording)
    return folded.found


def _that_says(wording: _Wording, folded: _Folded) -> FoundPassage | None:
    """The first passage that says all that a wording does; None where there is none."""
    for found, known in zip(folded.found, folded.wordings, strict=True):
        said = len(wording.runs & known.runs) >= _SAID * len(wording.runs)
        if said and wording.numbers <= known.numbers:
            return found
    return None


@functools.lru_cache(maxsize=_KEPT)
def _wording(text: str) -> _Wording:
    found = words(text)
    starts = range(max(1, len(found) - _WORDS_IN_A_ROW + 1))
    runs = frozenset(tuple(found[start : start + _WORDS_IN_A_ROW]) for start in starts)
    numbers = frozenset(word for word in found if any(char.isdigit() for char in word))
    return _Wording(runs, numbers)
