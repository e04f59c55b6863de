"""PDFium's functions in the form that costs least to call.

Addresses are plain integers and the interpreter's lock stays held: PDFium is not made for
several threads, and a call takes less time than giving the lock away.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as raw

Pointer = ctypes.c_void_p
Int = ctypes.c_int
Double = ctypes.c_double


def function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of PDFium by its name, with the types of its result and arguments."""
    at = ctypes.cast(getattr(raw, name), Pointer).value
    bound: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)(at or 0)
    return bound


def address(pointer: Any) -> int:
    """Where a pointer of pypdfium2 points to; 0 for nowhere."""
    return ctypes.cast(pointer, Pointer).value or 0
