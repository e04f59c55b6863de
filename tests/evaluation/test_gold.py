"""Gold questions read and checked."""

import json
from pathlib import Path

import pytest

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.errors import GoldError
from hrqa.evaluation.gold import read_gold

EVIDENCE = [{"document": "a.pdf", "page": 2, "quote": "exact words", "group": 3}]


def line(**changes: object) -> str:
    """A question as a line, with fields changed; None takes a field out."""
    fields = {"id": "G1", "question": "What?", "answerable": True, "evidence": EVIDENCE} | changes
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def read(tmp_path: Path, *lines: str) -> tuple[GoldQuestion, ...]:
    """The questions of a file of these lines."""
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_gold(path)


def test_questions_are_read_in_order(tmp_path: Path) -> None:
    """All fields are kept; empty lines are none."""
    full = line(language="vi", kind="fact", answers=["yes", 5], note="n")
    bare = line(id="G2", answerable=False, evidence=[])
    questions = read(tmp_path, full, "", bare, "  ")

    assert questions == (
        GoldQuestion(
            id="G1",
            language="vi",
            question="What?",
            kind="fact",
            answerable=True,
            evidence=(Evidence("a.pdf", 2, "exact words", 3),),
            answers=("yes", "5"),
            note="n",
        ),
        GoldQuestion("G2", "und", "What?", "other", answerable=False, evidence=()),
    )


def test_evidence_may_leave_page_or_quote_open(tmp_path: Path) -> None:
    """One of the two is enough; the group is 1 where none is given."""
    evidence = [{"document": "a.pdf", "page": None, "quote": "q"}, {"document": "b.pdf", "page": 4}]
    (question,) = read(tmp_path, line(evidence=evidence))

    assert question.evidence == (Evidence("a.pdf", None, "q", 1), Evidence("b.pdf", 4, "", 1))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: must be a JSON object"),
        (line(id="G2", answer="x"), "line 2: unknown field 'answer'"),
        (line(id=None), "line 2: needs `id` as str"),
        (line(id=""), "line 2: needs `id` as str"),
        (line(id="G2", question=5), "line 2: needs `question` as str"),
        (line(id="G2", answerable="yes"), "line 2: needs `answerable` as bool"),
        (line(), "line 2: the id 'G1' stands twice"),
        (line(id="G2", evidence=[]), r"line 2 \(G2\): an answerable question needs evidence"),
        (line(id="G2", answerable=False), r"line 2 \(G2\): an answerable question needs"),
        (line(id="G2", evidence=["a.pdf"]), r"line 2 \(G2\): each evidence needs a `document`"),
        (line(id="G2", evidence=[{"quote": "q"}]), r"\(G2\): each evidence needs a `document`"),
        (
            line(id="G2", evidence=[{"document": "a.pdf", "quote": " "}]),
            r"\(G2\): each evidence needs a `quote`",
        ),
        (
            line(id="G2", evidence=[{"document": "a.pdf", "page": 0, "quote": "q"}]),
            r"\(G2\): evidence `page` 0 must",
        ),
        (
            line(id="G2", evidence=[{"document": "a.pdf", "quote": "q", "group": "1"}]),
            r"\(G2\): evidence `group` '1' must",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, wrong: str, message: str) -> None:
    """The message has the file, the line, and the question's id once it is known."""
    with pytest.raises(GoldError, match=rf"gold\.jsonl: .*{message}"):
        read(tmp_path, line(), wrong)


@pytest.mark.parametrize("field", ["evidence", "answers"])
def test_a_field_that_must_be_a_list_is_checked(tmp_path: Path, field: str) -> None:
    """A number in the place of a list is an error that names the line."""
    with pytest.raises(GoldError, match="line 1"):
        read(tmp_path, line(**{field: 5}))


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    """So are one that is not there and one that is no text."""
    (tmp_path / "latin.jsonl").write_bytes(b"caf\xe9")

    with pytest.raises(GoldError, match="holds no question"):
        read(tmp_path, "", " ")
    with pytest.raises(GoldError, match=r"absent\.jsonl.*no such file"):
        read_gold(tmp_path / "absent.jsonl")
    with pytest.raises(GoldError, match=r"latin\.jsonl.*cannot be read"):
        read_gold(tmp_path / "latin.jsonl")


def test_the_shipped_gold_is_valid() -> None:
    """Both languages and both kinds of question are there."""
    questions = read_gold(Path(__file__).resolve().parents[2] / "eval" / "gold.jsonl")

    assert {question.language for question in questions} >= {"en", "vi"}
    assert {question.answerable for question in questions} == {True, False}
