"""Questions that the first passages answer and questions that they do not, on real indexes.

Few questions without an answer are at hand, so most are made of those with one, which needs no
judge: the passages that answer are kept out of the ranking, the question is put to another
corpus, or a name or a year in it becomes another.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hrqa.answerability.features import FIRST, AnswerFeatures
from hrqa.search import Searcher

ASKED, NONE, REMOVED, CHANGED, ELSEWHERE = "asked", "none", "removed", "changed", "elsewhere"

_NAME = re.compile(r"[A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\w'-]+(?: [A-ZÀ-ÝĂĐĨŨƠƯẠ-Ỹ][\w'-]+)*")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_YEARS_AWAY = (-12, -9, -7, -5, -4, 4, 5, 7, 9, 12)
_YEAR_RATHER_THAN_NAME = 0.7

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AnswerableQuestion:
    """A question with the passages of an index that hold a part of its answer.

    Attributes:
        id: Its id.
        text: The question.
        holding: Numbers of those passages; none for a question without an answer.
    """

    id: str
    text: str
    holding: frozenset[int]


@dataclass(frozen=True)
class Case:
    """A question as it was put to an index.

    Attributes:
        kind: ``asked`` as it is, with an answer; ``none``, without one; ``removed``, with the
            answering passages kept out; ``changed``, by a name or a year; ``elsewhere``, put to
            another corpus.
        id: Id of the question.
        answered: Whether one of the first five passages holds a part of the answer.
        features: What is measured of it.
    """

    kind: str
    id: str
    answered: bool
    features: AnswerFeatures


def cases(
    searcher: Searcher,
    questions: Sequence[AnswerableQuestion],
    others: Sequence[str],
    *,
    seed: int,
    step: Callable[[int], None],
) -> Iterator[Case]:
    """Put questions to an index, as they are and made unanswerable.

    Args:
        searcher: Searches the index.
        questions: Questions about its texts.
        others: Questions about other texts.
        seed: For what is drawn.
        step: Called with 1 after each question.
    """
    chance = random.Random(seed)
    names = [name for question in questions for name in _names(question.text)]
    everything = np.arange(len(searcher.index.text.texts.passage_ids), dtype=np.int64)
    for question in questions:
        if not question.holding:
            yield _case(searcher, NONE, question, None)
        else:
            yield _case(searcher, ASKED, question, None)
            left = np.setdiff1d(everything, np.array(sorted(question.holding)))
            yield _case(searcher, REMOVED, question, left)
            changed = _changed(question.text, names, chance)
            if changed is not None:
                other = AnswerableQuestion(question.id, changed, frozenset())
                yield _case(searcher, CHANGED, other, None)
        step(1)
    for number, text in enumerate(others):
        other = AnswerableQuestion(f"elsewhere {number}", text, frozenset())
        yield _case(searcher, ELSEWHERE, other, None)
        step(1)


def _case(
    searcher: Searcher, kind: str, question: AnswerableQuestion, allowed: Rows | None
) -> Case:
    ranked = searcher.ranker.rank(question.text, allowed)
    answered = not question.holding.isdisjoint(ranked.compared[:FIRST])
    return Case(kind, question.id, answered, searcher.answer_features(ranked))


def _names(text: str) -> list[str]:
    """Runs of words with a capital, but for the first word."""
    return [match[0] for match in _NAME.finditer(text) if match.start() > 0]


def _changed(text: str, names: Sequence[str], chance: random.Random) -> str | None:
    """The question with another year or name; None where it has neither."""
    years, own = _YEAR.findall(text), _names(text)
    if years and (not own or chance.random() < _YEAR_RATHER_THAN_NAME):
        year = chance.choice(years)
        return text.replace(year, str(int(year) + chance.choice(_YEARS_AWAY)), 1)
    strange = [name for name in names if name not in text]
    if not own or not strange:
        return None
    return text.replace(chance.choice(own), chance.choice(strange), 1)
