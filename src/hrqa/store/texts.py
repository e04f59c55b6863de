"""Documents, pages and passages in one SQLite file."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import Document, Page, Passage
from hrqa.errors import IndexDamagedError
from hrqa.store.records import (
    document_from_json,
    document_to_json,
    layout_from_json,
    layout_to_json,
    passage_from_json,
    passage_to_json,
)
from hrqa.words import words

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, build_key TEXT NOT NULL,
    first_passage INTEGER NOT NULL, passages INTEGER NOT NULL, record TEXT NOT NULL);
CREATE TABLE pages (
    document INTEGER NOT NULL, number INTEGER, label TEXT, width REAL, height REAL,
    text TEXT NOT NULL, layout TEXT NOT NULL);
CREATE UNIQUE INDEX page_places ON pages (document, number);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
    words TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX passage_words ON passages (words);
"""

_HIGHEST_NUMBER = 2**63 - 1
"""Greatest number that SQLite holds."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its place in the index.

    Attributes:
        document: The document.
        build_key: Digest of all that its pages and passages were made from.
        first_passage: Number of its first passage; the others follow.
        passages: How many it has.
    """

    document: Document
    build_key: str
    first_passage: int
    passages: int


def _words_digest(passage: Passage) -> str:
    """The same for passages that consist of the same words."""
    return hashlib.sha256(" ".join(words(passage.text)).encode("utf-8")).hexdigest()[:32]


class TextWriter:
    """Writes the text store of a new generation."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("BEGIN")
        for statement in _SCHEMA.split(";"):
            self._connection.execute(statement)
        self._documents = 0
        self._passages = 0

    def add(
        self,
        document: Document,
        pages: Sequence[Page],
        passages: Sequence[Passage],
        *,
        build_key: str,
    ) -> None:
        """Add a document after those already there; its passages take the next numbers."""
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (
                self._documents,
                document.id,
                build_key,
                self._passages,
                len(passages),
                document_to_json(document),
            ),
        )
        self._connection.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (self._documents, p.number, p.label, p.width, p.height, p.text, layout_to_json(p))
                for p in pages
            ],
        )
        self._connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
            [
                (
                    self._passages + offset,
                    passage.id,
                    self._documents,
                    _words_digest(passage),
                    passage_to_json(passage),
                )
                for offset, passage in enumerate(passages)
            ],
        )
        self._documents += 1
        self._passages += len(passages)

    def close(self) -> None:
        """Finish the file."""
        self._connection.execute("COMMIT")
        self._connection.close()


class TextStore:
    """Reads the text store of a generation; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open a text store.

        Raises:
            IndexDamagedError: The file is no text store.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self.documents: tuple[StoredDocument, ...] = tuple(self._read_documents())
            ids = self._rows("SELECT id FROM passages ORDER BY number")
        except sqlite3.Error as error:
            raise IndexDamagedError(path, f"the text store cannot be read ({error})") from error
        self.passage_ids: tuple[str, ...] = tuple(str(row[0]) for row in ids)
        self._by_id = {stored.document.id: stored for stored in self.documents}
        self._numbers = {stored.document.id: number for number, stored in enumerate(self.documents)}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def document(self, document_id: str) -> StoredDocument | None:
        """The document with an id; None where there is none."""
        return self._by_id.get(document_id)

    def page(self, document_id: str, number: int | None) -> Page | None:
        """A page, or with None the whole text of a document without pages; None if absent."""
        if number is not None and number > _HIGHEST_NUMBER:
            return None
        pages = self._pages(document_id, "AND number IS ?", (number,))
        return pages[0] if pages else None

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """All pages of a document, in order."""
        return tuple(self._pages(document_id, "ORDER BY number", ()))

    def passage(self, number: int) -> Passage:
        """The passage with a number."""
        row = self._rows("SELECT id, document, record FROM passages WHERE number = ?", (number,))
        return self._passage(row[0])

    def passage_number(self, passage_id: str) -> int | None:
        """The number of the passage with an id; None where there is none."""
        rows = self._rows("SELECT number FROM passages WHERE id = ?", (passage_id,))
        return int(str(rows[0][0])) if rows else None

    def same_words(self, number: int) -> list[int]:
        """Numbers of the other passages that consist of the same words."""
        rows = self._rows(
            "SELECT number FROM passages WHERE number != ?1 AND words = "
            "(SELECT words FROM passages WHERE number = ?1) ORDER BY number",
            (number,),
        )
        return [int(str(row[0])) for row in rows]

    def passages(self, begin: int, end: int) -> list[Passage]:
        """The passages with numbers from ``begin`` up to ``end``."""
        rows = self._rows(
            "SELECT id, document, record FROM passages WHERE number >= ? AND number < ? "
            "ORDER BY number",
            (begin, end),
        )
        return [self._passage(row) for row in rows]

    def _passage(self, row: tuple[object, ...]) -> Passage:
        with self._checked():
            document = self.documents[int(str(row[1]))].document
            return passage_from_json(str(row[0]), document.id, str(row[2]))

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Turn what a damaged record raises into the failure that it is."""
        try:
            yield
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise IndexDamagedError(
                self._path, f"a record of the text store cannot be read ({error})"
            ) from error

    def _pages(
        self, document_id: str, condition: str, values: tuple[int | None, ...]
    ) -> list[Page]:
        found = []
        for row in self._rows(
            "SELECT number, label, width, height, text, layout FROM pages "
            f"WHERE document = ? {condition}",
            (self._numbers.get(document_id, -1), *values),
        ):
            number, label, width, height, text, layout = row
            with self._checked():
                blocks, lines = layout_from_json(str(layout))
            found.append(
                Page(
                    number=None if number is None else int(str(number)),
                    label=None if label is None else str(label),
                    text=str(text),
                    blocks=blocks,
                    lines=lines,
                    width=None if width is None else float(str(width)),
                    height=None if height is None else float(str(height)),
                )
            )
        return found

    def _read_documents(self) -> Iterator[StoredDocument]:
        for build_key, first, count, record in self._rows(
            "SELECT build_key, first_passage, passages, record FROM documents ORDER BY number"
        ):
            with self._checked():
                document = document_from_json(str(record))
            yield StoredDocument(document, str(build_key), int(str(first)), int(str(count)))

    def _rows(
        self, statement: str, values: tuple[int | str | None, ...] = ()
    ) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise IndexDamagedError(
                    self._path, f"the text store cannot be read ({error})"
                ) from error
