"""One line of a gold file made into a question, with all that is wrong with it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.evaluation.gold_faults import Fault, Severity
from hrqa.queries import MAX_QUERY_CHARS

_FIELDS = ("id", "language", "question", "kind", "answerable", "evidence", "answers", "note")
_EVIDENCE_FIELDS = ("document", "page", "quote", "group")
_LANGUAGE = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-(?:[A-Za-z\d]{5,8}|\d[A-Za-z\d]{3}))*"
    r"(?:-[A-WY-Za-wy-z\d](?:-[A-Za-z\d]{2,8})+)*(?:-[xX](?:-[A-Za-z\d]{1,8})+)?"
    r"|[xX](?:-[A-Za-z\d]{1,8})+"
)
"""A language tag as BCP 47 forms it (RFC 5646, section 2.1)."""


@dataclass(frozen=True, slots=True)
class GoldLine:
    """A line of a gold file that is not blank.

    Attributes:
        number: Of the line, from 1.
        id: What it gives as id; None where that is none.
        question: The question; None where an error keeps it from being one.
        faults: What is wrong with it.
    """

    number: int
    id: str | None
    question: GoldQuestion | None
    faults: tuple[Fault, ...]


def read_line(file: Path, number: int, text: str) -> GoldLine:
    """Read a line, and tell all that is wrong with it."""
    line = _Line(file, number)
    value = line.json_object(text)
    question = line.read_question(value) if value is not None else None
    wrong = any(fault.severity is Severity.ERROR for fault in line.faults)
    return GoldLine(number, line.id, None if wrong else question, tuple(line.faults))


class _TwiceError(ValueError):
    """A field stands twice in an object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


