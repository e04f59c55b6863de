"""An evaluation done again: is every rank the same?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrqa import __version__
from hrqa.errors import RunError
from hrqa.evaluation.outcomes import Evaluation
from hrqa.evaluation.recorded import read_json
from hrqa.evaluation.report import JSON_NAME, evaluation_to_json
from hrqa.evaluation.sources import Source, source_from


@dataclass(frozen=True, slots=True)
class RecordedConditions:
    """What an evaluation was made from.

    Attributes:
        path: Its JSON document.
        source: Where the questions were from.
        gold_sha256: Their checksum.
        index_id: The index.
        system: The system that was asked.
        depth: Results looked at.
        measures: What was measured.
        settings: Settings on which answers depend.
        version: hrqa's version.
        commit: Commit of its source.
        questions: Ids of the questions, in their order.
    """

    path: Path
    source: Source
    gold_sha256: str
    index_id: str
    system: str
    depth: int
    measures: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    version: str
    commit: str | None
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came out when it was done again.

    Attributes:
        questions: How many questions were asked.
        ranks: How many ranks were compared.
        moved: For each question whose ranks differ, its id and the first rank that does.
        same_measures: Whether every value of every measure is the same.
        notes: What else is not as it was, such as another version.
    """

    questions: int
    ranks: int
    moved: tuple[tuple[str, int], ...]
    same_measures: bool
    notes: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every rank and measure is as it was."""
        return not self.moved and self.same_measures


def read_conditions(path: Path) -> RecordedConditions:
    """What a recorded evaluation was made from.

    Raises:
        RunError: It is no evaluation of hrqa.
    """
    file = path / JSON_NAME if path.is_dir() else path
    value = read_json(file)
    try:
        conditions = value["conditions"]
        return RecordedConditions(
            path=file,
            source=source_from(conditions["source"]),
            gold_sha256=str(value["gold"]["sha256"]),
            index_id=str(value["index"]["id"]),
            system=str(conditions["system"]),
            depth=int(conditions["depth"]),
            measures=tuple(str(name) for name in conditions["measures"]),
            settings=tuple((str(k), str(v)) for k, v in conditions["settings"].items()),
            version=str(conditions["version"]),
            commit=conditions["commit"],
            questions=tuple(str(question["id"]) for question in value["questions"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            file, "the whole file", f"does not say what it was made from ({error})"
        ) from error


def check_same_input(
    recorded: RecordedConditions, *, gold_sha256: str, questions: Sequence[str], index_id: str
) -> None:
    """Refuse to go on with other questions or another index.

    Args:
        recorded: What was recorded.
        gold_sha256: Checksum of the questions that would be asked.
        questions: Their ids.
        index_id: The index that would be searched.

    Raises:
        RunError: Says which of them has changed.
    """
    if gold_sha256 != recorded.gold_sha256:
        raise RunError(
            recorded.path,
            "gold",
            f"the questions have changed since: their SHA-256 is {gold_sha256[:16]}…, was "
            f"{recorded.gold_sha256[:16]}…",
        )
    if tuple(questions) != recorded.questions:
        odd = sorted(set(questions) ^ set(recorded.questions))[:3]
        how = f"{', '.join(odd)} only then or only now" if odd else "the order is another"
        raise RunError(
            recorded.path,
            "questions",
            f"not the same are asked ({how}); have their halves been divided anew?",
        )
    if index_id != recorded.index_id:
        raise RunError(
            recorded.path,
            "index",
            f"the index is {index_id}, was {recorded.index_id}; build it of the same documents "
            "and settings",
        )


def reproduction(recorded: RecordedConditions, again: Evaluation) -> Reproduction:
    """Hold an evaluation against what was recorded.

    Raises:
        RunError: What was recorded cannot be read any longer.
    """
    before = _questions(recorded.path, read_json(recorded.path))
    after = _questions(recorded.path, json.loads(evaluation_to_json(again)))
    moved = []
    ranks = 0
    for (name, first, _), (_, second, _) in zip(before, after, strict=True):
        ranks += max(len(first), len(second))
        if first != second:
            moved.append((name, _first_difference(first, second)))
    notes = []
    if recorded.version != __version__:
        notes.append(f"hrqa is {__version__}, was {recorded.version}")
    if recorded.commit != again.conditions.commit:
        notes.append(f"the source is at {again.conditions.commit}, was at {recorded.commit}")
    return Reproduction(
        questions=len(before),
        ranks=ranks,
        moved=tuple(moved),
        same_measures=[one for _, _, one in before] == [one for _, _, one in after],
        notes=tuple(notes),
    )


def _questions(
    path: Path, value: Mapping[str, Any]
) -> list[tuple[str, list[tuple[str, float]], object]]:
    """Id, ranking and measures of each question."""
    levels = ("measures", "measures_by_page", "measures_by_document")
    try:
        return [
            (
                str(question["id"]),
                [(result["passage_id"], result["score"]) for result in question["results"]],
                [question[level] for level in levels],
            )
            for question in value["questions"]
        ]
    except (KeyError, TypeError) as error:
        raise RunError(
            path, "questions", f"one lacks results or measures ({error}); evaluate anew"
        ) from error


def _first_difference(first: list[tuple[str, float]], second: list[tuple[str, float]]) -> int:
    """The first rank, from 1, at which two rankings differ."""
    pairs = enumerate(zip(first, second, strict=False), start=1)
    shorter = min(len(first), len(second))
    return next((rank for rank, (one, other) in pairs if one != other), shorter + 1)


def reproduction_text(outcome: Reproduction) -> str:
    """What came out, in words."""
    lines = [f"note: {note}" for note in outcome.notes]
    if outcome.is_same:
        lines.append(
            f"the same: {outcome.questions} questions, {outcome.ranks} ranks and scores, and every "
            "measure"
        )
    for question, rank in outcome.moved:
        lines.append(f"{question}: differs from rank {rank} on")
    if not outcome.is_same:
        lines.append(
            f"not the same: {len(outcome.moved)} of {outcome.questions} questions are ranked "
            "otherwise" + ("" if outcome.same_measures else ", and measures differ")
        )
    return "\n".join(lines) + "\n"
