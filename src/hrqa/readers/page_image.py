"""Pages of PDF files as pictures, by PDFium.

Each picture shows the page as displayed, so that boxes given in fractions of the page fit it.
"""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_HIGHEST = 20_000
_MOST_PIXELS = 40_000_000
_WHITE = (255, 255, 255, 255)
_CHANNELS = 3
_COMPRESSION = 6
_GREY, _COLOUR = 0, 2
"""Types of colour, as PNG numbers them."""


class DrawingError(Exception):
    """A page cannot be drawn; the message is a reason, without page or file."""


class PageDrawer:
    """Draws pages, and keeps the file of the last one open. For one thread alone."""

    def __init__(self) -> None:
        self._opened: tuple[tuple[Path, int, int], pdfium.PdfDocument] | None = None

    def draw(self, path: Path, page: int, width: int) -> bytes:
        """A page on white, with its annotations, as PNG.

        Args:
            path: The file.
            page: Number of the page, from 1.
            width: Width of the picture in pixels; its height follows from the page.

        Raises:
            DrawingError: The file or page cannot be opened, or the picture would be too large.
        """
        document = self._document(path)
        if page > len(document):
            raise DrawingError(f"the file has only {len(document)} pages")
        try:
            opened = document[page - 1]
        except pdfium.PdfiumError as error:
            raise DrawingError("the page is broken; get an intact copy of the file") from error
        try:
            page_width, page_height = opened.get_size()
            return _png(_drawn(opened, width, _height(page_width, page_height, width)))
        finally:
            opened.close()

    def close(self) -> None:
        """Close the file that is open."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def _document(self, path: Path) -> pdfium.PdfDocument:
        try:
            status = path.stat()
            key = path, status.st_mtime_ns, status.st_size
            if self._opened is not None and self._opened[0] == key:
                return self._opened[1]
            self.close()
            document = pdfium.PdfDocument(path)
            document.init_forms()  # else what is typed into the fields of a form is not shown
        except OSError as error:
            raise DrawingError(f"the file cannot be read: {error.strerror or error}") from error
        except pdfium.PdfiumError as error:
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise DrawingError(
                    "the file is encrypted; save a copy without a password"
                ) from error
            raise DrawingError("the file is broken or no PDF; get an intact copy") from error
        self._opened = key, document
        return document


def _height(page_width: float, page_height: float, width: int) -> int:
    """Height of the picture in pixels."""
    if not (page_width > 0 and page_height > 0):
        raise DrawingError("the page has no size; get an intact copy of the file")
    height = max(1.0, width * page_height / page_width)
    if height > _HIGHEST or width * height > _MOST_PIXELS:
        raise DrawingError(
            f"the picture would have {width:,} by {height:,.0f} pixels, and may have at most "
            f"{_HIGHEST:,} in height and {_MOST_PIXELS:,} in all; ask for a narrower one"
        )
    return round(height)


def _drawn(page: pdfium.PdfPage, width: int, height: int) -> pdfium.PdfBitmap:
    # Not page.render: that takes a scale and rounds both sides up, and so may miss the width.
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    how = 0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    raw.FPDF_RenderPageBitmap(bitmap, page, *how)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, bitmap, page, *how)
    return bitmap


def _png(bitmap: pdfium.PdfBitmap) -> bytes:
    """PNG in grey where there is no colour: of a page of text half the size, in half the time."""
    view, stride = memoryview(bitmap.buffer).cast("B"), bitmap.stride
    shown = _CHANNELS * bitmap.width
    rows = [bytes(view[y * stride : y * stride + shown]) for y in range(bitmap.height)]
    grey = all(row[0::3] == row[1::3] == row[2::3] for row in rows)
    size = struct.pack(">2I", bitmap.width, bitmap.height)
    kind = struct.pack("5B", 8, _GREY if grey else _COLOUR, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", size + kind),
            _chunk(b"IDAT", _compressed([row[0::3] for row in rows] if grey else rows)),
            _chunk(b"IEND", b""),
        )
    )


def _compressed(rows: Sequence[bytes]) -> bytes:
    compressor = zlib.compressobj(_COMPRESSION)
    # Each row begins with the number of its filter: none, as that suits text and drawings best.
    parts = [compressor.compress(b"\x00" + row) for row in rows]
    return b"".join(parts) + compressor.flush()


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
