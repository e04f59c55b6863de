"""An evaluation as one page that needs nothing else: plots, tables, and every question."""

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hrqa.evaluation.averaging import ALL, CHARACTERS, MARKED_PRECISION, MARKED_RECALL
from hrqa.evaluation.misses import FIRST, LostAt, MissReason
from hrqa.evaluation.outcomes import Evaluation, MeasureValue, QuestionScore
from hrqa.evaluation.plots import (
    measures_plot,
    ranks_plot,
    recall_plot,
    reliability_plot,
    risk_plot,
    spread_plot,
)
from hrqa.evaluation.report_questions import OUTCOMES, first_rank, shown_questions
from hrqa.evaluation.systems import SYSTEMS
from hrqa.store.texts import TextStore

_HEADLINE = ("Recall@5", "nDCG@10", "MRR@10", "Success@1", "Recall@10")
_MOST_HEADLINES = 4
_IN_GROUPS = ("Recall@1", "Recall@5", "nDCG@10", "MRR@10")
_MOST_IN_GROUPS = 3
_WHY = {
    MissReason.NOT_INDEXED: "too few of the words stand in any passage",
    MissReason.CUT: "no passage holds half of the words",
    MissReason.FOLDED: "a result above says the same",
    LostAt.RETRIEVAL: "no retriever has it among the first",
    LostAt.FUSION: "a retriever has it among the first, all together have not",
    LostAt.RERANKING: "the comparison token by token puts others before it",
    LostAt.SELECTION: "ranked among the first, and left out of the results",
}


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure over all questions, evidence found by words, by page and by document."""

    name: str
    by_words: MeasureValue
    by_page: MeasureValue | None
    by_document: MeasureValue | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of questions with some of its means."""

    name: str
    n: int
    means: tuple[MeasureValue | None, ...]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """Groups of one sort, such as languages."""

    title: str
    names: tuple[str, ...]
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class MissCount:
    """How many groups of evidence are missed for one reason.

    Attributes:
        reason: The reason.
        why: What it means.
        n: How many.
        share: Of all that are missed.
    """

    reason: str
    why: str
    n: int
    share: float


def report_html(evaluation: Evaluation, texts: TextStore) -> str:
    """The evaluation as one page; the same bytes for the same outcome, no time in it.

    Args:
        evaluation: The evaluation.
        texts: Texts of the index that was searched.
    """
    script = _source("report.js")
    page = (
        _environment()
        .get_template("report.html")
        .render(
            evaluation=evaluation,
            asks=SYSTEMS.get(evaluation.conditions.system, ""),
            style=Markup(_source("report.css")),
            script=Markup(script),
            script_hash=_hash(script),
            headline=_picked(evaluation, _HEADLINE, _MOST_HEADLINES),
            measures=_measures(evaluation),
            tables=tuple(_tables(evaluation)),
            others={mean.name: mean for mean in evaluation.means.others if mean.group == ALL},
            characters=CHARACTERS,
            marked=(MARKED_PRECISION, MARKED_RECALL),
            plots=_plots(evaluation),
            misses=_miss_counts(evaluation),
            questions=list(shown_questions(evaluation, texts)),
            outcomes=OUTCOMES,
            first=FIRST,
        )
    )
    # A gold file may hold halves of surrogate pairs, which no file can.
    return page.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hrqa.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=_number, percent=_percent)
    return environment


