"""Words recognised in the image of a page, by tesseract."""

import functools
import math
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

import pypdfium2 as pdfium

from hrqa.readers.glyphs import Word

_LANGUAGES = ("eng", "vie")
_DOTS_PER_INCH = 300
_MOST_PIXELS = 25_000_000
"""A sheet of A3 at 300 dots per inch has 17 million."""
_SECONDS_A_PAGE = 120
_LEAST_CONFIDENCE = 50
"""What tesseract sees in a picture that holds no text is mostly below this, of 100."""
_LEAST_SHARE = 0.4
_POINTS_PER_INCH = 72
_XHTML = "{http://www.w3.org/1999/xhtml}"


class RecognitionError(Exception):
    """A page's image could not be recognised; the message is a reason, without page or file."""


@dataclass(frozen=True, slots=True)
class _Tesseract:
    """What is installed: its description and languages, or why it cannot be used."""

    description: str | None
    languages: str
    missing: str


def engine() -> str | None:
    """What recognises text here, such as ``tesseract 5.3.0 eng+vie``; None where nothing does."""
    return _installed().description


def why_missing() -> str:
    """What is not installed and how to install it; empty where ``engine`` names one."""
    return _installed().missing


def recognise(page: pdfium.PdfPage) -> tuple[Word, ...]:
    """The words in the image of a page, in tesseract's reading order.

    The page is rendered as displayed at 300 dots per inch, less where it is very large. Text in
    English and Vietnamese is known, as far as tesseract's data for them are installed. Lines that
    tesseract holds for unlikely are left out, so that pictures do not become noise.

    Returns:
        NFC, places in points from the top left of the page as displayed; ``size`` is the height
        of the letters of the line from descender to ascender; ``bold`` is never known.

    Raises:
        RecognitionError: Tesseract is missing, failed, or took too long.
    """
    import pytesseract

    installed = _installed()
    if installed.description is None:
        raise RecognitionError(installed.missing)
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, math.sqrt(_MOST_PIXELS / (width * height)))
    image = page.render(scale=scale, grayscale=True).to_pil()
    try:
        with _one_thread():
            hocr = pytesseract.image_to_pdf_or_hocr(
                image,
                lang=installed.languages,
                config=f"--psm 1 --dpi {max(70, round(scale * _POINTS_PER_INCH))}",
                extension="hocr",
                timeout=_SECONDS_A_PAGE,
            )
    except pytesseract.TesseractError as error:
        raise RecognitionError(f"tesseract failed on its image ({_last_line(error)})") from error
    except RuntimeError as error:  # how pytesseract says that time is up
        raise RecognitionError(
            f"tesseract took longer than {_SECONDS_A_PAGE} seconds on its image"
        ) from error
    return tuple(_words(hocr, width / image.width, height / image.height))


@functools.cache
def _installed() -> _Tesseract:
    try:
        import pytesseract
    except ImportError:
        return _Tesseract(None, "", "pytesseract is not installed; pip install 'hrqa[ocr]'")
    try:
        version = str(pytesseract.get_tesseract_version()).split()[0]
        there = set(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, OSError, SystemExit):
        return _Tesseract(
            None, "", "tesseract is not installed (Debian: tesseract-ocr, tesseract-ocr-vie)"
        )
    languages = "+".join(language for language in _LANGUAGES if language in there)
    if not languages:
        return _Tesseract(
            None,
            "",
            "tesseract has no data for English or Vietnamese (Debian: tesseract-ocr-eng, -vie)",
        )
    return _Tesseract(f"tesseract {version} {languages}", languages, "")


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let tesseract use one thread: several are slower on a busy machine, and pages come in turn.

    The variable is put back at once, because other libraries of this process read it too.
    """
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip(" .'\")")


def _words(hocr: bytes, x_scale: float, y_scale: float) -> Iterator[Word]:
    """The words of tesseract's hOCR, one pixel being ``x_scale`` by ``y_scale`` points."""
    for line in ElementTree.fromstring(hocr).iter(f"{_XHTML}span"):
        if line.get("class") not in ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"):
            continue
        known = _properties(line)
        words = [
            (text, _properties(element))
            for element in line.iter(f"{_XHTML}span")
            if element.get("class") == "ocrx_word"
            and (text := unicodedata.normalize("NFC", "".join(element.itertext()).strip()))
        ]
        likely = [text for text, found in words if found["x_wconf"][0] >= _LEAST_CONFIDENCE]
        if sum(map(len, likely)) < _LEAST_SHARE * sum(len(text) for text, _ in words) or not likely:
            continue
        for text, found in words:
            # Tesseract now and then doubts a plain word in a line of which it is sure.
            is_word = any(character.isalnum() for character in text)
            if found["x_wconf"][0] < _LEAST_CONFIDENCE and not is_word:
                continue
            left, top, right, bottom = found["bbox"]
            top, bottom = _letter_room(known, left, top, right, bottom)
            yield Word(
                text=text,
                left=left * x_scale,
                top=top * y_scale,
                right=right * x_scale,
                bottom=bottom * y_scale,
                size=known.get("x_size", [bottom - top])[0] * y_scale,
                bold=False,
            )


def _properties(element: ElementTree.Element) -> dict[str, list[float]]:
    """The numbers in the title of an element of hOCR, by name."""
    properties = {}
    for part in element.get("title", "").split(";"):
        name, *values = part.split()
        numbers = [float(value) for value in values if _NUMBER.fullmatch(value)]
        if numbers:
            properties[name] = numbers
    return properties


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _letter_room(
    line: dict[str, list[float]], left: float, top: float, right: float, bottom: float
) -> tuple[float, float]:
    """Top and bottom of a word as all letters of its line have them, so that lines stay together.

    Tesseract's boxes fit the ink: ``an`` is lower than ``At``. A word's room reaches from the
    descenders to the ascenders around the baseline, which may slope. Lines that do not run from
    left to right keep the boxes of the ink.
    """
    if "baseline" not in line or "x_size" not in line or "textangle" in line:
        return top, bottom
    slope, offset = line["baseline"]
    line_left, _, _, line_bottom = line["bbox"]
    baseline = line_bottom + offset + slope * ((left + right) / 2 - line_left)
    descent = line.get("x_descenders", [0.0])[0]
    return min(top, baseline + descent - line["x_size"][0]), max(bottom, baseline + descent)
