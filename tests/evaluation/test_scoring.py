"""How far one reads in a result until the evidence ends, worked by hand."""

import pytest

from hrqa.datatypes import Bibliography, Document, Evidence, Passage, Span
from hrqa.evaluation.evidence import Occurrence
from hrqa.evaluation.locating import LocatedEvidence
from hrqa.evaluation.scoring import judged_answer
from hrqa.evaluation.systems import FoundPassage
from hrqa.queries import Highlight

PAGE = "a supplement of one fifth. Others had a supplement of one fifth too."
QUOTE = "a supplement of one fifth"
FIRST, SECOND = (
    Occurrence(tuple((1, begin + offset) for offset in (0, 2, 13, 16, 20))) for begin in (0, 38)
)
DOCUMENT = Document("doc", "doc.pdf", "0" * 64, Bibliography("Title"), pages=1)


def found_from(start: int) -> FoundPassage:
    """The page from an offset on as a passage, marked as a whole."""
    text = PAGE[start:]
    span = Span(1, start, len(PAGE))
    passage = Passage("p", "doc", text, (span,), (), None, "en", ())
    return FoundPassage(passage, DOCUMENT, "Title, 1", 1.0, (Highlight(0, len(text), ()),))


@pytest.mark.parametrize(
    ("start", "read", "evidence"),
    [
        (0, 25, 10),  # the first of the two ends after 25 characters
        (20, 43, 5),  # of the first only "fifth" is left, which is no evidence
        (40, 23, 4),  # four words of the second are more than half of it
    ],
)
def test_words_left_of_a_quotation_are_no_evidence(start: int, read: int, evidence: int) -> None:
    """One reads until a quotation ends of which the passage holds half at least."""
    located = [LocatedEvidence(Evidence("doc.pdf", 1, QUOTE, 1), (FIRST, SECOND))]

    answer = judged_answer(found_from(start), located)

    assert answer.groups == (1,)
    assert answer.read == read
    assert answer.marked is not None
    assert (answer.marked.evidence, answer.marked.both) == (evidence, evidence)
