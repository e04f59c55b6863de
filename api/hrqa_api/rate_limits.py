"""How much did a caller ask for in the last minute?

The header fields are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and
``RateLimit``, as structured fields.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrqa_api.access import Caller, needed_scopes
from hrqa_api.problems import RATE_LIMITED, ProblemError, problem_response

WINDOW_SECONDS = 60
_MOST_CALLERS = 100_000


@dataclass(slots=True)
class _Window:
    """What a caller has left until a time, in seconds of the clock."""

    left: int
    until: float


class RateLimiter:
    """Counts what callers ask for, in windows that begin with their first request.

    Windows that have ended are forgotten, and the oldest of too many: callers without a key
    cannot fill the memory by taking many addresses.
    """

    def __init__(self, quota: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Make a limiter.

        Args:
            quota: Requests that a caller may make in a window.
            clock: Gives the time in seconds.
        """
        self.quota = quota
        self._clock = clock
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def take(self, caller: str, cost: int = 1) -> bool:
        """Take requests off what a caller has left; False, and nothing taken, if it is too few."""
        window = self._window(caller)
        if window.left < cost:
            return False
        window.left -= cost
        return True

    def state(self, caller: str) -> tuple[int, int]:
        """What a caller has left, and for how many seconds."""
        window = self._window(caller)
        seconds = math.ceil(window.until - self._clock())
        return window.left, min(WINDOW_SECONDS, max(1, seconds))

    def _window(self, caller: str) -> _Window:
        now = self._clock()
        while self._windows:
            oldest = next(iter(self._windows.values()))
            if oldest.until > now and len(self._windows) <= _MOST_CALLERS:
                break
            self._windows.popitem(last=False)
        if caller not in self._windows:
            self._windows[caller] = _Window(self.quota, now + WINDOW_SECONDS)
        return self._windows[caller]


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
        if self.limiter.take(self.caller, cost):
            return
        left, seconds = self.limiter.state(self.caller)
        raise ProblemError(
            RATE_LIMITED,
            f"This counts as {cost} of the {self.limiter.quota} requests that are allowed in "
            f"{WINDOW_SECONDS} seconds, and {left} are left; there are more in {seconds} seconds.",
            headers={"retry-after": str(seconds)},
        )
