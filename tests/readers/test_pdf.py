"""PDF files: what they declare, how they are damaged, and what every page's text keeps to."""

import random
import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import NameObject, NullObject

from hrqa.datatypes import BlockKind, OutlineEntry, Page
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading, ReadingLimits

Typeset = Callable[..., Path]
EDITIONS = [
    "bac-ninh-2025",
    "binh-duong-2023",
    "cao-bang-2025",
    "central-region-thesis-2025",
    "international-cooperation-2022",
]
TWO_PAGES = """
#set document(title: "Hồ sơ", author: ("Nguyễn Văn A", "Trần B"))
#set text(lang: "vi")
= Mở đầu
Đào tạo nhân lực chất lượng cao.
#pagebreak()
== Chi tiết
Trang hai.
"""


def read(path: Path) -> Reading:
    """A PDF file, read."""
    return read_document(path, file="sub/file.pdf")


def kinds_and_texts(page: Page) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block."""
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_a_file_says_title_authors_language_and_outline(typeset: Typeset) -> None:
    """The outline has levels and pages; a file without page labels has none."""
    reading = read(typeset(TWO_PAGES))

    assert (reading.title, reading.language) == ("Hồ sơ", "vi")
    assert reading.authors == ("Nguyễn Văn A", "Trần B")
    assert reading.outline == (OutlineEntry("Mở đầu", 1, 1), OutlineEntry("Chi tiết", 2, 2))
    assert [(page.number, page.label) for page in reading.pages] == [(1, None), (2, None)]
    assert [page.text for page in reading.pages] == [
        "Mở đầu\n\nĐào tạo nhân lực chất lượng cao.",
        "Chi tiết\n\nTrang hai.",
    ]
    assert reading.pages[0].blocks[0].kind is BlockKind.HEADING


def test_a_file_that_declares_nothing_has_its_headings_as_outline(typeset: Typeset) -> None:
    """Large and bold type makes a heading where there is no outline."""
    source = typeset(
        "#set text(size: 10pt)\n#text(size: 18pt)[Results of the Survey]\n\n"
        "Wages rose in all of the provinces.\n\n*Jobs in the towns*\n\n"
        "Jobs grew in most of the towns of the province."
    )
    writer = pypdf.PdfWriter(clone_from=source)
    writer.metadata = None
    del writer.root_object[NameObject("/Lang")]
    bare = source.with_name("bare.pdf")
    writer.write(bare)
    reading = read(bare)

    assert (reading.title, reading.authors, reading.language) == (None, (), None)
    assert reading.outline == (
        OutlineEntry("Results of the Survey", 1, 1),
        OutlineEntry("Jobs in the towns", 3, 1),
    )


def test_labels_are_those_that_the_file_declares(typeset: Typeset) -> None:
    """Front matter in roman numbers; the page number counts on from 1 all the same."""
    reading = read(
        typeset(
            '#set page(paper: "a6", numbering: "i")\nThe first preface.\n#pagebreak()\n'
            "The second preface.\n"
            '#set page(numbering: "1")\n#counter(page).update(1)\n'
            "The chapter begins.\n#pagebreak()\nIt goes on."
        )
    )

    assert [(page.number, page.label) for page in reading.pages] == [
        (1, "i"),
        (2, "ii"),
        (3, "1"),
        (4, "2"),
    ]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_encrypted_file_is_refused_unless_it_opens_without_a_password(
    typeset: Typeset, algorithm: str
) -> None:
    """A password for changes alone does not hinder reading."""
    source = typeset(TWO_PAGES)
    locked, open_to_read = source.with_name("locked.pdf"), source.with_name("open.pdf")
    for path, password in ((locked, "secret"), (open_to_read, "")):
        writer = pypdf.PdfWriter(clone_from=source)
        writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
        writer.write(path)

    assert read(open_to_read).pages == read(source).pages
    with pytest.raises(UnreadableDocumentError, match=r"^sub/file\.pdf: the file is encrypted"):
        read(locked)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty; put the whole file in its place"),
        (b"<html><body>404 Not Found</body></html>", "the file is named .pdf but is a web page"),
        (b"%PDF-1.7\n", "the file is broken or no PDF"),
    ],
)
def test_a_file_that_is_no_pdf_is_explained(tmp_path: Path, content: bytes, reason: str) -> None:
    """A page of an error that was saved under the name is no PDF, either."""
    path = tmp_path / "file.pdf"
    path.write_bytes(content)

    with pytest.raises(UnreadableDocumentError) as caught:
        read(path)
    assert str(caught.value).startswith(f"sub/file.pdf: {reason}")


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_file_is_explained(typeset: Typeset, share: float) -> None:
    """A download that stopped is broken and not a shorter document."""
    path = typeset(TWO_PAGES)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])

    with pytest.raises(UnreadableDocumentError, match=r"broken or no PDF .* get an intact copy"):
        read(path)


def write_picture(folder: Path) -> None:
    """A small PNG picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pixels = zlib.compress(b"\0\x80\x40\x20" * 4)
    size = struct.pack(">IIBBBBB", 1, 4, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


WITHOUT_OCR = ReadingLimits(ocr=False)


def test_a_file_of_images_alone_needs_ocr(typeset: Typeset, tmp_path: Path) -> None:
    """The message says which page holds what."""
    write_picture(tmp_path)
    path = typeset('#image("picture.png", width: 100%)')

    with pytest.raises(
        UnreadableDocumentError, match="page 1: the page holds an image and no text"
    ):
        read_document(path, file="sub/file.pdf", limits=WITHOUT_OCR)


def test_a_blank_file_is_explained(typeset: Typeset) -> None:
    """Without text and without images OCR would not help."""
    with pytest.raises(UnreadableDocumentError, match="no page has text; check"):
        read(typeset("#pagebreak()"))


def test_pages_that_are_images_are_named_and_the_others_read(
    typeset: Typeset, tmp_path: Path
) -> None:
    """A blank page is no failure; numbers stay those of the file."""
    write_picture(tmp_path)
    path = typeset(
        'First.\n#pagebreak()\n#image("picture.png", width: 50%)\n#pagebreak()\n#pagebreak()\nLast.'
    )
    reading = read_document(path, file="sub/file.pdf", limits=WITHOUT_OCR)

    assert [page.text for page in reading.pages] == ["First.", "", "", "Last."]
    assert reading.unreadable_pages == (
        (2, "the page holds an image and no text; OCR is switched off"),
    )


def test_a_page_that_cannot_be_opened_is_named_and_the_others_read(typeset: Typeset) -> None:
    """One broken page does not take the document along."""
    path = typeset("First.\n#pagebreak()\nSecond.\n#pagebreak()\nThird.")
    writer = pypdf.PdfWriter(clone_from=path)
    kids = writer.root_object["/Pages"]["/Kids"]
    kids[1] = NullObject()
    writer.write(path)
    reading = read(path)

    assert [page.text for page in reading.pages] == ["First.", "", "Third."]
    assert [number for number, _ in reading.unreadable_pages] == [2]


def test_damage_of_any_kind_is_explained_or_read_over(typeset: Typeset) -> None:
    """Bytes changed, lost and repeated at random places: pages or a sentence, nothing else."""
    path = typeset(TWO_PAGES)
    sound = path.read_bytes()
    chance = random.Random(1)
    for _ in range(80):
        data = bytearray(sound)
        for _ in range(chance.choice((1, 3, 10, 40))):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + 20]
                case _:
                    data[at:at] = data[at : at + 50]
        path.write_bytes(data)
        try:
            pages = read(path).pages
        except UnreadableDocumentError:
            continue

        assert any(page.text for page in pages)


