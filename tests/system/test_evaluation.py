"""Tests of `hrqa evaluate`: measures worked by hand, the shipped questions, a floor."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hrqa.evaluation.evidence import DocumentWords
from hrqa.evaluation.gold import read_gold
from hrqa.store.description import open_text

from .tools import contents, hrqa, ranking

GOLD = Path(__file__).resolve().parents[2] / "eval" / "gold.jsonl"
QUESTION = "Who crosses the water of the delta?"
FLOORS = {
    ("language=en", "Recall@5"): 0.77,
    ("language=en", "MRR@10"): 0.67,
    ("language=vi", "Recall@5"): 0.66,
    ("language=vi", "MRR@10"): 0.44,
}


def write_gold(folder: Path, *questions: dict[str, Any]) -> Path:
    """Write a file of gold questions; ids count from G1."""
    lines = [
        {"id": f"G{number}", "language": "en", "kind": "fact", "question": QUESTION, **question}
        for number, question in enumerate(questions, start=1)
    ]
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def ranked_quotes(index: Path) -> list[dict[str, Any]]:
    """The passages that answer `QUESTION`, best first, each quoted whole as evidence."""
    held = contents(index)
    texts = {passage.id: passage for passage in held["passages"]}
    files = {stored.document.id: stored.document.file for stored in held["documents"]}
    found = [texts[passage_id] for passage_id, _ in ranking(index, QUESTION, limit=10)]
    return [{"document": files[p.document_id], "page": None, "quote": p.text} for p in found]


def evaluated(index: Path, gold: Path, folder: Path, *options: str) -> Any:
    """What `evaluate --format json` prints, which is what it writes down."""
    outcome = hrqa(
        *("evaluate", "--gold", gold, "--index", index, "--output", folder / "reports"),
        *("--format", "json", *options),
    )
    assert outcome.code == 0, outcome.err
    assert outcome.out == (folder / "reports" / "evaluation.json").read_text("utf-8")
    return json.loads(outcome.out)


def by_name(evaluation: Any, group: str) -> dict[str, float]:
    """The means of a group of questions."""
    return {m["name"]: m["value"] for m in evaluation["measures"] if m["group"] == group}


def test_measures_of_two_groups_found_late(index: Path, tmp_path: Path) -> None:
    """Two groups, held at ranks 2 and 4, count half for Recall@3 and 1/2 for MRR@10."""
    quotes = ranked_quotes(index)
    gold = write_gold(
        tmp_path,
        {
            "answerable": True,
            "evidence": [{**quotes[1], "group": 1}, {**quotes[3], "group": 2}],
        },
    )

    measures = by_name(evaluated(index, gold, tmp_path), "all")

    gain = 1 / math.log2(3) + 1 / math.log2(5)
    assert measures == pytest.approx(
        {
            **{"Recall@1": 0, "Recall@3": 0.5, "Recall@5": 1, "Recall@10": 1},
            **{"Success@1": 0, "Success@5": 1, "MRR@10": 0.5},
            "nDCG@10": gain / (1 + 1 / math.log2(3)),
        },
        abs=1e-4,
    )


def test_quotes_of_one_group_are_alternatives(index: Path, tmp_path: Path) -> None:
    """Either of two quotes is enough: the better one, at rank 1, makes every measure full."""
    quotes = ranked_quotes(index)
    gold = write_gold(
        tmp_path, {"answerable": True, "evidence": [{**quotes[4], "group": 1}, quotes[0]]}
    )

    measures = by_name(evaluated(index, gold, tmp_path), "all")

    assert {name: value for name, value in measures.items() if name != "nDCG@10"} == {
        **{"Recall@1": 1, "Recall@3": 1, "Recall@5": 1, "Recall@10": 1},
        **{"Success@1": 1, "Success@5": 1, "MRR@10": 1},
    }


def test_means_leave_out_what_has_no_answer(index: Path, tmp_path: Path) -> None:
    """Ranks 1 and 5 have a mean reciprocal rank of 0.6; a question without an answer has none."""
    quotes = ranked_quotes(index)
    gold = write_gold(
        tmp_path,
        {"answerable": True, "evidence": [quotes[0]]},
        {"answerable": True, "evidence": [quotes[4]], "language": "vi"},
        {"answerable": False},
    )

    evaluation = evaluated(index, gold, tmp_path)

    counted = {(m["group"], m["n"]) for m in evaluation["measures"]}
    assert by_name(evaluation, "all")["MRR@10"] == pytest.approx(0.6)
    assert by_name(evaluation, "all")["Recall@3"] == pytest.approx(0.5)
    assert by_name(evaluation, "language=vi")["MRR@10"] == pytest.approx(0.2)
    assert counted == {("all", 2), ("language=en", 1), ("language=vi", 1), ("kind=fact", 2)}
    assert all(m["low"] <= m["value"] <= m["high"] for m in evaluation["measures"])


def test_a_page_is_evidence_without_a_quote(index: Path, tmp_path: Path) -> None:
    """A passage that stands on the named page of the right document holds it."""
    evidence = [{"document": "guide.pdf", "page": 2, "quote": ""}]
    gold = write_gold(
        tmp_path,
        {"answerable": True, "evidence": evidence, "question": "When is the lamp trimmed?"},
    )

    assert by_name(evaluated(index, gold, tmp_path), "all")["MRR@10"] == 1


def test_the_right_words_in_the_wrong_document_are_no_evidence(index: Path, tmp_path: Path) -> None:
    """Two notices of the same words: the question finds one, the gold wants the other."""
    question = "When does the library open on market days?"
    first = ranking(index, question)[0][0]
    files = ["notice-a.md", "notice-b.txt"]
    found, other = sorted(files, key=lambda file: not first.startswith(file))
    quote = "the library opens at seven ON market days"
    gold = write_gold(
        tmp_path,
        {
            "answerable": True,
            "question": question,
            "evidence": [{"document": found, "page": None, "quote": quote}],
        },
        {
            "answerable": True,
            "question": question,
            "evidence": [{"document": other, "page": None, "quote": quote}],
        },
    )

    scored = evaluated(index, gold, tmp_path)["questions"]

    assert [question["measures"]["Success@1"] for question in scored] == [1, 0]


def test_the_report_has_the_promised_shape(index: Path, tmp_path: Path) -> None:
    """The promised fields at every level, and the ten answers of each question."""
    gold = write_gold(tmp_path, {"answerable": True, "evidence": ranked_quotes(index)[:1]})

    evaluation = evaluated(index, gold, tmp_path)

    assert list(evaluation) == ["schema", "index", "gold", "measures", "questions"]
    assert evaluation["schema"] == 1
    assert evaluation["index"]["id"] == contents(index)["id"]
    assert set(evaluation["gold"]) == {"file", "sha256", "questions"}
    assert evaluation["gold"]["questions"] == 1
    assert all(
        set(measured) == {"name", "group", "value", "low", "high", "n"}
        for measured in evaluation["measures"]
    )
    question = evaluation["questions"][0]
    assert (question["id"], len(question["results"])) == ("G1", 10)
    assert [result["rank"] for result in question["results"]] == list(range(1, 11))


def test_two_runs_give_the_same_bytes(index: Path, tmp_path: Path) -> None:
    """Nothing in the report tells one run from the next; the table stands beside it."""
    quotes = ranked_quotes(index)
    gold = write_gold(tmp_path, {"answerable": True, "evidence": quotes[:2]}, {"answerable": False})
    folders = [tmp_path / "one", tmp_path / "two"]

    for folder in folders:
        folder.mkdir()
        evaluated(index, gold, folder)

    one, two = (
        [(f / "reports" / name).read_bytes() for name in ("evaluation.json", "evaluation.md")]
        for f in folders
    )
    assert one == two
    assert b"2 questions, of which 1 have no answer" in one[1]


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ({"document": "schools.md", "quote": "sixty boats"}, "does not contain the quote"),
        ({"document": "guide.pdf", "page": 1, "quote": "rapeseed oil"}, "page 1 of guide.pdf"),
        ({"document": "fish.pdf", "quote": "boats"}, "holds no document 'fish.pdf'"),
    ],
)
def test_evidence_that_the_index_lacks_is_an_error(
    evidence: dict[str, Any], reason: str, index: Path, tmp_path: Path
) -> None:
    """One sentence names the question; no report is written."""
    gold = write_gold(tmp_path, {"answerable": False}, {"answerable": True, "evidence": [evidence]})

    outcome = hrqa("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said[-1].startswith(f"hrqa: {gold}: question G2: ")
    assert reason in outcome.said[-1]
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "A",}', "line 2"),
        ('{"id": "A", "question": "?", "answerable": true}', "needs evidence"),
        ('{"id": "A", "question": "?", "answerable": false, "page": 1}', "unknown field 'page'"),
        ('{"id": "G1", "question": "?", "answerable": false}', "'G1' stands twice"),
        ('{"id": "A", "question": "?", "answerable": false, "evidence": null}', "evidence"),
        ('{"id": "A", "question": "?", "answerable": false, "answers": 7}', "answers"),
    ],
)
def test_a_line_that_is_no_question_is_an_error(
    line: str, reason: str, index: Path, tmp_path: Path
) -> None:
    """One sentence names file and line; exit 1."""
    gold = write_gold(tmp_path, {"answerable": False})
    gold.write_text(gold.read_text() + line + "\n")

    outcome = hrqa("evaluate", "--gold", gold, "--index", index, "--output", tmp_path)

    assert (outcome.code, outcome.out, outcome.crashed) == (1, "", False)
    assert outcome.said[-1].startswith(f"hrqa: {gold}: line 2")
    assert reason in outcome.said[-1]


def test_a_report_that_cannot_be_written_is_named(index: Path, tmp_path: Path) -> None:
    """A file in the place of the folder of reports ends with 1 and one sentence."""
    gold = write_gold(tmp_path, {"answerable": False})

    outcome = hrqa("evaluate", "--gold", gold, "--index", index, "--output", gold)

    assert (outcome.code, outcome.crashed) == (1, False)
    assert str(gold) in outcome.said[-1]


def test_one_half_of_the_questions_can_be_asked(index: Path, tmp_path: Path) -> None:
    """`--split` asks those that the file beside the gold file names."""
    gold = write_gold(tmp_path, *[{"answerable": False}] * 3)
    gold.with_suffix(".split.json").write_text('{"development": ["G2"], "test": ["G1", "G3"]}')

    asked = [
        [question["id"] for question in evaluated(index, gold, tmp_path, *options)["questions"]]
        for options in ((), ("--split", "development"), ("--split", "test"))
    ]

    assert asked == [["G1", "G2", "G3"], ["G2"], ["G1", "G3"]]


def test_the_shipped_questions_are_enough() -> None:
    """At least 300 questions, 100 in Vietnamese with a third unmarked, 70 without an answer."""
    questions = read_gold(GOLD)
    vietnamese = [question for question in questions if question.language == "vi"]
    unmarked = [question for question in vietnamese if question.question.isascii()]

    assert len(questions) >= 300
    assert len(vietnamese) >= 100
    assert 3 * len(unmarked) >= len(vietnamese)
    assert sum(not question.answerable for question in questions) >= 70
    assert len({question.question.casefold() for question in questions}) == len(questions)


def test_the_shipped_halves_hold_each_question_once() -> None:
    """`gold.split.json` puts every question into one half, and nothing else."""
    halves = json.loads(GOLD.with_suffix(".split.json").read_text("utf-8"))
    counted = Counter(halves["development"] + halves["test"])

    assert set(halves) == {"development", "test"}
    assert counted == Counter(question.id for question in read_gold(GOLD))


def test_every_shipped_quote_stands_in_the_shipped_corpus(shipped_index: Path) -> None:
    """Each quotation of the gold questions is found word by word in the indexed text."""
    text = open_text(shipped_index)
    words = {
        stored.document.file: DocumentWords(stored, text.texts.pages(stored.document.id))
        for stored in text.texts.documents
    }
    evidence = [(question.id, e) for question in read_gold(GOLD) for e in question.evidence]

    lost = [
        (question, e.quote)
        for question, e in evidence
        if not words[e.document].occurrences(e.quote, e.page)
    ]
    text.close()

    assert lost == []
    assert len(evidence) > 250


def test_the_shipped_index_is_proven(shipped_index: Path, corpus_folder: Path) -> None:
    """Every checksum and every citation of the shipped corpus, all five documents read again."""
    outcome = hrqa("verify", "--index", shipped_index, "--corpus", corpus_folder)

    assert (outcome.code, outcome.said) == (0, [])
    assert outcome.out.endswith(", 5 documents read again: all right\n")


def test_retrieval_is_no_worse_than_it_was(shipped_index: Path, tmp_path: Path) -> None:
    """On the development half the means stay above what they were, less 0.05."""
    evaluation = evaluated(shipped_index, GOLD, tmp_path, "--split", "development")

    means = {(m["group"], m["name"]): m["value"] for m in evaluation["measures"]}
    assert {key: means[key] for key, floor in FLOORS.items() if means[key] < floor} == {}
