"""API keys: made, revoked and found; a damaged or missing file opens nothing."""

import concurrent.futures
import json
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.keys import (
    KeyFileError,
    KeyNameError,
    KeyRing,
    Scope,
    UnknownKeyError,
    create_key,
    read_keys,
    revoke_key,
)

SEARCH = [Scope.SEARCH]
MAKE_FIVE = """\
import sys
from pathlib import Path
from hrqa.keys import Scope, create_key
for number in range(5):
    create_key(Path(sys.argv[1]), name=f"{sys.argv[2]}-{number}", scopes=[Scope.SEARCH],
               expires=None)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a file of keys may come to lie."""
    return tmp_path / "keys.json"


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def test_a_key_is_found_by_itself_alone(path: Path) -> None:
    """The key has the promised form and opens what it was made for; its record is in the file."""
    record, key = create_key(path, name="Thư viện", scopes=SEARCH, expires=None)
    ring = KeyRing(path)

    assert re.fullmatch(rf"hrqa_{record.id}_[A-Za-z0-9_-]{{43}}", key)
    assert ring.find(key, now()) == record
    assert read_keys(path) == (record,)
    assert (record.name, record.scopes, record.expires) == ("Thư viện", (Scope.SEARCH,), None)
    assert abs(now() - record.created) < timedelta(seconds=10)


def test_the_file_tells_no_key_and_is_its_owners(path: Path) -> None:
    """The secret is in no file, and no one else may read them; nothing is left beside them."""
    _, key = create_key(path, name="a", scopes=SEARCH, expires=None)
    files = sorted(path.parent.iterdir())

    assert [file.name for file in files] == ["keys.json", "keys.json.lock"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert key[-43:] not in path.read_text()
    assert key not in repr(read_keys(path))


@pytest.mark.parametrize(
    "altered",
    [
        lambda _: "",
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key + "\n",
        lambda key: " " + key,
        lambda key: key.upper(),
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key[:5] + ("0" if key[5] != "0" else "1") + key[6:],
        lambda key: key[:14] + "é" * 43,
        lambda _: "hrqa_" + "0" * 8 + "_" + "0" * 43,
    ],
)
def test_a_key_that_differs_at_all_is_refused(path: Path, altered: Callable[[str], str]) -> None:
    """Cut, longer, in another case, with another secret or another id: no record."""
    _, key = create_key(path, name="a", scopes=SEARCH, expires=None)

    assert KeyRing(path).find(altered(key), now()) is None


@given(st.text())
def test_whatever_is_presented_is_refused_without_a_failure(presented: str) -> None:
    """No text makes the ring fail; that its file is missing opens nothing."""
    ring = KeyRing(Path("no such folder") / "keys.json")

    assert ring.find(presented, now()) is None


def test_the_secret_of_one_key_does_not_open_another(path: Path) -> None:
    """An id with the secret of another key is no key."""
    _, one = create_key(path, name="one", scopes=SEARCH, expires=None)
    _, two = create_key(path, name="two", scopes=[Scope.ADMIN], expires=None)

    assert KeyRing(path).find(two[:13] + one[13:], now()) is None


def test_admin_opens_everything_and_the_others_only_themselves(path: Path) -> None:
    """`admin` allows all four scopes, `metrics` with `search` these two."""
    admin, _ = create_key(path, name="a", scopes=[Scope.ADMIN], expires=None)
    some, _ = create_key(path, name="b", scopes=[Scope.METRICS, Scope.SEARCH], expires=None)

    assert all(admin.allows(scope) for scope in Scope)
    assert [scope.value for scope in Scope if some.allows(scope)] == ["search", "metrics"]
    assert some.scopes == (Scope.SEARCH, Scope.METRICS)


def test_a_key_ends_when_its_time_has_come(path: Path) -> None:
    """It is good a second before, no longer at the moment itself; the time is kept in UTC."""
    ends = datetime(2031, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))
    record, key = create_key(path, name="a", scopes=SEARCH, expires=ends)
    ring = KeyRing(path)

    assert json.loads(path.read_text())["keys"][0]["expires"] == "2031-01-01T00:00:00Z"
    assert ring.find(key, ends - timedelta(seconds=1)) == record
    assert ring.find(key, ends) is None


