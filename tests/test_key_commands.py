"""`hrqa keys`: what is printed where, and with which exit status."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hrqa.errors import HrqaError
from hrqa.key_commands import add_keys_command
from hrqa.keys import KeyNameError, KeyRing, Scope, UnknownKeyError, read_keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a file of keys may come to lie."""
    return tmp_path / "keys.json"


def keys(*arguments: object) -> int:
    """Run `hrqa keys`; its exit status."""
    parser = argparse.ArgumentParser(prog="hrqa")
    add_keys_command(parser.add_subparsers(required=True))
    options = parser.parse_args(["keys", *map(str, arguments)])
    status: int = options.run(options)
    return status


def test_a_key_is_printed_once_alone_on_standard_output(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is a key that searches and reads documents; standard error tells how to send it."""
    status = keys("create", "reading room", "--keys", path)
    out, err = capsys.readouterr()
    record = KeyRing(path).find(out.removesuffix("\n"), datetime.now(UTC))

    assert status == 0
    assert record is not None
    assert (record.name, record.expires) == ("reading room", None)
    assert record.scopes == (Scope.SEARCH, Scope.DOCUMENTS)
    assert record.id in err and "never again" in err and "Authorization: Bearer <key>" in err
    assert out.strip() not in err


def test_scopes_and_a_date_are_kept(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--scope` may be repeated; a date means its beginning in UTC; JSON holds the key too."""
    wanted = ("--scope", "metrics", "--scope", "search", "--expires", "2101-02-03")
    keys("create", "figures", *wanted, "--format", "json", "--keys", path)
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    record = KeyRing(path).find(made["key"], datetime.now(UTC))

    assert record is not None
    assert record.expires == datetime(2101, 2, 3, tzinfo=UTC)
    assert made["scopes"] == ["search", "metrics"]
    assert (made["id"], made["state"]) == (record.id, "active")
    assert made["expires"] == "2101-02-03T00:00:00Z"
    assert set(made) == {
        *("id", "name", "scopes", "created", "expires", "revoked", "state", "key"),
    }


def test_days_count_from_now(path: Path) -> None:
    """`30d` ends thirty days from now, to the second."""
    before = datetime.now(UTC)
    keys("create", "guest", "--expires", "30d", "--keys", path)
    ends = read_keys(path)[0].expires

    assert ends is not None
    assert timedelta(seconds=-1) <= ends - before - timedelta(days=30) <= timedelta(seconds=10)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("create",),
        ("create", "a", "--scope", "everything"),
        ("create", "a", "--expires", "tomorrow"),
        ("create", "a", "--expires", "2020-01-01"),
        ("create", "a", "--expires", "0d"),
        ("create", "a", "--expires", "30d5"),
        ("create", "a", "--expires", "9999999d"),
        ("create", "a", "--expires", "2027-02-30"),
        ("list", "--format", "xml"),
        ("revoke",),
    ],
)
def test_a_wrong_command_line_ends_with_2(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Usage goes to standard error, nothing to standard output, and no file appears."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        keys(*arguments)
    out, err = capsys.readouterr()

    assert (ended.value.code, out) == (2, "")
    assert err.startswith("usage: hrqa keys")
    assert list(tmp_path.iterdir()) == []


def test_the_list_shows_all_but_the_hash(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both forms tell id, name, scopes, times and state of each key; neither its digest."""
    keys("create", "Thư viện", "--keys", path)
    keys("create", "gone", "--scope", "admin", "--expires", "2101-02-03", "--keys", path)
    keys("revoke", "gone", "--keys", path)
    capsys.readouterr()
    keys("list", "--keys", path)
    table = capsys.readouterr().out
    keys("list", "--format", "json", "--keys", path)
    listed = capsys.readouterr().out
    first, second = read_keys(path)
    head, *rows = [line.split() for line in table.splitlines()]

    assert head == ["id", "name", "scopes", "created", "expires", "state"]
    assert rows[0][:5] == [first.id, "Thư", "viện", "search,", "documents"]
    assert rows[0][-2:] == ["never", "active"]
    assert rows[1][:3] == [second.id, "gone", "admin"]
    assert rows[1][-2:] == ["2101-02-03T00:00:00Z", "revoked"]
    assert [entry["state"] for entry in json.loads(listed)["keys"]] == ["active", "revoked"]
    assert [entry["name"] for entry in json.loads(listed)["keys"]] == ["Thư viện", "gone"]
    for record in (first, second):
        assert record.sha256 not in table + listed


def test_the_list_says_that_there_is_no_file(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text says it, JSON is an empty list, and no file appears."""
    keys("list", "--keys", path)
    said = capsys.readouterr().out
    keys("list", "--format", "json", "--keys", path)

    assert said == f"{path}: there is no file of keys\n"
    assert json.loads(capsys.readouterr().out) == {"keys": []}
    assert not path.exists()


def test_revoking_by_id_says_which_key_it_was(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names id and name; the key is refused."""
    keys("create", "guest", "--keys", path)
    key = capsys.readouterr().out.strip()
    record = read_keys(path)[0]
    status = keys("revoke", record.id, "--keys", path)

    assert (status, capsys.readouterr().out) == (0, f"{record.id} (guest) is revoked\n")
    assert KeyRing(path).find(key, datetime.now(UTC)) is None


def test_failures_are_explained(path: Path) -> None:
    """A name that is taken, and a key that is not there, are failures for a person to read."""
    keys("create", "guest", "--keys", path)

    with pytest.raises(KeyNameError, match="choose another, or revoke that key first"):
        keys("create", "guest", "--keys", path)
    with pytest.raises(UnknownKeyError, match="`hrqa keys list` shows both"):
        keys("revoke", "visitor", "--keys", path)
    assert issubclass(KeyNameError, HrqaError) and issubclass(UnknownKeyError, HrqaError)


def test_the_environment_names_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """HRQA_KEYS is the file where no option names one."""
    monkeypatch.setenv("HRQA_KEYS", str(path))
    keys("create", "guest")

    assert str(path) in capsys.readouterr().err
    assert [record.name for record in read_keys(path)] == ["guest"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("create", ["NAME", "--scope S", "--expires WHEN", "--keys FILE", "--format {text,json}"]),
        ("list", ["--keys FILE", "--format {text,json}"]),
        ("revoke", ["ID_OR_NAME", "--keys FILE"]),
    ],
)
def test_help_names_the_options(
    command: str, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` ends with 0, on standard output."""
    with pytest.raises(SystemExit) as ended:
        keys(command, "--help")
    out, err = capsys.readouterr()

    assert (ended.value.code, err) == (0, "")
    assert all(option in out for option in options)
