"""A failure told to a reader in the middle of the page, and not to a program."""

from collections.abc import Mapping

from fastapi import Request, Response

from hrqa_api.web.preferences import switch, switched_to
from hrqa_api.web.rendering import page_response, words_of

_PAGES = ("/library", "/basket")
_FILTERS = ("document_ids", "languages")


def wants_page(request: Request) -> bool:
    """Whether a failure of this request is told on a page: it is for one, and asks for HTML."""
    path = request.url.path
    is_page = path == "/" or any(path == top or path.startswith(f"{top}/") for top in _PAGES)
    return is_page and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, name: str, status: int, headers: Mapping[str, str]) -> Response:
    """The page for a failure.

    Args:
        request: The request.
        name: Of the problem type.
        status: HTTP status.
        headers: Further headers, such as when to try again.
    """
    switched = switched_to(request)
    if switched is not None:
        return switch(request, switched)
    words = words_of(request)
    view = {
        "title": words.say(f"error.{name}.title"),
        "advice": words.say(f"error.{name}.advice"),
        "again": name in ("not-ready", "overloaded", "rate-limited", "internal"),
        "seconds": headers.get("retry-after") if name == "not-ready" else None,
        "here": f"?{request.url.query}" if request.url.query else "",
        "filters": [
            (filter_, value)
            for filter_ in _FILTERS
            for value in request.query_params.getlist(filter_)
        ],
        "request_id": getattr(request.state, "request_id", ""),
    }
    query = request.query_params.get("query") or request.query_params.get("q") or ""
    return page_response(request, "error.html", view, query=query, status=status, headers=headers)
