"""Failures in OpenAI's form, for the paths that speak its protocol."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel

from hrqa_api.schemas.problems import FaultOut

if TYPE_CHECKING:
    from hrqa_api.problems import Kind

PATH = "/v1/vector_stores"
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_BAD_REQUEST = 400


class OpenAIErrorBody(BaseModel):
    """What was wrong: `param` names the field, `code` is the name of hrqa's own problem type."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorOut(BaseModel):
    """A failure as OpenAI's clients read it."""

    error: OpenAIErrorBody


def speaks_openai(path: str) -> bool:
    """Whether a path is one of OpenAI's."""
    return path == PATH or path.startswith(f"{PATH}/")


def openai_error(
    kind: "Kind", detail: str, faults: Sequence[FaultOut]
) -> tuple[int, OpenAIErrorOut]:
    """The HTTP status and the body of a failure.

    A request that does not fit is 400 in OpenAI's interface, where hrqa's own says 422.
    """
    status = _BAD_REQUEST if kind.status == 422 else kind.status
    own = "server_error" if status >= 500 else "invalid_request_error"
    body = OpenAIErrorBody(
        message=detail,
        type=_TYPES.get(status, own),
        param=_param(faults[0]) if faults else None,
        code=kind.name.replace("-", "_"),
    )
    return status, OpenAIErrorOut(error=body)


def _param(fault: FaultOut) -> str | None:
    if fault.pointer is None:
        return fault.parameter or fault.header
    return fault.pointer.removeprefix("#").strip("/").replace("/", ".") or None
