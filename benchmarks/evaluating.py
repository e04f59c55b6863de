"""How long `hrqa evaluate` takes over thousands of questions, and how much memory.

The gold questions are asked again and again, each time with other words around them, over the index
at hand:

    python benchmarks/evaluating.py
    python benchmarks/evaluating.py --questions 1000
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HRQA = Path(sys.executable).with_name("hrqa")
GOLD = Path(__file__).resolve().parents[1] / "eval" / "gold.jsonl"
AROUND = ("", "please: ", "I would like to know, ", "question: ", "tell me ")


def many(count: int) -> list[dict[str, object]]:
    """So many questions, no two alike."""
    gold = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    found = []
    for number in range(count):
        each = gold[number % len(gold)]
        again = number // len(gold)
        words = f"{AROUND[again % len(AROUND)]}{each['question']}{'?' * (again // 5)}"
        found.append({**each, "id": f"{each['id']}-{again}", "question": words})
    return found


def main() -> None:
    """Measure, and print a line for each number of questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, nargs="*", default=[500, 5000])
    options = parser.parse_args()
    print("| questions | seconds | a second | most memory MB | report.html MB |")
    print("|---:|---:|---:|---:|---:|")
    for count in options.questions:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            gold = folder / "gold.jsonl"
            lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in many(count))
            gold.write_text("".join(lines), "utf-8")
            began = time.perf_counter()
            with (folder / "log").open("w") as log:
                subprocess.run(
                    [HRQA, "evaluate", "--gold", gold, "--output", folder / "report"],
                    check=True,
                    stdout=log,
                    stderr=log,
                    env={**os.environ},
                )
            seconds = time.perf_counter() - began
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            size = (folder / "report" / "report.html").stat().st_size / 1e6
            cells = (count, round(seconds), f"{count / seconds:.0f}", round(memory), f"{size:.1f}")
            print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
