"""All that is wrong with a gold file, each fault by line and field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Page, Passage, Sentence, Span
from hrqa.errors import GoldError
from hrqa.evaluation.gold_check import check_gold
from hrqa.evaluation.gold_faults import Severity
from hrqa.evaluation.likeness import nearly_same
from hrqa.store.texts import Origin, StoredDocument

QUOTE = "the heron waits in shallow water"
EVIDENCE = {"document": "a.pdf", "page": 2, "quote": QUOTE, "group": 1}
GOOD: dict[str, Any] = {
    **{"id": "G1", "language": "en", "question": "Where does it fish?", "kind": "fact"},
    **{"answerable": True, "evidence": [EVIDENCE], "answers": ["in water"], "note": ""},
}
Told = list[tuple[str, int | None, str, str]]


def line(**changes: object) -> str:
    """A good question as a line, with fields changed; None takes a field out."""
    return json.dumps({k: v for k, v in (GOOD | changes).items() if v is not None})


def evidence(**changes: object) -> list[dict[str, object]]:
    """Good evidence with fields changed; None takes a field out."""
    return [{k: v for k, v in (EVIDENCE | changes).items() if v is not None}]


def told(tmp_path: Path, *lines: str, texts: Any = None) -> Told:
    """Severity, line, field and message of each fault of a file of these lines."""
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    faults = check_gold(path, texts).faults
    return [(f.severity.value, f.line, f.field, f.message) for f in faults]


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ('{"id": ', "line", "not valid JSON (Expecting value at character 8)"),
        ("[" * 100_000, "line", "not valid JSON"),
        ('["G2"]', "line", "must be a JSON object"),
        ('{"id": "G2", "id": "G3"}', "id", "the field 'id' stands twice"),
        (line(id="G2", answer="x"), "answer", "unknown field 'answer'"),
        (line(id=None), "id", "needs `id` as str"),
        (line(id=" "), "id", "needs `id` as str"),
        (line(id=7), "id", "needs `id` as str"),
        (line(), "id", "the id 'G1' stands twice; line 1 has it, too"),
        (line(id="\ud800"), "id", "half a character"),
        (line(id="G2", language="english language"), "language", "is no language tag"),
        (line(id="G2", language=5), "language", "5 is no language tag"),
        (line(id="G2", question=None), "question", "needs `question` as str"),
        (line(id="G2", question=["x"]), "question", "needs `question` as str"),
        (line(id="G2", question=" \t"), "question", "is blank"),
        (line(id="G2", question="x" * 2001), "question", "has 2,001 characters"),
        (line(id="G2", kind=5), "kind", "`kind` must be a string that is not blank"),
        (line(id="G2", kind=""), "kind", "`kind` must be a string that is not blank"),
        (line(id="G2", answerable=None), "answerable", "needs `answerable` as bool"),
        (line(id="G2", answerable=1), "answerable", "needs `answerable` as bool"),
        (line(id="G2", note=5), "note", "`note` must be a string"),
        (line(id="G2", answers="x"), "answers", "`answers` must be a list"),
        (line(id="G2", answers=["x", []]), "answers[1]", "must be a string"),
        (line(id="G2", evidence=[]), "evidence", "an answerable question needs evidence"),
        (line(id="G2", answerable=False), "evidence", "others have none; take the evidence out"),
        (line(id="G2", evidence={}), "evidence", "`evidence` must be a list"),
        (line(id="G2", evidence=["a.pdf"]), "evidence[0]", "each evidence needs a `document`"),
        (line(id="G2", evidence=evidence(file="a")), "evidence[0].file", "unknown field 'file'"),
        (line(id="G2", evidence=evidence(document=None)), "evidence[0].document", "needs a"),
        (line(id="G2", evidence=evidence(document=5)), "evidence[0].document", "needs a"),
        (line(id="G2", evidence=evidence(page=0)), "evidence[0].page", "`page` 0 must be"),
        (line(id="G2", evidence=evidence(page="2")), "evidence[0].page", "`page` '2' must be"),
        (line(id="G2", evidence=evidence(page=True)), "evidence[0].page", "`page` True must be"),
        (line(id="G2", evidence=evidence(quote=5)), "evidence[0].quote", "must be a string"),
        (line(id="G2", evidence=evidence(quote=" ", page=None)), "evidence[0].quote", "needs a"),
        (line(id="G2", evidence=evidence(group="1")), "evidence[0].group", "`group` '1' must be"),
        (line(id="G2", evidence=evidence(group=1.5)), "evidence[0].group", "`group` 1.5 must be"),
        (
            line(id="G2", evidence=[EVIDENCE, {**EVIDENCE, "quote": QUOTE.upper(), "group": 2}]),
            "evidence[1]",
            "is the same as evidence[0]",
        ),
    ],
)
def test_an_error_is_told_by_line_and_field(
    tmp_path: Path, wrong: str, field: str, message: str
) -> None:
    """Line 3, since the second is blank; the field as it is written; what is wrong."""
    errors = [each for each in told(tmp_path, line(), "", wrong) if each[0] == "error"]

    assert [each[1:3] for each in errors] == [(3, field)]
    assert message in errors[0][3]


@pytest.mark.parametrize(
    ("odd", "field", "message"),
    [
        (line(id="G 2", question="Who?"), "id", "has white space"),
        (line(id="G2", question="Who?", language=None), "language", "counts as `und`"),
        (line(id="G2", question="Who?", kind=None), "kind", "counts as `other`"),
        (line(id="G2", question="Who?", answers=[5]), "answers[0]", "is read as one"),
        (
            line(id="G2", question="Whére DOES it fish"),
            "question",
            "the same as that of G1 (line 1",
        ),
        (
            line(
                id="G2", question="Who?", evidence=[EVIDENCE, {**EVIDENCE, "page": 3, "group": 3}]
            ),
            "evidence",
            "its groups are 1, 3",
        ),
        (
            line(
                id="G2",
                question="Is it so that one two three four five six seven eight nine?",
                evidence=evidence(quote="zero One, two three four five six seven eight nine ten"),
            ),
            "question",
            "takes 9 words in a row from evidence[0]: 'one two three",
        ),
    ],
)
def test_a_warning_is_told_by_line_and_field(
    tmp_path: Path, odd: str, field: str, message: str
) -> None:
    """What can be used but may mislead is no error."""
    ((severity, number, where, text),) = told(tmp_path, line(), odd)

    assert (severity, number, where) == ("warning", 2, field)
    assert message in text


def test_eight_words_of_the_evidence_are_not_too_many(tmp_path: Path) -> None:
    """Only from nine words in a row on a question is too easy."""
    copied = "one two three four five six seven eight"

    assert told(tmp_path, line(question=copied, evidence=evidence(quote=copied))) == []


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Three faults of one line and one of the next, in the form FILE:LINE: FIELD: fault."""
    path = tmp_path / "gold.jsonl"
    wrong = line(id="G2", language="?", kind=5, evidence=evidence(page=-1))
    path.write_text(f"{line()}\n{wrong}\nnull\n", encoding="utf-8")
    report = check_gold(path, None)

    assert [(fault.line, fault.field) for fault in report.faults] == [
        *((2, "language"), (2, "kind"), (2, "evidence[0].page")),
        (3, "line"),
    ]
    assert str(report.faults[2]) == (
        f"{path}:2: evidence[0].page (G2): evidence `page` -1 must be a number from 1, or null; "
        "count pages as a PDF viewer does"
    )
    assert (report.questions, report.count(Severity.ERROR), report.looked_up) == (3, 4, False)


