"""How far the work is, on standard error; the only door to tqdm."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Progress:
    """Shows messages and bars, or nothing when ``quiet``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def say(self, message: str) -> None:
        """Show a line."""
        if not self._quiet:
            print(message, file=sys.stderr, flush=True)

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
        """Show a bar with rate and time left while a stage goes on.

        Args:
            name: What is done.
            total: How many things there are to do.
            unit: What one of them is called.

        Yields:
            A function that is told how many more are done.
        """
        with tqdm(
            total=total, desc=name, unit=f" {unit}s", disable=self._quiet, file=sys.stderr
        ) as bar:

            def step(done: int) -> None:
                bar.update(done)

            yield step
