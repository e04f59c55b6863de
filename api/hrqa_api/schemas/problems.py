"""Failures as callers get them (RFC 9457)."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, Field


def _is_none(value: object) -> bool:
    return value is None


T = TypeVar("T")
IfAny = Annotated[T | None, Field(exclude_if=_is_none)]
"""A field that is left out where it has no value."""


class FaultOut(BaseModel):
    """One thing that does not fit, with its place: one of `pointer`, `parameter`, `header`."""

    detail: str
    pointer: Annotated[
        IfAny[str], Field(description="JSON pointer into the body", examples=["#/limit"])
    ] = None
    parameter: IfAny[str] = None
    header: IfAny[str] = None


class ProblemOut(BaseModel):
    """A failure; callers decide by `type` and need not read `detail`."""

    type: Annotated[str, Field(examples=["/problems/not-found"])]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="the path that was asked for")]
    errors: IfAny[list[FaultOut]] = None
    request_id: IfAny[str] = None


class KindOut(BaseModel):
    """A problem type."""

    type: str
    title: str
    status: int
