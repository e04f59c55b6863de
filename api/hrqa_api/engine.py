"""What answers behind the routes: the opened index, the searcher, and who may search when."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hrqa.datatypes import Query, SearchResult
from hrqa.search import Searcher
from hrqa.store.description import IndexText
from hrqa_api.problems import NOT_READY, OVERLOADED, ProblemError


class Engine:
    """Loads in the background, then answers; bounds how many searches run and wait.

    Attributes:
        corpus: Folder of the documents, to hand out files.
        failure: Why loading failed; None while it has not.
    """

    def __init__(
        self,
        load: Callable[[], Searcher],
        *,
        corpus: Path,
        concurrency: int,
        queue: int,
    ) -> None:
        """Make an engine.

        Args:
            load: Opens the index and the model; called once, off the event loop.
            corpus: Folder of the documents.
            concurrency: Searches that run at one time.
            queue: Searches that may wait.
        """
        self.corpus = corpus
        self.failure: str | None = None
        self._load = load
        self._searcher: Searcher | None = None
        self._places = concurrency + queue
        self._taken = 0
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="search")

    async def start(self) -> None:
        """Load index and model."""
        loop = asyncio.get_running_loop()
        try:
            self._searcher = await loop.run_in_executor(self._pool, self._load)
        except Exception as error:
            self.failure = str(error)
            raise

    def stop(self) -> None:
        """Finish the searches that run, and let go of the index."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._searcher is not None:
            self._searcher.index.close()

    @property
    def ready(self) -> bool:
        """Whether it can answer."""
        return self._searcher is not None

    @property
    def under_way(self) -> int:
        """How many searches run or wait."""
        return self._taken

    @property
    def searcher(self) -> Searcher:
        """The searcher.

        Raises:
            ProblemError: It is not loaded yet, or could not be.
        """
        if self._searcher is None:
            reason = self.failure or "The index and the model are being loaded."
            raise ProblemError(NOT_READY, reason, headers={"retry-after": "2"})
        return self._searcher

    @property
    def index(self) -> IndexText:
        """The readable part of the index."""
        return self.searcher.index.text

    async def search(self, query: Query) -> SearchResult:
        """Answer a query off the event loop.

        Raises:
            ProblemError: Too many searches wait already.
            QueryError: The query cannot be used.
        """
        searcher = self.searcher
        if self._taken >= self._places:
            raise ProblemError(
                OVERLOADED,
                f"{self._taken} searches are under way already; try again in a second.",
                headers={"retry-after": "1"},
            )
        self._taken += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, searcher.search, query)
        finally:
            self._taken -= 1
