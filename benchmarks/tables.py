"""How well libraries read the tables of filings, cell by cell.

    .venv/bin/pip install '.[benchmark]'         # the libraries to compare with
    .venv/bin/python benchmarks/tables.py [--only WAY]... [--misses]

``tables.truth.jsonl`` holds cells of the filings in ``../shared/data/financebench-dev``, read by
eye off the rendered pages: the value, the words of its row, of the label above that gives the row
its sense, and of all heads of its column. Every way to read tables is brought to grids of strings
and scored alike; ``table_scoring.py`` says what counts as right. A false table is one on a page of
prose.

Every page is a file of its own for this, which all ways read one after the other, opening
included. hrqa's tables are those that it reads in the whole document, its time that of the single
pages.

``--misses`` prints every cell that is not all right, with the grid row that came nearest.
"""

import argparse
import importlib.util
import itertools
import json
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
from table_scoring import Cell, Grid, Score, best, describe, tidy

from hrqa.datatypes import BlockKind, Page
from hrqa.readers.formats import read_document

_FILINGS = Path("../shared/data/financebench-dev")
_TRUTH = Path(__file__).with_name("tables.truth.jsonl")
_PROSE = {
    "ADOBE_2022_10K.pdf": (3, 6, 9, 12, 15, 21, 24, 27, 30, 33, 59),
    "AMAZON_2017_10K.pdf": (3, 6, 8, 10, 11, 12, 14, 21, 42, 47, 68, 74),
    "AMCOR_2023Q4_EARNINGS.pdf": (7,),
    "BESTBUY_2024Q2_10Q.pdf": (23, 27),
    "JOHNSON_JOHNSON_2023_8K_dated-2023-08-30.pdf": (7,),
    "MGMRESORTS_2022Q4_EARNINGS.pdf": (7, 8, 9),
    "Pfizer_2023Q2_10Q.pdf": (29, 33, 35, 36, 41, 61, 62, 64, 69),
    "ULTABEAUTY_2023Q4_EARNINGS.pdf": (4,),
}
"""Pages without any table, as seen by eye."""


def grid(rows: Iterable[Iterable[object]], heads: int | None = None) -> Grid:
    """Make a grid of rows that may be ragged and hold None."""
    texts = [[" ".join(str(cell or "").split()) for cell in row] for row in rows]
    width = max(map(len, texts), default=0)
    return Grid(tuple(tuple(row + [""] * (width - len(row))) for row in texts), heads)


def tables_of(page: Page) -> list[Grid]:
    """The tables of a page that hrqa read."""
    return [
        grid(
            (line.split("\t") for line in page.text[block.start : block.end].split("\n")),
            block.header_rows,
        )
        for block in page.blocks
        if block.kind is BlockKind.TABLE
    ]


def by_hrqa(path: Path) -> list[Grid]:
    """The tables of a file."""
    return [
        table for page in read_document(path, file=path.name).pages for table in tables_of(page)
    ]


@cache
def whole_document(file: str) -> tuple[Page, ...]:
    """A filing as hrqa reads it."""
    return tuple(read_document(_FILINGS / file, file=file).pages)


def by_pdfplumber(path: Path, strategy: str) -> list[Grid]:
    """pdfplumber (MIT, on pdfminer.six): by ruling lines or by alignment of words."""
    import pdfplumber

    settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy}
    with pdfplumber.open(path) as document:
        return [grid(t) for page in document.pages for t in page.extract_tables(settings)]


def by_camelot(path: Path, flavor: str) -> list[Grid]:
    """camelot-py (MIT, on pdfminer.six, playa and OpenCV) in one of its flavours."""
    import camelot

    return [
        grid(table.df.values.tolist())
        for table in camelot.read_pdf(str(path), pages="all", flavor=flavor, suppress_stdout=True)
    ]


def by_img2table(path: Path) -> list[Grid]:
    """img2table (MIT, OpenCV on the rendered page): ruled and borderless, the file's own text."""
    from img2table.document import PDF

    found = PDF(str(path)).extract_tables(implicit_rows=True, borderless_tables=True)
    return [
        grid([cell.value for cell in row] for row in table.content.values())
        for tables in found.values()
        for table in tables
    ]


def by_tablers(path: Path, strategy: str) -> list[Grid]:
    """tablers (MIT, pdfplumber's method in Rust on PDFium)."""
    import tablers

    document = tablers.Document(str(path))
    settings = tablers.TfSettings(vertical_strategy=strategy, horizontal_strategy=strategy)
    grids = [
        grid([cell.text if cell else "" for cell in row.cells] for row in table.rows)
        for page in document.pages()
        for table in tablers.find_tables(page, extract_text=True, tf_settings=settings)
    ]
    document.close()
    return grids


def by_kreuzberg(path: Path) -> list[Grid]:
    """kreuzberg (a Rust core on PDFium) without its models."""
    import kreuzberg

    return [grid(table.cells) for table in kreuzberg.extract_file_sync(str(path)).tables]


def by_markitdown(path: Path) -> list[Grid]:
    """markitdown (MIT): the tables of the Markdown that it makes."""
    from markitdown import MarkItDown

    lines = MarkItDown().convert(str(path)).text_content.split("\n")
    return [
        grid(
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in block
            if not re.fullmatch(r"[|\s:-]+", line)
        )
        for is_table, block in itertools.groupby(lines, lambda line: line.startswith("|"))
        if is_table
    ]


def by_pymupdf(path: Path, strategy: str) -> list[Grid]:
    """pymupdf's find_tables (AGPL, so for comparison only)."""
    import pymupdf

    with pymupdf.open(path) as document:
        return [
            grid(table.extract())
            for page in document
            for table in page.find_tables(strategy=strategy).tables
        ]


