"""Every failure that hrqa explains to a person.

Each class says what was wrong, where, and what to do, in one sentence; the facts stay
readable as attributes. The command line prints the sentence, the HTTP service maps the
class to a problem type; anything else that is raised is a defect of hrqa.
"""

from collections.abc import Sequence
from pathlib import Path

_NAMED = 20


class HrqaError(Exception):
    """Base of all failures whose message is meant for the person who reads it."""


class SettingsError(HrqaError):
    """A setting is unknown or out of range."""


class CorpusError(HrqaError):
    """The folder of documents cannot be used."""


class ManifestError(CorpusError):
    """``manifest.json`` is not valid; says where."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}; correct the manifest and run again")
        self.path, self.where, self.problem = path, where, problem


class NothingReadableError(CorpusError):
    """Not one document of the corpus can be read.

    Attributes:
        failed: Each file with the reason.
    """

    def __init__(self, folder: Path, failed: Sequence[tuple[str, str]]) -> None:
        reasons = "; ".join(f"{file}: {reason}" for file, reason in failed[:_NAMED])
        rest = f"; and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
        super().__init__(f"{folder}: none of its documents can be read: {reasons}{rest}")
        self.folder, self.failed = folder, tuple(failed)


class UnreadableDocumentError(HrqaError):
    """A document cannot be read; the others can.

    Attributes:
        file: Path of the document, relative to the corpus, with ``/``.
        reason: What is wrong and what to do, without the file name.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


class WorkerStartError(HrqaError):
    """The processes that read documents cannot be started."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"documents are read in processes of their own, which cannot be started: {reason}; "
            "try fewer with HRQA_WORKERS, or more memory with HRQA_MAX_MEMORY_MB"
        )
        self.reason = reason


class ModelError(HrqaError):
    """The embedding model cannot be loaded or made."""


class IndexStoreError(HrqaError):
    """The index on disk cannot be opened or written."""


class IndexMissingError(IndexStoreError):
    """There is no index at this place."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: there is no index here; build one with `hrqa index`")
        self.path = path


class IndexDamagedError(IndexStoreError):
    """A file of the index is absent, cut short or altered."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; rebuild with `hrqa index --rebuild`")
        self.path, self.problem = path, problem


class IndexVersionError(IndexStoreError):
    """The index has another format version than this hrqa reads."""

    def __init__(self, path: Path, *, found: object, readable: int) -> None:
        super().__init__(
            f"{path}: index format {found!r}, but this hrqa reads format {readable}; "
            "rebuild with `hrqa index`"
        )
        self.path, self.found, self.readable = path, found, readable


class IndexIncompatibleError(IndexStoreError):
    """The index was built with another embedding model than the one loaded."""

    def __init__(self, path: Path, *, built_with: str, loaded: str) -> None:
        super().__init__(
            f"{path}: built with {built_with!r}, but {loaded!r} is loaded; "
            f"rebuild with `hrqa index` or load {built_with!r}"
        )
        self.path, self.built_with, self.loaded = path, built_with, loaded


class IndexBusyError(IndexStoreError):
    """Another process is writing this index."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: another `hrqa index` is at work here; wait until it is done")
        self.path = path


class ShrinkError(IndexStoreError):
    """A run would drop more than half of the documents."""

    def __init__(self, path: Path, *, before: int, dropped: int) -> None:
        super().__init__(
            f"{path}: this run would drop {dropped} of {before} documents; "
            "if that is right, run `hrqa index --allow-shrink`"
        )
        self.path, self.before, self.dropped = path, before, dropped


class QueryError(HrqaError):
    """The question or one of its conditions cannot be used.

    Attributes:
        field: The request field at fault, as the HTTP interface names it.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class UnknownDocumentError(QueryError):
    """No document of the index has this id."""

    def __init__(self, document_id: str) -> None:
        super().__init__(
            "document_ids",
            f"no document has the id {document_id!r}; `hrqa documents` lists the ids",
        )
        self.document_id = document_id


class GoldError(HrqaError):
    """A file of gold questions is not valid; says which line or question."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}")
        self.path, self.where, self.problem = path, where, problem


class MeasureError(HrqaError):
    """A measure cannot be computed; says which and why."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"the measure {name!r} {problem}")
        self.name, self.problem = name, problem


class UnknownSystemError(HrqaError):
    """There is no such system to evaluate."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no system {name!r}; there are {', '.join(known)}")
        self.name, self.known = name, known


class RunError(HrqaError):
    """A file of runs, judgements or topics is not valid; says where."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}: {where}: {problem}")
        self.path, self.where, self.problem = path, where, problem


class ReportError(HrqaError):
    """A report cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: the report cannot be written: {reason}; see --output")
        self.folder, self.reason = folder, reason


class PortInUseError(HrqaError):
    """The address is taken by another program."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} is in use by another program; choose another with `--port`"
        )
        self.host, self.port = host, port
