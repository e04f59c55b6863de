"""`hrqa gold`: gold questions checked, divided and judged from the command line."""

import http.client
import json
import re
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from hrqa.judging.server import JudgingServer

from .tools import Outcome, hrqa

HERON: dict[str, Any] = {"document": "birds.md", "page": None, "quote": "waits in shallow water"}
QUESTIONS: list[dict[str, Any]] = [
    {"question": "Where does the heron stand?", "answerable": True, "evidence": [HERON]},
    {"question": "When does it snow on the moon?", "answerable": False},
]


def write_gold(folder: Path, *questions: dict[str, Any]) -> Path:
    """Write a file of gold questions; ids count from G1."""
    lines = [
        {"id": f"G{number}", "language": "en", "kind": "fact", **question}
        for number, question in enumerate(questions, start=1)
    ]
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_a_good_file_has_no_fault(tiny_index: Path, tmp_path: Path) -> None:
    """Its evidence is looked up in the index; the summary ends the text."""
    gold = write_gold(tmp_path, *QUESTIONS)
    outcome = hrqa("gold", "check", gold, "--index", tiny_index)

    assert (outcome.code, outcome.out) == (0, "2 questions, 0 errors, 0 warnings\n")


def test_faults_are_told_in_the_form_of_compilers(tiny_index: Path, tmp_path: Path) -> None:
    """An error ends with 1; the nearest stretch shows the slip; JSON holds the same."""
    wrong = {**HERON, "quote": "waits in shalow water", "group": 2}
    gold = write_gold(tmp_path, QUESTIONS[0] | {"evidence": [wrong]}, QUESTIONS[1])
    text = hrqa("gold", "check", gold, "--index", tiny_index)
    value = json.loads(hrqa("gold", "check", gold, "--index", tiny_index, "--format", "json").out)

    assert text.code == 1
    assert text.out.splitlines() == [
        f"{gold}:1: evidence (G1): warning: its groups are 2; count them from 1 without gaps, so "
        "that none is missing",
        f"{gold}:1: evidence[0].quote (G1): birds.md does not contain the quote 'waits in shalow "
        "water'; nearest is 'waits in shallow water'",
        "2 questions, 1 error, 1 warning",
    ]
    assert (value["questions"], value["errors"], value["warnings"], value["notes"]) == (2, 1, 1, 0)
    assert value["looked_up"] is True
    assert [fault["field"] for fault in value["faults"]] == ["evidence", "evidence[0].quote"]


