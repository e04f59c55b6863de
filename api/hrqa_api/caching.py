"""Has an answer changed since the caller got it?

The same index and settings give the same answer, so that a tag can be made of these and of the
address, and an answer that has not changed need not be made again. Tags are weak: `took_ms` and
`request_id` differ each time.
"""

import hashlib
from collections.abc import Mapping

from fastapi import Depends, Request, Response

from hrqa_api.borrowing import ServingDep

_TAG_HEADERS = ("etag", "cache-control", "vary")
_VARY = "Authorization, Accept, Accept-Language"


class NotModifiedError(Exception):
    """The caller has the answer already."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


def unchanged(request: Request, response: Response, serving: ServingDep) -> None:
    """Tag an answer that changes with the index alone, and spare the caller one that it has.

    Raises:
        NotModifiedError: The caller has it.
    """
    meta = serving.index.meta
    parts = (
        request.app.state.fingerprint,
        meta.id,
        meta.built_at,
        request.url.path,
        request.url.query,
        request.headers.get("accept", ""),
        request.headers.get("accept-language", ""),
    )
    tag = f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'
    own = "private" if "authorization" in request.headers else "public"
    headers = {"etag": tag, "cache-control": f"{own}, no-cache", "vary": _VARY}
    if is_listed(tag, request.headers.get("if-none-match", "")):
        raise NotModifiedError(headers)
    response.headers.update(headers)


def tag_headers(tagged: Response) -> dict[str, str]:
    """What ``unchanged`` has put on an answer, for a route that makes its own."""
    return {name: tagged.headers[name] for name in _TAG_HEADERS}


def is_listed(tag: str, listed: str) -> bool:
    """Whether a tag is among those of ``If-None-Match``, compared weakly (RFC 9110, 13.1.2)."""
    bare = tag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") in (bare, "*") for part in listed.split(","))


async def on_not_modified(_: Request, error: Exception) -> Response:
    """The answer to a caller that has the answer already."""
    assert isinstance(error, NotModifiedError)
    return Response(status_code=304, headers=dict(error.headers))


Unchanged = Depends(unchanged)
