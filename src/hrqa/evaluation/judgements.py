"""What judges say of passages, kept as JSON Lines."""

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from hrqa.errors import HrqaError
from hrqa.evaluation.runs import Qrels, one_word

_FIELDS = ("question", "passage", "judgement", "judge", "time")


class JudgementError(HrqaError):
    """A file of judgements cannot be read or written; says where."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}")
        self.path, self.where, self.problem = path, where, problem


class Degree(StrEnum):
    """How far a passage answers a question."""

    ANSWERS = "answers"
    PARTLY = "partly"
    NOT = "not"

    @property
    def grade(self) -> int:
        """As qrels have it: 2, 1 or 0."""
        return _GRADES[self]


_GRADES = {Degree.ANSWERS: 2, Degree.PARTLY: 1, Degree.NOT: 0}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of a passage.

    Attributes:
        question: Id of the question.
        passage: Id of the passage.
        degree: How far it answers.
        judge: Who says so.
        time: When, in UTC, as RFC 3339 writes it.
    """

    question: str
    passage: str
    degree: Degree
    judge: str
    time: str


@dataclass(frozen=True, slots=True)
class Judgements:
    """The judgements of a file.

    Attributes:
        latest: Of each judge, question and passage the last.
        cut_off: Number of the last line where it was only half written, and left out; else None.
    """

    latest: tuple[Judgement, ...]
    cut_off: int | None


def now() -> str:
    """The time in UTC, to the second, as RFC 3339 writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_judgements(path: Path) -> Judgements:
    """Read judgements; a later one of a judge replaces an earlier one of the same passage.

    A last line that was only half written is left out.

    Raises:
        JudgementError: The file cannot be read, or another line is no judgement; says which.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        raise JudgementError(
            path, "the whole file", "there is no such file; `hrqa gold judge` makes it"
        ) from None
    except OSError as error:
        raise JudgementError(path, "the whole file", f"cannot be read: {error.strerror}") from error
    latest: dict[tuple[str, str, str], Judgement] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = _judgement(line)
        except ValueError as error:
            if number == len(lines):
                return Judgements(tuple(latest.values()), cut_off=number)
            raise JudgementError(path, f"line {number}", str(error)) from error
        latest[found.judge, found.question, found.passage] = found
    return Judgements(tuple(latest.values()), cut_off=None)


def append_judgement(path: Path, judgement: Judgement) -> None:
    """Write a judgement at the end of a file, safely before this returns.

    What a crash left half written at the end is cut off first.

    Raises:
        JudgementError: The file cannot be written.
    """
    value = {
        "question": judgement.question,
        "passage": judgement.passage,
        "judgement": judgement.degree.value,
        "judge": judgement.judge,
        "time": judgement.time,
    }
    line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # another judge may write at the same time
            _end_line(file)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise JudgementError(path, "the whole file", problem) from error


def qrels_of(judgements: Iterable[Judgement]) -> Qrels:
    """Judgements as qrels: 2 answers, 1 partly, 0 not.

    Where judges differ the grade in the middle counts, of two in the middle the lower one. Where
    more than half of the judges agree that is what they say. Question ids are as in runs.
    """
    grades: dict[str, dict[str, list[int]]] = {}
    for each in judgements:
        grades.setdefault(one_word(each.question), {}).setdefault(each.passage, []).append(
            each.degree.grade
        )
    return {
        question: {
            passage: sorted(given)[(len(given) - 1) // 2] for passage, given in passages.items()
        }
        for question, passages in grades.items()
    }


def _end_line(file: IO[bytes]) -> None:
    """Complete or cut off a last line without its end."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return
    file.seek(end - 1)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    last = file.read().rpartition(b"\n")[2]
    try:
        _judgement(last)
    except ValueError:
        file.truncate(end - len(last))
    else:
        file.write(b"\n")


def _judgement(line: bytes) -> Judgement:
    """A line read.

    Raises:
        ValueError: It is no judgement; says why.
    """
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError("not valid JSON; mend the line or take it out") from error
    if not isinstance(value, dict):
        raise ValueError("must be a JSON object")
    for name in _FIELDS:
        if not isinstance(value.get(name), str) or not value[name].strip():
            raise ValueError(f"needs `{name}` as a string")
    return Judgement(
        question=value["question"],
        passage=value["passage"],
        degree=_degree(value),
        judge=value["judge"],
        time=_time(value),
    )


def _degree(value: Mapping[str, str]) -> Degree:
    try:
        return Degree(value["judgement"])
    except ValueError:
        known = ", ".join(Degree)
        raise ValueError(f"`judgement` {value['judgement']!r} must be one of {known}") from None


def _time(value: Mapping[str, str]) -> str:
    try:
        zone = datetime.fromisoformat(value["time"]).tzinfo
    except ValueError:
        zone = None
    if zone is None:
        raise ValueError(f"`time` {value['time']!r} must be as in 2027-01-31T12:00:00Z")
    return value["time"]
