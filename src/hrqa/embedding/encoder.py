"""Texts to unit vectors by any sentence-transformers model."""

import copy
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hrqa.embedding.embedded_model import (
    EMBEDDED_MODEL,
    REVISION_FILE,
    embedded_model_folder,
    ensure_embedded_model,
)
from hrqa.embedding.loading import load_model
from hrqa.errors import ModelError
from hrqa.unit_length import of_unit_length

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

_BATCH = 16
_WHOLE_HASH_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as the model sees it.

    Attributes:
        vector: float32 of shape ``(dimension,)``.
        tokens: float32 of shape ``(tokens, dimension)``, rows of unit length: states of the
            tokens that hold a letter or a digit, all of them where none does; at least one. Of a
            model that has no states, or of another length than its vectors, the vector alone.
    """

    vector: Vectors
    tokens: Vectors


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

        self.transformer = load_model(
            "embedding model", model, lambda: SentenceTransformer(location, device="cpu")
        )
        self.model = model
        self.revision = _loaded_revision(location, self.transformer)
        self.dimension = int(self.transformer.get_embedding_dimension() or 0)
        prompts = self.transformer.prompts
        self._query_prompt = prompts.get("query") or ""
        self._passage_prompt = prompts.get("passage") or prompts.get("document") or ""
        self._telling: dict[int, bool] = {}
        self._openings: dict[str, list[int]] = {}
        self._unbounded: Any = None
        self._lock = threading.Lock()

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

    def encode_question(self, text: str) -> EncodedText:
        """Encode one question with its tokens, in one pass; the vector is `encode_query`'s."""
        return self.encode_questions([text])[0]

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedText]:
        """Encode several questions together, each with its tokens, in the texts' order."""
        return self._encode_tokens(list(texts), self._query_prompt) if texts else []

    def count_tokens(self, text: str) -> int:
        """How many tokens the model's vocabulary makes of a text, however long it is."""
        return len(self._ids(text))

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
        for batch in _batches(texts):
            vectors[batch] = self._encode([texts[index] for index in batch], self._passage_prompt)
            if on_progress is not None:
                on_progress(len(batch))
        return vectors

    def encode_passage_tokens(
        self, texts: Sequence[str], *, on_progress: Callable[[int], None] | None = None
    ) -> list[EncodedText]:
        """Encode passages with their tokens, in one pass; the vectors are `encode_passages`'."""
        encoded: dict[int, EncodedText] = {}
        for batch in _batches(texts):
            found = self._encode_tokens([texts[index] for index in batch], self._passage_prompt)
            encoded.update(zip(batch, found, strict=True))
            if on_progress is not None:
                on_progress(len(batch))
        return [encoded[index] for index in range(len(texts))]

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

    def _encode_tokens(self, texts: list[str], prompt: str) -> list[EncodedText]:
        given: Any = self.transformer.encode(
            texts, prompt=prompt, batch_size=_BATCH, show_progress_bar=False, output_value=None
        )
        opening = self._opening(prompt)
        encoded = []
        for features in given:
            vector = of_unit_length(features["sentence_embedding"].numpy())
            if features.get("token_embeddings", vector[None, :0]).shape[-1] != len(vector):
                encoded.append(EncodedText(vector, vector[None]))
                continue
            there = features["attention_mask"].numpy().astype(bool)
            ids = features["input_ids"].numpy()[there].tolist()
            states = features["token_embeddings"].numpy()[there]
            states = of_unit_length(states[self._telling_tokens(ids, opening)])
            encoded.append(EncodedText(vector, states))
        return encoded

    def _opening(self, prompt: str) -> list[int]:
        """Tokens of a prompt."""
        if prompt not in self._openings:
            self._openings[prompt] = self._ids(prompt.strip()) if prompt else []
        return self._openings[prompt]

    def _ids(self, text: str) -> list[int]:
        """Tokens of a text, all of them.

        The tokenizer that the model uses is left alone: to let it take longer texts would change
        it, while another thread encodes with it.
        """
        own = getattr(self.transformer.tokenizer, "backend_tokenizer", None)
        if own is None:
            ids: list[int] = self.transformer.tokenizer(text, add_special_tokens=False)["input_ids"]
            return ids
        with self._lock:
            if self._unbounded is None:
                self._unbounded = copy.deepcopy(own)
                self._unbounded.no_truncation()
                self._unbounded.no_padding()
            counted: list[int] = self._unbounded.encode(text, add_special_tokens=False).ids
        return counted

    def _telling_tokens(self, ids: Sequence[int], opening: Sequence[int]) -> list[int]:
        """Places of the tokens that say something: no prompt, no signs."""
        special = set(self.transformer.tokenizer.all_special_ids)
        own = [place for place, number in enumerate(ids) if number not in special]
        prompted = 0
        while prompted < min(len(opening), len(own)) and ids[own[prompted]] == opening[prompted]:
            prompted += 1
        own = own[prompted:]
        return [place for place in own if self._is_telling(ids[place])] or own or [*range(len(ids))]

    def _is_telling(self, number: int) -> bool:
        if number not in self._telling:
            piece = str(self.transformer.tokenizer.convert_ids_to_tokens(number))
            self._telling[number] = any(character.isalnum() for character in piece)
        return self._telling[number]


def _batches(texts: Sequence[str]) -> list[list[int]]:
    """Places of texts that are encoded together, longest first."""
    order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
    return [order[begin : begin + _BATCH] for begin in range(0, len(order), _BATCH)]


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
