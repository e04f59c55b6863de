"""Gold questions asked and their answers scored."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.errors import GoldError
from hrqa.evaluation.evidence import DocumentWords, Occurrence, holds
from hrqa.evaluation.measuring import MEASURE_NAMES, Judged, interval, measure
from hrqa.progress import Progress
from hrqa.queries import Query, SearchResult
from hrqa.search import Searcher
from hrqa.store.description import IndexMeta

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """One passage of the answer to a gold question: its id, place, score and groups held."""

    passage_id: str
    citation: str
    score: float
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """How a gold question was answered.

    Attributes:
        question: The question.
        answers: The first ten passages.
        measures: Name and value; empty for an unanswerable question.
    """

    question: GoldQuestion
    answers: tuple[Answer, ...]
    measures: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """Mean of a measure over a group of questions, with its 95 % interval."""

    name: str
    group: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of a run over a gold file."""

    index: IndexMeta
    gold_file: Path
    gold_sha256: str
    measures: tuple[MeasureValue, ...]
    questions: tuple[QuestionScore, ...]


def evaluate(
    searcher: Searcher,
    questions: Sequence[GoldQuestion],
    *,
    gold_file: Path,
    progress: Progress,
) -> Evaluation:
    """Ask every question and score the answers.

    Args:
        searcher: Answers the questions.
        questions: Gold questions.
        gold_file: Where they were read from; its checksum is recorded.
        progress: Shows how far the work is.

    Raises:
        GoldError: A question names a document or a quotation that the index does not hold.
    """
    locate = _Locator(searcher, gold_file)
    located = [
        [(evidence, locate(question, number)) for number, evidence in enumerate(question.evidence)]
        for question in questions
    ]
    results = []
    with progress.stage("Asking", len(questions), "question") as step:
        for question in questions:
            results.append(searcher.search(Query(question.question, limit=DEPTH)))
            step(1)
    answers = [_answers(result, places) for result, places in zip(results, located, strict=True)]
    judged = [
        Judged(
            question.id,
            frozenset(evidence.group for evidence in question.evidence),
            tuple(frozenset(answer.groups) for answer in given),
        )
        for question, given in zip(questions, answers, strict=True)
        if question.answerable
    ]
    values = measure(judged) if judged else {}
    scores = tuple(
        QuestionScore(question, given, tuple(values.get(question.id, {}).items()))
        for question, given in zip(questions, answers, strict=True)
    )
    return Evaluation(
        index=searcher.index.text.meta,
        gold_file=gold_file,
        gold_sha256=hashlib.sha256(gold_file.read_bytes()).hexdigest(),
        measures=tuple(_means(scores)),
        questions=scores,
    )


def read_split(gold_file: Path, name: str) -> frozenset[str]:
    """Ids of the questions in one half of a gold file, from ``<stem>.split.json`` beside it.

    Raises:
        GoldError: The file is missing or does not name the half.
    """
    path = gold_file.with_suffix(".split.json")
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))[name]
    except FileNotFoundError:
        raise GoldError(path, "the whole file", "there is no such file; use --split all") from None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise GoldError(path, "the whole file", f"does not name the half {name!r}") from error
    return frozenset(str(identifier) for identifier in ids)


class _Locator:
    """Finds evidence in the indexed documents."""

    def __init__(self, searcher: Searcher, gold_file: Path) -> None:
        self._texts = searcher.index.text.texts
        self._stored = {stored.document.file: stored for stored in self._texts.documents}
        self._words: dict[str, DocumentWords] = {}
        self._gold_file = gold_file

    def __call__(self, question: GoldQuestion, number: int) -> list[Occurrence]:
        evidence = question.evidence[number]
        stored = self._stored.get(evidence.document)
        if stored is None:
            raise GoldError(
                self._gold_file,
                f"question {question.id}",
                f"the index holds no document {evidence.document!r}",
            )
        if not evidence.quote.strip():
            return []
        if evidence.document not in self._words:
            pages = self._texts.pages(stored.document.id)
            self._words[evidence.document] = DocumentWords(stored, pages)
        found = self._words[evidence.document].occurrences(evidence.quote, evidence.page)
        if not found:
            where = f"page {evidence.page} of " if evidence.page is not None else ""
            raise GoldError(
                self._gold_file,
                f"question {question.id}",
                f"{where}{evidence.document} does not contain the quote {evidence.quote!r}",
            )
        return found


def _answers(
    result: SearchResult,
    located: Sequence[tuple[Evidence, list[Occurrence]]],
) -> tuple[Answer, ...]:
    answers = []
    for scored in result.passages:
        groups = {
            evidence.group
            for evidence, occurrences in located
            if evidence.document == scored.citation.document.file
            and holds(scored.passage, evidence, occurrences)
        }
        answers.append(
            Answer(
                scored.passage.id,
                scored.citation.text,
                scored.score,
                tuple(sorted(groups)),
            )
        )
    return tuple(answers)


def _means(scores: Sequence[QuestionScore]) -> list[MeasureValue]:
    answerable = [score for score in scores if score.question.answerable]
    groups: list[tuple[str, Callable[[QuestionScore], bool]]] = [("all", lambda _: True)]
    for language in sorted({score.question.language for score in answerable}):
        groups.append((f"language={language}", _has_language(language)))
    for kind in sorted({score.question.kind for score in answerable}):
        groups.append((f"kind={kind}", _has_kind(kind)))
    for language in sorted({score.question.language for score in answerable}):
        for note in sorted({s.question.note for s in answerable if s.question.note == "unmarked"}):
            groups.append((f"language={language} note={note}", _has_note(language, note)))
    means = []
    for name, belongs in groups:
        members = [score for score in answerable if belongs(score)]
        for measured in MEASURE_NAMES if members else ():
            value, low, high = interval([dict(score.measures)[measured] for score in members])
            means.append(MeasureValue(measured, name, value, low, high, len(members)))
    return means


def _has_language(language: str) -> Callable[[QuestionScore], bool]:
    return lambda score: score.question.language == language


def _has_kind(kind: str) -> Callable[[QuestionScore], bool]:
    return lambda score: score.question.kind == kind


def _has_note(language: str, note: str) -> Callable[[QuestionScore], bool]:
    return lambda s: s.question.language == language and s.question.note == note
