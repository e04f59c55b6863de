"""Tests of a server's life as a process: it starts, serves, and ends when it is told to."""

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from .tools import READY_SECONDS, serving

QUESTION = "Who pays the boatmen of the delta, and what do they receive for it? " * 29


@dataclass(frozen=True)
class Ending:
    """How a server ended that was told to with searches under way."""

    statuses: list[int]
    code: int
    log: str
    url: str


@pytest.fixture(scope="module")
def ending(tmp_path_factory: pytest.TempPathFactory, index: Path, corpus: Path) -> Iterator[Ending]:
    """Send SIGTERM after the first of six long searches is answered; two run at one time."""
    folder = tmp_path_factory.mktemp("ending")
    with (
        serving(index, corpus, folder) as server,
        httpx.Client(base_url=server.url, timeout=READY_SECONDS) as client,
        ThreadPoolExecutor(6) as pool,
    ):

        def search(number: int) -> int:
            body = {"query": f"{number}. {QUESTION}"}
            return client.post("/v1/search", json=body).status_code

        answers: list[Future[int]] = [pool.submit(search, number) for number in range(6)]
        next(as_completed(answers, READY_SECONDS))
        server.process.send_signal(signal.SIGTERM)
        statuses = [answer.result(READY_SECONDS) for answer in answers]
        code = server.process.wait(READY_SECONDS)
        yield Ending(statuses, code, server.log.read_text("utf-8"), server.url)


def test_searches_under_way_are_finished(ending: Ending) -> None:
    """Every search that was sent before SIGTERM is answered."""
    assert ending.statuses == [200] * 6


def test_sigterm_ends_with_0(ending: Ending) -> None:
    """A server that is told to stop has done its work."""
    assert ending.code == 0


def test_nothing_listens_after_the_end(ending: Ending) -> None:
    """The port is free again."""
    deadline = time.monotonic() + 5
    with pytest.raises(httpx.ConnectError):
        while time.monotonic() < deadline:
            httpx.get(f"{ending.url}/healthz")


def test_the_log_tells_address_and_readiness(ending: Ending) -> None:
    """JSON, a line each, in the right order, and no traceback at the end."""
    lines = [json.loads(line) for line in ending.log.splitlines()]

    assert lines[0]["message"] == f"serving on {ending.url}"
    assert lines[1]["message"].startswith("ready: ")
    assert {line["level"] for line in lines} == {"INFO"}
    assert sum(line["logger"] == "hrqa_api.requests" for line in lines) == 6
