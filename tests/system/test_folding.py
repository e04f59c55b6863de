"""Passages that say nothing new, folded into the one that says it."""

from pathlib import Path

import pytest

from hrqa.queries import Query, SearchResult
from hrqa.wiring import open_searcher

from .tools import build, settings

HARBOUR = (
    "The harbour at Lowmere was widened in 1987 so that the long grain barges from the east "
    "could turn in it, and the old stone quay was kept for the fishing boats of the village."
)
CRANE = "A crane of forty tonnes stands at its northern end and is tested every spring."


def asked(folder: Path, texts: dict[str, str], **conditions: object) -> SearchResult:
    """What is found about the harbour in a corpus of these texts."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")
    build(corpus, folder / "index")
    searcher = open_searcher(settings(folder / "index", corpus))
    found = searcher.search(Query("When was the harbour at Lowmere widened?", **conditions))  # type: ignore[arg-type]
    searcher.index.close()
    return found


def documents(found: SearchResult) -> list[list[str]]:
    """For each passage its document and those folded into it."""
    return [
        sorted(
            [
                scored.citation.document.file,
                *(citation.document.file for _, citation in scored.also_in),
            ]
        )
        for scored in found.passages
    ]


def test_a_passage_that_says_nothing_new_is_folded(tmp_path: Path) -> None:
    """A copy with two words changed comes once; the passage above names it."""
    copied = HARBOUR.replace("village", "hamlet")
    texts = {"a.txt": HARBOUR, "b.txt": copied, "c.txt": "The harbour master keeps bees."}
    found = asked(tmp_path, texts)

    assert sorted(documents(found)) == [["a.txt", "b.txt"], ["c.txt"]]


def test_a_passage_with_another_number_is_not_folded(tmp_path: Path) -> None:
    """However alike the words are, a year is a fact of its own."""
    found = asked(tmp_path, {"a.txt": HARBOUR, "b.txt": HARBOUR.replace("1987", "1992")})

    assert sorted(documents(found)) == [["a.txt"], ["b.txt"]]


def test_a_passage_that_says_more_is_not_folded(tmp_path: Path) -> None:
    """Into the shorter one that asks for less words, the longer one would vanish."""
    more = f"{HARBOUR} {CRANE} {CRANE.replace('crane', 'derrick').replace('spring', 'autumn')}"
    found = asked(tmp_path, {"a.txt": HARBOUR, "b.txt": more})
    first = found.passages[0]

    if first.citation.document.file == "a.txt":
        assert documents(found) == [["a.txt"], ["b.txt"]]
    else:
        assert documents(found) == [["a.txt", "b.txt"]]


@pytest.mark.parametrize("limit", [1, 2])
def test_what_is_folded_takes_no_place(limit: int, tmp_path: Path) -> None:
    """The limit counts passages after folding."""
    copied = HARBOUR.replace("village", "hamlet")
    texts = {"a.txt": HARBOUR, "b.txt": copied, "c.txt": "The harbour master keeps bees."}
    found = asked(tmp_path, texts, limit=limit)

    assert len(found.passages) == limit
