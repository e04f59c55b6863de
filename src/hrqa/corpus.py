"""Which documents a folder holds, and what its manifest says of them."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pathspec

from hrqa.digests import file_sha256
from hrqa.errors import CorpusError, ManifestError
from hrqa.manifest import ManifestItem, read_manifest

_MANIFEST = "manifest.json"
_IGNORE = ".hrqaignore"
_BAD_NAME = "the file's name is not valid UTF-8; rename it"
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
        left_out: Relative paths of files of no known format.
        failed: Files that cannot even be named, each with the reason.
        warnings: What the person should know though nothing failed.
    """

    folder: Path
    sources: tuple[SourceFile, ...]
    left_out: tuple[str, ...]
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
    items = read_manifest(folder / _MANIFEST) if (folder / _MANIFEST).exists() else ()
    by_file = {_composed(item.file): item for item in items if item.file is not None}
    found = sorted(_candidate_files(folder))
    files = [file for file in found if _is_text(file)]
    known = [file for file in files if PurePosixPath(file).suffix.casefold() in suffixes]
    if not known:
        readable = ", ".join(sorted(suffixes))
        raise CorpusError(f"{folder}: no document to index here; hrqa reads {readable}")
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
        left_out=tuple(file for file in files if file not in set(known)),
        failed=tuple(
            (os.fsencode(file).decode("utf-8", "backslashreplace"), _BAD_NAME)
            for file in found
            if not _is_text(file)
        ),
        warnings=tuple(
            f"{_MANIFEST}: the item {by_file[file].id!r} names {file}, which is not there"
            for file in missing
        ),
    )


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


def _candidate_files(folder: Path) -> Iterator[str]:
    """Relative paths of all files but hidden, ignored and descriptive ones."""
    ignore = _ignored(folder)
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        file = relative.as_posix()
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        top_level = len(relative.parts) == 1
        if top_level and (file == _MANIFEST or file.startswith("README")):
            continue
        if not ignore.match_file(file) and _is_inside(path, folder):
            yield file


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a link, if it is one, stays in the folder."""
    return path.resolve().is_relative_to(folder.resolve())


def _ignored(folder: Path) -> pathspec.PathSpec:  # type: ignore[type-arg]
    path = folder / _IGNORE
    if not path.exists():
        return pathspec.PathSpec.from_lines("gitignore", [])
    try:
        return pathspec.PathSpec.from_lines(
            "gitignore", path.read_text(encoding="utf-8").splitlines()
        )
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not valid UTF-8; save it in UTF-8") from error
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: not in gitignore's syntax: {error}") from error


def _sha256(path: Path) -> str:
    """Digest of a file; of the failure for one that cannot be read, which reading then names."""
    try:
        return file_sha256(path)
    except OSError as error:
        return hashlib.sha256(f"unreadable {path}: {error}".encode()).hexdigest()
