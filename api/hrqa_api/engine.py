"""What answers behind the routes: the index that serves, and who may search when."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from hrqa.queries import Query
from hrqa.search import Searcher
from hrqa.store.description import IndexText
from hrqa.store.generations import current_generation
from hrqa_api.problems import NOT_READY, OVERLOADED, ProblemError

_LOG = logging.getLogger("hrqa_api")
_FIRST_QUESTIONS = ("What is this about?", "Tài liệu này nói về điều gì?")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReloadFailure:
    """Why a newer index does not serve, and since when (RFC 3339, UTC)."""

    since: str
    reason: str


class Serving:
    """A searcher, and how many use it; closed when it is retired and nobody does."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._users = 0
        self._retired = False

    @property
    def index(self) -> IndexText:
        """The readable part of its index."""
        return self.searcher.index.text

    def take(self) -> None:
        """Count one more that uses it."""
        self._users += 1

    def give_back(self) -> None:
        """Count one fewer that uses it."""
        self._users -= 1
        self._close_if_unused()

    def retire(self) -> None:
        """Close it as soon as nobody uses it."""
        self._retired = True
        self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._retired and self._users == 0:
            self.searcher.index.close()


class Engine:
    """Loads in the background, then answers; bounds how many searches run and wait.

    All its methods but the work handed to ``run`` belong to the event loop's thread.

    Attributes:
        failure: Why loading failed; None while it has not.
        reload_failure: Why a newer index does not serve; None where none is refused.
    """

    def __init__(
        self,
        load: Callable[[], Callable[[], Searcher]],
        *,
        index: Path,
        concurrency: int,
        queue: int,
        search_seconds: float = 20,
        on_index: Callable[[Searcher], None] | None = None,
        on_reload: Callable[[bool], None] | None = None,
        on_under_way: Callable[[int], None] | None = None,
    ) -> None:
        """Make an engine.

        Args:
            load: Loads the models, off the event loop; gives what opens the current index.
            index: Folder of the index, in which a new generation may appear.
            concurrency: Searches that run at one time.
            queue: Searches that may wait.
            search_seconds: Longest that a search may wait and take.
            on_index: Called with each searcher that begins to serve.
            on_reload: Called after each try to open a newer index, with whether it serves.
            on_under_way: Called with how many searches run or wait, whenever that changes.
        """
        self.failure: str | None = None
        self.reload_failure: ReloadFailure | None = None
        self._load = load
        self._open: Callable[[], Searcher] | None = None
        self._index = index
        self._serving: Serving | None = None
        self._places = concurrency + queue
        self._taken = 0
        self._search_seconds = search_seconds
        self._on_index = on_index
        self._on_reload = on_reload
        self._on_under_way = on_under_way
        self._searches = ThreadPoolExecutor(concurrency, thread_name_prefix="search")
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._look = asyncio.Event()
        self._seen: object = None

    async def start(self) -> None:
        """Load the models and the index.

        Raises:
            HrqaError: Either cannot be loaded; ``reload`` tries again.
        """
        self._seen = self._stamp()
        try:
            searcher = await self._load_and_open()
        except Exception as error:
            self.failure = str(error)
            raise
        self._serve(searcher)

    async def watch(self, seconds: float) -> None:
        """Let each newer index serve as soon as it can be opened; goes on until cancelled.

        Args:
            seconds: How often to look, unless told to look at once.
        """
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), seconds)
            told = self._look.is_set()
            self._look.clear()
            if told or self._stamp() != self._seen:
                await self.reload()

    def look(self) -> None:
        """Look for a newer index at once."""
        self._look.set()

    async def reload(self) -> None:
        """Open the index anew if another generation is current; keep the old one on failure."""
        self._seen = self._stamp()
        try:
            folder = current_generation(self._index).folder
            if self._serving is not None and folder == self._serving.index.generation.folder:
                self.reload_failure = None
                return
            searcher = await self._load_and_open()
        except Exception as error:
            since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            if self._serving is None:
                self.failure = str(error)
            else:
                self.reload_failure = ReloadFailure(since, str(error))
            _LOG.error("the new index cannot serve, what served before goes on: %s", error)
            self._tell(served=False)
            return
        self.reload_failure = None
        self._serve(searcher)
        _LOG.info("a new index serves: %s", searcher.index.text.meta.id)
        self._tell(served=True)

    async def _load_and_open(self) -> Searcher:
        loop = asyncio.get_running_loop()
        if self._open is None:
            self._open = await loop.run_in_executor(self._loader, self._load)
        return await loop.run_in_executor(self._loader, self._opened)

    def _opened(self) -> Searcher:
        """A searcher that has answered before: the first answers of a model take longer."""
        assert self._open is not None
        searcher = self._open()
        try:
            for question in _FIRST_QUESTIONS:
                searcher.search(Query(question, limit=1))
        except Exception:
            searcher.index.close()
            raise
        return searcher

    def _serve(self, searcher: Searcher) -> None:
        self.failure = None
        before, self._serving = self._serving, Serving(searcher)
        if before is not None:
            before.retire()
        if self._on_index is not None:
            self._on_index(searcher)

    def _tell(self, *, served: bool) -> None:
        if self._on_reload is not None:
            self._on_reload(served)

    def _stamp(self) -> object:
        """What changes whenever the index does; None where there is none."""
        try:
            status = (self._index / "current.json").stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def stop(self) -> None:
        """Finish the searches that run, and let go of the index."""
        self._loader.shutdown(wait=True, cancel_futures=True)
        self._searches.shutdown(wait=True, cancel_futures=True)
        if self._serving is not None:
            self._serving.searcher.index.close()

    @property
    def ready(self) -> bool:
        """Whether it can answer."""
        return self._serving is not None

    @property
    def under_way(self) -> int:
        """How many searches run or wait."""
        return self._taken

    @property
    def searcher(self) -> Searcher:
        """The searcher that serves at present.

        Raises:
            ProblemError: It is not loaded yet, or could not be.
        """
        return self._current().searcher

    def _current(self) -> Serving:
        if self._serving is None:
            reason = "The index and the model are being loaded."
            if self.failure is not None:
                reason = "The index or the model could not be loaded; the service's log says why."
            raise ProblemError(NOT_READY, reason, headers={"retry-after": "2"})
        return self._serving

    @contextmanager
    def borrow(self) -> Iterator[Serving]:
        """What serves at present, which stays open until it is given back.

        Raises:
            ProblemError: It is not loaded yet, or could not be.
        """
        serving = self._current()
        serving.take()
        try:
            yield serving
        finally:
            serving.give_back()

    async def run(self, work: Callable[[Searcher], T], serving: Serving | None = None) -> T:
        """Do work that searches, off the event loop, when its turn has come.

        Args:
            work: The work, given the searcher.
            serving: What the caller has borrowed; None for what serves at present.

        Raises:
            ProblemError: Too many searches wait already, or this one waited for too long.
        """
        used = serving or self._current()
        if self._taken >= self._places:
            raise ProblemError(
                OVERLOADED,
                f"{self._taken} searches are under way already; try again in a second.",
                headers={"retry-after": "1"},
            )
        self._count(+1)
        used.take()
        loop = asyncio.get_running_loop()

        def ended(_: "Future[T]") -> None:
            loop.call_soon_threadsafe(self._ended, used)

        future = self._searches.submit(work, used.searcher)
        future.add_done_callback(ended)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._search_seconds)
        except TimeoutError as error:
            raise ProblemError(
                OVERLOADED,
                f"The search took longer than {self._search_seconds:g} seconds; try again later.",
                headers={"retry-after": "5"},
            ) from error

    def _ended(self, serving: Serving) -> None:
        self._count(-1)
        serving.give_back()

    def _count(self, change: int) -> None:
        self._taken += change
        if self._on_under_way is not None:
            self._on_under_way(self._taken)
