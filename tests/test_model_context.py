"""What a language model is given: never beyond its budget, never less than could be told."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.datatypes import Bibliography, Document, Passage, Sentence, Span
from hrqa.model_context import ModelContext, model_context
from hrqa.queries import Citation, CitedSpan, Query, ScoredPassage, SearchResult

UNANSWERED = "The documents probably do not answer this question; these passages are the nearest."
UNANSWERED_VI = "Các tài liệu có lẽ không trả lời câu hỏi này; đây là những đoạn gần nhất."
NOTHING = "Nothing in the documents comes near this question."
NOTHING_VI = "Không có gì trong các tài liệu liên quan đến câu hỏi này."
DOCUMENT = Document("doc", "doc.txt", "0" * 64, Bibliography("Doc"), pages=None)


def scored(*sentences: str, rank: int = 1, line: str = "Doc") -> ScoredPassage:
    """A passage of these sentences, with one space between them, cited by a line."""
    text, places = "", []
    for sentence in sentences:
        text = f"{text} {sentence}" if text else sentence
        places.append(Sentence(len(text) - len(sentence), len(text)))
    span = Span(None, 0, len(text))
    passage = Passage(f"doc.{rank}", "doc", text, (span,), (), rank, None, tuple(places))
    citation = Citation(DOCUMENT, (), rank, (CitedSpan(span, None, None),), line)
    return ScoredPassage(rank, 1 / rank, passage, citation, ())


def result(
    *passages: ScoredPassage, sure: float | None = 0.9, language: str | None = "en"
) -> SearchResult:
    """An answer of these passages."""
    return SearchResult(Query("Who?"), language, sure, passages, 1.0)


def words(text: str) -> int:
    """Length in words."""
    return len(text.split())


BEST = scored("One two three.", "Four five.", rank=1, line="A, p. 1")
SECOND = scored("Six seven eight nine.", rank=2, line="B, p. 2")
THIRD = scored("Ten.", rank=3, line="C, p. 3")


def test_passages_are_numbered_and_cited_in_order() -> None:
    """Three blocks under their numbers and citation lines, with a blank line between them."""
    context = model_context(result(BEST, SECOND, THIRD), budget=1000, measure=len)

    assert context.text == (
        "[1] A, p. 1\nOne two three. Four five.\n\n"
        "[2] B, p. 2\nSix seven eight nine.\n\n"
        "[3] C, p. 3\nTen."
    )
    assert [(each.number, each.cut) for each in context.passages] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    assert (context.statement, context.used, context.left_out) == (None, len(context.text), 0)


@pytest.mark.parametrize(
    ("budget", "text", "left_out"),
    [
        # By words: blocks of 9, 8 and 5; "[1] A, p. 1" is 4, as are the others' lines.
        (22, "[1] A, p. 1\nOne two three. Four five.\n\n[2] B, p. 2\nSix seven eight nine.\n\n"
             "[3] C, p. 3\nTen.", 0),
        (21, "[1] A, p. 1\nOne two three. Four five.\n\n[2] B, p. 2\nSix seven eight nine.", 1),
        (17, "[1] A, p. 1\nOne two three. Four five.\n\n[2] B, p. 2\nSix seven eight nine.", 1),
        (16, "[1] A, p. 1\nOne two three. Four five.\n\n[2] C, p. 3\nTen.", 1),
        (14, "[1] A, p. 1\nOne two three. Four five.\n\n[2] C, p. 3\nTen.", 1),
        (13, "[1] A, p. 1\nOne two three. Four five.", 2),
        (9, "[1] A, p. 1\nOne two three. Four five.", 2),
        (8, "[1] A, p. 1\nOne two three.", 2),
        (7, "[1] A, p. 1\nOne two three.", 2),
        (6, "[1] C, p. 3\nTen.", 2),
        (5, "[1] C, p. 3\nTen.", 2),
        (4, "", 3),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_out(budget: int, text: str, left_out: int) -> None:
    """Numbers stay without gaps; a lesser passage takes a place that a better one cannot."""
    context = model_context(result(BEST, SECOND, THIRD), budget=budget, measure=words)

    assert (context.text, context.left_out) == (text, left_out)
    assert context.used == words(text)


def test_only_the_first_is_cut_and_after_a_sentence() -> None:
    """Seven words take the first sentence; the whole passage is kept beside what is told of it."""
    context = model_context(result(BEST, SECOND), budget=8, measure=words)

    [only] = context.passages
    assert (only.text, only.cut, only.number) == ("One two three.", True, 1)
    assert only.scored is BEST


@pytest.mark.parametrize(
    ("language", "statement"), [("en", UNANSWERED), ("vi", UNANSWERED_VI), (None, UNANSWERED)]
)
def test_an_answer_that_is_unlikely_is_said_to_be(language: str | None, statement: str) -> None:
    """The statement comes first, in the question's language, English where it is not known."""
    context = model_context(result(BEST, sure=0.44, language=language), budget=500, measure=len)

    assert context.statement == statement
    assert context.text == f"{statement}\n\n[1] A, p. 1\nOne two three. Four five."


