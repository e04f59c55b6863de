"""How much processor time a running process has had its children take."""

import os
from contextlib import suppress
from pathlib import Path

_ENDED_CHILDREN, _OWN = 13, 11
"""Where in ``/proc/PROCESS/stat``, behind the name, user and system time begin."""


def children_seconds(process: int) -> float:
    """Processor time of a process's children, ended and running, in seconds.

    Returns:
        0 where the system does not say it, as systems other than Linux.
    """
    ticks = _ticks(process, _ENDED_CHILDREN)
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        ticks += sum(_ticks(int(child), _OWN) for child in children.split())
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int, field: int) -> int:
    with suppress(OSError):
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
        user, system = stat.rpartition(")")[2].split()[field : field + 2]
        return int(user) + int(system)
    return 0
