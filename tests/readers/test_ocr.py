"""Words recognised in images, on pages typeset and then scanned."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from hrqa.readers.glyphs import Word, read_glyphs
from hrqa.readers.ocr import engine, recognise

NEEDS_TESSERACT = pytest.mark.skipif(engine() is None, reason="tesseract is not installed")
NEEDS_VIETNAMESE = pytest.mark.skipif(
    "vie" not in (engine() or ""), reason="tesseract's data for Vietnamese are not installed"
)
EDITION = Path(__file__).parents[2] / "corpus" / "bac-ninh-2025.pdf"
SOURCE = """#set page(width: 400pt, height: 300pt, margin: 40pt)
#set text(size: 12pt)
In 2022 the average income was eight million.

Graduates need languages.

Nguồn nhân lực chất lượng cao."""


@pytest.fixture
def scanned(typeset: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[Path, list[Word]]]:
    """A function that scans the source: a PDF of its image alone, and its true words."""

    def scan(*, turn: int = 0, skew: float = 0) -> tuple[Path, list[Word]]:
        page = pdfium.PdfDocument(typeset(SOURCE))[0]
        image = page.render(scale=200 / 72, grayscale=True).to_pil()
        image = image.rotate(skew, fillcolor=255, resample=Image.Resampling.BICUBIC)
        image = image.rotate(turn, expand=True)
        image.save(tmp_path / "scan.pdf", "PDF", resolution=200)
        return tmp_path / "scan.pdf", list(read_glyphs(page).words)

    return scan


def covers(word: Word, true: Word, slack: float) -> bool:
    """Whether a word's box covers the middle of the true one and exceeds it by little."""
    x, y = (true.left + true.right) / 2, (true.top + true.bottom) / 2
    inside = word.left <= x <= word.right and word.top <= y <= word.bottom
    return inside and word.left > true.left - slack and word.right < true.right + slack


@NEEDS_TESSERACT
@NEEDS_VIETNAMESE
@pytest.mark.parametrize(("turn", "skew"), [(0, 0), (90, 0), (0, 0.5)])
def test_words_of_a_scan_are_read_in_their_places(
    scanned: Callable[..., tuple[Path, list[Word]]], turn: int, skew: float
) -> None:
    """Upright, turned back by the page's own rotation, and laid on the glass a little askew."""
    path, true = scanned(turn=turn, skew=skew)
    page = pdfium.PdfDocument(path)[0]
    page.set_rotation(turn)
    found = recognise(page)

    texts = [word.text for word in found]
    assert len(set(texts) & {word.text for word in true}) >= 0.9 * len(true)
    pairs = [(word, other) for word in found for other in true if word.text == other.text]
    assert all(covers(word, other, slack=4 if skew == 0 else 8) for word, other in pairs)
    assert all(9 < word.size < 15 for word in found)


@NEEDS_TESSERACT
def test_the_same_page_gives_the_same_words(
    scanned: Callable[..., tuple[Path, list[Word]]],
) -> None:
    """To the last digit."""
    path, _ = scanned()

    assert recognise(pdfium.PdfDocument(path)[0]) == recognise(pdfium.PdfDocument(path)[0])


@NEEDS_TESSERACT
def test_a_picture_without_text_has_no_words(tmp_path: Path) -> None:
    """Neither noise nor a shape is read as letters."""
    Image.effect_mandelbrot((800, 1000), (-2, -1.5, 1, 1.5), 60).save(tmp_path / "picture.pdf")

    assert recognise(pdfium.PdfDocument(tmp_path / "picture.pdf")[0]) == ()


@NEEDS_TESSERACT
def test_a_scan_of_a_whole_page_loses_no_line(tmp_path: Path) -> None:
    """Words that tesseract doubts in a line of which it is sure, such as a heading's, are kept."""
    page = pdfium.PdfDocument(EDITION)[0]
    page.render(scale=2.2, grayscale=True).to_pil().save(tmp_path / "scan.pdf", "PDF")
    true = [word.text for word in read_glyphs(page).words]
    found = [word.text for word in recognise(pdfium.PdfDocument(tmp_path / "scan.pdf")[0])]

    missing = Counter(true) - Counter(found)
    assert "Cooperation" in found and "Initiatives" in found
    assert missing.total() <= 0.02 * len(true)
