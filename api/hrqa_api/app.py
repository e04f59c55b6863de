"""The application: its layers, its routes, and an engine that loads while the service starts."""

import asyncio
import hashlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from fastapi import FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route

from hrqa import __version__
from hrqa.keys import KeyRing, Scope
from hrqa.page_images import PageImages
from hrqa.queries import Citation
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa_api import description, docs_page, failures
from hrqa_api.access import Access
from hrqa_api.bodies import BodyLimit
from hrqa_api.caching import NotModifiedError, on_not_modified
from hrqa_api.compression import Compression, HeadRequests
from hrqa_api.drawing import Drawing
from hrqa_api.engine import Engine
from hrqa_api.file_checks import FileChecks
from hrqa_api.mcp_http import McpEndpoint
from hrqa_api.mcp_tools import mcp_server, passage_url
from hrqa_api.metrics import Metrics
from hrqa_api.observing import MCP_PATH, REQUEST_ID, Observing
from hrqa_api.rate_limiter import RateLimiter
from hrqa_api.rate_limits import RateLimits
from hrqa_api.routes import (
    documents,
    files,
    reference_lists,
    references,
    searching,
    service,
    vector_stores,
)
from hrqa_api.web import asking, basket, library, reading
from hrqa_api.web import static_files as web_files
from hrqa_api.web.preferences import SwitchedError, on_switched

_LOG = logging.getLogger("hrqa_api")
_KIB = 1024
_RATE_LIMIT_WITH_KEYS = 600
_PREFLIGHT_SECONDS = 600
_ALLOWED = (
    *("authorization", "content-type", "if-none-match", REQUEST_ID),
    *("mcp-protocol-version", "mcp-session-id"),
)
_EXPOSED = (REQUEST_ID, "etag", "ratelimit", "ratelimit-policy", "retry-after")
T = TypeVar("T")


def create_app(
    load: Callable[[], Callable[[], Searcher]],
    settings: Settings,
    *,
    ring: KeyRing | None = None,
    public: frozenset[Scope] = frozenset(),
) -> FastAPI:
    """Make the application; its engine begins to load when the application starts.

    Args:
        load: Loads the models; gives what opens the current index.
        settings: All that can be set.
        ring: The keys; None where none are needed, which then is for this machine alone.
        public: Scopes that everyone has.
    """
    metrics = Metrics()
    engine = Engine(
        load,
        index=settings.index,
        concurrency=settings.concurrency,
        queue=settings.queue,
        search_seconds=settings.search_seconds,
        on_index=metrics.index,
        on_reload=metrics.reload,
        on_under_way=metrics.under_way,
    )
    drawing = Drawing(PageImages(seconds=settings.image_seconds, memory_mb=settings.max_memory_mb))
    mcp = mcp_server(engine.run, lambda citation, asked: _passage_url(app, citation, asked))
    mcp.streamable_http_app(stateless_http=True, json_response=True, host="")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        serving = asyncio.create_task(_serve(engine, settings))
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, engine.look)
        async with mcp.session_manager.run():
            yield
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        engine.stop()
        drawing.close()

    app = FastAPI(
        title="hrqa",
        version=__version__,
        summary=description.SUMMARY,
        description=description.DESCRIPTION,
        openapi_tags=description.TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    needs_keys = ring is not None or bool(public)
    description.describe(app, public=public if needs_keys else None)
    app.state.engine = engine
    app.state.metrics = metrics
    app.state.drawing = drawing
    app.state.corpus = settings.corpus
    app.state.files = FileChecks(settings.corpus)
    app.state.resource_policy = "cross-origin" if _origins(settings) else "same-origin"
    app.state.fingerprint = _fingerprint(settings)
    app.state.address_of = lambda request: _address_of(settings, request)
    _add_layers(app, settings, ring=ring, public=public)
    failures.install(app)
    app.add_exception_handler(NotModifiedError, on_not_modified)
    app.add_exception_handler(SwitchedError, on_switched)
    referring = (references, reference_lists)
    interface = (searching, documents, *referring, files, vector_stores, service, docs_page)
    routers = (*interface, asking, library, reading, basket)
    app.state.routes = [route for module in routers for route in module.router.routes]
    for module in routers:
        app.include_router(module.router)
    app.router.routes.append(Mount("/docs/static", docs_page.static_files()))
    app.router.routes.append(Route("/favicon.ico", web_files.favicon, include_in_schema=False))
    app.router.routes.append(
        Mount(f"{web_files.TOP}/{web_files.static_version()}", web_files.PageFiles())
    )
    app.router.routes.append(
        Route(
            MCP_PATH,
            McpEndpoint(mcp.session_manager, origins=frozenset(_origins(settings))),
            methods=["POST"],  # it keeps no sessions, so that there is nothing to listen to or end
            include_in_schema=False,
        )
    )
    return app


def _add_layers(
    app: FastAPI, settings: Settings, *, ring: KeyRing | None, public: frozenset[Scope]
) -> None:
    """Add the layers, the innermost first."""
    app.add_middleware(
        BodyLimit, most_bytes=settings.max_body_kb * _KIB, seconds=settings.body_seconds
    )
    quota = settings.rate_limit
    if quota is None:
        quota = _RATE_LIMIT_WITH_KEYS if ring is not None or public else 0
    limiter = RateLimiter(max(1, round(quota / settings.service_workers))) if quota else None
    if limiter is not None:
        app.add_middleware(RateLimits, limiter=limiter)
    app.add_middleware(Access, ring=ring, public=public, limiter=limiter)
    app.add_middleware(HeadRequests)
    app.add_middleware(Compression)
    origins = _origins(settings)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=_ALLOWED,
            expose_headers=_EXPOSED,
            max_age=_PREFLIGHT_SECONDS,
        )
    app.add_middleware(Observing, metrics=app.state.metrics, log_queries=settings.log_queries)


def _origins(settings: Settings) -> list[str]:
    """Origins of web pages that may ask."""
    return [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]


async def _serve(engine: Engine, settings: Settings) -> None:
    """Load, then let each newer index serve, until cancelled."""
    try:
        await engine.start()
        _LOG.info("ready: %d passages", len(engine.searcher.index.text.texts.passage_ids))
    except Exception as error:
        _LOG.error("the service cannot answer until that is mended: %s", error)
    await engine.watch(settings.reload_seconds)


def _fingerprint(settings: Settings) -> str:
    """What beside index and address decides an answer."""
    text = f"{__version__} {settings.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _address_of(settings: Settings, request: Request) -> str:
    """The address at which a caller reaches the service, without a slash at its end."""
    return settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


def _passage_url(app: FastAPI, citation: Citation, request: Request) -> str:
    return passage_url(app.state.address_of(request), citation)
