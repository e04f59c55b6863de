"""Tests of why evidence is missed, over a small corpus in which each reason comes about."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import typst

from hrqa.embedding.encoder import Encoder
from hrqa.evaluation.misses import LostAt, lost_at
from system.tools import build, hrqa, one_model

FERRIES = ("Heron", "Otter", "Sandbar", "Egret", "Plover", "Curlew", "Gull", "Tern", "Coot")
HEADED = (
    '#set page(paper: "a6", margin: (x: 30pt, y: 50pt), header: [Minutes of the harbour board])\n'
    + " ".join(
        f"Member {number} speaks of boats, piers and ropes at length and leaves matter {number} to "
        "the next meeting in the spring."
        for number in range(1, 31)
    )
)
NOTICE = "The library opens at seven on market days."
LONG = "\n\n".join(
    " ".join(
        f"In chapter {chapter} the keeper notes item {chapter}.{item}, which the council of the "
        "valley then reads aloud and enters into its book of the year."
        for item in range(1, 13)
    )
    for chapter in range(1, 5)
)
QUESTIONS = [
    {
        "question": "When does the ferry leave?",
        "evidence": [{"document": "iron.txt", "quote": "Iron melts at 1538 degrees"}],
    },
    {
        "question": "When does the library open on market days?",
        "evidence": [
            {"document": "notice-a.txt", "quote": NOTICE, "group": 1},
            {"document": "notice-b.txt", "quote": NOTICE, "group": 2},
        ],
    },
    {
        "question": "Whose minutes are these?",
        "evidence": [{"document": "minutes.pdf", "quote": "Minutes of the harbour board"}],
    },
    {
        "question": "What does the keeper note?",
        "evidence": [{"document": "keeper.txt", "quote": LONG}],
    },
]


@pytest.fixture(scope="module")
def misses(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[list[Any]]:
    """What the report says of each question's missing evidence."""
    folder = tmp_path_factory.mktemp("misses")
    corpus = folder / "corpus"
    corpus.mkdir()
    for hour, island in enumerate(FERRIES, start=6):
        text = f"The ferry to {island} leaves at {hour} and comes back at {hour + 5}.\n"
        (corpus / f"ferry-{island}.txt").write_text(text)
    (corpus / "ferries.txt").write_text("Ferries leave from the long pier and not from the town.\n")
    (corpus / "sails.txt").write_text("A ferry without sails leaves when its engine is warm.\n")
    (corpus / "iron.txt").write_text("Iron melts at 1538 degrees.\n")
    (corpus / "notice-a.txt").write_text(NOTICE + "\n")
    (corpus / "notice-b.txt").write_text(NOTICE.replace("at seven", "at seven\n") + "\n")
    (corpus / "keeper.txt").write_text(LONG + "\n")
    (folder / "minutes.typ").write_text(HEADED)
    typst.compile(str(folder / "minutes.typ"), output=str(corpus / "minutes.pdf"))
    gold = folder / "gold.jsonl"
    others = {"language": "en", "kind": "fact", "answerable": True}
    lines = [{"id": f"M{n}", **others, **each} for n, each in enumerate(QUESTIONS)]
    for line in lines:
        line["evidence"] = [{"page": None, "group": 1, **each} for each in line["evidence"]]
    gold.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with one_model(encoder):
        build(corpus, folder / "index")
        outcome = hrqa(
            *("evaluate", "--gold", gold, "--index", folder / "index"),
            *("--output", folder / "reports", "--format", "json"),
        )
    assert outcome.code == 0, outcome.err
    yield [question["misses"] for question in json.loads(outcome.out)["questions"]]


def test_evidence_that_is_ranked_too_low_is_told_with_its_rank_in_every_stage(
    misses: list[Any],
) -> None:
    """Eleven passages speak of ferries, so iron comes after them, and no word of it fits."""
    (miss,) = misses[0]

    assert miss["reason"] == "ranked too low"
    assert miss["lost_at"] == "retrieval"
    assert miss["ranks"]["lexical"] is None
    assert all(miss["ranks"][stage] > 10 for stage in ("dense", "fused", "reranked"))
    assert miss["passage_id"].startswith("iron")


def test_evidence_in_a_passage_that_is_folded_names_the_result_above(misses: list[Any]) -> None:
    """Two notices say the same: one is the first result, the other is folded into it."""
    (miss,) = misses[1]

    assert (miss["reason"], miss["folded_into"]) == ("folded into another passage", 1)
    assert miss["ranks"]["reranked"] <= 2


def test_a_running_header_is_in_no_passage(misses: list[Any]) -> None:
    """Its five words stand on every page, and passages leave it out."""
    (miss,) = misses[2]

    assert miss["reason"] == "not indexed"
    assert (miss["words"], miss["in_passages"], miss["in_furniture"]) == (5, 0, True)
    assert miss["ranks"] == {}


def test_a_quotation_over_several_passages_is_cut(misses: list[Any]) -> None:
    """All its words stand in passages, and in none of them half."""
    (miss,) = misses[3]

    assert miss["reason"] == "cut in two"
    assert miss["in_passages"] == miss["words"]
    assert 0 < 2 * miss["in_one"] < miss["words"]


@pytest.mark.parametrize(
    ("system", "ranks", "expected"),
    [
        ("hrqa", (34, 12, None, 18, 25), LostAt.RETRIEVAL),
        ("hrqa", (34, 3, None, 18, 25), LostAt.FUSION),
        ("hrqa", (34, 3, None, 8, 25), LostAt.RERANKING),
        ("hrqa", (34, 3, None, 8, 9), LostAt.SELECTION),
        ("fused", (34, 3, None, 18, 5), LostAt.FUSION),
        ("fused", (34, 12, None, 18, 5), LostAt.RETRIEVAL),
        ("dense", (34, 3, None, 8, 9), LostAt.RETRIEVAL),
    ],
)
def test_a_passage_is_lost_where_it_first_falls_behind(
    system: str, ranks: tuple[int | None, ...], expected: LostAt
) -> None:
    """The stages in turn: retrievers, fusion, comparison token by token, choice of results."""
    stages = ("dense", "sentences", "lexical", "fused", "reranked")

    assert lost_at(dict(zip(stages, ranks, strict=True)), system) is expected
