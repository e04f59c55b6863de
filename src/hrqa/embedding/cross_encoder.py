"""Questions and passages read together by a cross-encoder, where one is configured."""

import logging
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

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
        from transformers.utils.logging import disable_progress_bar, set_verbosity_error

        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        disable_progress_bar()
        set_verbosity_error()
        try:
            self._model = LoadedModel(model, device="cpu")
        except Exception as error:  # every library below raises its own kinds
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the cross-encoder {model!r} cannot be loaded: {reason}; "
                "name a folder or a model that this machine can reach"
            ) from error
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
