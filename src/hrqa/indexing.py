"""A corpus made into an index, or an index brought up to date with its corpus."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa import __version__
from hrqa.corpus import Corpus, SourceFile, scan_corpus
from hrqa.datatypes import Document
from hrqa.embedding.encoder import Encoder, installed_revision
from hrqa.embedding.query_centres import TYPICAL_QUESTIONS_VERSION, query_centres
from hrqa.errors import (
    IndexMissingError,
    IndexStoreError,
    NothingReadableError,
    ShrinkError,
    UnreadableDocumentError,
)
from hrqa.lexical import LexicalIndex
from hrqa.passages import PassageSizes
from hrqa.preparation import PreparedDocument, build_key, prepare
from hrqa.progress import Progress
from hrqa.readers.formats import READABLE_SUFFIXES
from hrqa.retrieval_texts import (
    passage_embedding_text,
    passage_lexical_text,
    sentence_embedding_text,
)
from hrqa.settings import Settings
from hrqa.store.description import TEXTS, FailedFile, IndexMeta, write_meta
from hrqa.store.generations import FORMAT, commit, new_folder, remove_old, writing
from hrqa.store.index import (
    LEXICAL,
    PASSAGE_VECTORS,
    QUERY_CENTRES,
    SENTENCE_PLACES,
    SENTENCE_VECTORS,
    OpenIndex,
    open_index,
)
from hrqa.store.texts import TextWriter
from hrqa.vectors import VectorIndex

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class IndexingReport:
    """What a run did.

    Attributes:
        index_id: Id of the index that stands now.
        changed: Whether a new generation was written.
        documents: Documents in the index.
        passages: Passages in the index.
        read: Documents that were read and embedded in this run.
        removed: Files that left the index.
        failed: Files that could not be read, with the reason.
        unreadable_pages: File, page and reason of pages without readable text.
        left_out: Files of no known format.
        same: Files with equal content, each with the document that stands for it.
        warnings: What else the person should know.
    """

    index_id: str
    changed: bool
    documents: int
    passages: int
    read: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[FailedFile, ...]
    unreadable_pages: tuple[tuple[str, int, str], ...]
    left_out: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def update_index(
    settings: Settings,
    *,
    progress: Progress,
    rebuild: bool = False,
    strict: bool = False,
    allow_shrink: bool = False,
) -> IndexingReport:
    """Bring the index up to date with the corpus.

    Documents whose file, description and settings have not changed keep their passages and
    vectors; the others are read and embedded. Nothing is written when nothing changed.

    Args:
        settings: Where corpus and index are, the model, and the sizes of passages.
        progress: Shows how far the work is.
        rebuild: Read and embed everything anew.
        strict: Stop at the first document that cannot be read.
        allow_shrink: Go on even if more than half of the documents would leave the index.

    Raises:
        CorpusError: The corpus cannot be used, or none of its documents can be read.
        UnreadableDocumentError: With ``strict``, a document cannot be read.
        ShrinkError: More than half of the documents would leave the index.
        IndexStoreError: The index cannot be written.
        ModelError: The model cannot be loaded.
    """
    corpus = scan_corpus(settings.corpus, suffixes=READABLE_SUFFIXES)
    with writing(settings.index):
        previous = _open_previous(settings.index, progress)
        try:
            report = _update(
                settings,
                corpus,
                previous,
                progress,
                rebuild=rebuild,
                strict=strict,
                allow_shrink=allow_shrink,
            )
        finally:
            if previous is not None:
                previous.close()
        remove_old(settings.index)
        return report


def _open_previous(root: Path, progress: Progress) -> OpenIndex | None:
    """The index to build upon; None where there is none that can be opened."""
    try:
        return open_index(root)
    except IndexMissingError:
        return None
    except IndexStoreError as error:
        progress.say(f"The index there cannot be built upon, so it is built anew: {error}")
        return None


def _update(
    settings: Settings,
    corpus: Corpus,
    previous: OpenIndex | None,
    progress: Progress,
    *,
    rebuild: bool,
    strict: bool,
    allow_shrink: bool,
) -> IndexingReport:
    loaded: list[Encoder] = []

    def encoder() -> Encoder:
        if not loaded:
            progress.say("Loading the embedding model")
            loaded.append(Encoder(settings.model))
        return loaded[0]

    revision = installed_revision(settings.model)
    model = f"{settings.model}@{revision}" if revision else encoder().name
    sizes = PassageSizes(settings.passage_target, settings.passage_maximum)
    kept = _kept(None if rebuild else previous, model, sizes)
    ready: list[PreparedDocument] = []
    failed = [FailedFile(file, reason) for file, reason in corpus.failed]
    with progress.stage("Reading", len(corpus.sources), "document") as step:
        for source in corpus.sources:
            try:
                ready.append(kept(source) or prepare(source, sizes))
            except UnreadableDocumentError as error:
                if strict:
                    raise
                failed.append(FailedFile(error.file, error.reason))
            step(1)
    if not ready:
        raise NothingReadableError(settings.corpus, [(f.file, f.reason) for f in failed])
    before = [s.document for s in previous.text.texts.documents] if previous else []
    index_id = _index_id(ready, model)
    report = _report(corpus, index_id, ready, failed, before)
    if not allow_shrink and 2 * len(report.removed) > len(before):
        raise ShrinkError(settings.index, before=len(before), dropped=len(report.removed))
    unchanged = previous is not None and previous.text.meta.id == index_id and not rebuild
    if unchanged and previous and not _differs(previous, failed, ready):
        return replace(report, changed=False)
    embedded = _embed(ready, encoder, progress)
    same_model = previous is not None and previous.text.meta.model == model and not rebuild
    centres = previous.query_centres if previous and same_model else query_centres(encoder())
    _write(settings, embedded, centres, index_id, model, tuple(failed), progress)
    return report


def _differs(previous: OpenIndex, failed: list[FailedFile], ready: list[PreparedDocument]) -> bool:
    """Whether something beside the passages changed: failures, or names of equal files."""
    stored = tuple(stored.document for stored in previous.text.texts.documents)
    return previous.text.meta.failed != tuple(failed) or stored != tuple(
        item.document for item in ready
    )


def _kept(
    previous: OpenIndex | None, model: str, sizes: PassageSizes
) -> Callable[[SourceFile], PreparedDocument | None]:
    """A function that takes an unchanged document out of the previous index."""
    if previous is None or previous.text.meta.model != model:
        return lambda _source: None
    texts = previous.text.texts
    first_sentences = np.searchsorted(
        previous.sentence_places[:, 0], np.arange(len(texts.passage_ids) + 1)
    )

    def take(source: SourceFile) -> PreparedDocument | None:
        stored = texts.document(source.id)
        key = build_key(source, sizes)
        if stored is None or stored.build_key != key:
            return None
        begin, end = stored.first_passage, stored.first_passage + stored.passages
        return PreparedDocument(
            document=replace(stored.document, same_as=source.same_as),
            pages=texts.pages(source.id),
            passages=tuple(texts.passages(begin, end)),
            build_key=key,
            vectors=(
                previous.passage_vectors.rows(begin, end),
                previous.sentence_vectors.rows(
                    int(first_sentences[begin]), int(first_sentences[end])
                ),
            ),
        )

    return take


def _index_id(ready: list[PreparedDocument], model: str) -> str:
    built = [[item.document.id, item.build_key] for item in ready]
    value = [FORMAT, model, TYPICAL_QUESTIONS_VERSION, built]
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _embed(
    ready: list[PreparedDocument], encoder: Callable[[], Encoder], progress: Progress
) -> list[PreparedDocument]:
    todo = sum(
        len(item.passages) + sum(len(passage.sentences) for passage in item.passages)
        for item in ready
        if item.vectors is None
    )
    if not todo:
        return ready
    model = encoder()
    embedded = []
    with progress.stage("Embedding", todo, "text") as step:
        for item in ready:
            if item.vectors is not None:
                embedded.append(item)
                continue
            title = item.document.bibliography.title
            texts = [passage_embedding_text(title, passage) for passage in item.passages]
            sentences = [
                sentence_embedding_text(title, passage, sentence)
                for passage in item.passages
                for sentence in passage.sentences
            ]
            vectors = (
                model.encode_passages(texts, on_progress=step),
                model.encode_passages(sentences, on_progress=step),
            )
            embedded.append(replace(item, vectors=vectors))
    return embedded


def _write(
    settings: Settings,
    ready: list[PreparedDocument],
    centres: Vectors,
    index_id: str,
    model: str,
    failed: tuple[FailedFile, ...],
    progress: Progress,
) -> None:
    progress.say("Writing the index")
    folder = new_folder(settings.index, index_id)
    with closing(TextWriter(folder / TEXTS)) as writer:
        for item in ready:
            writer.add(item.document, item.pages, item.passages, build_key=item.build_key)
    passages = [passage for item in ready for passage in item.passages]
    places = [
        (number, sentence.start, sentence.end)
        for number, passage in enumerate(passages)
        for sentence in passage.sentences
    ]
    vectors = [item.vectors for item in ready if item.vectors is not None]
    passage_vectors = np.concatenate([pair[0] for pair in vectors])
    VectorIndex.build(passage_vectors).save(folder / PASSAGE_VECTORS)
    VectorIndex.build(np.concatenate([pair[1] for pair in vectors])).save(folder / SENTENCE_VECTORS)
    np.save(folder / SENTENCE_PLACES, np.array(places, dtype=np.int32).reshape(-1, 3))
    np.save(folder / QUERY_CENTRES, centres)
    LexicalIndex.build(
        [
            passage_lexical_text(item.document.bibliography.title, passage)
            for item in ready
            for passage in item.passages
        ]
    ).save(folder / LEXICAL)
    write_meta(
        folder,
        IndexMeta(
            id=index_id,
            built_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            hrqa_version=__version__,
            model=model,
            dimension=int(passage_vectors.shape[1]),
            passage_target=settings.passage_target,
            passage_maximum=settings.passage_maximum,
            failed=failed,
        ),
    )
    commit(settings.index, folder)


def _report(
    corpus: Corpus,
    index_id: str,
    ready: list[PreparedDocument],
    failed: list[FailedFile],
    before: list[Document],
) -> IndexingReport:
    ids = {item.document.id for item in ready}
    return IndexingReport(
        index_id=index_id,
        changed=True,
        documents=len(ready),
        passages=sum(len(item.passages) for item in ready),
        read=tuple(item.document.file for item in ready if item.vectors is None),
        removed=tuple(document.file for document in before if document.id not in ids),
        failed=tuple(failed),
        unreadable_pages=tuple(
            (item.document.file, page, reason)
            for item in ready
            for page, reason in item.document.unreadable_pages
        ),
        left_out=corpus.left_out,
        same=tuple((other, source.file) for source in corpus.sources for other in source.same_as),
        warnings=corpus.warnings,
    )
