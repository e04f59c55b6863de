"""``hrqa keys``: API keys made, listed and revoked from the command line."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hrqa.commands import add_command, add_format_option
from hrqa.key_file import KeyRecord, Scope, read_keys, rfc3339
from hrqa.keys import create_key, revoke_key
from hrqa.settings import load_settings

_DONE = 0
_DEFAULT_SCOPES = (Scope.SEARCH, Scope.DOCUMENTS)
_DAYS = re.compile(r"(\d{1,6})d")
_COLUMNS = ("id", "name", "scopes", "created", "expires", "state")

_EPILOG = """\
A service that finds no file of keys when it starts answers this machine alone. Once there is one,
callers need a key: start the service again after the first. From then on it notices new and
revoked keys at once. The file stays when its last key is revoked; then nobody is let in.

examples:
  hrqa keys create "reading room"                   may search and read documents
  hrqa keys create prometheus --scope metrics --expires 365d
  hrqa keys list
  hrqa keys revoke "reading room"
"""
_CREATE_EPILOG = """\
scopes:
  search      ask questions
  documents   read documents, their pages and files
  metrics     read the figures of the service
  admin       all of these

The key is printed once, alone on standard output. The file keeps only its SHA-256.
"""


def add_keys_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``hrqa keys`` with its commands."""
    keys = commands.add_parser(
        "keys",
        help="make, list and revoke API keys",
        description="Make, list and revoke the keys that callers of the service need.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = keys.add_subparsers(title="commands", metavar="COMMAND", required=True)

    command = add_command(actions, "create", _create, "make a key and print it", _CREATE_EPILOG)
    command.add_argument("name", metavar="NAME", help="what to call it, such as who will use it")
    command.add_argument(
        "--scope",
        action="append",
        choices=[scope.value for scope in Scope],
        metavar="S",
        help="what it opens; may be repeated (default search and documents)",
    )
    command.add_argument(
        "--expires",
        type=_expiry,
        metavar="WHEN",
        help="a date such as 2027-01-31, at whose beginning in UTC it ends, or days from now such "
        "as 30d (default never)",
    )
    _file_option(command)
    add_format_option(command)

    command = add_command(actions, "list", _list, "list the keys, never what they are")
    _file_option(command)
    add_format_option(command)

    command = add_command(actions, "revoke", _revoke, "revoke a key, at once and for good")
    command.add_argument("key", metavar="ID_OR_NAME", help="as `hrqa keys list` shows it")
    _file_option(command)


def _file_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--keys", type=Path, metavar="FILE", help="the file of keys (default keys.json)"
    )


def _expiry(given: str) -> datetime:
    """When a key ends, from a date or a number of days.

    Raises:
        argparse.ArgumentTypeError: It is neither, or past.
    """
    now = datetime.now(UTC)
    days = _DAYS.fullmatch(given)
    try:
        if days is not None:
            ends = now + timedelta(days=int(days[1]))
        else:
            ends = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{given!r} is neither a date such as 2027-01-31 nor days from now such as 30d"
        ) from error
    if ends <= now:
        raise argparse.ArgumentTypeError(f"{given!r} is not in the future (UTC)")
    return ends


def _file(options: argparse.Namespace) -> Path:
    return load_settings({"keys": options.keys}).keys


def _create(options: argparse.Namespace) -> int:
    path = _file(options)
    record, key = create_key(
        path,
        name=options.name,
        scopes=[Scope(scope) for scope in options.scope or _DEFAULT_SCOPES],
        expires=options.expires,
    )
    if options.format == "json":
        print(json.dumps({**_as_json(record), "key": key}, ensure_ascii=False, indent=2))
    else:
        print(key)
    print(
        f"Key {record.id} ({record.name}) is noted in {path}. It is shown this once and never "
        "again: keep it now.\nSend it with each request: Authorization: Bearer <key>",
        file=sys.stderr,
    )
    return _DONE


def _list(options: argparse.Namespace) -> int:
    path = _file(options)
    records = read_keys(path)
    if options.format == "json":
        keys = [_as_json(record) for record in records]
        print(json.dumps({"keys": keys}, ensure_ascii=False, indent=2))
    elif records:
        print(_table([_COLUMNS, *(_row(record) for record in records)]), end="")
    else:
        print(f"{path} holds no key" if path.exists() else f"{path}: there is no file of keys")
    return _DONE


def _revoke(options: argparse.Namespace) -> int:
    record = revoke_key(_file(options), options.key)
    print(f"{record.id} ({record.name}) is revoked")
    return _DONE


def _as_json(record: KeyRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.name,
        "scopes": list(record.scopes),
        "created": rfc3339(record.created),
        "expires": rfc3339(record.expires) if record.expires else None,
        "revoked": rfc3339(record.revoked) if record.revoked else None,
        "state": record.state(datetime.now(UTC)),
    }


def _row(record: KeyRecord) -> Sequence[str]:
    return (
        record.id,
        record.name,
        ", ".join(record.scopes),
        rfc3339(record.created),
        rfc3339(record.expires) if record.expires else "never",
        record.state(datetime.now(UTC)),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows one a line, their cells below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in rows
    )
