"""The copy of the default model that encodes questions."""

from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pytest

from hrqa.embedding.encoder import Encoder
from hrqa.embedding.query_adapter import AdaptedQueries

TABLE = files("hrqa.embedding").joinpath("typical_questions.tsv").read_text("utf-8")
PAIRS = [line.split("\t")[:2] for line in TABLE.splitlines()[1:]][::6]


@pytest.fixture(scope="module")
def queries(encoder: Encoder) -> AdaptedQueries:
    """The adapted encoder."""
    return AdaptedQueries(encoder)


def likeness(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Mean cosine of rows."""
    return float((a * b).sum(axis=1).mean())


def test_vietnamese_questions_come_near_their_translations(
    encoder: Encoder, queries: AdaptedQueries
) -> None:
    """They lie closer to the English question, by which passages are found, than before."""
    english = np.stack([encoder.encode_query(pair[0]) for pair in PAIRS])
    before = np.stack([encoder.encode_query(pair[1]) for pair in PAIRS])
    after = np.stack(
        [each.vector for each in queries.encode_questions([pair[1] for pair in PAIRS])]
    )

    assert likeness(after, english) > likeness(before, english) + 0.02


def test_the_models_own_vectors_stay(encoder: Encoder) -> None:
    """Passages are encoded as without the adapter, whose copy shares the vocabulary."""
    before = encoder.encode_passages(["The ferry leaves at six."])
    AdaptedQueries(encoder)

    assert np.array_equal(encoder.encode_passages(["The ferry leaves at six."]), before)


def test_the_centres_are_those_of_the_adapted_model(queries: AdaptedQueries) -> None:
    """The mean of the everyday questions in each language, by the weights that ship."""
    questions = [line.split("\t")[0] for line in TABLE.splitlines()[1:]]
    mean = np.stack([each.vector for each in queries.encode_questions(questions)]).mean(axis=0)

    assert queries.centres.shape == (3, 384)
    assert np.allclose(queries.centres[0], mean, atol=2e-3)
