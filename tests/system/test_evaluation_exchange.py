"""`hrqa evaluate` over BEIR folders and TREC topics, and what it writes for other scorers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from hrqa.embedding.encoder import Encoder
from hrqa.store.description import open_text

from .tools import Outcome, copy, hrqa, one_model, snapshot

TEXTS = {
    "plain-3": ("Iron", "Iron melts at 1538 degrees."),
    "metal/copper: 2": ("", "Copper melts at 1085 degrees, which a potter's kiln can reach."),
    "../heron": ("The heron", "The heron waits in shallow water for fish and frogs."),
    "4": ("", "The choir sings on the last Sunday of June in the old market hall."),
    "r 5": ("Rain", "Rain fell on nineteen days of September and on two days of August."),
    "plain-6": ("", "Frogs lay their eggs in shallow water in spring."),
}
QUERIES = {
    "metals": "At how many degrees do metals melt?",
    "water": "What lives in shallow water?",
    "choir": "When does the choir sing?",
    "rain": "On how many days did it rain in September?",
}
JUDGED = {
    "test": {
        "metals": {"plain-3": 2, "metal/copper: 2": 1, "4": 0},
        "water": {"plain-6": 1, "../heron": 3},
    },
    "dev": {"choir": {"4": 1}, "rain": {"r 5": 1, "plain-6": 2}, "water": {"4": 0}},
}
MEASURES = ("nDCG@10", "R@100", "RR@10", "AP")
LAMP = "When is the lamp trimmed?"
TEACHERS = "trường học của giáo viên trẻ"


@pytest.fixture(scope="module")
def beir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BEIR folder of six texts, of which three have ids that cannot name a file."""
    folder = tmp_path_factory.mktemp("beir")
    (folder / "qrels").mkdir()
    texts = [{"_id": k, "title": title, "text": text} for k, (title, text) in TEXTS.items()]
    queries = [{"_id": name, "text": text} for name, text in QUERIES.items()]
    for name, lines in (("corpus", texts), ("queries", queries)):
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    for split, judged in JUDGED.items():
        rows = [
            f"{query}\t{text}\t{grade}\n"
            for query, grades in judged.items()
            for text, grade in grades.items()
        ]
        path = folder / "qrels" / f"{split}.tsv"
        path.write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), "utf-8")
    return folder


def evaluate_beir(folder: Path, reports: Path, *options: str) -> Outcome:
    """Evaluate a BEIR folder by `MEASURES`."""
    command = ("evaluate", "--beir", folder, "--output", reports)
    return hrqa(*command, "--measures", " ".join(MEASURES), *options)


@pytest.fixture(scope="module")
def _asked(
    beir: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Path]:
    """Reports of the folder asked once, with its index; not to be changed."""
    reports = tmp_path_factory.mktemp("reports")
    with one_model(encoder):
        outcome = evaluate_beir(beir, reports)
    assert outcome.code == 0, outcome.err
    yield reports


@pytest.fixture
def asked(_asked: Path, tmp_path: Path) -> Path:
    """A copy of these reports."""
    return copy(_asked, tmp_path / "reports")


def recorded(folder: Path) -> Any:
    """The evaluation in a folder."""
    return json.loads((folder / "evaluation.json").read_text("utf-8"))


def scored_from_files(folder: Path, *names: str) -> dict[str, dict[str, float]]:
    """What ir_measures computes from `run.trec` and `qrels.trec`: question to measure to value."""
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    run = list(ir_measures.read_trec_run(str(folder / "run.trec")))
    measures = [ir_measures.parse_measure(name) for name in names]
    found: dict[str, dict[str, float]] = {}
    for value in ir_measures.iter_calc(measures, qrels, run):
        found.setdefault(value.query_id, {})[str(value.measure)] = value.value
    return found


def test_a_beir_folder_is_indexed_asked_and_scored(asked: Path) -> None:
    """Each measure is what ir_measures gives of the files; results are documents, each once."""
    evaluation = recorded(asked)

    measured = {each["id"]: each["measures"] for each in evaluation["questions"]}
    expected = scored_from_files(asked, *MEASURES)
    assert set(measured) == set(expected) == {"metals", "water"}
    for name, values in expected.items():
        assert measured[name] == pytest.approx(values, abs=1e-9)
        assert values["R@100"] == 1
    means = {m["name"]: m["value"] for m in evaluation["measures"] if m["group"] == "all"}
    assert means["nDCG@10"] == pytest.approx(
        sum(values["nDCG@10"] for values in expected.values()) / 2, abs=1e-4
    )
    for each in evaluation["questions"]:
        files = [result["document"] for result in each["results"]]
        assert len(files) == len(set(files)) == len(TEXTS)


