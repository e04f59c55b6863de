"""Words with their places, as PDFium finds them on a page."""

import ctypes
import statistics
import unicodedata
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_HYPHEN_AT_LINE_END = "\x02"
_SOFT_HYPHEN = "\u00ad"
_BOLD_WEIGHT = 600
_BOLD_FLAG = 1 << 18


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page; lengths in points from the top left of the page as displayed."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight horizontal or vertical line; lengths as in ``Word``."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether the line runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """All that is drawn on a page and matters for its text.

    Attributes:
        width: Width as displayed, in points.
        height: Height as displayed, in points.
        words: In the order in which the file draws them.
        rulings: Thin lines and the edges of thin rectangles.
        images: Number of images on the page.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]
    images: int


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    raised: bool


class _Placement:
    """Turns page coordinates into points from the top left of the page as displayed."""

    _SCALE = 1000

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        size = (round(width * self._SCALE), round(height * self._SCALE))

        def place(x: float, y: float) -> tuple[float, float]:
            right, down = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, right, down)
            return right.value / self._SCALE, down.value / self._SCALE

        self._origin = place(0, 0)
        along_x, along_y = place(100, 0), place(0, 100)
        self._x = ((along_x[0] - self._origin[0]) / 100, (along_x[1] - self._origin[1]) / 100)
        self._y = ((along_y[0] - self._origin[0]) / 100, (along_y[1] - self._origin[1]) / 100)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a rectangle given by two corners."""
        corners = [
            (
                self._origin[0] + x * self._x[0] + y * self._y[0],
                self._origin[1] + x * self._x[1] + y * self._y[1],
            )
            for x, y in ((x0, y0), (x1, y1))
        ]
        (a, b), (c, d) = corners
        return min(a, c), min(b, d), max(a, c), max(b, d)


def read_glyphs(page: pdfium.PdfPage) -> PageGlyphs:
    """Read the words and ruling lines of a page."""
    width, height = page.get_size()
    placement = _Placement(page, width, height)
    rulings, images = _read_objects(page, placement)
    return PageGlyphs(width, height, _read_words(page, placement), rulings, images)


def _read_words(page: pdfium.PdfPage, placement: _Placement) -> tuple[Word, ...]:
    textpage = page.get_textpage()
    words: list[Word] = []
    pending: list[_Char] = []
    parted = False
    for index in range(textpage.count_chars()):
        char = _read_char(textpage, index, placement)
        if char is None or char.text.isspace():
            made_up = char is None or raw.FPDFText_IsGenerated(textpage, index) == 1
            if not made_up:
                _finish(pending, words)
            parted = True
            continue
        if pending and _apart(pending[-1], char, after_separator=parted):
            _finish(pending, words)
        parted = False
        pending.append(char)
    _finish(pending, words)
    textpage.close()
    return tuple(words)


def _read_char(textpage: pdfium.PdfTextPage, index: int, placement: _Placement) -> _Char | None:
    """One character; None for those that PDFium made up to part words and lines."""
    code = raw.FPDFText_GetUnicode(textpage, index)
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
        return None
    text = chr(code)
    if text == _HYPHEN_AT_LINE_END:
        text = "-"
    elif unicodedata.category(text) == "Cc":
        return None
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, index, rect):
        return None
    left, top, right, bottom = placement.box(rect.left, rect.bottom, rect.right, rect.top)
    size = raw.FPDFText_GetFontSize(textpage, index)
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(96)
    raw.FPDFText_GetFontInfo(textpage, index, name, 96, flags)
    bold = (
        b"bold" in name.value.lower()
        or b"black" in name.value.lower()
        or bool(flags.value & _BOLD_FLAG)
        or raw.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT
    )
    shown = bottom - top
    scaled = not 0.5 * shown <= size <= 1.8 * shown  # a matrix scales the declared size
    size = shown if scaled else size
    raised = text.isdecimal() and _stands_high(textpage, index, placement, size)
    return _Char(text, left, top, right, bottom, size, bold, raised)


def _stands_high(
    textpage: pdfium.PdfTextPage, index: int, placement: _Placement, size: float
) -> bool:
    """Whether the shape of a digit ends well above its baseline: a superscript of the typeface."""
    edges = [ctypes.c_double() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharBox(textpage, index, *edges) or not raw.FPDFText_GetCharOrigin(
        textpage, index, x, y
    ):
        return False
    left, right, low, high = (edge.value for edge in edges)
    lowest = placement.box(left, low, right, high)[3]
    baseline = placement.box(x.value, y.value, x.value, y.value)[3]
    return lowest < baseline - 0.2 * size


def _apart(before: _Char, after: _Char, *, after_separator: bool) -> bool:
    """Whether two characters that follow each other belong to different words.

    PDFium also parts a raised mark from its word: between type of two sizes a separator that
    it made up counts only where there is a gap to see.
    """
    size = max(before.size, after.size)
    middle = (after.top + after.bottom) / 2
    on_line = before.top - 0.3 * size <= middle <= before.bottom + 0.3 * size
    gap = after.left - before.right
    if after_separator and min(before.size, after.size) > 0.8 * size:
        return True
    wide = gap > (0.08 if after_separator else 0.28) * size
    return not on_line or wide or gap < -1.5 * size


def _finish(pending: list[_Char], words: list[Word]) -> None:
    if not pending:
        return
    size = statistics.median(char.size for char in pending)
    largest = max(char.size for char in pending)
    baseline = max(char.bottom for char in pending if char.size == largest)
    text = "".join(_raised(char, largest, baseline) for char in pending)
    text = unicodedata.normalize("NFC", text)
    if text.strip(_SOFT_HYPHEN):
        words.append(
            Word(
                text,
                min(char.left for char in pending),
                min(char.top for char in pending),
                max(char.right for char in pending),
                max(char.bottom for char in pending),
                size,
                sum(char.bold for char in pending) * 2 > len(pending),
            )
        )
    pending.clear()


def _raised(char: _Char, largest: float, baseline: float) -> str:
    """A digit set small and high becomes a superscript, so that it does not stick to a number."""
    if char.raised:
        return char.text.translate(_SUPERSCRIPT)
    if char.size < 0.8 * largest and char.bottom < baseline - 0.15 * largest:
        return char.text.translate(_SUPERSCRIPT)
    return char.text


def _read_objects(page: pdfium.PdfPage, placement: _Placement) -> tuple[tuple[Ruling, ...], int]:
    rulings = []
    images = 0
    for item in page.get_objects(max_depth=4):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            images += 1
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            ruling = Ruling(*placement.box(*item.get_bounds()))
            if _is_thin(ruling):
                rulings.append(ruling)
    return tuple(rulings), images


def _is_thin(ruling: Ruling) -> bool:
    width, height = ruling.right - ruling.left, ruling.bottom - ruling.top
    return min(width, height) <= 2.5 and max(width, height) >= 6
