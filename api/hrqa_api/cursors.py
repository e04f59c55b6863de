"""Cursors: where a list goes on, bound to the index and the list that it began with."""

import base64
import binascii
import json

from hrqa_api.problems import GONE, ProblemError, parameter_problem

_MOST = 10**12


def make_cursor(index_id: str, of: str, position: int) -> str:
    """A cursor for a position in a list of an index.

    Args:
        index_id: The index.
        of: Names the list, with what was asked of it.
        position: How many entries come before.
    """
    text = json.dumps([index_id, of, position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def read_cursor(cursor: str | None, index_id: str, of: str) -> int:
    """The position that a cursor stands for; 0 without one.

    Raises:
        ProblemError: It is no cursor of hrqa or of another list (422), or of an earlier index
            (410).
    """
    if cursor is None:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, made_of, position = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(made_for, str) or type(position) is not int or not 0 <= position < _MOST:
            raise ValueError
    except (ValueError, TypeError, UnicodeError, RecursionError, binascii.Error):
        said = "not a cursor that hrqa gave; begin without one"
        raise parameter_problem("cursor", said) from None
    if made_of != of:
        raise parameter_problem("cursor", "given for another list; begin without one")
    if made_for != index_id:
        raise ProblemError(GONE, "The index was rebuilt since this cursor was given; begin anew.")
    return position
