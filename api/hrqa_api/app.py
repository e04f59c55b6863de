"""The application: routes, problems, and an engine that loads while the service starts."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI

from hrqa import __version__
from hrqa_api import problems
from hrqa_api.engine import Engine
from hrqa_api.limits import BodyLimit
from hrqa_api.problems import ProblemOut
from hrqa_api.routes import router

_LOG = logging.getLogger("hrqa_api")


def create_app(engine: Engine) -> FastAPI:
    """Make the application around an engine, which it starts and stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(_load(engine))
        yield
        loading.cancel()
        with suppress(asyncio.CancelledError):
            await loading
        engine.stop()

    app = FastAPI(
        title="hrqa",
        version=__version__,
        summary="Questions answered with passages and exact citations",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={
            code: {
                "description": "A problem (RFC 9457)",
                "content": {
                    problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
                },
            }
            for code in ("4XX", "5XX")
        },
    )
    describe = app.openapi

    def described() -> dict[str, Any]:
        """The description with the schema of problems, to which every path refers."""
        schema = describe()
        schemas = schema["components"]["schemas"]
        own = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(own.pop("$defs", {}))
        schemas["ProblemOut"] = own
        return schema

    app.openapi = described  # type: ignore[method-assign]
    app.state.engine = engine
    app.state.routes = router.routes
    app.add_middleware(BodyLimit)
    problems.install(app)
    app.include_router(router)
    return app


async def _load(engine: Engine) -> None:
    try:
        await engine.start()
        _LOG.info("ready: %d passages", len(engine.index.texts.passage_ids))
    except Exception as error:
        _LOG.error("the service cannot answer: %s", error)
