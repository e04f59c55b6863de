"""One document read and cut, as a task that a process of its own carries out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hrqa.corpus import SourceFile
from hrqa.passages import PassageSizes
from hrqa.preparation import prepare, read_source
from hrqa.readers.reading import ReadingLimits
from hrqa.store.text_writer import TextWriter
from hrqa.store.texts import Origin, TextStore
from hrqa.store.work import draft_path, finish_document


@dataclass(frozen=True, slots=True)
class ReadBefore:
    """Where a document stands already read: a text store, and the id that it has there."""

    texts: Path
    document_id: str


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """A document to read and cut.

    Attributes:
        key: Names the result.
        source: The file.
        origin: What the document is made from; its conditions count only if they mattered.
        sizes: How long its passages are to be.
        limits: How much it may take.
        read_before: Where it is read already and has only to be cut; None to read the file.
        folder: Where the result goes.
    """

    key: str
    source: SourceFile
    origin: Origin
    sizes: PassageSizes
    limits: ReadingLimits
    read_before: ReadBefore | None
    folder: Path


def carry_out(task: ReadingTask) -> Path:
    """Read and cut a document, and write it into a text store of its own.

    Returns:
        The finished file, which appears under its name when it is whole.

    Raises:
        UnreadableDocumentError: The document cannot be read.
        OSError: The result cannot be written.
    """
    if task.read_before is None:
        reading = read_source(task.source, task.limits)
    else:
        reading = _opened(task.read_before.texts).reading(task.read_before.document_id)
    prepared = prepare(task.source, reading, task.sizes)
    mattered = bool(reading.unreadable_pages or reading.ocr_pages)
    origin = Origin(
        task.origin.build_key,
        task.origin.reading_key,
        task.origin.conditions if mattered else "",
    )
    draft = draft_path(task.folder, task.key)
    draft.unlink(missing_ok=True)
    writer = TextWriter(draft)
    writer.add(prepared.document, reading, prepared.passages, origin)
    writer.close()
    return finish_document(draft)


@lru_cache(maxsize=1)
def _opened(path: Path) -> TextStore:
    """The text store of the generation before, open for all tasks of a process.

    Opening it takes time for each of its documents; where a folder was moved, there are as many
    tasks.
    """
    return TextStore(path)
