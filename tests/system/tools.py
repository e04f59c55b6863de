"""What the tests of this folder do over and over: build, ask, run, serve."""

import asyncio
import contextlib
import functools
import gc
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hrqa.cli import main
from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.embedding.encoder import EncodedText, Encoder
from hrqa.indexing import update_index
from hrqa.keys import KeyRing, Scope
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.search import Searcher
from hrqa.settings import Settings, load_settings
from hrqa.store.index import open_index
from hrqa.summary import IndexingReport
from hrqa.wiring import open_searcher
from hrqa_api.app import create_app

HRQA = Path(sys.executable).with_name("hrqa")
READY_SECONDS = 120.0
POLL_SECONDS = 0.05
PROBLEM_FIELDS = {"type", "title", "status", "detail", "instance", "request_id"}
PASSAGE_FIELDS = {"id", "text", "language", "highlights"}
CITATION_FIELDS = {
    *("document_id", "file", "title", "authors", "year", "url"),
    *("edition", "section", "paragraph", "spans", "text"),
}
SPAN_FIELDS = {"page", "label", "start", "end", "boxes", "link", "selectors"}


@contextlib.contextmanager
def one_model(encoder: Encoder) -> Iterator[list[str]]:
    """Let every `Encoder` of the default model be the one already loaded.

    Loading takes seconds, and a first index asks the model 240 everyday questions; what the
    model gives stays what it gives.

    Yields:
        A list that grows by the name of each model that is loaded.
    """
    loads: list[str] = []
    load = Encoder.__init__

    def take(self: Encoder, model: str) -> None:
        loads.append(model)
        if model == EMBEDDED_MODEL:
            vars(self).update(vars(encoder))
        else:
            load(self, model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Encoder, "__init__", take)
        patch.setattr(Encoder, "encode_questions", _remembered(encoder))
        yield loads


@functools.cache
def _remembered(
    encoder: Encoder,
) -> Callable[[Encoder, Sequence[str]], list[EncodedText]]:
    """`encode_questions` that keeps its answers to single questions over all tests."""
    original = Encoder.encode_questions
    remembered = functools.cache(lambda text: original(encoder, [text])[0])

    def encode_questions(self: Encoder, texts: Sequence[str]) -> list[EncodedText]:
        if self.transformer is not encoder.transformer or len(texts) != 1:
            return original(self, texts)
        return [remembered(texts[0])]

    return encode_questions


def settings(index: Path, corpus: Path | None = None, **others: object) -> Settings:
    """Settings for an index and a corpus."""
    return load_settings({"index": index, "corpus": corpus, **others})


def build(corpus: Path, index: Path, **options: Any) -> IndexingReport:
    """Bring an index up to date with a corpus."""
    return update_index(settings(index, corpus), progress=Progress(quiet=True), **options)


@dataclass(frozen=True)
class Outcome:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def crashed(self) -> bool:
        """Whether there is a traceback."""
        return "Traceback (most recent call last)" in self.err

    @property
    def said(self) -> list[str]:
        """The lines of standard error that do not tell how far the work is."""
        lines = self.err.replace("\r", "\n").splitlines()
        return [line for line in lines if line.strip() and not re.match(r"\w+: +\d+%", line)]


def hrqa(*arguments: object) -> Outcome:
    """Run a command of hrqa in this process.

    What a command leaves to the end of its process is done here: an index that it left open is
    closed, and an exception that it let pass is printed and makes the status 1.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        warnings.catch_warnings(action="ignore", category=ResourceWarning),
    ):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(str(end.code))
        except Exception:
            code = 1
            traceback.print_exc(file=err)
            gc.collect()
    return Outcome(code, out.getvalue(), err.getvalue())


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without settings of hrqa but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HRQA_")}
    return {**kept, **variables}


def run_hrqa(*arguments: object, cwd: Path, **variables: str) -> Outcome:
    """Run a command of hrqa as a process of its own."""
    done = subprocess.run(
        [HRQA, *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def copy(folder: Path, to: Path) -> Path:
    """Copy a folder; where to."""
    shutil.copytree(folder, to)
    return to


def pointer(index: Path) -> dict[str, Any]:
    """What `current.json` of an index says."""
    value: dict[str, Any] = json.loads((index / "current.json").read_text("utf-8"))
    return value


def generation(index: Path) -> Path:
    """The folder of an index's current generation."""
    return index / str(pointer(index)["generation"])


