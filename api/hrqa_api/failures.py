"""Every failure that is raised behind a route becomes a problem."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from hrqa.errors import HrqaError, IndexDamagedError, QueryError, UnknownDocumentError
from hrqa_api.problems import (
    INTERNAL,
    INVALID_REQUEST,
    MALFORMED_JSON,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    ProblemError,
    header_problem,
    problem_response,
)
from hrqa_api.schemas.problems import FaultOut

_LOG = logging.getLogger("hrqa_api")
_SHOWN = 100
_PLAIN_WORDS = {
    "extra_forbidden": "hrqa does not know this field",
    "missing": "is missing",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}
_BY_STATUS = {
    400: MALFORMED_JSON,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    413: TOO_LARGE,
    422: INVALID_REQUEST,
}


def install(app: FastAPI) -> None:
    """Make every failure of an application answer as a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(HrqaError, _on_hrqa)
    app.add_exception_handler(Exception, _on_any)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(request, error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        fault = next(fault for fault in faults if fault["type"] == "json_invalid")
        reason = fault.get("ctx", {}).get("error", "it cannot be parsed")
        detail = f"The body is not valid JSON at character {fault['loc'][-1]}: {reason}."
        return problem_response(request, ProblemError(MALFORMED_JSON, detail))
    content_type = request.headers.get("content-type", "")
    if faults[0]["loc"] == ("body",) and "json" not in content_type:
        said = "send the body as JSON with `content-type: application/json`"
        return problem_response(request, header_problem("content-type", said))
    return problem_response(request, invalid_problem(faults, body=error.body))


def invalid_problem(
    faults: Iterable[Mapping[str, Any] | ErrorDetails],
    *,
    body: object,
    within: tuple[str | int, ...] = (),
) -> ProblemError:
    """The failure of a request with faults, as pydantic names them.

    Args:
        faults: The faults; their places begin with ``body``, ``query``, ``path`` or ``header``.
        body: The body, or the part of it, in which they were found.
        within: Where in the body that part stands.
    """
    errors: dict[str, FaultOut] = {}
    for fault in faults:
        out = _fault_out(fault, body, within)
        # Where a value may have several forms, each form finds its own fault, at the same place or,
        # if it is the form that was meant, within.
        errors.setdefault(f"{out.pointer} {out.parameter} {out.header}", out)
    places = [fault.pointer for fault in errors.values() if fault.pointer is not None]
    errors = {
        key: fault
        for key, fault in errors.items()
        if not any(place.startswith(f"{fault.pointer}/") for place in places)
    }
    return ProblemError(
        INVALID_REQUEST,
        "; ".join(fault.detail for fault in errors.values()),
        errors=list(errors.values()),
    )


def _fault_out(
    fault: Mapping[str, Any] | ErrorDetails, body: object, within: tuple[str | int, ...]
) -> FaultOut:
    place, *path = fault["loc"]
    if place == "body":
        path = [*within, *_path_in(body, path, absent=fault["type"] == "missing")]
    message = str(fault["msg"]).removeprefix("Value error, ")
    name = ".".join(str(part) for part in path) or "body"
    if fault["type"] == "string_pattern_mismatch" and "\\S" in message:
        message = "must not be blank"
    message = _PLAIN_WORDS.get(fault["type"], message)
    detail = f"{name}: {message[:1].lower()}{message[1:]}"
    if place == "body":
        return FaultOut(detail=detail, pointer=pointer(*path))
    if place == "header":
        return FaultOut(detail=detail, header=str(path[0]))
    return FaultOut(detail=detail, parameter=str(path[0]) if path else str(place))


def _path_in(body: object, path: Sequence[str | int], *, absent: bool) -> list[str | int]:
    """A place as it is in the body: pydantic also names the form that was tried there.

    Args:
        body: The body.
        path: The place as pydantic names it.
        absent: Whether its last part is missing from the body.
    """
    found: list[str | int] = []
    here: Any = body
    for number, part in enumerate(path, start=1):
        is_there = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        if is_there:
            here = here[part]
            found.append(part)
        elif absent and number == len(path):
            found.append(part)
    return found


def pointer(*path: str | int) -> str:
    """A JSON pointer (RFC 6901) as a fragment."""
    tokens = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join(f"/{token}" for token in tokens)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, INVALID_REQUEST)
    headers: Mapping[str, str] | None = error.headers
    if kind is NOT_FOUND:
        detail = f"There is nothing at {request.url.path}; /openapi.json lists the addresses."
    elif kind is METHOD_NOT_ALLOWED:
        allowed = ", ".join(_allowed_methods(request))
        detail = f"{request.url.path} does not take {request.method}; it takes {allowed}."
        headers = {"allow": allowed}
    else:
        detail = f"The body cannot be read as JSON: {error.detail}."
    return problem_response(request, ProblemError(kind, detail, headers=headers))


def _allowed_methods(request: Request) -> list[str]:
    """Methods of the routes at this address; fastapi keeps those of a router to itself."""
    routes: Iterable[BaseRoute] = (*request.app.router.routes, *request.app.state.routes)
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)


async def _on_hrqa(request: Request, error: Exception) -> Response:
    assert isinstance(error, HrqaError)
    return problem_response(request, hrqa_problem(error, method=request.method))


def hrqa_problem(
    error: HrqaError, *, method: str = "POST", within: tuple[str | int, ...] = ()
) -> ProblemError:
    """The failure for an error of hrqa; what is not the caller's is logged and not told.

    Args:
        error: The error.
        method: Of the request.
        within: Where in the body the query stands.
    """
    if isinstance(error, QueryError):
        fault = _query_fault(error, method, within)
        return ProblemError(INVALID_REQUEST, fault.detail, errors=[fault])
    _LOG.error("%s", error)
    if isinstance(error, IndexDamagedError):
        return ProblemError(INTERNAL, "The index is damaged; its operator must rebuild it.")
    return ProblemError(INTERNAL, "The request could not be answered.")


def _query_fault(error: QueryError, method: str, within: tuple[str | int, ...]) -> FaultOut:
    said = str(error)
    inside: tuple[str, ...] = ()
    if isinstance(error, UnknownDocumentError):
        shown = error.document_id[:_SHOWN]
        said = f"{error.field}: no document has the id {shown!r}; /v1/documents lists them"
        inside = ("filters",)
    if method == "GET":
        return FaultOut(detail=said, parameter=error.field)
    return FaultOut(detail=said, pointer=pointer(*within, *inside, error.field))


async def _on_any(request: Request, error: Exception) -> Response:
    _LOG.error("unexpected failure at %s", request.url.path, exc_info=error)
    return problem_response(request, ProblemError(INTERNAL, "The request could not be answered."))