@dataclass(slots=True)
class _Line:
    file: Path
    number: int
    id: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def error(self, where: str, problem: str, remedy: str = "") -> None:
        self._add(Severity.ERROR, where, problem, remedy)

    def warn(self, where: str, problem: str, remedy: str) -> None:
        self._add(Severity.WARNING, where, problem, remedy)

    def _add(self, severity: Severity, where: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(severity, self.file, self.number, where, self.id, problem, remedy))

    def json_object(self, text: str) -> dict[str, object] | None:
        try:
            value = json.loads(text, object_pairs_hook=_once)
        except _TwiceError as error:
            self.error(str(error), f"the field {str(error)!r} stands twice", "leave one")
        except json.JSONDecodeError as error:
            problem = f"not valid JSON ({error.msg} at character {error.pos + 1})"
            self.error("line", problem, "write one JSON object on one line")
        except (RecursionError, ValueError) as error:
            self.error("line", f"not valid JSON ({error})", "write one JSON object on one line")
        else:
            if isinstance(value, dict):
                return value
            self.error("line", "must be a JSON object", 'such as {"id": "G1", …}')
        return None

    def read_question(self, value: Mapping[str, object]) -> GoldQuestion:
        given = value.get("id")
        self.id = given if isinstance(given, str) and given.strip() else None
        self._unknown(value, _FIELDS, "")
        self._id(given)
        question = self._question(value.get("question"))
        answerable = value.get("answerable")
        if not isinstance(answerable, bool):
            self.error("answerable", "needs `answerable` as bool", "write true or false")
        language = self._language(value.get("language", "und"))
        if "language" not in value:
            self.warn("language", "is missing, so it counts as `und`", 'name it, such as "vi"')
        kind = self._text("kind", value.get("kind", "other"), blank=False)
        if "kind" not in value:
            self.warn("kind", "is missing, so it counts as `other`", 'name it, such as "fact"')
        evidence = self._evidence(value.get("evidence", []))
        if evidence is not None and isinstance(answerable, bool) and answerable != bool(evidence):
            self.error(
                "evidence",
                "an answerable question needs evidence, others have none",
                "add the words that answer, or make `answerable` false"
                if answerable
                else "take the evidence out, or make `answerable` true",
            )
        return GoldQuestion(
            id=self.id or "",
            language=language,
            question=question,
            kind=kind,
            answerable=answerable is True,
            evidence=evidence or (),
            answers=self._answers(value.get("answers", [])),
            note=self._text("note", value.get("note", ""), blank=True),
        )

    def _unknown(self, value: Mapping[str, object], known: tuple[str, ...], before: str) -> None:
        for name in value:
            if name not in known:
                self.error(
                    f"{before}{name}", f"unknown field {name!r}", f"there are {', '.join(known)}"
                )

    def _id(self, given: object) -> None:
        if self.id is None:
            self.error("id", "needs `id` as str", "give each question an id of its own")
        elif self._sound("id", given) and len(str(given).split()) != 1:
            self.warn("id", f"{given!r} has white space", "TREC files part columns by it; use -")

    def _question(self, given: object) -> str:
        if not isinstance(given, str) or given == "":
            self.error("question", "needs `question` as str", "write what is asked")
            return ""
        if not given.strip():
            self.error("question", "is blank", "write what is asked")
        elif len(given) > MAX_QUERY_CHARS:
            self.error(
                "question",
                f"has {len(given):,} characters",
                f"no question of more than {MAX_QUERY_CHARS:,} is answered; shorten it",
            )
        self._sound("question", given)
        return given

    def _language(self, given: object) -> str:
        if not isinstance(given, str) or not _LANGUAGE.fullmatch(given):
            self.error(
                "language", f"{given!r} is no language tag", 'BCP 47 has "en", "vi" or "pt-BR"'
            )
            return "und"
        return given

    def _text(self, name: str, given: object, *, blank: bool) -> str:
        if not isinstance(given, str) or not (blank or given.strip()):
            how = "a string" if blank else "a string that is not blank"
            self.error(name, f"`{name}` must be {how}", "put it in quotation marks")
            return ""
        self._sound(name, given)
        return given

    def _sound(self, name: str, given: object) -> bool:
        """Whether a string can be written down: half a surrogate pair cannot."""
        try:
            str(given).encode()
        except UnicodeEncodeError:
            self.error(name, "holds half a character (a lone surrogate)", "write it whole")
            return False
        return True

    def _answers(self, given: object) -> tuple[str, ...]:
        if not isinstance(given, list):
            self.error("answers", "`answers` must be a list", "put the answers in brackets")
            return ()
        for place, answer in enumerate(given):
            where = f"answers[{place}]"
            if isinstance(answer, int | float) and not isinstance(answer, bool):
                self.warn(where, f"{answer!r} is no string, and is read as one", "quote it")
            else:
                self._text(where, answer, blank=False)
        return tuple(str(answer) for answer in given)

    def _evidence(self, given: object) -> tuple[Evidence, ...] | None:
        """The evidence; None where it is no list."""
        if not isinstance(given, list):
            self.error("evidence", "`evidence` must be a list", "put it in brackets")
            return None
        return tuple(self._entry(f"evidence[{n}]", entry) for n, entry in enumerate(given))

    def _entry(self, where: str, entry: object) -> Evidence:
        if not isinstance(entry, dict):
            self.error(
                where,
                "each evidence needs a `document`",
                'it is an object such as {"document": "a.pdf", "quote": "…"}',
            )
            return Evidence("", None, "", 1)
        self._unknown(entry, _EVIDENCE_FIELDS, f"{where}.")
        document, page = entry.get("document"), entry.get("page")
        quote, group = entry.get("quote", ""), entry.get("group", 1)
        if not isinstance(document, str) or not document.strip():
            self.error(
                f"{where}.document",
                "each evidence needs a `document`",
                "its path relative to the corpus, as `hrqa documents` shows it",
            )
            document = ""
        if page is not None and not (_is_number(page) and page >= 1):
            self.error(
                f"{where}.page",
                f"evidence `page` {page!r} must be a number from 1, or null",
                "count pages as a PDF viewer does",
            )
        elif not isinstance(quote, str):
            self.error(f"{where}.quote", "`quote` must be a string", "quote the exact words")
        elif not quote.strip() and page is None:
            self.error(
                f"{where}.quote", "each evidence needs a `quote`, or a `page`", "give one of them"
            )
        if isinstance(quote, str):
            self._sound(f"{where}.quote", quote)
        if not _is_number(group):
            self.error(
                f"{where}.group", f"evidence `group` {group!r} must be a number", "count from 1"
            )
        return Evidence(
            document,
            page if _is_number(page) else None,
            quote if isinstance(quote, str) else "",
            group if _is_number(group) else 1,
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
