"""Typing errors mended by the words of the corpus and the commonest of English."""

import functools
import gzip
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files

from hrqa.words import word_spans

_LIST = "english.txt.gz"
_SHORTEST = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@functools.cache
def common_words() -> Mapping[str, int]:
    """The commonest English words with their rank, from 0."""
    packed = files("hrqa.spelling").joinpath(_LIST).read_bytes()
    lines = gzip.decompress(packed).decode("ascii").split()
    return {word: rank for rank, word in enumerate(lines)}


def mend_spelling(
    question: str, *, passages_with: Callable[[str], int], common: Mapping[str, int]
) -> str:
    """Mend the words of an English question that neither the corpus nor English has.

    Args:
        question: As typed.
        passages_with: In how many passages of the corpus a word stands.
        common: The commonest English words with their rank.

    Returns:
        The question in NFC, with the same number of words.
    """
    text = unicodedata.normalize("NFC", question)
    pieces, at = [], 0
    for start, end in word_spans(text):
        word = text[start:end]
        shaped = word.islower() or word.istitle()  # no acronym, no iPhone
        mended = _mended(word.casefold(), passages_with, common) if shaped else None
        if mended is not None:
            pieces += [text[at:start], mended.capitalize() if word[0].isupper() else mended]
            at = end
    return "".join([*pieces, text[at:]]) if pieces else question


def _mended(
    word: str, passages_with: Callable[[str], int], common: Mapping[str, int]
) -> str | None:
    """The likeliest word one edit away; None for a word that stays."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
        return None
    if word in common or passages_with(word):
        return None
    best, best_rank = None, (0, -len(common))
    for edited in _edits(word):
        rank = (passages_with(edited), -common.get(edited, len(common)))
        if rank > best_rank:
            best, best_rank = edited, rank
    return best


def _edits(word: str) -> Iterator[str]:
    """Every row of letters that one edit makes of a word."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
