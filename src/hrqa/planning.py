"""What has to be done for each document of a corpus, told by what each was made from."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hrqa.corpus import Corpus, SourceFile
from hrqa.passages import PassageSizes
from hrqa.preparation import build_key, reading_key
from hrqa.readers.reading import ReadingLimits
from hrqa.reading_tasks import ReadBefore, ReadingTask
from hrqa.store.description import TEXTS, IndexText
from hrqa.store.generations import FORMAT
from hrqa.store.texts import Origin, StoredDocument


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """A document of the corpus, and what the index already has of it.

    Attributes:
        source: The file.
        kept: The stored document that is what reading it anew would give; None if there is none.
        before: The stored document whose reading it shares, perhaps under another path; None
            if it has to be read.
        task: What to do; None for a document that is kept.
    """

    source: SourceFile
    kept: StoredDocument | None
    before: StoredDocument | None
    task: ReadingTask | None

    @property
    def moved_from(self) -> str | None:
        """The path under which the same content stood before; None where it has not moved."""
        stored = self.kept or self.before
        moved = stored is not None and stored.document.file != self.source.file
        return stored.document.file if stored is not None and moved else None


def plan(
    corpus: Corpus,
    previous: IndexText | None,
    *,
    model: str,
    sizes: PassageSizes,
    limits: ReadingLimits,
    engine: Callable[[], str | None],
    folder: Path,
) -> tuple[PlannedDocument, ...]:
    """Say what has to be done for each document.

    Args:
        corpus: The documents.
        previous: The index to build upon; None to do everything anew.
        model: Name and revision of the embedding model; vectors of another are not kept.
        sizes: How long passages are to be.
        limits: How much a document may take.
        engine: Says what recognises text in images; called only where that matters.
        folder: Where documents go when they are read.
    """
    stored = previous.texts.documents if previous else ()
    by_id = {entry.document.id: entry for entry in stored}
    by_reading = {entry.origin.reading_key: entry for entry in stored}
    texts = previous.generation.folder / TEXTS if previous else None
    same_model = previous is not None and previous.meta.model == model
    conditions: list[str] = []

    def now() -> str:
        if not conditions:
            known = [engine() if limits.ocr else None, limits.pages, limits.expanded_bytes]
            conditions.append(json.dumps(known))
        return conditions[0]

    def stands(entry: StoredDocument | None) -> bool:
        return entry is not None and (
            not entry.origin.conditions or entry.origin.conditions == now()
        )

    planned = []
    for source in corpus.sources:
        built, read = build_key(source, sizes), reading_key(source)
        same_id, same_reading = by_id.get(source.id), by_reading.get(read)
        as_built = same_id is not None and same_id.origin.build_key == built and stands(same_id)
        if as_built and same_model:
            planned.append(PlannedDocument(source, same_id, None, None))
            continue
        before = same_reading if stands(same_reading) else None
        key = [FORMAT, built, now()]
        task = ReadingTask(
            key=hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32],
            source=source,
            origin=Origin(built, read, now()),
            sizes=sizes,
            limits=limits,
            read_before=ReadBefore(texts, before.document.id) if before and texts else None,
            folder=folder,
        )
        planned.append(PlannedDocument(source, None, before, task))
    return tuple(planned)
