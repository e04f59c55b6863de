"""Gold questions: read from JSON Lines and checked."""

import json
from pathlib import Path

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.errors import GoldError

_FIELDS = {"id", "language", "question", "kind", "answerable", "evidence", "answers", "note"}


def read_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """Read a file of gold questions.

    Raises:
        GoldError: A line is no gold question, or an id stands twice; says which.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise GoldError(
            path, "the whole file", "there is no such file; name one with --gold"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(path, "the whole file", f"cannot be read: {error}") from error
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        question = _question(path, f"line {number}", line)
        if question.id in questions:
            raise GoldError(path, f"line {number}", f"the id {question.id!r} stands twice")
        questions[question.id] = question
    if not questions:
        raise GoldError(path, "the whole file", "holds no question")
    return tuple(questions.values())


def _question(path: Path, where: str, line: str) -> GoldQuestion:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(path, where, f"not valid JSON ({error.msg})") from error
    if not isinstance(value, dict):
        raise GoldError(path, where, "must be a JSON object")
    unknown = set(value) - _FIELDS
    if unknown:
        raise GoldError(path, where, f"unknown field {sorted(unknown)[0]!r}")
    for field, kind in (("id", str), ("question", str), ("answerable", bool)):
        if not isinstance(value.get(field), kind) or value[field] == "":
            raise GoldError(path, where, f"needs `{field}` as {kind.__name__}")
    where = f"{where} ({value['id']})"
    for field in ("evidence", "answers"):
        if not isinstance(value.get(field, []), list):
            raise GoldError(path, where, f"`{field}` must be a list")
    evidence = tuple(_evidence(path, where, entry) for entry in value.get("evidence", []))
    if value["answerable"] != bool(evidence):
        raise GoldError(path, where, "an answerable question needs evidence, others have none")
    return GoldQuestion(
        id=value["id"],
        language=str(value.get("language", "und")),
        question=value["question"],
        kind=str(value.get("kind", "other")),
        answerable=value["answerable"],
        evidence=evidence,
        answers=tuple(str(answer) for answer in value.get("answers", [])),
        note=str(value.get("note", "")),
    )


def _evidence(path: Path, where: str, entry: object) -> Evidence:
    if not isinstance(entry, dict) or not isinstance(entry.get("document"), str):
        raise GoldError(path, where, "each evidence needs a `document`")
    page, quote, group = entry.get("page"), entry.get("quote", ""), entry.get("group", 1)
    if page is not None and (not isinstance(page, int) or page < 1):
        raise GoldError(path, where, f"evidence `page` {page!r} must be a number from 1, or null")
    if not isinstance(quote, str) or (not quote.strip() and page is None):
        raise GoldError(path, where, "each evidence needs a `quote`, or a `page`")
    if not isinstance(group, int):
        raise GoldError(path, where, f"evidence `group` {group!r} must be a number")
    return Evidence(entry["document"], page, quote, group)
