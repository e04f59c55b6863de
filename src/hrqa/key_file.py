"""The file of API keys: what it holds, how it is read, and how it is changed by one at a time."""

import fcntl
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from hrqa.errors import HrqaError

FORMAT = 1
"""Version of the file's layout; counts up when an older hrqa could not read it."""

_LONGEST_NAME = 80
_ID = re.compile(r"[0-9a-f]{8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ANEW = (
    "restore it from a copy, or stop the service, move the file away and make the keys anew with "
    "`hrqa keys create`"
)


class KeyFileError(HrqaError):
    """The file of keys is damaged, or cannot be read or written."""

    def __init__(self, path: Path, problem: str, *, remedy: str) -> None:
        super().__init__(f"{path}: {problem}; {remedy}")
        self.path, self.problem = path, problem


class KeyNameError(HrqaError):
    """A key cannot have this name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"name {name!r}: {problem}")
        self.name, self.problem = name, problem


class Scope(StrEnum):
    """What a key opens."""

    SEARCH = "search"
    DOCUMENTS = "documents"
    METRICS = "metrics"
    ADMIN = "admin"
    """Includes all the others."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as the file holds it: all but the key itself. Times are in UTC.

    Attributes:
        id: Eight hexadecimal digits, which the key itself carries too.
        name: What its owner calls it.
        scopes: What it opens, in the order of ``Scope``.
        created: When it was made.
        expires: From when on it is no longer good; None for never.
        revoked: When it was revoked; None if it was not.
        sha256: Digest of the whole key, hexadecimal.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    sha256: str = field(repr=False)

    def allows(self, scope: Scope) -> bool:
        """Whether the key opens this; whether it is still good is another question."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def state(self, now: datetime) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


def read_keys(path: Path) -> tuple[KeyRecord, ...]:
    """All keys, revoked ones too, in the order in which they were made; none without a file.

    Raises:
        KeyFileError: The file is damaged or cannot be read.
    """
    try:
        return parse_keys(path, path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise inaccessible(path, "read", error) from error


def checked_name(name: str) -> str:
    """A name in NFC.

    Raises:
        KeyNameError: It cannot be one.
    """
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= _LONGEST_NAME or name != name.strip() or not name.isprintable():
        raise KeyNameError(
            name,
            f"a name is 1 to {_LONGEST_NAME} visible characters, without space around them",
        )
    if _ID.fullmatch(name):
        raise KeyNameError(name, "it looks like the id of a key; choose another")
    return name


@contextmanager
def changing(path: Path) -> Iterator[list[KeyRecord]]:
    """The keys, to be altered in place; they are written when the block ends without a failure.

    Who changes the file at the same time waits.

    Raises:
        KeyFileError: The file is damaged or cannot be written.
    """
    target = path.resolve()  # a link stays a link
    try:
        lock = os.open(f"{target}.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise inaccessible(path, "written", error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        records = list(read_keys(path))
        before = tuple(records)
        yield records
        if tuple(records) != before:
            try:
                _write(target, records)
            except OSError as error:
                raise inaccessible(path, "written", error) from error
    finally:
        os.close(lock)


def _write(path: Path, records: Sequence[KeyRecord]) -> None:
    """Put a file in the place of another, whole or not at all, that only its owner can read."""
    value = {"format": FORMAT, "keys": [_as_json(record) for record in records]}
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _as_json(record: KeyRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.name,
        "scopes": list(record.scopes),
        "created": rfc3339(record.created),
        "expires": rfc3339(record.expires) if record.expires else None,
        "revoked": rfc3339(record.revoked) if record.revoked else None,
        "sha256": record.sha256,
    }


def rfc3339(time: datetime) -> str:
    """A time in UTC to the second, such as ``2026-11-24T09:00:00Z``."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_keys(path: Path, content: bytes) -> tuple[KeyRecord, ...]:
    """The keys that a file holds.

    Raises:
        KeyFileError: Its content is damaged.
    """
    try:
        value = json.loads(content)
        if value["format"] != FORMAT:
            raise KeyFileError(
                path,
                f"format {value['format']!r}, but this hrqa reads format {FORMAT}",
                remedy="use the hrqa that wrote it, or a newer one",
            )
        entries = list(value["keys"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeyFileError(path, "this is no file of keys", remedy=_ANEW) from error
    records: list[KeyRecord] = []
    for number, entry in enumerate(entries, start=1):
        try:
            records.append(_record(entry))
        except (ValueError, KeyError, TypeError, OverflowError, KeyNameError) as error:
            raise KeyFileError(path, f"key {number} is damaged", remedy=_ANEW) from error
    if len({record.id for record in records}) < len(records):
        raise KeyFileError(path, "two keys have the same id", remedy=_ANEW)
    return tuple(records)


def _record(entry: Any) -> KeyRecord:
    """A key from its JSON.

    Raises:
        ValueError, KeyError, TypeError, OverflowError, KeyNameError: It is not as hrqa writes it.
    """
    if not (_ID.fullmatch(entry["id"]) and _SHA256.fullmatch(entry["sha256"])):
        raise ValueError("not an id and a digest")
    scopes = [Scope(scope) for scope in entry["scopes"]]
    if not scopes:
        raise ValueError("no scope")
    return KeyRecord(
        id=entry["id"],
        name=checked_name(entry["name"]),
        scopes=tuple(scopes),
        created=_time(entry["created"]),
        expires=None if entry["expires"] is None else _time(entry["expires"]),
        revoked=None if entry["revoked"] is None else _time(entry["revoked"]),
        sha256=entry["sha256"],
    )


def _time(value: str) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time.astimezone(UTC)


def inaccessible(path: Path, done: str, error: OSError) -> KeyFileError:
    """The error for a file that the system does not let be ``read`` or ``written``."""
    return KeyFileError(
        path,
        f"the file of keys cannot be {done}: {error.strerror or error}",
        remedy="check the path and its permissions (--keys, HRQA_KEYS)",
    )
