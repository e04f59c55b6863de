"""`hrqa compare` and `hrqa reproduce`: is it better, and is it the same?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hrqa.embedding.encoder import Encoder

from .test_evaluation_exchange import JUDGED, QUERIES, TEXTS, evaluate_beir, gold_file
from .tools import Outcome, build, copy, hrqa, one_model

MEASURES = ("nDCG@10", "R@5")
SYSTEMS = ("dense", "lexical", "hrqa")
BIRDS = {
    **{"id": "bird", "language": "en", "kind": "fact", "answerable": True},
    "question": "Where does the heron wait?",
    "evidence": [{"document": "birds.md", "page": None, "quote": "shallow water"}],
}
IRON = {
    **{"id": "iron", "language": "en", "kind": "fact", "answerable": True},
    "question": "When does iron melt?",
    "evidence": [{"document": "iron.txt", "page": None, "quote": "1538 degrees"}],
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, index: Path, encoder: Encoder) -> Path:
    """Reports of three systems over `index`, in a folder each; not to be changed."""
    folder = tmp_path_factory.mktemp("asked")
    with one_model(encoder):
        outcome = hrqa(
            *("evaluate", "--gold", gold_file(folder), "--index", index),
            *("--output", folder / "reports", "--systems", ",".join(SYSTEMS)),
            *("--measures", " ".join(MEASURES)),
        )
    assert outcome.code == 0, outcome.err
    return folder / "reports"


def questions(folder: Path) -> list[dict[str, Any]]:
    """The questions of an evaluation in a folder."""
    found: list[dict[str, Any]] = json.loads((folder / "evaluation.json").read_text("utf-8"))[
        "questions"
    ]
    return found


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the evaluation in a folder."""
    path = folder / "evaluation.json"
    value = json.loads(path.read_text("utf-8"))
    change(value)
    path.write_text(json.dumps(value), "utf-8")


def test_two_evaluations_are_compared(asked: Path) -> None:
    """Means, differences and counts are those of the recorded values, as text and as JSON."""
    folders = [asked / "lexical", asked / "hrqa"]
    text = hrqa("compare", *folders)
    compared = json.loads(hrqa("compare", *folders, "--format", "json").out)

    before, after = (
        {q["id"]: q["measures"] for q in questions(folder) if q["answerable"]} for folder in folders
    )
    assert (text.code, compared["systems"], compared["questions"]) == (0, ["lexical", "hrqa"], 4)
    assert [each["measure"] for each in compared["differences"]] == list(MEASURES)
    for each in compared["differences"]:
        gains = [after[name][each["measure"]] - before[name][each["measure"]] for name in before]
        assert each["value"] == pytest.approx(sum(gains) / 4)
        assert each["value"] == pytest.approx(each["second_mean"] - each["first_mean"])
        assert each["low"] <= each["value"] <= each["high"]
        assert [each["wins"], each["ties"], each["losses"]] == [
            *[sum(gain > 1e-9 for gain in gains), sum(abs(gain) <= 1e-9 for gain in gains)],
            sum(gain < -1e-9 for gain in gains),
        ]
        row = next(
            line for line in text.out.splitlines() if line.startswith(f"| {each['measure']}")
        )
        assert f"{each['first_mean']:.3f}" in row and f"{each['value']:+.3f}" in row
    assert "4 questions. p: paired randomisation test" in text.out


def test_three_evaluations_are_compared_in_pairs(asked: Path) -> None:
    """Each two of them in each measure; more comparisons make a p no smaller."""
    outcome = hrqa("compare", *(asked / name for name in SYSTEMS), "--format", "json")

    differences = json.loads(outcome.out)["differences"]
    assert [(d["measure"], d["first"], d["second"]) for d in differences] == [
        (measure, *pair)
        for measure in MEASURES
        for pair in (("dense", "lexical"), ("dense", "hrqa"), ("lexical", "hrqa"))
    ]
    assert all(d["p"] <= d["p_corrected"] <= 1 for d in differences)


