"""Released figures by question, and whether today's are significantly worse."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hrqa.errors import RunError
from hrqa.evaluation.comparing import randomisation_p
from hrqa.evaluation.outcomes import Evaluation
from hrqa.evaluation.report import markdown_rows

SCHEMA = 1
KEPT = ("Recall@5", "MRR@10", "nDCG@10")
"""Measures that are kept and compared."""

LOSS = 0.05
"""Probability below which a loss counts, corrected for the number of comparisons."""

_GROUPS = ("language=en", "language=vi")
_NAMES = {
    "all": "all",
    "language=en": "English",
    "language=vi": "Vietnamese",
    "language=vi note=unmarked": "Vietnamese typed without marks",
}


@dataclass(frozen=True, slots=True)
class Baseline:
    """Released figures.

    Attributes:
        gold_sha256: Checksum of the gold questions.
        means: Group to measure to mean, lower and upper bound and number of questions.
        languages: Language of each question, by its id.
        values: Question id to measure to value.
    """

    gold_sha256: str
    means: Mapping[str, Mapping[str, tuple[float, float, float, int]]]
    languages: Mapping[str, str]
    values: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Loss:
    """A measure that is significantly worse than it was, over all questions or a language."""

    group: str
    measure: str
    before: float
    now: float
    p: float


def baseline_json(evaluation: Evaluation) -> str:
    """The figures of an evaluation to be released; the same bytes for the same outcome."""
    groups: dict[str, dict[str, list[float]]] = {}
    for mean in evaluation.means.by_words:
        if mean.name in KEPT and not mean.group.startswith("document="):
            groups.setdefault(mean.group, {})[mean.name] = [
                *(mean.value, mean.low, mean.high, mean.n)
            ]
    value = {
        "schema": SCHEMA,
        "gold": evaluation.gold_sha256,
        "model": evaluation.index.model,
        "means": groups,
        "questions": {
            score.question.id: {
                "language": score.question.language,
                **{name: round(v, 6) for name, v in score.measures if name in KEPT},
            }
            for score in evaluation.questions
            if score.question.answerable
        },
    }
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("\n   ", " ").replace("\n  }", " }") + "\n"


def read_baseline(path: Path) -> Baseline:
    """Read released figures.

    Raises:
        RunError: The file is not there or holds something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        questions = value["questions"]
        return Baseline(
            gold_sha256=value["gold"],
            means={
                group: {name: tuple(figures) for name, figures in of.items()}
                for group, of in value["means"].items()
            },
            languages={name: each["language"] for name, each in questions.items()},
            values={
                name: {k: float(v) for k, v in each.items() if k != "language"}
                for name, each in questions.items()
            },
        )
    except FileNotFoundError:
        raise RunError(path, "the whole file", "there is no such file") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(path, "the whole file", f"holds no released figures ({error})") from error


def baseline_table(baseline: Baseline) -> str:
    """The released figures as a table in Markdown: means with their 95 % intervals."""
    rows = [["questions", "n", *KEPT]]
    for group, of in baseline.means.items():
        if group == "all" or group.startswith("language="):
            n = next(iter(of.values()))[3]
            rows.append(
                [
                    _NAMES.get(group, group),
                    str(n),
                    *(f"{v:.3f} [{low:.3f}, {high:.3f}]" for v, low, high, _ in _kept(of)),
                ]
            )
    return "\n".join(markdown_rows(rows)) + "\n"


def _kept(
    of: Mapping[str, tuple[float, float, float, int]],
) -> list[tuple[float, float, float, int]]:
    return [of[name] for name in KEPT]


def losses(baseline: Baseline, evaluation: Evaluation) -> list[Loss]:
    """What is significantly worse than it was: paired, one-sided, never by chance alone.

    Each measure is compared over all questions and over those of each language by the paired
    randomisation test. Probabilities are corrected for the number of comparisons by Bonferroni's
    inequality, which errs on the side of no alarm. Questions that one side lacks are left out.
    """
    now = {score.question.id: dict(score.measures) for score in evaluation.questions}
    groups = {"all": list(baseline.values)}
    for group in _GROUPS:
        language = group.removeprefix("language=")
        groups[group] = [q for q, tongue in baseline.languages.items() if tongue == language]
    comparisons = len(groups) * len(KEPT)
    found = []
    for group, questions in groups.items():
        for measure in KEPT:
            pairs = np.array(
                [
                    (baseline.values[question][measure], now[question][measure])
                    for question in questions
                    if measure in now.get(question, {}) and measure in baseline.values[question]
                ]
            ).reshape(-1, 2)
            differences = np.round(pairs[:, 1] - pairs[:, 0], 6)
            p = min(1.0, comparisons * randomisation_p(differences, one_sided=True))
            if p < LOSS:
                before, mean = pairs.mean(axis=0).tolist()
                found.append(Loss(group, measure, before, mean, p))
    return found
