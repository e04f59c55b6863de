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
            **{"Complete@5": 1, "Complete@10": 1, "MAP@10": (1 / 2 + 2 / 4) / 2, "P@5": 2 / 5},
            "nDCG@10": gain / (1 + 1 / math.log2(3)),
        },
        abs=1e-4,
    )


def test_quotes_of_one_group_are_alternatives(index: Path, tmp_path: Path) -> None:
    """Either of two quotes is enough: the better one, at rank 1, makes every measure full.

    But for P@5: of the first five results two hold it.
    """
    quotes = ranked_quotes(index)
    gold = write_gold(
        tmp_path, {"answerable": True, "evidence": [{**quotes[4], "group": 1}, quotes[0]]}
    )

    measures = by_name(evaluated(index, gold, tmp_path), "all")

    assert measures == {
        **{"Recall@1": 1, "Recall@3": 1, "Recall@5": 1, "Recall@10": 1},
        **{"Success@1": 1, "Success@5": 1, "Complete@5": 1, "Complete@10": 1},
        **{"MRR@10": 1, "nDCG@10": 1, "MAP@10": 1, "P@5": 0.4},
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
    assert quotes[0]["document"] != quotes[4]["document"]
    assert counted == {
        *[("all", 2), ("language=en", 1), ("language=vi", 1), ("kind=fact", 2)],
        *[(f"document={quotes[place]['document']}", 1) for place in (0, 4)],
    }
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

    assert list(evaluation) == [
        *("schema", "index", "gold", "conditions", "measures", "measures_by_page"),
        *("measures_by_document", "other_measures", "answerability", "questions"),
    ]
    assert evaluation["schema"] == 1
    assert evaluation["index"]["id"] == contents(index)["id"]
    assert set(evaluation["gold"]) == {"file", "sha256", "questions"}
    assert evaluation["gold"]["questions"] == 1
    assert set(evaluation["conditions"]) == {
        *("system", "version", "commit", "depth", "measures", "seed", "source", "settings"),
    }
    assert all(
        set(measured) == {"name", "group", "value", "low", "high", "n"}
        for name in ("measures", "measures_by_page", "measures_by_document", "other_measures")
        for measured in evaluation[name]
    )
    question = evaluation["questions"][0]
    assert list(question) == [
        *("id", "language", "kind", "question", "answerable", "answerability", "measures"),
        *("measures_by_page", "measures_by_document", "characters", "misses", "results"),
    ]
    assert all(
        set(result)
        == {
            *("rank", "passage_id", "document", "pages", "citation", "score", "groups"),
            *("page_groups", "document_groups", "read", "marked"),
        }
        for result in question["results"]
    )
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


def test_the_measures_that_are_named_are_printed_and_recorded(index: Path, tmp_path: Path) -> None:
    """And no others; results are looked at as deep as they need, but ten at least."""
    names = ["nDCG@10", "R@5", "MAP", "P@3", "Complete@2"]
    quotes = ranked_quotes(index)
    evidence = [{**quotes[0], "group": 1}, {**quotes[2], "group": 2}]
    gold = write_gold(tmp_path, {"answerable": True, "evidence": evidence})
    command = ("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")

    outcome = hrqa(*command, "--measures", " ".join(names))

    recorded = json.loads((tmp_path / "reports" / "evaluation.json").read_text("utf-8"))
    heading = [cell.strip() for cell in outcome.out.splitlines()[0].strip("|").split("|")]
    assert heading == ["questions", "n", *names]
    assert recorded["conditions"]["measures"] == names
    assert len(recorded["questions"][0]["results"]) == 10
    # Ranks 1 and 3 of ten: the first two hold one of two groups, the first three both.
    gain = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert recorded["questions"][0]["measures"] == pytest.approx(
        {"nDCG@10": gain, "R@5": 1, "MAP": (1 + 2 / 3) / 2, "P@3": 2 / 3, "Complete@2": 0},
        abs=1e-6,
    )


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--measures", "nDCG@10 Recal@5", "the measure 'Recal@5' is not known; there are Recall@k"),
        ("--measures", "R", "the measure 'R' needs a cut-off, such as R@5"),
        ("--systems", "dense,bm25", "bm25"),
        ("--systems", ",", "dense, sentences, lexical, fused, reranked"),
    ],
)
def test_an_unknown_measure_or_system_is_told_before_anything_is_asked(
    option: str, value: str, sentence: str, index: Path, tmp_path: Path, loads: list[str]
) -> None:
    """One sentence and status 1; no model is loaded and nothing is written."""
    gold = write_gold(tmp_path, {"answerable": False})
    command = ("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")

    outcome = hrqa(*command, option, value)

    assert (outcome.code, outcome.out, len(outcome.said)) == (1, "", 1)
    assert outcome.said[0].startswith("hrqa: ") and sentence in outcome.said[0]
    assert loads == []
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--depth", "-3"), "argument --depth: must be a whole number from 1 to 1000"),
        (("--depth", "0"), "argument --depth: must be a whole number from 1 to 1000"),
        (("--depth", "1001"), "argument --depth: must be a whole number from 1 to 1000"),
        (("--beir", "scifact"), "argument --beir: not allowed with argument --gold"),
        (("--topics", "topics"), "argument --topics: not allowed with argument --gold"),
    ],
)
def test_options_that_make_no_sense_are_told(
    options: tuple[str, ...], said: str, index: Path, tmp_path: Path
) -> None:
    """As other wrong options are: status 2, whichever system is asked."""
    gold = write_gold(tmp_path, {"answerable": False})

    command = ("evaluate", "--index", index, "--output", tmp_path / "reports", "--gold", gold)
    outcome = hrqa(*command, "--systems", "dense", *options)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.said[-1].endswith(said)


