"""Cursors: where a list goes on, bound to the index that it began with."""

import base64
import binascii
import json

from hrqa_api.problems import GONE, ProblemError, parameter_problem


def make_cursor(index_id: str, position: int) -> str:
    """A cursor for a position in a list of an index."""
    text = json.dumps([index_id, position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def read_cursor(cursor: str | None, index_id: str) -> int:
    """The position that a cursor stands for; 0 without one.

    Raises:
        ProblemError: It is no cursor of hrqa (422), or of an earlier index (410).
    """
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, position = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(position, int) or position < 0:
            raise ValueError
    except (ValueError, TypeError, UnicodeError, RecursionError, binascii.Error):
        raise parameter_problem(
            "cursor", "not a cursor that hrqa gave; begin without one"
        ) from None
    if made_for != index_id:
        raise ProblemError(GONE, "The index was rebuilt since this cursor was given; begin anew.")
    return position
