"""Pages drawn one after another, without keeping other requests waiting."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hrqa.page_images import PageImages
from hrqa_api.problems import OVERLOADED, ProblemError

_MOST_WAITING = 32


class Drawing:
    """Draws pages in a thread of its own; bounds how many wait for it.

    Its methods belong to the event loop's thread.
    """

    def __init__(self, images: PageImages) -> None:
        """Make it.

        Args:
            images: Draws; closed with it.
        """
        self._images = images
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="draw")
        self._waiting = 0

    async def image(self, path: Path, sha256: str, page: int, width: int) -> bytes:
        """A page as PNG, as ``PageImages.image`` draws it.

        Raises:
            PageImageError: It cannot be drawn.
            ProblemError: Too many wait already.
        """
        if self._waiting >= _MOST_WAITING:
            raise ProblemError(
                OVERLOADED,
                f"{self._waiting} pages wait to be drawn already; try again in a second.",
                headers={"retry-after": "1"},
            )
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._thread, self._images.image, path, sha256, page, width
            )
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Stop drawing; what waits fails."""
        self._images.close()
        self._thread.shutdown(wait=True, cancel_futures=True)
