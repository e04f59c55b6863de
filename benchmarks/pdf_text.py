"""How well libraries read the words of PDF files, and how fast.

    .venv/bin/python benchmarks/pdf_text.py [PDF …]

By default the reading editions, whose words are known, and the filings in
``../shared/data/financebench-dev`` where that folder is there. A word counts as broken when it
and its neighbour together are a word that every other library found whole, while it alone is
none of theirs. pdfplumber is measured only where it is installed; hrqa does not use it.
"""

import importlib.util
import itertools
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2

from hrqa.readers.pdf import read_pdf

_WORD = re.compile(r"\w+")
_FILINGS = Path("../shared/data/financebench-dev")


def by_pypdf(path: Path) -> str:
    """Text by pypdf, as it comes."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def by_pypdf_layout(path: Path) -> str:
    """Text by pypdf's layout mode."""
    pages = pypdf.PdfReader(path).pages
    return "\n".join(page.extract_text(extraction_mode="layout") for page in pages)


def by_pdfium(path: Path) -> str:
    """Text by PDFium, as it comes."""
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_pdfplumber(path: Path) -> str:
    """Text by pdfplumber, as it comes."""
    import pdfplumber

    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def by_hrqa(path: Path) -> str:
    """Text by hrqa's reader: PDFium's characters, hrqa's words and reading order."""
    return "\n".join(page.text for page in read_pdf(path, file=path.name).pages)


def readers() -> dict[str, Callable[[Path], str]]:
    """The libraries that are installed."""
    found = {"pypdf": by_pypdf, "pypdf, layout": by_pypdf_layout, "pypdfium2": by_pdfium}
    if importlib.util.find_spec("pdfplumber") is not None:
        found["pdfplumber"] = by_pdfplumber
    return {**found, "hrqa": by_hrqa}


def broken_words(words: list[str], others: list[frozenset[str]]) -> int:
    """Words that only together with their neighbour are a word of all others."""
    count = 0
    for first, second in itertools.pairwise(words):
        alone = any(first in other and second in other for other in others)
        if not alone and all(first + second in other for other in others):
            count += 1
    return count


def main() -> None:
    """Print one row per library and file."""
    given = [Path(name) for name in sys.argv[1:]]
    files = given or sorted(Path("corpus").glob("*.pdf")) + sorted(_FILINGS.glob("*.pdf"))
    if not given and not _FILINGS.is_dir():
        print(f"skipped: {_FILINGS} is not there")
    print("| file | library | words | broken words | seconds |")
    print("|---|---|---:|---:|---:|")
    totals: dict[str, list[float]] = {}
    for path in files:
        texts, seconds = {}, {}
        for name, read in readers().items():
            began = time.perf_counter()
            texts[name] = [word.casefold() for word in _WORD.findall(read(path))]
            seconds[name] = time.perf_counter() - began
        vocabularies = {name: frozenset(words) for name, words in texts.items()}
        for name, words in texts.items():
            others = [
                v for other, v in vocabularies.items() if other.split(",")[0] != name.split(",")[0]
            ]
            broken = broken_words(words, others)
            print(f"| {path.name} | {name} | {len(words)} | {broken} | {seconds[name]:.2f} |")
            total = totals.setdefault(name, [0, 0, 0.0])
            total[0] += len(words)
            total[1] += broken
            total[2] += seconds[name]
    for name, (count, broken, spent) in totals.items():
        print(f"| all | {name} | {count:.0f} | {broken:.0f} | {spent:.2f} |")


if __name__ == "__main__":
    main()
