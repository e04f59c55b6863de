"""How fast documents are read and cut, against other libraries, and how much memory it takes.

    .venv/bin/pip install '.[benchmark]'         # the libraries to compare with
    .venv/bin/python benchmarks/reading.py [--rounds N] [--only speed|memory] [--folder FOLDER]

The documents are the filings in ``../shared/data/financebench-dev``, or the PDF files of another
folder. For the comparison up to twelve pages with a sign of a table (hrqa finds one there) and up
to twelve without are taken out of each, evenly spread, into files of their own; every library reads
both sets, one process, one after the other in every round, so that noise hits all alike. Only hrqa
finds blocks and boxes and cuts passages; pypdf and pypdfium2 give plain text, pdfplumber words with
places and tables, markitdown (Microsoft's converter, here on pdfminer and pdfplumber) and kreuzberg
(a Rust core) Markdown. Converters that need a model or a GPU are left out, and so is unstructured,
which brings 3 GB of CUDA libraries with it.

Memory is the most that a fresh process had resident while it read and cut 100, 1,000 and 4,000
pages, made of the filings one after another.
"""

import argparse
import importlib.util
import itertools
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pypdfium2

from hrqa.datatypes import Bibliography, BlockKind, Document
from hrqa.passages import PassageSizes, cut_passages
from hrqa.readers.formats import read_document
from hrqa.readers.reading import Reading

_FILINGS = Path("../shared/data/financebench-dev")
_SAMPLE = 12
_PAGE_COUNTS = (100, 1000, 4000)


def by_hrqa(path: Path) -> None:
    """Read and cut, as ``hrqa index`` does before it embeds."""
    read_and_cut(path)


def read_and_cut(path: Path) -> Reading:
    """Read a file and cut it into passages."""
    reading = read_document(path, file=path.name)
    document = Document(path.stem, path.name, "", Bibliography(path.stem), len(reading.pages))
    cut_passages(document, reading.pages, sizes=PassageSizes())
    return reading


def by_pypdf(path: Path) -> None:
    """Plain text by pypdf."""
    for page in pypdf.PdfReader(path).pages:
        page.extract_text()


def by_pdfium(path: Path) -> None:
    """Plain text by PDFium."""
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_range()


def by_pdfplumber(path: Path) -> None:
    """Words with their places, and tables, by pdfplumber."""
    import pdfplumber

    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_words()
            page.extract_tables()


def by_kreuzberg(path: Path) -> None:
    """Text and tables by kreuzberg."""
    import kreuzberg

    kreuzberg.extract_file_sync(path, config=kreuzberg.ExtractionConfig(use_cache=False))


def by_markitdown(path: Path) -> None:
    """Markdown by markitdown."""
    import markitdown

    markitdown.MarkItDown(enable_plugins=False).convert(path)


READERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "hrqa": ("hrqa", by_hrqa),
    "pypdfium2, text alone": ("pypdfium2", by_pdfium),
    "pypdf, text alone": ("pypdf", by_pypdf),
    "pdfplumber, words and tables": ("pdfplumber", by_pdfplumber),
    "kreuzberg": ("kreuzberg", by_kreuzberg),
    "markitdown": ("markitdown", by_markitdown),
}


def excerpt(source: Path, numbers: Sequence[int], target: Path) -> None:
    """Write some pages of a file, counted from 1, as a file of their own."""
    reader, writer = pypdf.PdfReader(source), pypdf.PdfWriter()
    for number in numbers:
        writer.add_page(reader.pages[number - 1])
    writer.write(target)