def test_grades_of_beir_are_those_of_the_judgements(asked: Path) -> None:
    """Each document by its id or its digest; grade 0 is what is not in the file."""
    text = open_text(asked / "index")
    titles = {
        stored.document.id: stored.document.bibliography.title for stored in text.texts.documents
    }
    text.close()
    lines = [line.split() for line in (asked / "qrels.trec").read_text("utf-8").splitlines()]

    assert [(query, int(grade)) for query, _, _, grade in lines] == [
        *[("metals", 2), ("metals", 1), ("water", 1), ("water", 3)]
    ]
    assert (lines[0][2], lines[2][2]) == ("plain-3", "plain-6")
    assert lines[1][2].startswith("x-")
    assert titles[lines[3][2]] == "The heron"


def test_a_second_time_nothing_is_indexed_again(beir: Path, asked: Path) -> None:
    """Index and corpus stay as they are, to the byte; so does the evaluation."""
    folders = (asked / "index", asked / "corpus")
    before = [snapshot(folder) for folder in folders]
    evaluation = (asked / "evaluation.json").read_bytes()

    outcome = evaluate_beir(beir, asked)

    assert outcome.code == 0
    assert [snapshot(folder) for folder in folders] == before
    assert (asked / "evaluation.json").read_bytes() == evaluation


def test_another_split_is_asked_over_the_same_index(beir: Path, asked: Path) -> None:
    """`--split dev`; a query without a relevant document has no answer and counts in no mean."""
    before = snapshot(asked / "index")

    outcome = evaluate_beir(beir, asked, "--split", "dev")

    evaluation = recorded(asked)
    assert outcome.code == 0
    assert snapshot(asked / "index") == before
    assert {each["id"]: each["answerable"] for each in evaluation["questions"]} == {
        **{"choir": True, "rain": True},
        "water": False,
    }
    assert evaluation["conditions"]["source"]["split"] == "dev"
    assert {m["n"] for m in evaluation["measures"] if m["group"] == "all"} == {2}
    (choir,) = (each for each in evaluation["questions"] if each["id"] == "choir")
    assert choir["measures"] == dict.fromkeys(MEASURES, 1)


@pytest.mark.parametrize(
    ("file", "line", "where"),
    [
        ("corpus.jsonl", '{"_id": "plain-3", "text": "again"}', "corpus.jsonl: line 7: "),
        ("queries.jsonl", '{"_id": "q"}', "queries.jsonl: line 5: "),
        ("qrels/test.tsv", "water\tplain-7\t1", "test.tsv: query water: "),
        ("qrels/test.tsv", "water\tplain-6", "test.tsv: line 7: "),
    ],
)
def test_a_fault_of_a_beir_folder_is_told_with_its_place(
    file: str, line: str, where: str, beir: Path, tmp_path: Path, loads: list[str]
) -> None:
    """One sentence and status 1, before anything is indexed."""
    folder = copy(beir, tmp_path / "beir")
    with (folder / file).open("a", encoding="utf-8") as faulty:
        faulty.write(line + "\n")

    outcome = evaluate_beir(folder, tmp_path / "reports")

    assert (outcome.code, outcome.out, len(outcome.said)) == (1, "", 1)
    assert outcome.said[0].startswith(f"hrqa: {folder}/") and where in outcome.said[0]
    assert loads == [] and not (tmp_path / "reports" / "index").exists()


def test_a_folder_that_is_no_beir_folder_is_told(tmp_path: Path) -> None:
    """The file that is missing is named."""
    outcome = evaluate_beir(tmp_path / "nowhere", tmp_path / "reports")

    missing = tmp_path / "nowhere" / "corpus.jsonl"
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == [f"hrqa: {missing}: the whole file: there is no such file"]


TOPICS = {
    "topics.trec": f"<top>\n<num> Number: 7\n<title> {LAMP}\n</top>\n"
    f"<top>\n<num>8</num><title>{TEACHERS}</title>\n</top>\n",
    "topics.tsv": f"7\t{LAMP}\n8\t{TEACHERS}\n",
    "topics.jsonl": json.dumps({"_id": "7", "text": LAMP})
    + "\n"
    + json.dumps({"_id": "8", "text": TEACHERS})
    + "\n",
}
BY_FILE = "7\t0\tguide.pdf\t1\n8\t0\tschools.md\t1\n8\t0\ttài liệu/trường học.txt\t2\n"
BY_ID = "7 0 {guide} 1\n8 0 delta-schools 1\n8 0 truong-hoc 2\n"


