"""A whole index, opened for searching."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.errors import IndexDamagedError
from hrqa.lexical import LexicalIndex
from hrqa.store.description import IndexText, open_text
from hrqa.token_states import TokenStates
from hrqa.vectors import VectorIndex

PASSAGE_VECTORS = "passages.faiss"
SENTENCE_VECTORS = "sentences.faiss"
SENTENCE_PLACES = "sentences.npy"
TOKENS = "tokens.bin"
FIRST_TOKENS = "tokens.npy"
QUERY_CENTRES = "query_centres.npy"
LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """A whole index, opened.

    Attributes:
        text: Description and texts.
        passage_vectors: One row per passage.
        sentence_vectors: One row per sentence.
        sentence_places: int32 of shape ``(sentences, 3)``: passage number, first character and
            one past the last, offsets into the passage's text.
        tokens: States of the passages' tokens.
        query_centres: Mean vectors of everyday questions, as ``query_centres`` gives them.
        lexical: BM25 over the passages.
    """

    text: IndexText
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    sentence_places: npt.NDArray[np.int32]
    tokens: TokenStates
    query_centres: npt.NDArray[np.float32]
    lexical: LexicalIndex

    def close(self) -> None:
        """Let go of the generation."""
        self.text.close()


def open_index(root: Path) -> OpenIndex:
    """Open the current generation and check that its parts belong together.

    Raises:
        IndexStoreError: It is missing, damaged, or of another format.
    """
    text = open_text(root)
    folder = text.generation.folder
    try:
        places = _read_array(folder / SENTENCE_PLACES, columns=3).astype(np.int32)
        centres = _read_array(folder / QUERY_CENTRES, columns=text.meta.dimension)
        passage_vectors = VectorIndex.open(folder / PASSAGE_VECTORS)
        sentence_vectors = VectorIndex.open(folder / SENTENCE_VECTORS)
        passages = len(text.texts.passage_ids)
        if len(passage_vectors) != passages or len(sentence_vectors) != len(places):
            raise IndexDamagedError(folder, "vectors and texts do not belong together")
        if not _fit(places, passages):
            raise IndexDamagedError(folder / SENTENCE_PLACES, "it names places that are not there")
        if passage_vectors.dimension != text.meta.dimension:
            raise IndexDamagedError(folder, "the vectors have another length than recorded")
        tokens = TokenStates.open(
            folder / TOKENS,
            folder / FIRST_TOKENS,
            passages=passages,
            dimension=text.meta.dimension,
        )
        lexical = LexicalIndex.open(folder / LEXICAL, passages=passages)
    except IndexDamagedError:
        text.close()
        raise
    return OpenIndex(
        text=text,
        passage_vectors=passage_vectors,
        sentence_vectors=sentence_vectors,
        sentence_places=places,
        tokens=tokens,
        query_centres=centres.astype(np.float32),
        lexical=lexical,
    )


def _read_array(path: Path, *, columns: int) -> npt.NDArray[np.generic]:
    try:
        array: npt.NDArray[np.generic] = np.load(path, allow_pickle=False)
    except Exception as error:  # damaged bytes raise many kinds
        raise IndexDamagedError(path, "the file cannot be read") from error
    if array.ndim != 2 or array.shape[1] != columns:
        raise IndexDamagedError(path, f"the file has shape {array.shape}")
    return array


def _fit(places: npt.NDArray[np.int32], passages: int) -> bool:
    """Whether sentences stand in passages that exist, in order, and are not empty."""
    owners = places[:, 0]
    in_order = bool(np.all(owners[1:] >= owners[:-1]))
    exist = bool(np.all((owners >= 0) & (owners < passages)))
    return in_order and exist and bool(np.all(places[:, 1] < places[:, 2]))
