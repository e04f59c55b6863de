"""The plain way to search PDF files, to hold hrqa against: PDFium's text, BM25 and vectors."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from langchain_text_splitters import RecursiveCharacterTextSplitter

from hrqa.embedding.encoder import Encoder
from hrqa.progress import Progress
from hrqa.queries import MAX_LIMIT

_PIECE_CHARS = 1000
_WORDS_SHARE = 0.4
_SLICE = 128

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Found:
    """A passage: its file, the physical pages that it stands on, from 1, and its text."""

    file: str
    pages: tuple[int, ...]
    text: str


class PlainText:
    """The plain text of some PDF files, by pages and by pieces of at most 1,000 characters."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.pages = [page for path in paths for page in _pages(path)]
        splitter = RecursiveCharacterTextSplitter(chunk_size=_PIECE_CHARS, chunk_overlap=0)
        self.pieces = [
            Found(page.file, page.pages, text)
            for page in self.pages
            for text in splitter.split_text(page.text)
        ]

    def pages_by_words(self) -> Callable[[str, str | None], list[Found]]:
        """Search whole pages by BM25."""
        return _ranked(self.pages, _words(self.pages))

    def pieces_by_words(self) -> Callable[[str, str | None], list[Found]]:
        """Search pieces by BM25."""
        return _ranked(self.pieces, _words(self.pieces))

    def pieces_by_vectors(
        self, encoder: Encoder, cache: Path, progress: Progress
    ) -> Callable[[str, str | None], list[Found]]:
        """Search pieces by vectors and BM25, .6 to .4, each brought to [0, 1] by its extremes."""
        vectors = _vectors([piece.text for piece in self.pieces], encoder, cache, progress)
        words = _words(self.pieces)

        def score(question: str, among: npt.NDArray[np.int64]) -> Scores:
            near = _scaled(vectors[among] @ encoder.encode_query(question))
            said = _scaled(words(question, among))
            mixed: Scores = (1 - _WORDS_SHARE) * near + _WORDS_SHARE * said
            return mixed

        return _ranked(self.pieces, score)


def _pages(path: Path) -> list[Found]:
    """The text of each page; nothing of a file that cannot be opened, which hrqa names."""
    try:
        with pdfium.PdfDocument(path) as document:
            return [
                Found(path.name, (number,), page.get_textpage().get_text_range())
                for number, page in enumerate(document, start=1)
            ]
    except pdfium.PdfiumError:
        return []


def _words(passages: Sequence[Found]) -> Callable[[str, npt.NDArray[np.int64]], Scores]:
    """BM25 as bm25s has it by default, with English stop words."""
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize([p.text for p in passages], stopwords="en", show_progress=False),
        show_progress=False,
    )

    def score(question: str, among: npt.NDArray[np.int64]) -> Scores:
        tokens = bm25s.tokenize(question, stopwords="en", return_ids=False, show_progress=False)[0]
        known = [token for token in tokens if token in index.vocab_dict]
        if not known:
            return np.zeros(len(among), dtype=np.float32)
        found: Scores = index.get_scores(known)[among]
        return found

    return score


def _ranked(
    passages: Sequence[Found], score: Callable[[str, npt.NDArray[np.int64]], Scores]
) -> Callable[[str, str | None], list[Found]]:
    def search(question: str, file: str | None) -> list[Found]:
        among = np.array([n for n, p in enumerate(passages) if file in (None, p.file)], dtype=int)
        if not among.size:
            return []
        scores = score(question, among)
        order = np.argsort(-scores, kind="stable")[:MAX_LIMIT]
        return [passages[among[place]] for place in order]

    return search


def _scaled(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _vectors(
    texts: Sequence[str], encoder: Encoder, cache: Path, progress: Progress
) -> npt.NDArray[np.float32]:
    """Vectors of texts; those that an earlier run made are taken from the cache."""
    keys = [hashlib.sha256(f"{encoder.name}\0{text}".encode()).hexdigest() for text in texts]
    known: dict[str, Scores] = {}
    if cache.exists():
        with np.load(cache) as kept:
            known.update(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    todo = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    new = sorted(todo, key=lambda key: (-len(todo[key]), key))
    if not new:
        return np.stack([known[key] for key in keys])
    with progress.stage("Embedding plain text", len(new), "text") as step:
        for begin in range(0, len(new), _SLICE):
            part = new[begin : begin + _SLICE]
            made = encoder.encode_passages([todo[key] for key in part], on_progress=step)
            known.update(zip(part, made, strict=True))
            _save(cache, known)
    return np.stack([known[key] for key in keys])


def _save(cache: Path, known: dict[str, Scores]) -> None:
    """Write the cache so that it is whole or as it was."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    half = cache.with_suffix(".half.npz")
    np.savez(half, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    half.replace(cache)
