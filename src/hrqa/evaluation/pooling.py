"""Passages that several systems find for a question, mixed for a judge."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from hrqa.datatypes import Document, GoldQuestion, Passage
from hrqa.evaluation.systems import answers
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.search import Searcher


@dataclass(frozen=True, slots=True)
class PooledPassage:
    """A passage that at least one system found."""

    passage: Passage
    document: Document


@dataclass(frozen=True, slots=True)
class Pool:
    """What there is to judge for a question.

    Attributes:
        question: The question.
        passages: In an order that tells neither system nor rank, the same each time.
    """

    question: GoldQuestion
    passages: tuple[PooledPassage, ...]


def pools(
    searcher: Searcher,
    questions: Sequence[GoldQuestion],
    systems: Sequence[str],
    *,
    depth: int,
    progress: Progress,
) -> tuple[Pool, ...]:
    """The first passages that systems find for each question, each passage once.

    Args:
        searcher: Answers the questions.
        questions: Gold questions.
        systems: Names of systems.
        depth: How many passages of each system.
        progress: Shows how far the work is.

    Raises:
        QueryError: A question cannot be asked.
    """
    queries = [Query(question.question, limit=depth) for question in questions]
    found: list[dict[str, PooledPassage]] = [{} for _ in questions]
    with progress.stage("Asking", len(systems) * len(questions), "question") as step:
        for system in systems:
            for pool, given in zip(found, answers(searcher, queries, system), strict=True):
                for each in given.passages:
                    pool[each.passage.id] = PooledPassage(each.passage, each.document)
                step(1)
    return tuple(
        Pool(question, mixed(question.id, tuple(pool.values())))
        for question, pool in zip(questions, found, strict=True)
    )


def mixed(question_id: str, passages: Sequence[PooledPassage]) -> tuple[PooledPassage, ...]:
    """Passages in an order that only the ids of question and passages decide."""

    def order(pooled: PooledPassage) -> str:
        return hashlib.sha256(f"{question_id}\0{pooled.passage.id}".encode()).hexdigest()

    return tuple(sorted(passages, key=order))
