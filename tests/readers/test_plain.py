"""Plain text, on real files."""

import unicodedata
from pathlib import Path

import pytest

from hrqa.datatypes import BlockKind
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading, ReadingLimits


def read(tmp_path: Path, content: str | bytes, *, name: str = "notes.txt") -> Reading:
    """A file of this content, read."""
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_document(path, file=f"sub/{name}")


def blocks(reading: Reading) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block of the only page."""
    (page,) = reading.pages
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def paragraphs(reading: Reading) -> list[str]:
    """The texts of all blocks, which are paragraphs."""
    assert {kind for kind, _ in blocks(reading)} == {BlockKind.PARAGRAPH}
    return [text for _, text in blocks(reading)]


def test_paragraphs_are_parted_by_blank_lines(tmp_path: Path) -> None:
    """Lines of a paragraph are joined by one space, whatever ends them; a form feed parts too."""
    reading = read(
        tmp_path, "\ufeffOne\r\nline  two\r\n\r\n\n \t\nTwo\u00a0nbsp\rtwo\n\n\nThree\fFour\n"
    )

    assert paragraphs(reading) == ["One line two", "Two nbsp two", "Three", "Four"]
    assert reading.pages[0].text == "One line two\n\nTwo nbsp two\n\nThree\n\nFour"
    assert (reading.pages[0].number, reading.pages[0].label, reading.title) == (None, None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_text_is_read_in_utf8_and_marked_utf16(tmp_path: Path, encoding: str) -> None:
    """Marks come out composed."""
    text = unicodedata.normalize("NFD", "Đường về")
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data

    assert paragraphs(read(tmp_path, data, name="notes.txt")) == ["Đường về"]


@pytest.mark.parametrize("name", ["notes.txt", "notes.md"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        ("\u00a0\n\n\u2003".encode(), "the file has no text"),
        (
            b"one\ntwo\n\x83\x5c\x83\x5c\n",
            "line 3 is not valid UTF-8, nor is the file plausible in",
        ),
        ("Đường\n".encode() + b"v\xe1\n", "line 2 is not valid UTF-8, nor is"),
        (b"\xff\xfea", "line 1 is not valid UTF-16"),
        (b"PK\x03\x04 zip", "the file holds control characters and is no text"),
    ],
)
def test_a_file_that_is_no_text_is_explained(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    """The message has the path in the corpus, what is wrong, and what to do."""
    with pytest.raises(UnreadableDocumentError) as caught:
        read(tmp_path, content, name=name)
    assert str(caught.value).startswith(f"sub/{name}: {reason}")


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    """A person can look whether the guess is right; what is evident needs no words."""
    guessed = read(tmp_path, "Die größere Straße\n".encode("cp1252"))
    evident = read(tmp_path, "Die größere Straße\n")

    assert paragraphs(guessed) == paragraphs(evident) == ["Die größere Straße"]
    assert guessed.notes == ("read as Windows-1252, guessed from its words",)
    assert evident.notes == ()


def test_a_file_larger_than_allowed_is_not_read(tmp_path: Path) -> None:
    """The message has the bound, the finding and the setting."""
    path = tmp_path / "long.txt"
    path.write_bytes(b"word " * 500_000)

    with pytest.raises(UnreadableDocumentError) as caught:
        read_document(path, file="long.txt", limits=ReadingLimits(expanded_bytes=1_000_000))
    assert caught.value.reason == (
        "it holds 2.5 MB, more than the 1 MB that a document may expand to; "
        "raise HRQA_MAX_EXPANDED_MB to read it"
    )
