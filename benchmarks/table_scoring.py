"""How right a table is that was read, cell by cell against the truth.

A cell of the truth is looked for in the grids of its page:

- *found*: a row of a grid holds the value, alone in its cell;
- *row*: the row's label, with label lines directly above it, is the row's words, no more, no less;
- *column*: the heads over the cell have the column's words, and not those of another column. An
  empty head in any but the last head row takes the nearest one to its left;
- *group*: the nearest labels without values above the row, or a cell before its label, have the
  group's words.

Words are compared casefolded and without note marks, values without ``$`` and spaces. Cells of
nothing but ``$``, ``%`` or ``)`` first go to the value that they belong to. Where a way does not
say which rows are heads, the reading of its heads counts that serves it best.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

_MOST_HEADS = 4
_MOST_WRAPPED = 4
_MOST_WORDS_MORE = 12

_VALUE = re.compile(r"[(~<>±+\-–—]*\d[\d,.:/]*\)?%?\)?|[-–—*x]|n/?[am]")
_YEAR = re.compile(r"(19|20)\d\d")
_CURRENCY = re.compile(r"[$€£¥]+")
_TAIL = re.compile(r"[)%]+")
_RAISED = re.compile(r"[⁰¹²³⁴-⁹]+(?:[,˒ʼ][⁰¹²³⁴-⁹]+)*")
_NOTE = re.compile(
    r"\((?:[a-z]|\d{1,2}|\*)\)|(?<=[a-z]{3})\d(?=\s|$)|(?<=[a-z]{3}) ?\d(?:,\d)+(?=\s|$)"
)
_ORDINAL = re.compile(r"(?<=\d) (?=(?:st|nd|rd|th)\b)")
_WORD = re.compile(r"\w+|%")
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the truth; ``row``, ``group`` and ``column`` are empty where there are none."""

    file: str
    page: int
    row: str
    group: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as read; ``heads`` is the number of its head rows, None where not said."""

    rows: tuple[tuple[str, ...], ...]
    heads: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """What of a cell is right; greater is better."""

    found: bool = False
    row: bool = False
    column: bool = False
    group: bool = False

    @property
    def all_right(self) -> bool:
        """Whether nothing is wrong."""
        return self.found and self.row and self.column and self.group

    @property
    def rank(self) -> tuple[int, "Score"]:
        """For choosing the cell that comes nearest."""
        return (self.found + self.row + self.column + self.group, self)


@dataclass(frozen=True, slots=True)
class Seen:
    """The place in a grid that came nearest to a cell of the truth."""

    score: Score = Score()
    line: tuple[str, ...] = ()
    heads: str = ""
    above: str = ""


def words(text: str) -> list[str]:
    """The words of a label or head, without note marks."""
    plain = unicodedata.normalize("NFKC", _RAISED.sub(" ", text)).casefold()
    return _WORD.findall(_ORDINAL.sub("", _NOTE.sub(" ", plain)))


def value(text: str) -> str:
    """A value as it is compared."""
    return re.sub(r"[$\s]", "", text.replace("’", "'").casefold())


def is_value(text: str) -> bool:
    """Whether a cell holds a figure, and not a year, which may be a head."""
    bare = value(text)
    return bool(_VALUE.fullmatch(bare)) and not _YEAR.fullmatch(bare)


def tidy(table: Grid) -> Grid:
    """Move signs that stand in cells of their own to their values, and heads with them."""
    rows = [list(row) for row in table.rows]
    moved: dict[int, int] = {}
    for row in rows:
        for at, cell in enumerate(row):
            if _CURRENCY.fullmatch(cell) and any(row[at + 1 :]):
                row[at] = ""
                moved[at] = 1
            elif _TAIL.fullmatch(cell) and (left := [c for c in range(at) if row[c]]):
                row[left[-1]] += cell
                row[at] = ""
                moved[at] = -1
    body = [row for row in rows if any(is_value(cell) for cell in row[1:])]
    for at, step in moved.items():
        if 0 <= at + step < len(rows[0]) and not any(row[at] for row in body):
            for row in rows:
                pair = (row[at], row[at + step])
                row[at + step] = " ".join(filter(None, pair if step > 0 else pair[::-1]))
                row[at] = ""
    return Grid(tuple(map(tuple, rows)), table.heads)


def lone_label(row: Sequence[str]) -> str:
    """The text of a row that holds nothing but one label; else empty."""
    texts = [cell for cell in row if cell]
    return texts[0] if len(texts) == 1 and not is_value(texts[0]) else ""


def head_blocks(table: Grid, row: int) -> Iterator[list[Sequence[str]]]:
    """The head rows over a row: as declared, or all that may be meant."""
    if table.heads is not None:
        yield list(table.rows[: min(table.heads, row)])
        return
    at = row - 1
    while at >= 0 and (not any(table.rows[at][1:]) or any(map(is_value, table.rows[at][1:]))):
        at -= 1
    low = at
    while low >= 0 and any(table.rows[low][1:]) and not any(map(is_value, table.rows[low][1:])):
        low -= 1
    for count in range(1, at - low + 1):
        yield list(table.rows[at + 1 - count : at + 1])
    for count in range(1, min(_MOST_HEADS, row) + 1):
        yield list(table.rows[:count])


def head_texts(table: Grid, row: int, column: int) -> Iterator[str]:
    """What the heads over a cell say."""
    for block in head_blocks(table, row):
        yield " ".join(
            head[column] or (nearest(head, column, back=True) if number < len(block) else "")
            for number, head in enumerate(block, 1)
        )
        if table.heads is None:
            yield " ".join(head[column] or nearest(head, column) for head in block)


def nearest(head: Sequence[str], column: int, *, back: bool = False) -> str:
    """The nearest head to the left, or to either side, the labels' column apart."""
    places = [at for at in range(1, len(head)) if head[at] and (at < column or not back)]
    return head[min(places, key=lambda at: abs(at - column))] if places else ""


