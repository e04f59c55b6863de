"""Where the questions of an evaluation come from: gold questions, a BEIR folder, TREC topics."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.errors import RunError
from hrqa.evaluation.beir import QUERIES, beir_questions, qrels_path, write_corpus
from hrqa.evaluation.conditions import conditions_of
from hrqa.evaluation.gold import read_gold
from hrqa.evaluation.measuring import MEASURE_NAMES
from hrqa.evaluation.outcomes import Evaluation
from hrqa.evaluation.running import DEPTH, evaluate, read_split
from hrqa.evaluation.runs import read_qrels
from hrqa.evaluation.systems import HRQA
from hrqa.evaluation.topics import judged_questions, read_topics
from hrqa.indexing import update_index
from hrqa.progress import Progress
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa.store.description import open_text

ALL = "all"
_BEIR_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class Source:
    """What names the questions; one of ``gold``, ``beir``, or ``topics`` with ``qrels``.

    Attributes:
        gold: File of gold questions.
        beir: A BEIR folder.
        topics: File of queries.
        qrels: Judgements of them by document.
        split: Of gold questions the half, of a BEIR folder the file of judgements; None for all,
            or for ``test``.
    """

    gold: Path | None = None
    beir: Path | None = None
    topics: Path | None = None
    qrels: Path | None = None
    split: str | None = None

    def recorded(self) -> tuple[tuple[str, str], ...]:
        """Name and value of what is given."""
        names = ("gold", "beir", "topics", "qrels", "split")
        return tuple(
            (name, value.as_posix() if isinstance(value, Path) else str(value))
            for name in names
            if (value := getattr(self, name)) is not None
        )


def source_from(recorded: Mapping[str, str]) -> Source:
    """The source that ``Source.recorded`` gave."""
    paths = {name: Path(value) for name, value in recorded.items() if name != "split"}
    return replace(
        Source(split=recorded.get("split")),
        gold=paths.get("gold"),
        beir=paths.get("beir"),
        topics=paths.get("topics"),
        qrels=paths.get("qrels"),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions to be asked.

    Attributes:
        source: Where they are from.
        settings: The settings with the index that they are put to.
        questions: The questions.
        file: The file that says what answers them.
        sha256: Checksum of that file, or of queries and judgements together.
    """

    source: Source
    settings: Settings
    questions: tuple[GoldQuestion, ...]
    file: Path
    sha256: str


def questions_of(source: Source, settings: Settings, *, progress: Progress) -> Asked:
    """Read the questions; of a BEIR folder also bring the index up to date.

    Args:
        source: Where they are from.
        settings: Name the index and, for a BEIR folder, the corpus that is made of it.
        progress: Shows how far the work is.

    Raises:
        GoldError: The gold questions are not valid.
        RunError: Queries or judgements are not valid, or one of the two is missing.
    """
    if source.beir is not None:
        return _from_beir(source, source.beir, settings, progress)
    if source.topics is not None or source.qrels is not None:
        return _from_topics(source, settings)
    file = source.gold or settings.gold
    questions = read_gold(file)
    if source.split not in (None, ALL):
        half = read_split(file, str(source.split))
        questions = tuple(question for question in questions if question.id in half)
    return Asked(replace(source, gold=file), settings, questions, file, _checksum(file))


def _from_beir(source: Source, folder: Path, settings: Settings, progress: Progress) -> Asked:
    split = source.split or _BEIR_SPLIT
    files = write_corpus(folder, settings.corpus)
    questions = beir_questions(folder, split, files)
    update_index(settings, progress=progress, allow_shrink=True)
    file = qrels_path(folder, split)
    return Asked(
        replace(source, split=split),
        settings,
        questions,
        file,
        _checksum(folder / QUERIES, file),
    )


def _from_topics(source: Source, settings: Settings) -> Asked:
    topics, qrels = source.topics, source.qrels
    if topics is None or qrels is None:
        given = topics or qrels
        assert given is not None  # the caller has seen one of them
        missing = "--qrels" if topics is not None else "--topics"
        raise RunError(given, "the command line", f"{missing} is needed, too")
    text = open_text(settings.index)
    documents = [stored.document for stored in text.texts.documents]
    text.close()
    files = {document.id: document.file for document in documents}
    files |= {document.file: document.file for document in documents}
    questions = judged_questions(read_topics(topics), read_qrels(qrels), files, qrels)
    return Asked(source, settings, questions, qrels, _checksum(topics, qrels))


def _checksum(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def evaluate_asked(
    asked: Asked,
    searcher: Searcher,
    *,
    system: str = HRQA,
    depth: int = DEPTH,
    measures: tuple[str, ...] = MEASURE_NAMES,
    progress: Progress,
) -> Evaluation:
    """Evaluate a system on questions, with a record of what they are and how they were asked.

    Args:
        asked: The questions.
        searcher: Answers them; opened with their settings.
        system: One of ``systems.SYSTEMS``.
        depth: Results looked at.
        measures: Names of the measures.
        progress: Shows how far the work is.

    Raises:
        GoldError: A question names a document or a quotation that the index does not hold.
        MeasureError: A measure is not known.
        QueryError: A question cannot be asked.
    """
    return evaluate(
        searcher,
        asked.questions,
        gold_file=asked.file,
        gold_sha256=asked.sha256,
        conditions=conditions_of(
            asked.settings,
            source=asked.source.recorded(),
            system=system,
            depth=depth,
            measures=measures,
        ),
        progress=progress,
    )