def test_language_tags_are_those_of_bcp_47(tmp_path: Path) -> None:
    """Script, region, variant, extension and private use are known; an underscore is not."""
    tags = ["vi", "zh-Hant-TW", "de-CH-1996", "es-419", "en-u-ca-buddhist", "x-mine", "und"]
    wrong = ["en_US", "e", "en-", "", "vi VN"]
    lines = [line(id=f"G{n}", question=f"no {n}?", language=t) for n, t in enumerate(tags + wrong)]
    errors = [number for severity, number, *_ in told(tmp_path, *lines) if severity == "error"]

    assert errors == [8, 9, 10, 11, 12]


def test_text_that_is_no_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    """The second line holds a letter in Latin-1."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes(line().encode() + b"\n\xe9\n")

    with pytest.raises(GoldError, match=r"line 2: cannot be read: .*; save it as UTF-8"):
        check_gold(path, None)


# Evidence looked up in documents.

PAGES = (
    ("A running line", "Herons fish. The heron waits in shallow water for fish."),
    ("A running line", "Iron melts at 1538 degrees. Copper melts at 1085 degrees. Herons fish."),
)


class Texts:
    """A document of two pages, each with a running line and a passage, and one without pages."""

    def __init__(self) -> None:
        self._pages = []
        self._passages = []
        for number, (head, text) in enumerate(PAGES, start=1):
            start, whole = len(head) + 2, f"{head}\n\n{text}"
            furniture = Block(BlockKind.FURNITURE, 0, len(head))
            blocks = (furniture, Block(BlockKind.PARAGRAPH, start, len(whole)))
            self._pages.append(Page(number, None, whole, blocks))
            span = Span(number, start, len(whole))
            sentences = (Sentence(0, len(text)),)
            self._passages.append(
                Passage(f"a-{number}", "a", text, (span,), (), None, "en", sentences)
            )
        plain = Document("n", "n.md", "0", Bibliography("N"), None)
        paged = Document("a", "a.pdf", "0", Bibliography("A"), 2, same_as=("copy.pdf",))
        origin = Origin("", "", "")
        self.documents = (
            StoredDocument(paged, origin, 0, 2, 2, ()),
            StoredDocument(plain, origin, 2, 0, 0, ()),
        )

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """All pages of a document."""
        return tuple(self._pages) if document_id == "a" else (Page(None, None, "", ()),)

    def passages(self, begin: int, end: int) -> list[Passage]:
        """The passages with these numbers."""
        return self._passages[begin:end]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"document": "b.pdf"},
            "evidence[0].document",
            "the index holds no document 'b.pdf'; is it 'a.pdf'?",
        ),
        ({"document": "copy.pdf"}, "evidence[0].document", "; name it 'a.pdf'"),
        ({"document": "a"}, "evidence[0].document", "; name it 'a.pdf'"),
        ({"document": "quite else"}, "evidence[0].document", "; `hrqa documents` lists those"),
        ({"page": 3}, "evidence[0].page", "a.pdf has 2 pages, so no page 3"),
        ({"document": "n.md", "page": 1}, "evidence[0].page", "n.md has no pages, so no page 1"),
        (
            {"page": None, "quote": "iron melts at 1583 degrees"},
            "evidence[0].quote",
            "a.pdf does not contain the quote 'iron melts at 1583 degrees'; "
            "nearest is 'Iron melts at 1538 degrees' on page 2",
        ),
        ({"page": 1, "quote": "Copper melts"}, "evidence[0].quote", "; it stands on page 2"),
        ({"quote": "nothing of this"}, "evidence[0].quote", "; nothing there is like it"),
        ({"quote": "?!"}, "evidence[0].quote", "the quote has no word"),
        (
            {"page": None, "quote": "a running line"},
            "evidence[0].quote",
            "'a running line' stands only in running headers or footers of a.pdf",
        ),
    ],
)
def test_evidence_that_is_not_there_is_told(
    tmp_path: Path, changes: dict[str, object], field: str, message: str
) -> None:
    """Documents, pages and quotations that the index lacks, with what is there instead."""
    ((severity, number, where, text),) = told(
        tmp_path, line(evidence=[EVIDENCE | changes]), texts=Texts()
    )

    assert (severity, number, where) == ("error", 1, field)
    assert message in text


def test_a_quotation_at_several_places_is_noted(tmp_path: Path) -> None:
    """It is no fault, but may not be what was meant."""
    anywhere = evidence(page=None, quote="herons fish")

    assert told(tmp_path, line(evidence=anywhere), texts=Texts()) == [
        (
            *("note", 1, "evidence[0].quote"),
            "the quote stands 2 times in a.pdf (pages 1, 2); all of them count",
        )
    ]


def test_a_quotation_that_no_passage_holds_is_told(tmp_path: Path) -> None:
    """Its words stand on the page, but no passage has half of them."""
    texts = Texts()
    texts._passages.clear()
    ((severity, _, where, text),) = told(tmp_path, line(evidence=evidence(page=1)), texts=texts)

    assert (severity, where) == ("warning", "evidence[0].quote")
    assert "no passage holds half of the quote" in text


# Halves.


@pytest.fixture
def halves(tmp_path: Path) -> Callable[..., Told]:
    """Faults of a file of three questions with these halves and questions."""

    def check(written: object, *questions: str, quotes: tuple[str, ...] = ("x", "y", "z")) -> Told:
        text = written if isinstance(written, str) else json.dumps(written, indent=1)
        (tmp_path / "gold.split.json").write_text(text, encoding="utf-8")
        asked = questions or ("Who sings?", "Where is the harbour of Long Pier?", "Why so?")
        lines = [
            line(id=f"G{n}", question=q, evidence=evidence(quote=quote))
            for n, (q, quote) in enumerate(zip(asked, quotes, strict=True), start=1)
        ]
        return told(tmp_path, *lines)

    return check


def test_good_halves_have_no_fault(halves: Callable[..., Told]) -> None:
    """Every question is in one half, and nothing of one is in the other."""
    assert halves({"development": ["G1", "G2"], "test": ["G3"]}) == []


@pytest.mark.parametrize(
    ("written", "number", "field", "message"),
    [
        ("{", None, "the whole file", "cannot be read"),
        ("[]", None, "the whole file", "must be an object"),
        ({"a": "G1"}, None, "half 'a'", "must be a list of ids"),
        ({"a": ["G1", "G2", "G3"], "b": ["G4"]}, 8, "b", "the gold file has no question 'G4'"),
        ({"a": ["G1", "G2", "G3"], "b": ["G2"]}, 8, "b", "stands in 'a', too"),
        ({"a": ["G1", "G2"], "b": ["G3", "G3"]}, 8, "b", "stands twice in this half"),
        ({"a": ["G1", "G2"], "b": []}, None, "file", "no half has it (line 3 of the gold file)"),
    ],
)
def test_ids_that_are_in_no_half_or_in_both_are_told(
    halves: Callable[..., Told], written: object, number: int | None, field: str, message: str
) -> None:
    """By the line of the file of halves."""
    ((severity, at, where, text),) = halves(written)

    assert (severity, at, where) == ("error", number, field)
    assert message in text


def test_a_question_in_two_halves_is_an_error(halves: Callable[..., Told]) -> None:
    """The same but for case, marks and punctuation."""
    found = halves({"a": ["G1", "G3"], "b": ["G2"]}, "Ai hát ở đây?", "ai hat o day", "Why so?")

    assert [each[:3] for each in found] == [("warning", 2, "question"), ("error", 2, "question")]
    assert "of 'b' is the same as that of G1 (line 1) of 'a': 'Ai hát ở đây?'" in found[1][3]


def test_nearly_the_same_question_in_two_halves_is_a_warning(halves: Callable[..., Told]) -> None:
    """Four of five words together are the same."""
    found = halves({"a": ["G1"], "b": ["G2", "G3"]}, "Who sings in June?", "who sings in", "Why?")
    near = halves({"a": ["G1"], "b": ["G2", "G3"]}, "a b c d", "e a b c d", "Why?")

    assert found == []
    assert [each[:3] for each in near] == [("warning", 2, "question")]
    assert "is nearly the same as that of G1" in near[0][3]


def test_a_quotation_in_two_halves_is_a_warning(halves: Callable[..., Told]) -> None:
    """Whatever is tuned to find it for one question finds it for the other."""
    found = halves({"a": ["G1", "G2"], "b": ["G3"]}, quotes=("x", "y", "X."))

    assert [each[:3] for each in found] == [("warning", 3, "evidence")]
    assert "of 'b' quotes the same words as G1 (line 1) of 'a'" in found[0][3]


def test_likeness_is_told_by_words_and_digits() -> None:
    """8 of 10 words are enough, 7 of 10 not; another year makes another question."""
    common = "a b c d e f g h"
    questions = [f"{common} i", f"{common} j", "a b c d e f g k l m", f"{common} 2019"]

    assert list(nearly_same(questions)) == [(0, 1)]