def test_a_measure_that_looks_too_deep_is_told(index: Path, tmp_path: Path) -> None:
    """No system gives more than 1000 results."""
    gold = write_gold(tmp_path, {"answerable": False})

    command = ("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")
    outcome = hrqa(*command, "--measures", "P@5 R@2000")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == ["hrqa: the measure 'R@2000' looks deeper than 1000 results"]


def test_evidence_is_found_by_words_by_page_and_by_document(index: Path, tmp_path: Path) -> None:
    """Beside the passage with the words others stand on its page, and others in its document."""
    held = contents(index)
    texts = {passage.id: passage.text for passage in held["passages"]}
    quote = "Program No. 08-CTr/TU"
    gold = write_gold(
        tmp_path,
        {
            "answerable": True,
            "question": "vocational training for workers in rural areas",
            "evidence": [{"document": "cao-bang-2025.pdf", "page": 1, "quote": quote}],
        },
    )

    question = evaluated(index, gold, tmp_path, "--depth", "20")["questions"][0]

    seen = set()
    for result in question["results"]:
        by_words = quote in texts[result["passage_id"]]
        by_document = result["document"] == "cao-bang-2025.pdf"
        by_page = by_document and 1 in result["pages"]
        levels = (result["groups"], result["page_groups"], result["document_groups"])
        assert levels == tuple([1] * level for level in (by_words, by_page, by_document))
        seen.add((by_words, by_page, by_document))
    assert seen == {(True, True, True), (False, True, True), (False, False, False)}
    # The first result is about training, on the same page as the words.
    ranks = [rank for rank, result in enumerate(question["results"], 1) if result["groups"]]
    assert ranks[0] > 1
    assert question["measures"]["MRR@10"] == pytest.approx(1 / ranks[0])
    assert question["measures_by_page"]["MRR@10"] == 1
    assert question["measures_by_document"]["MRR@10"] == 1


