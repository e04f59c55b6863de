"""The Model Context Protocol over standard input and output, for programs on this machine."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hrqa.queries import Citation
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa.wiring import SearcherFactory, check_model
from hrqa_api.engine import Engine
from hrqa_api.logs import set_up_log
from hrqa_api.mcp_tools import mcp_server, passage_url

T = TypeVar("T")


def serve_stdio(settings: Settings) -> None:
    """Answer on standard output what comes on standard input, until that ends.

    The models load while the first requests are answered; a search waits for them.

    Raises:
        IndexStoreError: There is no index that could answer.
    """
    check_model(settings)
    set_up_log(settings.log_format)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    engine = Engine(
        lambda: SearcherFactory(settings).open,
        index=settings.index,
        concurrency=settings.concurrency,
        queue=settings.queue,
        search_seconds=settings.search_seconds,
    )
    loading = asyncio.create_task(engine.start())

    async def load_and_watch() -> None:
        with suppress(Exception):
            await asyncio.shield(loading)
        await engine.watch(settings.reload_seconds)

    watching = asyncio.create_task(load_and_watch())

    async def searching(work: Callable[[Searcher], T]) -> T:
        with suppress(Exception):  # of which `run` tells
            await asyncio.shield(loading)
        return await engine.run(work)

    server = mcp_server(searching, _linking(settings))
    try:
        await server.run_stdio_async()
    finally:
        watching.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await loading
        engine.stop()


def _linking(settings: Settings) -> Callable[[Citation, Any], str]:
    """Addresses in the service where its address is known, else of the files on this machine."""
    base = settings.public_url.rstrip("/")

    def link(citation: Citation, _: Any) -> str:
        if base:
            return passage_url(base, citation)
        path = Path(settings.corpus).resolve() / citation.document.file
        page = citation.spans[0].span.page
        return path.as_uri() + ("" if page is None else f"#page={page}")

    return link
