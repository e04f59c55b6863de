"""All that is wrong with a gold file and its halves, at once."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import GoldError
from hrqa.evaluation.gold import read_gold_lines
from hrqa.evaluation.gold_faults import Fault, Severity
from hrqa.evaluation.gold_lines import GoldLine
from hrqa.evaluation.gold_places import Places
from hrqa.evaluation.gold_split import quotations, read_halves, split_file
from hrqa.evaluation.likeness import nearly_same, same_words
from hrqa.store.texts import TextStore
from hrqa.words import words

LONGEST_COPY = 8
"""Words in a row that a question may take from its own evidence."""


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class GoldReport:
    """What is wrong with a gold file.

    Attributes:
        file: The file.
        questions: Lines that are not blank.
        looked_up: Whether evidence was looked up in an index.
        faults: By line; those of the halves after them.
    """

    file: Path
    questions: int
    looked_up: bool
    faults: tuple[Fault, ...]

    def count(self, severity: Severity) -> int:
        """How many faults there are of a severity."""
        return sum(fault.severity is severity for fault in self.faults)


def check_gold(file: Path, texts: TextStore | None) -> GoldReport:
    """Find all that is wrong with a gold file, and with its halves where it has a split.

    Args:
        file: The gold file.
        texts: The documents that its evidence is to stand in; None to leave that out.

    Raises:
        GoldError: The file cannot be read, or holds no question.
    """
    lines = read_gold_lines(file)
    readable = [_Readable(file, line.number, line.question) for line in lines if line.question]
    faults = [fault for line in lines for fault in line.faults]
    faults += _same_questions(readable)
    places = Places(texts) if texts is not None else None
    for each in readable:
        faults += _in_itself(each)
        if places is not None:
            faults += _in_documents(each, places)
    faults.sort(key=lambda fault: fault.line or 0)
    if split_file(file).exists():
        faults += _in_halves(split_file(file), lines, readable)
    return GoldReport(file, len(lines), texts is not None, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Readable:
    """A question without an error in its line."""

    file: Path
    line: int
    question: GoldQuestion

    def fault(self, severity: Severity, field: str, problem: str, remedy: str) -> Fault:
        return Fault(severity, self.file, self.line, field, self.question.id, problem, remedy)

    def __str__(self) -> str:
        return f"{self.question.id} (line {self.line})"


def _same_questions(readable: Sequence[_Readable]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], _Readable] = {}
    for each in readable:
        earlier = first.setdefault(same_words(each.question.question), each)
        if earlier is not each:
            yield each.fault(
                *(Severity.WARNING, "question"),
                f"is the same as that of {earlier} but for case, marks and punctuation",
                "it counts twice in every mean; take one out if that is not meant",
            )


def _in_itself(each: _Readable) -> Iterator[Fault]:
    """What is wrong with evidence whatever stands in the documents."""
    evidence = each.question.evidence
    first: dict[tuple[object, ...], int] = {}
    for place, one in enumerate(evidence):
        key = (one.document, one.page, tuple(words(one.quote)) or one.quote.strip())
        if key in first:
            yield each.fault(
                *(Severity.ERROR, f"evidence[{place}]"),
                f"is the same as evidence[{first[key]}]",
                "take one out",
            )
        first.setdefault(key, place)
        copied = _copied(each.question.question, one.quote)
        if len(copied) > LONGEST_COPY:
            yield each.fault(
                *(Severity.WARNING, "question"),
                f"takes {len(copied)} words in a row from evidence[{place}]: {' '.join(copied)!r}",
                "that is too easy to find; ask in other words",
            )
    groups = sorted({one.group for one in evidence})
    if groups and groups != list(range(1, len(groups) + 1)):
        yield each.fault(
            *(Severity.WARNING, "evidence"),
            f"its groups are {', '.join(map(str, groups))}",
            "count them from 1 without gaps, so that none is missing",
        )


def _copied(question: str, quote: str) -> Sequence[str]:
    """The longest run of words that a question shares with a quotation."""
    asked, quoted = words(question), words(quote)
    best: Sequence[str] = ()
    before = [0] * (len(quoted) + 1)
    for end, word in enumerate(asked, start=1):
        runs = [0] * (len(quoted) + 1)
        for place, other in enumerate(quoted, start=1):
            if word == other:
                runs[place] = before[place - 1] + 1
                if runs[place] > len(best):
                    best = asked[end - runs[place] : end]
        before = runs
    return best


def _in_documents(each: _Readable, places: Places) -> Iterator[Fault]:
    for number, evidence in enumerate(each.question.evidence):
        for severity, field, problem, remedy in places.faults(evidence):
            yield each.fault(severity, f"evidence[{number}].{field}", problem, remedy)


def _in_halves(
    path: Path, lines: Sequence[GoldLine], readable: Sequence[_Readable]
) -> Iterator[Fault]:
    """What is wrong with the halves; one that cannot be read is an error of its own."""
    try:
        halves = read_halves(path)
    except GoldError as error:
        yield Fault(Severity.ERROR, path, None, error.where, None, error.problem)
        return
    half_of: dict[str, str] = {}
    known = {line.id for line in lines}
    written = _written(path)
    for name, ids in halves.items():
        for one in ids:
            at = next(written.get(one, iter(())), None)
            fault = Fault(Severity.ERROR, path, at, name, one, "")
            if one not in known:
                problem = f"the gold file has no question {one!r}"
                yield replace(fault, problem=problem, remedy="take it out, or divide anew")
            elif one in half_of:
                other = half_of[one]
                where = "twice in this half" if other == name else f"in {other!r}, too"
                yield replace(fault, problem=f"stands {where}", remedy="leave it once")
            half_of.setdefault(one, name)
    for line in lines:
        if line.id is not None and line.id not in half_of:
            yield Fault(
                *(Severity.ERROR, path, None, "file", line.id),
                f"no half has it (line {line.number} of the gold file)",
                "add it to one, or divide anew with `hrqa gold split --force`",
            )
    parted = [each for each in readable if each.question.id in half_of]
    yield from sorted(_leaks(parted, half_of), key=lambda fault: fault.line or 0)


def _written(path: Path) -> dict[str, Iterator[int]]:
    """Numbers of the lines on which each string of a JSON file stands, in turn."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        for match in _STRING.finditer(line):
            found.setdefault(json.loads(match[0]), []).append(number)
    return {text: iter(numbers) for text, numbers in found.items()}


def _leaks(readable: Sequence[_Readable], half_of: dict[str, str]) -> Iterator[Fault]:
    """What one half tells of the other."""

    def half(each: _Readable) -> str:
        return half_of[each.question.id]

    texts = [each.question.question for each in readable]
    for one, two in nearly_same(texts):
        if half(readable[one]) != half(readable[two]):
            same = same_words(texts[one]) == same_words(texts[two])
            yield readable[two].fault(
                Severity.ERROR if same else Severity.WARNING,
                "question",
                f"of {half(readable[two])!r} is {'' if same else 'nearly '}the same as that of "
                f"{readable[one]} of {half(readable[one])!r}: {texts[one]!r}",
                "put both into one half",
            )
    quoting: dict[object, list[_Readable]] = {}
    for each in readable:
        for key in quotations(each.question):
            quoting.setdefault(key, []).append(each)
    told = set()
    for holders in quoting.values():
        for first, second in combinations(holders, 2):
            pair = (first.line, second.line)
            if half(first) != half(second) and pair not in told:
                told.add(pair)
                yield second.fault(
                    *(Severity.WARNING, "evidence"),
                    f"of {half(second)!r} quotes the same words as {first} of {half(first)!r}",
                    "put both into one half",
                )
