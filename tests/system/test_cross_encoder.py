"""A cross-encoder that orders the best passages, by setting.

The one tried is the default model, whose weights a package ships, under a head that is drawn at
random: it orders by no sense, but as the library loads and runs any other.
"""

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer, BertForSequenceClassification

from hrqa.embedding.cross_encoder import CrossEncoder
from hrqa.embedding.embedded_model import ensure_embedded_model
from hrqa.errors import ModelError
from hrqa.queries import Query
from hrqa.wiring import open_searcher

from .tools import settings

QUESTION = "When does the choir sing?"


def made(folder: Path, labels: int) -> Path:
    """A cross-encoder with so many scores."""
    source = str(ensure_embedded_model())
    torch.manual_seed(7)
    model = BertForSequenceClassification.from_pretrained(source, num_labels=labels)
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder with one score."""
    return made(tmp_path_factory.mktemp("cross-encoder"), 1)


def test_the_best_passages_stand_in_the_order_of_the_cross_encoder(
    cross_encoder: Path, tiny_index: Path
) -> None:
    """So many as are set; the others stay, scores go on falling, and the set of all is the same."""
    plain = open_searcher(settings(tiny_index))
    before = plain.search(Query(QUESTION, limit=50)).passages
    plain.index.close()
    searcher = open_searcher(
        settings(tiny_index, cross_encoder=str(cross_encoder), pair_candidates=4)
    )
    found = searcher.search(Query(QUESTION, limit=50)).passages
    searcher.index.close()
    scores = CrossEncoder(str(cross_encoder)).scores(QUESTION, [s.passage.text for s in before[:4]])
    wanted = [before[place].passage.id for place in sorted(range(4), key=lambda n: -scores[n])]

    assert [scored.passage.id for scored in found[:4]] == wanted
    assert wanted != [scored.passage.id for scored in before[:4]]
    assert [scored.passage.id for scored in found[4:]] == [s.passage.id for s in before[4:]]
    assert [scored.score for scored in found] == [scored.score for scored in before]


def test_a_cross_encoder_that_is_not_there_is_named(tmp_path: Path, tiny_index: Path) -> None:
    """Before anything is searched."""
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_searcher(settings(tiny_index, cross_encoder=str(tmp_path / "absent")))


def test_a_model_with_several_scores_is_refused(tmp_path: Path) -> None:
    """It would leave open which of them says how well a passage answers."""
    with pytest.raises(ModelError, match="gives 3 scores"):
        CrossEncoder(str(made(tmp_path, 3)))
