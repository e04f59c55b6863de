"""Words with their places, as PDFium finds them on a page."""

import statistics
import unicodedata
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from hrqa.readers.characters import Characters, read_characters
from hrqa.readers.drawings import Ruling, read_drawings
from hrqa.readers.placement import Placement, turned_back

__all__ = ["PageGlyphs", "Ruling", "Word", "read_glyphs"]

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SOFT_HYPHEN = "\u00ad"
_INITIAL = 2.2
"""A capital so many times as large as what follows is a word of its own, at first."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page; lengths in points from the top left of the page as displayed.

    A word that is turned has its place on the page as it would be if the page were turned so
    that the word stands upright.

    Attributes:
        text: Its characters, NFC.
        left: Left edge.
        top: Upper edge.
        right: Right edge.
        bottom: Lower edge.
        size: Size of the type.
        bold: Whether most of its characters are bold.
        turn: Quarter turns, clockwise, by which it is turned as displayed.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    turn: int = 0

    def __reduce__(self) -> tuple[type["Word"], tuple[object, ...]]:  # a third of pickle's time
        return Word, (
            self.text,
            self.left,
            self.top,
            self.right,
            self.bottom,
            self.size,
            self.bold,
            self.turn,
        )


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """All that is drawn on a page and matters for its text.

    Attributes:
        width: Width as displayed, in points.
        height: Height as displayed, in points.
        words: In the order in which the file draws them.
        rulings: Thin lines and the edges of thin rectangles.
        images: Number of images on the page.
        unmapped: Number of glyphs for which the file names no character.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]
    images: int
    unmapped: int = 0


def read_glyphs(page: pdfium.PdfPage) -> PageGlyphs:
    """Read the words and ruling lines of a page."""
    width, height = page.get_size()
    placement = Placement(page, width, height)
    rulings, images = read_drawings(page, placement)
    characters = _characters(page, placement)
    turn = _usual_turn(characters)
    words = _words(characters, width, height) if turn == 0 else _words_turned(page, turn)
    return PageGlyphs(width, height, tuple(words), rulings, images, characters.unmapped)


def _characters(page: pdfium.PdfPage, placement: Placement) -> Characters:
    textpage = page.get_textpage()
    try:
        return read_characters(textpage, placement)
    finally:
        textpage.close()


def _usual_turn(characters: Characters) -> int:
    counts = np.bincount(characters.turns, minlength=4)
    return int(counts.argmax())


def _words_turned(page: pdfium.PdfPage, turn: int) -> list[Word]:
    """The words of a page that lies on its side: PDFium orders what it sees upright best."""
    rotation = page.get_rotation()
    page.set_rotation((rotation - 90 * turn) % 360)
    try:
        width, height = page.get_size()
        characters = _characters(page, Placement(page, width, height))
    finally:
        page.set_rotation(rotation)
    words = _words(characters, width, height)
    return [replace(word, turn=(word.turn + turn) % 4) for word in words]


def turned(
    boxes: NDArray[np.float64], turns: NDArray[np.int64], width: float, height: float
) -> NDArray[np.float64]:
    """Boxes on the page as it is when turned back so that what stands in them is upright.

    Args:
        boxes: Left, top, right and bottom on the page as displayed, shape (n, 4).
        turns: Quarter turns, clockwise, of what stands in each.
        width: Width of the page as displayed.
        height: Its height.
    """
    left, top, right, bottom = boxes.T
    frames = [turned_back((left, top, right, bottom), turn, width, height) for turn in range(4)]
    return np.stack(
        [np.choose(turns, [frame[edge] for frame in frames]) for edge in range(4)], axis=1
    )


def _words(characters: Characters, width: float, height: float) -> list[Word]:
    if not characters.text:
        return []
    boxes = characters.boxes
    if characters.turns.any():
        boxes = turned(boxes, characters.turns, width, height)
    starts = np.flatnonzero(_apart(characters, boxes))
    ends = np.append(starts[1:], len(boxes))
    lefts, tops = np.minimum.reduceat(boxes[:, :2], starts).T.tolist()
    rights, bottoms = np.maximum.reduceat(boxes[:, 2:], starts).T.tolist()
    sizes = characters.sizes
    largest = np.maximum.reduceat(sizes, starts)
    mixed = (largest != np.minimum.reduceat(sizes, starts)) | np.logical_or.reduceat(
        characters.raised, starts
    )
    bold = 2 * np.add.reduceat(characters.bold.astype(np.int64), starts) > ends - starts
    words = []
    for start, end, left, top, right, bottom, size, is_mixed, is_bold, turn in zip(
        starts.tolist(),
        ends.tolist(),
        lefts,
        tops,
        rights,
        bottoms,
        largest.tolist(),
        mixed.tolist(),
        bold.tolist(),
        characters.turns[starts].tolist(),
        strict=True,
    ):
        text = "".join(characters.text[start:end])
        if is_mixed:
            text = _with_superscripts(characters, boxes, start, end)
            size = statistics.median(sizes[start:end].tolist())
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
            if not text.strip(_SOFT_HYPHEN):
                continue
        words.append(Word(text, left, top, right, bottom, size, is_bold, turn))
    return words


def _apart(characters: Characters, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which characters begin a word.

    PDFium also parts a raised mark from its word: between type of two sizes a separator that
    it made up counts only where there is a gap to see.
    """
    apart = np.ones(len(boxes), dtype=bool)
    before, after = boxes[:-1], boxes[1:]
    sizes = characters.sizes
    larger, smaller = np.maximum(sizes[:-1], sizes[1:]), np.minimum(sizes[:-1], sizes[1:])
    middle = (after[:, 1] + after[:, 3]) / 2
    off_line = (middle < before[:, 1] - 0.3 * larger) | (middle > before[:, 3] + 0.3 * larger)
    gap = after[:, 0] - before[:, 2]
    parted = characters.parted[1:]
    apart[1:] = (
        characters.spaced[1:]
        | (parted & (smaller > 0.8 * larger))
        | off_line
        | (gap > np.where(parted, 0.08, 0.28) * larger)
        | (gap < -1.5 * larger)
        | (characters.turns[1:] != characters.turns[:-1])
    )
    for index in np.flatnonzero(sizes[:-1] > _INITIAL * sizes[1:]).tolist():
        if apart[index] and characters.text[index].isupper():
            apart[index + 1] = True
    return apart


def _with_superscripts(
    characters: Characters, boxes: NDArray[np.float64], start: int, end: int
) -> str:
    """A word in which digits set small and high are superscripts: they stick to no number."""
    sizes = characters.sizes[start:end]
    bottoms = boxes[start:end, 3]
    largest = sizes.max()
    baseline = bottoms[sizes == largest].max()
    raised = characters.raised[start:end] | (
        (sizes < 0.8 * largest) & (bottoms < baseline - 0.15 * largest)
    )
    return "".join(
        char.translate(_SUPERSCRIPT) if high else char
        for char, high in zip(characters.text[start:end], raised.tolist(), strict=True)
    )
