"""PowerPoint files, written by python-pptx."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from hrqa.citations import span_boxes
from hrqa.datatypes import BlockKind, Box, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading, ReadingLimits

TITLE_AND_BODY, BLANK = 1, 6


def read(deck: Any, tmp_path: Path, **limits: Any) -> Reading:
    """A presentation, saved and read."""
    path = tmp_path / "talk.pptx"
    deck.save(str(path))
    return read_document(path, file="sub/talk.pptx", limits=ReadingLimits(**limits))


def slide(deck: Any, layout: int = BLANK) -> Any:
    """A new slide."""
    return deck.slides.add_slide(deck.slide_layouts[layout])


def box(shapes: Any, text: str, *place: float) -> Any:
    """A text box at left, top, width and height in inches; a slide has 10 by 7.5."""
    shape = shapes.add_textbox(*(Inches(value) for value in place))
    shape.text_frame.text = text
    return shape


def blocks(page: Page) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block of a slide."""
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def boxes_of(page: Page, words: str) -> list[Box]:
    """The boxes of words on a slide."""
    start = page.text.index(words)
    return span_boxes(page, start, start + len(words))


def test_slides_are_pages_with_title_items_and_notes(tmp_path: Path) -> None:
    """Hidden and empty slides count as well; the size is in points."""
    deck = pptx.Presentation()
    first = slide(deck, TITLE_AND_BODY)
    first.shapes.title.text = "Wages"
    first.placeholders[1].text = "rose\nin 2022"
    first.notes_slide.notes_text_frame.text = "Say why."
    slide(deck)
    hidden = slide(deck)
    hidden._element.set("show", "0")
    box(hidden.shapes, "Backup", 1, 1, 2, 1)
    reading = read(deck, tmp_path)

    assert [page.number for page in reading.pages] == [1, 2, 3]
    assert blocks(reading.pages[0]) == [
        (BlockKind.HEADING, "Wages"),
        (BlockKind.LIST_ITEM, "rose"),
        (BlockKind.LIST_ITEM, "in 2022"),
        (BlockKind.FOOTNOTE, "Say why."),
    ]
    assert [blocks(page) for page in reading.pages[1:]] == [[], [(BlockKind.PARAGRAPH, "Backup")]]
    assert (reading.pages[0].width, reading.pages[0].height) == (720, 540)
    assert (reading.title, reading.authors, reading.unreadable_pages) == ("Wages", (), ())
    assert boxes_of(reading.pages[0], "Say why.") == [Box(0, 0, 1, 1)]


def test_shapes_are_read_in_rows_with_their_frames_as_boxes(tmp_path: Path) -> None:
    """From left to right where they stand beside each other, whatever their order in the file."""
    deck = pptx.Presentation()
    shapes = slide(deck).shapes
    box(shapes, "below", 1, 5, 2, 1.5)
    box(shapes, "right one\nright two", 5, 1.5, 2, 1.5)
    box(shapes, "left", 1, 1.6, 2, 1.5)
    (page,) = read(deck, tmp_path).pages

    assert page.text == "left\n\nright one\n\nright two\n\nbelow"
    assert boxes_of(page, "right one\n\nright two") == [Box(0.5, 0.2, 0.7, 0.4)]


def test_a_turned_or_grouped_shape_has_the_box_around_it(tmp_path: Path) -> None:
    """Turned by 90 degrees about its middle; moved and scaled by its group."""
    deck = pptx.Presentation()
    shapes = slide(deck).shapes
    box(shapes, "turned", 1, 3, 4, 2).rotation = 90
    group = shapes.add_group_shape()
    box(group.shapes, "grouped", 5, 1, 2, 1)
    group.left, group.width = Inches(6), Inches(4)
    (page,) = read(deck, tmp_path).pages

    assert boxes_of(page, "turned") == [Box(0.2, 0.26667, 0.4, 0.8)]
    assert boxes_of(page, "grouped") == [Box(0.6, 0.13333, 1.0, 0.26667)]


