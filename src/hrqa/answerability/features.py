"""What tells a question that is answered from one that is not.

Scores alone do not: a question about the right topic but the wrong year finds passages as near
as a question that is answered. So it also counts how far the first passages stand out, how
much of the question is matched better elsewhere, and whether its numbers and names stand in one
of the first passages.
"""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from hrqa.words import fold, plain_number, words

FIRST = 5
"""How many passages are looked at, however many are asked for."""

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_EDGES = "?.,!\"'():;“”‘’"

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    """What is measured of a question and its first five passages.

    Attributes:
        sentence: Score of their best sentence.
        tokens: Mean of the best matches of the question's tokens, in the best of them.
        sentence_lead: By how much the first passage's best sentence leads the mean of the others'.
        tokens_lead: Likewise for the tokens.
        tokens_elsewhere: By how much the question's tokens are matched better in other
            passages among the compared, on average.
        numbers_missing: Share of the question's numbers that are not in the passage that has
            most of them; 0 without numbers.
        names_missing: Likewise of its names, words with a capital that are not its first.
        vietnamese: 1 for a question in Vietnamese, else 0.
    """

    sentence: float
    tokens: float
    sentence_lead: float
    tokens_lead: float
    tokens_elsewhere: float
    numbers_missing: float
    names_missing: float
    vietnamese: float

    def values(self) -> tuple[float, ...]:
        """The measures in their order."""
        return tuple(astuple(self))


def measure_answer(
    question: str,
    *,
    sentences: Sequence[float],
    matches: Scores,
    texts: Sequence[str],
    vietnamese: bool,
) -> AnswerFeatures:
    """Measure a question and its first passages.

    Args:
        question: Its words, without courtesy and with its spelling mended.
        sentences: Scores of the best sentence of each of the first five passages, or of fewer
            where fewer were found; at least one.
        matches: float32 of shape ``(compared, tokens)``: how well each token of the question is
            matched in each passage that was compared, the first five first.
        texts: The words of the first five passages, with their titles and headings.
        vietnamese: Whether the question is in Vietnamese.
    """
    means = matches.mean(axis=1)
    first = matches[: len(sentences)].max(axis=0)
    forms = [_forms(text) for text in texts]
    return AnswerFeatures(
        sentence=float(max(sentences)),
        tokens=float(means[: len(sentences)].max()),
        sentence_lead=_lead(sentences),
        tokens_lead=_lead(means[: len(sentences)].tolist()),
        tokens_elsewhere=float((matches.max(axis=0) - first).mean()),
        numbers_missing=_missing(_NUMBER.findall(question), forms),
        names_missing=_missing(_names(question), forms),
        vietnamese=float(vietnamese),
    )


def _lead(scores: Sequence[float]) -> float:
    return float(scores[0] - np.mean(scores[1:])) if len(scores) > 1 else 0.0


def _names(question: str) -> list[str]:
    typed = [word.strip(_EDGES) for word in question.split()]
    return [part for word in typed[1:] if word[:1].isupper() for part in words(word)]


def _forms(text: str) -> frozenset[str]:
    return frozenset(plain_number(fold(word)) for word in words(text))


def _missing(wanted: Sequence[str], texts: Sequence[frozenset[str]]) -> float:
    parts = [plain_number(fold(part)) for word in wanted for part in words(word)]
    if not parts or not texts:
        return 0.0
    return 1 - max(sum(part in text for part in parts) for text in texts) / len(parts)
