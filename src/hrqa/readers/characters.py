"""A page's characters in bulk: PDFium is asked once for each, the rest is arithmetic on arrays."""

import ctypes
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from hrqa.readers.calls import Double, Int, Pointer, address, function
from hrqa.readers.placement import Placement

_HYPHEN_AT_LINE_END = 2
_SOFT_HYPHEN = "\u00ad"
_BOLD_WEIGHT = 600
_BOLD_FLAG = 1 << 18
_NAME_BYTES = 96
_NO_CHARACTER = 0xFFFD
_NO_MAPPING = frozenset({0, 0xFFFD, 0xFFFE, 0xFFFF})

_unicode = function("FPDFText_GetUnicode", ctypes.c_uint, Pointer, Int)
_text = function("FPDFText_GetText", Int, Pointer, Int, Int, Pointer)
_loose_box = function("FPDFText_GetLooseCharBox", Int, Pointer, Int, Pointer)
_box = function("FPDFText_GetCharBox", Int, Pointer, Int, Pointer, Pointer, Pointer, Pointer)
_origin = function("FPDFText_GetCharOrigin", Int, Pointer, Int, Pointer, Pointer)
_text_object = function("FPDFText_GetTextObject", Pointer, Pointer, Int)
_is_generated = function("FPDFText_IsGenerated", Int, Pointer, Int)
_has_no_mapping = function("FPDFText_HasUnicodeMapError", Int, Pointer, Int)
_font_size = function("FPDFText_GetFontSize", Double, Pointer, Int)
_matrix = function("FPDFText_GetMatrix", Int, Pointer, Int, Pointer)
_font_of = function("FPDFTextObj_GetFont", Pointer, Pointer)
_font_name = function("FPDFFont_GetBaseFontName", ctypes.c_size_t, Pointer, Pointer, Pointer)
_font_flags = function("FPDFFont_GetFlags", Int, Pointer)
_font_weight = function("FPDFFont_GetWeight", Int, Pointer)


@dataclass(frozen=True, slots=True)
class Characters:
    """The visible characters of a page in the order in which the file draws them.

    All arrays have one entry per character; lengths are in points from the top left of the
    page as displayed.

    Attributes:
        text: The characters, each a letter or, for a ligature, the letters that it is made of.
        boxes: Left, top, right and bottom, shape (n, 4).
        sizes: Size of the type.
        bold: Whether the type is bold.
        raised: Whether the shape of a digit ends well above its baseline.
        turns: Quarter turns, clockwise, by which the character is turned as displayed.
        parted: Whether PDFium parts it from the character before.
        spaced: Whether a space that the file itself holds stands before it.
        unmapped: Number of glyphs for which the file names no character.
    """

    text: list[str]
    boxes: NDArray[np.float64]
    sizes: NDArray[np.float64]
    bold: NDArray[np.bool_]
    raised: NDArray[np.bool_]
    turns: NDArray[np.int64]
    parted: NDArray[np.bool_]
    spaced: NDArray[np.bool_]
    unmapped: int


class _Kind(Enum):
    """What a character does to the word in which it stands."""

    SHOWN = 0
    SPACE = 1
    UNSEEN = 2
    """Parts words as a space does that nobody wrote."""
    FORMAT = 3
    """Has no shape and parts nothing, such as a mark of direction."""


@lru_cache(maxsize=4096)
def _kind_of(code: int) -> tuple[str, _Kind]:
    """What a code stands for, and what that does."""
    if code in _NO_MAPPING:
        return "", _Kind.UNSEEN
    if code == _HYPHEN_AT_LINE_END:
        return "-", _Kind.SHOWN
    char = chr(code)
    if char.isspace():
        return "", _Kind.SPACE
    category = unicodedata.category(char)
    if category in ("Cc", "Cs"):
        return "", _Kind.UNSEEN
    if category == "Cf" and char != _SOFT_HYPHEN:
        return "", _Kind.FORMAT
    return _spelled(char), _Kind.SHOWN