def column_right(text: str, cell: Cell, others: Sequence[str]) -> bool:
    """Whether heads say a column's words and no other column's."""
    got = Counter(words(_ASIDE.sub(" ", text)))
    want = Counter(words(_ASIDE.sub(" ", cell.column)))
    if want - got or (got - want).total() > _MOST_WORDS_MORE:
        return False
    rivals = (Counter(words(_ASIDE.sub(" ", other))) for other in others)
    return all(rival - got or rival <= want for rival in rivals)


def score(table: Grid, row: int, column: int, cell: Cell, others: Sequence[str]) -> Seen:
    """Score the place of a grid that holds the value."""
    line = table.rows[row]
    before = [
        text for at, text in enumerate(line[:column]) if text and (not at or not is_value(text))
    ]
    wrapped = [""]
    for above in reversed(table.rows[max(0, row - _MOST_WRAPPED) : row]):
        if not lone_label(above):
            break
        wrapped.append(f"{lone_label(above)} {wrapped[-1]}")
    ends = itertools.combinations(range(len(before) + 1), 2)
    labels = [" ".join(before[i:j]) for i, j in ends]
    want = words(cell.row)
    row_right = (
        any(words(f"{lead} {label}") == want for lead in wrapped for label in labels)
        if want
        else not any(text for text in before if not is_value(text))
    )
    heads = list(head_texts(table, row, column))
    fits = [text for text in heads if column_right(text, cell, others)]
    run = nearest_labels(table, row)
    group = f" {' '.join(words(cell.group))} "
    in_group = any(group in f" {' '.join(words(text))} " for text in (run, " ".join(before)))
    return Seen(
        Score(True, row_right, not cell.column or bool(fits), not cell.group or in_group),
        line,
        (fits or heads or [""])[0],
        run,
    )


def nearest_labels(table: Grid, row: int) -> str:
    """The run of lone labels nearest above a row."""
    at = row - 1
    while at >= 0 and not lone_label(table.rows[at]):
        at -= 1
    run: list[str] = []
    while at >= 0 and (label := lone_label(table.rows[at])):
        run.insert(0, label)
        at -= 1
    return " ".join(run)


def best(tables: Sequence[Grid], cell: Cell, others: Sequence[str]) -> Seen:
    """The place among a page's tables that comes nearest to a cell of the truth."""
    want = value(cell.value)
    seen = [
        score(table, row, column, cell, others)
        for table in tables
        for row, line in enumerate(table.rows)
        for column, text in enumerate(line)
        if value(text) == want
    ]
    return max(seen, key=lambda place: place.score.rank, default=Seen())


def describe(cell: Cell, seen: Seen) -> str:
    """What was wanted and what was seen, for a person."""
    wrong = [f.name for f in fields(Score) if not getattr(seen.score, f.name)]
    lines = [f"{cell.file} p. {cell.page}: {cell.value!r}: {', '.join(wrong)}"]
    lines.append(f"    wanted: {cell.group!r} > {cell.row!r} under {cell.column!r}")
    if seen.score.found:
        lines.append(f"    row:    {' | '.join(seen.line)}")
        lines.append(f"    heads:  {seen.heads!r}; labels above: {seen.above!r}")
    return "\n".join(lines)