@pytest.fixture(scope="module")
def editions(corpus_folder: Path) -> dict[str, Reading]:
    """The shipped documents, read once."""
    return {name: read(corpus_folder / f"{name}.pdf") for name in EDITIONS}


@pytest.mark.parametrize("name", EDITIONS)
def test_blocks_cover_the_text_of_every_page(editions: dict[str, Reading], name: str) -> None:
    """In order, parted by a blank line; NFC; single spaces, tabs and line ends in tables alone."""
    for page in editions[name].pages:
        texts = [text for _, text in kinds_and_texts(page)]

        assert page.text == "\n\n".join(texts)
        assert page.text == unicodedata.normalize("NFC", page.text)
        for kind, text in kinds_and_texts(page):
            if kind is not BlockKind.TABLE:
                assert text == " ".join(text.split())


@pytest.mark.parametrize("name", EDITIONS)
def test_lines_say_where_every_word_stands(editions: dict[str, Reading], name: str) -> None:
    """Lines are in order and apart, hold all words, and have two edges for each of them."""
    for page in editions[name].pages:
        at, held = 0, ""
        for line in page.lines:
            words = page.text[line.start : line.end].split()

            assert at <= line.start < line.end
            assert len(line.edges) == 2 * len(words)
            assert all(0 <= edge <= 1 for edge in (line.top, line.bottom, *line.edges))
            at, held = line.end, held + "".join(words)

        assert held == "".join(page.text.split())


@pytest.mark.parametrize("name", EDITIONS)
def test_running_lines_of_the_editions_are_told_from_the_text(
    editions: dict[str, Reading], name: str
) -> None:
    """Every page has its number apart, and no running line is taken for text on another page."""
    pages = editions[name].pages
    running = [
        [text for kind, text in kinds_and_texts(page) if kind is BlockKind.FURNITURE]
        for page in pages
    ]
    headers = {text for texts in running for text in texts if not text.isdecimal()}
    taken_for_text = [
        text
        for page in pages
        for kind, text in kinds_and_texts(page)
        if kind not in (BlockKind.FURNITURE, BlockKind.HEADING) and text in headers | {page.label}
    ]

    assert all(page.label in texts for page, texts in zip(pages, running, strict=True))
    assert taken_for_text == []


def test_a_ruled_table_of_an_edition_is_rows_and_cells(editions: dict[str, Reading]) -> None:
    """The first table of the article on Binh Duong, as its source has it."""
    tables = [
        (text, block.header_rows)
        for page in editions["binh-duong-2023"].pages
        for block, (kind, text) in zip(page.blocks, kinds_and_texts(page), strict=True)
        if kind is BlockKind.TABLE
    ]
    widths = [{row.count("\t") for row in text.split("\n")} for text, _ in tables]

    assert len(tables) == 2
    assert all(len(width) == 1 and min(width) > 0 for width in widths)
    assert all(header_rows >= 1 for _, header_rows in tables)


def test_pages_behind_a_partial_outline_have_headings(typeset: Typeset) -> None:
    """An outline that names the first page alone does not name all that follows."""
    source = "= Named in the outline\nText of the first page.\n" + "".join(
        f"#pagebreak()\n#heading(bookmarked: false)[Heading {n}]\nText of the page.\n"
        for n in (2, 3)
    )
    reading = read_document(typeset(source), file="partial.pdf")

    assert [(entry.title, entry.page) for entry in reading.outline] == [
        ("Named in the outline", 1),
        ("Heading 2", 2),
        ("Heading 3", 3),
    ]
