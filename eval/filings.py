"""Whether the page that answers a question about a real filing is found.

    .venv/bin/python eval/filings.py [--misses] [--quick] [--data FOLDER] [--reports FOLDER]

The folder holds PDF files and ``questions.jsonl``, part of FinanceBench's open sample: each
question with the pages that its evidence stands on. A page is found when a span of a passage
stands on it. The share of questions with an evidence page among the first 1, 5 and 10 passages is
given with its 95 % interval by bootstrap over the questions (2,000 resamples, fixed seed), once
with the question's document as filter and once over all documents.

hrqa is the product: ``hrqa index`` and its searcher. Beside it stand plain baselines of the same
run: PDFium's plain text, page by page, whole or in pieces of 1,000 characters, ranked by BM25 and
by the product's model with BM25. ``--quick`` leaves out the one that embeds. The index and the
vectors are kept in the reports folder, so that a second run embeds only what is new.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filings_plain import Found, PlainText

from hrqa.embedding.encoder import Encoder
from hrqa.errors import HrqaError
from hrqa.evaluation.measuring import interval
from hrqa.indexing import update_index
from hrqa.progress import Progress
from hrqa.queries import MAX_LIMIT, Query
from hrqa.search import Searcher
from hrqa.settings import Settings, load_settings
from hrqa.wiring import open_searcher

DEPTHS = (1, 5, 10)
_REPOSITORY = Path(__file__).resolve().parents[1]
_MISSED = 5
_SHOWN_PASSAGES, _SHOWN_CHARS = 3, 400

Search = Callable[[str, str | None], Sequence[Found]]
"""The passages for a question, best first, at most ``MAX_LIMIT``; in one file, or in all."""


@dataclass(frozen=True)
class Question:
    """A question about a filing.

    Attributes:
        id: Its id.
        file: The filing that it is about.
        text: The question.
        pages: File and physical page number, from 1, of each page that holds evidence.
    """

    id: str
    file: str
    text: str
    pages: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Asked:
    """A question's passages, best first."""

    question: Question
    passages: Sequence[Found]

    @property
    def rank(self) -> int | None:
        """Rank of the first passage on an evidence page, from 1; None where there is none."""
        for rank, passage in enumerate(self.passages, start=1):
            if any((passage.file, page) in self.question.pages for page in passage.pages):
                return rank
        return None


def read_questions(path: Path) -> list[Question]:
    """Read ``questions.jsonl``, whose ``page_index`` counts from 0."""
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        pages = frozenset(
            (f"{evidence['doc']}.pdf", evidence["page_index"] + 1) for evidence in entry["evidence"]
        )
        questions.append(Question(entry["id"], f"{entry['doc']}.pdf", entry["question"], pages))
    return questions


def product(searcher: Searcher) -> Search:
    """Search as the product does."""
    ids = {
        stored.document.file: stored.document.id for stored in searcher.index.text.texts.documents
    }

    def search(question: str, file: str | None) -> list[Found]:
        if file is not None and file not in ids:
            return []
        only = () if file is None else (ids[file],)
        result = searcher.search(Query(question, limit=MAX_LIMIT, document_ids=only))
        return [
            Found(
                scored.citation.document.file,
                tuple(span.page for span in scored.passage.spans if span.page is not None),
                scored.passage.text,
            )
            for scored in result.passages
        ]

    return search


def ask(search: Search, questions: Sequence[Question], *, filtered: bool) -> list[Asked]:
    """Ask every question, in its own filing or in all."""
    return [
        Asked(question, search(question.text, question.file if filtered else None))
        for question in questions
    ]


def table(rows: Sequence[tuple[str, Sequence[Asked], Sequence[Asked]]]) -> str:
    """A Markdown table: a line for each system, asked with the filter and without."""
    heads = [f"{where}, top {depth}" for where in ("document", "all") for depth in DEPTHS]
    lines = ["| system | " + " | ".join(heads) + " |", "|---" + "|---:" * len(heads) + "|"]
    for name, filtered, everywhere in rows:
        cells = [_share(asked, depth) for asked in (filtered, everywhere) for depth in DEPTHS]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join(lines)


def _share(asked: Sequence[Asked], depth: int) -> str:
    hits = [float(one.rank is not None and one.rank <= depth) for one in asked]
    mean, low, high = interval(hits)
    return f"{mean:.2f} [{low:.2f}, {high:.2f}]"


