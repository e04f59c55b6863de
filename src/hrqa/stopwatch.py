"""How long do the stages of an answer take?"""

import time

from hrqa.queries import StageTime


class Stopwatch:
    """Measures stages that follow each other."""

    def __init__(self) -> None:
        """Begin with the first stage."""
        self._laps: list[StageTime] = []
        self._began = time.perf_counter()

    def end(self, stage: str) -> None:
        """End a stage and begin the next."""
        now = time.perf_counter()
        self._laps.append(StageTime(stage, 1000 * (now - self._began)))
        self._began = now

    @property
    def stages(self) -> tuple[StageTime, ...]:
        """The stages that have ended, in their order."""
        return tuple(self._laps)