def test_what_stands_on_another_page_counts_by_document_alone(index: Path, tmp_path: Path) -> None:
    """The guide's only passage is of pages 1 and 2; Cao Bang's last page is in no first result."""
    evidence = [{"document": "cao-bang-2025.pdf", "page": 2, "quote": "smart textbooks"}]
    question = "vocational training for 25,692 workers in rural areas"
    gold = write_gold(tmp_path, {"answerable": True, "question": question, "evidence": evidence})

    scored = evaluated(index, gold, tmp_path)["questions"][0]

    first = scored["results"][0]
    assert (first["document"], first["pages"]) == ("cao-bang-2025.pdf", [1])
    assert (first["groups"], first["page_groups"], first["document_groups"]) == ([], [], [1])
    levels = ("measures", "measures_by_page", "measures_by_document")
    assert [scored[level]["Success@1"] for level in levels] == [0, 0, 1]


def test_part_of_an_answer_is_not_complete(index: Path, tmp_path: Path) -> None:
    """Of three groups two are found: Recall@10 is 2/3 and Complete@10 is 0; all of one: both 1."""
    quotes = ranked_quotes(index)
    beyond = {"document": "cao-bang-2025.pdf", "page": 2, "quote": "smart textbooks", "group": 3}
    assert not any("smart textbooks" in quote["quote"] for quote in quotes[:5])
    some = [{**quotes[0], "group": 1}, {**quotes[1], "group": 2}, beyond]
    gold = write_gold(
        tmp_path,
        {"answerable": True, "evidence": some},
        {"answerable": True, "evidence": quotes[:1]},
    )

    part, whole = evaluated(index, gold, tmp_path)["questions"]

    assert (part["measures"]["Recall@5"], part["measures"]["Complete@5"]) == (
        pytest.approx(2 / 3),
        0,
    )
    assert (whole["measures"]["Recall@5"], whole["measures"]["Complete@5"]) == (1, 1)


def test_characters_read_and_words_marked_worked_by_hand(index: Path, tmp_path: Path) -> None:
    """The lamp's passage: 82 characters of page 1, a line feed, and 90 of page 2.

    Its last sentence, of 16 words, is marked. "every four hours" ends 59 characters into it, and it
    begins at 83 + 7. Its three words are marked, of which the sentence has 13 more. "at dusk" ends
    81 characters into page 1 and is not marked. A quotation at rank 2 costs all of rank 1.
    """
    question = "When is the lamp trimmed?"
    held = contents(index)
    passages = {passage.id: passage for passage in held["passages"]}
    files = {stored.document.id: stored.document.file for stored in held["documents"]}
    second = passages[ranking(index, question)[1][0]]
    lamp = {"document": "guide.pdf", "page": 2, "quote": "every four hours"}
    dusk = {"document": "guide.pdf", "page": 1, "quote": "at dusk"}
    later = {"document": files[second.document_id], "page": None, "quote": second.text}
    gold = write_gold(
        tmp_path,
        *[
            {"answerable": True, "question": question, "evidence": [evidence]}
            for evidence in (lamp, dusk, later)
        ],
    )

    evaluation = evaluated(index, gold, tmp_path)

    asked = evaluation["questions"]
    assert [each["characters"] for each in asked[:2]] == [83 + 7 + 59, 81]
    assert asked[2]["characters"] == 173 + len(second.text.rstrip("."))
    marked = [each["results"][0]["marked"] for each in asked]
    assert marked == [
        {"marked": 16, "evidence": 3, "both": 3},
        {"marked": 16, "evidence": 2, "both": 0},
        None,
    ]
    gold = write_gold(
        tmp_path,
        *[
            {"answerable": True, "question": question, "evidence": [evidence]}
            for evidence in (lamp, dusk)
        ],
    )
    others = {
        mean["name"]: mean["value"]
        for mean in evaluated(index, gold, tmp_path)["other_measures"]
        if mean["group"] == "all"
    }
    assert others == pytest.approx(
        {
            "characters": (149 + 81) / 2,
            "marked precision": (3 / 16 + 0) / 2,
            "marked recall": (1 + 0) / 2,
        },
        abs=1e-4,
    )


