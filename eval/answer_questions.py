"""The questions of each corpus with the passages that answer them, for answerability."""

from pathlib import Path

from answer_sets import AnswerableQuestion, Case, cases
from public_sets import open_set
from text_sets import xquad_questions, xquad_texts

from hrqa.evaluation.evidence import DocumentWords, holds
from hrqa.evaluation.gold import read_gold
from hrqa.evaluation.running import read_split
from hrqa.progress import Progress
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa.wiring import open_searcher

SEED, ONE_IN, ELSEWHERE_MOST = 20261126, 2, 150


def gold_questions(searcher: Searcher, path: Path, half: str) -> list[AnswerableQuestion]:
    """The questions of one half of the gold file."""
    texts, wanted = searcher.index.text.texts, read_split(path, half)
    stored = {entry.document.file: entry for entry in texts.documents}
    words = {
        file: DocumentWords(entry, texts.pages(entry.document.id)) for file, entry in stored.items()
    }
    questions = []
    for gold in read_gold(path):
        if gold.id not in wanted:
            continue
        holding = set()
        for evidence in gold.evidence:
            entry = stored[evidence.document]
            places = words[evidence.document].occurrences(evidence.quote, evidence.page)
            for number in range(entry.first_passage, entry.first_passage + entry.passages):
                if holds(texts.passage(number), evidence, places):
                    holding.add(number)
        questions.append(AnswerableQuestion(gold.id, gold.question, frozenset(holding)))
    return questions


def xquad_answerable(searcher: Searcher, data: Path, *, held_out: bool) -> list[AnswerableQuestion]:
    """XQuAD's questions in English and Vietnamese on its English paragraphs."""
    rows = {
        entry.document.id: frozenset(
            range(entry.first_passage, entry.first_passage + entry.passages)
        )
        for entry in searcher.index.text.texts.documents
    }
    return [
        AnswerableQuestion(
            f"{language} {question.id}",
            question.text,
            frozenset().union(*(rows[document] for document in question.relevant)),
        )
        for language in ("en", "vi")
        for question in xquad_questions(data, language, held_out=held_out)
    ]


def all_cases(
    settings: Settings, data: Path, reports: Path, *, held_out: bool, progress: Progress
) -> dict[str, list[Case]]:
    """The cases of the gold questions and of XQuAD's, each put to the other's corpus too.

    Args:
        settings: Where the index and the gold questions are.
        data: Folder of XQuAD's files.
        reports: Where XQuAD's English paragraphs are indexed.
        held_out: The test half and the testing articles, or the development half and the others.
        progress: Shows how far the work is.
    """
    corpus, gold = open_searcher(settings), settings.gold
    xquad = open_set(reports, "xquad-en", xquad_texts(data, "en"), progress)
    own = gold_questions(corpus, gold, "test" if held_out else "development")
    theirs = xquad_answerable(xquad, data, held_out=held_out)[::ONE_IN]
    sets = {"gold": (corpus, own, theirs), "XQuAD": (xquad, theirs, own)}
    found = {}
    for name, (searcher, questions, others) in sets.items():
        elsewhere = [question.text for question in others if question.holding][:ELSEWHERE_MOST]
        total = len(questions) + len(elsewhere)
        with progress.stage(f"Asking {name}", total, "question") as step:
            found[name] = list(cases(searcher, questions, elsewhere, seed=SEED, step=step))
    return found