def test_a_revoked_key_is_refused_at_once_and_stays_in_the_file(path: Path) -> None:
    """The same ring refuses it at the next call; the record keeps the time, once and for all."""
    create_key(path, name="a", scopes=SEARCH, expires=None)
    record, key = create_key(path, name="b", scopes=SEARCH, expires=None)
    ring = KeyRing(path)
    before = ring.find(key, now())
    revoked = revoke_key(path, "b")
    again = revoke_key(path, record.id)

    assert before == record
    assert ring.find(key, now()) is None
    assert revoked.revoked is not None and again == revoked == read_keys(path)[1]
    assert [kept.state(now()) for kept in read_keys(path)] == ["active", "revoked"]


def test_a_new_key_is_good_at_once(path: Path) -> None:
    """A ring finds a key that was made after it."""
    create_key(path, name="a", scopes=SEARCH, expires=None)
    ring = KeyRing(path)
    ring.find("", now())
    record, key = create_key(path, name="b", scopes=SEARCH, expires=None)

    assert ring.find(key, now()) == record


def test_names_are_unique_among_keys_not_revoked(path: Path) -> None:
    """A name is taken, whatever its Unicode form, until its key is revoked; it revokes one key."""
    first, _ = create_key(path, name="Hồ", scopes=SEARCH, expires=None)
    with pytest.raises(KeyNameError, match="a key has this name already") as caught:
        create_key(path, name="Hồ", scopes=SEARCH, expires=None)
    revoke_key(path, "Hồ")
    second, _ = create_key(path, name="Hồ", scopes=SEARCH, expires=None)

    assert caught.value.name == "Hồ"
    assert revoke_key(path, "Hồ").id == second.id != first.id


@pytest.mark.parametrize("name", ["", " ", "a ", "a\nb", "a\x1b[2J", "x" * 81, "0123abcd"])
def test_a_name_that_would_mislead_is_refused(path: Path, name: str) -> None:
    """Empty, with space around it, not printable, too long, or like an id; no file appears."""
    with pytest.raises(KeyNameError):
        create_key(path, name=name, scopes=SEARCH, expires=None)

    assert not path.exists()


@pytest.mark.parametrize("key", ["nobody", "00000000"])
def test_revoking_what_is_not_there_names_it(path: Path, key: str) -> None:
    """The failure names the file and what was asked for; the file is as it was."""
    create_key(path, name="a", scopes=SEARCH, expires=None)
    content, changed = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(UnknownKeyError, match=f"keys.json: no key has the id '{key}'"):
        revoke_key(path, key)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, changed)


def test_without_a_file_there_are_no_keys(path: Path) -> None:
    """Reading gives none, revoking fails, and neither makes a file of keys."""
    with pytest.raises(UnknownKeyError):
        revoke_key(path, "a")

    assert read_keys(path) == ()
    assert not path.exists()


def test_commands_at_one_time_lose_nothing(path: Path) -> None:
    """Four processes make five keys each, threads two more each: all are there."""
    processes = [
        subprocess.Popen([sys.executable, "-c", MAKE_FIVE, path, f"process {number}"])
        for number in range(4)
    ]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        made = list(
            pool.map(
                lambda number: create_key(path, name=f"n{number}", scopes=SEARCH, expires=None),
                range(8),
            )
        )
    codes = [process.wait(60) for process in processes]
    names = [record.name for record in read_keys(path)]

    assert codes == [0, 0, 0, 0]
    assert len(names) == len(set(names)) == 28
    assert all(KeyRing(path).find(key, now()) == record for record, key in made)


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    """The file that the link names is written."""
    link = tmp_path / "link.json"
    create_key(path, name="a", scopes=SEARCH, expires=None)
    link.symlink_to(path)
    create_key(link, name="b", scopes=SEARCH, expires=None)

    assert link.is_symlink()
    assert [record.name for record in read_keys(path)] == ["a", "b"]


