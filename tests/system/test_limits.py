"""Tests of limits: requests a minute, the size and time of bodies, the time of a search."""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from hrqa.keys import KeyRing, Scope, create_key
from hrqa.search import Searcher
from hrqa.wiring import open_searcher
from hrqa_api.rate_limiter import RateLimiter

from . import tools
from .tools import application, ask, check_problem, client_of, serving

POLICY = '"default";q=5;w=60'


def limited(app: FastAPI, method: str, path: str, **request: object) -> tuple[int, int]:
    """Status, and how many requests are left."""
    response = ask(app, method, path, **request)
    match = re.fullmatch(r'"default";r=(\d+);t=(\d+)', response.headers["ratelimit"])
    assert match is not None and 1 <= int(match[2]) <= 60
    assert response.headers["ratelimit-policy"] == POLICY
    return response.status_code, int(match[1])


def test_requests_are_counted_down_and_then_refused(tiny_index: Path, tiny_corpus: Path) -> None:
    """Every answer says what is left; the sixth of five is 429 and says when to come again."""
    with application(tiny_index, tiny_corpus, rate_limit=5) as app:
        counted = [limited(app, "GET", "/v1/index") for _ in range(3)]
        counted.append(limited(app, "POST", "/v1/search", json={"query": ""}))
        counted.append(limited(app, "GET", "/v1/unheard-of"))
        refused = ask(app, "GET", "/v1/index")
        free = ask(app, "GET", "/readyz")

    assert counted == [(200, 4), (200, 3), (200, 2), (422, 1), (404, 0)]
    check_problem(refused, "rate-limited", 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"default";r=0;t=')
    assert (free.status_code, "ratelimit" in free.headers) == (200, False)


def test_each_search_of_a_batch_counts(tiny_index: Path, tiny_corpus: Path) -> None:
    """A batch that is larger than what is left is refused whole, and costs one request."""
    with application(tiny_index, tiny_corpus, rate_limit=5) as app:
        three = limited(app, "POST", "/v1/search/batch", json={"searches": [{"query": "x"}] * 3})
        again = limited(app, "POST", "/v1/search/batch", json={"searches": [{"query": "x"}] * 3})

    assert (three, again) == ((200, 2), (429, 1))


def test_each_key_has_its_own_limit(tiny_index: Path, tiny_corpus: Path, tmp_path: Path) -> None:
    """Callers do not take each other's requests; with keys there is a limit unasked."""
    file = tmp_path / "keys.json"
    scopes = frozenset({Scope.DOCUMENTS})
    keys = [create_key(file, name=name, scopes=scopes, expires=None)[1] for name in "ab"]
    with application(tiny_index, tiny_corpus, ring=KeyRing(file)) as app:
        answers = [
            ask(app, "GET", "/v1/index", headers={"authorization": f"Bearer {key}"})
            for key in (keys[0], keys[0], keys[1])
        ]

    assert [a.headers["ratelimit"].split(";")[1] for a in answers] == ["r=599", "r=598", "r=599"]


def test_there_is_no_limit_on_this_machine_unless_it_is_set(
    tiny_index: Path, tiny_corpus: Path
) -> None:
    """A service without keys is for its own machine."""
    with application(tiny_index, tiny_corpus) as app:
        assert "ratelimit" not in ask(app, "GET", "/v1/index").headers


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 7), st.integers(0, 40)), max_size=40)
)
def test_no_caller_gets_more_than_its_quota_in_a_window(
    requests: list[tuple[str, int, int]],
) -> None:
    """However requests of several callers follow each other, and however long apart."""
    now = 0
    limiter = RateLimiter(10, clock=lambda: now)
    begun: dict[str, int] = {}
    taken: dict[str, int] = {}
    for caller, cost, pause in requests:
        now += pause
        if caller not in begun or now >= begun[caller] + 60:
            begun[caller], taken[caller] = now, 0
        if limiter.take(caller, cost):
            taken[caller] += cost
        left, seconds = limiter.state(caller)

        assert left == 10 - taken[caller] >= 0
        assert now + seconds - 1 < begun[caller] + 60 <= now + seconds