def test_questions_that_moved_show_both_rankings(asked: Path) -> None:
    """The one that moved most is first; results with evidence have a mark."""
    folders = [asked / "lexical", asked / "hrqa"]
    one, other = ({q["id"]: q for q in questions(folder)} for folder in folders)
    moves = {
        name: abs(other[name]["measures"]["nDCG@10"] - one[name]["measures"]["nDCG@10"])
        for name in one
        if one[name]["answerable"]
    }
    most = max(sorted(moves), key=lambda name: moves[name])
    assert moves[most] > 0

    text = hrqa("compare", *folders, "--moved", "1").out
    none = json.loads(hrqa("compare", *folders, "--moved", "0", "--format", "json").out)
    moved = json.loads(hrqa("compare", *folders, "--moved", "1", "--format", "json").out)["moved"]

    assert none["moved"] == []
    assert [each["id"] for each in moved] == [most]
    assert f"{most}: nDCG@10 " in text and one[most]["question"] in text
    for side, questions_of in enumerate((one, other)):
        shown = [pair[side] for pair in moved[0]["results"] if pair[side] is not None]
        assert [each["item"] for each in shown] == [
            result["passage_id"] for result in questions_of[most]["results"]
        ]
        assert [each["holds"] for each in shown] == [
            bool(result["groups"]) for result in questions_of[most]["results"]
        ]
        first = questions_of[most]["results"][0]
        assert f"{'✓' if first['groups'] else '·'} " in text and first["citation"][-40:] in text


def trec_files(folder: Path) -> list[Path]:
    """Two runs over four queries, the one item that is relevant at rank 1 or at rank 2."""
    (folder / "qrels").write_text("".join(f"q{n} 0 good 1\nq{n} 0 bad 0\n" for n in range(4)))
    paths = []
    for name, order in (("late", ("bad", "good")), ("soon", ("good", "bad"))):
        path = folder / f"{name}.run"
        path.write_text(
            "".join(
                f"q{n} Q0 {item} {rank} {1 / rank} {name}\n"
                for n in range(4)
                for rank, item in enumerate(order, start=1)
            )
        )
        paths.append(path)
    return paths


def test_runs_of_any_system_are_compared_with_judgements(tmp_path: Path) -> None:
    """Four times 1/2 against 1: of the 16 ways to sign four gains two are as extreme."""
    runs = trec_files(tmp_path)
    options = ("--qrels", tmp_path / "qrels", "--measures", "RR R@2", "--format", "json")

    compared = json.loads(hrqa("compare", *runs, *options).out)

    rank, recall = compared["differences"]
    assert compared["systems"] == ["late", "soon"]
    assert (rank["first_mean"], rank["second_mean"], rank["value"]) == (0.5, 1, 0.5)
    assert (rank["wins"], rank["p"], rank["p_corrected"]) == (4, 2 / 16, 4 / 16)
    assert (rank["low"], rank["high"]) == (0.5, 0.5)
    assert (recall["value"], recall["ties"], recall["p"]) == (0, 4, 1)


def test_a_run_with_itself_is_told_apart_by_its_place(tmp_path: Path) -> None:
    """Nothing differs, nothing moved."""
    late, _ = trec_files(tmp_path)
    options = ("--qrels", tmp_path / "qrels", "--format", "json")

    compared = json.loads(hrqa("compare", late, late, *options).out)

    assert (compared["systems"], compared["moved"]) == (["late", "late (2)"], [])
    assert {(each["value"], each["p"]) for each in compared["differences"]} == {(0, 1)}


def said(*arguments: object) -> str:
    """The one sentence with which a command ends, with status 1."""
    outcome = hrqa(*arguments)
    assert (outcome.code, outcome.out, outcome.crashed) == (1, "", False)
    return outcome.said[-1]


