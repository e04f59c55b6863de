"""Means of what was measured, over all questions and over groups of them."""

from collections.abc import Callable, Iterable, Sequence

from hrqa.evaluation.measuring import interval
from hrqa.evaluation.outcomes import Means, MeasureValue, QuestionScore, Values

ALL = "all"
CHARACTERS = "characters"
MARKED_PRECISION, MARKED_RECALL = "marked precision", "marked recall"
Belongs = Callable[[QuestionScore], bool]


def means_of(scores: Sequence[QuestionScore]) -> Means:
    """Means over the answerable questions, with their intervals.

    The groups are all of them, those of each language, of each kind, of each document that holds
    evidence, and of each language with a note that several questions share.
    """
    answerable = [score for score in scores if score.question.answerable]
    groups = list(_groups(answerable))

    def means(values: Callable[[QuestionScore], Values]) -> tuple[MeasureValue, ...]:
        return tuple(
            mean
            for name, belongs in groups
            for mean in _means(name, [dict(values(s)) for s in answerable if belongs(s)])
        )

    return Means(
        by_words=means(lambda score: score.measures),
        by_page=means(lambda score: score.by_page),
        by_document=means(lambda score: score.by_document),
        others=means(_others),
    )


def _groups(scores: Sequence[QuestionScore]) -> Iterable[tuple[str, Belongs]]:
    if not scores:
        return
    yield ALL, lambda _: True
    languages = sorted({score.question.language for score in scores})
    for language in languages:
        yield f"language={language}", _of_language(language)
    for kind in sorted({score.question.kind for score in scores}):
        yield f"kind={kind}", _of_kind(kind)
    for file in sorted({file for score in scores for file in _files(score)}):
        yield f"document={file}", _of_document(file)
    for language in languages:
        for note in sorted({s.question.note for s in scores if s.question.note == "unmarked"}):
            yield f"language={language} note={note}", _of_note(language, note)


def _of_language(language: str) -> Belongs:
    return lambda score: score.question.language == language


def _of_kind(kind: str) -> Belongs:
    return lambda score: score.question.kind == kind


def _of_document(file: str) -> Belongs:
    return lambda score: file in _files(score)


def _files(score: QuestionScore) -> set[str]:
    """Documents in which the evidence stands; not those that are evidence as a whole."""
    evidence = score.question.evidence
    return {each.document for each in evidence if each.page is not None or each.quote.strip()}


def _of_note(language: str, note: str) -> Belongs:
    return lambda s: s.question.language == language and s.question.note == note


def _means(group: str, values: Sequence[dict[str, float]]) -> Iterable[MeasureValue]:
    """The mean of each measure over the questions that have it."""
    for name in dict.fromkeys(name for each in values for name in each):
        known = [each[name] for each in values if name in each]
        value, low, high = interval(known)
        yield MeasureValue(name, group, value, low, high, len(known))


def _others(score: QuestionScore) -> Values:
    """Characters read; and how well the first result with evidence is marked, where any is."""
    found: list[tuple[str, float]] = [(CHARACTERS, float(score.characters))]
    marked = next((answer.marked for answer in score.answers if answer.groups), None)
    if marked is not None:
        precision = marked.both / marked.marked if marked.marked else 0.0
        found += [(MARKED_PRECISION, precision), (MARKED_RECALL, marked.both / marked.evidence)]
    return tuple(found)
