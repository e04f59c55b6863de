"""Judgements kept in a file, and how far judges agree."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import cohen_kappa_score

from hrqa.evaluation.agreement import agreement_json, agreement_text, agreements, cohens_kappa
from hrqa.evaluation.judgements import (
    Degree,
    Judgement,
    JudgementError,
    append_judgement,
    now,
    qrels_of,
    read_judgements,
)

A, P, N = Degree.ANSWERS, Degree.PARTLY, Degree.NOT
TIME = "2027-01-31T12:00:00Z"


def judged(judge: str, *degrees: Degree | None) -> list[Judgement]:
    """A judge's judgements of passages p0, p1, … of one question; None leaves one out."""
    return [
        Judgement("G1", f"p{number}", degree, judge, TIME)
        for number, degree in enumerate(degrees)
        if degree is not None
    ]


def test_kappa_of_ten_passages_worked_by_hand() -> None:
    """7 of 10 alike; by chance .4*.3 + .3*.3 + .3*.4 = .33: (.7 - .33) / (1 - .33).

    Weighted by distance the three differences cost 1 + 1 + 2 = 4 places. By chance, with rows
    4, 3, 3 and columns 3, 3, 4, they cost (4*3 + 2*4*4 + 3*3 + 3*4 + 2*3*3 + 3*3) / 10 = 9.2.
    """
    one = judged("An", A, A, A, A, P, P, P, N, N, N)
    two = judged("Binh", A, A, A, P, P, P, N, N, N, N)
    two[3] = Judgement("G1", "p3", N, "Binh", TIME)
    two[7] = Judgement("G1", "p7", P, "Binh", TIME)
    (found,) = agreements([*one, *two])

    assert (found.judges, found.n) == (("An", "Binh"), 10)
    assert found.table == ((3, 0, 1), (0, 2, 1), (0, 1, 2))
    assert found.observed == pytest.approx(0.7)
    assert found.kappa == pytest.approx((0.7 - 0.33) / 0.67)
    assert found.weighted == pytest.approx(1 - 4 / 9.2)


@pytest.mark.parametrize("seed", range(4))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    """Two judges of whom the second often says what the first says."""
    chance = random.Random(seed)
    one = [chance.choice([A, A, P, N]) for _ in range(60)]
    two = [said if chance.random() < 0.6 else chance.choice([A, P, N]) for said in one]
    (found,) = agreements([*judged("a", *one), *judged("b", *two)])
    grades = [[degree.grade for degree in said] for said in (one, two)]

    assert found.kappa == pytest.approx(cohen_kappa_score(*grades))
    assert found.weighted == pytest.approx(cohen_kappa_score(*grades, weights="linear"))


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        (((5, 0, 0), (0, 5, 0), (0, 0, 5)), 1.0),
        (((1, 1, 1), (1, 1, 1), (1, 1, 1)), 0.0),
        (((0, 0, 5), (0, 0, 0), (5, 0, 0)), -1.0),
        (((7, 0, 0), (0, 0, 0), (0, 0, 0)), None),
        (((0, 0, 0), (0, 0, 0), (0, 0, 0)), None),
    ],
)
@pytest.mark.parametrize("linear", [False, True])
def test_kappa_at_its_ends(
    table: tuple[tuple[int, ...], ...], kappa: float | None, linear: bool
) -> None:
    """Always alike, as by chance, always contrary; not defined where both say one thing only."""
    assert cohens_kappa(table, linear=linear) == kappa


def test_only_what_both_judged_counts() -> None:
    """Three judges make three pairs; passages that one left out do not count for their pair."""
    three = [*judged("c", A, N), *judged("a", A, P, N), *judged("b", None, P, N)]
    found = agreements([*three, Judgement("G2", "p0", A, "c", TIME)])

    assert [(each.judges, each.n) for each in found] == [
        *((("a", "b"), 2), (("a", "c"), 2)),
        (("b", "c"), 1),
    ]


def test_agreement_is_shown() -> None:
    """Text has the table with its names; JSON has the same figures."""
    judgements = [*judged("An", A, P, N, N), *judged("Binh", A, N, N, N)]
    value: Any = json.loads(agreement_json(judgements))

    assert agreement_text(judgements).splitlines() == [
        "An and Binh: 4 passages that both judged",
        "  the same         0.750",
        "  kappa            0.556",
        "  kappa, weighted  0.714",
        "  rows: An; columns: Binh",
        "               answers   partly      not",
        "    answers          1        0        0",
        "    partly           0        0        1",
        "    not              0        0        2",
    ]
    assert value["judges"] == {"An": 4, "Binh": 4}
    assert value["degrees"] == ["answers", "partly", "not"]
    (pair,) = value["pairs"]
    assert (pair["judges"], pair["n"]) == (["An", "Binh"], 4)
    assert pair["table"] == [[1, 0, 0], [0, 0, 1], [0, 0, 2]]
    assert pair["kappa"] == pytest.approx(1 - 4 / 9)


