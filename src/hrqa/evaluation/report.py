"""An evaluation written down: as JSON, and as tables for the terminal and for Markdown."""

import json
from dataclasses import asdict
from pathlib import Path

from hrqa.errors import ReportError
from hrqa.evaluation.measuring import MEASURE_NAMES
from hrqa.evaluation.running import Evaluation, QuestionScore

SCHEMA = 1


def evaluation_to_json(evaluation: Evaluation) -> str:
    """The whole evaluation as one JSON document; the same bytes for the same outcome."""
    value = {
        "schema": SCHEMA,
        "index": {"id": evaluation.index.id, "model": evaluation.index.model},
        "gold": {
            "file": evaluation.gold_file.as_posix(),
            "sha256": evaluation.gold_sha256,
            "questions": len(evaluation.questions),
        },
        "measures": [asdict(measured) for measured in evaluation.measures],
        "questions": [_question(score) for score in evaluation.questions],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def evaluation_table(evaluation: Evaluation) -> str:
    """Means by language and kind as a Markdown table that also reads well in a terminal."""
    groups = list(dict.fromkeys(measured.group for measured in evaluation.measures))
    width = max([len(group) for group in groups] + [len("questions")])
    head = ["questions".ljust(width), "    n", *(name.rjust(10) for name in MEASURE_NAMES)]
    lines = [
        "| " + " | ".join(head) + " |",
        "|"
        + "|".join("-" * (len(cell) + 1) + ("-" if n == 0 else ":") for n, cell in enumerate(head))
        + "|",
    ]
    for group in groups:
        values = {m.name: m for m in evaluation.measures if m.group == group}
        cells = [group.ljust(width), f"{next(iter(values.values())).n:5d}"]
        cells.extend(f"{values[name].value:.3f}".rjust(10) for name in MEASURE_NAMES)
        lines.append("| " + " | ".join(cells) + " |")
    unanswerable = sum(not score.question.answerable for score in evaluation.questions)
    lines.append("")
    lines.append(
        f"{len(evaluation.questions)} questions, of which {unanswerable} have no answer in the "
        "texts and count in no mean."
    )
    return "\n".join(lines) + "\n"


def write_report(evaluation: Evaluation, folder: Path) -> Path:
    """Write ``evaluation.json`` and ``evaluation.md`` into a folder; the first one's path.

    Raises:
        ReportError: The folder cannot be written.
    """
    path = folder / "evaluation.json"
    header = (
        f"# Evaluation\n\nIndex `{evaluation.index.id}`, model `{evaluation.index.model}`, "
        f"gold `{evaluation.gold_file.as_posix()}` (SHA-256 `{evaluation.gold_sha256[:16]}…`). "
        "Means; 95 % intervals stand in `evaluation.json`.\n\n"
    )
    table = header + evaluation_table(evaluation)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(evaluation_to_json(evaluation), encoding="utf-8")
        (folder / "evaluation.md").write_text(table, encoding="utf-8")
    except OSError as error:
        raise ReportError(folder, error.strerror or str(error)) from error
    return path


def _question(score: QuestionScore) -> dict[str, object]:
    question = score.question
    return {
        "id": question.id,
        "language": question.language,
        "kind": question.kind,
        "question": question.question,
        "answerable": question.answerable,
        "measures": dict(score.measures),
        "results": [
            {"rank": rank, **asdict(answer)} for rank, answer in enumerate(score.answers, start=1)
        ],
    }
