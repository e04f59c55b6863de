"""How well a passage answers a question token by token, from small states of its tokens.

Late interaction (Khattab & Zaharia, SIGIR 2020): each token of the question is compared with
every token of a passage, and its best match counts. The states are those of the embedding
model, which was not trained for it. A passage keeps at most 192 of them: neighbours that are
most alike become one (after Clavié, Chaffin & Adams, 2024, who pool similar tokens anywhere), and
each number becomes two bits after a fixed rotation that spreads what a state says over all of
them. Question states stay as they are.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.errors import IndexDamagedError
from hrqa.unit_length import of_unit_length

TOKEN_STATES_VERSION = "1"
"""Counts up whenever the same passage is kept as other bytes."""

MOST_TOKENS = 192

States = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]

_SEED = 20261126
_IN_A_BYTE = 4
_STEP = 0.9957
"""Width of the four steps that lose least of normally distributed numbers (Max, 1960)."""


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """Tokens of consecutive passages.

    Attributes:
        counts: int64 of shape ``(passages,)``: how many tokens each passage keeps.
        codes: uint8 of shape ``(sum of counts, bytes a token)``, four numbers in a byte.
    """

    counts: Numbers
    codes: Codes


def encode_tokens(passages: Sequence[States]) -> TokenCodes:
    """Make the states of passages small.

    Args:
        passages: Of each passage float32 of shape ``(tokens, dimension)``, at least one row,
            rows of unit length; what is no number, where a model overflows, counts as zero.
    """
    kept = [_merged(np.nan_to_num(states)) for states in passages]
    counts = np.array([len(states) for states in kept], dtype=np.int64)
    return TokenCodes(counts, _packed(np.concatenate(kept)))


def bytes_a_token(dimension: int) -> int:
    """How many bytes a token of a model with this dimension takes."""
    return -(-dimension // _IN_A_BYTE)


class TokenStates:
    """The tokens of all passages of an index, read from the disk as they are needed."""

    def __init__(self, codes: Codes, first: Numbers, dimension: int) -> None:
        """Take the tokens of an index.

        Args:
            codes: uint8 of shape ``(tokens, bytes a token)``.
            first: int64 of shape ``(passages + 1,)``: row of each passage's first token.
            dimension: Length of a state.
        """
        self._codes, self._first, self._dimension = codes, first, dimension

    @classmethod
    def open(
        cls, codes_file: Path, first_file: Path, *, passages: int, dimension: int
    ) -> "TokenStates":
        """Open saved tokens.

        Raises:
            IndexDamagedError: They do not fit each other, the passages or the dimension.
        """
        width = bytes_a_token(dimension)
        try:
            first = np.load(first_file, allow_pickle=False)
            size = codes_file.stat().st_size
            if first.dtype != np.int64 or first.shape != (passages + 1,):
                raise IndexDamagedError(first_file, f"the file has shape {first.shape}")
            if first[0] != 0 or first[-1] * width != size or bool(np.any(np.diff(first) < 1)):
                raise IndexDamagedError(codes_file, "tokens and passages do not belong together")
            codes = np.memmap(codes_file, dtype=np.uint8, mode="r", shape=(int(first[-1]), width))
        except IndexDamagedError:
            raise
        except Exception as error:  # damaged bytes raise many kinds
            raise IndexDamagedError(first_file, "the file cannot be read") from error
        return cls(codes, first, dimension)

    def rows(self, begin: int, end: int) -> TokenCodes:
        """The tokens of passages ``begin`` to ``end``."""
        first = self._first[begin : end + 1]
        return TokenCodes(np.diff(first), np.array(self._codes[first[0] : first[-1]]))

    def matches(self, question: States, passages: Sequence[int]) -> npt.NDArray[np.float32]:
        """How well each token of a question is matched by the best among a passage's own.

        Args:
            question: float32 of shape ``(tokens, dimension)``, at least one row, rows of unit
                length.
            passages: Numbers of passages.

        Returns:
            float32 of shape ``(len(passages), tokens)``, cosines as far as two bits tell them.
        """
        if not passages:
            return np.zeros((0, len(question)), dtype=np.float32)
        spans = [(int(self._first[n]), int(self._first[n + 1])) for n in passages]
        codes = np.concatenate([self._codes[begin:end] for begin, end in spans])
        products = _products(codes, question @ _rotation(self._dimension))
        starts = np.cumsum([0, *(end - begin for begin, end in spans[:-1])])
        best: npt.NDArray[np.float32] = np.maximum.reduceat(products, starts, axis=0)
        return best / np.float32(np.sqrt(self._dimension))


def _merged(states: States) -> States:
    """States of which no more than ``MOST_TOKENS`` are left, neighbours alike made one."""
    while (surplus := len(states) - MOST_TOKENS) > 0:
        likeness = np.einsum("nd,nd->n", states[1:], states[:-1])
        around = np.concatenate([[-np.inf], likeness, [-np.inf]])
        peaks = np.flatnonzero((likeness > around[:-2]) & (likeness >= around[2:]))
        left = peaks[np.argsort(-likeness[peaks], kind="stable")[:surplus]]
        joined = states.copy()
        joined[left] += states[left + 1]
        states = of_unit_length(np.delete(joined, left + 1, axis=0))
    return states


@functools.lru_cache(maxsize=4)
def _rotation(dimension: int) -> States:
    """A random rotation, the same for every index."""
    drawn = np.random.default_rng(_SEED).normal(size=(dimension, dimension))
    rotation, triangle = np.linalg.qr(drawn)
    turned: States = (rotation * np.sign(np.diagonal(triangle))).astype(np.float32)
    return turned


def _packed(states: States) -> Codes:
    """Four numbers in a byte, each a quarter of the row apart from the next."""
    dimension = states.shape[1]
    rotated = states @ _rotation(dimension) * np.float32(np.sqrt(dimension) / _STEP)
    levels = np.clip(np.floor(rotated) + 2, 0, 3).astype(np.uint8)
    levels = np.pad(levels, ((0, 0), (0, -dimension % _IN_A_BYTE)))
    quarters = levels.reshape(len(levels), _IN_A_BYTE, -1)
    codes = quarters[:, 0].copy()
    for place in range(1, _IN_A_BYTE):
        codes |= quarters[:, place] << np.uint8(2 * place)
    return codes


def _products(codes: Codes, question: States) -> npt.NDArray[np.float32]:
    """Inner products of packed states of length √dimension with a question's rotated ones."""
    width = codes.shape[1]
    padded = np.pad(question, ((0, 0), (0, _IN_A_BYTE * width - question.shape[1])))
    levels = sum(
        ((codes >> np.uint8(2 * place)) & np.uint8(3)).astype(np.float32)
        @ padded[:, place * width : (place + 1) * width].T
        for place in range(_IN_A_BYTE)
    )
    products: npt.NDArray[np.float32] = np.float32(_STEP) * (levels - 1.5 * padded.sum(axis=1))
    return products
