"""What sloppy typing costs: the gold questions as they are, and as typed in a hurry.

    .venv/bin/python eval/sloppy.py [--split development] [--show]

Each kind of sloppiness is made from the answerable gold questions by a fixed seed
(``eval/sloppy_questions.py``). Recall@5 and MRR@10 by language, each with its difference to the
same questions as they are and the 95 % interval of the difference by paired bootstrap (2,000
resamples, fixed seed). A question that a kind leaves as it is counts with its difference of zero.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sloppy_questions import KINDS, SEED, sloppy

from hrqa.datatypes import GoldQuestion
from hrqa.evaluation.gold import read_gold
from hrqa.evaluation.running import evaluate, read_split
from hrqa.progress import Progress
from hrqa.search import Searcher
from hrqa.settings import Settings, load_settings
from hrqa.wiring import open_searcher

_MEASURES = ("Recall@5", "MRR@10")
_RESAMPLES, _SHOWN = 2000, 4

Scores = dict[str, dict[str, float]]


def scores(
    searcher: Searcher, questions: Sequence[GoldQuestion], settings: Settings, progress: Progress
) -> Scores:
    """Question id to measure to value."""
    found = evaluate(searcher, questions, gold_file=settings.gold, progress=progress)
    return {score.question.id: dict(score.measures) for score in found.questions}


def row(kind: str, questions: Sequence[GoldQuestion], values: Scores, base: Scores) -> str:
    """A line of the table."""
    cells = []
    for language in ("en", "vi"):
        ids = [question.id for question in questions if question.language == language]
        picks = np.random.default_rng(SEED).integers(0, len(ids), (_RESAMPLES, len(ids)))
        for measured in _MEASURES:
            own = np.array([values[i][measured] for i in ids])
            difference = own - np.array([base[i][measured] for i in ids])
            low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
            versus = f" ({difference.mean():+.3f} [{low:+.3f}, {high:+.3f}])"
            cells.append(f"{own.mean():.3f}{versus if values is not base else ''}")
    return f"| {kind} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--split", choices=["development", "test"], default="development")
    parser.add_argument("--show", action="store_true", help="print some questions of each kind")
    options = parser.parse_args()
    settings, progress = load_settings({}), Progress()
    half = read_split(settings.gold, options.split)
    questions = [q for q in read_gold(settings.gold) if q.id in half and q.answerable]
    searcher = open_searcher(settings)
    counts = [sum(q.language == language for q in questions) for language in ("en", "vi")]
    heads = [
        f"{n} {lang}: {m}" for lang, n in zip(("en", "vi"), counts, strict=True) for m in _MEASURES
    ]
    print("| typed | " + " | ".join(heads) + " |\n|---" + "|---" * len(heads) + "|")
    base = scores(searcher, questions, settings, progress)
    print(row("as in the gold file", questions, base, base), flush=True)
    for kind in KINDS:
        typed = [
            replace(q, question=sloppy(q.question, q.language, kind, name=q.id)) for q in questions
        ]
        values = scores(searcher, typed, settings, progress)
        print(row(kind, questions, values, base), flush=True)
        for question in [*typed[:_SHOWN], *typed[-_SHOWN:]] if options.show else ():
            print(f"    {question.question}")
    searcher.index.close()


if __name__ == "__main__":
    main()
