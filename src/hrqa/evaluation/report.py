"""An evaluation written down: as JSON, as tables, and in the forms of other tools."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from hrqa.evaluation.measuring import MEASURE_NAMES
from hrqa.evaluation.outcomes import Evaluation, MeasureValue, QuestionScore
from hrqa.evaluation.runs import Run, one_word, qrels_lines, run_lines, write_lines
from hrqa.evaluation.systems import HRQA
from hrqa.store.texts import TextStore

SCHEMA = 1
JSON_NAME, TABLE_NAME, MACHINE_NAME = "evaluation.json", "evaluation.md", "machine.json"
PAGE_NAME, LATENCY_NAME = "report.html", "latency.svg"
RUN_NAME, QRELS_NAME, TOPICS_NAME = "run.trec", "qrels.trec", "topics.tsv"
_OF_DOCUMENTS, _DOCUMENTS_SHOWN = "document=", 12
_SHOWN = ("Recall@1", "Recall@3", "Recall@5", "Recall@10", "Success@5", "MRR@10", "nDCG@10")


def evaluation_to_json(evaluation: Evaluation) -> str:
    """The whole evaluation as one JSON document; the same bytes for the same outcome."""
    means = evaluation.means
    value = {
        "schema": SCHEMA,
        "index": {"id": evaluation.index.id, "model": evaluation.index.model},
        "gold": {
            "file": evaluation.gold_file.as_posix(),
            "sha256": evaluation.gold_sha256,
            "questions": len(evaluation.questions),
        },
        "conditions": {
            **asdict(evaluation.conditions),
            "source": dict(evaluation.conditions.source),
            "settings": dict(evaluation.conditions.settings),
        },
        "measures": [asdict(mean) for mean in means.by_words],
        "measures_by_page": [asdict(mean) for mean in means.by_page],
        "measures_by_document": [asdict(mean) for mean in means.by_document],
        "other_measures": [asdict(mean) for mean in means.others],
        "answerability": None if evaluation.sureness is None else asdict(evaluation.sureness),
        "questions": [_question(score) for score in evaluation.questions],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _question(score: QuestionScore) -> dict[str, object]:
    question = score.question
    return {
        "id": question.id,
        "language": question.language,
        "kind": question.kind,
        "question": question.question,
        "answerable": question.answerable,
        "answerability": score.answerability,
        "measures": dict(score.measures),
        "measures_by_page": dict(score.by_page),
        "measures_by_document": dict(score.by_document),
        "characters": score.characters,
        "misses": [{**asdict(miss), "ranks": dict(miss.ranks)} for miss in score.misses],
        "results": [
            {"rank": rank, **asdict(answer)} for rank, answer in enumerate(score.answers, start=1)
        ],
    }


def evaluation_table(evaluation: Evaluation) -> str:
    """Means by language and kind as a Markdown table that also reads well in a terminal."""
    means = evaluation.means.by_words
    groups = list(dict.fromkeys(mean.group for mean in means))
    by_document = [group for group in groups if group.startswith(_OF_DOCUMENTS)]
    if len(by_document) > _DOCUMENTS_SHOWN:
        groups = [group for group in groups if group not in by_document]
    names = _shown_names(evaluation)
    rows = [["questions", "n", *names]]
    for group in groups:
        values = {mean.name: mean for mean in means if mean.group == group}
        n = str(next(iter(values.values())).n)
        rows.append([group, n, *(f"{values[name].value:.3f}" for name in names)])
    unanswerable = sum(not score.question.answerable for score in evaluation.questions)
    lines = [
        *markdown_rows(rows),
        "",
        f"{len(evaluation.questions)} questions, of which {unanswerable} have no answer in the "
        "texts and count in no mean.",
        *_sureness_lines(evaluation),
    ]
    return "\n".join(lines) + "\n"


def systems_json(evaluations: Sequence[str]) -> str:
    """Several evaluations, each as its JSON document, as one."""
    listed = ",\n".join(text.rstrip("\n") for text in evaluations)
    return f'{{"schema": {SCHEMA}, "systems": [\n{listed}\n]}}\n'


def systems_table(evaluations: Sequence[Evaluation]) -> str:
    """Means of several systems over all questions, one a row."""
    names = _shown_names(evaluations[0])
    rows = [["system", "n", *names]]
    for evaluation in evaluations:
        values = {m.name: m for m in evaluation.means.by_words if m.group == "all"}
        n = str(next(iter(values.values())).n) if values else "0"
        cells = [f"{values[name].value:.3f}" if name in values else "" for name in names]
        rows.append([evaluation.conditions.system, n, *cells])
    return "\n".join(markdown_rows(rows)) + "\n"


def _shown_names(evaluation: Evaluation) -> list[str]:
    """Measures that tables show: of the usual ones a choice, of those asked for by name all."""
    measured = list(dict.fromkeys(mean.name for mean in evaluation.means.by_words))
    if evaluation.conditions.measures != MEASURE_NAMES:
        return measured
    return [name for name in measured if name in _SHOWN]


def _sureness_lines(evaluation: Evaluation) -> list[str]:
    known = evaluation.sureness
    if known is None or known.auroc is None:
        return []
    return [
        f"Answerability: AUROC {known.auroc:.3f}, Brier score {known.brier:.3f} "
        f"(always telling {known.answered / known.n:.2f}: {known.brier_always:.3f})."
    ]


def markdown_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table whose first row is its head; the first column is set left, the others right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("| " + " | ".join(cells) + " |")
    rule = ["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]
    lines.insert(1, "|" + "|".join(rule) + "|")
    return lines


def interval_table(means: Sequence[MeasureValue], group: str) -> str:
    """Each measure of a group with its interval, as a table for a paper."""
    rows = [["measure", "mean", "95 % interval", "n"]]
    rows += [
        [mean.name, f"{mean.value:.3f}", f"[{mean.low:.3f}, {mean.high:.3f}]", str(mean.n)]
        for mean in means
        if mean.group == group
    ]
    return "\n".join(markdown_rows(rows)) + "\n"


def evaluation_run(evaluation: Evaluation) -> Run:
    """The results as a run; of questions whose evidence is whole documents the documents."""
    system = evaluation.conditions.system
    whole = _by_documents(evaluation)
    return Run(
        system if system == HRQA else f"{HRQA}-{system}",
        {
            one_word(score.question.id): tuple(
                one_word(evaluation.document_ids[answer.document]) if whole else answer.passage_id
                for answer in score.answers
            )
            for score in evaluation.questions
        },
    )


def _by_documents(evaluation: Evaluation) -> bool:
    """Whether documents as a whole were asked for."""
    return any(
        each.page is None and not each.quote.strip()
        for score in evaluation.questions
        for each in score.question.evidence
    )


def evaluation_qrels(evaluation: Evaluation) -> dict[str, dict[str, int]]:
    """Judgements of what was found, and of what was not.

    A result's grade is what it adds to those above it. Evidence that no result holds stands as an
    item ``missing:GROUP``, without which a scorer would take the answer for complete.
    """
    qrels: dict[str, dict[str, int]] = {}
    whole = _by_documents(evaluation)
    for score in evaluation.questions:
        evidence = score.question.evidence
        if not evidence:
            continue
        if whole:
            qrels[one_word(score.question.id)] = {
                one_word(evaluation.document_ids[each.document]): each.grade for each in evidence
            }
            continue
        grades: dict[str, int] = {}
        seen: set[int] = set()
        for answer in score.answers:
            new = set(answer.groups) - seen
            seen |= new
            grades[answer.passage_id] = len(new)
        missing = {each.group for each in evidence} - seen
        grades.update({f"missing:{group}": 1 for group in sorted(missing)})
        qrels[one_word(score.question.id)] = grades
    return qrels


def write_report(evaluation: Evaluation, folder: Path, texts: TextStore) -> Path:
    """Write the evaluation into a folder, in all its forms; the path of the JSON document.

    Args:
        evaluation: The evaluation.
        folder: Where to; it is made if need be.
        texts: Texts of the index that was searched, which the page shows.

    Raises:
        ReportError: The folder cannot be written.
    """
    from hrqa.evaluation.plots import as_file, spread_plot
    from hrqa.evaluation.report_page import report_html

    conditions = evaluation.conditions
    header = (
        f"# Evaluation of {conditions.system}\n\n"
        f"Index `{evaluation.index.id}`, model `{evaluation.index.model}`, "
        f"gold `{evaluation.gold_file.as_posix()}` (SHA-256 `{evaluation.gold_sha256[:16]}…`), "
        f"hrqa {conditions.version}, commit `{(conditions.commit or 'unknown')[:13]}`, seed "
        f"{conditions.seed}. Intervals are of 95 %, by bootstrap.\n\n"
    )
    topics = (
        f"{one_word(score.question.id)}\t{' '.join(score.question.question.split())}\n"
        for score in evaluation.questions
    )
    files = {
        JSON_NAME: [evaluation_to_json(evaluation)],
        TABLE_NAME: [
            header,
            interval_table(evaluation.means.by_words, "all"),
            "\n",
            evaluation_table(evaluation),
        ],
        RUN_NAME: run_lines(evaluation_run(evaluation)),
        QRELS_NAME: qrels_lines(evaluation_qrels(evaluation)),
        TOPICS_NAME: topics,
        MACHINE_NAME: [machine_json(evaluation)],
        PAGE_NAME: [report_html(evaluation, texts)],
        LATENCY_NAME: [
            as_file(
                spread_plot(
                    "latency",
                    evaluation.ms or [0.0],
                    "milliseconds",
                    "Computing for each question",
                )
            )
        ],
    }
    for name, lines in files.items():
        write_lines(folder / name, lines)
    return folder / JSON_NAME


def machine_json(evaluation: Evaluation) -> str:
    """Times and machine: what differs each time, apart from what must not."""
    ms = np.array(evaluation.ms or [0.0])
    value = {
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "milliseconds": {
            "mean": round(float(ms.mean()), 2),
            "median": round(float(np.median(ms)), 2),
            "p95": round(float(np.percentile(ms, 95)), 2),
            "p99": round(float(np.percentile(ms, 99)), 2),
            "most": round(float(ms.max()), 2),
            "by_question": [round(each, 2) for each in evaluation.ms],
        },
    }
    return json.dumps(value, indent=1) + "\n"
