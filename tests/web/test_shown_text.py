"""A page's text as it is shown: no character added or lost, and marked just where it should be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hrqa.datatypes import Bibliography, Block, BlockKind, Document, Page, Span
from hrqa.queries import Citation, CitedSpan, Highlight
from hrqa_api.web.shown_text import ANSWER, PASSAGE, Mark, ShownBlock, shown_page, shown_passage

WORDS = st.lists(
    st.sampled_from(["a", "bc", "đò", "😀", "𝒯", "e\u0301", "<b>"]), min_size=1, max_size=5
)
TEXTS = WORDS.map(" ".join)
ROWS = st.lists(
    st.lists(st.one_of(st.just(""), TEXTS), min_size=1, max_size=3), min_size=1, max_size=3
)
DOCUMENT = Document("d", "d.pdf", "0" * 64, Bibliography("D"), pages=2)


@st.composite
def pages(draw: st.DrawFn, number: int | None = None) -> Page:
    """A page of a few blocks, put together as readers do it: a blank line between blocks."""
    text = ""
    blocks: list[Block] = []
    for place in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from([BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE]))
        if kind is BlockKind.TABLE:
            rows = draw(ROWS.filter(lambda rows: any(any(row) for row in rows)))
            body, head = "\n".join("\t".join(row) for row in rows), draw(st.integers(0, 3))
        else:
            body, head = draw(TEXTS), 0
        start = len(text) + (2 if text else 0)
        text += ("\n\n" if text else "") + body
        goes_on = place == 0 and kind is not BlockKind.HEADING and draw(st.booleans())
        level = int(kind is BlockKind.HEADING)
        blocks.append(Block(kind, start, len(text), level, goes_on, head))
    return Page(number, None, text, tuple(blocks))


def characters(blocks: list[ShownBlock]) -> dict[int, tuple[str, int]]:
    """Each character that is shown, with its marking, by its offset."""
    return {
        piece.start + place: (character, piece.level)
        for block in blocks
        for row in block.rows
        for cell in row
        for piece in cell
        for place, character in enumerate(piece.text)
    }


def strings(blocks: list[ShownBlock]) -> list[str]:
    """The text of each block as it is read, with its tabs and line ends."""
    return [
        "\n".join(
            "\t".join("".join(piece.text for piece in cell) for cell in row) for row in block.rows
        )
        for block in blocks
    ]


@given(st.data())
def test_a_page_is_shown_whole_and_marked_where_marks_are(data: st.DataObject) -> None:
    """The blocks put together are the text; a character has the highest mark that covers it."""
    page = data.draw(pages())
    places = st.integers(0, len(page.text) + 3)
    marks = [
        Mark(min(ends), max(ends), level)
        for *ends, level in data.draw(
            st.lists(st.tuples(places, places, st.sampled_from([PASSAGE, ANSWER])), max_size=4)
        )
    ]
    shown = shown_page(page, marks)

    assert "\n\n".join(strings(shown)) == page.text
    for offset, (character, level) in characters(shown).items():
        covering = [mark.level for mark in marks if mark.start <= offset < mark.end]
        assert character == page.text[offset]
        assert level == max(covering, default=0)


@given(st.data())
def test_pieces_side_by_side_are_marked_differently(data: st.DataObject) -> None:
    """Nothing is cut where one mark alone begins or ends elsewhere, and no piece is empty."""
    page = data.draw(pages())
    start = data.draw(st.integers(0, len(page.text) - 1))
    end = data.draw(st.integers(start + 1, len(page.text)))
    for block in shown_page(page, [Mark(start, end, ANSWER)]):
        for row in block.rows:
            for cell in row:
                assert all(piece.text for piece in cell)
                assert all(one.level != other.level for one, other in pairwise(cell))


@given(st.data())
def test_a_passage_is_shown_whole_with_the_offsets_of_its_text(data: st.DataObject) -> None:
    """Over two pages, each character has its offset in the passage's text, and is marked there."""
    both = [data.draw(pages(number=1)), data.draw(pages(number=2))]
    spans = []
    for page in both:
        start = data.draw(st.integers(0, len(page.text) - 1))
        spans.append(Span(page.number, start, data.draw(st.integers(start + 1, len(page.text)))))
    texts = [page.text[span.start : span.end] for page, span in zip(both, spans, strict=True)]
    text = "\n".join(texts)
    marked = data.draw(st.integers(0, 1))
    begin = data.draw(st.integers(spans[marked].start, spans[marked].end - 1))
    stop = data.draw(st.integers(begin + 1, spans[marked].end))
    shift = (len(texts[0]) + 1 if marked else 0) - spans[marked].start
    part = CitedSpan(Span(marked + 1, begin, stop), label=None, boxes=None)
    shown = shown_passage(
        Citation(DOCUMENT, (), None, tuple(CitedSpan(span, None, None) for span in spans), "D"),
        [Highlight(begin + shift, stop + shift, (part,))],
        both,
    )

    found = characters(shown)
    for offset, character in enumerate(text):
        if not character.isspace():
            assert found[offset][0] == character
            assert found[offset][1] == (ANSWER if begin + shift <= offset < stop + shift else 0)
    assert all(
        text[offset] == character or character == " " for offset, (character, _) in found.items()
    )
    assert set(found) <= set(range(len(text)))


def test_a_paragraph_over_a_page_end_is_one_and_says_where_the_page_turns() -> None:
    """What a page end cuts is joined by a space, and the second piece names its page."""
    first = Page(6, "140", "It begins", (Block(BlockKind.PARAGRAPH, 0, 9),))
    second = Page(7, "141", "and ends.", (Block(BlockKind.PARAGRAPH, 0, 9, continues=True),))
    spans = (CitedSpan(Span(6, 0, 9), "140", None), CitedSpan(Span(7, 0, 9), "141", None))
    (block,) = shown_passage(Citation(DOCUMENT, (), None, spans, "D"), [], [first, second])

    assert [piece.text for piece in block.pieces] == ["It begins", " ", "and ends."]
    assert [piece.start for piece in block.pieces] == [0, 9, 10]
    assert [piece.turned_to for piece in block.pieces] == [None, None, second]