def test_tables_and_charts_are_tables(tmp_path: Path) -> None:
    """A chart is the table that it draws, with its title as caption."""
    deck = pptx.Presentation()
    shapes = slide(deck).shapes
    place = [Inches(value) for value in (1, 1, 3, 1)]
    table = shapes.add_table(2, 3, *place).table
    table.cell(0, 0).merge(table.cell(0, 1))
    for row, texts in enumerate((("Year", "", "Sales"), ("2022", "Q1", "8"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    data = CategoryChartData()
    data.categories = ["2021", "2022"]
    data.add_series("Net sales", (1.5, None))
    chart = shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(3), Inches(1), data
    ).chart
    chart.chart_title.text_frame.text = "Sales by year"
    (page,) = read(deck, tmp_path).pages

    assert blocks(page) == [
        (BlockKind.TABLE, "Year\t\tSales\n2022\tQ1\t8"),
        (BlockKind.CAPTION, "Sales by year"),
        (BlockKind.TABLE, "\tNet sales\n2021\t1.5\n2022\t"),
    ]
    assert [block.header_rows for block in page.blocks] == [1, 0, 1]


def test_charts_of_all_kinds_are_read(tmp_path: Path) -> None:
    """In perspective too, over days, and one point against another."""
    deck = pptx.Presentation()
    shapes, place = slide(deck).shapes, [Inches(value) for value in (1, 1, 3, 1)]
    days = CategoryChartData()
    days.categories = [date(2022, 3, 1), date(2022, 3, 2)]
    days.add_series("Boats", (1, 2))
    deep = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, days).chart
    bars = deep._chartSpace.find(".//{*}barChart")
    bars.tag = bars.tag.replace("barChart", "bar3DChart")
    points = XyChartData()
    series = points.add_series("Speed")
    series.add_data_point(0.1, 2.5)
    series.add_data_point(0.2, 3)
    shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *place, points)
    reading = read(deck, tmp_path)

    assert reading.unreadable_pages == ()
    assert [text for kind, text in blocks(reading.pages[0]) if kind is BlockKind.TABLE] == [
        "\tBoats\n2022-03-01\t1\n2022-03-02\t2",
        "\tSpeed\n0.1\t2.5\n0.2\t3",
    ]


def test_a_slide_of_pictures_alone_is_named(tmp_path: Path) -> None:
    """With its number and what to do."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    deck = pptx.Presentation()
    box(slide(deck).shapes, "text", 1, 1, 2, 1)
    slide(deck).shapes.add_picture(stream, 0, 0)
    reading = read(deck, tmp_path)

    assert reading.unreadable_pages == (
        (2, "the slide holds an image and no text; export the file as PDF to have it read"),
    )


@pytest.mark.parametrize(
    ("slides", "limit", "reason"),
    [
        (0, 5, "no slide has text; check that this is the right file"),
        (1, 5, "no slide has text; check that this is the right file"),
        (3, 2, "it has 3 slides, more than the 2 that a document may have; raise HRQA_MAX_PAGES"),
    ],
)
def test_too_little_and_too_much_are_explained(
    tmp_path: Path, slides: int, limit: int, reason: str
) -> None:
    """The message has the bound, the finding and the setting."""
    deck = pptx.Presentation()
    for _ in range(slides):
        slide(deck)

    with pytest.raises(UnreadableDocumentError) as caught:
        read(deck, tmp_path, pages=limit)
    assert caught.value.reason.startswith(reason)


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_presentation_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes flipped or cut off: nothing but a reason is raised."""
    stream = io.BytesIO()
    deck = pptx.Presentation()
    box(slide(deck).shapes, "text", 1, 1, 2, 1)
    deck.save(stream)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.pptx"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    try:
        pages = read_document(path, file="damaged.pptx").pages
    except UnreadableDocumentError:
        return

    assert all(line.end <= len(page.text) for page in pages for line in page.lines)
