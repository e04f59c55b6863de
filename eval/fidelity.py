"""How much of each document ends up in passages, and whether their boxes hold their words.

    .venv/bin/python eval/fidelity.py [--worst N] [FILE or FOLDER …]

By default ``corpus/`` and, where it is there, ``../shared/data/financebench-dev``. What counts are
letters and digits after NFKC (a raised digit is a digit), with soft hyphens and line-end hyphens
resolved. A PDF file is held against PDFium's plain text, page by page; every other format against
all the text that the file holds, boilerplate too. Words that hrqa calls running lines count apart;
pages on which they are more than a tenth are named, so that a person can judge them.

A span's boxes are right when the characters that PDFium finds in them are the span's: at most 1 %
missing, at most 5 % foreign; a passage's, when all its spans' are. A word's box is right when its
own characters stand in it and no others. Values that stand side by side on a page make a row: it is
whole when they share a line of the text; and a cell of nothing but values should hold one value.

A page is in order when its words, footnotes aside, come in the order of the text that it was set
from, ``sources/<name>.md`` beside the file. The order in which a file draws its words is no reading
order: agreement with it is shown as a hint only.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from fidelity_checks import (
    HEAD,
    CharactersByHeight,
    Tally,
    blocks_text,
    check_boxes,
    check_order,
    check_rows,
    page_fidelity,
)
from reference_text import PdfReference, edition_words, raw_text

from hrqa.datatypes import Bibliography, Document, Passage
from hrqa.errors import UnreadableDocumentError
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import READABLE_SUFFIXES, read_document
from hrqa.readers.reading import Reading

_FOLDERS = (Path("corpus"), Path("../shared/data/financebench-dev"))
_FURNITURE = 0.10


def prepare(path: Path) -> tuple[Reading, Document, tuple[Passage, ...]]:
    """Read a file and cut it, as ``hrqa index`` does."""
    reading = read_document(path, file=path.name)
    paged = reading.pages[0].number is not None
    document = Document(
        id="measured",
        file=path.name,
        sha256="",
        bibliography=Bibliography(title=reading.title or path.stem),
        pages=len(reading.pages) if paged else None,
    )
    return reading, document, cut_passages(document, reading.pages, sizes=PassageSizes())


def measure(path: Path) -> Tally:
    """Measure one file.

    Raises:
        UnreadableDocumentError: hrqa cannot read it.
    """
    reading, document, passages = prepare(path)
    tally = Tally(passages=len(passages), unreadable=len(reading.unreadable_pages))
    pages = {page.number: page for page in reading.pages}
    kept: dict[int | None, list[str]] = {number: [] for number in pages}
    for passage in passages:
        for span in passage.spans:
            kept[span.page].append(pages[span.page].text[span.start : span.end])
    source = edition_words(path)
    if source is not None:
        check_order(tally, path.name, reading.pages, source)
    if path.suffix.casefold() != ".pdf":
        text = raw_text(path)
        if text is not None:
            everything = "\n".join(part for parts in kept.values() for part in parts)
            running = "\n".join(blocks_text(page, running=True) for page in reading.pages)
            tally.pages.append(page_fidelity(path.name, text, everything, running))
        return tally
    reference = PdfReference(path)
    named = {number for number, _ in reading.unreadable_pages} | set(reading.ocr_pages)
    placed: dict[int | None, CharactersByHeight] = {}
    for page in reading.pages:
        if page.number is None or page.number in named:
            continue
        where = f"{path.name}, page {page.number}"
        furniture = blocks_text(page, running=True)
        text = reference.text(page.number)
        check_rows(tally, path.name, page)
        tally.pages.append(page_fidelity(where, text, "\n".join(kept[page.number]), furniture))
        placed[page.number] = CharactersByHeight(reference.characters(page.number))
    check_boxes(tally, path.name, document, pages, passages, placed)
    reference.close()
    return tally


def files_of(places: Sequence[Path]) -> Iterator[Path]:
    """The files to measure, those of a folder in order of their paths."""
    for place in places:
        if place.is_dir():
            for path in sorted(place.rglob("*")):
                kept_out = path.name.startswith("README") or "sources" in path.parts
                if path.suffix.casefold() in READABLE_SUFFIXES and not kept_out:
                    yield path
        else:
            yield place


def report_worst(total: Tally, count: int) -> None:
    """Print what there is to work on."""
    pages = sorted(total.pages, key=lambda page: (-page.lost - page.invented, page.where))
    print(f"\n## The {count} worst pages\n")
    for page in [page for page in pages if page.lost + page.invented][:count]:
        print(f"- {page.where}: {page.lost} lost, {page.invented} invented of {page.seen}")
        print(f"  - lost: {' '.join(page.lost_words[:60])}")
        print(f"  - new: {' '.join(page.new_words[:60])}")
    for title, entries in (
        (f"{len(total.wrong_boxes)} spans whose boxes are wrong", total.wrong_boxes),
        (f"{len(total.torn_rows)} pages with torn rows", total.torn_rows),
        (f"{len(total.merged)} cells of several values", total.merged),
        (f"{len(total.wrong_words)} words whose boxes are wrong", total.wrong_words),
        (f"{len(total.disordered)} pages out of order", total.disordered),
    ):
        print(f"\n## {title}\n")
        for entry in entries[:count]:
            print(f"- {entry}")


def main() -> None:
    """Print one row per file, the total, and pages with much in running lines."""
    parser = argparse.ArgumentParser(description="How faithful hrqa's reading is.")
    parser.add_argument("places", nargs="*", type=Path, metavar="FILE or FOLDER")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list N of the worst")
    options = parser.parse_args()
    places = options.places or [folder for folder in _FOLDERS if folder.is_dir()]
    if not options.places and len(places) < len(_FOLDERS):
        print(f"skipped: {_FOLDERS[1]} is not there", file=sys.stderr)
    total = Tally()
    print(HEAD)
    for path in files_of(places):
        try:
            tally = measure(path)
        except UnreadableDocumentError as error:
            print(f"unreadable: {error}", file=sys.stderr)
            continue
        print(tally.row(path.name), flush=True)
        total.add(tally)
    print(total.row("all"))
    much = [page for page in total.pages if page.furniture > _FURNITURE * page.seen]
    print(
        f"\n{len(much)} pages with more than a tenth in running lines; "
        f"{total.unreadable} pages named as not readable."
    )
    for page in much:
        print(f"- {page.where}: {page.furniture} of {page.seen}: {page.furniture_text[:200]}")
    if options.worst:
        report_worst(total, options.worst)


if __name__ == "__main__":
    main()
