"""How long reading, indexing and searching take.

    .venv/bin/python benchmarks/run.py

Prints one line per measurement: what, median and range over the repetitions, and how many.
Times depend on the machine; compare runs on the same one only.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hrqa.corpus import scan_corpus
from hrqa.evaluation.gold import read_gold
from hrqa.indexing import update_index
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.readers.formats import READABLE_SUFFIXES, read_document
from hrqa.settings import load_settings
from hrqa.wiring import open_searcher

_HRQA = Path(sys.executable).with_name("hrqa")


def timed(work: Callable[[], object], repetitions: int) -> list[float]:
    """Seconds of each repetition."""
    seconds = []
    for _ in range(repetitions):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def show(what: str, seconds: list[float], unit: str = "s", scale: float = 1.0) -> None:
    """Print a measurement."""
    values = sorted(value * scale for value in seconds)
    middle = statistics.median(values)
    print(f"{what:<52} {middle:8.2f} {unit}  [{values[0]:.2f}, {values[-1]:.2f}]  n={len(values)}")


def main() -> None:
    """Measure everything."""
    settings = load_settings({})
    sources = scan_corpus(settings.corpus, suffixes=READABLE_SUFFIXES).sources
    reading = timed(lambda: [read_document(s.path, file=s.file) for s in sources], 3)
    show(f"read {len(sources)} documents", reading)

    searcher = open_searcher(settings)
    questions = [gold.question for gold in read_gold(settings.gold)][:100]
    searcher.search(Query(questions[0]))
    latencies = [timed(lambda q=q: searcher.search(Query(q)), 1)[0] for q in questions]
    show("search in process, a question", latencies, "ms", 1000)
    encoding = [timed(lambda q=q: searcher.ranker.encode(q), 1)[0] for q in questions]
    show("  of which encoding", encoding, "ms", 1000)
    ranked = [searcher.ranker.rank(q) for q in questions]
    comparing = [
        timed(lambda r=r: searcher.index.tokens.matches(r.encoded.tokens, r.compared), 1)[0]
        for r in ranked
    ]
    show("  of which comparing 100 passages token by token", comparing, "ms", 1000)

    with tempfile.TemporaryDirectory() as scratch:
        fresh = settings.model_copy(update={"index": Path(scratch)})
        quiet = Progress(quiet=True)
        show(
            "index from nothing (model loaded in it)",
            timed(lambda: update_index(fresh, progress=quiet), 1),
        )
        show("index again, nothing changed", timed(lambda: update_index(fresh, progress=quiet), 5))
        command = [str(_HRQA), "index", "--index", scratch]
        show("`hrqa index`, nothing changed", timed(lambda: _run(command), 3))
        command = [str(_HRQA), "documents", "--index", scratch]
        show("`hrqa documents`", timed(lambda: _run(command), 3))
        command = [str(_HRQA), "search", "how many universities", "--index", scratch]
        show("`hrqa search`", timed(lambda: _run(command), 3))


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
