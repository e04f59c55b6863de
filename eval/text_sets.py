"""Public sets of texts and questions made into folders that hrqa indexes like any other."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HELD_OUT = 4
"""Of XQuAD's articles every fourth is for testing only."""


@dataclass(frozen=True)
class SetQuestion:
    """A question with the documents that answer it.

    Attributes:
        id: Its id.
        text: The question.
        relevant: Ids of the documents that answer it, with a gain of one or more each.
    """

    id: str
    text: str
    relevant: dict[str, int]


def write_folder(folder: Path, texts: Sequence[tuple[str, str, str]]) -> Path:
    """Write texts as files with a manifest.

    Args:
        folder: Where to; made if it is not there.
        texts: Id, title and text of each document.
    """
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for name, title, text in texts:
        (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
        items.append(
            {"id": name, "type": "article", "title": title, "custom": {"file": f"{name}.txt"}}
        )
    (folder / "manifest.json").write_text(
        json.dumps(items, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return folder


def xquad_texts(data: Path, language: str) -> list[tuple[str, str, str]]:
    """XQuAD's 240 paragraphs in a language, each a document."""
    return [
        (f"{article:02d}-{number:02d}", entry["title"].replace("_", " "), paragraph["context"])
        for article, entry in enumerate(_xquad(data, language))
        for number, paragraph in enumerate(entry["paragraphs"])
    ]


def xquad_questions(data: Path, language: str, *, held_out: bool | None) -> list[SetQuestion]:
    """XQuAD's questions in a language.

    Args:
        data: Folder of ``xquad.en.json`` and ``xquad.vi.json``.
        language: ``en`` or ``vi``.
        held_out: Those of the articles kept for testing, or the others; None for all.
    """
    return [
        SetQuestion(asked["id"], asked["question"], {f"{article:02d}-{number:02d}": 1})
        for article, entry in enumerate(_xquad(data, language))
        if held_out is None or (article % HELD_OUT == 0) == held_out
        for number, paragraph in enumerate(entry["paragraphs"])
        for asked in paragraph["qas"]
    ]


def _xquad(data: Path, language: str) -> list[dict[str, list[dict[str, object]]]]:
    return json.loads((data / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]  # type: ignore[no-any-return]


def cranfield_texts(data: Path) -> list[tuple[str, str, str]]:
    """The 1,400 abstracts; one of them has no text but its title."""
    texts = []
    for record in _records(data / "cran.all.1400"):
        number, _, rest = record.partition("\n")
        title, text = (" ".join(_part(rest, mark).split()) for mark in "TW")
        body = text.removeprefix(title).strip(" .") or title or "(no text)"
        texts.append((f"c{int(number):04d}", title or body[:60], body))
    return texts


def cranfield_questions(data: Path) -> list[SetQuestion]:
    """The 225 queries; a judgement of 1 to 4 is a gain, -1 none."""
    judged: dict[int, dict[str, int]] = {}
    for line in (data / "cranqrel").read_text().splitlines():
        query, document, grade = (int(part) for part in line.split())
        if grade > 0:
            judged.setdefault(query, {})[f"c{document:04d}"] = grade
    return [
        SetQuestion(str(ordinal), " ".join(_part(record, "W").split()), judged.get(ordinal, {}))
        for ordinal, record in enumerate(_records(data / "cran.qry"), start=1)
    ]


def _records(path: Path) -> list[str]:
    return re.split(r"^\.I ", path.read_text(), flags=re.MULTILINE)[1:]


def _part(record: str, mark: str) -> str:
    found = re.search(rf"^\.{mark}\n(.*?)(?=^\.[A-Z]\n|\Z)", record, flags=re.MULTILINE | re.DOTALL)
    return found[1] if found else ""
