"""Is the body small enough, and does it end?"""

import asyncio
import time

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrqa_api.problems import (
    MALFORMED_JSON,
    TOO_LARGE,
    ProblemError,
    header_problem,
    problem_response,
)

_THROWN_AWAY = 8


class BodyLimit:
    """Takes in a body whole before it is passed on; answers 413 to one that is too large.

    A body that does not end in time is answered with 400, one that is compressed with 422: what it
    unpacks to could be of any size.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, seconds: float) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose body is small enough."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            body = await self._body(request, receive)
        except ProblemError as error:
            await problem_response(request, error)(scope, receive, send)
            return
        if body is None:
            return
        handed_on = False

        async def replay() -> Message:
            nonlocal handed_on
            if handed_on:
                return await receive()
            handed_on = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    async def _body(self, request: Request, receive: Receive) -> bytes | None:
        """The whole body; None if its sender went away.

        Raises:
            ProblemError: It is too large, compressed, or does not end.
        """
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise header_problem("content-encoding", "send the body as it is, uncompressed")
        declared = request.headers.get("content-length", "")
        if len(declared) > 18 or int(declared or 0) > _THROWN_AWAY * self._most_bytes:
            raise self._too_large(closing=True)
        deadline = time.monotonic() + self._seconds
        chunks: list[bytes] = []
        received, more = 0, True
        # A body that is too large is read on for a while and thrown away: a caller that is still
        # sending would not see the answer.
        while more and received <= _THROWN_AWAY * self._most_bytes:
            try:
                left = max(0.001, deadline - time.monotonic())
                message = await asyncio.wait_for(receive(), left)
            except TimeoutError as error:
                raise self._too_slow() from error
            if message["type"] != "http.request":
                return None
            chunk: bytes = message.get("body", b"")
            received += len(chunk)
            if received <= self._most_bytes:
                chunks.append(chunk)
            else:
                chunks.clear()
            more = message.get("more_body", False)
        if received > self._most_bytes:
            raise self._too_large(closing=more)
        return b"".join(chunks)

    def _too_large(self, *, closing: bool) -> ProblemError:
        return ProblemError(
            TOO_LARGE,
            f"The body has more than {self._most_bytes} bytes.",
            headers={"connection": "close"} if closing else None,
        )

    def _too_slow(self) -> ProblemError:
        return ProblemError(
            MALFORMED_JSON,
            f"The body did not end within {self._seconds:g} seconds.",
            headers={"connection": "close"},
        )
