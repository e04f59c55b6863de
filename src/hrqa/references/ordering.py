"""The order of a list of references."""

import re
import unicodedata

from hrqa.references.works import Work

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ARTICLES = re.compile(r"^(?:a|an|the) ")
_AFTER = "\uffff"
_APART = re.compile(rf"[^\w{_AFTER}]+|_")
_VIETNAMESE = str.maketrans(
    {
        letter: base + _AFTER * place
        for base, letters in zip("adeou", ("ăâ", "đ", "ê", "ôơ", "ư"), strict=True)
        for place, letter in enumerate(letters, start=1)
    }
)

Key = tuple[tuple[tuple[str, str], ...], tuple[int, ...], str, str]


def list_key(work: Work, entry: str, *, style: str, language: str) -> Key:
    """By what a style sorts an entry: author, then date but in MLA, then title.

    An entry that does not begin with its author is sorted by the words with which it begins.
    English articles that begin a title do not count. Of an author's works those without a date
    come first in APA and last in Chicago.

    Args:
        work: The work.
        entry: Its entry, in words.
        style: ``apa``, ``mla`` or ``chicago``.
        language: ``en`` or ``vi``, whose alphabet it is.
    """
    names = tuple(
        (
            sort_letters(name.literal or name.family or "", language),
            sort_letters(name.given or "", language),
        )
        for name in work.authors
    )
    if not names or not sort_letters(entry, language).startswith(names[0][0]):
        names = ((_title_letters(entry, language), ""),)
    date: tuple[int, ...] = ()
    if style != "mla":
        undated = 1 if style == "chicago" else -1
        date = (0, *work.issued) if work.issued else (undated,)
    return names, date, _title_letters(work.title, language), work.id


def sort_letters(text: str, language: str) -> str:
    """A text as it is sorted: words in small letters, without marks that make no letters.

    In Vietnamese tones do not count and ă, â, đ, ê, ô, ơ, ư follow the letters that they are made
    from; in English no mark counts.
    """
    small = unicodedata.normalize("NFD", text.casefold())
    if language == "vi":
        small = unicodedata.normalize("NFC", _TONES.sub("", small)).translate(_VIETNAMESE)
        small = unicodedata.normalize("NFD", small)
    bare = "".join(letter for letter in small if not unicodedata.combining(letter))
    return " ".join(word for word in _APART.split(bare.replace("đ", "d")) if word)


def _title_letters(title: str, language: str) -> str:
    letters = sort_letters(title, language)
    return _ARTICLES.sub("", letters)
