"""Whether fusion is worse than its best part on public sets of texts: nDCG@10 of each.

    .venv/bin/python eval/public_sets.py [--all] [--data FOLDER] [--reports FOLDER]
        [--beir FOLDER]... [--filings]

XQuAD in four directions (English and Vietnamese questions on English and Vietnamese paragraphs),
each question among all 240 paragraphs, and Cranfield. The texts are indexed as a user's would be
and asked through the product's searcher; a document stands where its first passage stands.
Questions are those of XQuAD's testing articles, with ``--all`` those of all, from which hrqa's
Vietnamese was taught. Each part is given with its difference to hrqa and the 95 % interval of the
difference by paired bootstrap (2,000 resamples, fixed seed). BEIR sets are added by their folders,
of which the test queries are asked; ``--filings`` goes on with ``eval/filings.py``, which takes
half an hour the first time. What is not there is skipped with a word.
"""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ir_measures import iter_calc, nDCG
from text_sets import (
    SetQuestion,
    cranfield_questions,
    cranfield_texts,
    write_folder,
    xquad_questions,
    xquad_texts,
)

from hrqa.evaluation.beir import QUERIES, qrels_path, write_corpus
from hrqa.evaluation.runs import read_qrels
from hrqa.evaluation.topics import read_topics
from hrqa.indexing import update_index
from hrqa.progress import Progress
from hrqa.queries import Ranking
from hrqa.search import Searcher
from hrqa.settings import load_settings
from hrqa.wiring import open_searcher

_REPOSITORY = Path(__file__).resolve().parents[1]
_DEPTH, _SEED, _RESAMPLES = 10, 20261126, 2000
_COMPARED = "tokens of the first 100"


def open_set(
    reports: Path, name: str, texts: Sequence[tuple[str, str, str]], progress: Progress
) -> Searcher:
    """Index the texts of a set, or bring its index up to date, and open it."""
    folder = write_folder(reports / name / "corpus", texts)
    settings = load_settings({"corpus": folder, "index": reports / name / "index"})
    update_index(settings, progress=progress, allow_shrink=True)
    return open_searcher(settings)


def open_beir(
    reports: Path, folder: Path, progress: Progress
) -> tuple[Searcher, list[SetQuestion]]:
    """Index a BEIR set, or bring its index up to date; it, opened, and its test queries."""
    corpus = reports / folder.name / "corpus"
    files = write_corpus(folder, corpus)
    settings = load_settings({"corpus": corpus, "index": reports / folder.name / "index"})
    update_index(settings, progress=progress, allow_shrink=True)
    searcher = open_searcher(settings)
    stored = searcher.index.text.texts.documents
    ids = {each.document.file: each.document.id for each in stored}
    qrels = read_qrels(qrels_path(folder, "test"))
    questions = [
        SetQuestion(
            topic.id,
            topic.text,
            {ids[files[item]]: grade for item, grade in qrels[topic.id].items() if grade > 0},
        )
        for topic in read_topics(folder / QUERIES)
        if topic.id in qrels
    ]
    return searcher, questions


def documents(searcher: Searcher, ranking: Ranking) -> list[str]:
    """The first ten documents of a ranking of passages."""
    found: dict[str, None] = {}
    for number, _ in ranking.entries:
        found[searcher.index.text.texts.passage(number).document_id] = None
        if len(found) == _DEPTH:
            break
    return list(found)


def ask(
    searcher: Searcher, questions: Sequence[SetQuestion], progress: Progress
) -> dict[str, dict[str, list[str]]]:
    """For hrqa and each part: question id to documents, best first."""
    runs: dict[str, dict[str, list[str]]] = {}
    with progress.stage("Asking", len(questions), "question") as step:
        for question in questions:
            ranked = searcher.ranker.rank(question.text)
            means = ranked.matches.mean(axis=1).tolist()
            compared = sorted(zip(ranked.compared, means, strict=True), key=lambda pair: -pair[1])
            rankings = {
                "hrqa": ranked.fused,
                **{ranking.retriever: ranking for ranking in ranked.rankings},
                _COMPARED: Ranking("tokens", tuple(compared)),
            }
            for name, ranking in rankings.items():
                runs.setdefault(name, {})[question.id] = documents(searcher, ranking)
            step(1)
    return runs


def scores(
    run: Mapping[str, Sequence[str]], questions: Sequence[SetQuestion]
) -> npt.NDArray[np.float64]:
    """NDCG@10 of each question, as trec_eval has it; 0 for a question without results."""
    qrels = {question.id: question.relevant for question in questions}
    ranked = {
        query: {document: 1 / rank for rank, document in enumerate(found, start=1)}
        for query, found in run.items()
    }
    values = {r.query_id: r.value for r in iter_calc([nDCG @ _DEPTH], qrels, ranked)}
    return np.array([values.get(question.id, 0.0) for question in questions])


def print_set(
    name: str, searcher: Searcher, questions: Sequence[SetQuestion], progress: Progress
) -> None:
    """Ask every question with an answer and print a row for hrqa and each of its parts."""
    answered = [question for question in questions if question.relevant]
    measured = {s: scores(run, answered) for s, run in ask(searcher, answered, progress).items()}
    picks = np.random.default_rng(_SEED).integers(0, len(answered), (_RESAMPLES, len(answered)))
    for system, values in measured.items():
        difference = values - measured["hrqa"]
        low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
        versus = "" if system == "hrqa" else f"{difference.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        print(
            f"| {name} ({len(answered)}) | {system} | {values.mean():.3f} | {versus} |", flush=True
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=_REPOSITORY.parent / "shared/data")
    parser.add_argument("--reports", type=Path, default=_REPOSITORY / "eval/reports")
    parser.add_argument("--beir", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--filings", action="store_true", help="also real filings")
    parser.add_argument("--all", action="store_true", help="all of XQuAD's questions")
    options = parser.parse_args()
    progress = Progress()
    held_out = None if options.all else True
    print("| set | system | nDCG@10 | less hrqa |\n|---|---|---|---|", flush=True)
    xquad, cranfield = options.data / "xquad", options.data / "cranfield"
    for language in ("en", "vi"):
        if not xquad.is_dir():
            print(f"skipped: {xquad} is not there")
            break
        texts = xquad_texts(xquad, language)
        searcher = open_set(options.reports, f"xquad-{language}", texts, progress)
        for asked in ("en", "vi"):
            questions = xquad_questions(xquad, asked, held_out=held_out)
            print_set(f"XQuAD, {asked} on {language}", searcher, questions, progress)
        searcher.index.close()
    if cranfield.is_dir():
        searcher = open_set(options.reports, "cranfield", cranfield_texts(cranfield), progress)
        print_set("Cranfield", searcher, cranfield_questions(cranfield), progress)
        searcher.index.close()
    else:
        print(f"skipped: {cranfield} is not there")
    for folder in options.beir:
        if not folder.is_dir():
            print(f"skipped: {folder} is not there")
            continue
        searcher, questions = open_beir(options.reports, folder.resolve(), progress)
        print_set(folder.resolve().name, searcher, questions, progress)
        searcher.index.close()
    if options.filings:
        print(flush=True)
        subprocess.run([sys.executable, str(_REPOSITORY / "eval/filings.py")], check=False)


if __name__ == "__main__":
    main()
