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
from hrqa.embedding.query_centres import centre_tokens
from hrqa.lexical import LexicalIndex
from hrqa.retrieval_texts import passage_lexical_text, retrieval_title
from hrqa.store.description import TEXTS, IndexText
from hrqa.store.index import (
    FIRST_TOKENS,
    LEXICAL,
    PASSAGE_VECTORS,
    SENTENCE_PLACES,
    SENTENCE_VECTORS,
    TOKENS,
)
from hrqa.store.text_writer import TextWriter
from hrqa.store.texts import PASSAGES, SENTENCES, Bundle, TextStore
from hrqa.store.work import EmbeddedBundle, WorkArea
from hrqa.token_states import TokenStates, encode_tokens
from hrqa.vectors import VectorIndex

Vectors = npt.NDArray[np.float32]

_KINDS = ((PASSAGES, passage_bundles), (SENTENCES, sentence_bundles))


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the next generation.

    Attributes:
        document: The document as it is now.
        waiting: The text store of its own in which it is; None where it is in the index before.
    """

    document: Document
    waiting: Path | None


class KnownBundles:
    """Bundles that need no embedding: those of the index before, and of unfinished work."""

    def __init__(self, previous: IndexText | None, work: WorkArea) -> None:
        self._previous = previous
        self._work = work
        self._opened: dict[int, VectorIndex] = {}
        self._tokens: TokenStates | None = None

    def stored(self, digest: str) -> bool:
        """Whether the index before has a bundle."""
        return self._previous is not None and self._previous.texts.bundle(digest) is not None

    def find(self, digest: str) -> EmbeddedBundle | None:
        """What a bundle was embedded to; None where that has to be done."""
        bundle = self._previous.texts.bundle(digest) if self._previous else None
        return self._work.bundle(digest) if bundle is None else self._stored(bundle)

    def _stored(self, bundle: Bundle) -> EmbeddedBundle:
        assert self._previous is not None
        folder, end = self._previous.generation.folder, bundle.first_row + bundle.rows
        if bundle.kind not in self._opened:
            name = (PASSAGE_VECTORS, SENTENCE_VECTORS)[bundle.kind]
            self._opened[bundle.kind] = VectorIndex.open(folder / name)
        vectors = self._opened[bundle.kind].rows(bundle.first_row, end)
        if bundle.kind != PASSAGES:
            return EmbeddedBundle(vectors, None)
        if self._tokens is None:
            self._tokens = TokenStates.open(
                folder / TOKENS,
                folder / FIRST_TOKENS,
                passages=len(self._previous.texts.passage_ids),
                dimension=self._previous.meta.dimension,
            )
        return EmbeddedBundle(vectors, self._tokens.rows(bundle.first_row, end))


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts were embedded in this run, and how many an interrupted one had done."""

    now: int
    before: int


def embed(
    parts: Sequence[Part],
    known: KnownBundles,
    work: WorkArea,
    model: str,
    *,
    encoder: Callable[[], Encoder],
    centres: Callable[[], Vectors],
    step: Callable[[int], None],
) -> Embedded:
    """Embed what is not known yet, and keep it in the work area bundle by bundle.

    Args:
        parts: The documents.
        known: What needs no embedding.
        work: Where to keep the rest.
        model: Name and revision of the embedding model.
        encoder: Loads the model; called only if there is something to embed.
        centres: Gives the mean vectors of everyday questions; called likewise.
        step: Called with the number of texts done.
    """
    now = before = 0
    for part in parts:
        if part.waiting is None:
            continue
        with _texts(part, None) as texts:
            title, passages = retrieval_title(part.document), _passages(texts, part.document)
            for kind, bundles in _KINDS:
                for bundle in bundles(title, passages, model):
                    if known.stored(bundle.digest):
                        step(len(bundle.texts))
                    elif work.has(bundle.digest):
                        before += len(bundle.texts)
                        step(len(bundle.texts))
                    else:
                        embedded = (
                            _embed_passages(encoder(), bundle.texts, centres(), step)
                            if kind == PASSAGES
                            else EmbeddedBundle(
                                encoder().encode_passages(bundle.texts, on_progress=step), None
                            )
                        )
                        work.keep_bundle(bundle.digest, embedded)
                        now += len(bundle.texts)
    return Embedded(now, before)


def _embed_passages(
    encoder: Encoder, texts: Sequence[str], centres: Vectors, step: Callable[[int], None]
) -> EmbeddedBundle:
    encoded = encoder.encode_passage_tokens(texts, on_progress=step)
    tokens = encode_tokens([centre_tokens(text.tokens, centres) for text in encoded])
    return EmbeddedBundle(np.stack([text.vector for text in encoded]), tokens)


def assemble(
    folder: Path, parts: Sequence[Part], previous: IndexText | None, known: KnownBundles, model: str
) -> int:
    """Write texts, vectors and words of a generation.

    Args:
        folder: Where to.
        parts: Its documents, in order.
        previous: The index before.
        known: What all bundles were embedded to.
        model: Name and revision of the embedding model.

    Returns:
        The length of its vectors.
    """
    raw = (folder / "passages.raw", folder / "sentences.raw")
    places: list[npt.NDArray[np.int32]] = []
    words: list[str] = []
    counts: list[npt.NDArray[np.int64]] = []
    dimension = 0
    with (
        closing(TextWriter(folder / TEXTS)) as writer,
        raw[PASSAGES].open("wb") as passage_file,
        raw[SENTENCES].open("wb") as sentence_file,
        (folder / TOKENS).open("wb") as token_file,
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
                    embedded = known.find(bundle.digest)
                    assert embedded is not None, "every bundle was embedded"
                    dimension = embedded.vectors.shape[1]
                    files[bundle.kind].write(np.ascontiguousarray(embedded.vectors).tobytes())
                    if embedded.tokens is not None:
                        counts.append(embedded.tokens.counts)
                        token_file.write(np.ascontiguousarray(embedded.tokens.codes).tobytes())
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
    np.save(folder / FIRST_TOKENS, np.cumsum(np.concatenate([[0], *counts]), dtype=np.int64))
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
    return [
        Bundle(bundle.digest, kind, 0, len(bundle.texts))
        for kind, bundles in _KINDS
        for bundle in bundles(title, passages, model)
    ]


def _places(number: int, passage: Passage) -> npt.NDArray[np.int32]:
    rows = [(number, sentence.start, sentence.end) for sentence in passage.sentences]
    return np.array(rows, dtype=np.int32).reshape(-1, 3)
