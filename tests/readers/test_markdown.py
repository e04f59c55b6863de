"""Markdown, on real files."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.datatypes import BlockKind, OutlineEntry
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.markdown import read_markdown
from hrqa.readers.reading import Reading


def read(tmp_path: Path, content: str) -> Reading:
    """A Markdown file of this content, read."""
    path = tmp_path / "notes.md"
    path.write_bytes(content.encode("utf-8"))
    return read_document(path, file="sub/notes.md")


def blocks(reading: Reading) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block of the only page."""
    (page,) = reading.pages
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_markdown_is_read_by_its_blocks(tmp_path: Path) -> None:
    """Signs of emphasis, links and code go, words stay; lists, tables and headings are known."""
    reading = read(
        tmp_path,
        "---\ntags: [x]\n---\n"
        "# A *title* with `code`\n\n"
        "One\ntwo [link](https://x.org) &amp; ![a picture](p.png)\\*.\n\n"
        "- first\n- second\n\n  still second\n  1. inner\n\n"
        "> quoted\n\n"
        "| Year | Men |\n|---|---|\n| 2019 | **10** |\n| 2020 | |\n\n"
        "Under\n-----\n\n"
        "```\nx = 1\n```\n",
    )

    assert blocks(reading) == [
        (BlockKind.HEADING, "A title with code"),
        (BlockKind.PARAGRAPH, "One two link & a picture*."),
        (BlockKind.LIST_ITEM, "first"),
        (BlockKind.LIST_ITEM, "second"),
        (BlockKind.LIST_ITEM, "still second"),
        (BlockKind.LIST_ITEM, "inner"),
        (BlockKind.PARAGRAPH, "quoted"),
        (BlockKind.TABLE, "Year\tMen\n2019\t10\n2020\t"),
        (BlockKind.HEADING, "Under"),
        (BlockKind.PARAGRAPH, "x = 1"),
    ]
    assert reading.title == "A title with code"
    assert reading.outline == (
        OutlineEntry("A title with code", 1, None),
        OutlineEntry("Under", 2, None),
    )
    assert [block.header_rows for block in reading.pages[0].blocks if block.header_rows] == [1]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("one<br>two", "one two"),
        ("| a | b |\n|---|---|\n| x | 2<br>3 |", "a\tb\nx\t2 3"),
    ],
)
def test_a_line_break_in_html_parts_words(tmp_path: Path, content: str, text: str) -> None:
    """``2<br>3`` in a cell is not the number 23."""
    assert read(tmp_path, content).pages[0].text == text


def test_words_in_html_blocks_are_kept(tmp_path: Path) -> None:
    """Tables that Markdown cannot set are written so, and their words count."""
    reading = read(tmp_path, "Before.\n\n<div>\nWages rose.\n</div>\n\nAfter.\n")

    assert "Wages rose." in reading.pages[0].text


@pytest.mark.parametrize("content", ["caf&#101;&#769;", "cafe**\u0301**s"])
def test_marks_that_meet_their_letters_late_are_composed(tmp_path: Path, content: str) -> None:
    """A page's text is NFC."""
    text = read(tmp_path, content).pages[0].text

    assert text == unicodedata.normalize("NFC", text)


MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            ["# ", "\n", "\n\n", "- ", "1. ", "> ", "| a | b |\n|---|---|\n| c |", "```", "**", "`"]
        ),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8),
    ),
    max_size=25,
).map("".join)


@given(MARKDOWN)
def test_blocks_of_any_markdown_cover_its_text(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    """In order, parted by a blank line, single spaces inside, nothing between them."""
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_bytes(content.encode("utf-8"))
    try:
        (page,) = read_markdown(path, file="any.md").pages
    except UnreadableDocumentError:
        return
    texts = [page.text[block.start : block.end] for block in page.blocks]

    assert "\n\n".join(texts) == page.text
    assert all(texts)
    for block, text in zip(page.blocks, texts, strict=True):
        if block.kind is not BlockKind.TABLE:
            assert text == " ".join(text.split())
