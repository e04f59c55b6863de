"""Tests that every reading edition holds the words of its source, and is a sound PDF."""

import importlib.util
import json
import re
import sys
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from hrqa.datatypes import BlockKind
from hrqa.readers.pdf import read_pdf

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SOURCES = CORPUS / "sources"
MANIFEST = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
ITEMS = {item["id"]: item for item in MANIFEST}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# Where the running header ends and the page-number footer begins, in points from the page edges.

each_edition = pytest.mark.parametrize("stem", sorted(ITEMS))
Edit = dict[str, Any]


class Word(NamedTuple):
    """A word, and the line of the source where it stands."""

    text: str
    line: int


def words(text: str) -> list[str]:
    """Split a text into the words that count for the proof."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("*", "")
    text = text.translate(SUPERSCRIPTS)
    return [word for word in text.split() if any(map(str.isalnum, word))]


def edition_words(pdf: Path) -> list[str]:
    """Read the words of an edition in order as hrqa reads them, without running lines."""
    return [
        word
        for page in read_pdf(pdf, file=pdf.name).pages
        for block in page.blocks
        if block.kind is not BlockKind.FURNITURE
        for word in words(page.text[block.start : block.end])
    ]


@cache
def edits(stem: str) -> list[Edit]:
    """Read the list of edits of an edition."""
    return json.loads((SOURCES / f"{stem}.edits.json").read_text("utf-8"))


def source_words(stem: str) -> list[Word]:
    """Read the words of a source, each with its line."""
    lines = (SOURCES / f"{stem}.txt").read_text("utf-8").split("\n")
    return [Word(word, number) for number, line in enumerate(lines, 1) for word in words(line)]


def places(text: list[Word], edit: Edit) -> list[int]:
    """Find every position in a text where an edit fits."""
    before, source = words(edit["before"]), words(edit["source"])
    wanted, size = before + source, len(before)
    spots = range(size, len(text) - len(source) + 1)
    return [
        spot
        for spot in spots
        if [word.text for word in text[spot - size : spot + len(source)]] == wanted
        and (before or spot == 0)
        and (spot == 0 or text[spot if source else spot - 1].line == edit["line"])
    ]


def apply(text: list[Word], edit: Edit) -> list[Word]:
    """Apply one edit at the only place where it fits."""
    found = places(text, edit)
    if len(found) != 1:
        raise LookupError(f"{len(found)} places for {edit}")
    start, end = found[0], found[0] + len(words(edit["source"]))
    # An edit that leaves the words alone (a paragraph joined again) keeps their lines, too.
    if words(edit["source"]) == words(edit["edition"]):
        return text
    return text[:start] + [Word(w, edit["line"]) for w in words(edit["edition"])] + text[end:]


@cache
def edited_words(stem: str) -> list[str]:
    """Apply the list of edits to the words of the source, one after another."""
    text = source_words(stem)
    for edit in edits(stem):
        text = apply(text, edit)
    return [word.text for word in text]


def of_kind(stem: str, kind: str) -> list[Edit]:
    """Give the edits of one kind."""
    return [edit for edit in edits(stem) if edit["kind"] == kind]


@cache
def typesetter() -> ModuleType:
    """Load the script that sets the editions."""
    spec = importlib.util.spec_from_file_location("typeset_editions", SOURCES / "typeset.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def reader(stem: str) -> PdfReader:
    """Open the PDF of an edition."""
    return PdfReader(CORPUS / f"{stem}.pdf")


def outline_titles(entries: list[Any]) -> list[str]:
    """List the titles of an outline, those of inner levels too."""
    titles: list[str] = []
    for entry in entries:
        titles += outline_titles(entry) if isinstance(entry, list) else [entry.title]
    return titles


def embedded(font: DictionaryObject) -> bool:
    """Tell whether a composite font of a PDF carries its own glyphs."""
    descendants = [part.get_object() for part in font["/DescendantFonts"]]
    descriptors = [part["/FontDescriptor"].get_object() for part in descendants]
    return all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)


@each_edition
def test_edits_turn_the_source_into_the_edition(stem: str) -> None:
    """The source's words, with the listed edits alone, are the words of the PDF in order."""
    expected = edited_words(stem)
    found = edition_words(CORPUS / f"{stem}.pdf")

    assert found == expected


@each_edition
def test_every_edit_is_complete(stem: str) -> None:
    """Every edit is of a known kind, has a reason and changes or joins something."""
    kinds = {"remove", "join", "move", "add"}

    for edit in edits(stem):
        assert edit["kind"] in kinds
        assert len(edit["reason"]) > 10
        assert edit["source"] or edit["edition"]
        assert ("move" in edit) == (edit["kind"] == "move")


@each_edition
def test_joins_change_only_spaces(stem: str) -> None:
    """A join has the same characters before and after, apart from spaces."""
    joins = of_kind(stem, "join")

    for edit in joins:
        assert edit["source"].replace(" ", "") == edit["edition"].replace(" ", "")