def test_several_systems_have_a_folder_and_a_row_each(index: Path, tmp_path: Path) -> None:
    """In the order in which they are named; each folder says which system it is of."""
    gold = write_gold(tmp_path, {"answerable": True, "evidence": ranked_quotes(index)[:1]})
    folder = tmp_path / "reports"
    command = ("evaluate", "--gold", gold, "--index", index, "--output", folder)

    outcome = hrqa(*command, "--systems", "dense,lexical,hrqa,dense", "--measures", "MRR@10 P@1")

    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in outcome.out.split("\n")]
    recorded = {
        path.name: json.loads((path / "evaluation.json").read_text("utf-8"))
        for path in folder.iterdir()
    }
    assert rows[0] == ["system", "n", "MRR@10", "P@1"]
    assert [row[:2] for row in rows[2:5]] == [["dense", "1"], ["lexical", "1"], ["hrqa", "1"]]
    assert rows[4] == ["hrqa", "1", "1.000", "1.000"]
    assert {name: each["conditions"]["system"] for name, each in recorded.items()} == {
        name: name for name in ("dense", "lexical", "hrqa")
    }
    for row in rows[2:5]:
        assert float(row[2]) == pytest.approx(by_name(recorded[row[0]], "all")["MRR@10"], abs=5e-4)


def test_several_systems_are_one_json_document(index: Path, tmp_path: Path) -> None:
    """The documents in the folders, in a list; the same bytes each time.

    hrqa gives the order of its reranking, but that it folds what says the same into one result.
    """
    gold = write_gold(
        tmp_path,
        {"answerable": False},
        {"answerable": False, "question": "When does the library open on market days?"},
    )
    folders = (tmp_path / "one", tmp_path / "two")
    command = ("evaluate", "--gold", gold, "--index", index, "--format", "json")
    chosen = ("--systems", "reranked,hrqa", "--depth", "12")

    one, two = (hrqa(*command, *chosen, "--output", folder) for folder in folders)

    systems = json.loads(one.out)["systems"]
    assert one.out == two.out
    assert systems == [
        json.loads((folders[0] / name / "evaluation.json").read_text("utf-8"))
        for name in ("reranked", "hrqa")
    ]
    for reranked, hrqas in zip(systems[0]["questions"], systems[1]["questions"], strict=True):
        parts, whole = (
            [result["passage_id"] for result in each["results"]] for each in (reranked, hrqas)
        )
        unfolded = [passage for passage in parts if passage in whole]
        assert unfolded == whole[: len(unfolded)]
        assert len(unfolded) >= 10 and len(set(parts)) == 12
    assert systems[0]["questions"][0]["answerability"] is None


def test_halves_that_are_no_lists_are_refused(index: Path, tmp_path: Path) -> None:
    """A half that is a string would be taken for the ids of its letters."""
    gold = write_gold(tmp_path, {"answerable": False})
    halves = gold.with_suffix(".split.json")
    halves.write_text('{"development": "G1"}')
    command = ("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")

    outcome = hrqa(*command, "--split", "development")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == [f"hrqa: {halves}: half 'development': must be a list of ids"]


def test_a_half_that_is_not_there_is_named(index: Path, tmp_path: Path) -> None:
    """With the halves that there are, or the option for all questions where there is no file."""
    gold = write_gold(tmp_path, {"answerable": False})
    halves = gold.with_suffix(".split.json")
    command = ("evaluate", "--gold", gold, "--index", index, "--output", tmp_path / "reports")

    without = hrqa(*command, "--split", "test")
    halves.write_text('{"tuning": ["G1"], "final": []}')
    other = hrqa(*command, "--split", "test")

    assert (without.code, other.code) == (1, 1)
    assert without.said[-1].startswith(f"hrqa: {halves}: ") and "--split all" in without.said[-1]
    assert other.said[-1].startswith(f"hrqa: {halves}: ")
    assert "does not name the half 'test', but tuning, final" in other.said[-1]


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
