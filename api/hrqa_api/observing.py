"""Each request gets an id, is timed, counted and logged."""

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrqa_api.access import Caller
from hrqa_api.metrics import Metrics
from hrqa_api.problems import header_problem, problem_response

MCP_PATH = "/mcp"
REQUEST_ID = "x-request-id"
ID_PATTERN = r"^[A-Za-z0-9._~+/=:@-]{1,128}$"
_LOG = logging.getLogger("hrqa_api.requests")
_ID = re.compile(ID_PATTERN)
_REFUSALS = frozenset(
    {"unauthorized", "forbidden", "rate-limited", "overloaded", "too-large", "not-ready"}
)
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_LONGEST_PATH = 300
_GONE = 499
"""Noted of a caller who left before there was an answer; never sent."""


class Observing:
    """Gives each request an id, and notes what became of it.

    Of a request are logged its method, its path without what follows ``?``, its outcome and its
    caller's key id or address; questions only where the settings ask for them; never a key.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, log_queries: bool) -> None:
        self.app = app
        self._metrics = metrics
        self._log_queries = log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request = Request(scope)
        given = request.headers.get(REQUEST_ID)
        taken = given is None or _ID.fullmatch(given) is not None
        request_id = given if given is not None and taken else uuid.uuid4().hex
        request.state.request_id = request_id
        status = _GONE

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                headers.setdefault("x-content-type-options", "nosniff")
            await send(message)

        try:
            if taken:
                await self.app(scope, receive, send_noted)
            else:
                problem = header_problem(
                    REQUEST_ID, "must be 1 to 128 of A-Z a-z 0-9 . _ ~ + / = : @ -"
                )
                await problem_response(request, problem)(scope, receive, send_noted)
        except Exception:
            status = 500
            raise
        finally:
            self._note(request, status, time.perf_counter() - began)

    def _note(self, request: Request, status: int, seconds: float) -> None:
        route = getattr(request.state, "route", None)
        if route is None:
            route = MCP_PATH if request.url.path == MCP_PATH else "other"
        self._metrics.request(
            method=_known_method(request.method), route=route, status=status, seconds=seconds
        )
        problem = getattr(request.state, "problem", None)
        if problem in _REFUSALS:
            self._metrics.refusal(problem)
        caller: Caller | None = getattr(request.state, "caller", None)
        path = _safe(request.scope.get("raw_path") or request.url.path.encode())
        noted: dict[str, object] = {
            "request_id": request.state.request_id,
            "method": _known_method(request.method),
            "path": path,
            "status": status,
            "ms": round(1000 * seconds, 1),
            "caller": caller.name if caller is not None else None,
            "problem": problem,
        }
        if self._log_queries:
            noted["queries"] = getattr(request.state, "queries", [])
        level = logging.DEBUG if path in _PROBES else logging.INFO
        _LOG.log(level, "%s %s %d", noted["method"], path, status, extra=noted)


def _known_method(method: str) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return method if method in known else "OTHER"


def _safe(path: bytes) -> str:
    """A path that cannot break a line of the log."""
    text = path.decode("ascii", "replace")[:_LONGEST_PATH]
    return "".join(character if character.isprintable() else "?" for character in text)
