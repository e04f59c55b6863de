"""The straight lines and images that are drawn on a page."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from hrqa.readers.calls import Int, Pointer, address, function
from hrqa.readers.placement import Placement

_MAX_DEPTH = 4
_THIN = 2.5
_SHORT = 4
_UNMOVED = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])

_count_on_page = function("FPDFPage_CountObjects", Int, Pointer)
_get_on_page = function("FPDFPage_GetObject", Pointer, Pointer, Int)
_count_in_form = function("FPDFFormObj_CountObjects", Int, Pointer)
_get_in_form = function("FPDFFormObj_GetObject", Pointer, Pointer, ctypes.c_ulong)
_type = function("FPDFPageObj_GetType", Int, Pointer)
_matrix = function("FPDFPageObj_GetMatrix", Int, Pointer, Pointer)
_bounds = function("FPDFPageObj_GetBounds", Int, Pointer, Pointer, Pointer, Pointer, Pointer)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight horizontal or vertical line; lengths in points from the top left of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether the line runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


def read_drawings(page: pdfium.PdfPage, placement: Placement) -> tuple[tuple[Ruling, ...], int]:
    """Find the rulings of a page, and count its images."""
    images = 0
    corners = []
    for item, kind, move in _objects(address(page.raw), _UNMOVED):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            images += 1
        else:
            corners.append(_corners(item) @ move[:2] + move[2])
    if not corners:
        return (), images
    boxes = placement.boxes(np.stack(corners).reshape(-1, 4))
    lengths = boxes[:, 2:] - boxes[:, :2]
    thin = (lengths.min(axis=1) <= _THIN) & (lengths.max(axis=1) >= _SHORT)
    return tuple(Ruling(*box) for box in boxes[thin].tolist()), images


def _objects(
    parent: int | None, move: NDArray[np.float64], depth: int = 1
) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """Each path and image, its kind, and how its form is moved on the page, shape (3, 2)."""
    count = _count_on_page if depth == 1 else _count_in_form
    get = _get_on_page if depth == 1 else _get_in_form
    for index in range(count(parent)):
        item = get(parent, index)
        kind = _type(item)
        if kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            yield item, kind, move
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            yield from _objects(item, _moved(item, move), depth + 1)


def _moved(form: int, move: NDArray[np.float64]) -> NDArray[np.float64]:
    own = np.zeros((3, 2), dtype=np.float32)
    if not _matrix(form, own.ctypes.data):
        return move
    moved = own.astype(np.float64) @ move[:2]
    moved[2] += move[2]
    return moved


def _corners(item: int) -> NDArray[np.float64]:
    """Two opposite corners of what an object covers, shape (2, 2)."""
    edges = np.zeros(4, dtype=np.float32)
    at = edges.ctypes.data
    _bounds(item, at, at + 4, at + 8, at + 12)
    return edges.reshape(2, 2).astype(np.float64)
