"""Where sentences end."""

import itertools
import re

_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\[\d+\])?[\s]+(?=[\"'“‘«(\[*•–—-]*\s?[A-ZÀ-ÝĐĂƠƯẠ-Ỹ0-9])")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof assoc asst st no nos vol vols pp p ed eds fig figs cf vs etc e.g i.e al "
    "inc ltd co corp jr sr dept gen col lt rev hon tp ts pgs gs ths vd tr".split()
)
_NUMBERING = re.compile(r"[(\[]?[\divxIVX]{1,4}(?:\.\d+)*[.)]*$")
_LAST_WORD = re.compile(r"([\w.]+)\.\s*$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text.

    Works for English and Vietnamese prose: a sentence ends at ``.``, ``!``, ``?`` or ``…``
    before white space and a capital or digit, unless the point belongs to a common
    abbreviation or a single initial; a blank line always ends one.

    Returns:
        Half-open offsets without surrounding white space, in order, none empty.
    """
    cuts = {0, len(text)}
    cuts.update(match.end() for match in re.finditer(r"\n\s*\n", text))
    last = 0
    for match in _END.finditer(text):
        before = text[last : match.start() + 1]
        if not _is_abbreviation(before) and not _NUMBERING.fullmatch(before.strip()):
            cuts.add(match.end())
            last = match.end()
    bounds = sorted(cuts)
    spans = []
    for begin, end in itertools.pairwise(bounds):
        piece = text[begin:end]
        stripped = piece.strip()
        if stripped:
            start = begin + len(piece) - len(piece.lstrip())
            spans.append((start, start + len(stripped)))
    return spans


def _is_abbreviation(before: str) -> bool:
    match = _LAST_WORD.search(before[-40:])
    if match is None:
        return False
    word = match.group(1)
    if word.casefold() in _ABBREVIATIONS:
        return True
    return len(word) == 1 and word.isalpha() and word.isupper()
