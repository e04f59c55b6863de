"""From a page's own coordinates to points from the top left of the page as displayed."""

import ctypes
from typing import TypeVar

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

Length = TypeVar("Length", float, NDArray[np.float64])

_SCALE = 1000


class Placement:
    """The turn, shift and scale with which a page is displayed.

    Args:
        page: The page.
        width: Its width as displayed, in points.
        height: Its height as displayed, in points.
    """

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        size = (round(width * _SCALE), round(height * _SCALE))

        def place(x: float, y: float) -> tuple[float, float]:
            right, down = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, right, down)
            return right.value / _SCALE, down.value / _SCALE

        origin = place(0, 0)
        along_x, along_y = place(100, 0), place(0, 100)
        self._origin = np.array(origin)
        self._axes = np.array(
            [
                [(along_x[0] - origin[0]) / 100, (along_x[1] - origin[1]) / 100],
                [(along_y[0] - origin[0]) / 100, (along_y[1] - origin[1]) / 100],
            ]
        )

    def boxes(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """Left, top, right and bottom of rectangles given by two opposite corners.

        Args:
            corners: x and y of the one and the other corner, shape (n, 4).
        """
        one = self._origin + corners[:, :2] @ self._axes
        other = self._origin + corners[:, 2:] @ self._axes
        return np.hstack([np.minimum(one, other), np.maximum(one, other)])

    def turns(self, directions: NDArray[np.float64]) -> NDArray[np.int64]:
        """Quarter turns, clockwise, that directions make with the right as displayed.

        Args:
            directions: Their parts along the page's own axes, shape (n, 2).
        """
        right, down = (directions @ self._axes).T
        across = np.abs(right) >= np.abs(down)
        return np.where(across, np.where(right >= 0, 0, 2), np.where(down > 0, 1, 3))


def turned_back(
    box: tuple[Length, Length, Length, Length], turn: int, width: float, height: float
) -> tuple[Length, Length, Length, Length]:
    """A box as it stands once the page is turned back by so many quarter turns.

    Args:
        box: Left, top, right and bottom, in points from the top left; numbers, or arrays of them
            for several boxes.
        turn: Quarter turns, clockwise, that are undone.
        width: The page's width before.
        height: The page's height before.
    """
    left, top, right, bottom = box
    match turn % 4:
        case 1:
            return top, width - right, bottom, width - left
        case 2:
            return width - right, height - bottom, width - left, height - top
        case 3:
            return height - bottom, left, height - top, right
        case _:
            return box
