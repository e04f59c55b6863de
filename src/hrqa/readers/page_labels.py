"""The page numbers that are printed at the head or foot of pages.

A number counts only as part of a run: numbers of one kind that go up by one from page to page.
A label that is missing is better than one that is wrong, so what does not fit has none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrqa.readers.furniture import EdgeLine

_MIN_RUN = 3
_MOST_MISSING = 2
_MIN_SHARE = 0.6
_MIN_RECURRENCE = 3
_PREFIX = r"(?P<prefix>[A-Z]{1,2}[-–.])?"
_NUMBER = r"(?P<number>\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8})"
_ALONE = re.compile(
    rf"[-–—|\[(\s]*(?:(?:page|p\.|pg\.|trang|seite)\s*)?{_PREFIX}{_NUMBER}"
    r"(?:\s*(?:of|/|trên)\s*[A-Z]?-?\d{1,5})?[-–—|\])\s]*",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"\b(?:page|trang|seite)\s+{_PREFIX}{_NUMBER}(?:\s*(?:of|/|trên)\s*\d{{1,5}})?\b",
    re.IGNORECASE,
)
_AT_END = re.compile(rf"\s[-–—|•·]?\s*{_PREFIX}{_NUMBER}$")
_AT_BEGIN = re.compile(rf"^{_PREFIX}{_NUMBER}\s*[-–—|•·]?\s")
_ROMAN = (
    ("c", 100),
    ("xc", 90),
    ("l", 50),
    ("xl", 40),
    ("x", 10),
    ("ix", 9),
    ("v", 5),
    ("iv", 4),
    ("i", 1),
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that may be that of its page: ``kind`` says prefix and digits, apart from value."""

    kind: tuple[str, str]
    value: int
    line: int
    alone: bool


_Owned = tuple[tuple[str, str], int]
"""Kind and value of the number that a page has."""


@dataclass(frozen=True, slots=True)
class PrintedNumbers:
    """What the pages print as their numbers.

    Attributes:
        labels: The label of each page; None where it has none or it is not certain.
        lines: For each page the indices of the items that hold nothing but its number.
    """

    labels: tuple[str | None, ...]
    lines: tuple[frozenset[int], ...]


def printed_numbers(pages: Sequence[Sequence[EdgeLine]]) -> PrintedNumbers:
    """Find the page numbers that are printed at the head or foot of pages.

    Numbers of one kind (``12``, ``xii``, ``F-12``) are a run when they go up with the pages, on
    three pages or more and on most of those between its first and last. Up to two pages in a
    row without a number within a run have the one that is missing there. Where a page runs over
    onto another that has no number of its own, numbers go up more slowly than pages: those that
    lead up to a run, or on from it, in this way belong to it.

    Args:
        pages: The edge lines of each page.
    """
    patterns = Counter(line.pattern for page in pages for line in page if not line.outermost)
    found = [list(_numbers(page, patterns)) for page in pages]
    owned: list[_Owned | None] = [None] * len(pages)
    lines: list[set[int]] = [set() for _ in pages]
    support = [0] * len(pages)
    disputed: set[int] = set()
    for kind, shift, run in _runs(found):
        for index in run:
            lines[index] |= {
                number.line
                for number in found[index]
                if number.alone and (number.kind, number.value - index) == (kind, shift)
            }
        for index in range(run[0], run[-1] + 1):
            if index not in run and (found[index] and _has_other(found[index], kind)):
                continue
            if owned[index] not in (None, (kind, index + shift)) and len(run) == support[index]:
                disputed.add(index)
            if len(run) > support[index]:
                owned[index], support[index] = (kind, index + shift), len(run)
                disputed.discard(index)
    for index in disputed:
        owned[index] = None
    _lead_on(found, owned, lines)
    return PrintedNumbers(
        tuple(number and _label(*number) for number in owned),
        tuple(frozenset(page) for page in lines),
    )