def test_without_an_index_evidence_is_not_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said; one that is named must be there. Warnings end with 0."""
    monkeypatch.chdir(tmp_path)
    elsewhere = QUESTIONS[0] | {"evidence": [{**HERON, "group": 2}]}
    gold = write_gold(tmp_path, elsewhere)
    outcome = hrqa("gold", "check", gold)
    absent = hrqa("gold", "check", gold, "--index", tmp_path / "absent")

    assert outcome.code == 0
    assert "1 question, 0 errors, 1 warning\nEvidence was not looked up" in outcome.out
    assert (absent.code, absent.out) == (1, "")
    assert "there is no index here" in absent.err


def test_the_shipped_questions_have_no_error(shipped_index: Path) -> None:
    """Every quotation stands in the texts, and every question is in one half."""
    gold = Path(__file__).resolve().parents[2] / "eval" / "gold.jsonl"
    outcome = hrqa("gold", "check", gold, "--index", shipped_index)

    assert outcome.code == 0
    assert "344 questions, 0 errors, " in outcome.out


def test_questions_are_divided_once(tmp_path: Path) -> None:
    """The halves are written beside them and counted; what is divided stays so."""
    questions = [{"question": f"word{n}?", "answerable": False} for n in range(8)]
    gold = write_gold(tmp_path, *questions)
    done = hrqa("gold", "split", gold, "--share", "0.25", "--names", "dev,test", "--seed", "4")
    halves = json.loads((tmp_path / "mine.split.json").read_text("utf-8"))
    again = hrqa("gold", "split", gold)
    forced = hrqa("gold", "split", gold, "--force")

    assert done.code == 0
    assert [(name, len(ids)) for name, ids in halves.items()] == [("dev", 2), ("test", 6)]
    assert done.out.splitlines()[1].split() == ["questions", "2", "6"]
    assert "--seed 4" in done.err
    assert (again.code, again.out) == (1, "") and "use --force" in again.err
    assert forced.code == 0
    assert hrqa("gold", "check", gold, "--index", tmp_path).code == 1  # no index there


@pytest.mark.parametrize(
    "options",
    [
        ("split", "--share", "1"),
        ("split", "--names", "a"),
        ("split", "--names", "a,a"),
        ("split", "--names", "all,test"),
        ("judge", "--depth", "0"),
        ("judge", "--port", "70000"),
    ],
)
def test_wrong_options_are_wrong_usage(options: tuple[str, ...]) -> None:
    """Exit status 2, and what is wrong."""
    outcome = hrqa("gold", *options)

    assert outcome.code == 2
    assert options[-1] in outcome.err


def judging(
    monkeypatch: pytest.MonkeyPatch, forms: list[tuple[int, str, str]], *arguments: object
) -> tuple[Outcome, list[str]]:
    """Run `hrqa gold judge` until the judge has sent judgements and stops it.

    Args:
        monkeypatch: Stands in for the judge.
        forms: Question from 1, and passage and judgement; the passage by a part of its text.
        arguments: Of the command.

    Returns:
        What it gave, and the pages of all questions.
    """
    pages: list[str] = []

    def judge(server: JudgingServer) -> None:
        thread = threading.Thread(target=ThreadingHTTPServer.serve_forever, args=(server, 0.01))
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)

        def send(method: str, path: str, body: str | None = None) -> str:
            connection.request(method, server.root + path, body)
            return connection.getresponse().read().decode()

        try:
            pages.extend(send("GET", f"question/{n}") for n in range(1, len(server.work.pools) + 1))
            for place, part, degree in forms:
                passages = server.work.pools[place - 1].passages
                (passage,) = [each.passage.id for each in passages if part in each.passage.text]
                send(
                    *("POST", f"question/{place}"),
                    urlencode({"passage": passage, "judgement": degree}),
                )
        finally:
            connection.close()
            server.shutdown()
            thread.join()
        raise KeyboardInterrupt

    monkeypatch.setattr(JudgingServer, "serve_forever", judge)
    return hrqa("gold", "judge", *arguments), pages


def test_two_judges_judge_and_their_agreement_is_told(
    tiny_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passages of two systems on one page, each once; judgements are kept and become qrels."""
    gold = write_gold(tmp_path, *QUESTIONS)
    file = tmp_path / "mine.judgements.jsonl"
    command = (gold, "--index", tiny_index, "--systems", "dense,hrqa", "--depth", "4")
    an, pages = judging(
        monkeypatch,
        [(1, "heron", "answers"), (1, "choir", "not"), (1, "Rain", "not"), (2, "Rain", "partly")],
        *(*command, "--judge", "An"),
    )
    binh, same_pages = judging(
        monkeypatch,
        [(1, "heron", "answers"), (1, "choir", "partly"), (1, "Rain", "not")],
        *(*command, "--judge", "Bình"),
    )
    again, later_pages = judging(monkeypatch, [], *(*command, "--judge", "An"))
    agreement = json.loads(hrqa("gold", "agreement", file, "--format", "json").out)
    qrels = hrqa("gold", "qrels", file).out.splitlines()

    assert (an.code, binh.code, again.code) == (0, 0, 0)
    assert re.search(r"^An judges at http://127\.0\.0\.1:\d+/\S{32}/$", an.out, re.MULTILINE)
    assert "Kept: 4 of " in an.err and "Kept: 4 of " in again.err
    assert pages[0].count("The heron waits in shallow water") == 1
    assert not re.search("dense|lexical|score|rank", pages[0])
    headings = [re.findall(r"<h2.*</h2>", page) for page in (pages[0], same_pages[0])]
    assert headings[0] == headings[1]
    assert later_pages[0].count('aria-pressed="true"') == 3
    (pair,) = agreement["pairs"]
    assert (pair["judges"], pair["n"]) == (["An", "Bình"], 3)
    assert pair["table"] == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]
    assert pair["kappa"] == pytest.approx(0.5)  # 2 of 3 alike; (1 + 0 + 2) / 9 by chance
    assert sorted(line.split()[3] for line in qrels) == ["0", "0", "1", "2"]
    assert {line.split()[0] for line in qrels} == {"G1", "G2"}


def test_a_half_written_judgement_is_told(tmp_path: Path) -> None:
    """The rest counts."""
    file = tmp_path / "j.jsonl"
    good = {"question": "G1", "passage": "p", "judgement": "not", "judge": "An"}
    line = json.dumps({**good, "time": "2027-01-31T12:00:00Z"})
    file.write_text(f'{line}\n{{"quest', "utf-8")
    outcome = hrqa("gold", "agreement", file)

    assert (outcome.code, outcome.out) == (
        0,
        "No agreement to tell: only An has judged; at least two judges are needed.\n",
    )
    assert f"{file}:2: the last line is only half written" in outcome.err


def test_an_unknown_system_is_named(tiny_index: Path, tmp_path: Path) -> None:
    """Before anything is asked."""
    gold = write_gold(tmp_path, *QUESTIONS)
    outcome = hrqa("gold", "judge", gold, "--index", tiny_index, "--systems", "dense,best")

    assert outcome.code == 1
    assert "there is no system 'best'" in outcome.err
