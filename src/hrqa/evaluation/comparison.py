"""Recorded outcomes held against each other, as tables and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest

from hrqa.errors import RunError
from hrqa.evaluation.comparing import PERMUTATIONS, RESAMPLES, Difference, compare_all
from hrqa.evaluation.measuring import SEED
from hrqa.evaluation.recorded import Recorded, RecordedQuestion, RecordedResult
from hrqa.evaluation.report import markdown_rows

_LABEL = 60
_RANKS = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that two systems answer differently well.

    Attributes:
        id: Of the question.
        text: The question.
        measure: The measure that moved.
        first: System and value of the first.
        second: System and value of the second.
        results: The results of both side by side; None where one has fewer.
    """

    id: str
    text: str
    measure: str
    first: tuple[str, float]
    second: tuple[str, float]
    results: tuple[tuple[RecordedResult | None, RecordedResult | None], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Systems compared over the same questions.

    Attributes:
        systems: Their names.
        questions: How many questions with an answer were compared.
        differences: For each measure each two systems.
        moved: The questions that moved most in the first measure between the first two systems.
    """

    systems: tuple[str, ...]
    questions: int
    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...]


def compare(
    recorded: Sequence[Recorded], measures: Sequence[str] | None, *, moved: int
) -> Comparison:
    """Compare outcomes over the same questions.

    Args:
        recorded: Two or more; those of one name are told apart by their places.
        measures: Names of the measures; None for all that each has.
        moved: How many of the questions that moved most to give.

    Raises:
        RunError: They were not measured over the same questions, or not by a measure.
    """
    first = recorded[0]
    answerable = {name for name, each in first.questions.items() if each.measures}
    for other in recorded[1:]:
        _check_same(first, other, answerable)
    common = [
        name
        for name in next(iter(first.questions[q].measures for q in sorted(answerable)), {})
        if all(name in _measures_of(other) for other in recorded)
    ]
    chosen = list(measures) if measures is not None else common
    for name in chosen:
        for each in recorded:
            if name not in _measures_of(each):
                raise RunError(each.source, "the whole file", f"was not measured by {name!r}")
    names = _names(recorded)
    values = {
        name: {
            question: dict(found.measures)
            for question, found in each.questions.items()
            if question in answerable
        }
        for name, each in zip(names, recorded, strict=True)
    }
    return Comparison(
        systems=tuple(names),
        questions=len(answerable),
        differences=tuple(compare_all(values, chosen)),
        moved=tuple(_moved(recorded, names, chosen, moved)) if chosen else (),
    )


def _measures_of(recorded: Recorded) -> set[str]:
    return {name for each in recorded.questions.values() for name in each.measures}


def _check_same(first: Recorded, other: Recorded, answerable: set[str]) -> None:
    if first.gold != other.gold:
        raise RunError(
            other.source, "gold", f"was measured by other gold questions than {first.source}"
        )
    theirs = {name for name, each in other.questions.items() if each.measures}
    if theirs != answerable:
        odd = sorted(theirs ^ answerable)[0]
        raise RunError(other.source, f"question {odd}", f"is not in both, see {first.source}")


def _names(recorded: Sequence[Recorded]) -> list[str]:
    names: list[str] = []
    for each in recorded:
        name, number = each.name, 1
        while name in names:
            number += 1
            name = f"{each.name} ({number})"
        names.append(name)
    return names


def _moved(
    recorded: Sequence[Recorded], names: Sequence[str], measures: Sequence[str], count: int
) -> list[Moved]:
    """The questions that differ most; equal ones in the order of their ids."""
    measure = measures[0]
    one, other = recorded[0].questions, recorded[1].questions
    found = []
    for question in one:
        before, after = (each[question].measures.get(measure) for each in (one, other))
        if before is not None and after is not None and before != after:
            found.append((-abs(after - before), question, before, after))
    return [
        Moved(
            id=question,
            text=one[question].text,
            measure=measure,
            first=(names[0], before),
            second=(names[1], after),
            results=tuple(_side_by_side(one[question], other[question])),
        )
        for _, question, before, after in sorted(found)[:count]
    ]


def _side_by_side(
    one: RecordedQuestion, other: RecordedQuestion
) -> list[tuple[RecordedResult | None, RecordedResult | None]]:
    return list(zip_longest(one.results, other.results))


def comparison_text(comparison: Comparison) -> str:
    """The comparison as Markdown that also reads well in a terminal."""
    rows = [
        *[["measure", "first", "second", "mean", "mean", "difference", "95 % interval"]],
    ]
    rows[0] += ["p", "p (Holm)", "wins", "ties", "losses"]
    for each in comparison.differences:
        rows.append(
            [
                *(each.measure, each.first, each.second),
                *(f"{each.first_mean:.3f}", f"{each.second_mean:.3f}", f"{each.value:+.3f}"),
                f"[{each.low:+.3f}, {each.high:+.3f}]",
                *(_probability(each.p), _probability(each.p_corrected)),
                *(str(each.wins), str(each.ties), str(each.losses)),
            ]
        )
    lines = [
        *markdown_rows(rows),
        "",
        f"{comparison.questions} questions. p: paired randomisation test, two-sided, "
        f"{PERMUTATIONS:,} permutations; intervals: {RESAMPLES:,} bootstrap resamples; "
        f"seed {SEED}. Wins are of the second.",
    ]
    for moved in comparison.moved:
        lines += ["", *_moved_lines(moved)]
    return "\n".join(lines) + "\n"


def _probability(p: float) -> str:
    return "<.0001" if p < 0.0001 else f"{p:.4f}"


def _moved_lines(moved: Moved) -> list[str]:
    (first, before), (second, after) = moved.first, moved.second
    rows = [["rank", first, second]]
    for rank, (one, other) in enumerate(moved.results[:_RANKS], start=1):
        rows.append([str(rank), _shown(one), _shown(other)])
    return [
        f"{moved.id}: {moved.measure} {before:.3f} → {after:.3f}  {moved.text}".rstrip(),
        "",
        *markdown_rows(rows),
    ]


def _shown(result: RecordedResult | None) -> str:
    if result is None:
        return ""
    label = result.label if len(result.label) <= _LABEL else f"…{result.label[-_LABEL:]}"
    return f"{'✓' if result.holds else '·'} {label}"


def comparison_json(comparison: Comparison) -> str:
    """The comparison as one JSON document."""
    value = {
        "schema": 1,
        **asdict(comparison),
        "permutations": PERMUTATIONS,
        "resamples": RESAMPLES,
        "seed": SEED,
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
