"""What a build has done before it commits, kept so that an interrupted one goes on from there.

Each document that was read and cut lies in a text store of its own, whose name holds the key
of what it was made from and its checksum; it appears by a rename. Vectors lie in one SQLite
file under the digest of what was embedded, each with its checksum. Nothing here is part of
the index: all of it is removed when a generation is committed, and may be at any time.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Container
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.digests import file_sha256
from hrqa.errors import IndexStoreError

Vectors = npt.NDArray[np.float32]

_FOLDER = "work"
_VECTORS = "vectors.sqlite"
_REBUILDING = "rebuilding"
_SCRATCH = "scratch"
_CHECKSUM_DIGITS = 32
_SUFFIX = ".texts"
_ADD_VECTORS = "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)"


class WorkArea:
    """The folder of unfinished work in an index.

    Attributes:
        folder: The folder.
        scratch: Folder for temporary files, which no later run takes over.
    """

    def __init__(self, root: Path, *, rebuild: bool) -> None:
        """Open the work area, or make an empty one.

        Args:
            root: Folder of the index.
            rebuild: Take over only what an interrupted rebuilding left.

        Raises:
            IndexStoreError: It cannot be written.
        """
        self.folder = root / _FOLDER
        self.scratch = self.folder / _SCRATCH
        shutil.rmtree(self.scratch, ignore_errors=True)
        if rebuild and not (self.folder / _REBUILDING).exists():
            shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(exist_ok=True)
            if rebuild:
                (self.folder / _REBUILDING).touch()
            try:
                self._connection = _open_vectors(self.folder / _VECTORS)
            except sqlite3.DatabaseError:
                self._connection = _new_vectors(self.folder)
        except (OSError, sqlite3.Error) as error:
            raise IndexStoreError(f"{self.folder}: cannot be written: {error}") from error

    def keep_only(self, keys: Container[str]) -> dict[str, Path]:
        """Remove documents of other keys and damaged ones; the others with their keys."""
        kept = {}
        for path in sorted(self.folder.glob("*.*")):
            key, _, rest = path.name.partition(".")
            checksum, _, suffix = rest.partition(".")
            if path.name.startswith(_VECTORS):
                continue
            if key in keys and f".{suffix}" == _SUFFIX and _checksum(path) == checksum:
                kept[key] = path
            else:
                path.unlink(missing_ok=True)
        return kept

    def vectors(self, digest: str) -> Vectors | None:
        """The vectors of a bundle; None where they are not here or not whole."""
        try:
            row = self._connection.execute(
                "SELECT data, rows, checksum FROM vectors WHERE digest = ?", (digest,)
            ).fetchone()
        except sqlite3.DatabaseError:
            return None
        if row is None or not isinstance(row[0], bytes):
            return None
        if _vectors_checksum(digest, row[0], row[1]) != row[2]:
            return None
        return np.frombuffer(row[0], dtype=np.float32).reshape(row[1], -1)

    def keep_vectors(self, digest: str, vectors: Vectors) -> None:
        """Keep the vectors of a bundle.

        Raises:
            IndexStoreError: They cannot be written.
        """
        data = np.ascontiguousarray(vectors).tobytes()
        row = (digest, data, len(vectors), _vectors_checksum(digest, data, len(vectors)))
        try:
            try:
                self._connection.execute(_ADD_VECTORS, row)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged where it was not looked at before
                self._connection.close()
                self._connection = _new_vectors(self.folder)
                self._connection.execute(_ADD_VECTORS, row)
        except (OSError, sqlite3.Error) as error:
            raise IndexStoreError(
                f"{self.folder}: vectors cannot be written: {error}; look whether the disk is full"
            ) from error

    def close(self) -> None:
        """Leave the work for a later run."""
        self._connection.close()

    def remove(self) -> None:
        """Remove the work, which is in the index now or needed no longer."""
        self._connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def draft_path(folder: Path, key: str) -> Path:
    """Where a document is written before it is whole."""
    return folder / f"{key}.part"


def finish_document(draft: Path) -> Path:
    """Give a document that is whole the name by which ``keep_only`` finds it."""
    return draft.replace(draft.with_name(f"{draft.stem}.{_checksum(draft)}{_SUFFIX}"))


def _checksum(path: Path) -> str:
    return file_sha256(path)[:_CHECKSUM_DIGITS]


def _vectors_checksum(digest: str, data: bytes, rows: object) -> str:
    return hashlib.sha256(f"{digest} {rows} ".encode() + data).hexdigest()


def _new_vectors(folder: Path) -> sqlite3.Connection:
    """An empty file of vectors in the place of a damaged one."""
    for path in folder.glob(f"{_VECTORS}*"):
        path.unlink()
    return _open_vectors(folder / _VECTORS)


def _open_vectors(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # works without shared memory
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors "
            "(digest TEXT PRIMARY KEY, data BLOB NOT NULL, rows INTEGER NOT NULL, "
            "checksum TEXT NOT NULL)"
        )
        connection.execute("SELECT count(*) FROM vectors").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
