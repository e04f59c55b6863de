"""Which reader reads which file."""

from pathlib import Path

import pytest

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import READABLE_SUFFIXES, conversion_hint, read_document


def test_a_suffix_in_capitals_is_the_same_format(tmp_path: Path) -> None:
    """Markdown is read as Markdown, text as text."""
    (tmp_path / "A.MD").write_text("# Head", encoding="utf-8")
    (tmp_path / "B.Txt").write_text("# Head", encoding="utf-8")

    assert read_document(tmp_path / "A.MD", file="A.MD").pages[0].text == "Head"
    assert read_document(tmp_path / "B.Txt", file="B.Txt").pages[0].text == "# Head"


@pytest.mark.parametrize("suffix", sorted(READABLE_SUFFIXES))
@pytest.mark.parametrize("kind", ["absent", "folder"])
def test_what_cannot_be_opened_is_explained(tmp_path: Path, suffix: str, kind: str) -> None:
    """A file that went away, or a folder of that name, is a sentence and no traceback."""
    path = tmp_path / f"x{suffix}"
    if kind == "folder":
        path.mkdir()

    with pytest.raises(UnreadableDocumentError, match=f"sub/x{suffix}: "):
        read_document(path, file=f"sub/x{suffix}")


@pytest.mark.parametrize("suffix", sorted(READABLE_SUFFIXES))
@pytest.mark.parametrize(
    ("content", "found"),
    [(b"\x89PNG\r\n\x1a\n0000", "a picture"), (b"{\\rtf1 x}", "a rich-text file")],
)
def test_a_file_of_another_format_than_its_name_says_is_explained(
    tmp_path: Path, suffix: str, content: bytes, found: str
) -> None:
    """It is not read as noise."""
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)

    with pytest.raises(UnreadableDocumentError, match=f"is named {suffix} but is {found}"):
        read_document(path, file=f"sub/x{suffix}")


def test_other_formats_have_a_way_to_be_converted() -> None:
    """Formats that are read, and unknown ones, have none."""
    assert conversion_hint(".DOC") == (
        "convert it with LibreOffice: soffice --headless --convert-to docx FILE"
    )
    assert all(conversion_hint(suffix) is None for suffix in [*READABLE_SUFFIXES, ".xyz", ""])
