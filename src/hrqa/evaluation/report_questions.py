"""The questions of a report: what each found, with the evidence marked in the texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrqa.datatypes import Passage
from hrqa.evaluation.locating import LocatedEvidence, Locator
from hrqa.evaluation.misses import FIRST, Miss, miss_in_words
from hrqa.evaluation.outcomes import Answer, Evaluation, QuestionScore
from hrqa.evaluation.scoring import evidence_spans
from hrqa.store.texts import TextStore
from hrqa.words import word_spans

OUTCOMES = {
    "first": ("1", "found first"),
    "found": ("2", "found among the first five"),
    "late": ("6", "found after the first five"),
    "missed": ("✗", "not found"),
    "none": ("–", "has no answer"),
}
"""Name of each outcome to a sign, with a rank as an example, and its words."""

MOST_WITH_PASSAGES = 1000
"""Of more questions only those answered worst are shown with their passages."""

_FIVE = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage's text.

    Attributes:
        text: The text.
        groups: The groups of evidence whose words it is; empty for other text.
    """

    text: str
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A result of a question.

    Attributes:
        rank: From 1.
        answer: The result, judged.
        language: Of its text; empty where unknown.
        pieces: Its text in order; empty where the index no longer holds it.
    """

    rank: int
    answer: Answer
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ShownMiss:
    """Evidence that is not among the first results: its group, and why in words."""

    group: int
    why: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question of the report.

    Attributes:
        anchor: Its place in the page.
        score: How it was answered.
        rank: Of the first result with evidence; None where none has any.
        outcome: One of ``OUTCOMES``.
        sign: What tells it without colour: the rank, or that there is none.
        passages: Its first ten results; empty where there are too many questions to show all.
        is_brief: Whether its results are left out for that reason.
        misses: Why evidence is missing.
    """

    anchor: str
    score: QuestionScore
    rank: int | None
    outcome: str
    sign: str
    passages: tuple[ShownPassage, ...]
    is_brief: bool
    misses: tuple[ShownMiss, ...]


def shown_questions(
    evaluation: Evaluation, texts: TextStore, *, most: int = MOST_WITH_PASSAGES
) -> Iterator[ShownQuestion]:
    """The questions of an evaluation, in their order.

    Args:
        evaluation: The evaluation.
        texts: Texts of the index that was searched.
        most: How many are given with their passages; of more those answered worst are.
    """
    locator = Locator(texts, evaluation.gold_file)
    whole = _worst(evaluation.questions, most)
    for number, score in enumerate(evaluation.questions, start=1):
        is_brief = number - 1 not in whole
        located = () if is_brief else locator.locate(score.question)
        rank = first_rank(score)
        outcome = _outcome(score, rank)
        yield ShownQuestion(
            anchor=f"q{number}",
            score=score,
            rank=rank,
            outcome=outcome,
            sign=str(rank) if score.question.answerable and rank else OUTCOMES[outcome][0],
            passages=tuple(
                _passage(place, answer, located, texts)
                for place, answer in enumerate(() if is_brief else score.answers[:FIRST], start=1)
            ),
            is_brief=is_brief,
            misses=tuple(_miss(miss) for miss in score.misses),
        )


def _worst(scores: Sequence[QuestionScore], most: int) -> frozenset[int]:
    """Places of the questions that are shown whole: all of them, or those answered worst."""

    def badness(place: int) -> tuple[int, int, int]:
        score = scores[place]
        if not score.question.answerable:
            return 0, 0, -place
        return len(score.misses), first_rank(score) or FIRST + 1, -place

    order = sorted(range(len(scores)), key=badness, reverse=True)
    return frozenset(order[:most])


def first_rank(score: QuestionScore) -> int | None:
    """Rank of the first result with evidence; None where none has any."""
    ranks = (rank for rank, answer in enumerate(score.answers, start=1) if answer.groups)
    return next(ranks, None)


def _outcome(score: QuestionScore, rank: int | None) -> str:
    if not score.question.answerable:
        return "none"
    if rank is None:
        return "missed"
    return "first" if rank == 1 else "found" if rank <= _FIVE else "late"


def _miss(miss: Miss) -> ShownMiss:
    return ShownMiss(miss.group, miss_in_words(miss))


def _passage(
    rank: int, answer: Answer, located: Sequence[LocatedEvidence], texts: TextStore
) -> ShownPassage:
    number = texts.passage_number(answer.passage_id)
    if number is None:
        return ShownPassage(rank, answer, "", ())
    passage = texts.passage(number)
    held = [each for each in located if each.is_in(answer.document, passage)]
    pieces = tuple(marked_pieces(passage, held))
    return ShownPassage(rank, answer, passage.language or "", pieces)


def marked_pieces(passage: Passage, held: Sequence[LocatedEvidence]) -> Iterator[Piece]:
    """A passage's text, cut where words of evidence begin and end.

    Args:
        passage: The passage.
        held: Evidence that it holds.
    """
    groups: dict[int, set[int]] = {}
    for each in held:
        for occurrence in each.occurrences:
            for start, _ in evidence_spans(passage, occurrence):
                groups.setdefault(start, set()).add(each.evidence.group)
    begin, end, current = 0, 0, frozenset[int]()
    for start, stop in word_spans(passage.text):
        word = frozenset(groups.get(start, ()))
        if word != current:
            # What stands between two stretches belongs to the one that is not marked.
            cut = end if current else start
            if begin < cut:
                yield Piece(passage.text[begin:cut], tuple(sorted(current)))
            if cut < start and word:
                yield Piece(passage.text[cut:start], ())
                cut = start
            begin, current = cut, word
        end = stop
    cut = end if current else len(passage.text)
    yield Piece(passage.text[begin:cut], tuple(sorted(current)))
    if cut < len(passage.text):
        yield Piece(passage.text[cut:], ())
