"""What a document is called when its file declares a title that says nothing."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from hrqa.corpus import scan_corpus
from hrqa.passages import PassageSizes
from hrqa.preparation import prepare, read_source
from hrqa.readers.formats import READABLE_SUFFIXES
from hrqa.readers.reading import DEFAULT_LIMITS

Typeset = Callable[..., Path]
SMALL_PAGE = "#set page(width: 300pt, height: 300pt)\n#set text(size: 10pt)\n"


def title(path: Path) -> str:
    """The title of a file that no manifest describes."""
    corpus = scan_corpus(path.parent, suffixes=READABLE_SUFFIXES)
    source = next(source for source in corpus.sources if source.file == path.name)
    reading = read_source(source, DEFAULT_LIMITS)
    return prepare(source, reading, PassageSizes()).document.bibliography.title


def report(typeset: Typeset, declared: str) -> Path:
    """A file with one large heading that declares a title."""
    source = (
        f'#set document(title: "{declared}")\n{SMALL_PAGE}#text(size: 20pt)[Boats of Heron]\n\n'
    )
    return typeset(f"{source}Forty boats cross the river.", name="boats.pdf")


@pytest.mark.parametrize(
    "declared",
    [
        *("0001018724-18-000005", "2018", "10-K", "untitled", "Untitled-1", "Document1"),
        *("Microsoft Word - Report on boats", "report.doc", "boats final (2).docx", "boats_final"),
        *(
            "PowerPoint Presentation",
            "C:\\\\temp\\\\boats",
            "about:blank",
            "Table of Contents",
            "Mục lục",
        ),
    ],
)
def test_a_declared_title_that_says_nothing_gives_way(typeset: Typeset, declared: str) -> None:
    """Numbers, files' names, and what programs and all documents say are no titles."""
    assert title(report(typeset, declared)) == "Boats of Heron"


@pytest.mark.parametrize(
    "declared", ["ADBE 10-K FY22", "COVID-19", "Đề án 2030", "Introduction to boats", "Node.js"]
)
def test_a_declared_title_is_kept_if_it_says_something(typeset: Typeset, declared: str) -> None:
    """Short titles, titles with numbers and titles with points are titles."""
    assert title(report(typeset, declared)) == declared


def test_a_cover_with_several_large_lines_is_called_by_its_file(typeset: Typeset) -> None:
    """Whom a form is filed with stands above who files it: the first heading says least."""
    cover = "#text(size: 20pt)[OFFICE OF BOATS]\n\nof the river\n\n#text(size: 20pt)[FORM 7]\n\n"
    path = typeset(
        f'#set document(title: "000-18-05")\n{SMALL_PAGE}{cover}For the year 2018.',
        name="HERON_2018.pdf",
    )

    assert title(path) == "HERON_2018"


def test_a_file_without_any_title_is_called_by_its_heading_or_its_name(typeset: Typeset) -> None:
    """The heading comes first; small headings are those of sections."""
    heading = "#text(size: 20pt)[Boats of Heron]"
    large = typeset(f"{SMALL_PAGE}{heading}\n\nForty boats cross the river.", name="a.pdf")
    small = typeset(f"{SMALL_PAGE}#strong[Results of the year]\n\nForty boats.", name="b.pdf")

    assert (title(large), title(small)) == ("Boats of Heron", "b")


def test_documents_without_pages_take_their_first_heading(tmp_path: Path) -> None:
    """Of a Word file and of a web page that declare nothing telling."""
    word = docx.Document()
    word.core_properties.title = "Microsoft Word - boats.doc"
    word.add_heading("Boats of Heron", 1)
    word.add_heading("Boats of Otter", 1)
    word.add_paragraph("Forty boats cross the river.")
    word.save(str(tmp_path / "boats.docx"))
    text = "<p>Forty boats cross the river every day, and more on Sundays.</p>" * 3
    page = f"<title>Untitled Document</title><body><article><h1>Otters</h1>{text}</article>"
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><html>{page}</html>", encoding="utf-8")
    (tmp_path / "notes.md").write_text("# Contents\n\nForty boats.\n", encoding="utf-8")

    assert title(tmp_path / "boats.docx") == "Boats of Heron"
    assert title(tmp_path / "page.html") == "Otters"
    assert title(tmp_path / "notes.md") == "notes"