def test_what_cannot_be_compared_is_told(asked: Path, tmp_path: Path) -> None:
    """Each ends with status 1 and one sentence that names the file."""
    lexical, other = asked / "lexical", copy(asked / "hrqa", tmp_path / "other")
    runs = trec_files(tmp_path)
    rewrite(other, lambda value: value["gold"].update(sha256="0" * 64))
    json_of_other = other / "evaluation.json"

    alone = said("compare", lexical)
    unmeasured = said("compare", lexical, asked / "hrqa", "--measures", "nDCG@10 P@7")
    without_judgements = said("compare", *runs)
    missing = said("compare", lexical, tmp_path / "nowhere")
    unknown = said("compare", *runs, "--qrels", tmp_path / "qrels", "--measures", "Recal")

    assert alone == f"hrqa: {lexical}: the command line: name at least one run to compare with"
    assert said("compare", lexical, other) == (
        f"hrqa: {json_of_other}: gold: was measured by other gold questions than "
        f"{lexical / 'evaluation.json'}"
    )
    assert unmeasured.endswith("evaluation.json: the whole file: was not measured by 'P@7'")
    assert without_judgements.startswith(f"hrqa: {runs[0]}: ") and "--qrels" in without_judgements
    assert missing == f"hrqa: {tmp_path / 'nowhere'}: the whole file: there is no such file"
    assert "the measure 'Recal' is not known" in unknown


def test_other_questions_of_the_same_gold_are_not_compared(asked: Path, tmp_path: Path) -> None:
    """Such as one half with the other; the first question that only one has is named."""
    part = copy(asked / "hrqa", tmp_path / "part")
    rewrite(part, lambda value: value["questions"].pop(0))

    sentence = said("compare", asked / "lexical", part)

    assert sentence.startswith(f"hrqa: {part / 'evaluation.json'}: question lamp: is not in both")


def evaluated(index: Path, folder: Path, *gold: dict[str, Any]) -> Path:
    """Reports of an evaluation of some gold questions over an index."""
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in gold))
    outcome = hrqa(
        *("evaluate", "--gold", path, "--index", index, "--output", folder / "reports"),
        *("--measures", "RR@10 R@5"),
    )
    assert outcome.code == 0, outcome.err
    return folder / "reports"


def test_an_evaluation_is_repeated_and_is_the_same(asked: Path, index: Path) -> None:
    """Also of a part of hrqa: five questions, ten ranks each; status 0."""
    for system in ("hrqa", "lexical"):
        ranks = sum(len(question["results"]) for question in questions(asked / system))
        outcome = hrqa("reproduce", asked / system, "--index", index)

        assert outcome.code == 0, outcome.err
        assert outcome.out.splitlines()[-1] == (
            f"the same: 5 questions, {ranks} ranks and scores, and every measure"
        )


def test_another_index_is_not_the_same(tiny_corpus: Path, tiny_index: Path, tmp_path: Path) -> None:
    """One document has another word: the sentence says that the index is another."""
    reports = evaluated(tiny_index, tmp_path, BIRDS, IRON)
    before = json.loads((reports / "evaluation.json").read_text("utf-8"))["index"]["id"]
    (tiny_corpus / "rain.txt").write_text("Rain fell on ninety days of September.\n")
    build(tiny_corpus, tiny_index)

    sentence = said("reproduce", reports, "--index", tiny_index)

    assert sentence.startswith(f"hrqa: {reports / 'evaluation.json'}: index: the index is ")
    assert f"was {before}" in sentence


def test_other_questions_are_not_the_same(tiny_index: Path, tmp_path: Path) -> None:
    """A byte of the gold file is enough."""
    reports = evaluated(tiny_index, tmp_path, BIRDS, IRON)
    with (tmp_path / "gold.jsonl").open("a") as file:
        file.write("\n")

    sentence = said("reproduce", reports, "--index", tiny_index)

    assert sentence.startswith(
        f"hrqa: {reports / 'evaluation.json'}: gold: the questions have changed since: "
    )


