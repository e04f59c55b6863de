"""An index opened for reading, and its description."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from hrqa.errors import IndexDamagedError
from hrqa.lexical import LexicalIndex
from hrqa.store.generations import Generation, current_generation, hold
from hrqa.store.texts import TextStore
from hrqa.vectors import VectorIndex

META = "meta.json"
TEXTS = "texts.sqlite"
PASSAGE_VECTORS = "passages.faiss"
SENTENCE_VECTORS = "sentences.faiss"
SENTENCE_PLACES = "sentences.npy"
QUERY_CENTRES = "query_centres.npy"
LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that did not become a document, with the reason."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """What an index was made of.

    Attributes:
        id: Digest of content and settings; the same for the same corpus and settings.
        built_at: When it was committed, RFC 3339, UTC.
        hrqa_version: Version that wrote it.
        model: Name and revision of the embedding model.
        dimension: Length of its vectors.
        passage_target: Length to which passages grow, in characters.
        passage_maximum: Length that no passage passes, in characters.
        failed: Files that could not be read.
    """

    id: str
    built_at: str
    hrqa_version: str
    model: str
    dimension: int
    passage_target: int
    passage_maximum: int
    failed: tuple[FailedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexText:
    """The readable part of an index: description and texts, without vectors."""

    meta: IndexMeta
    generation: Generation
    texts: TextStore
    lock: IO[bytes]

    def close(self) -> None:
        """Let go of the generation."""
        self.texts.close()
        self.lock.close()


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """A whole index, opened.

    Attributes:
        text: Description and texts.
        passage_vectors: One row per passage.
        sentence_vectors: One row per sentence.
        sentence_places: int32 of shape ``(sentences, 3)``: passage number, first character and
            one past the last, offsets into the passage's text.
        query_centres: Mean vectors of everyday questions, as ``query_centres`` gives them.
        lexical: BM25 over the passages.
    """

    text: IndexText
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    sentence_places: npt.NDArray[np.int32]
    query_centres: npt.NDArray[np.float32]
    lexical: LexicalIndex

    def close(self) -> None:
        """Let go of the generation."""
        self.text.close()


def write_meta(folder: Path, meta: IndexMeta) -> None:
    """Write the description of a generation."""
    text = json.dumps(asdict(meta), ensure_ascii=False, indent=2)
    (folder / META).write_text(text + "\n", encoding="utf-8")


def open_text(root: Path) -> IndexText:
    """Open the readable part of the current generation.

    Raises:
        IndexStoreError: It is missing, damaged, or of another format.
    """
    for attempt in (1, 2):  # a build may remove the generation between reading and holding
        try:
            generation = current_generation(root)
            lock = hold(generation)
            break
        except IndexDamagedError:
            if attempt == 2:
                raise
    try:
        return IndexText(
            meta=_read_meta(generation.folder / META),
            generation=generation,
            texts=TextStore(generation.folder / TEXTS),
            lock=lock,
        )
    except IndexDamagedError:
        lock.close()
        raise


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
        if passage_vectors.dimension != text.meta.dimension:
            raise IndexDamagedError(folder, "the vectors have another length than recorded")
        lexical = LexicalIndex.open(folder / LEXICAL, passages=passages)
    except IndexDamagedError:
        text.close()
        raise
    return OpenIndex(
        text=text,
        passage_vectors=passage_vectors,
        sentence_vectors=sentence_vectors,
        sentence_places=places,
        query_centres=centres.astype(np.float32),
        lexical=lexical,
    )


def _read_meta(path: Path) -> IndexMeta:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        failed = tuple(FailedFile(**entry) for entry in value.pop("failed"))
        return IndexMeta(**value, failed=failed)
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, OSError) as error:
        raise IndexDamagedError(path, "the description of the index cannot be read") from error


def _read_array(path: Path, *, columns: int) -> npt.NDArray[np.generic]:
    try:
        array: npt.NDArray[np.generic] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(path, "the file cannot be read") from error
    if array.ndim != 2 or array.shape[1] != columns:
        raise IndexDamagedError(path, f"the file has shape {array.shape}")
    return array
