"""Vectors brought to length one."""

import numpy as np
import numpy.typing as npt

_SHORTEST = 1e-12


def of_unit_length(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Bring vectors to length one, or leave zeros as they are.

    Args:
        vectors: float32 of shape ``(dimension,)`` or ``(n, dimension)``.
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: npt.NDArray[np.float32] = (vectors / np.maximum(lengths, _SHORTEST)).astype(np.float32)
    return scaled
