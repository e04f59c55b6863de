"""The systems that can be asked: hrqa, and its parts alone."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from hrqa.datatypes import Document, Passage
from hrqa.errors import QueryError, UnknownSystemError
from hrqa.fusion import weights_for
from hrqa.queries import Highlight, Query, Ranking
from hrqa.ranking import RETRIEVERS, Ranked
from hrqa.search import Searcher, cite_from

HRQA = "hrqa"
SYSTEMS = {
    HRQA: "all of it, as users get it",
    "dense": "vectors of passages alone",
    "sentences": "vectors of sentences alone",
    "lexical": "words alone (BM25)",
    "fused": "these three together",
    "reranked": "fused, and the best compared token by token",
}
"""Name of each system and what it is."""

DEEPEST = 1000
"""Most results that an evaluation looks at."""

_TOGETHER = 128
"""Questions that are encoded in one pass."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage as a system found it.

    Attributes:
        passage: The passage.
        document: Its document.
        citation: Where it stands, in one line.
        score: In [0, 1], not rising with rank.
        highlights: What is marked as answering; None for a system that marks nothing.
    """

    passage: Passage
    document: Document
    citation: str
    score: float
    highlights: tuple[Highlight, ...] | None


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    """What a system answers.

    Attributes:
        passages: The best first.
        answerability: Probability that the first five hold an answer; None where it is not told.
        ms: Milliseconds of computing that the answer took.
    """

    passages: tuple[FoundPassage, ...]
    answerability: float | None
    ms: float


def system_names(listed: str) -> tuple[str, ...]:
    """The systems that a list with commas names, each once.

    Raises:
        UnknownSystemError: There is no such system.
    """
    names = tuple(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
    for name in names or (listed,):
        if name not in SYSTEMS:
            raise UnknownSystemError(name, tuple(SYSTEMS))
    return names


def answers(searcher: Searcher, queries: Sequence[Query], system: str) -> Iterator[SystemAnswer]:
    """The answers of a system to queries, in their order.

    They are encoded in batches, of which as many are answered at one time as there are processors;
    no more are answered before those before them have been taken.

    Args:
        searcher: Holds the index and the models.
        queries: The questions; a part of hrqa leaves their conditions aside, but for the limit and
            ``max_per_document``.
        system: One of ``SYSTEMS``.

    Raises:
        QueryError: A question cannot be asked.
    """
    batches = (queries[begin : begin + _TOGETHER] for begin in range(0, len(queries), _TOGETHER))
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers, thread_name_prefix="ask") as pool:
        under_way: deque[Future[list[SystemAnswer]]] = deque()
        for batch in batches:
            under_way.append(pool.submit(_answered, searcher, batch, system))
            if len(under_way) > workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def _answered(searcher: Searcher, queries: Sequence[Query], system: str) -> list[SystemAnswer]:
    if system == HRQA:
        return list(_by_hrqa(searcher, queries))
    ranked = searcher.ranker.rank_all([query.text for query in queries], [None] * len(queries))
    return [
        _by_part(searcher, query, each, system) for query, each in zip(queries, ranked, strict=True)
    ]


def _by_hrqa(searcher: Searcher, queries: Sequence[Query]) -> Iterator[SystemAnswer]:
    for result in searcher.search_all(queries, most=DEEPEST):
        if isinstance(result, QueryError):
            raise result
        passages = tuple(
            FoundPassage(
                scored.passage,
                scored.citation.document,
                scored.citation.text,
                scored.score,
                scored.highlights,
            )
            for scored in result.passages
        )
        yield SystemAnswer(passages, result.answerability, result.took_ms)


def _by_part(searcher: Searcher, query: Query, ranked: Ranked, system: str) -> SystemAnswer:
    """The first passages of a part's ranking, nothing folded into them."""
    texts = searcher.index.text.texts
    counts: dict[str, int] = {}
    passages: list[FoundPassage] = []
    for number, _ in _ranking(searcher, ranked, system).entries:
        passage = texts.passage(number)
        counts[passage.document_id] = counts.get(passage.document_id, 0) + 1
        most = query.max_per_document
        if most is not None and counts[passage.document_id] > most:
            continue
        citation = cite_from(texts, passage)
        score = 1 / (len(passages) + 1)
        passages.append(FoundPassage(passage, citation.document, citation.text, score, None))
        if len(passages) == query.limit:
            break
    return SystemAnswer(tuple(passages), None, sum(stage.ms for stage in ranked.stages))


def _ranking(searcher: Searcher, ranked: Ranked, system: str) -> Ranking:
    match system:
        case "reranked":
            return ranked.fused
        case "fused":
            return searcher.ranker.fuse(ranked.rankings, weights_for(ranked.language))
        case "dense":
            return ranked.rankings[RETRIEVERS.index("passages")]
        case _:
            return ranked.rankings[RETRIEVERS.index(system)]
