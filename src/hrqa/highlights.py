"""The sentences, or rows of a table, of a passage that answer a question."""

import numpy as np
import numpy.typing as npt

from hrqa.store.index import OpenIndex

_MARGIN = 0.02
_MOST = 2
_SHARE = 1 / 3

Vector = npt.NDArray[np.float32]
Spans = tuple[tuple[int, int], ...]


def answering_sentences(
    index: OpenIndex, begin: int, end: int, vector: Vector, *, length: int
) -> Spans:
    """Mark what answers best in a passage.

    The sentence most like the question, whatever its language, and the next if it is nearly as
    like and both together are no more than a third of the passage.

    Args:
        index: The index.
        begin: Row of the passage's first sentence.
        end: One past the row of its last.
        vector: The question's vector, shape ``(dimension,)``.
        length: The passage's length, in characters.

    Returns:
        Half-open offsets into the passage's text, in its order.
    """
    if begin == end:
        return ()
    scores = index.sentence_vectors.rows(begin, end) @ vector
    places = index.sentence_places[begin:end, 1:].tolist()
    order = np.argsort(-scores, kind="stable")[:_MOST]
    marked = [places[order[0]]]
    for row in order[1:]:
        together = sum(last - first for first, last in [*marked, places[row]])
        if scores[row] >= scores[order[0]] - _MARGIN and together <= _SHARE * length:
            marked.append(places[row])
    return tuple((first, last) for first, last in sorted(marked))
