"""Pictures of pages, drawn in a process of their own that may crash or hang alone."""

import json
import threading
from collections import OrderedDict
from pathlib import Path

from hrqa.errors import HrqaError
from hrqa.page_image_process import DrawingProcess, ProcessEndedError, RefusedError

_MB = 1_000_000


class PageImageError(HrqaError):
    """A page cannot be drawn; its text and all other pages are there.

    Attributes:
        path: The file.
        page: Number of the page, from 1.
        reason: What is wrong and what to do, without file and page.
    """

    def __init__(self, path: Path, page: int, reason: str) -> None:
        super().__init__(f"{path}, page {page}: {reason}")
        self.path, self.page, self.reason = path, page, reason


class PageImages:
    """Draws pages of PDF files, one at a time, for any number of threads.

    The process that draws is started when it is first needed, and replaced when it takes too long,
    takes too much memory, or crashes.

    Args:
        seconds: Longest that drawing a page may take.
        memory_mb: Most memory that the process may hold, in MB (10^6 bytes).
        cache_mb: Most memory that pictures drawn before may hold here, in MB.
    """

    def __init__(self, *, seconds: float, memory_mb: int, cache_mb: int = 32) -> None:
        self._seconds, self._memory_mb = seconds, memory_mb
        self._cache = _Cache(cache_mb * _MB)
        self._drawing = threading.Lock()
        self._process: DrawingProcess | None = None
        self._closed = False

    def image(self, path: Path, sha256: str, page: int, width: int) -> bytes:
        """A page as displayed, on white and with its annotations, as PNG.

        Args:
            path: The file.
            sha256: Of its content; the caller sees to it that it fits.
            page: Number of the page, from 1.
            width: Width of the picture in pixels; its height follows from the page.

        Returns:
            Equal bytes for equal arguments.

        Raises:
            PageImageError: The page cannot be drawn within the limits, or the picture would be
                higher than 20,000 pixels or have more than 40 million in all.
        """
        if page < 1 or width < 1:
            raise ValueError(f"page {page}, width {width}: both count from 1")
        key = sha256, page, width
        picture = self._cache.get(key)
        if picture is None:
            with self._drawing:
                picture = self._cache.get(key)  # perhaps drawn while this thread waited
                if picture is None:
                    picture = self._draw(path, page, width)
                    self._cache.put(key, picture)
        return picture

    def close(self) -> None:
        """End the process at once; what is being drawn or still waits fails."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._drawing:
            self._let_go()

    def _draw(self, path: Path, page: int, width: int) -> bytes:
        request = {"path": str(path.absolute()), "page": page, "width": width}
        line = json.dumps(request).encode("ascii") + b"\n"
        while True:
            try:
                return self._running().draw(line, self._seconds)
            except RefusedError as error:
                raise PageImageError(path, page, str(error)) from error
            except ProcessEndedError as error:
                self._let_go()
                if self._closed:
                    raise PageImageError(path, page, "the service is being stopped") from error
                if not error.again:
                    raise PageImageError(path, page, str(error)) from error
            except BaseException:  # such as Ctrl-C: its answer must not be taken for another's
                self._let_go()
                raise

    def _running(self) -> DrawingProcess:
        """The process, a new one if there is none that runs."""
        if self._closed:
            raise ProcessEndedError("closed", again=False)
        if self._process is None:
            self._process = DrawingProcess(self._memory_mb)
            if self._closed:  # since then, and close() saw no process
                self._process.kill()
            self._process.await_ready()
        return self._process

    def _let_go(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


class _Cache:
    """Pictures drawn before; those that were asked for longest ago make room."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[str, int, int]) -> bytes | None:
        """A picture; None if it is not here."""
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
            return self._pictures.get(key)

    def put(self, key: tuple[str, int, int], picture: bytes) -> None:
        """Take in a picture that is not here; one larger than all room is left out."""
        with self._lock:
            if len(picture) > self._most or key in self._pictures:
                return
            self._pictures[key] = picture
            self._bytes += len(picture)
            while self._bytes > self._most:
                _, oldest = self._pictures.popitem(last=False)
                self._bytes -= len(oldest)