def _without(field: str) -> Callable[[str], str]:
    """What takes a field from each key of a file."""

    def take(text: str) -> str:
        value = json.loads(text)
        for entry in value["keys"]:
            del entry[field]
        return json.dumps(value)

    return take


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        (lambda _: "", "this is no file of keys"),
        (lambda text: text[:-20], "this is no file of keys"),
        (lambda _: "[]", "this is no file of keys"),
        (lambda _: "[" * 100_000, "this is no file of keys"),
        (lambda _: '{"format": 2, "keys": []}', "format 2, but this hrqa reads format 1"),
        (lambda text: text.replace('"search"', '"everything"'), "key 1 is damaged"),
        (lambda text: re.sub(r'"sha256": "..', '"sha256": "', text), "key 1 is damaged"),
        (lambda text: text.replace("Z", ""), "key 1 is damaged"),
        (lambda text: re.sub(r'"2.*Z"', '"0001-01-01T00:00:00+14:00"', text), "key 1 is damaged"),
        (lambda text: text.replace('"name": "a"', '"name": ["a"]'), "key 1 is damaged"),
        (_without("expires"), "key 1 is damaged"),
        (_without("revoked"), "key 1 is damaged"),
        (lambda text: re.sub(r'"id": ".*"', '"id": "00000000"', text), "two keys have the same id"),
    ],
)
def test_a_damaged_file_is_named_and_opens_nothing(
    path: Path, damage: Callable[[str], str], where: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Reading and changing fail and leave it as it is; a ring that held keys lets none pass."""
    _, key = create_key(path, name="a", scopes=SEARCH, expires=None)
    create_key(path, name="b", scopes=SEARCH, expires=None)
    ring = KeyRing(path)
    before = ring.find(key, now())
    whole = path.read_text()
    path.write_text(damage(whole))
    damaged = path.read_text()

    assert before is not None
    for attempt in (
        lambda: read_keys(path),
        lambda: revoke_key(path, "a"),
        lambda: create_key(path, name="c", scopes=SEARCH, expires=None),
    ):
        with pytest.raises(KeyFileError, match=f"keys.json: {where}; "):
            attempt()
    assert path.read_text() == damaged
    assert [ring.find(key, now()) for _ in range(3)] == [None] * 3
    assert [where in message for message in caplog.messages] == [True]


def test_a_ring_without_its_file_fails_closed_until_it_is_back(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Gone: no key is good and the log says so once; back: the keys are good again."""
    caplog.set_level(logging.INFO, "hrqa_api")
    record, key = create_key(path, name="a", scopes=SEARCH, expires=None)
    ring = KeyRing(path)
    ring.find(key, now())
    path.rename(tmp_path / "away")
    gone = [ring.find(key, now()) for _ in range(3)]
    (tmp_path / "away").rename(path)

    assert gone == [None, None, None]
    assert ring.find(key, now()) == record
    assert [entry.levelname for entry in caplog.records] == ["ERROR", "INFO"]
    assert "no key is accepted" in caplog.messages[0] and str(path) in caplog.messages[0]


def test_a_folder_in_the_place_of_the_file_fails_closed(path: Path) -> None:
    """What cannot be read holds no key, and is read again at each call."""
    path.mkdir()
    ring = KeyRing(path)
    refused = ring.find("hrqa_00000000_" + "A" * 43, now())
    path.rmdir()
    record, key = create_key(path, name="a", scopes=SEARCH, expires=None)

    assert refused is None
    assert ring.find(key, now()) == record
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_keys(path.parent)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that is not there: the sentence names the file and the option."""
    with pytest.raises(KeyFileError, match=r"written: No such file or directory; .*--keys"):
        create_key(tmp_path / "nowhere" / "keys.json", name="a", scopes=SEARCH, expires=None)


def test_a_failed_write_leaves_the_old_file_and_no_draft(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: the keys from before are all there."""
    record, _ = create_key(path, name="a", scopes=SEARCH, expires=None)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(KeyFileError, match="No space left on device"):
            create_key(path, name="b", scopes=SEARCH, expires=None)

    assert read_keys(path) == (record,)
    assert sorted(file.name for file in path.parent.iterdir()) == ["keys.json", "keys.json.lock"]


def test_threads_share_a_ring_while_keys_come_and_go(path: Path) -> None:
    """A key that is never revoked is found at every moment, by every thread."""
    record, key = create_key(path, name="lasting", scopes=SEARCH, expires=None)
    ring = KeyRing(path)

    def find_often(_: int) -> bool:
        return all(ring.find(key, now()) == record for _ in range(300))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        finding = [pool.submit(find_often, number) for number in range(4)]
        for number in range(20):
            create_key(path, name=f"n{number}", scopes=SEARCH, expires=None)
            revoke_key(path, f"n{number}")

    assert all(found.result() for found in finding)
