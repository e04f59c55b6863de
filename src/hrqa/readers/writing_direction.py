"""Words of lines that are written from right to left."""

import re
from collections.abc import Sequence
from itertools import groupby

from hrqa.readers.glyphs import Word

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def from_right_to_left(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of a line as they are read, given from left to right.

    Where most words with letters are Hebrew or Arabic the line is read from the right; runs of
    other words and numbers in it are read from the left all the same.
    """
    whole = "".join([word.text for word in words])
    if whole.isascii() or not _RIGHT_TO_LEFT.search(whole):
        return words
    turned = [bool(_RIGHT_TO_LEFT.search(word.text)) for word in words]
    lettered = sum(any(char.isalpha() for char in word.text) for word in words)
    if 2 * sum(turned) <= lettered or not any(turned):
        return words
    ordered: list[Word] = []
    pairs = list(zip(turned, words, strict=True))[::-1]
    for is_turned, run in groupby(pairs, key=lambda pair: pair[0]):
        held: Sequence[Word] = [word for _, word in run]
        ordered.extend(held if is_turned else held[::-1])
    return tuple(ordered)
