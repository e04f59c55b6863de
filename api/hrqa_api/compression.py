"""Answers pressed with gzip, but for those that are pressed already or are taken in ranges."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_FROM_BYTES = 1000
_LEVEL = 5
_AS_THEY_ARE = ("/file", "/image", "/mcp")


class Compression:
    """Presses answers of a kilobyte and more for callers that take gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._pressing = GZipMiddleware(app, minimum_size=_FROM_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        as_it_is = scope["type"] != "http" or scope["path"].endswith(_AS_THEY_ARE)
        await (self._app if as_it_is else self._pressing)(scope, receive, send)


class HeadRequests:
    """Answers HEAD wherever GET is answered; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
