"""How the failures and headers of a path are described in OpenAPI."""

from typing import Any

from hrqa_api import problems
from hrqa_api.openai_errors import OpenAIErrorOut
from hrqa_api.problems import (
    FORBIDDEN,
    INTERNAL,
    INVALID_REQUEST,
    NOT_READY,
    OVERLOADED,
    RATE_LIMITED,
    UNAUTHORIZED,
    Kind,
)

Responses = dict[int | str, dict[str, Any]]

_ALWAYS = (UNAUTHORIZED, FORBIDDEN, INVALID_REQUEST, RATE_LIMITED, INTERNAL, NOT_READY)
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_ETAG = {
    "ETag": {
        "description": "Stays the same until the index changes; send it back in `If-None-Match`.",
        "schema": {"type": "string"},
    }
}
NOT_MODIFIED: Responses = {
    304: {"description": "Unchanged since the answer with this `ETag`.", "headers": _ETAG}
}
TAGGED: Responses = {200: {"headers": _ETAG}}


def failures(*kinds: Kind) -> Responses:
    """The failures of a path: those that every path may answer with, and its own."""
    return _described((*_ALWAYS, *kinds), _problem_content)


def open_failures(*kinds: Kind) -> Responses:
    """The failures of a path that needs no key and counts for no limit."""
    return _described((FORBIDDEN, INVALID_REQUEST, INTERNAL, *kinds), _problem_content)


def search_failures(*kinds: Kind) -> Responses:
    """The failures of a path that searches."""
    return failures(OVERLOADED, *kinds)


def openai_failures(*kinds: Kind) -> Responses:
    """The failures of a path that speaks OpenAI's protocol."""
    described = _described((*_ALWAYS, OVERLOADED, *kinds), _openai_content)
    described[400] = {**described.pop(422), "description": INVALID_REQUEST.title}
    return described


def _described(kinds: tuple[Kind, ...], content: Any) -> Responses:
    found: Responses = {}
    for kind in kinds:
        before = found.get(kind.status)
        title = f"{before['description']}; {kind.title.lower()}" if before else kind.title
        found[kind.status] = {"description": title, **content(kind)}
        if kind.status in (429, 503):
            found[kind.status]["headers"] = _RETRY_AFTER
        if kind.status == 401:
            found[kind.status]["headers"] = {
                "WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer`"}
            }
    return found


def _problem_content(kind: Kind) -> dict[str, Any]:
    example = {
        "type": f"/problems/{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": "What was wrong, and what to do.",
        "instance": "/v1/…",
    }
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    return {"content": {problems.MEDIA_TYPE: {"schema": schema, "example": example}}}


def _openai_content(_: Kind) -> dict[str, Any]:
    return {"model": OpenAIErrorOut}
