"""What counts as a word, and how words without their marks are found."""

import re
import unicodedata

_RAISED = "⁰¹²³⁴-⁹"
_WORD = re.compile(rf"[^\W{_RAISED}]+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d+)?")
_PLAIN = str.maketrans({"đ": "d", "Đ": "D"})


def words(text: str) -> list[str]:
    """Split text into words for comparison: letters and digits, casefolded, NFC.

    Marks of punctuation, white space and raised digits (footnote marks) separate words, but not
    points and commas inside a number: ``1.394.958`` and ``4,5`` are one word each.
    """
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the words of an NFC text, in order."""
    return [match.span() for match in _WORD.finditer(text)]


def fold(text: str) -> str:
    """Take off diacritical marks: ``Đường`` becomes ``Duong``."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def plain_number(word: str) -> str:
    """Write a number without marks between its thousands, and with a point before its decimals.

    So the spellings of English and Vietnamese meet: ``1,394,958`` and ``1.394.958``, ``4.5`` and
    ``4,5``. Three digits after one mark count as thousands in both. Other words stay as they are.
    """
    if word.isalpha() or not word[:1].isdigit() or word.isdigit():
        return word
    grouped = _GROUPED.fullmatch(word)
    if grouped is None:
        return word.replace(",", ".")
    mark = grouped["mark"]
    return word.replace(mark, "").replace(",", ".")
