"""Gold questions divided into halves."""

import json
from collections import Counter
from pathlib import Path

import pytest

from hrqa.datatypes import Evidence, GoldQuestion
from hrqa.evaluation.gold_split import SplitExistsError, divide, split_text, write_halves

NAMES = ("development", "test")


def question(
    number: int, language: str = "en", kind: str = "fact", quote: str = ""
) -> GoldQuestion:
    """A question of which no word is in another; without a quotation it has no answer."""
    evidence = (Evidence("a.pdf", None, quote, 1),) if quote else ()
    text = f"word{number}"
    return GoldQuestion(f"G{number}", language, text, kind, bool(quote), evidence)


MIXED = [
    question(
        number,
        language="vi" if number % 3 == 0 else "en",
        kind="list" if number % 5 == 0 else "fact",
        quote=f"quote {number}" if number % 4 else "",
    )
    for number in range(240)
]


def kinds(questions: list[GoldQuestion], ids: tuple[str, ...]) -> Counter[tuple[str, str, bool]]:
    """How many there are of each language, kind and answerability."""
    return Counter((q.language, q.kind, q.answerable) for q in questions if q.id in ids)


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_both_halves_have_the_same_shares_of_each_kind(share: float) -> None:
    """240 questions of eight kinds: each kind is off by less than one question, and so is all."""
    halves = divide(MIXED, NAMES, share=share, seed=3)
    whole = kinds(MIXED, tuple(q.id for q in MIXED))
    first = kinds(MIXED, halves["development"])

    assert len(whole) == 8
    assert all(abs(first[kind] - share * number) < 1 for kind, number in whole.items())
    assert len(halves["development"]) == pytest.approx(share * 240, abs=1)
    assert sorted(halves["development"] + halves["test"]) == sorted(q.id for q in MIXED)


def test_the_seed_decides() -> None:
    """The same seed divides alike, another otherwise; ids keep the order of the file."""
    one, again, other = (divide(MIXED, NAMES, share=0.5, seed=seed) for seed in (1, 1, 2))
    order = [q.id for q in MIXED]

    assert one == again != other
    assert list(one["test"]) == sorted(one["test"], key=order.index)


@pytest.mark.parametrize("seed", range(5))
def test_questions_that_belong_together_stay_together(seed: int) -> None:
    """G0 and G1 share a quotation, G1 and G2 are the same but for marks; G3 goes elsewhere."""
    questions = [
        GoldQuestion("G0", "en", "alpha", "fact", True, (Evidence("a.pdf", None, "One two", 1),)),
        GoldQuestion(
            *("G1", "vi", "Ai hát?", "fact", True),
            (Evidence("a.pdf", 2, "one TWO.", 1), Evidence("b.pdf", 2, "x", 2)),
        ),
        GoldQuestion("G2", "vi", "ai hat", "fact", True, (Evidence("b.pdf", None, "y", 1),)),
        GoldQuestion("G3", "vi", "beta", "fact", True, (Evidence("b.pdf", None, "One two", 1),)),
    ]
    halves = divide(questions, NAMES, share=0.5, seed=seed)

    assert set(halves.values()) == {("G0", "G1", "G2"), ("G3",)}


def test_halves_are_written_once(tmp_path: Path) -> None:
    """The file keeps its form; it is written over only by force."""
    path = tmp_path / "gold.split.json"
    write_halves(path, {"a": ["G1"], "b": ["Gạo"]}, force=False)
    with pytest.raises(SplitExistsError, match=r"divided already.*--force"):
        write_halves(path, {"a": [], "b": []}, force=False)
    kept = json.loads(path.read_text("utf-8"))
    write_halves(path, {"a": [], "b": []}, force=True)

    assert kept == {"a": ["G1"], "b": ["Gạo"]}
    assert json.loads(path.read_text("utf-8")) == {"a": [], "b": []}


def test_counts_of_the_halves_are_shown() -> None:
    """By language, kind and answer."""
    questions = [question(1, quote="x"), question(2, quote="y"), question(3, "vi")]
    text = split_text(questions, {"dev": ("G1", "G3"), "test": ("G2",)})

    assert text.splitlines() == [
        "                    dev  test",
        "questions             2     1",
        "en fact               1     1",
        "vi fact, no answer    1     0",
    ]
