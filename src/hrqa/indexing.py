"""A corpus made into an index, or an index brought up to date with its corpus."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa import __version__
from hrqa.assembling import Embedded, KnownBundles, Part, assemble, embed
from hrqa.corpus import Corpus, scan_corpus
from hrqa.embedding.encoder import Encoder, installed_revision
from hrqa.embedding.query_centres import TYPICAL_QUESTIONS_VERSION, query_centres
from hrqa.errors import (
    IndexMissingError,
    IndexStoreError,
    NothingReadableError,
    ShrinkError,
)
from hrqa.gathering import Gathered, ReadyDocument, gather
from hrqa.passages import PassageSizes
from hrqa.planning import PlannedDocument, plan
from hrqa.preparation import as_in_corpus
from hrqa.progress import Progress
from hrqa.readers.formats import READABLE_SUFFIXES
from hrqa.readers.ocr import engine
from hrqa.readers.reading import ReadingLimits
from hrqa.settings import Settings
from hrqa.store.description import FailedFile, IndexMeta, IndexText, open_text, write_meta
from hrqa.store.generations import FORMAT, commit, damaged_files, new_folder, remove_old, writing
from hrqa.store.index import QUERY_CENTRES
from hrqa.store.work import WorkArea
from hrqa.summary import IndexingReport, Seconds

Vectors = npt.NDArray[np.float32]

_MB = 1_000_000
_NOT_BUILT_UPON = "The index there cannot be built upon, so it is built anew"


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
        WorkerStartError: The processes that read documents cannot be started.
        ShrinkError: More than half of the documents would leave the index.
        IndexStoreError: The index cannot be written.
        ModelError: The model cannot be loaded.
    """
    began = time.monotonic()
    corpus = scan_corpus(settings.corpus, suffixes=READABLE_SUFFIXES)
    seconds = Seconds(finding=time.monotonic() - began)
    with writing(settings.index):
        previous = _open_previous(settings.index, progress)
        work = WorkArea(settings.index, rebuild=rebuild)
        run = _Run(settings, progress, corpus, previous, work, seconds, rebuild=rebuild)
        try:
            report = run.bring_up_to_date(strict=strict, allow_shrink=allow_shrink)
        finally:
            work.close()
            if previous is not None:
                previous.close()
        work.remove()
        remove_old(settings.index)
        return report


def _open_previous(root: Path, progress: Progress) -> IndexText | None:
    """The index to build upon; None where there is none that can be opened."""
    try:
        return open_text(root)
    except IndexMissingError:
        return None
    except IndexStoreError as error:
        progress.say(f"{_NOT_BUILT_UPON}: {error}")
        return None


