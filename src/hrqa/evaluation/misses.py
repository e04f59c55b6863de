"""Why evidence is not among the first results: never indexed, cut, folded, or ranked too low."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hrqa.datatypes import BlockKind, Passage
from hrqa.evaluation.evidence import Occurrence
from hrqa.evaluation.locating import LocatedEvidence
from hrqa.evaluation.systems import HRQA
from hrqa.folding import FoundPassage, fold_ranking
from hrqa.fusion import weights_for
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.ranking import RETRIEVERS, Ranked
from hrqa.search import Searcher

FIRST = 10
"""Results among which evidence is looked for."""

_BY_RETRIEVER = ("dense", "sentences", "lexical")
STAGES = (*_BY_RETRIEVER, "fused", "reranked")
"""The stages of a search that rank passages, named as the systems that can be asked."""

_TOGETHER = 32
"""Questions that are encoded in one pass."""


class MissReason(StrEnum):
    """Why a group of evidence is not among the first results."""

    NOT_INDEXED = "not indexed"
    """Too few of a quotation's words stand in any passage."""

    CUT = "cut in two"
    """Passages hold the words together, but none holds half of them."""

    FOLDED = "folded into another passage"
    """It is found, and a result above says the same."""

    LOW = "ranked too low"
    """A passage holds it, and others stand before it."""


class LostAt(StrEnum):
    """Where a passage with evidence falls behind others."""

    RETRIEVAL = "retrieval"
    """No retriever has it among the first results."""

    FUSION = "fusion"
    """A retriever has, and all of them together have not."""

    RERANKING = "reranking"
    """Fusion has it, and the comparison token by token puts others before it."""

    SELECTION = "selection"
    """It is ranked among the first, and left out of the results."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A group of evidence that is not among the first results, and why.

    Attributes:
        group: The group.
        reason: Why.
        lost_at: Where it falls behind; None unless it is ranked too low.
        ranks: Each of ``STAGES`` with the rank of the best passage that holds the evidence; None
            where the stage does not find one. Of whole documents the rank among documents. Empty
            where no passage holds it.
        passage_id: The passage that holds it and is ranked best in the end; None where none is.
        folded_into: Rank of the result into which it is folded.
        words: Words of the quotation; 0 where it was found or is a page.
        in_passages: How many of them stand in any passage.
        in_one: How many stand in the passage that holds most.
        in_furniture: Whether all others stand in running headers or footers.
    """

    group: int
    reason: MissReason
    lost_at: LostAt | None = None
    ranks: tuple[tuple[str, int | None], ...] = ()
    passage_id: str | None = None
    folded_into: int | None = None
    words: int = 0
    in_passages: int = 0
    in_one: int = 0
    in_furniture: bool = False


@dataclass(frozen=True, slots=True)
class AskedEvidence:
    """A question that was asked, its evidence, and what its first results hold.

    Attributes:
        query: The question as it was asked.
        located: Its evidence.
        found: Groups that the first results hold.
    """

    query: Query
    located: tuple[LocatedEvidence, ...]
    found: frozenset[int]

    @property
    def missed(self) -> list[int]:
        """Groups that the first results do not hold, ascending."""
        return sorted({each.evidence.group for each in self.located} - self.found)


def explain_misses(
    searcher: Searcher, asked: Sequence[AskedEvidence], system: str, *, progress: Progress
) -> list[tuple[Miss, ...]]:
    """Say of each question why evidence is missing; questions without a miss are not asked again.

    Args:
        searcher: Answered them.
        asked: The questions.
        system: One of ``systems.SYSTEMS``: which answered them.
        progress: Shows how far the work is.

    Returns:
        For each question its misses by group, ascending.
    """
    holders = _Holders(searcher)
    missed: list[tuple[Miss, ...]] = [()] * len(asked)
    places = [place for place, each in enumerate(asked) if each.missed]
    if not places:
        return missed
    with progress.stage("Explaining misses", len(places), "question") as step:
        for begin in range(0, len(places), _TOGETHER):
            some = places[begin : begin + _TOGETHER]
            ranked = searcher.ranker.rank_all(
                [asked[place].query.text for place in some], [None] * len(some)
            )
            for place, each in zip(some, ranked, strict=True):
                ways = _Ways(searcher, asked[place], each, system)
                missed[place] = tuple(
                    _explained(holders, ways, asked[place], group) for group in asked[place].missed
                )
            step(len(some))
    return missed


def _explained(holders: "_Holders", ways: "_Ways", asked: AskedEvidence, group: int) -> Miss:
    evidence = [each for each in asked.located if each.evidence.group == group]
    numbers = frozenset(number for each in evidence for number in holders.of(each))
    if numbers:
        return ways.miss(group, numbers)
    places = [(each, found) for each in evidence for found in each.occurrences]
    misses = [holders.uncovered(group, each, found) for each, found in places]
    return max(misses, key=lambda miss: miss.in_passages / miss.words, default=_absent(group))


def _absent(group: int) -> Miss:
    """Of a page without passages."""
    return Miss(group, MissReason.NOT_INDEXED)


