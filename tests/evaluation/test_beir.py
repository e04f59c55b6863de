"""BEIR folders made into a corpus, and what is wrong with them told."""

import json
from pathlib import Path

import pytest

from hrqa.datatypes import Evidence
from hrqa.errors import RunError
from hrqa.evaluation.beir import BeirText, beir_questions, read_texts, write_corpus

TEXTS = (
    '{"_id": "plain-3", "title": "Iron", "text": "Iron melts at 1538 degrees."}\n'
    '{"_id": "a/b: ü", "title": "", "text": "The heron waits in shallow water."}\n'
    '{"_id": "../up", "title": "A title alone", "text": " "}\n'
)


def beir(folder: Path, texts: str = TEXTS, qrels: str = "q1\tplain-3\t2\n") -> Path:
    """A BEIR folder of one query."""
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(texts, "utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "When does iron melt?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + qrels, "utf-8")
    return folder


def test_ids_that_cannot_name_a_file_have_a_digest() -> None:
    """Other ids name their document themselves; no document leaves its folder."""
    names = [
        BeirText(name, "", "").name for name in ("plain-3", "a/b: ü", "../up", ".a", "x" * 101)
    ]

    assert names[0] == "plain-3"
    assert all(name.startswith("x-") and len(name) == 22 for name in names[1:])
    assert len(set(names)) == 5
    assert BeirText("plain-3", "", "").file.endswith("/plain-3.txt")


def test_a_corpus_is_written_with_titles_in_its_manifest(tmp_path: Path) -> None:
    """A text without words is its title; the manifest names each document by its id."""
    files = write_corpus(beir(tmp_path / "beir"), tmp_path / "corpus")

    manifest = json.loads((tmp_path / "corpus" / "manifest.json").read_text("utf-8"))
    written = {
        name: (tmp_path / "corpus" / file).read_text("utf-8") for name, file in files.items()
    }
    assert written == {
        "plain-3": "Iron melts at 1538 degrees.\n",
        "a/b: ü": "The heron waits in shallow water.\n",
        "../up": "A title alone\n",
    }
    assert [item["custom"]["file"] for item in manifest] == list(files.values())
    assert [item.get("title") for item in manifest] == ["Iron", None, "A title alone"]


def test_a_text_that_has_left_the_set_leaves_the_corpus(tmp_path: Path) -> None:
    """What stays is not written again; what has gone would be found, and is removed."""
    folder = beir(tmp_path / "beir")
    before = write_corpus(folder, tmp_path / "corpus")
    kept = tmp_path / "corpus" / before["plain-3"]
    written = kept.stat().st_mtime_ns
    (folder / "corpus.jsonl").write_text(TEXTS.split("\n")[0] + "\n", "utf-8")

    after = write_corpus(folder, tmp_path / "corpus")

    assert list((tmp_path / "corpus").rglob("*.txt")) == [kept]
    assert list(after) == ["plain-3"]
    assert kept.stat().st_mtime_ns == written


def test_queries_become_questions_judged_by_document(tmp_path: Path) -> None:
    """Each relevant document is a group with its grade; grade 0 is none; unjudged ones are out."""
    folder = beir(tmp_path / "beir", qrels="q1\tplain-3\t2\nq1\ta/b: ü\t1\nq1\t../up\t0\n")
    with (folder / "queries.jsonl").open("a") as file:
        file.write('{"_id": "q2", "text": "not judged"}\n')
    files = write_corpus(folder, tmp_path / "corpus")

    (question,) = beir_questions(folder, "test", files)

    assert (question.id, question.question) == ("q1", "When does iron melt?")
    assert question.answerable
    assert question.evidence == (
        Evidence(files["plain-3"], None, "", 1, 2),
        Evidence(files["a/b: ü"], None, "", 2, 1),
    )


@pytest.mark.parametrize(
    ("texts", "where", "problem"),
    [
        ('{"_id": "1", "text": "a"}\n{"_id": "2",}\n', "line 2", "JSON object with `_id` and"),
        ('{"_id": "1", "text": "a"}\n\n["2"]\n', "line 3", "JSON object with `_id` and `text`"),
        ('{"_id": "1"}\n', "line 1", "JSON object with `_id` and `text`"),
        ('{"_id": "1", "text": null}\n', "line 1", "JSON object with `_id` and `text`"),
        ('{"_id": "1", "text": "a"}\n{"_id": "1", "text": "b"}\n', "line 2", "'1' stands twice"),
        ("\n", "the whole file", "holds no text"),
    ],
)
def test_a_corpus_that_is_none_is_told_with_its_line(
    texts: str, where: str, problem: str, tmp_path: Path
) -> None:
    """File, line, and what is wrong."""
    folder = beir(tmp_path / "beir", texts)

    with pytest.raises(RunError) as raised:
        write_corpus(folder, tmp_path / "corpus")

    assert str(raised.value).startswith(f"{folder / 'corpus.jsonl'}: {where}: ")
    assert problem in str(raised.value)


def test_a_corpus_in_another_encoding_is_told(tmp_path: Path) -> None:
    """Latin-1 is not UTF-8."""
    folder = beir(tmp_path / "beir")
    (folder / "corpus.jsonl").write_bytes('{"_id": "1", "text": "é"}\n'.encode("latin-1"))

    with pytest.raises(RunError, match=r"corpus\.jsonl: .*cannot be read"):
        list(read_texts(folder))


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_missing_is_named(name: str, tmp_path: Path) -> None:
    """With its whole path."""
    folder = beir(tmp_path / "beir")
    (folder / name).unlink()

    with pytest.raises(RunError, match=f"{name}: the whole file: "):
        beir_questions(folder, "test", write_corpus(folder, tmp_path / "corpus"))


@pytest.mark.parametrize(
    ("qrels", "where", "problem"),
    [
        ("q1\tplain-4\t1\n", "query q1", "the index holds no document 'plain-4'"),
        ("q1\tplain-3\thigh\n", "line 2", "the grade 'high' must be a whole number"),
        ("q1\tplain-3\t1\nq1\tplain-3\t0\n", "line 3", "plain-3 is judged twice for query q1"),
        ("other\tplain-3\t1\n", "the whole file", "judges none of the queries"),
        ("", "the whole file", "holds no judgement"),
    ],
)
def test_judgements_that_do_not_fit_are_told(
    qrels: str, where: str, problem: str, tmp_path: Path
) -> None:
    """File, line or query, and what is wrong."""
    folder = beir(tmp_path / "beir", qrels=qrels)
    files = write_corpus(folder, tmp_path / "corpus")

    with pytest.raises(RunError) as raised:
        beir_questions(folder, "test", files)

    assert str(raised.value) == f"{folder / 'qrels' / 'test.tsv'}: {where}: {problem}"
