"""The Model Context Protocol over HTTP: what is checked before its library sees a request."""

from urllib.parse import urlsplit

from mcp.server.streamable_http_manager import (
    StreamableHTTPASGIApp,
    StreamableHTTPSessionManager,
)
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from hrqa_api.problems import FORBIDDEN, ProblemError, header_problem, problem_response


class McpEndpoint:
    """Passes JSON on to the library.

    Requests from web pages of other origins are refused, as the protocol asks of servers.
    """

    def __init__(self, manager: StreamableHTTPSessionManager, *, origins: frozenset[str]) -> None:
        """Make it.

        Args:
            manager: The library's.
            origins: Of web pages that may ask.
        """
        self._app = StreamableHTTPASGIApp(manager)
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope)
        try:
            self._check(request)
        except ProblemError as error:
            await problem_response(request, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, request: Request) -> None:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise header_problem("content-type", "send JSON-RPC as `application/json`")
        origin = request.headers.get("origin")
        own = request.headers.get("host", "")
        if origin is not None and origin not in self._origins and urlsplit(origin).netloc != own:
            raise ProblemError(
                FORBIDDEN,
                "origin: web pages of this origin may not ask; its operator names those that may "
                "(HRQA_CORS_ORIGINS).",
            )
