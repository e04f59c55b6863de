"""How much has a caller left?"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from hrqa_api.problems import RATE_LIMITED, ProblemError

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


def rate_limited(limiter: RateLimiter, caller: str, cost: int = 1) -> ProblemError:
    """The failure of a caller who has less left than a request costs."""
    left, seconds = limiter.state(caller)
    return ProblemError(
        RATE_LIMITED,
        f"This counts as {cost} of the {limiter.quota} requests that are allowed in "
        f"{WINDOW_SECONDS} seconds, and {left} are left; there are more in {seconds} seconds.",
        headers={"retry-after": str(seconds)},
    )
