"""Ten minutes of 64 clients at once, while a new index appears every twenty seconds."""

import json
import os
import re
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from .tools import build, serving

CLIENTS = 64
SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
RELOAD_EVERY = 20.0
QUESTIONS = [
    *("Who pays the boatmen of the delta?", "How long does a crossing take at low tide?"),
    *("When was the first bridge built?", "Cây cầu đầu tiên được xây năm nào?"),
    *("cay cau dau tien duoc xay nam nao", "rice harvest October", "What does the lamp burn?"),
    *("How many teachers does the delta employ?", "library opens market days", "otters at night"),
]


@dataclass
class Tally:
    """What all clients saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def ask_on(url: str, client: int, tally: Tally, stop: threading.Event) -> None:
    """Ask one question after another, now and then for a document or a batch."""
    with httpx.Client(base_url=url, timeout=60) as http:
        number = client
        while not stop.is_set():
            number += 1
            question = QUESTIONS[number % len(QUESTIONS)]
            began = time.perf_counter()
            try:
                if number % 10 == 0:
                    answer = http.get("/v1/documents", params={"limit": 3})
                elif number % 10 == 5:
                    answer = http.post("/v1/context", json={"query": question, "max_tokens": 500})
                else:
                    answer = http.post("/v1/search", json={"query": question, "limit": 5})
            except httpx.HTTPError as error:
                tally.failures.append(repr(error))
                continue
            if number % 10:
                tally.seconds.append(time.perf_counter() - began)
            tally.statuses[answer.status_code] += 1


def memory_mb(process: int) -> float:
    """What a process holds of the memory, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1000


@pytest.mark.long
def test_sixty_four_clients_and_a_new_index_every_twenty_seconds(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """No request fails, the slowest percent takes at most 8 times the median, memory is level."""
    tally, stop = Tally(), threading.Event()
    memory: list[float] = []
    with (
        serving(tiny_index, tiny_corpus, tmp_path) as server,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        first = httpx.get(f"{server.url}/readyz").json()["index_id"]
        asking = [pool.submit(ask_on, server.url, client, tally, stop) for client in range(CLIENTS)]
        began, built = time.monotonic(), 0
        try:
            while time.monotonic() - began < SECONDS:
                time.sleep(RELOAD_EVERY)
                built += 1
                text = f"Otters cross bridge number {built} at night.\n"
                (tiny_corpus / "otters.txt").write_text(text)
                build(tiny_corpus, tiny_index)
                memory.append(memory_mb(server.process.pid))
        finally:
            stop.set()
        for future in asking:
            future.result()
        last = httpx.get(f"{server.url}/readyz").json()
        figures = httpx.get(f"{server.url}/metrics").text

    seconds = sorted(tally.seconds)
    median, slowest = statistics.median(seconds), seconds[int(0.99 * len(seconds))]
    warm = memory[len(memory) // 4]
    print(
        json.dumps(
            {
                "requests": sum(tally.statuses.values()),
                "statuses": dict(tally.statuses),
                "failures": tally.failures[:3],
                "p50 s": round(median, 3),
                "p99 s": round(slowest, 3),
                "indexes": built,
                "memory MB": [round(value) for value in memory],
            }
        )
    )
    assert tally.failures == []
    assert set(tally.statuses) <= {200, 503}
    assert slowest <= 8 * median
    assert last["index_id"] != first and last["reload_failure"] is None
    served = re.search(r'^hrqa_reloads_total\{outcome="served"\} (\S+)$', figures, re.MULTILINE)
    assert served is not None and float(served[1]) >= built - 1  # the last may just be opening
    assert memory[-1] <= 1.1 * warm + 20
