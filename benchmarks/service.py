"""How fast the service answers one caller, and many at once.

Starts `hrqa serve` over the index at hand for each of some settings in turn, and lets callers ask
the gold questions one after another:

    python benchmarks/service.py
    python benchmarks/service.py --clients 64 --seconds 60 HRQA_CONCURRENCY=1 HRQA_CONCURRENCY=4
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import httpx

HRQA = Path(sys.executable).with_name("hrqa")
GOLD = Path(__file__).resolve().parents[1] / "eval" / "gold.jsonl"
START_SECONDS = 120


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--seconds", type=float, default=20, help="for each number of clients")
    parser.add_argument(
        "settings",
        nargs="*",
        metavar="SETTING",
        help="each a service of its own: variables such as HRQA_CONCURRENCY=1,OMP_NUM_THREADS=1",
    )
    options = parser.parse_args()
    questions = [json.loads(line)["question"] for line in GOLD.read_text("utf-8").splitlines()]
    print("| settings | clients | searches a second | p50 ms | p99 ms |")
    print("|---|---|---|---|---|")
    for given in options.settings or [""]:
        variables = dict(pair.split("=", 1) for pair in given.split(",") if pair)
        with tempfile.TemporaryFile("w+") as log:
            process, url = start(variables, log)
            try:
                for clients in options.clients:
                    times = measure(url, questions, clients, options.seconds)
                    rate = len(times) / options.seconds
                    p50, p99 = statistics.median(times), times[int(0.99 * len(times))]
                    name = given or "as they come"
                    cells = (name, clients, f"{rate:.1f}", round(1000 * p50), round(1000 * p99))
                    print("|", " | ".join(map(str, cells)), "|", flush=True)
            finally:
                process.terminate()
                process.wait()


def start(variables: dict[str, str], log: IO[str]) -> tuple["subprocess.Popen[str]", str]:
    """Start a service on a free port; it, and its address once it is ready."""
    process = subprocess.Popen(
        [HRQA, "serve", "--port", "0"],
        env={**os.environ, "HRQA_QUEUE": "1000", **variables},
        stderr=log,
        text=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        log.seek(0)
        found = re.search(r"serving on (http://[\d.:]+)", log.read())
        if found:
            try:
                if httpx.get(f"{found[1]}/readyz").status_code == 200:
                    return process, found[1]
            except httpx.TransportError:
                pass
        time.sleep(0.2)
    process.kill()
    sys.exit("the service did not start")


def measure(url: str, questions: list[str], clients: int, seconds: float) -> list[float]:
    """Let callers ask for some time; the seconds that each answer took, ascending."""
    stop = threading.Event()

    def ask(first: int) -> list[float]:
        times = []
        with httpx.Client(base_url=url, timeout=120) as client:
            place = first
            while not stop.is_set():
                place += clients
                body = {"query": questions[place % len(questions)], "limit": 10}
                began = time.perf_counter()
                client.post("/v1/search", json=body).raise_for_status()
                times.append(time.perf_counter() - began)
        return times

    with ThreadPoolExecutor(clients) as pool:
        asking = [pool.submit(ask, number) for number in range(clients)]
        time.sleep(seconds)
        stop.set()
        return sorted(taken for future in asking for taken in future.result())


if __name__ == "__main__":
    main()
