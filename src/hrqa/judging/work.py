"""What a judge has to do and has done."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hrqa.evaluation.judgements import (
    Degree,
    Judgement,
    Judgements,
    append_judgement,
    now,
)
from hrqa.evaluation.pooling import Pool


@dataclass(frozen=True, slots=True)
class Done:
    """How far a judge is.

    Attributes:
        passages: Passages judged.
        of_passages: Passages to judge.
        questions: Questions all of whose passages are judged.
        of_questions: Questions.
    """

    passages: int
    of_passages: int
    questions: int
    of_questions: int


class Work:
    """The pools before one judge; safe to use from several threads.

    Attributes:
        pools: What there is to judge, at least one question.
        judge: Who judges.
        file: Where judgements go.
    """

    def __init__(self, pools: Sequence[Pool], *, judge: str, file: Path, given: Judgements) -> None:
        """Go on where the judge was.

        Args:
            pools: What there is to judge.
            judge: Who judges.
            file: Where judgements go.
            given: What the file holds already, of any judge.
        """
        self.pools = tuple(pools)
        self.judge, self.file = judge, file
        self._lock = threading.Lock()
        self._degrees = {
            (each.question, each.passage): each.degree
            for each in given.latest
            if each.judge == judge
        }

    def degree(self, question: str, passage: str) -> Degree | None:
        """What the judge said of a passage; None where nothing yet."""
        return self._degrees.get((question, passage))

    def judge_passage(self, question: str, passage: str, degree: Degree) -> None:
        """Keep a judgement, in the file first.

        Raises:
            JudgementError: The file cannot be written.
        """
        with self._lock:
            judgement = Judgement(question, passage, degree, self.judge, now())
            append_judgement(self.file, judgement)
            self._degrees[question, passage] = degree

    def left(self, place: int) -> int:
        """How many passages of a question are not judged."""
        pool = self.pools[place]
        return sum(self.degree(pool.question.id, p.passage.id) is None for p in pool.passages)

    def next_place(self) -> int | None:
        """Place of the first question of which a passage is not judged; None where all are."""
        return next((place for place in range(len(self.pools)) if self.left(place)), None)

    def done(self) -> Done:
        """How far the judge is."""
        left = [self.left(place) for place in range(len(self.pools))]
        of_passages = sum(len(pool.passages) for pool in self.pools)
        return Done(of_passages - sum(left), of_passages, left.count(0), len(left))
