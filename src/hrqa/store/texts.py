"""Documents, pages and passages read from the SQLite file that holds them."""

import functools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import Document, Page, Passage
from hrqa.errors import IndexDamagedError
from hrqa.readers.reading import Reading
from hrqa.store.records import (
    document_from_json,
    layout_from_json,
    passage_from_json,
    reading_from_json,
)

_KEPT_PAGES = 256
_HIGHEST_NUMBER = 2**63 - 1
"""Greatest number that SQLite holds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document was made from.

    Attributes:
        build_key: Digest of all that its pages and passages were made from.
        reading_key: Digest of all that its pages were made from.
        conditions: What beside the file decided which pages could be read: the engine that
            recognises text in images, and the limits; empty where all pages are text.
    """

    build_key: str
    reading_key: str
    conditions: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Texts of a document that were embedded together; their vectors are consecutive rows.

    Attributes:
        digest: Digest of the model and the texts.
        kind: ``PASSAGES`` or ``SENTENCES``: in which of the two vector files the rows are.
        first_row: Number of the first row.
        rows: How many there are.
    """

    digest: str
    kind: int
    first_row: int
    rows: int


PASSAGES, SENTENCES = range(2)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its place in the index.

    Attributes:
        document: The document.
        origin: What it was made from.
        first_passage: Number of its first passage; the others follow.
        passages: How many it has.
        sentences: How many sentences its passages have together.
        notes: What a person should know of how the file was read.
    """

    document: Document
    origin: Origin
    first_passage: int
    passages: int
    sentences: int
    notes: tuple[str, ...]


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
            # Passages are cited by the same pages again and again, whose lines take time to read.
            self._kept_page = functools.lru_cache(maxsize=_KEPT_PAGES)(self._read_page)
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
        return self._kept_page(document_id, number)

    def _read_page(self, document_id: str, number: int | None) -> Page | None:
        pages = self._pages(document_id, "AND number IS ?", (number,))
        return pages[0] if pages else None

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """All pages of a document, in order."""
        return tuple(self._pages(document_id, "ORDER BY number", ()))

    def page_labels(self, document_id: str) -> dict[int | None, str | None]:
        """The label of each page of a document, by its number."""
        rows = self._rows(
            "SELECT number, label FROM pages WHERE document = ?",
            (self._numbers.get(document_id, -1),),
        )
        return {
            None if number is None else int(str(number)): None if label is None else str(label)
            for number, label in rows
        }

    def reading_record(self, document_id: str) -> str:
        """What the file of a document says of itself, as it is stored.

        Raises:
            KeyError: There is no such document.
        """
        number = self._numbers[document_id]
        return str(self._rows("SELECT reading FROM documents WHERE number = ?", (number,))[0][0])

    def reading(self, document_id: str) -> Reading:
        """A document as it was read, with its pages.

        Raises:
            KeyError: There is no such document.
        """
        record = self.reading_record(document_id)
        pages = self.pages(document_id)
        with self._checked():
            return reading_from_json(record, pages)

    def page_rows(self, document_id: str) -> Iterator[tuple[object, ...]]:
        """Number, label, width, height, text and layout of a document's pages as stored."""
        return self._each(
            "SELECT number, label, width, height, text, layout FROM pages WHERE document = ? "
            "ORDER BY number",
            (self._numbers[document_id],),
        )

    def passage_rows(self, document_id: str) -> Iterator[tuple[object, ...]]:
        """Id, digest of its words and record of a document's passages as stored."""
        stored = self._by_id[document_id]
        return self._each(
            "SELECT id, words, record FROM passages WHERE number >= ? AND number < ? "
            "ORDER BY number",
            (stored.first_passage, stored.first_passage + stored.passages),
        )

    def bundles(self, document_id: str) -> list[Bundle]:
        """The bundles of a document in the order of their rows, those of passages first."""
        rows = self._rows(
            "SELECT digest, kind, first_row, rows FROM bundles WHERE document = ? ORDER BY rowid",
            (self._numbers[document_id],),
        )
        return [_bundle(row) for row in rows]

    def bundle(self, digest: str) -> Bundle | None:
        """A bundle of these texts in any document; None where there is none."""
        rows = self._rows(
            "SELECT digest, kind, first_row, rows FROM bundles WHERE digest = ? LIMIT 1", (digest,)
        )
        return _bundle(rows[0]) if rows else None

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
        for row in self._rows(
            "SELECT record, build_key, reading_key, conditions, first_passage, passages, "
            "sentences, reading FROM documents ORDER BY number"
        ):
            record, build_key, reading_key, conditions, first, passages, sentences, reading = row
            with self._checked():
                document = document_from_json(str(record))
                notes = reading_from_json(str(reading)).notes
            yield StoredDocument(
                document,
                Origin(str(build_key), str(reading_key), str(conditions)),
                int(str(first)),
                int(str(passages)),
                int(str(sentences)),
                notes,
            )

    def _rows(
        self, statement: str, values: tuple[int | str | None, ...] = ()
    ) -> list[tuple[object, ...]]:
        with self._lock, self._damage_named():
            return self._connection.execute(statement, values).fetchall()

    def _each(self, statement: str, values: tuple[int, ...]) -> Iterator[tuple[object, ...]]:
        """The rows of a statement, one at a time."""
        with self._lock, self._damage_named():
            yield from self._connection.execute(statement, values)

    @contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Turn what SQLite raises over a damaged file into the failure that it is."""
        try:
            yield
        except (
            sqlite3.DatabaseError,
            UnicodeDecodeError,
        ) as error:  # its messages may be damaged too
            raise IndexDamagedError(
                self._path, f"the text store cannot be read ({error})"
            ) from error


def _bundle(row: tuple[object, ...]) -> Bundle:
    digest, kind, first_row, rows = row
    return Bundle(str(digest), int(str(kind)), int(str(first_row)), int(str(rows)))
