"""Models loaded without the libraries' chatter, and failures said in one sentence."""

import logging
import warnings
from collections.abc import Callable
from typing import TypeVar

from hrqa.errors import ModelError

Model = TypeVar("Model")


def load_model(kind: str, name: str, load: Callable[[], Model]) -> Model:
    """Load a model.

    Args:
        kind: What it is, for the message.
        name: Its name or folder, for the message.
        load: Loads it.

    Raises:
        ModelError: It cannot be loaded.
    """
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    disable_progress_bar()
    set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return load()
    except Exception as error:  # every library below raises its own kinds
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"the {kind} {name!r} cannot be loaded: {reason}; "
            "name a folder or a model that this machine can reach"
        ) from error