def misses(filtered: Sequence[Asked], everywhere: Sequence[Asked]) -> str:
    """Each question without an evidence page among its first five passages, and what they are."""
    parts = []
    for in_document, in_all in zip(filtered, everywhere, strict=True):
        ranks = [in_document.rank, in_all.rank]
        if all(rank is not None and rank <= _MISSED for rank in ranks):
            continue
        question = in_document.question
        pages = ", ".join(f"{file} p. {page}" for file, page in sorted(question.pages))
        said = [str(rank) if rank else f"beyond {MAX_LIMIT}" for rank in ranks]
        parts.append(
            f"### {question.id}\n\n{question.text}\n\nEvidence on {pages}; its first passage has "
            f"rank {said[0]} in the document, {said[1]} in all."
        )
        shown = in_all if in_document.rank and in_document.rank <= _MISSED else in_document
        for rank, passage in enumerate(shown.passages[:_SHOWN_PASSAGES], start=1):
            parts.append(f"{rank}. {passage.file} p. {_numbers(passage)}\n\n{_quoted(passage)}")
        if shown.rank and shown.rank > _SHOWN_PASSAGES:
            passage = shown.passages[shown.rank - 1]
            parts.append(f"{shown.rank}. (evidence) p. {_numbers(passage)}\n\n{_quoted(passage)}")
    return "\n\n".join(parts)


def _numbers(passage: Found) -> str:
    return ", ".join(str(page) for page in dict.fromkeys(passage.pages))


def _quoted(passage: Found) -> str:
    text = passage.text[:_SHOWN_CHARS] + ("…" if len(passage.text) > _SHOWN_CHARS else "")
    return "\n".join(f"   > {line}" for line in text.replace("\t", " | ").split("\n"))


def _index(settings: Settings, progress: Progress) -> None:
    report = update_index(settings, progress=progress, allow_shrink=True)
    for failed in report.failed:
        progress.say(f"not read: {failed.file}: {failed.reason}")


def run(options: argparse.Namespace, progress: Progress) -> None:
    """Index, ask, and print the table.

    Raises:
        HrqaError: The filings cannot be indexed.
    """
    questions = read_questions(options.data / "questions.jsonl")
    settings = load_settings({"corpus": options.data, "index": options.reports / "index"})
    _index(settings, progress)
    encoder = Encoder(settings.model)
    searcher = open_searcher(settings)
    texts = searcher.index.text.texts
    plain = PlainText(sorted(options.data.glob("*.pdf")))
    systems: dict[str, Search] = {
        "hrqa": product(searcher),
        "whole pages, BM25": plain.pages_by_words(),
        "1,000 characters, BM25": plain.pieces_by_words(),
    }
    if not options.quick:
        systems["1,000 characters, vectors with .4 BM25"] = plain.pieces_by_vectors(
            encoder, options.reports / "plain-vectors.npz", progress
        )
    rows = []
    with progress.stage("Asking", 2 * len(questions) * len(systems), "question") as step:
        for name, search in systems.items():
            answers = []
            for filtered in (True, False):
                answers.append(ask(search, questions, filtered=filtered))
                step(len(questions))
            rows.append((name, *answers))
    print(
        f"{len(questions)} questions, {len(texts.documents)} documents, "
        f"{len(texts.passage_ids):,} passages of hrqa's, model {encoder.name}\n"
    )
    print(table(rows))
    if options.misses:
        print("\n" + misses(*rows[0][1:]))
    searcher.index.close()


def main() -> int:
    """Print the table; 0, or 1 where the filings cannot be indexed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=_REPOSITORY.parent / "shared/data/financebench-dev"
    )
    parser.add_argument("--reports", type=Path, default=_REPOSITORY / "eval/reports/filings")
    parser.add_argument("--misses", action="store_true", help="show each question not found")
    parser.add_argument("--quick", action="store_true", help="leave out the baseline that embeds")
    options = parser.parse_args()
    if not (options.data / "questions.jsonl").is_file():
        print(f"skipped: {options.data} holds no questions.jsonl")
        return 0
    try:
        run(options, Progress())
    except HrqaError as error:
        print(f"filings: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
