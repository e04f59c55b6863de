"""Nearest vectors by inner product; the only door to faiss."""

import struct
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from hrqa.errors import IndexDamagedError

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_FLAT_HEADER = struct.Struct("<4siqqqBiQ")
"""Kind, dimension, vectors, two unused numbers, trained, metric, count of numbers."""

_FLAT_KINDS = (b"IxFI", b"IxF2")


class VectorIndex:
    """Unit vectors, searched exactly by inner product."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """Index vectors by their row.

        Args:
            vectors: float32 of shape ``(n, dimension)``, rows of unit length.
        """
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """Open a saved index.

        Raises:
            IndexDamagedError: The file is no faiss index.
        """
        _check_size(path)
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_READ_ONLY))
        except RuntimeError as error:
            raise IndexDamagedError(path, "the file is not a readable faiss index") from error

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def rows(self, begin: int, end: int) -> Vectors:
        """The vectors of rows ``begin`` to ``end``, shape ``(end - begin, dimension)``."""
        if end <= begin:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Vectors = self._index.reconstruct_n(begin, end - begin)
        return found

    def search(self, vector: Vectors, *, k: int, among: Rows | None = None) -> tuple[Rows, Vectors]:
        """Find the rows most like a vector.

        faiss pads short answers with -1 and leaves the order of equal scores open; here
        padding is dropped, equal scores stand by ascending row, and no row that ties with the
        last one is left out, so that the answer may be longer than ``k``.

        Args:
            vector: float32 of shape ``(dimension,)``.
            k: Number of rows wanted.
            among: Only these rows; None for all.

        Returns:
            Rows and their inner products, highest first.
        """
        available = len(self) if among is None else len(among)
        if available == 0 or k < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        parameters = None
        if among is not None:
            selected = faiss.IDSelectorBatch(np.ascontiguousarray(among, dtype=np.int64))
            parameters = faiss.SearchParameters()
            parameters.sel = selected
        wanted = min(k + 1, available)
        while True:
            scores, rows = self._index.search(vector[None, :], wanted, params=parameters)
            found = rows[0] >= 0
            rows_found, scores_found = rows[0][found], scores[0][found]
            tie_may_go_on = len(scores_found) > k and scores_found[-1] == scores_found[k - 1]
            if not tie_may_go_on or wanted == available:
                break
            wanted = min(2 * wanted, available)
        order = np.lexsort((rows_found, -scores_found))
        rows_found, scores_found = rows_found[order], scores_found[order]
        if len(scores_found) > k:
            keep = scores_found >= scores_found[k - 1]
            rows_found, scores_found = rows_found[keep], scores_found[keep]
        return rows_found, scores_found


def _check_size(path: Path) -> None:
    """Refuse a flat index whose header claims more numbers than the file holds.

    faiss would set aside the memory for them first.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_FLAT_HEADER.size)
    except OSError as error:
        raise IndexDamagedError(path, "the file cannot be opened") from error
    if len(header) < _FLAT_HEADER.size:
        raise IndexDamagedError(path, "the file is too short for a faiss index")
    kind, *_, count = _FLAT_HEADER.unpack(header)
    if kind in _FLAT_KINDS and _FLAT_HEADER.size + 4 * count != path.stat().st_size:
        raise IndexDamagedError(path, f"the file does not hold the {count} numbers it claims")
