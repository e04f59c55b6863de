"""How far judges agree beyond what chance would give."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from hrqa.evaluation.judgements import Degree, Judgement
from hrqa.phrases import counted

DEGREES = tuple(Degree)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree over what both judged.

    Attributes:
        judges: The two.
        n: Passages that both judged, of the same question.
        table: How often the first judge said what the row is and the second what the column is;
            both in the order of ``DEGREES``.
        observed: Share of passages of which both say the same; None without any.
        kappa: Cohen's kappa; None where chance alone would make them agree on all.
        weighted: The same, a difference of two degrees counting twice one of one degree.
    """

    judges: tuple[str, str]
    n: int
    table: tuple[tuple[int, ...], ...]
    observed: float | None
    kappa: float | None
    weighted: float | None


def agreements(judgements: Sequence[Judgement]) -> tuple[Agreement, ...]:
    """The agreement of each two judges, by their names; none where there are fewer than two.

    Args:
        judgements: Of each judge, question and passage one.
    """
    by_judge: dict[str, dict[tuple[str, str], Degree]] = {}
    for each in judgements:
        by_judge.setdefault(each.judge, {})[each.question, each.passage] = each.degree
    return tuple(
        _agreement((one, two), by_judge[one], by_judge[two])
        for one, two in combinations(sorted(by_judge), 2)
    )


def _agreement(
    judges: tuple[str, str],
    one: dict[tuple[str, str], Degree],
    two: dict[tuple[str, str], Degree],
) -> Agreement:
    both = [(one[item], two[item]) for item in one if item in two]
    table = tuple(tuple(both.count((row, column)) for column in DEGREES) for row in DEGREES)
    same = sum(table[place][place] for place in range(len(DEGREES)))
    return Agreement(
        judges=judges,
        n=len(both),
        table=table,
        observed=same / len(both) if both else None,
        kappa=cohens_kappa(table, linear=False),
        weighted=cohens_kappa(table, linear=True),
    )


def cohens_kappa(table: Sequence[Sequence[int]], *, linear: bool) -> float | None:
    """Cohen's kappa of two judges (Cohen 1960; with weights, Cohen 1968).

    Args:
        table: How often the first said what the row is and the second what the column is.
        linear: Whether a difference counts by how many places it is; else all count the same.

    Returns:
        At most 1; 0 is what chance gives. None where chance would give no difference at all.
    """
    places = range(len(table))
    rows = [sum(row) for row in table]
    columns = [sum(row[place] for row in table) for place in places]
    differences = [(i, j, abs(i - j) if linear else 1) for i in places for j in places if i != j]
    found = sum(weight * table[i][j] for i, j, weight in differences)
    by_chance = sum(weight * rows[i] * columns[j] for i, j, weight in differences)
    return 1 - found * sum(rows) / by_chance if by_chance else None


def agreement_text(judgements: Sequence[Judgement]) -> str:
    """Agreement of each two judges, for a terminal."""
    found = agreements(judgements)
    if not found:
        judges = sorted({each.judge for each in judgements})
        who = f"only {judges[0]} has judged" if judges else "nobody has judged"
        return f"No agreement to tell: {who}; at least two judges are needed.\n"
    return "\n".join(_text(each) for each in found)


def _text(agreement: Agreement) -> str:
    one, two = agreement.judges
    if not agreement.n:
        return f"{one} and {two}: no passage that both judged\n"
    lines = [f"{one} and {two}: {counted(agreement.n, 'passage')} that both judged"]
    lines += [
        f"  the same         {agreement.observed:.3f}",
        f"  kappa            {_shown(agreement.kappa)}",
        f"  kappa, weighted  {_shown(agreement.weighted)}",
        f"  rows: {one}; columns: {two}",
    ]
    heads = ["", *DEGREES]
    rows = [[name, *map(str, row)] for name, row in zip(DEGREES, agreement.table, strict=True)]
    lines += [
        f"    {row[0]:<9}" + "".join(f"{cell:>9}" for cell in row[1:]) for row in (heads, *rows)
    ]
    return "\n".join(lines) + "\n"


def _shown(kappa: float | None) -> str:
    return "not defined: both said one and the same of all" if kappa is None else f"{kappa:.3f}"


def agreement_json(judgements: Sequence[Judgement]) -> str:
    """The same as JSON: ``judges``, and of each two of them ``pairs``."""
    value = {
        "judges": {
            judge: sum(each.judge == judge for each in judgements)
            for judge in sorted({each.judge for each in judgements})
        },
        "degrees": list(DEGREES),
        "pairs": [
            {
                "judges": list(each.judges),
                "n": each.n,
                "table": [list(row) for row in each.table],
                "observed": each.observed,
                "kappa": each.kappa,
                "weighted_kappa": each.weighted,
            }
            for each in agreements(judgements)
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