def test_another_division_into_halves_is_told(tiny_index: Path, tmp_path: Path) -> None:
    """The gold file is the same, but its test half has another question."""
    evaluated(tiny_index, tmp_path, BIRDS, IRON)
    halves = tmp_path / "gold.split.json"
    halves.write_text('{"test": ["bird"], "development": ["iron"]}')
    reports = tmp_path / "half"
    hrqa(
        *("evaluate", "--gold", tmp_path / "gold.jsonl", "--index", tiny_index),
        *("--output", reports, "--split", "test"),
    )
    halves.write_text('{"test": ["bird", "iron"], "development": []}')

    sentence = said("reproduce", reports, "--index", tiny_index)

    assert sentence.startswith(f"hrqa: {reports / 'evaluation.json'}: questions: ")
    assert "iron" in sentence


def test_a_rank_that_differs_is_named(tiny_index: Path, tmp_path: Path) -> None:
    """Ranks 2 and 3 of the second question were exchanged in the record, and a measure raised."""
    reports = evaluated(tiny_index, tmp_path, BIRDS, IRON)

    def exchange(value: dict[str, Any]) -> None:
        results = value["questions"][1]["results"]
        results[1], results[2] = results[2], results[1]

    def raise_measure(value: dict[str, Any]) -> None:
        value["questions"][0]["measures"]["R@5"] = 0.5

    rewrite(reports, exchange)
    exchanged = hrqa("reproduce", reports, "--index", tiny_index)
    rewrite(reports, raise_measure)
    raised = hrqa("reproduce", reports, "--index", tiny_index)

    assert (exchanged.code, raised.code) == (1, 1)
    assert exchanged.out.splitlines()[-2:] == [
        "iron: differs from rank 2 on",
        "not the same: 1 of 2 questions are ranked otherwise",
    ]
    assert raised.out.endswith(
        "not the same: 1 of 2 questions are ranked otherwise, and measures differ\n"
    )


def test_a_record_that_cannot_be_read_is_told(tiny_index: Path, tmp_path: Path) -> None:
    """A question without results, and an evaluation without conditions."""
    reports = evaluated(tiny_index, tmp_path, BIRDS, IRON)
    rewrite(reports, lambda value: value["questions"][1].pop("results"))
    no_results = said("reproduce", reports, "--index", tiny_index)
    rewrite(reports, lambda value: value.pop("conditions"))
    no_conditions = said("reproduce", reports, "--index", tiny_index)

    assert no_results.startswith(f"hrqa: {reports / 'evaluation.json'}: ")
    assert "does not say what it was made from" in no_conditions


def write_beir(folder: Path) -> Path:
    """The BEIR folder of the tests of exchange."""
    (folder / "qrels").mkdir(parents=True)
    texts = [{"_id": k, "title": title, "text": text} for k, (title, text) in TEXTS.items()]
    for name, lines in (
        ("corpus", texts),
        ("queries", [{"_id": name, "text": text} for name, text in QUERIES.items()]),
    ):
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    path = folder / "qrels" / "test.tsv"
    path.write_text(
        "".join(
            f"{query}\t0\t{text}\t{grade}\n"
            for query, grades in JUDGED["test"].items()
            for text, grade in grades.items()
        ),
        "utf-8",
    )
    return folder


def test_an_evaluation_of_a_beir_folder_is_repeated(tmp_path: Path) -> None:
    """Over the index beside its reports, also where each of several systems has a folder there.

    A text that has changed since makes another index.
    """
    folder = write_beir(tmp_path / "beir")
    reports = tmp_path / "reports"
    assert evaluate_beir(folder, reports, "--systems", "lexical,hrqa").code == 0

    outcome: Outcome = hrqa("reproduce", reports / "hrqa")

    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[-1] == (
        "the same: 2 questions, 12 ranks and scores, and every measure"
    )
    assert not (reports / "hrqa" / "index").exists()
    corpus = folder / "corpus.jsonl"
    corpus.write_text(corpus.read_text("utf-8").replace("1538", "1539"), "utf-8")
    assert ": index: the index is " in said("reproduce", reports / "hrqa")
