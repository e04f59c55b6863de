"""Documents, pages and passages written into one SQLite file."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from hrqa.datatypes import Document, Passage
from hrqa.readers.reading import Reading
from hrqa.store.records import (
    document_to_json,
    layout_to_json,
    passage_to_json,
    reading_to_json,
)
from hrqa.store.texts import PASSAGES, SENTENCES, Bundle, Origin, TextStore
from hrqa.words import words

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, build_key TEXT NOT NULL,
    reading_key TEXT NOT NULL, conditions TEXT NOT NULL, first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL, sentences INTEGER NOT NULL, reading TEXT NOT NULL,
    record TEXT NOT NULL);
CREATE TABLE pages (
    document INTEGER NOT NULL, number INTEGER, label TEXT, width REAL, height REAL,
    text TEXT NOT NULL, layout TEXT NOT NULL);
CREATE UNIQUE INDEX page_places ON pages (document, number);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    words TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX passage_words ON passages (words);
CREATE TABLE bundles (
    document INTEGER NOT NULL, digest TEXT NOT NULL, kind INTEGER NOT NULL,
    first_row INTEGER NOT NULL, rows INTEGER NOT NULL);
CREATE INDEX bundle_documents ON bundles (document);
CREATE INDEX bundle_digests ON bundles (digest);
"""

_ADD_DOCUMENT = "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_PAGE = "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?)"
_ADD_BUNDLE = "INSERT INTO bundles VALUES (?, ?, ?, ?, ?)"


def _words_digest(passage: Passage) -> str:
    """The same for passages that consist of the same words."""
    return hashlib.sha256(" ".join(words(passage.text)).encode("utf-8")).hexdigest()[:32]


class TextWriter:
    """Writes a text store: that of a generation, or of one document that waits for its vectors."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("BEGIN")
        for statement in _SCHEMA.split(";"):
            self._connection.execute(statement)
        self._documents = 0
        self._passages = 0
        self._rows = {PASSAGES: 0, SENTENCES: 0}

    def add(
        self, document: Document, reading: Reading, passages: Sequence[Passage], origin: Origin
    ) -> None:
        """Add a document after those already there; its passages take the next numbers."""
        number = self._documents
        sentences = sum(len(passage.sentences) for passage in passages)
        self._add_document(document, origin, len(passages), sentences, reading_to_json(reading))
        self._connection.executemany(
            _ADD_PAGE,
            (
                (number, p.number, p.label, p.width, p.height, p.text, layout_to_json(p))
                for p in reading.pages
            ),
        )
        self._connection.executemany(
            _ADD_PASSAGE,
            (
                (
                    self._passages + offset,
                    passage.id,
                    number,
                    _words_digest(passage),
                    passage_to_json(passage),
                )
                for offset, passage in enumerate(passages)
            ),
        )
        self._count(len(passages))

    def copy(self, document: Document, texts: TextStore, bundles: Sequence[Bundle]) -> None:
        """Add a document out of another text store, its rows as they stand there.

        Args:
            document: The document as it is now; only its ``same_as`` and ``questions`` may
                differ from those of the stored one.
            texts: Where its pages and passages are.
            bundles: How its passages and then its sentences were embedded; their first rows
                are counted anew.
        """
        stored = texts.document(document.id)
        if stored is None:
            raise ValueError(f"the document {document.id!r} is not in this text store")
        number = self._documents
        reading = texts.reading_record(document.id)
        self._add_document(document, stored.origin, stored.passages, stored.sentences, reading)
        self._connection.executemany(
            _ADD_PAGE, ((number, *row) for row in texts.page_rows(document.id))
        )
        self._connection.executemany(
            _ADD_PASSAGE,
            (
                (self._passages + offset, passage_id, number, digest, record)
                for offset, (passage_id, digest, record) in enumerate(
                    texts.passage_rows(document.id)
                )
            ),
        )
        for bundle in bundles:
            self._connection.execute(
                _ADD_BUNDLE,
                (number, bundle.digest, bundle.kind, self._rows[bundle.kind], bundle.rows),
            )
            self._rows[bundle.kind] += bundle.rows
        self._count(stored.passages)

    def close(self) -> None:
        """Finish the file."""
        self._connection.execute("COMMIT")
        self._connection.close()

    def _add_document(
        self, document: Document, origin: Origin, passages: int, sentences: int, reading: str
    ) -> None:
        self._connection.execute(
            _ADD_DOCUMENT,
            (
                self._documents,
                document.id,
                origin.build_key,
                origin.reading_key,
                origin.conditions,
                self._passages,
                passages,
                sentences,
                reading,
                document_to_json(document),
            ),
        )

    def _count(self, passages: int) -> None:
        self._documents += 1
        self._passages += passages
