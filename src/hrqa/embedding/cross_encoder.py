"""Questions and passages read together by a cross-encoder, where one is configured."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hrqa.embedding.loading import load_model
from hrqa.errors import ModelError

Scores = npt.NDArray[np.float32]

_BATCH = 16


class CrossEncoder:
    """A loaded cross-encoder."""

    def __init__(self, model: str) -> None:
        """Load a model.

        Args:
            model: Name or folder of a sentence-transformers cross-encoder with one score.

        Raises:
            ModelError: It cannot be loaded, or gives several scores.
        """
        from sentence_transformers import CrossEncoder as LoadedModel

        self._model = load_model("cross-encoder", model, lambda: LoadedModel(model, device="cpu"))
        if self._model.num_labels != 1:
            raise ModelError(
                f"the cross-encoder {model!r} gives {self._model.num_labels} scores; "
                "name one that gives one"
            )

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """How well each passage answers a question, by the model's own measure.

        Returns:
            float32 of shape ``(len(passages),)``; higher is better.
        """
        pairs = [(question, passage) for passage in passages]
        found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(passages))