def _spelled(char: str) -> str:
    """Letters for a ligature or a form of a letter, where those are one character."""
    if "\ufb00" <= char <= "\ufb06" or "\ufb13" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc":
        return unicodedata.normalize("NFKC", char)
    return char


def read_characters(textpage: pdfium.PdfTextPage, placement: Placement) -> Characters:
    """Read all characters of a page."""
    handle = address(textpage.raw)
    count = textpage.count_chars()
    codes = _codes(handle, count)
    kinds = [_kind_of(code) for code in codes]
    indices = [index for index, (_, kind) in enumerate(kinds) if kind is _Kind.SHOWN]
    spaces = [index for index, (_, kind) in enumerate(kinds) if kind is _Kind.SPACE]
    unseen = [index for index, (_, kind) in enumerate(kinds) if kind is _Kind.UNSEEN]
    written = [index for index in spaces if _is_generated(handle, index) != 1]
    objects = [_text_object(handle, index) for index in indices]
    sizes, bold, turns, fonts = _type_of(handle, indices, objects, placement)
    boxes = placement.boxes(_loose_boxes(handle, indices))
    shown_sizes = np.where(turns % 2 == 1, boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    scaled = (sizes < 0.5 * shown_sizes) | (sizes > 1.8 * shown_sizes)
    sizes = np.where(scaled, shown_sizes, sizes)
    shown = [kinds[index][0] for index in indices]
    return Characters(
        text=shown,
        boxes=boxes,
        sizes=sizes,
        bold=bold,
        raised=_raised(handle, shown, indices, sizes, placement),
        turns=turns,
        parted=_any_between(count, [*spaces, *unseen], indices),
        spaced=_any_between(count, written, indices),
        unmapped=_unmapped(handle, unseen, indices, fonts, codes),
    )


def _any_between(count: int, found: list[int], indices: list[int]) -> NDArray[np.bool_]:
    """Whether one of the found characters stands between each of the others and the one before."""
    before = np.zeros(count + 1, dtype=np.int64)
    before[found] = 1
    return np.diff(np.cumsum(before)[indices], prepend=0) > 0


def _codes(handle: int, count: int) -> list[int]:
    """The code points; the second half of a surrogate pair is 0 and of no account."""
    in_bulk = _codes_in_bulk(handle, count)
    if in_bulk is not None:
        return in_bulk
    codes = [_unicode(handle, index) for index in range(count)]
    for index in range(count - 1):
        if 0xD800 <= codes[index] < 0xDC00 <= codes[index + 1] < 0xE000:
            codes[index] = 0x10000 + ((codes[index] - 0xD800) << 10) + codes[index + 1] - 0xDC00
            codes[index + 1] = 0
    return codes


def _codes_in_bulk(handle: int, count: int) -> list[int] | None:
    """The code points in one call; None where the page's text leaves out or adds any."""
    units = np.zeros(count + 1, dtype=np.uint16)
    if _text(handle, 0, count, units.ctypes.data) != count + 1:
        return None
    outside = (units[:-1] == 0) | ((units[:-1] >= 0xD800) & (units[:-1] < 0xE000))
    if outside.any():
        return None
    codes: list[int] = units[:-1].tolist()
    for index in np.flatnonzero(units[:-1] >= _NO_CHARACTER).tolist():  # a hyphen at a line end
        codes[index] = _unicode(handle, index)
    return codes


def _loose_boxes(handle: int, indices: list[int]) -> NDArray[np.float64]:
    """Left, lower, right and upper edge in the page's own coordinates, by the type's height."""
    found = np.zeros((len(indices), 4), dtype=np.float32)
    at = found.ctypes.data
    for index in indices:
        _loose_box(handle, index, at)
        at += 16
    return found[:, [0, 3, 2, 1]].astype(np.float64)


def _type_of(
    handle: int, indices: list[int], objects: list[int | None], placement: Placement
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Size, weight, turn and font of each character; they are one all through a text object."""
    firsts: dict[int | None, int] = {}
    for index, item in zip(indices, objects, strict=True):
        firsts.setdefault(item, index)
    kinds = {item: kind for kind, item in enumerate(firsts)}
    matrices = np.zeros((len(firsts), 6), dtype=np.float32)
    at = matrices.ctypes.data
    sizes: list[float] = []
    bold: list[bool] = []
    fonts: dict[int | None, tuple[int, bool]] = {}
    numbers: list[int] = []
    for item, index in firsts.items():
        font = _font_of(item) if item else None
        if font not in fonts:
            fonts[font] = len(fonts), _is_bold(font)
        number, is_bold = fonts[font]
        numbers.append(number)
        bold.append(is_bold)
        sizes.append(_font_size(handle, index))
        _matrix(handle, index, at)
        at += 24
    turns = placement.turns(matrices[:, :2].astype(np.float64))
    kind = np.array([kinds[item] for item in objects], dtype=np.int64)
    number_of = np.array(numbers, dtype=np.int64)
    return (
        np.array(sizes)[kind],
        np.array(bold, dtype=bool)[kind],
        turns[kind],
        number_of[kind],
    )


def _is_bold(font: int | None) -> bool:
    if not font:
        return False
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    _font_name(font, ctypes.addressof(buffer), _NAME_BYTES)
    name = buffer.value.lower()
    return (
        b"bold" in name
        or b"black" in name
        or bool(_font_flags(font) & _BOLD_FLAG)
        or _font_weight(font) >= _BOLD_WEIGHT
    )


def _raised(
    handle: int,
    shown: list[str],
    indices: list[int],
    sizes: NDArray[np.float64],
    placement: Placement,
) -> NDArray[np.bool_]:
    """Which digits have shapes that end well above the baseline: a typeface's superscripts."""
    raised = np.zeros(len(indices), dtype=bool)
    digits = [place for place, char in enumerate(shown) if char.isdecimal()]
    if not digits:
        return raised
    edges = np.zeros((len(digits), 4))
    origins = np.zeros((len(digits), 2))
    at, origin = edges.ctypes.data, origins.ctypes.data
    for place in digits:
        index = indices[place]
        _box(handle, index, at, at + 16, at + 24, at + 8)  # into left, top, right, bottom
        _origin(handle, index, origin, origin + 8)
        at += 32
        origin += 16
    lowest = placement.boxes(edges)[:, 3]
    baselines = placement.boxes(np.hstack([origins, origins]))[:, 3]
    raised[digits] = lowest < baselines - 0.2 * sizes[digits]
    return raised


def _unmapped(
    handle: int,
    unseen: list[int],
    indices: list[int],
    fonts: NDArray[np.int64],
    codes: list[int],
) -> int:
    """How many glyphs stand for no character that can be seen.

    Args:
        handle: The page's text.
        unseen: Characters that cannot be seen.
        indices: Those that can.
        fonts: For each of these the number of its font: a font that names one character of
            each code names all of them, so only doubtful ones are asked about one by one.
        codes: The code points of all characters.
    """
    made_up: int = sum([_is_generated(handle, index) == 1 for index in unseen])
    keys = (fonts << 21) + np.array([codes[index] for index in indices], dtype=np.int64)
    _, firsts = np.unique(keys, return_index=True)
    doubtful = {
        font
        for first, font in zip(firsts.tolist(), fonts[firsts].tolist(), strict=True)
        if _has_no_mapping(handle, indices[first]) == 1
    }
    unnamed: int = sum(
        [
            _has_no_mapping(handle, index) == 1
            for index, font in zip(indices, fonts.tolist(), strict=True)
            if font in doubtful
        ]
        if doubtful
        else []
    )
    return len(unseen) - made_up + unnamed
