"""Runs and judgements in TREC's forms, written and read."""

from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.errors import RunError
from hrqa.evaluation.runs import (
    Run,
    qrels_lines,
    read_qrels,
    read_run,
    run_lines,
    write_lines,
)


def test_a_run_is_written_with_scores_that_no_scorer_ties() -> None:
    """Score 1/rank, so that the order is ours whoever reads it."""
    run = Run("hrqa", {"q1": ("b", "a"), "q2": (), "q3": ("c",)})

    assert list(run_lines(run)) == [
        "q1 Q0 b 1 1.0 hrqa\n",
        "q1 Q0 a 2 0.5 hrqa\n",
        "q3 Q0 c 1 1.0 hrqa\n",
    ]


words = st.text("abcdef0123.:-", min_size=1, max_size=8)


@given(st.dictionaries(words, st.lists(words, unique=True, min_size=1, max_size=20), min_size=1))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rankings: dict[str, list[str]]
) -> None:
    """Every ranking comes back in its order."""
    path = tmp_path_factory.mktemp("runs") / "x.run"
    run = Run("x", {query: tuple(items) for query, items in rankings.items()})
    write_lines(path, run_lines(run))

    assert read_run(path) == run


def test_a_run_of_another_system_is_ordered_by_score(tmp_path: Path) -> None:
    """By score, not by rank or place; of equals the greater id goes first, as in trec_eval."""
    path = tmp_path / "other.run"
    path.write_text(
        "q Q0 low 1 0.1 bm25\nq Q0 tie-a 2 0.5 bm25\nq Q0 tie-b 3 0.5 bm25\n"
        "q\tQ0\ttop\t4\t9\tbm25\n"
    )

    assert read_run(path) == Run("bm25", {"q": ("top", "tie-b", "tie-a", "low")})


def test_ir_measures_reads_our_files_as_we_do(tmp_path: Path) -> None:
    """What we write is what trec_eval's readers take."""
    write_lines(tmp_path / "run", run_lines(Run("x", {"q": ("a", "b")})))
    write_lines(tmp_path / "qrels", qrels_lines({"q": {"b": 2, "c": 1}}))
    run = list(ir_measures.read_trec_run(str(tmp_path / "run")))
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels")))

    assert [(each.doc_id, each.score) for each in run] == [("a", 1.0), ("b", 0.5)]
    assert [(each.doc_id, each.relevance) for each in qrels] == [("b", 2), ("c", 1)]
    assert read_qrels(tmp_path / "qrels") == {"q": {"b": 2, "c": 1}}


def test_judgements_of_beir_are_read(tmp_path: Path) -> None:
    """Three columns parted by tabs, under a heading; ids may hold spaces."""
    path = tmp_path / "test.tsv"
    path.write_text("query-id\tcorpus-id\tscore\nq 1\tdoc 7\t1\nq 1\tdoc 8\t0\n")

    assert read_qrels(path) == {"q 1": {"doc 7": 1, "doc 8": 0}}


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("q Q0 a 1 x name\n", "line 1", "the score 'x' must be a number"),
        ("q Q0 a 1 nan name\n", "line 1", "must be a number"),
        ("\nq Q0 a 1 0.5\n", "line 2", "has 5 columns; must be: query Q0 item rank score name"),
        ("q Q0 a 1 1 n\nq Q0 a 2 0.5 n\n", "line 2", "a stands twice for query q"),
        ("", "the whole file", "holds no result"),
    ],
)
def test_a_run_that_is_none_is_named(tmp_path: Path, text: str, where: str, problem: str) -> None:
    """The message says which line, and what is wrong with it."""
    path = tmp_path / "bad.run"
    path.write_text(text)
    with pytest.raises(RunError, match=problem) as raised:
        read_run(path)

    assert str(raised.value).startswith(f"{path}: {where}: ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("q 0 a one\n", "the grade 'one' must be a whole number"),
        ("q 0 a 1\nq 0 a 2\n", "a is judged twice for query q"),
        ("q a\n", "must be: query 0 item grade"),
        ("query-id\tcorpus-id\tscore\n", "holds no judgement"),
    ],
)
def test_judgements_that_are_none_are_named(tmp_path: Path, text: str, problem: str) -> None:
    """The message says which line, and what is wrong with it."""
    path = tmp_path / "bad.qrels"
    path.write_text(text)
    with pytest.raises(RunError, match=problem):
        read_qrels(path)