class _Run:
    """One run of bringing an index up to date."""

    def __init__(
        self,
        settings: Settings,
        progress: Progress,
        corpus: Corpus,
        previous: IndexText | None,
        work: WorkArea,
        seconds: Seconds,
        *,
        rebuild: bool,
    ) -> None:
        self._settings, self._progress, self._corpus = settings, progress, corpus
        self._previous, self._work = previous, work
        self._base = None if rebuild else previous
        self._seconds = seconds
        self._encoder: Encoder | None = None
        self._known_centres: Vectors | None = None
        self._failed = [FailedFile(file, reason) for file, reason in corpus.failed]

    def bring_up_to_date(self, *, strict: bool, allow_shrink: bool) -> IndexingReport:
        """Do what the corpus asks for."""
        settings = self._settings
        revision = installed_revision(settings.model)
        model = f"{settings.model}@{revision}" if revision else self._loaded().name
        planned = self._plan(model)
        if self._base is not None and self._base_is_damaged(planned, self._base):
            self._base = None
            planned = self._plan(model)
        with self._timed("reading"):
            gathered = gather(planned, self._work, settings, self._progress, strict=strict)
        ready = gathered.ready
        self._failed = sorted([*self._failed, *gathered.failed], key=lambda failed: failed.file)
        if not ready:
            raise NothingReadableError(settings.corpus, [(f.file, f.reason) for f in self._failed])
        index_id = _index_id(ready, model)
        report = self._report(planned, gathered, index_id)
        before = len(self._previous.texts.documents) if self._previous else 0
        if not allow_shrink and 2 * len(report.removed) > before:
            raise ShrinkError(settings.index, before=before, dropped=len(report.removed))
        if self._unchanged(ready, index_id):
            return replace(report, changed=False)
        parts = [entry.part for entry in ready]
        known = KnownBundles(self._base, self._work)
        with self._timed("embedding"):
            embedded = self._embed(ready, known, model)
        with self._timed("writing"):
            self._write(parts, known, index_id, model)
        return replace(
            report, embedded=embedded.now, resumed_texts=embedded.before, seconds=self._seconds
        )

    def _plan(self, model: str) -> tuple[PlannedDocument, ...]:
        settings = self._settings
        return plan(
            self._corpus,
            self._base,
            model=model,
            sizes=PassageSizes(settings.passage_target, settings.passage_maximum),
            limits=ReadingLimits(
                settings.max_pages, settings.max_expanded_mb * _MB, ocr=settings.ocr
            ),
            engine=engine,
            folder=self._work.folder,
        )

    def _base_is_damaged(self, planned: Sequence[PlannedDocument], base: IndexText) -> bool:
        """Whether what is to be taken over from the index before is not what was written.

        The next generation gets checksums of its own, under which damage could not be told any
        more. Where all stays as it is, nothing is taken over.
        """
        documents = [stored.document for stored in base.texts.documents]
        stays = [
            as_in_corpus(entry.kept.document, entry.source)
            for entry in planned
            if entry.kept is not None
        ]
        if stays == documents and base.meta.failed == tuple(self._failed):
            return False
        damaged = damaged_files(base.generation)
        if damaged:
            self._progress.say(f"{_NOT_BUILT_UPON}: {damaged[0]}")
        return bool(damaged)

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            self._progress.say("Loading the embedding model")
            self._encoder = Encoder(self._settings.model)
        return self._encoder

    def _centres(self, model: str) -> Vectors:
        """The mean vectors of everyday questions, from the index before if it has the model."""
        if self._known_centres is None:
            if self._base is not None and self._base.meta.model == model:
                self._known_centres = np.load(self._base.generation.folder / QUERY_CENTRES)
            else:
                self._known_centres = query_centres(self._loaded())
        return self._known_centres

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._seconds = replace(self._seconds, **{stage: time.monotonic() - began})

    def _unchanged(self, ready: Sequence[ReadyDocument], index_id: str) -> bool:
        if self._base is None or self._base.meta.id != index_id:
            return False
        if self._base.meta.failed != tuple(self._failed):
            return False
        documents = [stored.document for stored in self._base.texts.documents]
        return documents == [entry.part.document for entry in ready]

    def _embed(self, ready: Sequence[ReadyDocument], known: KnownBundles, model: str) -> Embedded:
        new = [entry for entry in ready if entry.part.waiting is not None]
        texts = sum(entry.stored.passages + entry.stored.sentences for entry in new)
        if not texts:
            return Embedded(0, 0)
        with self._progress.stage("Embedding", texts, "text") as step:
            return embed(
                [entry.part for entry in new],
                known,
                self._work,
                model,
                encoder=self._loaded,
                centres=lambda: self._centres(model),
                step=step,
            )

    def _write(self, parts: Sequence[Part], known: KnownBundles, index_id: str, model: str) -> None:
        self._progress.say("Writing the index")
        settings = self._settings
        folder = new_folder(settings.index, index_id)
        dimension = assemble(folder, parts, self._base, known, model)
        np.save(folder / QUERY_CENTRES, self._centres(model))
        write_meta(
            folder,
            IndexMeta(
                id=index_id,
                built_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                hrqa_version=__version__,
                model=model,
                dimension=dimension,
                passage_target=settings.passage_target,
                passage_maximum=settings.passage_maximum,
                failed=tuple(self._failed),
            ),
        )
        commit(settings.index, folder)

    def _report(
        self, planned: Sequence[PlannedDocument], gathered: Gathered, index_id: str
    ) -> IndexingReport:
        ready = gathered.ready
        before = [s.document for s in self._previous.texts.documents] if self._previous else []
        documents = [entry.part.document for entry in ready]
        there = {document.file for document in documents}
        moved = tuple(
            (entry.moved_from, entry.source.file)
            for entry in planned
            if entry.moved_from is not None and entry.source.file in there
        )
        ids = {document.id for document in documents}
        gone = {file for file, _ in moved}
        return IndexingReport(
            index_id=index_id,
            changed=True,
            documents=len(ready),
            pages=sum(document.pages or 0 for document in documents),
            passages=sum(entry.stored.passages for entry in ready),
            read=gathered.read,
            kept=sum(entry.kept is not None for entry in planned),
            moved=moved,
            resumed=gathered.resumed,
            removed=tuple(d.file for d in before if d.id not in ids and d.file not in gone),
            failed=tuple(self._failed),
            unreadable_pages=tuple(
                (document.file, page, reason)
                for document in documents
                for page, reason in document.unreadable_pages
            ),
            ocr_pages=tuple((d.file, d.ocr_pages) for d in documents if d.ocr_pages),
            notes=tuple(
                (entry.part.document.file, note) for entry in ready for note in entry.stored.notes
            ),
            unknown=self._corpus.unknown,
            left_out=self._corpus.left_out,
            same=tuple(
                (other, source.file) for source in self._corpus.sources for other in source.same_as
            ),
            warnings=self._corpus.warnings,
            seconds=self._seconds,
        )


def _index_id(ready: Sequence[ReadyDocument], model: str) -> str:
    built = [
        [entry.stored.document.id, entry.stored.origin.build_key, entry.stored.origin.conditions]
        for entry in ready
    ]
    value = [FORMAT, model, TYPICAL_QUESTIONS_VERSION, built]
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]
