"""Outcomes that were written down: evaluations of hrqa, and runs of any system."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrqa.errors import RunError
from hrqa.evaluation.measuring import Judged, measure
from hrqa.evaluation.report import JSON_NAME
from hrqa.evaluation.runs import Qrels, read_run


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """A result as it was recorded.

    Attributes:
        item: Id of the passage or document.
        label: What a person calls it.
        holds: Whether it holds evidence.
    """

    item: str
    label: str
    holds: bool


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """A question as it was answered and measured.

    Attributes:
        text: The question; empty where only its id is known.
        measures: Value of each measure; empty for a question without an answer.
        results: The best first.
    """

    text: str
    measures: Mapping[str, float]
    results: tuple[RecordedResult, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one system did with a set of questions.

    Attributes:
        name: Of the system.
        source: Where it was read from.
        gold: Checksum of the gold questions, or the path of the judgements.
        questions: By their ids.
    """

    name: str
    source: Path
    gold: str
    questions: Mapping[str, RecordedQuestion]


def read_recorded(path: Path, *, qrels: Qrels | None, measures: Sequence[str]) -> Recorded:
    """Read an evaluation (a folder or its JSON document), or a TREC run with judgements.

    Args:
        path: The folder or file.
        qrels: Judgements for TREC runs; None where none are at hand.
        measures: Names of what a TREC run is measured by.

    Raises:
        RunError: It is not there or neither, or a run comes without judgements.
        MeasureError: A measure is not known.
    """
    file = path / JSON_NAME if path.is_dir() else path
    if file.suffix == ".json":
        return _evaluation(file)
    if not file.exists():
        raise RunError(file, "the whole file", "there is no such file")
    if qrels is None:
        raise RunError(file, "the whole file", "is a run, which needs judgements: see --qrels")
    return _trec_run(file, qrels, measures)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON document of an evaluation.

    Raises:
        RunError: It is none; says why.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(path, "the whole file", "there is no such file") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RunError(path, "the whole file", f"cannot be read as JSON: {error}") from error
    if not isinstance(value, dict) or not {"schema", "gold", "questions"} <= set(value):
        raise RunError(path, "the whole file", "is no evaluation of hrqa")
    return value


def _evaluation(path: Path) -> Recorded:
    value = read_json(path)
    try:
        return Recorded(
            name=str(value["conditions"]["system"]),
            source=path,
            gold=str(value["gold"]["sha256"]),
            questions={
                str(question["id"]): RecordedQuestion(
                    text=str(question["question"]),
                    measures={k: float(v) for k, v in question["measures"].items()},
                    results=tuple(
                        RecordedResult(
                            str(result["passage_id"]),
                            str(result["citation"]),
                            bool(result["groups"]),
                        )
                        for result in question["results"]
                    ),
                )
                for question in value["questions"]
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            path, "the whole file", f"is an evaluation of another version of hrqa ({error})"
        ) from error


def _trec_run(path: Path, qrels: Qrels, measures: Sequence[str]) -> Recorded:
    run = read_run(path)
    relevant = {
        query: {item: grade for item, grade in grades.items() if grade > 0}
        for query, grades in qrels.items()
    }
    judged = [
        Judged(
            query,
            frozenset(grades),
            tuple(frozenset({item}) & set(grades) for item in run.rankings.get(query, ())),
            grades,
        )
        for query, grades in relevant.items()
        if grades
    ]
    measured = measure(judged, measures)
    return Recorded(
        name=run.name,
        source=path,
        gold="judgements",
        questions={
            query: RecordedQuestion(
                text="",
                measures=measured.get(query, {}),
                results=tuple(
                    RecordedResult(item, item, item in relevant[query])
                    for item in run.rankings.get(query, ())
                ),
            )
            for query in relevant
        },
    )
