"""A bound on the size of request bodies."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrqa_api.problems import TOO_LARGE, problem_response

MAX_BODY_BYTES = 1024 * 1024


class BodyLimit:
    """Answers 413 to a body of more than one mebibyte, declared or sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request whose body is small enough."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                detail = f"The body has more than {MAX_BODY_BYTES} bytes."
                response = problem_response(Request(scope), TOO_LARGE, detail)
                await response(scope, receive, send)
                return
            chunks.append(chunk)
            more = message.get("more_body", False)
        body = b"".join(chunks)
        handed_on = False

        async def replay() -> Message:
            nonlocal handed_on
            if handed_on:
                return await receive()
            handed_on = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)
