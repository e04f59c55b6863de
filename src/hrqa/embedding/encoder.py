"""Texts to unit vectors by any sentence-transformers model."""

import copy
import hashlib
import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hrqa.embedding.embedded_model import (
    EMBEDDED_MODEL,
    REVISION_FILE,
    embedded_model_folder,
    ensure_embedded_model,
)
from hrqa.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

_BATCH = 16
_WHOLE_HASH_BYTES = 16 * 1024 * 1024


class Encoder:
    """A loaded embedding model.

    Attributes:
        model: Name or folder, as the settings give it.
        revision: What tells this model's weights from others of the same name.
        dimension: Length of its vectors.
        transformer: The model itself.
    """

    def __init__(self, model: str) -> None:
        """Load a model.

        Args:
            model: ``multilingual-e5-small-q4`` for the one that ships with hrqa, else the name
                or folder of any sentence-transformers model.

        Raises:
            ModelError: It cannot be loaded.
        """
        if not model.strip():
            raise ModelError("the embedding model's name is empty and cannot be loaded; name one")
        location = str(ensure_embedded_model()) if model == EMBEDDED_MODEL else model
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar, set_verbosity_error

        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        disable_progress_bar()
        set_verbosity_error()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                self.transformer = SentenceTransformer(location, device="cpu")
        except Exception as error:  # every library below raises its own kinds
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the embedding model {model!r} cannot be loaded: {reason}; "
                "name a folder or a model that this machine can reach"
            ) from error
        self.model = model
        self.revision = _loaded_revision(location, self.transformer)
        self.dimension = int(self.transformer.get_embedding_dimension() or 0)
        prompts = self.transformer.prompts
        self._query_prompt = prompts.get("query") or ""
        self._passage_prompt = prompts.get("passage") or prompts.get("document") or ""

    def over(self, transformer: "SentenceTransformer") -> "Encoder":
        """The same encoder over other weights, which its name does not tell apart."""
        other = copy.copy(self)
        other.transformer = transformer
        return other

    @property
    def name(self) -> str:
        """Name and revision, as an index records them."""
        return f"{self.model}@{self.revision}"

    def encode_query(self, text: str) -> Vectors:
        """Encode one question.

        Returns:
            float32 of shape ``(dimension,)`` and unit length.
        """
        vector: Vectors = self._encode([text], self._query_prompt)[0]
        return vector

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode several questions together.

        Returns:
            float32 of shape ``(len(texts), dimension)``, rows of unit length.
        """
        return self._encode(list(texts), self._query_prompt)

    def encode_passages(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Encode passages or sentences.

        Batches are formed from these texts alone, longest first, so that the same texts give
        the same vectors whatever else is indexed with them.

        Args:
            texts: What the model is given, without its prompt.
            on_progress: Called with the number of texts done after each batch.

        Returns:
            float32 of shape ``(len(texts), dimension)``, rows of unit length, in the texts' order.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            vectors[batch] = self._encode([texts[index] for index in batch], self._passage_prompt)
            if on_progress is not None:
                on_progress(len(batch))
        return vectors

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        encoded: Vectors = self.transformer.encode(
            texts,
            prompt=prompt,
            batch_size=_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return encoded.astype(np.float32, copy=False)


def installed_revision(model: str) -> str | None:
    """The revision of a model that lies on this machine, without loading it; else None."""
    folder = embedded_model_folder() if model == EMBEDDED_MODEL else Path(model)
    recorded = folder / REVISION_FILE
    if recorded.exists():
        return recorded.read_text(encoding="utf-8").strip()
    return _folder_digest(folder) if folder.is_dir() else None


def _loaded_revision(location: str, transformer: object) -> str:
    """The revision on this machine, else the hub's commit."""
    card = getattr(transformer, "model_card_data", None)
    return installed_revision(location) or str(
        getattr(card, "base_model_revision", None) or "unknown"
    )


def _folder_digest(folder: Path) -> str:
    """Digest names, sizes and contents, of files above 16 MiB the two ends."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _WHOLE_HASH_BYTES:
                digest.update(file.read())
            else:
                digest.update(file.read(_WHOLE_HASH_BYTES // 2))
                file.seek(-_WHOLE_HASH_BYTES // 2, 2)
                digest.update(file.read())
    return digest.hexdigest()[:16]
