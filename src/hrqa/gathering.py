"""The documents of the next generation: kept, taken from interrupted work, or read now."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hrqa.assembling import Part
from hrqa.errors import UnreadableDocumentError
from hrqa.isolation import ProcessLimits, TaskResult, read_in_processes
from hrqa.planning import PlannedDocument
from hrqa.preparation import as_in_corpus
from hrqa.progress import Progress
from hrqa.reading_tasks import ReadingTask
from hrqa.settings import Settings
from hrqa.store.description import FailedFile
from hrqa.store.texts import StoredDocument, TextStore
from hrqa.store.work import WorkArea


@dataclass(frozen=True, slots=True)
class ReadyDocument:
    """A document that will be in the index: where it is, and what it was made from."""

    part: Part
    stored: StoredDocument


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of the documents of a corpus.

    Attributes:
        ready: Those that can be in the index, in the order of the corpus.
        failed: Those that cannot be read, in the same order.
        read: Files that were read now, in code-point order.
        resumed: Files that an interrupted run had read.
    """

    ready: tuple[ReadyDocument, ...]
    failed: tuple[FailedFile, ...]
    read: tuple[str, ...]
    resumed: tuple[str, ...]


def gather(
    planned: Sequence[PlannedDocument],
    work: WorkArea,
    settings: Settings,
    progress: Progress,
    *,
    strict: bool,
) -> Gathered:
    """Read what has to be read.

    Args:
        planned: What has to be done for each document.
        work: Where documents that were read wait.
        settings: How many processes there may be, and what one document may take.
        progress: Shows how far the reading is.
        strict: Stop at the first document that cannot be read.

    Raises:
        UnreadableDocumentError: With ``strict``, a document cannot be read.
        WorkerStartError: Processes cannot be started here.
    """
    tasks = {entry.task.key: entry.task for entry in planned if entry.task is not None}
    waiting = {key: (path, _stored(path)) for key, path in work.keep_only(tasks).items()}
    resumed = tuple(tasks[key].source.file for key in tasks if key in waiting)
    results = _read(
        [task for key, task in tasks.items() if key not in waiting],
        work.scratch,
        settings,
        progress,
        strict=strict,
    )
    waiting |= {
        key: (result.path, _stored(result.path))
        for key, result in results.items()
        if result.path is not None
    }
    ready, failed = [], []
    for entry in planned:
        if entry.task is None:
            assert entry.kept is not None
            path, stored = None, entry.kept
        elif entry.task.key in waiting:
            path, stored = waiting[entry.task.key]
        else:
            failed.append(FailedFile(entry.source.file, results[entry.task.key].reason))
            continue
        document = as_in_corpus(stored.document, entry.source)
        ready.append(ReadyDocument(Part(document, path), stored))
    read = (
        result.task.source.file
        for result in results.values()
        if result.path is not None and result.task.read_before is None
    )
    return Gathered(tuple(ready), tuple(failed), tuple(sorted(read)), resumed)


def _read(
    tasks: Sequence[ReadingTask],
    scratch: Path,
    settings: Settings,
    progress: Progress,
    *,
    strict: bool,
) -> Mapping[str, TaskResult]:
    """Carry out tasks; what became of each, by its key."""
    results: dict[str, TaskResult] = {}
    if not tasks:
        return results
    sizes = {task.key: _size(task.source.path) for task in tasks}
    with (
        progress.stage("Reading", len(tasks), "document", weight=sum(sizes.values())) as step,
        closing(
            read_in_processes(
                tasks,
                workers=min(settings.workers, len(tasks)),
                limits=ProcessLimits(
                    settings.max_seconds, settings.max_ocr_seconds, settings.max_memory_mb
                ),
                scratch=scratch,
                on_wait=lambda: step(0),
            )
        ) as outcomes,
    ):
        for result in outcomes:
            key = result.task.key
            results[key] = result
            if result.path is not None:
                stored = _stored(result.path)
                found = {"page": stored.document.pages or 0, "passage": stored.passages}
                step(1, weight=sizes[key], found=found)
            elif strict:
                raise UnreadableDocumentError(result.task.source.file, result.reason)
            else:
                step(1, weight=sizes[key])
    return results


def _stored(path: Path) -> StoredDocument:
    """The document in a text store of its own."""
    with closing(TextStore(path)) as texts:
        return texts.documents[0]


def _size(path: Path) -> int:
    """Bytes of a file, by which the time left is told; 1 at least, also for one that is gone."""
    try:
        return max(1, path.stat().st_size)
    except OSError:
        return 1
