"""``manifest.json``: what a corpus says of its documents, in CSL-JSON."""

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hrqa.datatypes import Bibliography, ExampleQuestion, Name
from hrqa.errors import ManifestError

_URL_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_QUESTION_CHARS = 200
_NO_TEXT = frozenset(("Cc", "Cs", "Zl", "Zp"))
"""Unicode's categories of controls, lone surrogates and line ends: none belongs into a line."""


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One item of a manifest.

    Attributes:
        id: Id of the document.
        file: Path relative to the corpus, with ``/``; None where the item names no file.
        bibliography: What it says; the title is empty where it gives none.
        questions: Example questions that the document answers.
    """

    id: str
    file: str | None
    bibliography: Bibliography
    questions: tuple[ExampleQuestion, ...] = ()


def read_manifest(path: Path) -> tuple[ManifestItem, ...]:
    """Read and check a manifest.

    Raises:
        ManifestError: It is no CSL-JSON array, or repeats an id or a file; says where.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ManifestError(path, where, f"not valid JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise ManifestError(path, f"byte {error.start}", "not valid UTF-8") from error
    except RecursionError as error:
        raise ManifestError(path, "the whole file", "is nested too deeply") from error
    except OSError as error:
        raise ManifestError(path, "the whole file", f"cannot be read: {error.strerror}") from error
    if not isinstance(content, list):
        raise ManifestError(path, "the whole file", "must be a JSON array of CSL-JSON items")
    items = tuple(_item(path, number, entry) for number, entry in enumerate(content, start=1))
    _refuse_repeats(path, "id", [item.id for item in items])
    _refuse_repeats(path, "custom.file", [item.file for item in items if item.file])
    return items


def _refuse_repeats(path: Path, field: str, values: list[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise ManifestError(path, f"{field} {value!r}", f"stands in {count} items")


def _item(path: Path, number: int, entry: object) -> ManifestItem:
    where = f"item {number}"
    if not isinstance(entry, dict):
        raise ManifestError(path, where, "must be a JSON object")
    identifier = entry.get("id")
    if not isinstance(identifier, str | int) or not str(identifier).strip():
        raise ManifestError(path, where, "needs an `id`")
    if not _URL_SEGMENT.fullmatch(str(identifier)):
        raise ManifestError(
            path, where, f"the id {identifier!r} does not fit into a URL; use A-Z a-z 0-9 . _ ~ -"
        )
    where = f"item {number} ({identifier})"
    fields = _Fields(path, where, entry)
    custom_entry = fields.object("custom")
    custom = _Fields(path, f"{where}, custom", custom_entry)
    file = custom.text("file")
    if file is not None and (PurePosixPath(file).is_absolute() or ".." in file.split("/")):
        raise ManifestError(path, where, f"custom.file {file!r} must be a path inside the corpus")
    return ManifestItem(
        id=str(identifier),
        file=str(PurePosixPath(file)) if file else None,
        bibliography=Bibliography(
            title=fields.text("title") or "",
            type=fields.text("type") or "document",
            authors=_names(path, where, entry.get("author", [])),
            issued=_issued(path, where, entry.get("issued")),
            container_title=fields.text("container-title"),
            publisher=fields.text("publisher"),
            volume=fields.text("volume"),
            issue=fields.text("issue"),
            doi=fields.text("DOI"),
            url=fields.text("URL"),
            language=fields.text("language"),
            edition=custom.text("edition"),
        ),
        questions=_questions(path, f"{where}, custom", custom_entry.get("questions", [])),
    )


class _Fields:
    """Reads fields of a JSON object and says which one has the wrong form."""

    def __init__(self, path: Path, where: str, entry: dict[str, object]) -> None:
        self._path, self._where, self._entry = path, where, entry

    def text(self, name: str) -> str | None:
        value = self._entry.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ManifestError(self._path, self._where, f"`{name}` must be text")
        return str(value).strip() or None

    def object(self, name: str) -> dict[str, object]:
        value = self._entry.get(name, {})
        if not isinstance(value, dict):
            raise ManifestError(self._path, self._where, f"`{name}` must be a JSON object")
        return value


def _names(path: Path, where: str, value: object) -> tuple[Name, ...]:
    if not isinstance(value, list):
        raise ManifestError(path, where, "`author` must be an array of names")
    names = []
    for entry in value:
        if not isinstance(entry, dict):
            raise ManifestError(
                path, where, "`author` must hold objects with `literal` or `family`"
            )
        fields = _Fields(path, f"{where}, author", entry)
        name = Name(fields.text("literal"), fields.text("family"), fields.text("given"))
        if not str(name):
            raise ManifestError(path, where, "an author has neither `literal` nor `family`")
        names.append(name)
    return tuple(names)


def _questions(path: Path, where: str, value: object) -> tuple[ExampleQuestion, ...]:
    if not isinstance(value, list):
        raise ManifestError(path, where, "`questions` must be an array of questions")
    return tuple(
        _question(path, f"{where}, question {number}", entry)
        for number, entry in enumerate(value, start=1)
    )


def _question(path: Path, where: str, entry: object) -> ExampleQuestion:
    if not isinstance(entry, dict):
        raise ManifestError(path, where, "must be an object with `text` and `language`")
    text, language = entry.get("text"), entry.get("language")
    if not isinstance(text, str) or not text.strip():
        raise ManifestError(path, where, "`text` must be a question in words")
    text = text.strip()
    if len(text) > _QUESTION_CHARS:
        raise ManifestError(
            path, where, f"`text` has {len(text)} characters; at most {_QUESTION_CHARS} are allowed"
        )
    if any(unicodedata.category(character) in _NO_TEXT for character in text):
        raise ManifestError(path, where, "`text` must be one line, without control characters")
    if not isinstance(language, str) or not _LANGUAGE_TAG.fullmatch(language):
        raise ManifestError(path, where, '`language` must be a BCP 47 tag such as "en" or "vi"')
    return ExampleQuestion(text, language)


def _issued(path: Path, where: str, value: object) -> tuple[int, ...]:
    if value is None:
        return ()
    if isinstance(value, dict) and "date-parts" not in value:
        year = _YEAR.search(str(value.get("raw") or value.get("literal") or ""))
        return (int(year.group()),) if year else ()
    parts = value.get("date-parts") if isinstance(value, dict) else None
    try:
        first = parts[0] if isinstance(parts, list) else None
        if not isinstance(first, list) or not 1 <= len(first) <= 3:
            raise ValueError
        return tuple(int(part) for part in first)
    except (ValueError, TypeError, IndexError):
        raise ManifestError(
            path, where, '`issued` must have the form {"date-parts": [[2024, 5, 31]]}'
        ) from None
