"""BEIR folders: their corpus as a folder of documents, their queries and judgements."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import ReportError, RunError
from hrqa.evaluation.runs import read_qrels
from hrqa.evaluation.topics import judged_questions, read_topics

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
QUERIES = "queries.jsonl"
_CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class BeirText:
    """A text of a BEIR corpus."""

    id: str
    title: str
    text: str

    @property
    def name(self) -> str:
        """What the document is called: its id, or a digest where that cannot name a file."""
        if _SAFE.fullmatch(self.id):
            return self.id
        return f"x-{hashlib.sha256(self.id.encode('utf-8', 'replace')).hexdigest()[:20]}"

    @property
    def file(self) -> str:
        """Path of the document in its folder; many files in one folder are slow."""
        return f"{hashlib.sha256(self.name.encode()).hexdigest()[:2]}/{self.name}.txt"


def read_texts(folder: Path) -> Iterator[BeirText]:
    """The texts of a BEIR folder.

    Raises:
        RunError: The file is not there, a line is no text, or an id stands twice; says which.
    """
    path = folder / _CORPUS
    seen: set[str] = set()
    for number, line in _lines(path):
        text = _parsed(path, number, line)
        if text.id in seen:
            raise RunError(path, f"line {number}", f"the id {text.id!r} stands twice")
        seen.add(text.id)
        yield text
    if not seen:
        raise RunError(path, "the whole file", "holds no text")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise RunError(path, "the whole file", "there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(path, "the whole file", f"cannot be read: {error}") from error


def _parsed(path: Path, number: int, line: str) -> BeirText:
    try:
        value = json.loads(line)
        identifier, text = value["_id"], value["text"]
        if not isinstance(text, str):
            raise TypeError
        return BeirText(str(identifier), str(value.get("title") or ""), text)
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            path, f"line {number}", "must be a JSON object with `_id` and `text`"
        ) from error


def write_corpus(folder: Path, to: Path) -> dict[str, str]:
    """Write the texts of a BEIR folder as a corpus that hrqa indexes.

    What is there already and has not changed is left as it is, so that it is not indexed again;
    texts that have left the set are removed.

    Returns:
        Path of each document in the corpus, by its id in BEIR.

    Raises:
        RunError: The texts cannot be read, or an id stands twice.
        ReportError: The corpus cannot be written.
    """
    files: dict[str, str] = {}
    items = []
    try:
        for text in read_texts(folder):
            files[text.id] = text.file
            item = {"id": text.name, "type": "article", "custom": {"file": text.file}}
            items.append(item | ({"title": text.title} if text.title else {}))
            _write(to / text.file, (text.text.strip() or text.title or "(no text)") + "\n")
        _write(to / "manifest.json", json.dumps(items, ensure_ascii=False, indent=0) + "\n")
        for path in set(to.glob("[0-9a-f][0-9a-f]/*.txt")) - {to / file for file in files.values()}:
            path.unlink()
    except OSError as error:
        raise ReportError(to, error.strerror or str(error)) from error
    return files


def _write(path: Path, text: str) -> None:
    data = text.encode("utf-8", "replace")
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def beir_questions(folder: Path, split: str, files: Mapping[str, str]) -> tuple[GoldQuestion, ...]:
    """The queries of a split with their judgements.

    Args:
        folder: The BEIR folder.
        split: ``test``, ``dev`` or ``train``: which file of ``qrels/``.
        files: As ``write_corpus`` gives them.

    Raises:
        RunError: A file is not there or not of BEIR's form; says where.
    """
    path = qrels_path(folder, split)
    return judged_questions(read_topics(folder / QUERIES), read_qrels(path), files, path)


def qrels_path(folder: Path, split: str) -> Path:
    """The file of judgements of a split."""
    return folder / "qrels" / f"{split}.tsv"
