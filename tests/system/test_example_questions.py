"""Example questions: from the manifest into the index, at no cost, and out over HTTP."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from hrqa.answerability.calibration import seems_answered
from hrqa.datatypes import ExampleQuestion
from hrqa.queries import Query
from hrqa.store.description import open_text
from hrqa.wiring import open_searcher

from .tools import application, ask, build, contents, generation, record_again, settings, snapshot

MELTING = [
    {"text": "When does copper melt?", "language": "en"},
    {"text": "Sắt nóng chảy ở bao nhiêu độ?", "language": "vi"},
]


def describe(corpus: Path, *questions: dict[str, str], title: str = "On melting") -> None:
    """Write a manifest that says of one document alone which questions it answers."""
    custom: dict[str, Any] = {"file": "iron.txt", "questions": questions}
    item = {"id": "melting", "title": title, "custom": custom}
    (corpus / "manifest.json").write_text(json.dumps([item]), "utf-8")


def stored_questions(index: Path) -> dict[str, tuple[ExampleQuestion, ...]]:
    """The example questions of every document that has some, by its id."""
    with closing(open_text(index)) as text:
        documents = [stored.document for stored in text.texts.documents]
    return {document.id: document.questions for document in documents if document.questions}


def test_new_questions_cost_nothing(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path, loads: list[str]
) -> None:
    """They are there after the next run, which reads and embeds no document for them."""
    describe(tiny_corpus)
    build(tiny_corpus, tiny_index)
    loads.clear()
    describe(tiny_corpus, *MELTING)

    added = build(tiny_corpus, tiny_index)
    stored, held = stored_questions(tiny_index), contents(tiny_index)
    again = build(tiny_corpus, tiny_index)
    describe(tiny_corpus, MELTING[1])
    fewer = build(tiny_corpus, tiny_index)

    assert [(r.changed, r.kept, r.read, r.embedded) for r in (added, again, fewer)] == [
        *((True, 4, (), 0), (False, 4, (), 0), (True, 4, (), 0)),
    ]
    assert loads == []
    assert stored == {"melting": tuple(ExampleQuestion(**question) for question in MELTING)}
    assert stored_questions(tiny_index) == {"melting": (ExampleQuestion(**MELTING[1]),)}
    describe(tiny_corpus, *MELTING)
    build(tiny_corpus, tmp_path / "built from nothing")
    assert contents(tmp_path / "built from nothing") == held


def test_a_new_title_costs_what_it_did(tiny_corpus: Path, tiny_index: Path) -> None:
    """A title is part of what is searched: its document is made again, and has its questions."""
    describe(tiny_corpus, *MELTING)
    build(tiny_corpus, tiny_index)
    describe(tiny_corpus, *MELTING, title="Metals and heat")

    report = build(tiny_corpus, tiny_index)

    assert (report.changed, report.kept, report.read) == (True, 3, ())
    assert report.embedded > 0
    assert len(stored_questions(tiny_index)["melting"]) == 2


def test_an_index_from_before_there_were_questions_is_used_on(
    tiny_corpus: Path, tiny_index: Path, loads: list[str]
) -> None:
    """Its records lack the field: its documents have no questions, and stay until they get some."""
    with closing(sqlite3.connect(generation(tiny_index) / "texts.sqlite")) as database, database:
        database.execute("UPDATE documents SET record = json_remove(record, '$.questions')")
    record_again(tiny_index)
    before = snapshot(tiny_index)

    unchanged = build(tiny_corpus, tiny_index)

    assert (unchanged.changed, stored_questions(tiny_index)) == (False, {})
    assert snapshot(tiny_index) == before
    item = {"id": "iron.txt", "custom": {"file": "iron.txt", "questions": MELTING}}
    (tiny_corpus / "manifest.json").write_text(json.dumps([item]), "utf-8")
    described = build(tiny_corpus, tiny_index)
    assert (described.changed, described.read, described.embedded) == (True, (), 0)
    assert list(stored_questions(tiny_index)) == ["iron.txt"]
    assert loads == []


def test_a_document_answers_with_its_questions(tiny_corpus: Path, tiny_index: Path) -> None:
    """GET /v1/documents/{id} gives them in the manifest's order; the list does without."""
    describe(tiny_corpus, *MELTING)
    build(tiny_corpus, tiny_index)
    with application(tiny_index, tiny_corpus) as app:
        documents = [ask(app, "GET", f"/v1/documents/{name}") for name in ("melting", "rain.txt")]
        listed = ask(app, "GET", "/v1/documents").json()["documents"]

    assert [response.json()["questions"] for response in documents] == [MELTING, []]
    assert [document for document in listed if "questions" in document] == []


def test_every_shipped_question_is_answered_by_its_document(shipped_index: Path) -> None:
    """The first passage is of the document that offers the question, and seems to answer it."""
    offered = [
        (document, question.text)
        for document, questions in stored_questions(shipped_index).items()
        for question in questions
    ]
    searcher = open_searcher(settings(shipped_index))
    results = [searcher.search(Query(text)) for _, text in offered]
    searcher.index.close()

    astray = [
        (document, text)
        for (document, text), result in zip(offered, results, strict=True)
        if result.passages[0].passage.document_id != document
        or not seems_answered(result.answerability)
    ]
    assert len(offered) == 20
    assert astray == []