def _lead_on(
    found: Sequence[Sequence[_Number]], owned: list[_Owned | None], lines: list[set[int]]
) -> None:
    """Give pages close to a run the number that they print, if it goes up no faster than pages."""
    for order in (range(len(found)), range(len(found) - 1, -1, -1)):
        for index in order:
            alone = [number for number in found[index] if number.alone]
            if owned[index] is None and len(alone) == 1 and _leads_on(index, alone[0], owned):
                owned[index] = (alone[0].kind, alone[0].value)
                lines[index].add(alone[0].line)


def _leads_on(index: int, number: _Number, owned: Sequence[_Owned | None]) -> bool:
    """Whether a number goes up with the nearest ones before and after, one of which is close."""
    close = False
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(owned) and owned[at] is None:
            at += step
        if not 0 <= at < len(owned):
            continue
        kind, value = owned[at] or (number.kind, 0)
        near = abs(at - index) <= _MOST_MISSING
        if kind != number.kind:
            continue
        if not 1 <= step * (value - number.value) <= abs(at - index):
            return False
        close = close or near
    return close


def _has_other(numbers: Sequence[_Number], kind: tuple[str, str]) -> bool:
    """Whether a page prints another number alone where that of the run would stand."""
    return any(number.alone and number.kind == kind for number in numbers)


def _runs(
    found: Sequence[Sequence[_Number]],
) -> Iterator[tuple[tuple[str, str], int, list[int]]]:
    """Kind, value less index of page, and pages of each run."""
    places: dict[tuple[tuple[str, str], int], list[int]] = {}
    for index, numbers in enumerate(found):
        for key in {(number.kind, number.value - index) for number in numbers}:
            places.setdefault(key, []).append(index)
    for (kind, shift), indices in sorted(places.items()):
        run = [indices[0]]
        for after in [*indices[1:], None]:
            if after is not None and after - run[-1] <= _MOST_MISSING + 1:
                run.append(after)
                continue
            if len(run) >= _MIN_RUN and len(run) >= _MIN_SHARE * (run[-1] - run[0] + 1):
                yield kind, shift, run
            if after is not None:
                run = [after]


def _numbers(page: Sequence[EdgeLine], patterns: Counter[str]) -> Iterator[_Number]:
    for line in page:
        text = line.text.strip()
        alone = _ALONE.fullmatch(text)
        if alone:
            yield from _read(alone, line.index, alone=True)
        elif not line.outermost and patterns[line.pattern] >= _MIN_RECURRENCE:
            in_words = _IN_WORDS.search(text)
            for match in [in_words] if in_words else [_AT_END.search(text), _AT_BEGIN.search(text)]:
                if match:
                    yield from _read(match, line.index, alone=False)


def _read(match: re.Match[str], line: int, *, alone: bool) -> Iterator[_Number]:
    prefix, number = (match["prefix"] or ""), match["number"]
    if number.isdecimal():
        yield _Number((prefix, "1"), int(number), line, alone)
        return
    value = _roman_value(number.lower())
    if value and (number.islower() or number.isupper()):
        yield _Number((prefix, "i" if number.islower() else "I"), value, line, alone)


def _label(kind: tuple[str, str], value: int) -> str | None:
    prefix, style = kind
    if value < 1:
        return None
    if style == "1":
        return f"{prefix}{value}"
    roman = _roman(value)
    return prefix + (roman if style == "i" else roman.upper())


def _roman(value: int) -> str:
    written = ""
    for letters, worth in _ROMAN:
        while value >= worth:
            written += letters
            value -= worth
    return written


def _roman_value(written: str) -> int:
    """The value of a lower-case Roman number below 400; 0 for what is none."""
    value = 0
    rest = written
    for letters, worth in _ROMAN:
        while rest.startswith(letters):
            value += worth
            rest = rest[len(letters) :]
    return value if not rest and _roman(value) == written else 0