def ways() -> dict[str, Callable[[Path], list[Grid]]]:
    """Every way whose library is installed; the others are named."""
    known: list[tuple[str, str, Callable[[Path], list[Grid]]]] = [
        ("hrqa", "hrqa", by_hrqa),
        ("pdfplumber", "pdfplumber", lambda path: by_pdfplumber(path, "lines")),
        ("pdfplumber, text", "pdfplumber", lambda path: by_pdfplumber(path, "text")),
        *(
            (f"camelot, {flavor}", "camelot", lambda path, f=flavor: by_camelot(path, f))
            for flavor in ("lattice", "stream", "network", "hybrid")
        ),
        ("img2table", "img2table", by_img2table),
        ("tablers", "tablers", lambda path: by_tablers(path, "lines")),
        ("tablers, text", "tablers", lambda path: by_tablers(path, "text")),
        ("kreuzberg", "kreuzberg", by_kreuzberg),
        ("markitdown", "markitdown", by_markitdown),
        ("pymupdf", "pymupdf", lambda path: by_pymupdf(path, "lines")),
        ("pymupdf, text", "pymupdf", lambda path: by_pymupdf(path, "text")),
    ]
    for library in dict.fromkeys(library for _, library, _ in known):
        if importlib.util.find_spec(library) is None:
            print(f"{library} is not installed and left out.", file=sys.stderr)
    return {name: way for name, library, way in known if importlib.util.find_spec(library)}


def read(way: Callable[[Path], list[Grid]], path: Path) -> list[Grid]:
    """Read a file of one page; a library that fails on it has read no table."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return way(path)
    except Exception as error:
        print(f"{path.name}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
        return []


def single_pages(places: Iterable[tuple[str, int]], folder: Path) -> dict[tuple[str, int], Path]:
    """Write each page as a file of its own."""
    files = {}
    for file, page in places:
        files[file, page] = folder / f"{Path(file).stem}-{page:03}.pdf"
        with (
            pypdfium2.PdfDocument(_FILINGS / file) as source,
            pypdfium2.PdfDocument.new() as target,
        ):
            target.import_pages(source, [page - 1])
            target.save(files[file, page])
    return files


def measure(
    name: str,
    way: Callable[[Path], list[Grid]],
    truth: Sequence[Cell],
    files: dict[tuple[str, int], Path],
    *,
    misses: bool,
) -> str:
    """Score one way; returns its row of the report."""
    tables: dict[tuple[str, int], list[Grid]] = {}
    began = time.perf_counter()
    for place, path in files.items():
        tables[place] = read(way, path)
    seconds = (time.perf_counter() - began) / len(files)
    if name == "hrqa":
        tables = {place: tables_of(whole_document(place[0])[place[1] - 1]) for place in files}
    tidied = {place: [tidy(t) for t in found if t.rows] for place, found in tables.items()}
    columns: dict[tuple[str, int], set[str]] = {}
    for cell in truth:
        columns.setdefault((cell.file, cell.page), set()).add(cell.column)
    results = [
        (
            cell,
            best(tidied[cell.file, cell.page], cell, sorted(columns[cell.file, cell.page] - {""})),
        )
        for cell in truth
    ]
    false = sum(
        len(table.rows) > 1 and sum(any(column) for column in zip(*table.rows, strict=True)) > 1
        for file, pages in _PROSE.items()
        for page in pages
        for table in tables[file, page]
    )
    if misses:
        for cell, seen in results:
            if not seen.score.all_right:
                print(describe(cell, seen))
    shares = [
        share(getattr(seen.score, field.name) for _, seen in results)
        if field.name == "found"
        else share(
            getattr(seen.score, field.name)
            for cell, seen in results
            if field.name == "row" or getattr(cell, field.name)
        )
        for field in fields(Score)
    ]
    everything = share(seen.score.all_right for _, seen in results)
    return f"| {name} | {' | '.join([*shares, everything])} | {seconds:.3f} | {false} |"


def share(hits: Iterable[bool]) -> str:
    """A share in per cent, one decimal."""
    marks = list(hits)
    return f"{100 * sum(marks) / len(marks):.1f}" if marks else "–"


def main() -> None:
    """Score every way, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", help="one way by its name; may be repeated")
    parser.add_argument("--misses", action="store_true", help="print the cells that are not right")
    options = parser.parse_args()
    known = ways()
    if unknown := set(options.only or ()) - set(known):
        parser.error(f"no way is named {unknown.pop()!r}; there are {', '.join(known)}")
    lines = _TRUTH.read_text(encoding="utf-8").splitlines()
    truth = [Cell(**_fields(json.loads(line))) for line in lines]
    places = {(cell.file, cell.page) for cell in truth}
    places |= {(file, page) for file, pages in _PROSE.items() for page in pages}
    with tempfile.TemporaryDirectory() as folder:
        files = single_pages(sorted(places), Path(folder))
        rows = []
        for name in options.only or known:
            rows.append(measure(name, known[name], truth, files, misses=options.misses))
            print(rows[-1], file=sys.stderr)
    with_column = sum(bool(cell.column) for cell in truth)
    with_group = sum(bool(cell.group) for cell in truth)
    print(
        f"\n| per cent of | found ({len(truth)}) | row ({len(truth)}) | column ({with_column}) "
        f"| group ({with_group}) | all right ({len(truth)}) | s/page | false tables |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|", *rows, sep="\n")


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return {field.name: record[field.name] for field in fields(Cell)}


if __name__ == "__main__":
    main()
