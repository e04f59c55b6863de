"""Release today's figures: measure, write them by question, and put them into the README.

    .venv/bin/python eval/release.py            # says what is significantly worse, and stops there
    .venv/bin/python eval/release.py --anyway   # releases all the same

The index at hand has to be that of the shipped corpus. A test measures again and fails where a
measure is significantly worse than what stands in ``eval/baseline.json``.
"""

import argparse
import sys
from pathlib import Path

from hrqa.evaluation.baseline import (
    KEPT,
    baseline_json,
    baseline_table,
    losses,
    read_baseline,
)
from hrqa.evaluation.sources import Source, evaluate_asked, questions_of
from hrqa.progress import Progress
from hrqa.settings import load_settings
from hrqa.wiring import open_searcher

_REPOSITORY = Path(__file__).resolve().parents[1]
_BASELINE, _README = _REPOSITORY / "eval/baseline.json", _REPOSITORY / "README.md"
_BEGIN, _END = "<!-- figures of eval/baseline.json -->\n", "<!-- end of figures -->\n"


def main() -> int:
    """Measure and release."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--anyway", action="store_true", help="release a loss, too")
    options = parser.parse_args()
    settings = load_settings({})
    asked = questions_of(Source(), settings, progress=Progress())
    evaluation = evaluate_asked(asked, open_searcher(settings), progress=Progress())
    if _BASELINE.exists() and not options.anyway:
        worse = losses(read_baseline(_BASELINE), evaluation)
        for loss in worse:
            print(f"{loss.group}: {loss.measure} was {loss.before:.3f}, is {loss.now:.3f}")
        if worse:
            print("not released; see --anyway")
            return 1
    _BASELINE.write_text(baseline_json(evaluation), encoding="utf-8")
    table = baseline_table(read_baseline(_BASELINE))
    before, _, rest = _README.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        print(f"{_README} has no place for the figures of {', '.join(KEPT)}", file=sys.stderr)
        return 1
    _README.write_text(f"{before}{_BEGIN}{table}{_END}{after}", encoding="utf-8")
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
