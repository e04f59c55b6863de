"""Which files a folder holds, without following a link out of it, and what is not looked into."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pathspec

from hrqa.errors import CorpusError

_IGNORE = ".hrqaignore"
_LEADS_OUT = "it is a link that leads out of the folder, and such are not followed"
_LINKED_FOLDER = "it is a link to a folder, and such are not followed; its place is read itself"
_HIDDEN_FOLDER = "it is a link to what is hidden or ignored; put the documents here themselves"
_NO_FILE = "it is no ordinary file but {}"
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(slots=True)
class FoundFiles:
    """What was found in a folder, by relative paths with ``/``, in code-point order.

    Attributes:
        files: Ordinary files, and links to such inside the folder.
        left_out: What is passed over though it is neither hidden nor ignored, with the reason.
        failed: What cannot be opened, with the reason.
    """

    files: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def find_files(folder: Path, *, skip: Callable[[str], bool]) -> FoundFiles:
    """Find all files but hidden ones and those that ``.hrqaignore`` names.

    No file is opened, so that nothing is waited for; no folder is entered by a link, so that
    there is no loop.

    Args:
        folder: Where to look.
        skip: Says of a path whether it is passed over without a word.

    Raises:
        CorpusError: ``.hrqaignore`` cannot be read.
    """
    ignored = _ignored(folder)
    found = FoundFiles()

    def refused(error: OSError) -> None:
        file = Path(error.filename).relative_to(folder).as_posix()
        if not ignored(f"{file}/"):
            found.failed.append((file, f"the folder cannot be opened: {error.strerror}"))

    for place, folders, files in os.walk(folder, onerror=refused):
        inside = Path(place).relative_to(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if _is_link(Path(place) / name)]
        for name in (*links, *files):
            file = (inside / name).as_posix()
            if not (name.startswith(".") or skip(file) or ignored(file)):
                _add(found, Path(place) / name, file, folder, ignored)
    for entries in (found.files, found.left_out, found.failed):
        entries.sort()
    return found


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # a folder that may be listed but not entered; walking on into it says so
        return False


def _add(
    found: FoundFiles, path: Path, file: str, folder: Path, ignored: Callable[[str], bool]
) -> None:
    """Take in a file, or a link to anything."""
    try:
        if path.is_symlink():
            target = path.resolve(strict=True)
            if not target.is_relative_to(folder.resolve()):
                found.left_out.append((file, _LEADS_OUT))
                return
            if target.is_dir():
                if not ignored(f"{file}/"):
                    hidden = _is_hidden(target, folder.resolve(), ignored)
                    found.left_out.append((file, _HIDDEN_FOLDER if hidden else _LINKED_FOLDER))
                return
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:  # Python 3.11 and 3.12 raise the latter for loops
        found.failed.append((file, _why_broken(path, error)))
        return
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), None)
    if kind is not None:
        found.left_out.append((file, _NO_FILE.format(kind)))
    else:
        found.files.append(file)


def _is_hidden(target: Path, folder: Path, ignored: Callable[[str], bool]) -> bool:
    """Whether the place to which a link leads is not read itself."""
    parts = target.relative_to(folder).parts
    return any(part.startswith(".") for part in parts) or ignored("/".join(parts) + "/")


def _why_broken(path: Path, error: Exception) -> str:
    if isinstance(error, RuntimeError):
        return "it is a link in a loop; remove it"
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return f"it is a link to {str(path.readlink())!r}, which is not there"
    return f"it cannot be opened: {getattr(error, 'strerror', None) or error}"


def _ignored(folder: Path) -> Callable[[str], bool]:
    """What says whether ``.hrqaignore`` names a path; that of a folder ends in ``/``."""
    path = folder / _IGNORE
    if not path.exists():
        return lambda _: False
    if not path.is_file() and not path.is_dir():  # a pipe would be waited for without end
        raise CorpusError(f"{path}: it is no ordinary file")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return pathspec.PathSpec.from_lines("gitignore", lines).match_file
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not valid UTF-8; save it in UTF-8") from error
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: not in gitignore's syntax: {error}") from error
