"""Nearest vectors by inner product, compared with what numpy counts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.errors import IndexDamagedError
from hrqa.vectors import Rows, VectorIndex, Vectors


def vectors(rows: list[list[float]]) -> Vectors:
    """Rows as the index takes them."""
    return np.array(rows, dtype=np.float32)


def test_search_takes_in_all_rows_that_tie_with_the_last() -> None:
    """Rows 1, 3 and 4 have .6; with two wanted all four come, equal ones by row."""
    index = VectorIndex.build(vectors([[0, 1], [0.6, 0.8], [1, 0], [0.6, -0.8], [0.6, 0.8]]))
    rows, scores = index.search(vectors([[1, 0]])[0], k=2)

    assert rows.tolist() == [2, 1, 3, 4]
    assert scores.tolist() == pytest.approx([1, 0.6, 0.6, 0.6])


def test_search_among_fewer_rows_than_wanted_gives_them_all_unpadded() -> None:
    """faiss fills up with -1, which must not reach the caller as a row."""
    index = VectorIndex.build(vectors([[1, 0], [0, 1], [0.6, 0.8]]))
    rows, scores = index.search(vectors([[1, 0]])[0], k=10, among=np.array([1, 2], dtype=np.int64))

    assert rows.tolist() == [2, 1]
    assert scores.tolist() == pytest.approx([0.6, 0])


@pytest.mark.parametrize(("k", "among"), [(0, None), (5, np.zeros(0, dtype=np.int64))])
def test_search_for_nothing_finds_nothing(k: int, among: Rows | None) -> None:
    """With no row wanted, or none to choose from, the answer is empty."""
    index = VectorIndex.build(vectors([[1, 0]]))
    rows, scores = index.search(vectors([[1, 0]])[0], k=k, among=among)

    assert rows.size == 0
    assert scores.size == 0


@given(
    st.lists(st.tuples(*[st.integers(-1, 1)] * 3), min_size=1, max_size=40),
    st.tuples(*[st.integers(-1, 1)] * 3),
    st.integers(1, 45),
    st.one_of(st.none(), st.sets(st.integers(0, 39))),
)
def test_search_finds_what_counting_finds(
    points: list[tuple[int, ...]], asked: tuple[int, ...], k: int, chosen: set[int] | None
) -> None:
    """Of whole numbers, full of ties, exactly those rows come that are at least the k-th best."""
    rows = range(len(points)) if chosen is None else sorted(set(range(len(points))) & chosen)
    products = {row: sum(a * b for a, b in zip(points[row], asked, strict=True)) for row in rows}
    best = sorted(products, key=lambda row: (-products[row], row))
    least = products[best[min(k, len(best)) - 1]] if best else 0
    among = None if chosen is None else np.array(list(rows), dtype=np.int64)
    index = VectorIndex.build(np.array(points, dtype=np.float32))
    found, scores = index.search(np.array(asked, dtype=np.float32), k=k, among=among)

    assert found.tolist() == [row for row in best if products[row] >= least]
    assert scores.tolist() == [products[row] for row in found.tolist()]


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    """Size, dimension, rows and answers come back from the file."""
    made = VectorIndex.build(vectors([[1, 0, 0], [0, 1, 0], [0, 0.6, 0.8]]))
    made.save(tmp_path / "index.faiss")
    opened = VectorIndex.open(tmp_path / "index.faiss")

    assert (len(opened), opened.dimension) == (3, 3)
    assert opened.rows(1, 3).tolist() == vectors([[0, 1, 0], [0, 0.6, 0.8]]).tolist()
    assert opened.rows(2, 2).shape == (0, 3)
    assert opened.search(vectors([[0, 1, 0]])[0], k=1)[0].tolist() == [1]


@pytest.mark.parametrize("content", [None, b"", b"no index", b"IxFI\x03\x00\x00\x00"])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: bytes | None) -> None:
    """An absent, empty, foreign or cut file is named, not faiss' own failure."""
    path = tmp_path / "index.faiss"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(IndexDamagedError, match=r"index\.faiss.*rebuild"):
        VectorIndex.open(path)


def test_a_truncated_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    """A file that lost its end does not open as a smaller index."""
    path = tmp_path / "index.faiss"
    VectorIndex.build(np.eye(50, dtype=np.float32)).save(path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(IndexDamagedError):
        VectorIndex.open(path)
