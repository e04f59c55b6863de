"""Every failure as ``application/problem+json`` (RFC 9457)."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from hrqa.errors import HrqaError, IndexDamagedError, QueryError, UnknownDocumentError

_LOG = logging.getLogger("hrqa_api")
MEDIA_TYPE = "application/problem+json"


class FaultOut(BaseModel):
    """One thing that does not fit, with its place: one of `pointer`, `parameter`, `header`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class ProblemOut(BaseModel):
    """A failure; callers decide by `type` and need not read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FaultOut] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type: its name, HTTP status and title, which never change."""

    name: str
    status: int
    title: str


MALFORMED_JSON = Kind("malformed-json", 400, "The body is not valid JSON")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "The address does not take this method")
DOCUMENT_CHANGED = Kind("document-changed", 409, "The file is gone or has changed")
GONE = Kind("gone", 410, "The cursor belongs to an earlier index")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
INVALID_REQUEST = Kind("invalid-request", 422, "The request does not fit")
INTERNAL = Kind("internal", 500, "Something in hrqa failed")
NOT_READY = Kind("not-ready", 503, "The service cannot answer yet")
OVERLOADED = Kind("overloaded", 503, "Too many searches are waiting")
_BY_STATUS = {
    400: MALFORMED_JSON,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    413: TOO_LARGE,
    422: INVALID_REQUEST,
}


class ProblemError(Exception):
    """A failure that a route answers with."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: list[FaultOut] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors, self.headers = kind, detail, errors, headers


def problem_response(
    request: Request,
    kind: Kind,
    detail: str,
    *,
    errors: list[FaultOut] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a failure."""
    body = ProblemOut(
        type=f"/problems/{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=request.url.path,
        errors=errors,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def install(app: FastAPI) -> None:
    """Make every failure of an application answer as a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(HrqaError, _on_hrqa)
    app.add_exception_handler(Exception, _on_any)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(
        request, error.kind, error.detail, errors=error.errors, headers=error.headers
    )


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        fault = next(fault for fault in faults if fault["type"] == "json_invalid")
        at = fault["loc"][-1]
        reason = fault.get("ctx", {}).get("error", "it cannot be parsed")
        return problem_response(
            request, MALFORMED_JSON, f"The body is not valid JSON at character {at}: {reason}."
        )
    content_type = request.headers.get("content-type", "")
    if faults[0]["loc"] == ("body",) and "json" not in content_type:
        detail = "content-type: send the body as JSON with `content-type: application/json`"
        errors = [FaultOut(detail=detail, header="content-type")]
    else:
        errors = [_fault_out(fault) for fault in faults]
    return problem_response(
        request, INVALID_REQUEST, "; ".join(fault.detail for fault in errors), errors=errors
    )


def _fault_out(fault: Mapping[str, Any]) -> FaultOut:
    place, *path = fault["loc"]
    message = str(fault["msg"]).removeprefix("Value error, ")
    name = ".".join(str(part) for part in path) or "body"
    detail = f"{name}: {message[:1].lower()}{message[1:]}"
    if fault["type"] == "string_pattern_mismatch":
        detail = f"{name}: must not be blank"
    if fault["type"] == "extra_forbidden":
        detail = f"{name}: hrqa does not know this field"
    if place == "body":
        pointer = "#" + "".join(f"/{_escape(str(part))}" for part in path)
        return FaultOut(detail=detail, pointer=pointer)
    if place == "header":
        return FaultOut(detail=detail, header=str(path[0]))
    return FaultOut(detail=detail, parameter=str(path[0]) if path else str(place))


def _escape(token: str) -> str:
    """Escape a token of a JSON pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, INVALID_REQUEST)
    if kind is NOT_FOUND:
        detail = f"There is nothing at {request.url.path}; /openapi.json lists the addresses."
    elif kind is METHOD_NOT_ALLOWED:
        allowed = ", ".join(_allowed_methods(request))
        detail = f"{request.url.path} does not take {request.method}; it takes {allowed}."
        return problem_response(request, kind, detail, headers={"allow": allowed})
    else:
        detail = f"The body cannot be read as JSON: {error.detail}."
    return problem_response(request, kind, detail, headers=error.headers)


def _allowed_methods(request: Request) -> list[str]:
    """Methods of the routes at this address; fastapi keeps those of a router to itself."""
    routes: Iterable[BaseRoute] = (*request.app.router.routes, *request.app.state.routes)
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)


async def _on_hrqa(request: Request, error: Exception) -> Response:
    if isinstance(error, QueryError):
        return problem_response(
            request, INVALID_REQUEST, str(error), errors=[_query_fault(request, error)]
        )
    if isinstance(error, IndexDamagedError):
        _LOG.error("%s", error)
        return problem_response(
            request, INTERNAL, "The index is damaged; its operator must rebuild it."
        )
    _LOG.error("%s", error)
    return problem_response(request, INTERNAL, "The request could not be answered.")


def _query_fault(request: Request, error: QueryError) -> FaultOut:
    if request.method == "GET":
        return FaultOut(detail=str(error), parameter=error.field)
    inside = "/filters" if isinstance(error, UnknownDocumentError) else ""
    return FaultOut(detail=str(error), pointer=f"#{inside}/{error.field}")


async def _on_any(request: Request, error: Exception) -> Response:
    _LOG.exception("unexpected failure at %s", request.url.path, exc_info=error)
    return problem_response(request, INTERNAL, "The request could not be answered.")
