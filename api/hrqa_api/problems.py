"""The kinds of failure, and the answer for one: ``application/problem+json`` (RFC 9457).

Paths that speak OpenAI's protocol answer in its form instead, and those of the web page to a
browser with a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from hrqa_api import openai_errors
from hrqa_api.schemas.problems import FaultOut, ProblemOut
from hrqa_api.web.error_page import error_page, wants_page

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type: its name, HTTP status and title, which never change."""

    name: str
    status: int
    title: str


MALFORMED_JSON = Kind("malformed-json", 400, "The body is not valid JSON")
UNAUTHORIZED = Kind("unauthorized", 401, "A key is needed")
FORBIDDEN = Kind("forbidden", 403, "This is not allowed")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "The address does not take this method")
DOCUMENT_CHANGED = Kind("document-changed", 409, "The file is gone or has changed")
GONE = Kind("gone", 410, "The cursor belongs to an earlier index")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
INVALID_REQUEST = Kind("invalid-request", 422, "The request does not fit")
RATE_LIMITED = Kind("rate-limited", 429, "Too many requests in a short time")
INTERNAL = Kind("internal", 500, "Something in hrqa failed")
NOT_READY = Kind("not-ready", 503, "The service cannot answer yet")
OVERLOADED = Kind("overloaded", 503, "Too many searches are waiting")
KINDS = (
    *(MALFORMED_JSON, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED, DOCUMENT_CHANGED),
    *(GONE, TOO_LARGE, INVALID_REQUEST, RATE_LIMITED, INTERNAL, NOT_READY, OVERLOADED),
)


class ProblemError(Exception):
    """A failure that a route answers with."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FaultOut] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors, self.headers = kind, detail, errors, headers


def parameter_problem(parameter: str, detail: str) -> ProblemError:
    """The failure of a request with a parameter that does not fit."""
    detail = f"{parameter}: {detail}"
    fault = FaultOut(detail=detail, parameter=parameter)
    return ProblemError(INVALID_REQUEST, detail, errors=[fault])


def header_problem(header: str, detail: str) -> ProblemError:
    """The failure of a request with a header that does not fit."""
    detail = f"{header}: {detail}"
    fault = FaultOut(detail=detail, header=header)
    return ProblemError(INVALID_REQUEST, detail, errors=[fault])


def problem_out(request: Request, error: ProblemError) -> ProblemOut:
    """The description of a failure."""
    return ProblemOut(
        type=f"/problems/{error.kind.name}",
        title=error.kind.title,
        status=error.kind.status,
        detail=error.detail,
        instance=request.url.path,
        errors=list(error.errors) or None,
        request_id=getattr(request.state, "request_id", None),
    )


def problem_response(request: Request, error: ProblemError) -> Response:
    """The answer for a failure."""
    request.state.problem = error.kind.name
    headers = dict(error.headers or {})
    if openai_errors.speaks_openai(request.url.path):
        status, openai_body = openai_errors.openai_error(error.kind, error.detail, error.errors)
        return JSONResponse(openai_body.model_dump(), status_code=status, headers=headers)
    if wants_page(request):
        return error_page(request, error.kind.name, error.kind.status, headers)
    return JSONResponse(
        problem_out(request, error).model_dump(),
        status_code=error.kind.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )
