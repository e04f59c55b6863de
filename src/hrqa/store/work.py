"""What a build has done before it commits, kept so that an interrupted one goes on from there.

Each document that was read and cut lies in a text store of its own, whose name holds the key
of what it was made from and its checksum; it appears by a rename. Vectors lie in one SQLite
file under the digest of what was embedded, each with its checksum. Nothing here is part of
the index: all of it is removed when a generation is committed, and may be at any time.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.digests import file_sha256
from hrqa.errors import IndexStoreError
from hrqa.token_states import TokenCodes

Vectors = npt.NDArray[np.float32]

_FOLDER = "work"
_VECTORS = "vectors.sqlite"
_REBUILDING = "rebuilding"
_SCRATCH = "scratch"
_CHECKSUM_DIGITS = 32
_SUFFIX = ".texts"
_ADD_BUNDLE = "INSERT OR REPLACE INTO bundles VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class EmbeddedBundle:
    """What the texts of a bundle were embedded to.

    Attributes:
        vectors: One row per text.
        tokens: The texts' tokens, of passages only.
    """

    vectors: Vectors
    tokens: TokenCodes | None


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

    def has(self, digest: str) -> bool:
        """Whether a bundle is here and whole."""
        return self.bundle(digest) is not None

    def bundle(self, digest: str) -> EmbeddedBundle | None:
        """What a bundle was embedded to; None where it is not here or not whole."""
        try:
            row = self._connection.execute(
                "SELECT rows, vectors, counts, codes, checksum FROM bundles WHERE digest = ?",
                (digest,),
            ).fetchone()
        except sqlite3.DatabaseError:
            return None
        if row is None or not all(isinstance(part, bytes) for part in row[1:4]):
            return None
        rows, vectors, counts, codes, checksum = row
        if _bundle_checksum(digest, rows, (vectors, counts, codes)) != checksum:
            return None
        known = np.frombuffer(vectors, dtype=np.float32).reshape(rows, -1)
        if not counts:
            return EmbeddedBundle(known, None)
        kept = np.frombuffer(counts, dtype=np.int64)
        packed = np.frombuffer(codes, dtype=np.uint8).reshape(int(kept.sum()), -1)
        return EmbeddedBundle(known, TokenCodes(kept, packed))

    def keep_bundle(self, digest: str, bundle: EmbeddedBundle) -> None:
        """Keep what a bundle was embedded to.

        Raises:
            IndexStoreError: It cannot be written.
        """
        tokens = bundle.tokens
        parts = (
            np.ascontiguousarray(bundle.vectors).tobytes(),
            tokens.counts.tobytes() if tokens else b"",
            np.ascontiguousarray(tokens.codes).tobytes() if tokens else b"",
        )
        rows = len(bundle.vectors)
        row = (digest, rows, *parts, _bundle_checksum(digest, rows, parts))
        try:
            try:
                self._connection.execute(_ADD_BUNDLE, row)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged where it was not looked at before
                self._connection.close()
                self._connection = _new_vectors(self.folder)
                self._connection.execute(_ADD_BUNDLE, row)
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


def _bundle_checksum(digest: str, rows: object, parts: Sequence[bytes]) -> str:
    sizes = " ".join(str(len(part)) for part in parts)
    return hashlib.sha256(f"{digest} {rows} {sizes} ".encode() + b"".join(parts)).hexdigest()


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
            "CREATE TABLE IF NOT EXISTS bundles "
            "(digest TEXT PRIMARY KEY, rows INTEGER NOT NULL, vectors BLOB NOT NULL, "
            "counts BLOB NOT NULL, codes BLOB NOT NULL, checksum TEXT NOT NULL)"
        )
        connection.execute("SELECT count(*) FROM bundles").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
