"""What a run of `hrqa index` did, for a person and for a program."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import PurePosixPath

from hrqa.phrases import counted, page_ranges
from hrqa.readers.formats import conversion_hint
from hrqa.store.description import FailedFile

SUMMARY_SCHEMA = 1
_UNKNOWN_FORMAT = "hrqa does not read this format"


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long each stage took, in seconds."""

    finding: float = 0.0
    reading: float = 0.0
    embedding: float = 0.0
    writing: float = 0.0


@dataclass(frozen=True, slots=True)
class IndexingReport:
    """What a run did.

    Attributes:
        index_id: Id of the index that stands now.
        changed: Whether a new generation was written.
        documents: Documents in the index.
        pages: Pages of those that have pages.
        passages: Passages in the index.
        read: Documents whose file was read in this run.
        kept: How many documents stayed as they were.
        moved: Documents that have another path than before: the old one, the new one.
        resumed: Documents taken from the work of an interrupted run.
        removed: Files that left the index.
        failed: Files that could not be read, with the reason.
        unreadable_pages: File, page and reason of pages without readable text.
        ocr_pages: File and pages whose text was recognised in images.
        notes: File, and what to know of how it was read.
        unknown: Files of no known format.
        left_out: What else was not read and is no failure, with the reason.
        same: Files with equal content, each with the document that stands for it.
        warnings: What else the person should know.
        embedded: Texts that were embedded in this run.
        resumed_texts: Texts whose vectors an interrupted run had made.
        seconds: How long the stages took.
    """

    index_id: str
    changed: bool
    documents: int
    pages: int
    passages: int
    read: tuple[str, ...]
    kept: int
    moved: tuple[tuple[str, str], ...]
    resumed: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[FailedFile, ...]
    unreadable_pages: tuple[tuple[str, int, str], ...]
    ocr_pages: tuple[tuple[str, tuple[int, ...]], ...]
    notes: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    same: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    embedded: int = 0
    resumed_texts: int = 0
    seconds: Seconds = Seconds()

    @property
    def complete(self) -> bool:
        """Whether every document came through whole."""
        return not self.failed and not self.unreadable_pages


def summary_lines(report: IndexingReport) -> Iterator[str]:
    """What a person should know of a run, a line for each matter; failures come last."""
    for warning in report.warnings:
        yield f"warning: {warning}"
    for file, reason, hint in _all_left_out(report):
        yield f"left out: {file}: {reason}" + (f"; {hint}" if hint else "")
    for other, document in report.same:
        yield f"same content: {other} is {document}, indexed once"
    for old, new in report.moved:
        yield f"moved: {old} is {new} now"
    for file in report.removed:
        yield f"removed: {file} left the index"
    if report.resumed or report.resumed_texts:
        taken = [counted(len(report.resumed), "document")] if report.resumed else []
        taken += [counted(report.resumed_texts, "vector")] if report.resumed_texts else []
        yield f"resumed: {' and '.join(taken)} taken from interrupted work"
    for file, note in report.notes:
        yield f"note: {file}: {note}"
    for file, pages in report.ocr_pages:
        yield f"recognised: {file}, {page_ranges(pages)}: the text was recognised in images"
    for failed in report.failed:
        yield f"failed: {failed.file}: {failed.reason}"
    by_reason = groupby(
        sorted(report.unreadable_pages, key=lambda entry: (entry[0], entry[2], entry[1])),
        key=lambda entry: (entry[0], entry[2]),
    )
    for (file, reason), entries in by_reason:
        yield f"failed: {file}, {page_ranges([page for _, page, _ in entries])}: {reason}"


def result_line(report: IndexingReport) -> str:
    """What stands in the index now."""
    steps = (
        (len(report.read), "read"),
        (len(report.moved), "moved"),
        (len(report.removed), "removed"),
    )
    done = ", ".join(f"{number} {what}" for number, what in steps if number)
    if not report.changed:
        done = "nothing changed"
    return (
        f"{counted(report.documents, 'document')}, {counted(report.passages, 'passage')} "
        f"({done or 'brought up to date'}); index {report.index_id}"
    )


def summary_json(report: IndexingReport) -> str:
    """The report as one JSON document; docs/indexing.md describes it."""
    partial = groupby(report.unreadable_pages, key=lambda entry: entry[0])
    value = {
        "schema": SUMMARY_SCHEMA,
        "index": {"id": report.index_id, "changed": report.changed},
        "documents": report.documents,
        "pages": report.pages,
        "passages": report.passages,
        "read": list(report.read),
        "kept": report.kept,
        "moved": [{"from": old, "to": new} for old, new in report.moved],
        "resumed": list(report.resumed),
        "removed": list(report.removed),
        "texts": {"embedded": report.embedded, "resumed": report.resumed_texts},
        "failed": [asdict(failed) for failed in report.failed],
        "partial": [
            {"file": file, "pages": [{"page": page, "reason": why} for _, page, why in entries]}
            for file, entries in partial
        ],
        "ocr": [{"file": file, "pages": list(pages)} for file, pages in report.ocr_pages],
        "left_out": [
            {"file": file, "reason": reason, "hint": hint}
            for file, reason, hint in _all_left_out(report)
        ],
        "same_content": [{"file": other, "document": file} for other, file in report.same],
        "notes": [{"file": file, "note": note} for file, note in report.notes],
        "warnings": list(report.warnings),
        "seconds": {name: round(value, 3) for name, value in asdict(report.seconds).items()},
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _all_left_out(report: IndexingReport) -> Iterator[tuple[str, str, str | None]]:
    """Path, reason, and how to convert it, of all that was not read and is no failure."""
    unknown = [
        (file, _UNKNOWN_FORMAT, conversion_hint(PurePosixPath(file).suffix))
        for file in report.unknown
    ]
    yield from sorted([*unknown, *((file, reason, None) for file, reason in report.left_out)])
