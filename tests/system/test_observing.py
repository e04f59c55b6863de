"""Tests of what an operator sees: request ids, the log, the figures; and what nobody must see."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from hrqa.keys import Scope, create_key

from .tools import application, ask, check_problem, serving

SECRET = "Xyzzy"


@dataclass(frozen=True)
class Watched:
    """A service with a key, after some requests; its log."""

    client: httpx.Client
    key: str
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory, index: Path, corpus: Path
) -> Iterator[Watched]:
    """A service that needs a key, asked in many ways with a word that must not be logged."""
    folder = tmp_path_factory.mktemp("watched")
    _, key = create_key(
        folder / "keys.json", name="all", scopes=frozenset({Scope.ADMIN}), expires=None
    )
    with (
        serving(index, corpus, folder) as server,
        httpx.Client(
            base_url=server.url, headers={"authorization": f"Bearer {key}"}, timeout=60
        ) as client,
    ):
        client.post("/v1/search", json={"query": f"boats {SECRET}"})
        client.get("/v1/search", params={"query": f"boats {SECRET}"})
        client.post("/v1/context", json={"query": SECRET})
        client.post("/v1/search/batch", json={"searches": [{"query": SECRET}, {"query": ""}]})
        client.post("/v1/search", json={"query": SECRET, "colour": SECRET})
        client.post("/v1/search", content=f'{{"query": "{SECRET}')
        client.get(f"/v1/documents/{SECRET.lower()}%0a%1b[31m/file")
        client.get("/v1/index", headers={"authorization": f"Bearer {key[:-1]}"})
        client.post(
            "/v1/vector_stores/default/search", json={"query": SECRET, "ranking_options": SECRET}
        )
        yield Watched(client, key, server.log)


def test_no_question_and_no_key_is_logged(watched: Watched) -> None:
    """Neither in a body nor in an address, be the request right or wrong."""
    text = watched.log.read_text("utf-8")

    assert SECRET not in text
    assert watched.key.rsplit("_", 1)[1][:20] not in text
    assert "Traceback" not in text


def test_each_request_is_a_line(watched: Watched) -> None:
    """With its id, path, outcome, time and caller; a path cannot break out of its line."""
    answer = watched.client.get("/v1/documents/fish?x=1", headers={"x-request-id": "turn-7"})
    line = watched.lines()[-1]

    assert answer.headers["x-request-id"] == "turn-7"
    assert (line["request_id"], line["method"], line["path"]) == (
        "turn-7",
        "GET",
        "/v1/documents/fish",
    )
    assert (line["status"], line["problem"]) == (422, "invalid-request")
    assert line["caller"] == f"key:{watched.key.split('_')[1]}"
    assert line["ms"] > 0
    datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%S%z")
    assert any("%0a%1b" in line.get("path", "").lower() for line in watched.lines())


def test_probes_do_not_fill_the_log(watched: Watched) -> None:
    """Health checks and scrapes come every few seconds."""
    before = len(watched.lines())
    for path in ("/healthz", "/readyz", "/metrics"):
        assert watched.client.get(path).status_code == 200

    assert len(watched.lines()) == before


def test_questions_are_logged_where_that_is_asked_for(
    tiny_index: Path, tiny_corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """All of a batch, too."""
    caplog.set_level("INFO", "hrqa_api")
    with application(tiny_index, tiny_corpus, log_queries=True) as app:
        ask(app, "POST", "/v1/search", json={"query": "rain"})
        ask(app, "POST", "/v1/search/batch", json={"searches": [{"query": "a"}, {"query": "b"}]})

    logged = [record.queries for record in caplog.records if hasattr(record, "queries")]
    assert logged == [["rain"], ["a", "b"]]


@pytest.mark.parametrize("given", ["turn-7", "A" * 128, "2026-11-26T10:00:00Z/1"[:22]])
def test_a_request_id_comes_back(given: str, service: httpx.Client) -> None:
    """In the header and in the body, be it an answer or a problem."""
    headers = {"x-request-id": given}
    answer = service.post("/v1/search", json={"query": "boats"}, headers=headers)
    problem = service.get("/v1/documents/fish", headers=headers)

    for response in (answer, problem):
        assert response.headers["x-request-id"] == response.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "é", "a;b", "<script>"])
def test_a_request_id_that_cannot_be_taken_is_named(given: str, service: httpx.Client) -> None:
    """422 points at the header, and gives an id of its own."""
    headers = {"x-request-id": given.encode("utf-8")}
    response = service.get("/v1/index", headers=headers)

    problem = check_problem(response, "invalid-request", 422)
    assert problem["errors"][0]["header"] == "x-request-id"
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


def figure(text: str, name: str) -> float:
    """The value of a line of Prometheus's text."""
    match = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert match is not None, f"{name} is not among\n{text}"
    return float(match[1])


def test_figures_tell_what_was_asked(watched: Watched) -> None:
    """Requests by route, stages of searches, refusals, and the index."""
    before = watched.client.get("/metrics").text
    watched.client.get("/v1/documents/guide.pdf")
    watched.client.get("/v1/documents/fish")
    watched.client.post("/v1/search", json={"query": "Who pays the boatmen?"})
    watched.client.get("/v1/index", headers={"authorization": "Bearer x"})
    response = watched.client.get("/metrics")
    after = response.text

    def grown(name: str) -> float:
        return figure(after, name) - figure(before, name)

    assert response.headers["content-type"].startswith("text/plain; version=")
    assert 'route="/v1/documents/{document_id}",status="200"' in after
    assert grown('hrqa_requests_total{method="POST",route="/v1/search",status="200"}') == 1
    assert grown('hrqa_request_seconds_count{route="/v1/search"}') == 1
    for stage in ("encode", "dense", "lexical", "fuse", "rerank", "cite"):
        assert grown(f'hrqa_stage_seconds_count{{stage="{stage}"}}') == 1
    assert grown('hrqa_refusals_total{type="unauthorized"}') == 1
    assert figure(after, "hrqa_index_documents") == 8
    assert figure(after, "hrqa_index_bytes") > 10_000
    assert 0 <= figure(after, "hrqa_index_age_seconds") < 3600
    assert SECRET not in after


def test_an_explanation_adds_up(service: httpx.Client) -> None:
    """Stages make up the time; each result has what the stages gave it, when asked for alone."""
    body = {"query": "Who pays the boatmen of the delta?", "limit": 3}
    plain = service.post("/v1/search", json=body).json()
    explained = service.post("/v1/search", json={**body, "explain": True}).json()

    stages = [stage["stage"] for stage in explained["stages"]]
    total = sum(stage["ms"] for stage in explained["stages"])
    assert stages == [
        *("prepare", "encode", "dense", "lexical", "fuse", "rerank", "judge", "cite"),
    ]
    assert abs(total - explained["took_ms"]) < 0.2
    assert plain["stages"] is None
    for given, bare in zip(explained["results"], plain["results"], strict=True):
        assert bare["scores"] is None
        assert {score["stage"] for score in given["scores"]} <= {
            *("passages", "sentences", "lexical", "tokens"),
        }
        assert {**given, "scores": None} == bare
