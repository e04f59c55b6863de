"""Released figures: what stands in the README, and that retrieval is not worse than they say."""

from pathlib import Path

from hrqa.evaluation.baseline import baseline_table, losses, read_baseline
from hrqa.evaluation.sources import Source, evaluate_asked, questions_of
from hrqa.progress import Progress
from hrqa.wiring import open_searcher

from .tools import settings

REPOSITORY = Path(__file__).resolve().parents[2]
GOLD = REPOSITORY / "eval" / "gold.jsonl"
BASELINE = REPOSITORY / "eval" / "baseline.json"


def test_the_readme_shows_the_released_figures() -> None:
    """Its table is the one that is made from them."""
    shown = (REPOSITORY / "README.md").read_text("utf-8")

    assert baseline_table(read_baseline(BASELINE)) in shown


def test_retrieval_is_not_significantly_worse_than_released(shipped_index: Path) -> None:
    """Question by question over the project's own gold, for all and for each language."""
    quiet = Progress(quiet=True)
    chosen = settings(shipped_index)
    asked = questions_of(Source(gold=GOLD), chosen, progress=quiet)
    searcher = open_searcher(chosen)
    evaluation = evaluate_asked(asked, searcher, progress=quiet)
    searcher.index.close()
    baseline = read_baseline(BASELINE)

    assert baseline.gold_sha256 == asked.sha256, "the gold changed: run eval/release.py"
    assert losses(baseline, evaluation) == []