def test_fewer_than_two_judges_have_no_agreement() -> None:
    """That is said plainly; two judges of different passages share none."""
    apart = [*judged("An", A), *judged("Binh", None, A)]

    assert "only An has judged" in agreement_text(judged("An", A))
    assert "nobody has judged" in agreement_text([])
    assert agreement_text(apart) == "An and Binh: no passage that both judged\n"
    assert json.loads(agreement_json(judged("An", A)))["pairs"] == []
    assert "not defined" in agreement_text([*judged("An", A), *judged("Binh", A)])


def test_a_later_judgement_replaces_an_earlier_one(tmp_path: Path) -> None:
    """Of the same judge, question and passage; each line is as promised."""
    path = tmp_path / "new" / "j.jsonl"
    for each in (*judged("An", N), *judged("Bình", P), *judged("An", A)):
        append_judgement(path, each)
    lines = path.read_text("utf-8").splitlines()

    assert json.loads(lines[1]) == {
        **{"question": "G1", "passage": "p0", "judgement": "partly"},
        **{"judge": "Bình", "time": TIME},
    }
    assert len(lines) == 3
    assert {each.judge: each.degree for each in read_judgements(path).latest} == {
        "An": A,
        "Bình": P,
    }


def test_a_half_written_last_line_is_left_out_and_cut_off(tmp_path: Path) -> None:
    """It is told when reading; the next judgement stands on a line of its own."""
    path = tmp_path / "j.jsonl"
    append_judgement(path, judged("An", A)[0])
    whole = path.read_bytes()
    path.write_bytes(whole + '{"question": "G1", "passage": "đ'.encode()[:-1])
    read = read_judgements(path)
    append_judgement(path, judged("An", None, P)[-1])

    assert (len(read.latest), read.cut_off) == (1, 2)
    assert path.read_bytes().startswith(whole + b'{"question": "G1", "passage": "p1"')
    assert read_judgements(path).cut_off is None


def test_a_last_line_that_lacks_only_its_end_is_kept(tmp_path: Path) -> None:
    """Editors leave it out, too."""
    path = tmp_path / "j.jsonl"
    append_judgement(path, judged("An", A)[0])
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_judgement(path, judged("Binh", N)[0])

    assert [each.judge for each in read_judgements(path).latest] == ["An", "Binh"]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"question": "G1"}', "needs `passage` as a string"),
        ({"judgement": "maybe"}, "`judgement` 'maybe' must be one of answers, partly, not"),
        ({"time": "yesterday"}, "`time` 'yesterday' must be as in"),
        ({"time": "2027-01-31T12:00:00"}, "`time` '2027-01-31T12:00:00' must be as in"),
        ({"judge": " "}, "needs `judge` as a string"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, wrong: object, problem: str) -> None:
    """One that is not the last is no crash's doing."""
    path = tmp_path / "j.jsonl"
    append_judgement(path, judged("An", A)[0])
    good = path.read_text("utf-8")
    text = wrong if isinstance(wrong, str) else json.dumps(json.loads(good) | wrong)  # type: ignore[operator]
    path.write_text(f"{good}{text}\n{good}", "utf-8")

    with pytest.raises(JudgementError, match=f"line 2: {problem}"):
        read_judgements(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """So is one that cannot be written."""
    with pytest.raises(JudgementError, match="no such file"):
        read_judgements(tmp_path / "absent.jsonl")
    with pytest.raises(JudgementError, match="cannot be written"):
        append_judgement(tmp_path, judged("An", A)[0])


def test_times_are_in_utc() -> None:
    """As RFC 3339 writes them."""
    assert now().endswith("Z") and len(now()) == len(TIME)


def test_qrels_take_the_grade_in_the_middle() -> None:
    """Two of three decide; of 2 and 0, and of 2 and 1, the lower one counts."""
    judgements = [
        *judged("a", A, A, A, N),
        *judged("b", A, N, P),
        *judged("c", N),
    ]

    judgements.append(Judgement("G 2", "p0", P, "a", TIME))

    assert qrels_of(judgements) == {"G-2": {"p0": 1}, "G1": {"p0": 2, "p1": 0, "p2": 1, "p3": 0}}
