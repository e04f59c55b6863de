"""A generation written document by document, out of the one before and of new work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.bundles import passage_bundles, sentence_bundles
from hrqa.datatypes import Document, Passage
from hrqa.embedding.encoder import Encoder
from hrqa.lexical import LexicalIndex
from hrqa.retrieval_texts import passage_lexical_text, retrieval_title
from hrqa.store.description import TEXTS, IndexText
from hrqa.store.index import (
    LEXICAL,
    PASSAGE_VECTORS,
    SENTENCE_PLACES,
    SENTENCE_VECTORS,
)
from hrqa.store.text_writer import TextWriter
from hrqa.store.texts import PASSAGES, SENTENCES, Bundle, TextStore
from hrqa.store.work import WorkArea
from hrqa.vectors import VectorIndex

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the next generation.

    Attributes:
        document: The document as it is now.
        waiting: The text store of its own in which it is; None where it is in the index before.
    """

    document: Document
    waiting: Path | None


class KnownVectors:
    """Vectors that need no embedding: those of the index before, and of unfinished work."""

    def __init__(self, previous: IndexText | None, work: WorkArea) -> None:
        self._previous = previous
        self._work = work
        self._opened: dict[int, VectorIndex] = {}

    def stored(self, digest: str) -> bool:
        """Whether the index before has the vectors of a bundle."""
        return self._previous is not None and self._previous.texts.bundle(digest) is not None

    def of_bundle(self, digest: str) -> Vectors | None:
        """The vectors of a bundle; None where they have to be made."""
        bundle = self._previous.texts.bundle(digest) if self._previous else None
        if bundle is not None:
            return self._rows(bundle)
        return self._work.vectors(digest)

    def _rows(self, bundle: Bundle) -> Vectors:
        if bundle.kind not in self._opened:
            assert self._previous is not None
            name = (PASSAGE_VECTORS, SENTENCE_VECTORS)[bundle.kind]
            self._opened[bundle.kind] = VectorIndex.open(self._previous.generation.folder / name)
        vectors = self._opened[bundle.kind]
        return vectors.rows(bundle.first_row, bundle.first_row + bundle.rows)


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts were embedded in this run, and how many an interrupted one had done."""

    now: int
    before: int


def embed(
    parts: Sequence[Part],
    known: KnownVectors,
    work: WorkArea,
    model: str,
    *,
    encoder: Callable[[], Encoder],
    step: Callable[[int], None],
) -> Embedded:
    """Embed what has no vectors yet, and keep them in the work area bundle by bundle."""
    now = before = 0
    for part in parts:
        if part.waiting is None:
            continue
        with _texts(part, None) as texts:
            title, passages = retrieval_title(part.document), _passages(texts, part.document)
            for bundles in (passage_bundles, sentence_bundles):
                for bundle in bundles(title, passages, model):
                    if known.stored(bundle.digest):
                        step(len(bundle.texts))
                    elif work.vectors(bundle.digest) is not None:
                        before += len(bundle.texts)
                        step(len(bundle.texts))
                    else:
                        vectors = encoder().encode_passages(bundle.texts, on_progress=step)
                        work.keep_vectors(bundle.digest, vectors)
                        now += len(bundle.texts)
    return Embedded(now, before)


def assemble(
    folder: Path, parts: Sequence[Part], previous: IndexText | None, known: KnownVectors, model: str
) -> int:
    """Write texts, vectors and words of a generation.

    Args:
        folder: Where to.
        parts: Its documents, in order.
        previous: The index before.
        known: The vectors of all bundles.
        model: Name and revision of the embedding model.

    Returns:
        The length of its vectors.
    """
    raw = (folder / "passages.raw", folder / "sentences.raw")
    places: list[npt.NDArray[np.int32]] = []
    words: list[str] = []
    dimension = 0
    with (
        closing(TextWriter(folder / TEXTS)) as writer,
        raw[PASSAGES].open("wb") as passage_file,
        raw[SENTENCES].open("wb") as sentence_file,
    ):
        files = (passage_file, sentence_file)
        for part in parts:
            with _texts(part, previous) as texts:
                title, passages = retrieval_title(part.document), _passages(texts, part.document)
                bundles = (
                    _bundles(title, passages, model)
                    if part.waiting
                    else texts.bundles(part.document.id)
                )
                for bundle in bundles:
                    vectors = known.of_bundle(bundle.digest)
                    assert vectors is not None, "every bundle was embedded"
                    dimension = vectors.shape[1]
                    files[bundle.kind].write(np.ascontiguousarray(vectors).tobytes())
                first = len(words)
                for passage in passages:
                    places.append(_places(len(words), passage))
                    words.append(passage_lexical_text(title, passage))
                assert len(words) - first == _count(texts, part.document)
                writer.copy(part.document, texts, bundles)
    for path, name in zip(raw, (PASSAGE_VECTORS, SENTENCE_VECTORS), strict=True):
        rows = np.fromfile(path, dtype=np.float32).reshape(-1, dimension)
        VectorIndex.build(rows).save(folder / name)
        path.unlink()
    np.save(folder / SENTENCE_PLACES, np.concatenate(places))
    LexicalIndex.build(words).save(folder / LEXICAL)
    return dimension


@contextmanager
def _texts(part: Part, previous: IndexText | None) -> Iterator[TextStore]:
    """The text store in which a document is."""
    if part.waiting is None:
        assert previous is not None
        yield previous.texts
        return
    texts = TextStore(part.waiting)
    try:
        yield texts
    finally:
        texts.close()


def _count(texts: TextStore, document: Document) -> int:
    stored = texts.document(document.id)
    return stored.passages if stored else 0


def _passages(texts: TextStore, document: Document) -> list[Passage]:
    stored = texts.document(document.id)
    assert stored is not None
    return texts.passages(stored.first_passage, stored.first_passage + stored.passages)


def _bundles(title: str, passages: Sequence[Passage], model: str) -> list[Bundle]:
    kinds = ((PASSAGES, passage_bundles), (SENTENCES, sentence_bundles))
    return [
        Bundle(bundle.digest, kind, 0, len(bundle.texts))
        for kind, bundles in kinds
        for bundle in bundles(title, passages, model)
    ]


def _places(number: int, passage: Passage) -> npt.NDArray[np.int32]:
    rows = [(number, sentence.start, sentence.end) for sentence in passage.sentences]
    return np.array(rows, dtype=np.int32).reshape(-1, 3)
