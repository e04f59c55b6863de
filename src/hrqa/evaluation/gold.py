"""Gold questions: read from JSON Lines and checked."""

from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import GoldError
from hrqa.evaluation.gold_faults import Fault, Severity
from hrqa.evaluation.gold_lines import GoldLine, read_line

_OF_A_KNOWN_QUESTION = ("language", "kind", "evidence", "answers", "note")
"""Fields whose faults are told with the question's id."""


def read_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """Read a file of gold questions.

    Raises:
        GoldError: A line is no gold question, or an id stands twice; says which is the first. All
            that is wrong is told by ``gold_check``.
    """
    lines = read_gold_lines(path)
    for line in lines:
        for fault in line.faults:
            if fault.severity is Severity.ERROR:
                raise GoldError(path, _where(fault), fault.message)
    return tuple(line.question for line in lines if line.question is not None)


def read_gold_lines(path: Path) -> tuple[GoldLine, ...]:
    """Read the lines of a file of gold questions, each with what is wrong with it.

    Blank lines are left out.

    Raises:
        GoldError: The file cannot be read, or holds no question.
    """
    found = []
    first: dict[str, int] = {}
    for number, text in enumerate(_text_of(path).split("\n"), start=1):
        if not text.strip():
            continue
        line = read_line(path, number, text)
        if line.id is not None and line.id in first:
            line = _twice(path, line, first[line.id])
        elif line.id is not None:
            first[line.id] = number
        found.append(line)
    if not found:
        raise GoldError(path, "the whole file", "holds no question")
    return tuple(found)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise GoldError(
            path, "the whole file", "there is no such file; name one that is there"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise GoldError(
            path, f"line {line}", f"cannot be read: {error.reason} in UTF-8; save it as UTF-8"
        ) from error
    except OSError as error:
        raise GoldError(path, "the whole file", f"cannot be read: {error}") from error


def _twice(path: Path, line: GoldLine, first: int) -> GoldLine:
    fault = Fault(
        *(Severity.ERROR, path, line.number, "id", line.id),
        f"the id {line.id!r} stands twice",
        f"line {first} has it, too; change one",
    )
    return GoldLine(line.number, line.id, line.question, (*line.faults, fault))


def _where(fault: Fault) -> str:
    known = fault.field.partition("[")[0] in _OF_A_KNOWN_QUESTION
    return f"line {fault.line} ({fault.question})" if known else f"line {fault.line}"
