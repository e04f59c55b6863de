"""Passages found by their words (BM25); the only door to bm25s."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from hrqa.errors import IndexDamagedError
from hrqa.words import fold, plain_number, words

_FOLDED = "\x1f"
_YEAR_IN_WORD = re.compile(r"(?<=[a-z])(?:[1-4])?((?:19|20)\d\d)$")
"""The year of ``FY2022`` or ``Q22022``, which a text writes as a word of its own."""
_K1 = 1.2
_B = 0.75
_ENGLISH_STOP_WORDS = frozenset(
    "a about an and are as at be by can could did do does for from had has have how i in is it "
    "its me my no not of on or should so such that the their them then there these they this to "
    "was we were what when where which who whom whose why will with would you your".split()
)


class LexicalIndex:
    """BM25 over words as written and, apart from them, words without their marks.

    A word with marks in a question finds the same word, and the word where the text leaves the
    marks out; it does not find words with other marks (``dương`` finds ``duong``, not
    ``đường``). A word without marks finds every word that it could stand for. A number finds all
    its spellings.
    """

    def __init__(self, index: bm25s.BM25, passages: int) -> None:
        self._index = index
        self._passages = passages

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index passages by their row.

        Args:
            texts: Title, section and text of each passage.
        """
        index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        tokens = [_document_tokens(text) for text in texts]
        # In order of their code points, since bm25s would number them in another order each time.
        vocabulary = {token: n for n, token in enumerate(sorted({t for ts in tokens for t in ts}))}
        numbered = [[vocabulary[token] for token in passage] for passage in tokens]
        index.index((numbered, vocabulary), show_progress=False)
        return cls(index, len(texts))

    @classmethod
    def open(cls, folder: Path, *, passages: int) -> "LexicalIndex":
        """Open a saved index.

        Args:
            folder: Where ``save`` wrote it.
            passages: How many passages it must hold.

        Raises:
            IndexDamagedError: The files are no BM25 index or belong to other passages.
        """
        try:
            index = bm25s.BM25.load(str(folder), load_corpus=False, show_progress=False)
            found = int(index.scores["num_docs"])
            highest = int(np.max(index.scores["indices"], initial=-1))
        except Exception as error:  # damaged bytes raise many kinds
            raise IndexDamagedError(folder, "the lexical index cannot be read") from error
        if highest >= passages:
            raise IndexDamagedError(folder, f"it counts words of a passage {highest}")
        if found != passages:
            raise IndexDamagedError(
                folder, f"the lexical index holds {found} passages instead of {passages}"
            )
        return cls(index, passages)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._index.save(str(folder), show_progress=False)

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """BM25 of every passage as a share of what the question could reach.

        BM25 (Robertson & Zaragoza, 2009) divided by the score of a passage in which every word
        of the question stands countless times; a word that no passage holds counts as one of
        the rarest. A question of which only a name is found so scores low everywhere.

        Returns:
            float32 of shape ``(passages,)``, in [0, 1]; zero where no word stands in the passage.
        """
        vocabulary = self._index.vocab_dict
        groups = [
            [token for token in group if token in vocabulary] for group in _query_tokens(question)
        ]
        known = [token for group in groups for token in group]
        if not known:
            return np.zeros(self._passages, dtype=np.float32)
        reachable = sum(self._rarest(group) for group in groups)
        found: npt.NDArray[np.float32] = self._index.get_scores(known)
        shares: npt.NDArray[np.float32] = np.clip(found / np.float32(reachable), 0, 1)
        return shares

    def passages_with(self, word: str) -> int:
        """In how many passages a word stands, with or without its marks."""
        offsets = self._index.scores["indptr"]
        numbers = [self._index.vocab_dict.get(form) for form in (word, _FOLDED + word)]
        return sum(int(offsets[n + 1]) - int(offsets[n]) for n in numbers if n is not None)

    def _rarest(self, tokens: Sequence[str]) -> float:
        """Highest inverse document frequency among the forms of a word."""
        offsets = self._index.scores["indptr"]
        numbers = [self._index.vocab_dict[token] for token in tokens]
        counts = [int(offsets[number + 1]) - int(offsets[number]) for number in numbers]
        rarest = min(counts, default=0)
        return math.log(1 + (self._passages - rarest + 0.5) / (rarest + 0.5))


def _document_tokens(text: str) -> list[str]:
    tokens = []
    for word in map(plain_number, words(text)):
        tokens.append(word)
        folded = fold(word)
        if folded != word:
            tokens.append(_FOLDED + folded)
    return tokens or [""]


def _query_tokens(question: str) -> list[list[str]]:
    """The words of a question that carry meaning, each with the forms in which it is found."""
    found = dict.fromkeys(map(plain_number, words(question)))
    telling = [word for word in found if word not in _ENGLISH_STOP_WORDS] or list(found)
    forms = []
    for word in telling:
        folded = fold(word)
        years = [] if word.isdigit() else _YEAR_IN_WORD.findall(word)
        forms.append([word, folded if folded != word else _FOLDED + folded, *years])
    return forms
