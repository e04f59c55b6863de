"""What a language model is given to answer from: passages numbered, cited, within a budget."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hrqa.answerability.calibration import seems_answered
from hrqa.datatypes import Passage
from hrqa.queries import ScoredPassage, SearchResult

_SEPARATOR = "\n\n"
_FEWEST_WORDS = 3
_ENDINGS = tuple(".!?…:;”\"')")
_UNANSWERED = {
    "en": "The documents probably do not answer this question; these passages are the nearest.",
    "vi": "Các tài liệu có lẽ không trả lời câu hỏi này; đây là những đoạn gần nhất.",
}
_NOTHING = {
    "en": "Nothing in the documents comes near this question.",
    "vi": "Không có gì trong các tài liệu liên quan đến câu hỏi này.",
}


@dataclass(frozen=True, slots=True)
class NumberedPassage:
    """A passage of a model's context.

    Attributes:
        number: By which an answer refers to it, from 1.
        scored: The passage as the search gave it.
        text: What of its text is in the context.
        cut: Whether that is not all of it, but its beginning.
    """

    number: int
    scored: ScoredPassage
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class ModelContext:
    """What a language model is given.

    Attributes:
        text: All of it: the statement if there is one, then each passage under its number and
            citation line.
        statement: Says plainly that the passages do not answer; None where they seem to.
        passages: Those in the text, best first.
        used: Length of the text, in the budget's unit.
        left_out: How many passages did not fit.
    """

    text: str
    statement: str | None
    passages: tuple[NumberedPassage, ...]
    used: int
    left_out: int


def model_context(
    result: SearchResult, *, budget: int, measure: Callable[[str], int]
) -> ModelContext:
    """Fit the passages of an answer into a budget, the best first.

    A passage that does not fit is left out, and a later one may take its place; only the first is
    cut, after a sentence or, where none fits, after a word, since a context without it would hold
    the lesser ones alone.

    Args:
        result: The answer to a query.
        budget: Most that the text may measure.
        measure: Length of a text, in tokens or characters.
    """
    statement = statement_of(result)
    text = statement or ""
    if measure(text) > budget:
        text = ""
    passages: list[NumberedPassage] = []
    for scored in result.passages:
        number = len(passages) + 1
        for piece in _pieces(scored.passage, whole=bool(passages)):
            longer = _joined(text, f"[{number}] {scored.citation.text}\n{piece}")
            if measure(longer) <= budget:
                text = longer
                cut = len(piece) < len(scored.passage.text)
                passages.append(NumberedPassage(number, scored, piece, cut))
                break
    return ModelContext(
        text=text,
        statement=statement,
        passages=tuple(passages),
        used=measure(text),
        left_out=len(result.passages) - len(passages),
    )


def statement_of(result: SearchResult) -> str | None:
    """Says plainly, in the question's language, that the documents do not seem to answer.

    None where they seem to, as ``seems_answered`` says.
    """
    language = "vi" if result.language == "vi" else "en"
    if not result.passages:
        return _NOTHING[language]
    return None if seems_answered(result.answerability) else _UNANSWERED[language]


def _joined(text: str, block: str) -> str:
    return f"{text}{_SEPARATOR}{block}" if text else block


def _pieces(passage: Passage, *, whole: bool) -> list[str]:
    """What may be taken of a passage, the longest first: all of it, or less.

    Less is so many sentences, and where not even one fits, so many words.
    """
    if whole:
        return [passage.text]
    sentences = [passage.text[s.start : s.end] for s in passage.sentences]
    # Headings and their numbers count as sentences, too, and would promise what is cut off.
    ends = {
        sentence.end
        for sentence, text in zip(passage.sentences, sentences, strict=True)
        if text.rstrip().endswith(_ENDINGS) and len(text.split()) >= _FEWEST_WORDS
    }
    words = [match.end() for match in re.finditer(r"\S+", passage.text)]
    fallback = [end for end in words if end < min(ends, default=len(passage.text))]
    cuts = [*sorted(ends, reverse=True), *reversed(fallback[_FEWEST_WORDS:])]
    return [passage.text, *(passage.text[:end] for end in cuts if end < len(passage.text))]
