"""The items of pages put aside, so that a long document is not in memory as a whole."""

import pickle
import tempfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from hrqa.readers.layout import Item

_IN_MEMORY = 32_000_000


class PageSpool:
    """Keeps the items of pages packed, in memory while they are few, else in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._sizes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, items: list[Item]) -> None:
        """Put the items of the next page aside."""
        packed = zlib.compress(pickle.dumps(items, protocol=5), level=1)
        self._file.write(packed)
        self._sizes.append(len(packed))

    def __iter__(self) -> Iterator[list[Item]]:
        self._file.seek(0)
        for size in self._sizes:
            yield pickle.loads(zlib.decompress(self._file.read(size)))