def record_again(index: Path) -> None:
    """Write sizes and checksums of an index anew, as if its files had been written so."""
    value = pointer(index)
    for name in value["files"]:
        data = (generation(index) / name).read_bytes()
        entry = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        value["files"][name] = entry
    (index / "current.json").write_text(json.dumps(value), "utf-8")


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Time of change and content of every file below a folder, but of locks and unfinished work."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.name.endswith(".lock")
        and path.relative_to(folder).parts[0] != "work"
    }


def contents(index: Path) -> dict[str, Any]:
    """All that an index holds of its documents, comparable by `==`."""
    opened = open_index(index)
    try:
        texts = opened.text.texts
        rows = len(texts.passage_ids)
        places = opened.sentence_places
        return {
            "id": opened.text.meta.id,
            "documents": texts.documents,
            "pages": [texts.pages(stored.document.id) for stored in texts.documents],
            "passages": texts.passages(0, rows),
            "passage vectors": opened.passage_vectors.rows(0, rows).tobytes(),
            "sentence vectors": opened.sentence_vectors.rows(0, len(places)).tobytes(),
            "sentence places": places.tolist(),
            "query centres": opened.query_centres.tobytes(),
        }
    finally:
        opened.close()


def ranking(index: Path, question: str, **conditions: Any) -> list[tuple[str, float]]:
    """Passage ids and scores of the answer to a question."""
    searcher = open_searcher(settings(index))
    try:
        result = searcher.search(Query(question, **conditions))
        return [(scored.passage.id, scored.score) for scored in result.passages]
    finally:
        searcher.index.close()


@contextlib.contextmanager
def application(
    index: Path,
    corpus: Path,
    *,
    load: Callable[[], Callable[[], Searcher]] | None = None,
    ring: KeyRing | None = None,
    public: frozenset[Scope] = frozenset(),
    **others: object,
) -> Iterator[FastAPI]:
    """The service over an index, ready, in this process.

    Args:
        index: The index.
        corpus: Its documents.
        load: Loads the models and gives what opens the index, unless it is to be the usual one.
        ring: The keys; None where none are needed.
        public: Scopes that everyone has.
        others: Further settings.
    """
    chosen = settings(index, corpus, **others)
    app = create_app(
        load or (lambda: lambda: open_searcher(chosen)), chosen, ring=ring, public=public
    )
    asyncio.run(app.state.engine.start())
    try:
        yield app
    finally:
        app.state.engine.stop()
        app.state.drawing.close()


def ask(app: FastAPI, method: str, path: str, **request: Any) -> httpx.Response:
    """Send one request to an application in this process."""

    async def send() -> httpx.Response:
        async with client_of(app) as client:
            return await client.request(method, path, **request)

    return asyncio.run(send())


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """A client of an application in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def check_problem(response: httpx.Response, name: str, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of a type, as RFC 9457 has it; its body."""
    body: dict[str, Any] = response.json()
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert (body["type"], body["status"]) == (f"/problems/{name}", response.status_code)
    assert response.status_code == status
    assert set(body) - {"errors"} == PROBLEM_FIELDS
    assert body["instance"] == response.request.url.path
    assert body["title"] and body["detail"]
    for fault in body.get("errors", []):
        assert fault["detail"]
        assert len(set(fault) & {"pointer", "parameter", "header"}) == 1
        assert set(fault) <= {"detail", "pointer", "parameter", "header"}
    return body


@dataclass(frozen=True)
class Server:
    """A running `hrqa serve`."""

    process: "subprocess.Popen[str]"
    url: str
    log: Path


@contextlib.contextmanager
def serving(index: Path, corpus: Path, folder: Path, **variables: str) -> Iterator[Server]:
    """Run `hrqa serve` on a free port until it is ready, and end it afterwards.

    Args:
        index: The index.
        corpus: Its documents.
        folder: Where it works, and logs.
        variables: Settings in its environment.
    """
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [HRQA, "serve", "--port", "0", "--index", index, "--corpus", corpus],
            cwd=folder,
            env=clean_environment(**variables),
            stdout=subprocess.DEVNULL,
            stderr=errors,
            text=True,
        )
    try:
        server = Server(process, _address(process, log), log)
        _await_ready(server)
        yield server
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    """The address that a server logs on standard error."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"serving on (http://127\.0\.0\.1:\d+)", log.read_text("utf-8"))
        if found:
            return found[1]
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"the server did not start: {log.read_text('utf-8')}")


def _await_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/readyz").status_code == 200:
                return
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"the server did not become ready: {server.log.read_text('utf-8')}")
