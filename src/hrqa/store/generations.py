"""Generations of an index: folders that appear whole or not at all.

The files of a generation lie in a folder of their own and are synced; renaming
``current.json``, which names the generation and the checksums of its files, is the commit.
A reader holds a shared lock on the generation that it opened; a writer removes old ones on
which no lock is held.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hrqa.digests import file_sha256
from hrqa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexStoreError,
    IndexVersionError,
)

FORMAT = 3
"""Version of the folder's layout; counts up when an older hrqa could not read it."""

_CURRENT = "current.json"
_FOLDER_NAME = re.compile(r"\d{6}-[0-9a-f]{12}")
_WRITER_LOCK = ".writer.lock"
_READER_LOCK = "reader.lock"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a generation: path relative to its folder, size in bytes, SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A committed generation.

    Attributes:
        folder: Where its files lie.
        files: All of them.
    """

    folder: Path
    files: tuple[StoredFile, ...]


def current_generation(root: Path) -> Generation:
    """Find the generation that is committed.

    Raises:
        IndexMissingError: There is none.
        IndexVersionError: It has another format.
        IndexDamagedError: A file is absent or has another size.
    """
    pointer = root / _CURRENT
    if not pointer.exists():
        raise IndexMissingError(root)
    try:
        value = json.loads(pointer.read_text(encoding="utf-8"))
        if value.get("format") != FORMAT:
            raise IndexVersionError(root, found=value.get("format"), readable=FORMAT)
        folder = root / str(value["generation"])
        files = tuple(
            StoredFile(path, int(entry["size"]), str(entry["sha256"]))
            for path, entry in value["files"].items()
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(pointer, "the file cannot be read") from error
    for file in files:
        path = folder / file.path
        if not path.is_file():
            raise IndexDamagedError(path, "the file is missing")
        if path.stat().st_size != file.size:
            raise IndexDamagedError(
                path, f"the file has {path.stat().st_size} bytes instead of {file.size}"
            )
    return Generation(folder, files)


def hold(generation: Generation) -> IO[bytes]:
    """Keep a generation from being removed until the returned file is closed."""
    try:
        lock = (generation.folder / _READER_LOCK).open("rb")
    except OSError as error:
        raise IndexDamagedError(generation.folder / _READER_LOCK, "the file is missing") from error
    fcntl.flock(lock, fcntl.LOCK_SH)
    if not (generation.folder / _READER_LOCK).exists():  # removed while the lock was waited for
        lock.close()
        raise IndexDamagedError(generation.folder, "the generation was removed")
    return lock


def damaged_files(generation: Generation) -> list[IndexDamagedError]:
    """Compare every file with its checksum; the failures found."""
    return [
        IndexDamagedError(generation.folder / file.path, "the file's checksum is wrong")
        for file in generation.files
        if file_sha256(generation.folder / file.path) != file.sha256
    ]


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Hold the right to write the index.

    Raises:
        IndexBusyError: Another process holds it.
        IndexStoreError: The folder cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / _WRITER_LOCK).open("wb")
    except OSError as error:
        raise IndexStoreError(f"{root}: the index cannot be written: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusyError(root) from error
        yield


def new_folder(root: Path, index_id: str) -> Path:
    """Make an empty folder for the next generation."""
    taken = [int(path.name[:6]) for path in _folders(root)]
    folder = root / f"{max(taken, default=0) + 1:06d}-{index_id[:12]}"
    folder.mkdir()
    (folder / _READER_LOCK).touch()
    return folder


def commit(root: Path, folder: Path) -> None:
    """Sync a finished folder and make it the current generation."""
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != _READER_LOCK):
        _sync(path)
        entry = {"size": path.stat().st_size, "sha256": file_sha256(path)}
        files[path.relative_to(folder).as_posix()] = entry
    for directory in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        _sync(directory)
    value = {"format": FORMAT, "generation": folder.name, "files": files}
    draft = root / f"{_CURRENT}.new"
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    _sync(draft)
    draft.replace(root / _CURRENT)
    _sync(root)


def remove_old(root: Path) -> None:
    """Remove every generation but the current one on which no reader holds a lock."""
    current = current_generation(root).folder
    for folder in _folders(root):
        if folder == current:
            continue
        try:
            with (folder / _READER_LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
        except BlockingIOError:
            continue
        except FileNotFoundError:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(root: Path) -> list[Path]:
    return sorted(p for p in root.iterdir() if p.is_dir() and _FOLDER_NAME.fullmatch(p.name))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
