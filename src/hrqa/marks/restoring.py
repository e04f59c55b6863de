"""Vietnamese typed without its marks, given back the marks that its syllables most likely have.

Each syllable without marks stands for a few with marks; the likeliest row of them is found by a
Viterbi search over counts of syllables and of pairs (a bigram language model; the use for
Vietnamese follows Nguyen & Ock, PRICAI 2010, pp. 259-270). The counts come from
``training/marks.py``.
"""

import functools
import gzip
import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from hrqa.language import detect_language
from hrqa.words import fold, word_spans

_COUNTS = "counts.tsv.gz"
_BREAK = "^"
_PAIR_SHARE = 0.9
_LEAST_PROBABILITY = 1e-9
_MOSTLY_MARKED = 0.2
_PLAIN_IS_WRONG = 0.005
_FEWEST_SYLLABLES = 2


@dataclass(frozen=True, slots=True)
class MarkCounts:
    """How often syllables and pairs of neighbours stand in Vietnamese texts.

    Attributes:
        syllables: Count of each syllable, in lower case and NFC.
        pairs: Count of each pair of neighbours; ``^`` is the beginning, or what is no syllable.
        followed: How often each syllable, or ``^``, is followed by another.
        forms: The syllables that each syllable without marks stands for.
        total: All syllables together.
    """

    syllables: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    followed: Mapping[str, int]
    forms: Mapping[str, tuple[str, ...]]
    total: int

    @classmethod
    def of(cls, syllables: Mapping[str, int], pairs: Mapping[tuple[str, str], int]) -> "MarkCounts":
        """Counts with the forms that follow from them."""
        forms: dict[str, list[str]] = {}
        for syllable in sorted(syllables, key=lambda s: (-syllables[s], s)):
            forms.setdefault(fold(syllable), []).append(syllable)
        followed: Counter[str] = Counter()
        for (first, _), number in pairs.items():
            followed[first] += number
        return cls(
            syllables,
            pairs,
            followed,
            {plain: tuple(marked) for plain, marked in forms.items()},
            sum(syllables.values()),
        )

    def plain_share(self, syllable: str) -> float:
        """How often a syllable without marks is meant to have none, in [0, 1]."""
        forms = self.forms.get(syllable, ())
        known = sum(self.syllables[form] for form in forms)
        return self.syllables.get(syllable, 0) / known if known else 1.0


@functools.cache
def shipped_counts() -> MarkCounts:
    """The counts that ship with hrqa."""
    syllables: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    with files("hrqa.marks").joinpath(_COUNTS).open("rb") as packed:
        for line in gzip.decompress(packed.read()).decode("utf-8").splitlines():
            name, count = line.split("\t")
            first, _, second = name.partition(" ")
            if second:
                pairs[first, second] = int(count)
            else:
                syllables[first] = int(count)
    return MarkCounts.of(syllables, pairs)


def restore_marks(question: str, counts: MarkCounts) -> str:
    """Put back the marks of a Vietnamese question that lacks them.

    A question in another language, and one whose marks are there, comes back as it is. Where
    some marks are there, the marked syllables stay, and of the others only those are changed
    that hardly ever stand without marks.

    Args:
        question: As typed.
        counts: What is likely in Vietnamese.

    Returns:
        The question in NFC, with the same words in the same places.
    """
    text = unicodedata.normalize("NFC", question)
    spans = word_spans(text)
    typed = [text[begin:end] for begin, end in spans]
    choices = _choices(typed, counts)
    if all(len(options) == 1 for options in choices) or detect_language(text) != "vi":
        return question
    pieces, at = [], 0
    for (begin, end), word, chosen in zip(spans, typed, _likeliest(choices, counts), strict=True):
        changed = chosen not in (_BREAK, word.casefold())
        pieces += [text[at:begin], _in_case_of(word, chosen) if changed else word]
        at = end
    return "".join([*pieces, text[at:]])


def _choices(typed: Sequence[str], counts: MarkCounts) -> list[tuple[str, ...]]:
    """What each word may stand for: itself, its forms with marks, or a break in the text.

    In a question whose marks are mostly there, capitalised words stay: many a name has none.
    """
    known = [word for word in typed if fold(word.casefold()) in counts.forms]
    marked = sum(not word.isascii() for word in known)
    mostly = marked >= _MOSTLY_MARKED * len(known)
    choices: list[tuple[str, ...]] = []
    for word in typed:
        syllable = word.casefold()
        forms = counts.forms.get(syllable, ()) if word.isascii() else ()
        wrong = not mostly or (word.islower() and counts.plain_share(syllable) < _PLAIN_IS_WRONG)
        if forms and wrong and len(known) >= _FEWEST_SYLLABLES:
            choices.append(forms)
        else:
            choices.append((syllable if syllable in counts.syllables else _BREAK,))
    return choices


def _likeliest(choices: Sequence[Sequence[str]], counts: MarkCounts) -> list[str]:
    """The row of choices with the highest probability (Viterbi)."""
    best: dict[str, tuple[float, tuple[str, ...]]] = {_BREAK: (0.0, ())}
    for options in choices:
        following: dict[str, tuple[float, tuple[str, ...]]] = {}
        for option in options:
            score, row = max(
                (
                    (score + math.log(_probability(before, option, counts)), row)
                    for before, (score, row) in best.items()
                ),
                key=lambda entry: entry[0],
            )
            following[option] = (score, (*row, option))
        best = following
    return list(max(best.values(), key=lambda entry: entry[0])[1])


def _probability(before: str, syllable: str, counts: MarkCounts) -> float:
    """How likely a syllable follows another, the pair's share mixed with the syllable's own."""
    if syllable == _BREAK:
        return 1.0
    alone = max(counts.syllables.get(syllable, 0) / counts.total, _LEAST_PROBABILITY)
    pair = counts.pairs.get((before, syllable), 0)
    if not pair:
        return (1 - _PAIR_SHARE) * alone
    return _PAIR_SHARE * pair / counts.followed[before] + (1 - _PAIR_SHARE) * alone


def _in_case_of(typed: str, restored: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return restored.upper()
    return restored[:1].upper() + restored[1:] if typed[:1].isupper() else restored
