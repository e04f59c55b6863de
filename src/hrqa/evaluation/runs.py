"""Runs and judgements, and the files in which evaluators exchange them (TREC's forms)."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hrqa.errors import ReportError, RunError


@dataclass(frozen=True, slots=True)
class Run:
    """The rankings that a system gives for a set of queries.

    Attributes:
        name: Of the system; one word.
        rankings: Query id to the ids of what was found, the best first; a query without results
            stands with none.
    """

    name: str
    rankings: Mapping[str, tuple[str, ...]]


Qrels = Mapping[str, Mapping[str, int]]
"""Query id to item id to grade; 0 or less: judged and not relevant."""


def run_lines(run: Run) -> Iterator[str]:
    """The lines of a TREC run: ``query Q0 item rank score name``, with score 1/rank.

    Scorers order by score and break ties each in their own way; 1/rank leaves none.
    """
    for query, items in run.rankings.items():
        for rank, item in enumerate(items, start=1):
            yield f"{query} Q0 {item} {rank} {1 / rank!r} {run.name}\n"


def qrels_lines(qrels: Qrels) -> Iterator[str]:
    """The lines of TREC judgements: ``query 0 item grade``."""
    for query, grades in qrels.items():
        for item, grade in grades.items():
            yield f"{query} 0 {item} {grade}\n"


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file.

    Raises:
        ReportError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        raise ReportError(path, error.strerror or str(error)) from error


def read_run(path: Path) -> Run:
    """Read a TREC run of any system.

    Its items are ordered by score, the highest first, as trec_eval orders them: where two have the
    same score the greater id goes first. The ranks in the file count for nothing.

    Raises:
        RunError: A line is not of TREC's form, or names an item twice for a query; says which.
    """
    found: dict[str, dict[str, float]] = {}
    name = ""
    for number, fields in _lines(path, 6, "query Q0 item rank score name"):
        query, _, item, _, score, name = fields
        items = found.setdefault(query, {})
        if item in items:
            raise RunError(path, f"line {number}", f"{item} stands twice for query {query}")
        items[item] = _score(path, number, score)
    if not found:
        raise RunError(path, "the whole file", "holds no result")
    rankings = {}
    for query, items in found.items():
        scored = sorted(((score, item) for item, score in items.items()), reverse=True)
        rankings[query] = tuple(item for _, item in scored)
    return Run(name, rankings)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: TREC's four columns, or BEIR's three with a heading, parted by tabs.

    Raises:
        RunError: A line has neither form, or judges an item twice for a query; says which.
    """
    found: dict[str, dict[str, int]] = {}
    for number, fields in _lines(path, None, "query 0 item grade"):
        if number == 1 and fields[-1].casefold() == "score":
            continue
        if len(fields) not in (3, 4):
            raise RunError(path, f"line {number}", "must be: query 0 item grade")
        query, item, grade = fields[0], fields[-2], fields[-1]
        try:
            value = int(grade)
        except ValueError:
            raise RunError(
                path, f"line {number}", f"the grade {grade!r} must be a whole number"
            ) from None
        grades = found.setdefault(query, {})
        if item in grades:
            raise RunError(path, f"line {number}", f"{item} is judged twice for query {query}")
        grades[item] = value
    if not found:
        raise RunError(path, "the whole file", "holds no judgement")
    return found


def one_word(text: str) -> str:
    """A name that stands in one column of a file."""
    return "-".join(text.split()) or "unnamed"


def _score(path: Path, number: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if math.isnan(score):
        raise RunError(path, f"line {number}", f"the score {text!r} must be a number")
    return score


def _lines(path: Path, columns: int | None, form: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Number and columns of each line that is not blank."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                # Ids may hold spaces where columns are parted by tabs.
                fields = [field.strip() for field in line.split("\t" if "\t" in line else None)]
                if columns is not None and len(fields) != columns:
                    raise RunError(
                        path, f"line {number}", f"has {len(fields)} columns; must be: {form}"
                    )
                yield number, fields
    except FileNotFoundError:
        raise RunError(path, "the whole file", "there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(path, "the whole file", f"cannot be read: {error}") from error
