"""Which language a text is in, as far as hrqa needs to know."""

import re

from hrqa.words import fold, words

_VIETNAMESE_MARKS = frozenset("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
_ENGLISH = frozenset(
    "the of and to in is are was were for on with that which what how many much who when where "
    "why does do did by from at as an be it its this these those have has had can should "
    "between about into their there than or not a whats list name give".split()
)
_VIETNAMESE = frozenset(
    "la cua va cac nhung nao gi nhu the bao nhieu khong co duoc trong cho voi tai sao ai khi o "
    "dau den tu nguoi mot theo ve nam tinh ty le dao tao phat trien nguon nhan luc chat luong "
    "cao muc tieu giai phap chuong trinh truong hoc dai so nguyen nhan vi bang lao dong".split()
)


_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|ph|qu|r|s|t|th|tr|v|x)?"
    r"(?:a[iouy]?|e[ou]?|i[au]?|ie|ieu|o[aei]?|oai|oay|oao|oeo|u[aeioy]?|uay|uoi|uou|uu|"
    r"uye|uyu|y|ye|yeu)"
    r"(?:c|ch|m|n|ng|nh|p|t)?"
)
"""A Vietnamese syllable without its marks."""


def detect_language(text: str) -> str | None:
    """Tell English from Vietnamese, with or without its marks.

    Vietnamese is told by its letters; without marks by its syllables and commonest words.

    Returns:
        ``"en"``, ``"vi"``, or None where the words decide for neither.
    """
    found = words(text)
    if not found:
        return None
    marked = sum([not (word.isascii() or _VIETNAMESE_MARKS.isdisjoint(word)) for word in found])
    if marked >= max(1, 0.15 * len(found)):
        return "vi"
    plain = [word for word in map(fold, found) if word.isalpha()]
    english = sum(word in _ENGLISH for word in plain)
    vietnamese = sum(word in _VIETNAMESE for word in plain)
    syllables = sum(bool(_SYLLABLE.fullmatch(word)) for word in plain)
    mostly_syllables = syllables >= 0.8 * len(plain) and vietnamese > english
    mixed_with_names = vietnamese >= 0.25 * len(plain) and not english
    if len(plain) > 1 and (mostly_syllables or mixed_with_names):
        return "vi"
    return "en" if english > vietnamese or english >= 0.2 * len(found) else None
