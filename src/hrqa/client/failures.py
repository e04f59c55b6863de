"""What can go wrong between a caller and the service."""

from collections.abc import Sequence

from hrqa.errors import HrqaError
from hrqa_api.schemas.problems import FaultOut, ProblemOut

_KINDS = "/problems/"


class ServiceError(HrqaError):
    """The service answered with a problem.

    Attributes:
        type: Name of the problem type, such as ``not-found``; callers decide by it.
        status: The HTTP status.
        detail: What was wrong, and what to do.
        faults: What in the request does not fit, with its place; empty for other types.
        request_id: By which the service's log names the request; None if it was not told.
        retry_after: Seconds after which to ask again; None if that was not told.
    """

    def __init__(
        self,
        detail: str,
        *,
        type: str,
        status: int,
        faults: Sequence[FaultOut] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.type, self.status, self.detail = type, status, detail
        self.faults, self.request_id, self.retry_after = tuple(faults), request_id, retry_after


def service_error(problem: ProblemOut, *, retry_after: float | None = None) -> ServiceError:
    """The failure that a problem describes."""
    return ServiceError(
        problem.detail,
        type=problem.type.removeprefix(_KINDS),
        status=problem.status,
        faults=problem.errors or (),
        request_id=problem.request_id,
        retry_after=retry_after,
    )


def gone_from_under(error: ServiceError) -> ServiceError:
    """The failure of a list that changed while it was read, put in the words of its reader."""
    return ServiceError(
        "the index was rebuilt while this list was being read; read it again from its beginning",
        type=error.type,
        status=error.status,
        request_id=error.request_id,
    )


class UnreachableError(HrqaError):
    """The service cannot be reached, is too slow, or was cut off.

    Attributes:
        address: The address that was asked.
        reason: What went wrong.
    """

    def __init__(self, address: str, reason: str, *, remedy: str) -> None:
        super().__init__(f"{address}: {reason}; {remedy}")
        self.address, self.reason = address, reason


class ForeignAnswerError(HrqaError):
    """What answered is not hrqa, or an hrqa that this client does not understand.

    Attributes:
        address: The address that was asked.
        found: What came back.
    """

    def __init__(self, address: str, found: str) -> None:
        super().__init__(
            f"{address}: this is not how hrqa answers: {found}; "
            "check that hrqa is served at this address and is as new as this client"
        )
        self.address, self.found = address, found
