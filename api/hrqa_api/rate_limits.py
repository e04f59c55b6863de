"""How much did a caller ask for in the last minute?

The header fields are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and
``RateLimit``, as structured fields.
"""

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrqa_api.access import Caller, needed_scopes
from hrqa_api.problems import ProblemError, problem_response
from hrqa_api.rate_limiter import WINDOW_SECONDS, RateLimiter, rate_limited


class RateLimits:
    """Answers 429 to callers that have nothing left, and tells the others how much they have."""

    def __init__(self, app: ASGIApp, *, limiter: RateLimiter) -> None:
        self.app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request, and pass it on if its caller may make it."""
        if scope["type"] != "http" or needed_scopes(scope["path"]) is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        caller: Caller = request.state.caller
        charge = Charge(self._limiter, caller.name)
        request.state.charge = charge

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                left, seconds = self._limiter.state(caller.name)
                headers = MutableHeaders(scope=message)
                headers["ratelimit-policy"] = (
                    f'"default";q={self._limiter.quota};w={WINDOW_SECONDS}'
                )
                headers["ratelimit"] = f'"default";r={left};t={seconds}'
            await send(message)

        try:
            charge.add(1)
        except ProblemError as error:
            await problem_response(request, error)(scope, receive, send_with_limits)
            return
        await self.app(scope, receive, send_with_limits)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a request costs its caller."""

    limiter: RateLimiter
    caller: str

    def add(self, cost: int) -> None:
        """Count so many requests more.

        Raises:
            ProblemError: The caller has fewer left.
        """
        if not self.limiter.take(self.caller, cost):
            raise rate_limited(self.limiter, self.caller, cost)
