"""Which documents a folder holds, and what its manifest says of them."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hrqa.digests import file_sha256
from hrqa.errors import CorpusError, ManifestError
from hrqa.folder import FoundFiles, find_files
from hrqa.manifest import ManifestItem, read_manifest

_MANIFEST = "manifest.json"
_BAD_NAME = "the file's name is not valid UTF-8; rename it"
_NAMED = 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a corpus that is to be read.

    Attributes:
        path: Where it lies.
        file: Path relative to the corpus, with ``/``.
        id: Id of its document.
        sha256: Hexadecimal digest of its content.
        same_as: Other files of the corpus with equal content.
        item: What the manifest says of it; None where it says nothing.
    """

    path: Path
    file: str
    id: str
    sha256: str
    same_as: tuple[str, ...]
    item: ManifestItem | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """The files of a folder.

    Attributes:
        folder: The folder.
        sources: Files to read, in code-point order of their relative paths.
        unknown: Relative paths of files of no known format.
        left_out: Relative paths of what else is not read, each with the reason.
        failed: Files and folders that cannot even be opened or named, each with the reason.
        warnings: What the person should know though nothing failed.
    """

    folder: Path
    sources: tuple[SourceFile, ...]
    unknown: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def scan_corpus(folder: Path, *, suffixes: frozenset[str]) -> Corpus:
    """Find the documents of a folder.

    Args:
        folder: The corpus.
        suffixes: Extensions that can be read, lower case, with the point.

    Raises:
        CorpusError: The folder is missing or holds no document.
        ManifestError: Its manifest is not valid.
    """
    if not folder.is_dir():
        raise CorpusError(f"{folder}: there is no such folder; name one with `--corpus`")
    items = _manifest_items(folder / _MANIFEST)
    by_file = {_composed(item.file): item for item in items if item.file is not None}
    found = find_files(folder, skip=_is_descriptive)
    files = [file for file in found.files if _is_text(file)]
    known = [file for file in files if PurePosixPath(file).suffix.casefold() in suffixes]
    if not known:
        raise CorpusError(_nothing_here(folder, found, suffixes))
    by_content: dict[str, list[str]] = {}
    for file in known:
        by_content.setdefault(_sha256(folder / file), []).append(file)
    sources = tuple(
        _source(folder, same, digest, by_file)
        for digest, same in sorted(by_content.items(), key=lambda entry: entry[1][0])
    )
    _refuse_equal_ids(sources, folder / _MANIFEST)
    missing = sorted(set(by_file) - {_composed(file) for file in files})
    return Corpus(
        folder=folder,
        sources=sources,
        unknown=tuple(file for file in files if file not in set(known)),
        left_out=tuple((_named(file), reason) for file, reason in found.left_out),
        failed=tuple(
            sorted(
                [(_named(file), _BAD_NAME) for file in found.files if not _is_text(file)]
                + [(_named(file), reason) for file, reason in found.failed]
            )
        ),
        warnings=tuple(
            f"{_MANIFEST}: the item {by_file[file].id!r} names {file}, which is not there"
            for file in missing
        ),
    )


def _manifest_items(path: Path) -> tuple[ManifestItem, ...]:
    if not path.exists():
        return ()
    if not path.is_file() and not path.is_dir():  # a pipe would be waited for without end
        raise ManifestError(path, "the whole file", "it is no ordinary file")
    return read_manifest(path)


def _is_descriptive(file: str) -> bool:
    """Whether a file describes the corpus and is no part of it."""
    return "/" not in file and (file == _MANIFEST or file.startswith("README"))


def _nothing_here(folder: Path, found: FoundFiles, suffixes: frozenset[str]) -> str:
    """Why a folder holds no document."""
    readable = ", ".join(sorted(suffixes))
    reasons = [f"{_named(file)}: {reason}" for file, reason in (*found.failed, *found.left_out)]
    also = f"; not read: {'; '.join(reasons[:_NAMED])}" if reasons else ""
    return f"{folder}: no document to index here; hrqa reads {readable}{also}"


def _named(file: str) -> str:
    """A path in words, also where it is no valid Unicode."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _source(
    folder: Path, same: Sequence[str], digest: str, by_file: dict[str, ManifestItem]
) -> SourceFile:
    """The document of files with equal content; the manifest may name any of them."""
    items = [by_file[_composed(file)] for file in same if _composed(file) in by_file]
    return SourceFile(
        path=folder / same[0],
        file=same[0],
        id=items[0].id if items else document_id(same[0]),
        sha256=digest,
        same_as=tuple(same[1:]),
        item=items[0] if items else None,
    )


def _composed(file: str) -> str:
    """A path in NFC: some systems keep marks apart from their letters."""
    return unicodedata.normalize("NFC", file)


def _is_text(file: str) -> bool:
    """Whether a path is valid Unicode, as JSON and URLs need it."""
    try:
        file.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def document_id(file: str) -> str:
    """The id of a document that the manifest does not name.

    The relative path with its extension, made safe for a URL, plus six hexadecimal digits of
    the path's SHA-256 where that changed it.
    """
    plain = unicodedata.normalize("NFKD", file.replace("đ", "d").replace("Đ", "D"))
    safe = _UNSAFE.sub("-", plain.encode("ascii", "ignore").decode("ascii")).strip("-")
    if safe == file:
        return safe
    digest = hashlib.sha256(file.encode("utf-8")).hexdigest()[:6]
    return f"{safe}-{digest}" if safe else digest


def _refuse_equal_ids(sources: tuple[SourceFile, ...], manifest: Path) -> None:
    seen: dict[str, str] = {}
    for source in sources:
        if source.id in seen:
            raise ManifestError(
                manifest,
                f"id {source.id!r}",
                f"stands for both {seen[source.id]} and {source.file}",
            )
        seen[source.id] = source.file


def _sha256(path: Path) -> str:
    """Digest of a file; of the failure for one that cannot be read, which reading then names."""
    try:
        return file_sha256(path)
    except OSError as error:
        return hashlib.sha256(f"unreadable {path}: {error}".encode()).hexdigest()