class _Holders:
    """Which passages of an index hold evidence."""

    def __init__(self, searcher: Searcher) -> None:
        self._texts = searcher.index.text.texts
        self._stored = {stored.document.file: stored for stored in self._texts.documents}
        self._passages: dict[str, list[Passage]] = {}

    def of(self, located: LocatedEvidence) -> Iterable[int]:
        """Numbers of the passages that hold it."""
        file = located.evidence.document
        stored = self._stored[file]
        if located.is_document:
            return range(stored.first_passage, stored.first_passage + stored.passages)
        return [
            number
            for number, passage in enumerate(self._of_document(file), stored.first_passage)
            if located.is_in(file, passage)
        ]

    def uncovered(self, group: int, located: LocatedEvidence, occurrence: Occurrence) -> Miss:
        """Why no passage holds one place of a quotation."""
        file = located.evidence.document
        held = [_words_in(passage, occurrence) for passage in self._of_document(file)]
        anywhere = frozenset[int]().union(*held)
        words = len(occurrence.words)
        left = [place for number, place in enumerate(occurrence.words) if number not in anywhere]
        return Miss(
            group,
            MissReason.CUT if 2 * len(anywhere) >= words else MissReason.NOT_INDEXED,
            words=words,
            in_passages=len(anywhere),
            in_one=max(map(len, held), default=0),
            in_furniture=bool(left) and all(self._is_furniture(file, *place) for place in left),
        )

    def _of_document(self, file: str) -> list[Passage]:
        if file not in self._passages:
            stored = self._stored[file]
            first = stored.first_passage
            self._passages[file] = self._texts.passages(first, first + stored.passages)
        return self._passages[file]

    def _is_furniture(self, file: str, number: int | None, offset: int) -> bool:
        page = self._texts.page(self._stored[file].document.id, number)
        blocks = () if page is None else page.blocks
        return any(
            block.kind is BlockKind.FURNITURE and block.start <= offset < block.end
            for block in blocks
        )


def _words_in(passage: Passage, occurrence: Occurrence) -> frozenset[int]:
    """Numbers of a quotation's words that stand in a passage."""
    return frozenset(
        number
        for number, (page, offset) in enumerate(occurrence.words)
        if any(span.page == page and span.start <= offset < span.end for span in passage.spans)
    )


class _Ways:
    """How each stage ranks passages for one question."""

    def __init__(self, searcher: Searcher, asked: AskedEvidence, ranked: Ranked, system: str):
        texts = searcher.index.text.texts
        dense, sentences, lexical = (
            ranked.rankings[RETRIEVERS.index(name)] for name in ("passages", "sentences", "lexical")
        )
        fused = searcher.ranker.fuse(ranked.rankings, weights_for(ranked.language))
        rankings = (dense, sentences, lexical, fused, ranked.fused)
        whole = any(each.is_document for each in asked.located)
        starts = sorted(stored.first_passage for stored in texts.documents) if whole else None
        self._ids = texts.passage_ids
        self._ranks = {
            stage: _ranks([number for number, _ in ranking.entries], starts)
            for stage, ranking in zip(STAGES, rankings, strict=True)
        }
        self._system = system
        self._first = min(FIRST, asked.query.limit)
        self._results: list[FoundPassage] = []
        if system == HRQA:
            self._results = fold_ranking(texts, ranked.fused, asked.query, allowed=lambda _: True)

    def miss(self, group: int, numbers: frozenset[int]) -> Miss:
        """Why evidence that some passages hold is missed."""
        ranks = {
            stage: min((ranks[number] for number in numbers if number in ranks), default=None)
            for stage, ranks in self._ranks.items()
        }
        by_rank = self._ranks[STAGES[-1]]
        best = min(numbers & by_rank.keys(), key=by_rank.__getitem__, default=None)
        into = self._folded_into({self._ids[number] for number in numbers})
        return Miss(
            group,
            MissReason.LOW if into is None else MissReason.FOLDED,
            lost_at=lost_at(ranks, self._system, first=self._first) if into is None else None,
            ranks=tuple(ranks.items()),
            passage_id=None if best is None else self._ids[best],
            folded_into=into,
        )

    def _folded_into(self, passage_ids: set[str]) -> int | None:
        for rank, result in enumerate(self._results[: self._first], start=1):
            if any(other.id in passage_ids for other in result.others):
                return rank
        return None


def lost_at(ranks: Mapping[str, int | None], system: str, *, first: int = FIRST) -> LostAt:
    """Where a passage that is ranked too low falls behind others.

    Args:
        ranks: Its rank in each of ``STAGES``; None where a stage does not find it.
        system: One of ``systems.SYSTEMS``: whose results it is missing from.
        first: How many results are looked at.
    """
    among = {stage for stage, rank in ranks.items() if rank is not None and rank <= first}
    asked = STAGES[-1] if system == HRQA else system
    if asked in among:
        return LostAt.SELECTION
    if asked in _BY_RETRIEVER:
        return LostAt.RETRIEVAL
    if "fused" in among:
        return LostAt.RERANKING
    return LostAt.FUSION if among.intersection(_BY_RETRIEVER) else LostAt.RETRIEVAL


def _ranks(numbers: Sequence[int], starts: Sequence[int] | None) -> dict[int, int]:
    """The rank of each passage; that of its document where the documents' first ones are given."""
    if starts is None:
        return {number: rank for rank, number in enumerate(numbers, start=1)}
    ranks: dict[int, int] = {}
    documents = [bisect_right(starts, number) for number in numbers]
    for document in documents:
        ranks.setdefault(document, len(ranks) + 1)
    return {number: ranks[document] for number, document in zip(numbers, documents, strict=True)}


def miss_in_words(miss: Miss) -> str:
    """A miss as one line, such as ``ranked too low: dense 34, lexical not found``."""
    text = str(miss.reason)
    if miss.folded_into is not None:
        text += f", which is result {miss.folded_into}"
    if miss.ranks:
        ranks = (f"{stage} {'not found' if r is None else r}" for stage, r in miss.ranks)
        return f"{text}: {', '.join(ranks)}"
    if not miss.words:
        return f"{text}: no passage stands on its page"
    text += f": {miss.in_passages} of its {miss.words} words stand in passages"
    if miss.in_passages:
        text += f", at most {miss.in_one} in one"
    return text + ("; the others are in running headers or footers" if miss.in_furniture else "")