@each_edition
def test_moves_carry_the_same_words(stem: str) -> None:
    """Each move takes words away in one place and puts the same words in another."""
    moves = of_kind(stem, "move")
    taken = {edit["move"]: words(edit["source"]) for edit in moves if not edit["edition"]}
    put = {edit["move"]: words(edit["edition"]) for edit in moves if not edit["source"]}

    assert taken == put
    assert set(Counter(edit["move"] for edit in moves).values()) <= {2}


@each_edition
def test_removals_leave_no_new_words(stem: str) -> None:
    """A removal leaves nothing, or the same word without a stray sign."""
    removals = of_kind(stem, "remove")

    for edit in removals:
        assert edit["edition"] in ("", edit["source"].strip("\\"))


@each_edition
def test_repeats_are_still_in_the_source(stem: str) -> None:
    """A paragraph removed as printed twice stands at the line which the reason names."""
    repeats = [edit for edit in of_kind(stem, "remove") if "printed twice" in edit["reason"]]
    everything = source_words(stem)

    for edit in repeats:
        line = int(re.search(r"line (\d+)", edit["reason"])[1])
        removed = words(edit["source"])
        kept = [word.text for word in everything if line <= word.line < edit["line"]]
        match = SequenceMatcher(None, removed, kept, autojunk=False)
        shared = sum(piece.size for piece in match.get_matching_blocks())
        assert shared >= 0.95 * len(removed)


@each_edition
def test_additions_are_ours_and_said_to_be(stem: str) -> None:
    """Only the notice, a bracketed title and the number of a footnote's text are added."""
    additions = of_kind(stem, "add")

    for edit in additions:
        ours = edit["edition"].startswith(("This is hrqa's reading edition", "["))
        assert edit["source"] == ""
        assert ours or edit["edition"].isdigit()


@each_edition
def test_rebuilding_gives_the_same_bytes(stem: str) -> None:
    """Setting an edition again gives the very PDF of the corpus."""
    rebuilt = typesetter().typeset(ITEMS[stem])

    assert rebuilt == (CORPUS / f"{stem}.pdf").read_bytes()


@each_edition
def test_pdf_has_title_authors_and_keywords(stem: str) -> None:
    """The PDF names the title, the authors and the keywords that the manifest names."""
    metadata = reader(stem).metadata
    authors = [author["literal"] for author in ITEMS[stem].get("author", [])]

    assert metadata.title == ITEMS[stem]["title"]
    assert (metadata.author or "") == ", ".join(authors)
    assert (metadata.keywords or "") == ITEMS[stem].get("keyword", "").replace(";", ",")


@each_edition
def test_pdf_outline_has_the_headings(stem: str) -> None:
    """The outline lists exactly the headings of the edited source."""
    source = (SOURCES / f"{stem}.md").read_text("utf-8")
    headings = re.findall(r"^#{2,6} (.+)$", source, re.MULTILINE)

    assert outline_titles(reader(stem).outline) == headings


@each_edition
def test_pdf_has_page_labels(stem: str) -> None:
    """The pages are labelled 1, 2, 3 and so on by the PDF itself."""
    pages = len(reader(stem).pages)

    assert "/PageLabels" in reader(stem).trailer["/Root"]
    assert reader(stem).page_labels == [str(number + 1) for number in range(pages)]


@each_edition
def test_pdf_fonts_are_embedded(stem: str) -> None:
    """Every font of every page carries its own glyphs."""
    fonts = [
        font.get_object()
        for page in reader(stem).pages
        for font in page["/Resources"]["/Font"].values()
    ]

    assert fonts
    assert all(map(embedded, fonts))


@each_edition
def test_pdf_is_tagged(stem: str) -> None:
    """The PDF has the structure and the language that screen readers need."""
    root = reader(stem).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == ITEMS[stem]["language"]


@each_edition
def test_first_page_carries_the_notice(stem: str) -> None:
    """The first page says whose edition it is and whose page numbers these are."""
    with pdfium.PdfDocument(CORPUS / f"{stem}.pdf") as document:
        text = " ".join(words(document[0].get_textpage().get_text_range()))

    assert "This is hrqa's reading edition. Its page numbers are its own" in text
    assert "the wording is unchanged" in text


def test_manifest_names_every_edition() -> None:
    """The manifest names each PDF of the corpus once, and each has all of its sources."""
    files = sorted(item["custom"]["file"] for item in MANIFEST)
    sources = sorted(f"{stem}{end}" for stem in ITEMS for end in (".txt", ".md", ".edits.json"))
    found = [path.name for path in SOURCES.iterdir() if path.suffix in (".txt", ".md", ".json")]

    assert files == sorted(path.name for path in CORPUS.glob("*.pdf"))
    assert files == sorted(f"{stem}.pdf" for stem in ITEMS)
    assert sorted(found) == sources


@each_edition
def test_manifest_items_are_described(stem: str) -> None:
    """Every item of the manifest has the fields that a reader of the list needs."""
    item = ITEMS[stem]
    fields = {"id", "type", "title", "title-short", "issued", "language", "custom"}

    assert fields <= set(item)
    assert item["custom"]["edition"] == "hrqa reading edition"
    languages = [question["language"] for question in item["custom"]["questions"]]
    assert languages == ["en", "en", "vi", "vi"]
