"""What a process that opens documents gives up, so that a hostile file can do little in it."""

import os
import resource
import sys
import threading
import time
from typing import Any

_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"})
_PARENT_POLL_SECONDS = 1.0


def end_with(parent: int) -> None:
    """End this process soon after the one that started it, however that ends."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PARENT_POLL_SECONDS)
    os._exit(1)


def limit_memory(most: int) -> None:
    """Let this process hold no more memory than so many bytes, where the system can see to it."""
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, highest = resource.getrlimit(kind)
    if highest != resource.RLIM_INFINITY:
        most = min(most, highest)
    try:
        resource.setrlimit(kind, (most, highest))
    except (OSError, ValueError):
        return  # a system that cannot limit memory limits time all the same


def refuse_network() -> None:
    """Let Python code of this process reach no network from now on."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError("a process that opens documents may not use the network")
