"""What can be wrong with a gold file, said with its line and field."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How bad a fault is."""

    ERROR = "error"
    """The file cannot be used."""

    WARNING = "warning"
    """It can be used, but what comes out may mislead."""

    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a gold file or its split.

    Attributes:
        severity: How bad it is.
        file: Where it is.
        line: Number of the line, from 1; None for the whole file.
        field: Which field, such as ``evidence[0].page``, where evidence counts from 0, as in jq;
            ``line`` or ``file`` where it is none.
        question: Id of the question; None where that is not known.
        problem: What is wrong.
        remedy: What to do; empty where the problem says it.
    """

    severity: Severity
    file: Path
    line: int | None
    field: str
    question: str | None
    problem: str
    remedy: str = ""

    @property
    def message(self) -> str:
        """What is wrong, and what to do."""
        return f"{self.problem}; {self.remedy}" if self.remedy else self.problem

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        named = f"{self.field} ({self.question})" if self.question else self.field
        severity = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{place}: {named}: {severity}{self.message}"
