"""The cells of one row of a table, and which of them are values."""

import functools
import re
from collections.abc import Sequence

from hrqa.readers.glyphs import Word
from hrqa.readers.layout import Row, TextLine

_SIGNS = frozenset({"$", "€", "£", "¥", "₫", "US$", "($", "$(", "(", "-$", "+"})
_TAILS = frozenset({"%", ")", "%)", ")%", "pts"})
_NOTE = r"(?:\(?[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡]+\)?|\([a-z0-9]\))?"
_NUMBER = re.compile(rf"^[$€£¥(+<>~]*[-–—−]?[$€£¥]?\d[\d.,]*[%)x]*{_NOTE}$")
_NOTHING = re.compile(r"^(?:[-–—−]+%?|n/?[am]|nm|\*)$", re.IGNORECASE)
_YEAR = re.compile(
    r"^(?:19|20)\d\d[A-Z]?(?:[-–/]\d\d(?:\d\d)?)?(?:\(?[⁰¹²³⁴⁵⁶⁷⁸⁹*]+\)?|\s\([a-z0-9]\))?$"
)
_MARK = re.compile(r"^(?:\([a-z0-9]{1,2}\)|[*†‡]+)$", re.IGNORECASE)
_COLUMN_GAP = 0.5
_MARK_GAP = 0.6
_LEAST_CELLS = 2


def part_cells(row: Row) -> Row:
    """Part a row's segments so that no cell holds two values, and put signs to their numbers."""
    cells: Row = []
    for segment in row:
        words: list[Word] = []
        for word in segment.words:
            if words and _begins_cell(words, word):
                cells.append(TextLine(tuple(words)))
                words = []
            words.append(word)
        cells.append(TextLine(tuple(words)))
    return _with_signs(_with_amounts_apart(cells))


def _with_amounts_apart(cells: Row) -> Row:
    """Part a long label from the first amount where only the currency sign stands between them."""
    if len(cells) < _LEAST_CELLS or not is_value(cells[-1]):
        return cells
    words = cells[0].words
    if not any(char.isalpha() for word in words[:-2] for char in word.text):
        return cells
    if words[-2].text not in _SIGNS or not is_number(words[-1].text):
        return cells
    return [TextLine(words[:-2]), TextLine(words[-2:]), *cells[1:]]


def _begins_cell(words: Sequence[Word], word: Word) -> bool:
    last = words[-1]
    if not (is_number(last.text) or last.text in _TAILS):
        return False
    if word.text in _SIGNS:
        return True
    if not is_number(word.text) or last.text.endswith(","):
        return False
    if _MARK.match(word.text) and word.left - last.right <= _MARK_GAP * word.size:
        return False
    values_alone = all(is_number(w.text) or w.text in _SIGNS | _TAILS for w in words)
    return values_alone or word.left - last.right > _COLUMN_GAP * word.size


def _with_signs(cells: Row) -> Row:
    """Put a currency sign before its number, and a per cent sign or bracket behind."""
    joined: Row = []
    for cell in cells:
        before = joined and joined[-1].text in _SIGNS and is_number(cell.words[0].text)
        behind = joined and _is_tail(cell, joined[-1]) and is_number(joined[-1].words[-1].text)
        if before or behind:
            joined[-1] = TextLine(joined[-1].words + cell.words)
        else:
            joined.append(cell)
    return joined


def _is_tail(cell: TextLine, before: TextLine) -> bool:
    """Whether a cell belongs to the number before it: a per cent sign, or a note mark close by."""
    close = cell.left - before.right <= _MARK_GAP * cell.size
    return cell.text in _TAILS or bool(_MARK.match(cell.text) and close)


@functools.lru_cache(maxsize=1 << 16)
def is_number(text: str) -> bool:
    """Whether a word is a number, a dash for none, or the like."""
    return bool(_NUMBER.match(text) or _NOTHING.match(text))


def is_value(cell: TextLine) -> bool:
    """Whether a cell holds a number, a dash for none, or the like, and nothing else."""
    return all(is_number(w.text) or w.text in _SIGNS | _TAILS for w in cell.words)


def is_year(cell: TextLine) -> bool:
    """Whether a cell holds a year, which can name a column."""
    return bool(_YEAR.match(cell.text))


def has_value(row: Row) -> bool:
    """Whether a value stands right of something else."""
    return any(is_value(cell) for cell in row[1:])


def is_body(row: Row) -> bool:
    """Whether a row holds a value that is no year, right of something else."""
    return any(is_value(cell) and not is_year(cell) for cell in row[1:])
