"""Gold questions asked and their answers scored."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import GoldError
from hrqa.evaluation.averaging import means_of
from hrqa.evaluation.gold_split import read_halves, split_file
from hrqa.evaluation.locating import Locator
from hrqa.evaluation.measuring import Judged, measure
from hrqa.evaluation.misses import FIRST, AskedEvidence, Miss, explain_misses
from hrqa.evaluation.outcomes import Answer, Conditions, Evaluation, QuestionScore, Values
from hrqa.evaluation.scoring import judged_answer
from hrqa.evaluation.sureness import sureness_of
from hrqa.evaluation.systems import answers
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.search import Searcher

DEPTH = 10


def evaluate(
    searcher: Searcher,
    questions: Sequence[GoldQuestion],
    *,
    gold_file: Path,
    gold_sha256: str,
    conditions: Conditions,
    progress: Progress,
) -> Evaluation:
    """Ask every question and score the answers.

    Where the evidence of a question is documents as a whole, its results are documents: of each the
    first passage.

    Args:
        searcher: Answers the questions.
        questions: Gold questions.
        gold_file: Where they were read from.
        gold_sha256: Its checksum.
        conditions: Which system is asked, how deep, and what is measured.
        progress: Shows how far the work is.

    Raises:
        GoldError: A question names a document or a quotation that the index does not hold.
        MeasureError: A measure is not known.
        QueryError: A question cannot be asked.
    """
    measure((), conditions.measures)  # a wrong name is told before anything is asked
    locator = Locator(searcher.index.text.texts, gold_file)
    located = [locator.locate(question) for question in questions]
    # A topic without a relevant document is asked for documents, like the topics around it.
    whole = any(each.is_document for of_question in located for each in of_question)
    queries = [
        Query(question.question, limit=conditions.depth, max_per_document=1 if whole else None)
        for question in questions
    ]
    asked: list[tuple[tuple[Answer, ...], float | None]] = []
    ms: list[float] = []
    with progress.stage("Asking", len(questions), "question") as step:
        for given, each in zip(answers(searcher, queries, conditions.system), located, strict=True):
            judged = tuple(judged_answer(found, each) for found in given.passages)
            asked.append((judged, given.answerability))
            ms.append(given.ms)
            step(1)
    misses = explain_misses(
        searcher,
        [
            AskedEvidence(query, each, _groups(judged[:FIRST]))
            for query, each, (judged, _) in zip(queries, located, asked, strict=True)
        ],
        conditions.system,
        progress=progress,
    )
    scores = tuple(_scores(questions, asked, misses, conditions.measures))
    return Evaluation(
        index=searcher.index.text.meta,
        gold_file=gold_file,
        gold_sha256=gold_sha256,
        conditions=conditions,
        means=means_of(scores),
        sureness=sureness_of(scores),
        questions=scores,
        document_ids={
            stored.document.file: stored.document.id
            for stored in searcher.index.text.texts.documents
        },
        ms=tuple(ms),
    )


def _groups(given: Sequence[Answer]) -> frozenset[int]:
    return frozenset(group for answer in given for group in answer.groups)


def _scores(
    questions: Sequence[GoldQuestion],
    asked: Sequence[tuple[tuple[Answer, ...], float | None]],
    misses: Sequence[tuple[Miss, ...]],
    measures: Sequence[str],
) -> Iterator[QuestionScore]:
    levels = (
        [[answer.groups for answer in given] for given, _ in asked],
        [[answer.page_groups for answer in given] for given, _ in asked],
        [[answer.document_groups for answer in given] for given, _ in asked],
    )
    measured = [_measured(questions, level, measures) for level in levels]
    for question, (given, answerability), missed in zip(questions, asked, misses, strict=True):
        by_words, by_page, by_document = (each.get(question.id, ()) for each in measured)
        yield QuestionScore(
            question=question,
            answers=given,
            answerability=answerability,
            measures=by_words,
            by_page=by_page,
            by_document=by_document,
            characters=_characters(given),
            misses=missed,
        )


def _measured(
    questions: Sequence[GoldQuestion],
    found: Sequence[Sequence[tuple[int, ...]]],
    measures: Sequence[str],
) -> dict[str, Values]:
    judged = [
        Judged(
            question.id,
            frozenset(evidence.group for evidence in question.evidence),
            tuple(frozenset(groups) for groups in each),
            {evidence.group: evidence.grade for evidence in question.evidence},
        )
        for question, each in zip(questions, found, strict=True)
        if question.answerable
    ]
    if not judged:
        return {}
    return {name: tuple(values.items()) for name, values in measure(judged, measures).items()}


def _characters(given: Sequence[Answer]) -> int:
    """Characters read until the first evidence ends; all that were shown where none is found."""
    total = 0
    for answer in given:
        total += answer.read
        if answer.groups:
            break
    return total


def read_split(gold_file: Path, name: str) -> frozenset[str]:
    """Ids of the questions in one half of a gold file, from ``<stem>.split.json`` beside it.

    Raises:
        GoldError: The file is missing, has another form, or does not name the half.
    """
    path = split_file(gold_file)
    if not path.exists():
        raise GoldError(path, "the whole file", "there is no such file; use --split all")
    halves = read_halves(path)
    if name not in halves:
        there = ", ".join(halves)
        raise GoldError(path, "the whole file", f"does not name the half {name!r}, but {there}")
    return frozenset(halves[name])
