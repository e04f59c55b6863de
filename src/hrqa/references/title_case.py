"""Capital letters as English titles have them."""

import re

_SMALL_WORDS = frozenset(
    "a an and as at but by down for from in into nor of on onto or over so the till to up via "
    "with yet".split()
)
_SITE = re.compile(r"\w[.@/]\w")


def title_cased(text: str) -> str:
    """English title case: words all in small letters begin with a capital, but small words.

    The first word, the last one and one after a colon always do. A word that has a capital
    stays as it is, so does the name of a site.
    """
    words = text.split()
    cased = []
    for position, word in enumerate(words):
        edge = position in (0, len(words) - 1) or words[position - 1][-1] in ":.?!—"
        cased.append(_cased(word, keep_small=not edge))
    return " ".join(cased)


def capitalised(text: str) -> str:
    """The text with a capital for its first letter, unless it begins with the name of a site."""
    first, space, rest = text.partition(" ")
    if _SITE.search(first):
        return text
    for position, char in enumerate(first):
        if char.isalnum():
            return f"{first[:position]}{char.upper()}{first[position + 1 :]}{space}{rest}"
    return text


def _cased(word: str, *, keep_small: bool) -> str:
    if not word.islower() or _SITE.search(word):
        return word
    if keep_small and word.strip("()[]“”‘’\"',;") in _SMALL_WORDS:
        return word
    first, *others = word.split("-")
    parts = [part if part in _SMALL_WORDS else capitalised(part) for part in others]
    return "-".join((capitalised(first), *parts))
