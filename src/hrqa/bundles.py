"""Texts of a document in bundles that are embedded together and found again by their content.

The last bits of a vector depend on the texts that shared its batch. A bundle is therefore
always embedded as a whole, and where it ends depends on its texts alone: when one page of a
document changes, the bundles of the others stay as they are, and so do their vectors.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hrqa.datatypes import Passage
from hrqa.retrieval_texts import passage_embedding_text, sentence_embedding_text
from hrqa.token_states import TOKEN_STATES_VERSION

_FEWEST = 32
_MOST = 128
_ONE_IN = 64


@dataclass(frozen=True, slots=True)
class TextBundle:
    """Texts that are embedded together.

    Attributes:
        digest: Digest of the model, of what is kept of it, and of the texts.
        texts: What the model is given.
    """

    digest: str
    texts: tuple[str, ...]


def passage_bundles(title: str, passages: Iterable[Passage], model: str) -> Iterator[TextBundle]:
    """The embedding texts of passages, in their order."""
    texts = (passage_embedding_text(title, passage) for passage in passages)
    return _bundles(texts, f"{model} tokens {TOKEN_STATES_VERSION}")


def sentence_bundles(title: str, passages: Iterable[Passage], model: str) -> Iterator[TextBundle]:
    """The embedding texts of the passages' sentences, in their order."""
    return _bundles(
        (
            sentence_embedding_text(title, passage, sentence)
            for passage in passages
            for sentence in passage.sentences
        ),
        model,
    )


def _bundles(texts: Iterable[str], model: str) -> Iterator[TextBundle]:
    held: list[str] = []
    for text in texts:
        held.append(text)
        last = hashlib.sha256(text.encode("utf-8")).digest()[0] % _ONE_IN == 0
        if len(held) == _MOST or (last and len(held) >= _FEWEST):
            yield _bundle(held, model)
            held = []
    if held:
        yield _bundle(held, model)


def _bundle(texts: list[str], model: str) -> TextBundle:
    value = json.dumps([model, *texts], ensure_ascii=False)
    return TextBundle(hashlib.sha256(value.encode("utf-8")).hexdigest()[:32], tuple(texts))
