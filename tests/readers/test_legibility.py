"""Pages whose characters are not those that a reader sees."""

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from hrqa.errors import UnreadableDocumentError
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading, ReadingLimits

Typeset = Callable[..., Path]
TEXT = "Provinces that train engineers for industrial parks report higher wages. " * 6


def read(path: Path) -> Reading:
    """A file, read without OCR."""
    return read_document(path, file="file.pdf", limits=ReadingLimits(ocr=False))


def fonts(page: pypdf.PageObject) -> list[DictionaryObject]:
    """The fonts of a page."""
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def with_mapping(path: Path, mapping: bytes) -> Path:
    """A copy whose second page's fonts map their glyphs by another ToUnicode map."""
    writer = pypdf.PdfWriter(clone_from=path)
    stream = StreamObject()
    stream.set_data(mapping)
    reference = writer._add_object(stream)
    page = writer.pages[1]
    resources = page["/Resources"].get_object().clone(writer)
    copies = DictionaryObject()
    for name, font in page["/Resources"]["/Font"].items():
        copy = DictionaryObject(font.get_object())
        copy[NameObject("/ToUnicode")] = reference
        copies[NameObject(name)] = writer._add_object(copy)
    resources[NameObject("/Font")] = copies
    page[NameObject("/Resources")] = resources
    copy_path = path.with_name("mapped.pdf")
    writer.write(copy_path)
    return copy_path


def mapping(target: int) -> bytes:
    """A map of glyphs 0 to 255 to characters from ``target`` on."""
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /X def /CMapType 2 def\n1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"1 beginbfrange <0000> <00ff> <{target:04x}> endbfrange\nendcmap end end"
    ).encode()


def test_characters_private_to_a_typeface_are_not_taken_for_text(typeset: Typeset) -> None:
    """The page is named with the reason, the others are read."""
    path = with_mapping(typeset(f"First page.\n#pagebreak()\n{TEXT}"), mapping(0xE000))
    reading = read(path)

    assert [page.text for page in reading.pages] == ["First page.", ""]
    ((number, reason),) = reading.unreadable_pages
    assert number == 2
    assert "private to the typeface" in reason


def test_glyphs_without_a_character_are_named(typeset: Typeset) -> None:
    """They would be control characters."""
    path = with_mapping(typeset(f"First page.\n#pagebreak()\n{TEXT}"), mapping(0))
    numbers = [number for number, _ in read(path).unreadable_pages]

    assert numbers == [2]


def test_text_without_vowels_is_garbled(typeset: Typeset) -> None:
    """No language in Latin letters is written so."""
    with pytest.raises(UnreadableDocumentError, match="wrong characters"):
        read(typeset("Qrwxz bcdfg hjklm npqrs tvwxz. " * 12))


def test_a_bullet_of_a_typeface_of_its_own_is_no_failure(typeset: Typeset) -> None:
    """One private character alone in its word."""
    reading = read(typeset(f"\\u{{f0b7}} {TEXT}\n\n\\u{{f0b7}} {TEXT}"))

    assert reading.unreadable_pages == ()
    assert TEXT.strip() in reading.pages[0].text


def test_ligatures_are_letters(typeset: Typeset) -> None:
    """Also where the file holds the ligature as a character."""
    (page,) = read(typeset("The of\\u{fb01}ce is e\\u{fb03}cient.")).pages

    assert page.text == "The office is efficient."
