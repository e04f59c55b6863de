"""The readable part of an index: its description and texts, without vectors."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from hrqa.errors import IndexDamagedError
from hrqa.store.generations import Generation, current_generation, hold
from hrqa.store.texts import TextStore

META = "meta.json"
TEXTS = "texts.sqlite"


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that did not become a document, with the reason."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """What an index was made of.

    Attributes:
        id: Digest of content and settings; the same for the same corpus and settings.
        built_at: When it was committed, RFC 3339, UTC.
        hrqa_version: Version that wrote it.
        model: Name and revision of the embedding model.
        dimension: Length of its vectors.
        passage_target: Length to which passages grow, in characters.
        passage_maximum: Length that no passage passes, in characters.
        failed: Files that could not be read.
    """

    id: str
    built_at: str
    hrqa_version: str
    model: str
    dimension: int
    passage_target: int
    passage_maximum: int
    failed: tuple[FailedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexText:
    """The readable part of an index: description and texts, without vectors."""

    meta: IndexMeta
    generation: Generation
    texts: TextStore
    lock: IO[bytes]

    def close(self) -> None:
        """Let go of the generation."""
        self.texts.close()
        self.lock.close()


def write_meta(folder: Path, meta: IndexMeta) -> None:
    """Write the description of a generation."""
    text = json.dumps(asdict(meta), ensure_ascii=False, indent=2)
    (folder / META).write_text(text + "\n", encoding="utf-8")


def open_text(root: Path) -> IndexText:
    """Open the readable part of the current generation.

    Raises:
        IndexStoreError: It is missing, damaged, or of another format.
    """
    for attempt in (1, 2):  # a build may remove the generation between reading and holding
        try:
            generation = current_generation(root)
            lock = hold(generation)
            break
        except IndexDamagedError:
            if attempt == 2:
                raise
    try:
        return IndexText(
            meta=_read_meta(generation.folder / META),
            generation=generation,
            texts=TextStore(generation.folder / TEXTS),
            lock=lock,
        )
    except IndexDamagedError:
        lock.close()
        raise


def _read_meta(path: Path) -> IndexMeta:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        failed = tuple(FailedFile(**entry) for entry in value.pop("failed"))
        return IndexMeta(**value, failed=failed)
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, OSError) as error:
        raise IndexDamagedError(path, "the description of the index cannot be read") from error