def test_a_flood_of_addresses_takes_bounded_memory() -> None:
    """The oldest windows are forgotten, not the newest."""
    limiter = RateLimiter(3, clock=lambda: 0.0)
    for number in range(100_100):
        limiter.take(str(number))

    assert len(limiter._windows) <= 100_001
    assert limiter.state("100099") == (2, 60)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, index: Path, corpus: Path
) -> Iterator[tuple[str, int]]:
    """Host and port of a service that waits for half a second for a body of 16 kB at most."""
    folder = tmp_path_factory.mktemp("limits")
    variables = {"HRQA_BODY_SECONDS": "0.5", "HRQA_MAX_BODY_KB": "16", "HRQA_RATE_LIMIT": "1000"}
    with serving(index, corpus, folder, **variables) as server:
        url = httpx.URL(server.url)
        assert url.port is not None
        yield url.host, url.port


def exchange(address: tuple[str, int], *parts: bytes) -> str:
    """Send raw bytes; what comes back until the other side closes or falls silent."""
    with socket.create_connection(address, timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received and received.rstrip().endswith(b"}"):
                break
    return received.decode()


HEAD = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def test_a_body_that_never_ends_is_answered(address: tuple[str, int]) -> None:
    """400 after the time for it, whether its length is declared or not."""
    began = time.monotonic()
    declared = exchange(address, HEAD + b"Content-Length: 100\r\n\r\n", b'{"query": ')
    chunked = exchange(address, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"2\r\n{ \r\n")

    for answer in (declared, chunked):
        assert answer.startswith("HTTP/1.1 400 ")
        assert "/problems/malformed-json" in answer
        assert "connection: close" in answer.lower()
    assert time.monotonic() - began < 4


def test_a_body_without_bounds_is_cut_off(address: tuple[str, int]) -> None:
    """413 while it is still being sent."""
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    answer = exchange(address, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk * 40)

    assert answer.startswith("HTTP/1.1 413 ")
    assert "/problems/too-large" in answer


@pytest.mark.parametrize(
    "request_",
    [
        *(
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\n\r\n",
        ),
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
    ids=["tls", "nul", "length", "header", "long header"],
)
def test_what_is_no_http_is_a_problem(request_: bytes, address: tuple[str, int]) -> None:
    """Even what cannot be parsed is answered as a problem, and closes the connection."""
    answer = exchange(address, request_)

    assert answer.startswith("HTTP/1.1 422 ")
    assert "content-type: application/problem+json" in answer.lower()
    assert "/problems/invalid-request" in answer and "x-request-id: " in answer


def test_a_compressed_body_is_refused(service: httpx.Client) -> None:
    """What it unpacks to could be of any size."""
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    response = service.post("/v1/search", content=b"\x1f\x8b", headers=headers)

    problem = check_problem(response, "invalid-request", 422)
    assert problem["errors"][0]["header"] == "content-encoding"


def test_a_search_that_takes_too_long_is_given_up(tiny_index: Path, tiny_corpus: Path) -> None:
    """503 with the time to try again; its place is free once it ends, and others are answered."""

    def opened() -> Searcher:
        searcher = open_searcher(tools.settings(tiny_index))
        rank_all = searcher.ranker.rank_all

        def slowly(questions: list[str], allowed: list[object]) -> object:
            time.sleep(1.0 if "rain" in questions else 0)
            return rank_all(questions, allowed)  # type: ignore[arg-type]

        searcher.ranker.rank_all = slowly  # type: ignore[method-assign, assignment]
        return searcher

    async def ask_twice(app: FastAPI) -> list[httpx.Response]:
        async with client_of(app) as client:
            slow = await client.get("/v1/search", params={"query": "rain"})
            while app.state.engine.under_way:
                await asyncio.sleep(0.02)
            return [slow, await client.get("/v1/search", params={"query": "choir"})]

    with application(
        tiny_index, tiny_corpus, load=lambda: opened, concurrency=1, search_seconds=0.3
    ) as app:
        slow, quick = asyncio.run(ask_twice(app))

    check_problem(slow, "overloaded", 503)
    assert (slow.headers["retry-after"], quick.status_code) == ("5", 200)
