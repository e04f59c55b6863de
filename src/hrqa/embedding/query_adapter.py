"""Vietnamese questions encoded by a copy of the default model that was taught more Vietnamese.

Passages and English questions keep the default model's vectors, so that an index serves with the
adapter and without. ``training/query_adapter.py`` makes the adapter.
"""

import copy
import functools
import warnings
from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hrqa.embedding.encoder import EncodedText, Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

_ADAPTER = "query_adapter"
_CENTRES = "query_centres.npy"


class AdaptedQueries:
    """The encoder of questions that goes with the default model.

    Attributes:
        centres: Mean vectors of everyday questions, as ``query_centres`` gives them for a model.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Make the copy; it shares the default model's vocabulary, the most of its memory.

        Args:
            encoder: The default model.
        """
        self._encoder = encoder.over(_adapted(encoder.transformer))
        with as_file(files("hrqa.embedding").joinpath(_ADAPTER, _CENTRES)) as path:
            self.centres: Vectors = np.load(path)

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedText]:
        """Encode several questions together, each with its tokens."""
        return self._encoder.encode_questions(texts)


@functools.lru_cache(maxsize=1)
def _adapted(transformer: "SentenceTransformer") -> "SentenceTransformer":
    from peft import PeftModel

    original: Any = transformer[0]
    words = original.auto_model.embeddings
    adapted: SentenceTransformer = copy.deepcopy(transformer, {id(words): words})
    layers: Any = adapted[0]
    with (
        as_file(files("hrqa.embedding").joinpath(_ADAPTER)) as folder,
        warnings.catch_warnings(action="ignore", category=FutureWarning),  # among the libraries
    ):
        taught: Any = PeftModel.from_pretrained(layers.auto_model, str(folder))
    layers.auto_model = taught.merge_and_unload()
    return adapted.eval()
