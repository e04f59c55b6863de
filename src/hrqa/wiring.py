"""A searcher wired together from the settings."""

from hrqa.embedding.cross_encoder import CrossEncoder
from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.embedding.encoder import Encoder, installed_revision
from hrqa.embedding.query_adapter import AdaptedQueries
from hrqa.errors import HrqaError, IndexIncompatibleError
from hrqa.marks.restoring import shipped_counts
from hrqa.ranking import Ranker
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa.spelling.mending import common_words
from hrqa.store.description import open_text
from hrqa.store.index import open_index


def check_model(settings: Settings) -> None:
    """Find out before the model is loaded whether the index was built with it.

    Raises:
        IndexStoreError: It is missing, damaged, or of another model than the settings name.
    """
    text = open_text(settings.index)
    built_with = text.meta.model
    text.close()
    revision = installed_revision(settings.model)
    if revision is not None and built_with != f"{settings.model}@{revision}":
        raise IndexIncompatibleError(
            settings.index, built_with=built_with, loaded=f"{settings.model}@{revision}"
        )


def open_searcher(settings: Settings) -> Searcher:
    """Open the index and load the model.

    Raises:
        IndexStoreError: The index is missing, damaged, or of another model.
        ModelError: The model cannot be loaded.
    """
    check_model(settings)
    return SearcherFactory(settings).open()


class SearcherFactory:
    """Makes searchers over the index as it is at present, with models that are loaded once.

    Attributes:
        encoder: The embedding model.
    """

    def __init__(self, settings: Settings) -> None:
        """Load the models.

        Raises:
            ModelError: One cannot be loaded.
        """
        _leave_threads_to_the_model()
        self._settings = settings
        self.encoder = Encoder(settings.model)
        adapt = settings.query_adapter and settings.model == EMBEDDED_MODEL
        self._adapted = AdaptedQueries(self.encoder) if adapt else None
        self._pairs = (
            CrossEncoder(settings.cross_encoder).scores if settings.cross_encoder else None
        )

    def open(self) -> Searcher:
        """Open the index's current generation.

        Raises:
            IndexStoreError: The index is missing, damaged, or of another model.
        """
        settings = self._settings
        index = open_index(settings.index)
        try:
            ranker = Ranker(
                index,
                encode_questions=self.encoder.encode_questions,
                adapted=self._adapted,
                candidates=settings.candidates,
                token_candidates=settings.token_candidates,
                common_words=common_words() if settings.mend_spelling else None,
                mark_counts=shipped_counts() if settings.restore_marks else None,
                score_pairs=self._pairs,
                pair_candidates=settings.pair_candidates,
            )
            return Searcher(ranker, model=self.encoder.name, count_tokens=self.encoder.count_tokens)
        except HrqaError:
            index.close()
            raise


def _leave_threads_to_the_model() -> None:
    """Let numpy use one thread: the model's go on spinning for a while, and both would wait."""
    from threadpoolctl import ThreadpoolController

    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
