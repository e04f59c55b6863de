"""Whether the characters that a file names for a page's glyphs are those that a reader sees."""

import re
import unicodedata

from hrqa.readers.glyphs import PageGlyphs

_MIN_GLYPHS = 20
_MOST_UNMAPPED = 0.2
_MOST_PRIVATE = 0.2
_MIN_LETTERS = 200
_LEAST_VOWELS = 0.27
_VOWELS = frozenset("aeiouy")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def why_illegible(glyphs: PageGlyphs) -> str | None:
    """Why a page's text is not what a reader sees, as half a sentence; None where it seems to be.

    Three signs are looked for: glyphs for which the file names no character, characters of the
    private-use area (one alone is a bullet), and text in Latin letters with far fewer vowels
    than any language has, which is what a wrong mapping makes of text.
    """
    text = [word.text for word in glyphs.words]
    shown = sum(map(len, text))
    if glyphs.unmapped >= _MIN_GLYPHS and glyphs.unmapped > _MOST_UNMAPPED * (
        shown + glyphs.unmapped
    ):
        return f"the file names no character for {glyphs.unmapped} of its glyphs"
    private = sum(
        unicodedata.category(char) in ("Co", "Cn")
        for word in text
        if len(word) > 1 and not word.isascii()
        for char in word
    )
    if private >= _MIN_GLYPHS and private > _MOST_PRIVATE * shown:
        return f"{private} of its characters are private to the typeface"
    if _is_garbled(text):
        return "the file names wrong characters for its glyphs"
    return None


def _is_garbled(words: list[str]) -> bool:
    """Whether fewer of the Latin letters are vowels than in any language."""
    spelled = [word for word in words if _LATIN.search(word)]
    letters = "".join(_LATIN.findall(unicodedata.normalize("NFD", " ".join(spelled)))).lower()
    if len(letters) < _MIN_LETTERS:
        return False
    vowels = sum(letters.count(vowel) for vowel in _VOWELS)
    return vowels < _LEAST_VOWELS * len(letters)