def _source(name: str) -> str:
    """A file that the page takes in as it is."""
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(script: str) -> str:
    """By what the page allows its own script and no other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _number(value: float) -> str:
    return f"{value:.3f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _picked(evaluation: Evaluation, wanted: Sequence[str], most: int) -> tuple[MeasureValue, ...]:
    """Some measures over all questions: those that are wanted, or else the first."""
    means = {mean.name: mean for mean in evaluation.means.by_words if mean.group == ALL}
    names = [name for name in wanted if name in means] or list(means)
    return tuple(means[name] for name in names[:most])


def _measures(evaluation: Evaluation) -> tuple[MeasureRow, ...]:
    means = evaluation.means
    by_page, by_document = (
        {mean.name: mean for mean in level if mean.group == ALL}
        for level in (means.by_page, means.by_document)
    )
    return tuple(
        MeasureRow(mean.name, mean, by_page.get(mean.name), by_document.get(mean.name))
        for mean in means.by_words
        if mean.group == ALL
    )


def _tables(evaluation: Evaluation) -> Iterator[GroupTable]:
    names = tuple(mean.name for mean in _picked(evaluation, _IN_GROUPS, _MOST_IN_GROUPS))
    groups: dict[str, dict[str, MeasureValue]] = {}
    for mean in evaluation.means.by_words:
        groups.setdefault(mean.group, {})[mean.name] = mean
    for title, prefix in (("Language", "language="), ("Kind", "kind="), ("Document", "document=")):
        rows = tuple(
            GroupRow(
                group.removeprefix(prefix).replace("note=", ""),
                next(iter(means.values())).n,
                tuple(means.get(name) for name in names),
            )
            for group, means in groups.items()
            if group.startswith(prefix)
        )
        if rows:
            yield GroupTable(title, names, rows)


def _plots(evaluation: Evaluation) -> dict[str, Markup]:
    """Name of each plot to it; without questions that have an answer there are fewer."""
    scores = [score for score in evaluation.questions if score.question.answerable]
    plots: dict[str, str] = {}
    means = [mean for mean in evaluation.means.by_words if mean.group == ALL]
    if scores and means:
        plots["measures"] = measures_plot(means)
        plots["ranks"] = ranks_plot(_ranks(scores))
        plots["recall"] = recall_plot(_curves(scores, evaluation.conditions.depth))
        plots["characters"] = spread_plot(
            "characters",
            [score.characters for score in scores],
            "characters",
            "Characters read until the first evidence ends",
        )
    if evaluation.sureness is not None:
        plots["reliability"] = reliability_plot(evaluation.sureness.reliability)
        plots["risk"] = risk_plot(evaluation.sureness.coverages)
    return {name: Markup(plot) for name, plot in plots.items()}


def _ranks(scores: Sequence[QuestionScore]) -> list[tuple[str, int]]:
    """How many questions find their first evidence at each rank."""
    counted = Counter(first_rank(score) for score in scores)
    named = [(str(rank), counted[rank]) for rank in range(1, FIRST + 1)]
    later = sum(n for rank, n in counted.items() if rank is not None and rank > FIRST)
    return [*named, *([("later", later)] if later else []), ("not found", counted[None])]


def _curves(scores: Sequence[QuestionScore], depth: int) -> list[tuple[str, list[float]]]:
    return [
        ("words", _curve(scores, depth, [[a.groups for a in s.answers] for s in scores])),
        ("page", _curve(scores, depth, [[a.page_groups for a in s.answers] for s in scores])),
        (
            "document",
            _curve(scores, depth, [[a.document_groups for a in s.answers] for s in scores]),
        ),
    ]


def _curve(
    scores: Sequence[QuestionScore], depth: int, held: Sequence[Sequence[tuple[int, ...]]]
) -> list[float]:
    """Mean share of the groups that the first k results hold, for each k up to the depth."""
    sums = [0.0] * depth
    for score, groups in zip(scores, held, strict=True):
        wanted = {evidence.group for evidence in score.question.evidence}
        seen: set[int] = set()
        for k in range(depth):
            seen.update(groups[k] if k < len(groups) else ())
            sums[k] += len(seen & wanted) / max(1, len(wanted))
    return [each / len(scores) for each in sums]


def _miss_counts(evaluation: Evaluation) -> tuple[MissCount, ...]:
    """The reasons for which evidence is missed, the commonest first."""
    counted = Counter(
        (miss.reason, miss.lost_at) for score in evaluation.questions for miss in score.misses
    )
    total = counted.total()
    return tuple(
        MissCount(
            str(reason) if lost_at is None else f"{reason}, {lost_at}",
            _WHY[reason if lost_at is None else lost_at],
            n,
            n / total,
        )
        for (reason, lost_at), n in counted.most_common()
    )
