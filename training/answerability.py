"""Fit the probability that the first passages hold the answer.

A logistic regression over ``AnswerFeatures``, fitted to the development half of the gold questions
and to XQuAD's training articles, as they are and made unanswerable in three ways
(``eval/answer_sets.py``). Questions of each corpus count alike, and so do the kinds of questions
without an answer; seven in ten count as answered. It is refitted with each corpus left out and
tried on that one. Figures stand in ``src/hrqa/answerability/CARD.md``.

    python training/answerability.py --xquad ../shared/data/xquad
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "eval"))
from answer_questions import all_cases
from answer_sets import ASKED, Case

from hrqa.answerability.features import AnswerFeatures
from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.progress import Progress
from hrqa.settings import load_settings

TARGET = Path("src/hrqa/answerability/calibration.json")
ANSWERED_SHARE = 0.7
STRENGTH = 0.1

Values = npt.NDArray[np.float64]


def main() -> None:
    """Fit, say how well it carries over, and write the calibration."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--xquad", type=Path, default=Path("../shared/data/xquad"))
    parser.add_argument("--reports", type=Path, default=Path("eval/reports"))
    options = parser.parse_args()
    found = all_cases(
        load_settings({}),
        options.xquad,
        options.reports,
        held_out=False,
        progress=Progress(),
    )
    for left_out, tried in found.items():
        fitted = fit([cases for name, cases in found.items() if name != left_out])
        answered = [case.answered for case in tried]
        area = roc_auc_score(answered, fitted.predict_proba(values(tried))[:, 1])
        print(f"fitted without {left_out}, tried on it: AUROC {area:.3f} ({len(tried)} questions)")
    regression = fit(list(found.values()))
    scaler, logistic = regression[0], regression[1]
    weights = logistic.coef_[0] / scaler.scale_
    intercept = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())
    names = [field.name for field in fields(AnswerFeatures)]
    for name, standardised in zip(names, logistic.coef_[0], strict=True):
        print(f"{name:18} {standardised:+.2f} a standard deviation")
    value = {
        "model": EMBEDDED_MODEL,
        "intercept": round(intercept, 6),
        "weights": {n: round(float(w), 6) for n, w in zip(names, weights, strict=True)},
    }
    TARGET.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    print(f"written: {TARGET}")


def values(cases: Sequence[Case]) -> Values:
    """The measures of cases, one row each."""
    return np.array([case.features.values() for case in cases])


def fit(corpora: Sequence[Sequence[Case]]) -> object:
    """Fit a regression to the cases of some corpora."""
    regression = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=2000))
    cases = [case for corpus in corpora for case in corpus]
    weights = np.concatenate([weigh(corpus) for corpus in corpora]) * len(cases) / len(corpora)
    answered = [case.answered for case in cases]
    regression.fit(values(cases), answered, logisticregression__sample_weight=weights)
    return regression


def weigh(cases: Sequence[Case]) -> Values:
    """What each case of a corpus counts, one together."""
    kinds = sorted({case.kind for case in cases} - {ASKED})
    weights = np.zeros(len(cases))
    answered = np.array([case.answered for case in cases])
    weights[answered] = ANSWERED_SHARE / answered.sum()
    for kind in kinds:
        members = np.array([case.kind == kind for case in cases])
        weights[members] = (1 - ANSWERED_SHARE) / len(kinds) / members.sum()
    missed = np.array([case.kind == ASKED and not case.answered for case in cases])
    weights[missed] = weights[~answered & ~missed].mean()
    return weights / weights.sum()


if __name__ == "__main__":
    main()
