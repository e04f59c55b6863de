"""What an evaluation found: answers judged, means, and how sure the system was."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hrqa.datatypes import GoldQuestion
from hrqa.evaluation.misses import Miss
from hrqa.store.description import IndexMeta

Values = tuple[tuple[str, float], ...]
"""Name and value of each measure."""


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """How well the words that a passage marks are those of the evidence.

    Attributes:
        marked: Words marked.
        evidence: Words of the passage that belong to evidence.
        both: Words that are both.
    """

    marked: int
    evidence: int
    both: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A result of a gold question, judged.

    Attributes:
        passage_id: The passage.
        document: Path of its document relative to the corpus.
        pages: Physical pages on which it stands; empty for a document without pages.
        citation: Where it stands, in one line.
        score: As the system gave it.
        groups: Groups of evidence that it holds by words.
        page_groups: Those on whose pages it stands.
        document_groups: Those of its document.
        read: Characters of it that are read until the first evidence in it ends; all of them where
            it holds none.
        marked: How well it is marked; None where it holds no evidence or nothing is ever marked.
    """

    passage_id: str
    document: str
    pages: tuple[int, ...]
    citation: str
    score: float
    groups: tuple[int, ...]
    page_groups: tuple[int, ...]
    document_groups: tuple[int, ...]
    read: int
    marked: MarkedWords | None


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """How a gold question was answered.

    Attributes:
        question: The question.
        answers: The results, the best first.
        answerability: As the system told it; None where it did not.
        measures: Name and value, evidence found by words; empty for an unanswerable question.
        by_page: The same, evidence found by page.
        by_document: The same, evidence found by document.
        characters: Characters read until the first evidence ends, or until the end of all results.
        misses: Why groups of evidence are not among the first ten results.
    """

    question: GoldQuestion
    answers: tuple[Answer, ...]
    answerability: float | None
    measures: Values
    by_page: Values
    by_document: Values
    characters: int
    misses: tuple[Miss, ...] = ()

    @property
    def is_answered(self) -> bool:
        """Whether evidence is among the first five results."""
        return any(answer.groups for answer in self.answers[:5])


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """Mean of a measure over a group of questions, with its 95 % interval."""

    name: str
    group: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Means:
    """Means over groups of questions, by what counts as finding evidence.

    Attributes:
        by_words: A result holds at least half of the words of a quotation.
        by_page: A result stands on its page.
        by_document: A result is from its document.
        others: Characters read, and precision and recall of marked words.
    """

    by_words: tuple[MeasureValue, ...]
    by_page: tuple[MeasureValue, ...]
    by_document: tuple[MeasureValue, ...]
    others: tuple[MeasureValue, ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Questions whose answerability lies in a range: how sure the system was, and how right."""

    low: float
    high: float
    n: int
    mean: float
    answered: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is wrong when only the surest questions are answered.

    Attributes:
        coverage: Share of the questions that are answered.
        risk: Share of these without evidence among the first five results.
        threshold: Least answerability among them.
    """

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Sureness:
    """How well answerability tells questions that are answered from others.

    Attributes:
        n: Questions, those without an answer among them.
        answered: How many of them have evidence among the first five results.
        auroc: Probability that an answered one has the higher answerability; None where all are
            answered or none is.
        brier: Mean squared distance from what was the case.
        brier_always: The same for always telling the share of those answered.
        reliability: In ten equal ranges; empty ones are left out.
        coverages: From answering all to answering the surest tenth.
    """

    n: int
    answered: int
    auroc: float | None
    brier: float
    brier_always: float
    reliability: tuple[Reliability, ...]
    coverages: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides an outcome, beside index and gold file.

    Attributes:
        system: One of ``systems.SYSTEMS``.
        version: hrqa's version.
        commit: Commit of its source; None where that is not known.
        depth: Results looked at.
        measures: Names of the measures.
        seed: Of resampling.
        source: What names the questions, as options of the command.
        settings: Name and value of each setting that retrieval depends on.
    """

    system: str
    version: str
    commit: str | None
    depth: int
    measures: tuple[str, ...]
    seed: int
    source: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of a run over a gold file.

    Attributes:
        index: The index.
        gold_file: The questions' file.
        gold_sha256: Its checksum.
        conditions: What else decides the outcome.
        means: Means over groups of questions.
        sureness: None where the system tells no answerability.
        questions: How each question was answered.
        document_ids: Id of each document of the index, by its path.
        ms: Milliseconds of computing for each question, in their order; they differ each time.
    """

    index: IndexMeta
    gold_file: Path
    gold_sha256: str
    conditions: Conditions
    means: Means
    sureness: Sureness | None
    questions: tuple[QuestionScore, ...]
    document_ids: Mapping[str, str]
    ms: tuple[float, ...]
