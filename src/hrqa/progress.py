"""How far the work is, on standard error; the only door to tqdm.

In a terminal a bar is drawn again and again; elsewhere, as in a log, a plain line is written now
and then.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tqdm import tqdm

from hrqa.phrases import counted

_LINE_SECONDS = 10.0
"""No plain line comes sooner after the one before."""
_LONGEST_SILENCE_SECONDS = 60.0
_TENTHS = 10
_BAR = "{desc}: {percentage:3.0f}%|{bar:20}|"
_FEWEST_SECONDS_FOR_A_RATE = 1.0


class Progress:
    """Shows messages and bars, or nothing when ``quiet``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def say(self, message: str) -> None:
        """Show a line."""
        if not self._quiet:
            tqdm.write(message, file=sys.stderr)
            sys.stderr.flush()

    @contextmanager
    def stage(
        self, name: str, total: int, unit: str, *, weight: int | None = None
    ) -> Iterator["Stage"]:
        """Show how far a stage is, with rate and time left, while it goes on.

        Args:
            name: What is done.
            total: How many things there are to do.
            unit: What one of them is called.
            weight: How much work they are together, where they differ; by it the share that is
                done and the time left are told.

        Yields:
            What is told how many more are done.
        """
        stage = Stage(name, total, unit, weight)
        if self._quiet:
            yield stage
        elif sys.stderr.isatty():
            with tqdm(
                total=stage.weight,
                desc=name,
                dynamic_ncols=True,
                file=sys.stderr,
                bar_format=_BAR,
            ) as bar:
                stage.show = lambda: _draw(bar, stage)
                stage.show()
                yield stage
                _draw(bar, stage)
                bar.refresh()
        else:
            lines = _Lines(stage)
            stage.show = lines.now_and_then
            try:
                yield stage
            finally:
                lines.write()


class Stage:
    """A stage of the work, and how far it is.

    Attributes:
        name: What is done.
        weight: How much work there is.
        done_weight: How much of it is done.
        show: Called after every step.
    """

    def __init__(self, name: str, total: int, unit: str, weight: int | None) -> None:
        self.name = name
        self.weight = total if weight is None else weight
        self.done_weight = 0
        self.show: Callable[[], None] = lambda: None
        self._total, self._unit = total, unit
        self._done = 0
        self._found: dict[str, int] = {}
        self._began = time.monotonic()

    def __call__(
        self, done: int, *, weight: int | None = None, found: Mapping[str, int] | None = None
    ) -> None:
        """Take note that more is done.

        Args:
            done: How many more things are done; 0 to show the time.
            weight: How much work they were; the same number without it.
            found: What was found in them: how many, by what one of each is called.
        """
        self._done += done
        self.done_weight += done if weight is None else weight
        for unit, number in (found or {}).items():
            self._found[unit] = self._found.get(unit, 0) + number
        self.show()

    def __str__(self) -> str:
        """How far it is, such as ``4 of 10 documents, 812 pages, 83 pages/s, 0:15 left``."""
        elapsed = time.monotonic() - self._began
        parts = [f"{self._done:,} of {counted(self._total, self._unit)}"]
        parts += [counted(number, unit) for unit, number in self._found.items()]
        unit, number = next(iter(self._found.items()), (self._unit, self._done))
        if number and elapsed >= _FEWEST_SECONDS_FOR_A_RATE:
            rate = number / elapsed
            parts.append(f"{rate:,.0f} {unit}s/s" if rate >= 10 else f"{rate:.1f} {unit}s/s")
        if 0 < self.done_weight < self.weight:
            left = elapsed * (self.weight - self.done_weight) / self.done_weight
            parts.append(f"{tqdm.format_interval(left)} left")
        elif self._done == self._total:
            parts.append(f"took {tqdm.format_interval(elapsed)}")
        return ", ".join(parts)


class _Lines:
    """Writes how far a stage is as plain lines."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last = time.monotonic()
        self._tenth = 0

    def now_and_then(self) -> None:
        """Write a line when a further tenth is done, or after a long time."""
        silent = time.monotonic() - self._last
        tenth = _TENTHS * self._stage.done_weight // max(1, self._stage.weight)
        further = tenth > self._tenth and silent >= _LINE_SECONDS
        unfinished = self._stage.done_weight < self._stage.weight
        if unfinished and (further or silent >= _LONGEST_SILENCE_SECONDS):
            self._tenth = tenth
            self.write()

    def write(self) -> None:
        """Write a line."""
        self._last = time.monotonic()
        share = 100 * self._stage.done_weight // max(1, self._stage.weight)
        print(f"{self._stage.name}: {share}%, {self._stage}", file=sys.stderr, flush=True)


def _draw(bar: "tqdm[None]", stage: Stage) -> None:
    """Bring a bar up to a stage; tqdm itself draws no more often than ten times a second."""
    bar.bar_format = f"{_BAR} {stage}"
    bar.update(stage.done_weight - bar.n)
