"""API keys: made and revoked in a file, and the ring on which a service finds them.

The file stays once it is there, even if every key in it is revoked: that it exists means that
keys are needed.
"""

import hashlib
import hmac
import logging
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hrqa.errors import HrqaError
from hrqa.key_file import (
    KeyFileError,
    KeyNameError,
    KeyRecord,
    Scope,
    changing,
    checked_name,
    inaccessible,
    parse_keys,
    read_keys,
)

__all__ = [
    "KeyFileError",
    "KeyNameError",
    "KeyRecord",
    "KeyRing",
    "Scope",
    "UnknownKeyError",
    "create_key",
    "read_keys",
    "revoke_key",
]

_LOG = logging.getLogger("hrqa_api")
_KEY = re.compile(r"hrqa_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_SECRET_BYTES = 32
_NO_DIGEST = "0" * 64
"""What a key with an unknown id is compared with, so that it takes as long as a known one."""


class UnknownKeyError(HrqaError):
    """No key has this id, and no key that is not revoked has this name."""

    def __init__(self, path: Path, key: str) -> None:
        super().__init__(
            f"{path}: no key has the id {key!r}, and none that is not revoked has this name; "
            "`hrqa keys list` shows both"
        )
        self.path, self.key = path, key


def create_key(
    path: Path, *, name: str, scopes: Sequence[Scope], expires: datetime | None
) -> tuple[KeyRecord, str]:
    """Make a key and note it in the file, which appears if it was not there.

    Args:
        path: The file of keys.
        name: What to call it: 1 to 80 characters, other than those of keys not revoked.
        scopes: What it opens, at least one.
        expires: From when on it is no longer good, with a time zone; None for never.

    Returns:
        The record, and the key, which is written down nowhere.

    Raises:
        KeyNameError: The name is taken or cannot be one.
        KeyFileError: The file is damaged or cannot be written.
    """
    if not scopes or (expires is not None and expires.tzinfo is None):
        raise ValueError("a key needs a scope, and a time zone where it expires")
    name = checked_name(name)
    with changing(path) as records:
        if any(record.name == name and record.revoked is None for record in records):
            raise KeyNameError(
                name, "a key has this name already; choose another, or revoke that key first"
            )
        key_id = _new_id({record.id for record in records})
        key = f"hrqa_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        record = KeyRecord(
            id=key_id,
            name=name,
            scopes=tuple(scope for scope in Scope if scope in scopes),
            created=_now(),
            expires=expires.astimezone(UTC).replace(microsecond=0) if expires else None,
            revoked=None,
            sha256=_digest(key),
        )
        records.append(record)
    return record, key


def revoke_key(path: Path, key_id_or_name: str) -> KeyRecord:
    """Revoke a key; one that is revoked keeps its time.

    Returns:
        Its record as it is now.

    Raises:
        UnknownKeyError: No key has this id, and none that is not revoked has this name.
        KeyFileError: The file is damaged or cannot be written.
    """
    name = unicodedata.normalize("NFC", key_id_or_name)
    with changing(path) as records:
        for place, record in enumerate(records):
            if record.id == name or (record.name == name and record.revoked is None):
                records[place] = replace(record, revoked=record.revoked or _now())
                return records[place]
        raise UnknownKeyError(path, key_id_or_name)


class KeyRing:
    """The keys of a file as it is at each moment, for any number of threads.

    A change of the file counts from the next key on that is looked for. While the file is
    damaged, cannot be read or is gone, no key is good; the log says so once.

    Args:
        path: The file of keys.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._records: Mapping[str, KeyRecord] = {}
        self._failure = ""

    def find(self, presented: str, now: datetime) -> KeyRecord | None:
        """The record of a key; None if it is malformed, unknown, revoked or expired."""
        with self._lock:
            self._refresh()
            records = self._records
        found = _KEY.fullmatch(presented)
        if found is None:
            return None
        record = records.get(found[1])
        expected = record.sha256 if record is not None else _NO_DIGEST
        if not hmac.compare_digest(_digest(presented), expected) or record is None:
            return None
        return record if record.state(now) == "active" else None

    def _refresh(self) -> None:
        """Read the file if it has changed; hold no key if that fails."""
        try:
            if self._seen is not None and self._seen == _identity(self._path.stat()):
                return
            self._seen, self._records = None, {}
            with self._path.open("rb") as file:
                # Of the file that is read: another may come under the name at any moment.
                identity = _identity(os.fstat(file.fileno()))
                content = file.read()
            # A damaged file need not be read again, but one that could not be read does: rights
            # may change without a trace in its identity.
            self._seen = identity
            self._records = {record.id: record for record in parse_keys(self._path, content)}
        except OSError as error:
            self._seen, self._records = None, {}
            self._note(str(inaccessible(self._path, "read", error)))
        except KeyFileError as error:
            self._note(str(error))
        else:
            self._note("")

    def _note(self, failure: str) -> None:
        if failure != self._failure:
            if failure:
                _LOG.error("no key is accepted: %s", failure)
            else:
                _LOG.info("%s: can be read again; its keys are accepted", self._path)
        self._failure = failure


def _new_id(taken: Set[str]) -> str:
    while (key_id := secrets.token_hex(4)) in taken:
        pass
    return key_id


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _digest(key: str) -> str:
    # One round of SHA-256 is enough: a key holds 256 random bits, so that nobody can try out
    # what gives a digest, as they could with passwords, for which hashes are made slow.
    return hashlib.sha256(key.encode("ascii")).hexdigest()


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_ino, status.st_size
