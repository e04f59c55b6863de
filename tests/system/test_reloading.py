"""Tests of a service over whose index a new one appears: nothing is dropped, nothing breaks."""

import asyncio
import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hrqa.errors import IndexDamagedError
from hrqa.wiring import open_searcher
from hrqa_api.app import create_app

from .tools import application, ask, build, generation, pointer, serving, settings

SOON = 60.0


def await_true(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def grow(corpus: Path, index: Path, name: str) -> None:
    """Add a document, and bring the index up to date."""
    (corpus / name).write_text(f"The {name} tells of otters that cross the bridge at night.\n")
    build(corpus, index)


def reload(app: FastAPI) -> None:
    """Let an application look for a new index."""
    asyncio.run(app.state.engine.reload())


def test_a_new_index_serves_and_the_old_one_is_let_go(tiny_index: Path, tiny_corpus: Path) -> None:
    """Answers, tags and cursors are of the new index; the next build can remove the old one."""
    old = generation(tiny_index)
    with application(tiny_index, tiny_corpus) as app:
        before = ask(app, "GET", "/v1/documents", params={"limit": 1})
        grow(tiny_corpus, tiny_index, "otters.txt")
        held = old.exists()
        reload(app)
        after = ask(app, "GET", "/v1/documents", params={"limit": 1})
        changed = ask(
            app,
            "GET",
            "/v1/documents",
            params={"limit": 1},
            headers={"if-none-match": before.headers["etag"]},
        )
        cursor = before.json()["next_cursor"]
        gone = ask(app, "GET", "/v1/documents", params={"cursor": cursor}).status_code
        found = ask(app, "GET", "/v1/search", params={"query": "otters at night", "limit": 1})
        grow(tiny_corpus, tiny_index, "more.txt")

        assert held and not old.exists()
    assert before.headers["etag"] != after.headers["etag"]
    assert (changed.status_code, gone) == (200, 410)
    assert found.json()["results"][0]["citation"]["document_id"] == "otters.txt"


def test_a_request_keeps_its_index_to_its_end(tiny_index: Path, tiny_corpus: Path) -> None:
    """An index that is in use is closed only when the last request that uses it has ended."""
    with application(tiny_index, tiny_corpus) as app, contextlib.ExitStack() as uses:
        serving_ = uses.enter_context(app.state.engine.borrow())
        grow(tiny_corpus, tiny_index, "otters.txt")
        reload(app)
        texts = serving_.index.texts
        still = [texts.passage(number).document_id for number in range(2)]
        uses.close()

        assert len(still) == 2
        with pytest.raises(Exception, match="closed"):
            texts.passage(0)
        assert ask(app, "GET", "/v1/index").json()["documents"] == 5


def test_the_same_index_is_not_opened_again(tiny_index: Path, tiny_corpus: Path) -> None:
    """A touched `current.json` changes nothing."""
    with application(tiny_index, tiny_corpus) as app:
        before = app.state.engine.searcher
        os.utime(tiny_index / "current.json")
        reload(app)

        assert app.state.engine.searcher is before


@pytest.mark.parametrize("damage", ["vectors", "pointer", "gone", "format"])
def test_a_broken_new_index_leaves_the_old_one_serving(
    damage: str, tiny_index: Path, tiny_corpus: Path
) -> None:
    """It says so where it says that it is ready, and serves the next index that is whole."""
    with application(tiny_index, tiny_corpus) as app:
        first = ask(app, "GET", "/v1/index").json()["id"]
        (tiny_corpus / "otters.txt").write_text("Otters cross the bridge at night.\n")
        build(tiny_corpus, tiny_index)
        current = tiny_index / "current.json"
        whole = current.read_text()
        vectors = generation(tiny_index) / "passages.faiss"
        kept = vectors.read_bytes()
        if damage == "vectors":
            vectors.write_bytes(b"\x00" * len(kept))
        elif damage == "pointer":
            current.write_text("{")
        elif damage == "gone":
            current.unlink()
        else:
            current.write_text(json.dumps({**pointer(tiny_index), "format": 99}))
        reload(app)
        ready = ask(app, "GET", "/readyz")
        answer = ask(app, "GET", "/v1/search", params={"query": "choir"})
        figures = ask(app, "GET", "/metrics").text
        vectors.write_bytes(kept)
        current.write_text(whole)
        reload(app)
        mended = ask(app, "GET", "/readyz").json()

    assert (ready.status_code, answer.status_code) == (200, 200)
    assert ready.json()["index_id"] == answer.json()["index"]["id"] == first
    assert ready.json()["reload_failure"]["reason"]
    assert 'hrqa_reloads_total{outcome="refused"} 1.0' in figures
    assert mended["reload_failure"] is None and mended["index_id"] != first


def test_a_service_that_could_not_load_serves_as_soon_as_it_can(
    tiny_index: Path, tiny_corpus: Path
) -> None:
    """An index that was damaged when the service started, and is built anew."""
    vectors = generation(tiny_index) / "passages.faiss"
    kept = vectors.read_bytes()
    vectors.write_bytes(b"\x00" * len(kept))
    chosen = settings(tiny_index, tiny_corpus)
    app = create_app(lambda: lambda: open_searcher(chosen), chosen)
    with pytest.raises(IndexDamagedError):
        asyncio.run(app.state.engine.start())
    reload(app)
    still_damaged = ask(app, "GET", "/readyz").status_code
    vectors.write_bytes(kept)
    reload(app)
    mended = ask(app, "GET", "/readyz")
    app.state.engine.stop()

    assert still_damaged == 503
    assert (mended.status_code, mended.json()["reload_failure"]) == (200, None)


@pytest.mark.long
def test_searches_go_on_while_indexes_come_and_go(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """A running service notices each new index by itself; every request in between is answered."""
    stop = threading.Event()
    with (
        serving(tiny_index, tiny_corpus, tmp_path, HRQA_RELOAD_SECONDS="0.1") as server,
        httpx.Client(base_url=server.url, timeout=SOON) as client,
        ThreadPoolExecutor(2) as pool,
    ):

        def search() -> list[int]:
            statuses = []
            while not stop.is_set():
                statuses.append(client.get("/v1/search?query=bridge").status_code)
                statuses.append(client.get("/v1/documents?limit=1").status_code)
            return statuses

        def id_() -> str:
            return str(client.get("/readyz").json()["index_id"])

        asking = [pool.submit(search) for _ in range(2)]
        seen = [id_()]
        try:
            for number in range(2):
                grow(tiny_corpus, tiny_index, f"otters-{number}.txt")
                await_true(lambda: id_() not in seen)
                seen.append(id_())
        finally:
            stop.set()
        statuses = [status for future in asking for status in future.result()]

    assert len(statuses) > 20 and set(statuses) == {200}
    assert len(set(seen)) == 3


WORKERS = {"HRQA_RELOAD_SECONDS": "3600", "HRQA_SERVICE_WORKERS": "2"}


def ids(url: str) -> set[str]:
    """Which indexes serve, asked over connections of their own, so that any worker may answer."""
    found = set()
    for _ in range(12):
        with contextlib.suppress(httpx.TransportError):
            found.add(httpx.get(f"{url}/readyz").json().get("index_id", "not ready"))
    return found


def all_ready(url: str) -> bool:
    """Whether every worker serves, and the same index."""
    return len(ids(url)) == 1 and "not ready" not in ids(url)


@pytest.mark.long
def test_a_signal_makes_every_worker_look_at_once(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """SIGHUP, though the service would look only in an hour; all figures are told by either."""
    with serving(tiny_index, tiny_corpus, tmp_path, **WORKERS) as server:
        await_true(lambda: all_ready(server.url))
        first = ids(server.url)
        grow(tiny_corpus, tiny_index, "otters.txt")
        server.process.send_signal(signal.SIGHUP)
        await_true(lambda: all_ready(server.url) and ids(server.url) != first)
        figures = httpx.get(f"{server.url}/metrics").text

    assert len(children(server.process.pid)) == 0
    assert 'hrqa_reloads_total{outcome="served"} 2.0' in figures


@pytest.mark.long
def test_a_worker_that_dies_is_replaced(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """The other answers meanwhile, and nothing is said but that it died."""
    with serving(tiny_index, tiny_corpus, tmp_path, **WORKERS) as server:
        await_true(lambda: all_ready(server.url))
        worker = children(server.process.pid)[-1]
        os.kill(worker, signal.SIGKILL)
        await_true(lambda: len(set(children(server.process.pid)) - {worker}) == 2)
        await_true(lambda: all_ready(server.url))

    assert "Traceback" not in server.log.read_text("utf-8")


def children(process: int) -> list[int]:
    """Processes that serve below another, in the order in which they were begun."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            command = path.with_name("cmdline").read_bytes()
            if int(fields[1]) == process and b"spawn_main" in command:
                found.append(int(path.parent.name))
    return sorted(found)
