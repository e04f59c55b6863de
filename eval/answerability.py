"""How well the probability of an answer tells answered questions from others.

    .venv/bin/python eval/answerability.py [--development] [--xquad FOLDER] [--reports FOLDER]

Asked are the test half of the gold questions and XQuAD's testing articles, which nothing was fitted
to (``--development``: those it was fitted to), as they are and made unanswerable
(``eval/answer_sets.py``). AUROC is given for each kind of question without an answer against the
questions answered; then, over the gold questions as they are, the Brier score beside that of always
saying the share of answered ones, the reliability of the probability in five steps, and how
many of the answers that remain are wrong when the least sure questions are left unanswered.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from answer_questions import all_cases
from answer_sets import ASKED, NONE, Case
from sklearn.metrics import roc_auc_score

from hrqa.answerability.calibration import shipped_calibration
from hrqa.evaluation.measuring import interval
from hrqa.progress import Progress
from hrqa.settings import load_settings

_REPOSITORY = Path(__file__).resolve().parents[1]
_STEPS = 5
_COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.5)
_SEED, _RESAMPLES = 20261126, 2000


def area(cases: Sequence[Case]) -> str:
    """AUROC with its 95 % interval by bootstrap over the questions."""
    answered = np.array([case.answered for case in cases])
    sure = np.array([shipped_calibration().probability(case.features) for case in cases])
    chance = np.random.default_rng(_SEED)
    drawn = []
    for _ in range(_RESAMPLES):
        picks = chance.integers(0, len(cases), len(cases))
        if 0 < answered[picks].sum() < len(cases):
            drawn.append(roc_auc_score(answered[picks], sure[picks]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{roc_auc_score(answered, sure):.3f} [{low:.3f}, {high:.3f}]"


def print_areas(name: str, cases: Sequence[Case]) -> None:
    """AUROC of each kind without an answer against the questions that are answered."""
    asked = [case for case in cases if case.kind == ASKED]
    for kind in sorted({case.kind for case in cases} - {ASKED}):
        those = [case for case in cases if case.kind == kind]
        answered = [case for case in asked if case.answered]
        print(f"| {name} | {kind} | {len(answered)} and {len(those)} | {area(answered + those)} |")
    whole = [case for case in cases if case.kind in (ASKED, NONE)]
    if len({case.answered for case in whole}) > 1:
        print(f"| {name} | as asked, and missed | {len(whole)} | {area(whole)} |")


def print_calibration(cases: Sequence[Case]) -> None:
    """Brier score, reliability, and risk against coverage."""
    answered = np.array([case.answered for case in cases], dtype=float)
    sure = np.array([shipped_calibration().probability(case.features) for case in cases])
    brier, low, high = interval(((sure - answered) ** 2).tolist())
    always = ((answered.mean() - answered) ** 2).mean()
    print(
        f"\nBrier score {brier:.3f} [{low:.3f}, {high:.3f}]; "
        f"always saying {answered.mean():.2f}: {always:.3f}"
    )
    print("\n| probability | questions | mean | answered |\n|---|---:|---:|---:|")
    for step in range(_STEPS):
        inside = (sure >= step / _STEPS) & (sure < (step + 1) / _STEPS + (step == _STEPS - 1))
        if inside.any():
            span = f"{step / _STEPS:.1f} to {(step + 1) / _STEPS:.1f}"
            means = f"{sure[inside].mean():.2f} | {answered[inside].mean():.2f}"
            print(f"| {span} | {int(inside.sum())} | {means} |")
    print("\n| answered of all, the surest first | not answered of these |\n|---:|---:|")
    order = np.argsort(-sure, kind="stable")
    for coverage in _COVERAGES:
        kept = order[: round(coverage * len(order))]
        print(f"| {coverage:.0%} | {1 - answered[kept].mean():.3f} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--xquad", type=Path, default=_REPOSITORY.parent / "shared/data/xquad")
    parser.add_argument("--reports", type=Path, default=_REPOSITORY / "eval/reports")
    options = parser.parse_args()
    if not options.xquad.is_dir():
        print(f"skipped: {options.xquad} is not there")
        return
    found = all_cases(
        load_settings({}),
        options.xquad,
        options.reports,
        held_out=not options.development,
        progress=Progress(),
    )
    print("| corpus | without an answer | questions | AUROC |\n|---|---|---:|---|")
    for name, cases in found.items():
        print_areas(name, cases)
    print_calibration([case for case in found["gold"] if case.kind in (ASKED, NONE)])


if __name__ == "__main__":
    main()
