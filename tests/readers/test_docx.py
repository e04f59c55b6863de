"""Word documents, written by python-docx."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from hrqa.datatypes import BlockKind
from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading, ReadingLimits


def read(document: "docx.document.Document", tmp_path: Path) -> Reading:
    """A Word document, saved and read."""
    path = tmp_path / "report.docx"
    document.save(str(path))
    return read_document(path, file="sub/report.docx")


def blocks(reading: Reading) -> list[tuple[BlockKind, str]]:
    """Kind and text of each block."""
    (page,) = reading.pages
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


def test_styles_say_what_a_paragraph_is(tmp_path: Path) -> None:
    """Title and headings with their depth, lists, captions; there are no pages."""
    document = docx.Document()
    document.add_heading("Skills of graduates", 0)
    document.add_heading("Results", 1)
    document.add_heading("Wages", 2)
    document.add_paragraph("Tỉnh Bình Dương có tám trường.")
    document.add_paragraph("languages", style="List Bullet")
    document.add_paragraph("Table 1. Wages", style="Caption")
    reading = read(document, tmp_path)

    assert blocks(reading) == [
        (BlockKind.HEADING, "Skills of graduates"),
        (BlockKind.HEADING, "Results"),
        (BlockKind.HEADING, "Wages"),
        (BlockKind.PARAGRAPH, "Tỉnh Bình Dương có tám trường."),
        (BlockKind.LIST_ITEM, "languages"),
        (BlockKind.CAPTION, "Table 1. Wages"),
    ]
    assert [(entry.title, entry.level) for entry in reading.outline] == [
        ("Skills of graduates", 1),
        ("Results", 1),
        ("Wages", 2),
    ]
    assert reading.pages[0].number is None
    assert reading.title == "Skills of graduates"
    assert (reading.authors, reading.issued) == ((), ())


def test_a_style_of_another_language_is_a_heading_by_its_level(tmp_path: Path) -> None:
    """Word names styles in the language of its menus; the outline level is the same in all."""
    document = docx.Document()
    style = document.styles.add_style("Überschrift eigen", 1)
    style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    document.add_paragraph("Löhne", style=style)
    reading = read(document, tmp_path)

    assert blocks(reading) == [(BlockKind.HEADING, "Löhne")]
    assert reading.outline[0].level == 2


def test_what_the_file_declares_is_kept(tmp_path: Path) -> None:
    """Title, authors and language, but not what programs write by themselves."""
    document = docx.Document()
    document.add_paragraph("Text.")
    properties = document.core_properties
    properties.title, properties.author, properties.language = "Skills", "An, N.; Lee, B.", "vi-VN"
    reading = read(document, tmp_path)

    assert (reading.title, reading.authors, reading.language) == (
        "Skills",
        ("An, N.", "Lee, B."),
        "vi-VN",
    )


def test_a_merged_cell_has_its_text_once(tmp_path: Path) -> None:
    """Over columns and over rows; the other places stay empty, so that columns stay in line."""
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).text = "Year"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Graduates"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "2019"
    table.cell(1, 1).text, table.cell(1, 2).text = "men", "10"
    table.cell(2, 1).text, table.cell(2, 2).text = "women", "12"
    reading = read(document, tmp_path)

    assert blocks(reading) == [(BlockKind.TABLE, "Year\tGraduates\t\n2019\tmen\t10\n\twomen\t12")]
    assert reading.pages[0].blocks[0].header_rows == 1


def test_deletions_are_left_out_and_insertions_kept(tmp_path: Path) -> None:
    """As the text would be with all changes accepted; the reading says so."""
    document = docx.Document()
    paragraph = document.add_paragraph("Wages ")
    for change, element in (("del", "delText"), ("ins", "t")):
        paragraph._p.append(
            parse_xml(
                f'<w:{change} {nsdecls("w")} w:id="1" w:author="x"><w:r><w:{element}>'
                f"{'fell' if change == 'del' else 'rose'}</w:{element}></w:r></w:{change}>"
            )
        )
    reading = read(document, tmp_path)

    assert blocks(reading) == [(BlockKind.PARAGRAPH, "Wages rose")]
    assert reading.notes == ("1 tracked deletion left out, insertions read",)


def test_links_boxes_and_raised_digits_are_read(tmp_path: Path) -> None:
    """A text box follows the paragraph that it hangs on, once although the file has it twice."""
    document = docx.Document()
    paragraph = document.add_paragraph("An area of 10 km")
    paragraph.add_run("2").font.superscript = True
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w")}><w:r><w:t xml:space="preserve"> (map)</w:t></w:r>'
            "</w:hyperlink>"
        )
    )
    box = "<w:txbxContent><w:p><w:r><w:t>Boxed.</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/'
            f'markup-compatibility/2006"><mc:AlternateContent><mc:Choice Requires="wps">{box}'
            f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )

    assert blocks(read(document, tmp_path)) == [
        (BlockKind.PARAGRAPH, "An area of 10 km² (map)"),
        (BlockKind.PARAGRAPH, "Boxed."),
    ]


def test_headers_are_left_out_and_a_table_of_contents_is_furniture(tmp_path: Path) -> None:
    """Neither comes into passages."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Confidential"
    style = document.styles.add_style("toc 1", 1)
    document.add_paragraph("1 Results 5", style=style)
    document.add_paragraph("Text.")

    assert blocks(read(document, tmp_path)) == [
        (BlockKind.FURNITURE, "1 Results 5"),
        (BlockKind.PARAGRAPH, "Text."),
    ]


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"no zip", "the file is broken or no Word document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "the file is protected by a password"),
        (OLE, "the file is of an old Word format"),
        (zipped({"a.txt": b"x"}), "the file is named .docx but is a zip archive"),
        (zipped({"word/document.xml": b"<x/>"}), "the file is a zip archive and no Word document"),
        (b"<html><body>x</body></html>", "the file is named .docx but is a web page"),
    ],
)
def test_a_file_that_is_no_word_document_is_explained(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    """The message has the path in the corpus, what is wrong, and what to do."""
    path = tmp_path / "report.docx"
    path.write_bytes(content)

    with pytest.raises(UnreadableDocumentError) as caught:
        read_document(path, file="sub/report.docx")
    assert str(caught.value).startswith(f"sub/report.docx: {reason}")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """50 MB of zeros in a few kB; the message has the bound, the finding and the setting."""
    path = tmp_path / "bomb.docx"
    path.write_bytes(zipped({"[Content_Types].xml": b"", "word/document.xml": bytes(50_000_000)}))

    with pytest.raises(UnreadableDocumentError) as caught:
        read_document(path, file="bomb.docx", limits=ReadingLimits(expanded_bytes=10_000_000))
    assert caught.value.reason == (
        "it holds 50 MB, more than the 10 MB that a document may expand to; "
        "raise HRQA_MAX_EXPANDED_MB to read it"
    )


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either(tmp_path: Path) -> None:
    """No more is taken from a member than the archive declares."""
    data = zipped({"[Content_Types].xml": bytes(5_000_000), "_rels/.rels": b""})
    path = tmp_path / "liar.docx"
    path.write_bytes(data.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))

    with pytest.raises(UnreadableDocumentError, match=r"^liar\.docx: the file is"):
        read_document(path, file="liar.docx", limits=ReadingLimits(expanded_bytes=1_000_000))


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Neither a file from outside nor an entity that would grow comes into the text."""
    (tmp_path / "secret.txt").write_text("secret words", encoding="utf-8")
    document = docx.Document()
    document.add_paragraph("Safe.")
    path = tmp_path / "report.docx"
    document.save(str(path))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].split(b"?>", 1)[1]
    entity = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    members["word/document.xml"] = entity.encode() + body.replace(b"Safe.", b"Safe.&s;")
    path.write_bytes(zipped(members))

    assert "secret" not in read_document(path, file="report.docx").pages[0].text


@given(st.data())
def test_a_damaged_word_document_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes flipped or cut off: nothing but a reason is raised, and offsets stay in the text."""
    stream = io.BytesIO()
    document = docx.Document()
    document.add_heading("Head", 1)
    document.add_paragraph("Text.")
    document.add_table(2, 2).cell(0, 0).text = "x"
    document.save(stream)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.docx"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    try:
        (page,) = read_document(path, file="damaged.docx").pages
    except UnreadableDocumentError:
        return

    assert "\n\n".join(page.text[block.start : block.end] for block in page.blocks) == page.text