def test_topics_and_judgements_over_an_index_at_hand(index: Path, tmp_path: Path) -> None:
    """The three forms of topics, judged by id or by file, give one and the same outcome.

    The guide is first for its question, and so is the Vietnamese report, of grade 2, for its own.
    """
    text = open_text(index)
    (guide,) = (s.document.id for s in text.texts.documents if s.document.file == "guide.pdf")
    text.close()
    (tmp_path / "by-file").write_text(BY_FILE, "utf-8")
    (tmp_path / "by-id").write_text(BY_ID.format(guide=guide), "utf-8")
    outcomes = []
    for name, topics in TOPICS.items():
        (tmp_path / name).write_text(topics, "utf-8")
        qrels = tmp_path / ("by-file" if name == "topics.tsv" else "by-id")
        outcome = hrqa(
            *("evaluate", "--topics", tmp_path / name, "--qrels", qrels, "--index", index),
            *("--output", tmp_path / "reports", "--measures", "nDCG@10 RR"),
        )
        assert outcome.code == 0, outcome.err
        outcomes.append(recorded(tmp_path / "reports")["questions"])

    lamp, teachers = outcomes[0]
    assert outcomes[1] == outcomes[2] == outcomes[0]
    assert (lamp["language"], teachers["language"]) == ("en", "vi")
    assert lamp["measures"] == {"nDCG@10": 1, "RR": 1}
    assert teachers["results"][0]["document"] == "tài liệu/trường học.txt"
    assert teachers["measures"]["RR"] == 1
    expected = scored_from_files(tmp_path / "reports", "nDCG@10", "RR")
    assert teachers["measures"] == pytest.approx(expected["8"], abs=1e-9)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--topics",), "topics: the command line: --qrels is needed, too"),
        (("--qrels",), "qrels: the command line: --topics is needed, too"),
        (("--topics", "--qrels"), "qrels: query 7: the index holds no document 'fish.pdf'"),
    ],
)
def test_topics_without_what_they_need_are_told(
    given: tuple[str, ...], said: str, index: Path, tmp_path: Path
) -> None:
    """One sentence and status 1."""
    (tmp_path / "topics").write_text(f"7\t{LAMP}\n")
    (tmp_path / "qrels").write_text("7 0 fish.pdf 1\n")
    options = [each for name in given for each in (name, tmp_path / name.lstrip("-"))]

    outcome = hrqa("evaluate", *options, "--index", index, "--output", tmp_path / "reports")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == [f"hrqa: {tmp_path / said}"]


GOLD = [
    ("lamp", "en", LAMP, [("guide.pdf", 2, "trimmed every four hours", 1)]),
    (
        *("boats", "en", "Who pays for the boats, and how many are there?"),
        [
            ("schools.md", None, "which pays for boats", 1),
            ("tài liệu/trường học.txt", None, "bốn mươi chiếc thuyền", 2),
            ("schools.md", None, "forty boats", 2),
            ("cao-bang-2025.pdf", 2, "smart textbooks", 3),
        ],
    ),
    ("rice", "en", "When is rice cut?", [("notes/harvest.txt", None, "first week of October", 1)]),
    ("cầu", "vi", "Cây cầu được xây năm nào?", [("schools.md", None, "In 2018 the council", 1)]),
    ("ticket", "en", "What does a ticket to the moon cost?", []),
]


def gold_file(folder: Path) -> Path:
    """A file of five questions: several groups, alternatives, and one without an answer."""
    lines = [
        {
            **{"id": name, "language": language, "question": text, "kind": "fact"},
            "answerable": bool(evidence),
            "evidence": [
                {"document": file, "page": page, "quote": quote, "group": group}
                for file, page, quote, group in evidence
            ],
        }
        for name, language, text, evidence in GOLD
    ]
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_files_for_other_scorers_give_the_recorded_values(index: Path, tmp_path: Path) -> None:
    """For each question and system nDCG, reciprocal rank and AP as recorded, to 1e-9.

    A second run writes the same bytes but for `machine.json`, where all times are.
    """
    gold = gold_file(tmp_path)
    names = ("nDCG@10", "RR@10", "AP")
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        outcome = hrqa(
            *("evaluate", "--gold", gold, "--index", index, "--output", folder),
            *("--systems", "lexical,hrqa", "--measures", " ".join(names)),
        )
        assert outcome.code == 0, outcome.err

    for system in ("lexical", "hrqa"):
        one, two = (folder / system for folder in folders)
        evaluation = recorded(one)
        measured = {e["id"]: e["measures"] for e in evaluation["questions"] if e["answerable"]}
        expected = scored_from_files(one, *names)
        assert set(expected) == set(measured) == {"lamp", "boats", "rice", "cầu"}
        assert 0 < measured["boats"]["AP"] < 1
        for name, values in measured.items():
            assert values == pytest.approx(expected[name], abs=1e-9)
        alike = {path.name for path in one.iterdir()} - {"machine.json", "latency.svg"}
        assert {
            name for name in alike if (one / name).read_bytes() != (two / name).read_bytes()
        } == (set())
        assert {"evaluation.json", "evaluation.md", "run.trec", "qrels.trec"} <= alike
        written = (one / "evaluation.json").read_text("utf-8")
        assert '"ms"' not in written and "milliseconds" not in written
        times = json.loads((one / "machine.json").read_text("utf-8"))["milliseconds"]
        assert len(times["by_question"]) == len(GOLD)