def samples(filings: Sequence[Path], folder: Path) -> dict[str, list[tuple[Path, int]]]:
    """Files of pages with and without a sign of a table, each with its number of pages."""
    found: dict[str, list[tuple[Path, int]]] = {"with a table": [], "without": []}
    for filing in filings:
        pages = read_document(filing, file=filing.name).pages
        has_table = {
            page.number or 0: any(block.kind is BlockKind.TABLE for block in page.blocks)
            for page in pages
        }
        for name, wanted in (("with a table", True), ("without", False)):
            numbers = [number for number, has in has_table.items() if has is wanted]
            spread = numbers[:: max(1, -(-len(numbers) // _SAMPLE))]
            if spread:
                target = folder / f"{name.replace(' ', '-')}-{filing.name}"
                excerpt(filing, spread, target)
                found[name].append((target, len(spread)))
    return found


def show(name: str, rates: Sequence[float]) -> None:
    """Print a row: median, lowest and highest."""
    print(
        f"| {name} | {statistics.median(rates):.1f} | {min(rates):.1f}–{max(rates):.1f} "
        f"| {len(rates)} |",
        flush=True,
    )


def compare(filings: Sequence[Path], rounds: int) -> None:
    """Print pages a second of every library over both sets."""
    installed = {
        name: read
        for name, (module, read) in READERS.items()
        if importlib.util.find_spec(module) is not None
    }
    for name, (module, _) in READERS.items():
        if name not in installed:
            print(f"skipped: {module} is not installed; pip install '.[benchmark]'")
    with tempfile.TemporaryDirectory() as scratch:
        sets = samples(filings, Path(scratch))
        rates: dict[tuple[str, str], list[float]] = {}
        for turn, (kind, files) in itertools.product(range(rounds + 1), sets.items()):
            for name, read in installed.items():
                began = time.perf_counter()
                for path, _ in files:
                    read(path)
                spent = time.perf_counter() - began
                if turn:  # the first round only warms up
                    rates.setdefault((kind, name), []).append(sum(n for _, n in files) / spent)
        for kind, files in sets.items():
            print(f"\nPages {kind}: {sum(n for _, n in files)}, one process\n")
            print("| library | pages/s | range | rounds |\n|---|---:|---:|---:|")
            for name in installed:
                show(name, rates[kind, name])


def whole(filings: Sequence[Path], rounds: int) -> None:
    """Print hrqa's pages a second over whole filings, with one process and with two."""
    ordered = sorted(filings, key=lambda path: path.stat().st_size, reverse=True)
    pages = 0
    for path in ordered:
        with pypdfium2.PdfDocument(path) as document:
            pages += len(document)
    rates: dict[int, list[float]] = {1: [], 2: []}
    for processes in rates:
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            pool.map(by_hrqa, [ordered[-1]] * processes, chunksize=1)  # imports
            for _ in range(rounds):
                began = time.perf_counter()
                pool.map(by_hrqa, ordered, chunksize=1)
                rates[processes].append(pages / (time.perf_counter() - began))
    print(f"\nhrqa over {len(filings)} whole filings of {pages} pages\n")
    print("| processes | pages/s | range | rounds |\n|---|---:|---:|---:|")
    for processes, values in rates.items():
        show(str(processes), values)


def memory(filings: Sequence[Path]) -> None:
    """Print the most memory that reading so many pages takes."""
    print("\n| pages | MB of file | seconds | MB resident at most |\n|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as scratch:
        for count in _PAGE_COUNTS:
            target = Path(scratch) / f"{count}.pdf"
            writer = pypdf.PdfWriter()
            sources = [pypdf.PdfReader(path) for path in filings]
            for page in itertools.islice(
                (page for source in itertools.cycle(sources) for page in source.pages), count
            ):
                writer.add_page(page)
            writer.write(target)
            writer.close()
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, __file__, "--read", target],
                capture_output=True,
                text=True,
                check=True,
            )
            spent = time.perf_counter() - began
            size = target.stat().st_size / 1e6
            print(f"| {count} | {size:.1f} | {spent:.0f} | {done.stdout.strip()} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="How fast hrqa reads and cuts.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default 5")
    parser.add_argument("--only", choices=("speed", "memory"), help="default: both")
    parser.add_argument("--folder", type=Path, default=_FILINGS, help="default: the filings")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_and_cut(options.read)
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:.0f}")
        return
    filings = sorted(options.folder.glob("*.pdf"))
    if not filings:
        print(f"skipped: there is no PDF file in {options.folder}")
        return
    if options.only != "memory":
        compare(filings, options.rounds)
        whole(filings, options.rounds)
    if options.only != "speed":
        memory(filings)


if __name__ == "__main__":
    main()