@pytest.mark.parametrize("sure", [0.45, 0.9, None])
def test_nothing_is_said_where_an_answer_is_likely_or_not_judged(sure: float | None) -> None:
    """From .45 on, and without a calibration, the passages stand alone."""
    context = model_context(result(BEST, sure=sure), budget=500, measure=len)

    assert context.statement is None
    assert context.text.startswith("[1] ")


@pytest.mark.parametrize(("language", "statement"), [("en", NOTHING), ("vi", NOTHING_VI)])
@pytest.mark.parametrize("sure", [None, 0.0])
def test_nothing_found_is_said(language: str, statement: str, sure: float | None) -> None:
    """Without passages the statement is all."""
    context = model_context(result(sure=sure, language=language), budget=200, measure=len)

    assert (context.text, context.statement) == (statement, statement)
    assert (context.passages, context.left_out, context.used) == ((), 0, len(statement))


def test_the_statement_counts() -> None:
    """83 characters and a blank line leave 15 of a hundred: enough for one block, not for more."""
    small, other = scored("Ten.", rank=1, line="C"), scored("Nine.", rank=2, line="C")

    context = model_context(result(small, other, sure=0.1), budget=100, measure=len)

    assert len(UNANSWERED) == 83
    assert context.text == f"{UNANSWERED}\n\n[1] C\nTen."
    assert (context.used, context.left_out) == (95, 1)


def test_a_statement_that_does_not_fit_leaves_the_text_empty_but_is_given() -> None:
    """Fifty characters hold a passage, but not the statement; it is still there to be shown."""
    context = model_context(result(THIRD, sure=0.1), budget=50, measure=len)

    assert context.statement == UNANSWERED
    assert context.text == "[1] C, p. 3\nTen."


WORD = st.text("abcđễ 1", min_size=1, max_size=9).filter(lambda word: bool(word.strip()))
SENTENCE = WORD.map(lambda word: f"{word.strip()}.")
PASSAGES = st.lists(st.lists(SENTENCE, min_size=1, max_size=5), max_size=6).map(
    lambda all_: [scored(*each, rank=rank, line=f"D{rank}") for rank, each in enumerate(all_, 1)]
)
MEASURES: dict[str, Callable[[str], int]] = {
    "characters": len,
    "words": words,
    "bytes": lambda text: len(text.encode()),
}


def blocks(context: ModelContext) -> str:
    """The text put together again from the statement and the passages that it is said to hold."""
    parts = [f"[{p.number}] {p.scored.citation.text}\n{p.text}" for p in context.passages]
    stated = context.statement is not None and context.text.startswith(context.statement)
    return "\n\n".join([*([context.statement or ""] if stated else []), *parts])


@given(
    passages=PASSAGES,
    budget=st.integers(0, 300),
    unit=st.sampled_from(sorted(MEASURES)),
    sure=st.sampled_from([None, 0.1, 0.9]),
    language=st.sampled_from([None, "en", "vi"]),
)
def test_a_context_keeps_its_budget(
    passages: list[ScoredPassage],
    budget: int,
    unit: str,
    sure: float | None,
    language: str | None,
) -> None:
    """It fits; it is what it says to be; it is whole but for the first; what is out did not fit."""
    measure = MEASURES[unit]
    context = model_context(
        result(*passages, sure=sure, language=language), budget=budget, measure=measure
    )

    assert context.used == measure(context.text) <= budget
    assert context.text == blocks(context)
    assert [each.number for each in context.passages] == list(range(1, len(context.passages) + 1))
    assert len(context.passages) + context.left_out == len(passages)
    for before, after in pairwise(context.passages):
        assert before.scored.rank < after.scored.rank
        assert not after.cut
    for each in context.passages:
        whole = each.scored.passage
        assert whole.text.startswith(each.text)
        assert each.cut == (each.text != whole.text)
        assert whole.text[len(each.text) :][:1].strip() == "" or not each.cut
    told = {each.scored.rank for each in context.passages}
    for missing in (each for each in passages if each.rank not in told):
        line = f"\n\n[{len(context.passages) + 1}] {missing.citation.text}\n"
        assert measure(f"{context.text}{line}{missing.passage.text}".strip()) > budget


@given(passages=PASSAGES, budget=st.integers(0, 300))
def test_more_room_never_tells_less_of_the_first(
    passages: list[ScoredPassage], budget: int
) -> None:
    """One more character keeps the first passage, if it is the best, and no less of it."""
    less = model_context(result(*passages), budget=budget, measure=len)
    more = model_context(result(*passages), budget=budget + 1, measure=len)

    if less.passages and less.passages[0].scored.rank == 1:
        assert more.passages[0].scored.rank == 1
        assert len(more.passages[0].text) >= len(less.passages[0].text)


@given(passages=PASSAGES, budget=st.integers(0, 300))
def test_every_number_in_the_text_can_be_cited(passages: list[ScoredPassage], budget: int) -> None:
    """Each line that begins with a number in brackets is the citation line of that passage."""
    context = model_context(result(*passages), budget=budget, measure=len)

    found = re.findall(r"^\[(\d+)\] (.*)$", context.text, re.MULTILINE)
    assert found == [(str(p.number), p.scored.citation.text) for p in context.passages]
