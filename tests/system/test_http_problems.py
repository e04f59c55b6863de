"""Tests that every failure of the service is a problem of the right type (RFC 9457)."""

import asyncio
import base64
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hrqa.embedding.encoder import EncodedText, Encoder
from hrqa.errors import IndexDamagedError
from hrqa.ranking import Ranker
from hrqa.search import Searcher
from hrqa.wiring import open_searcher
from hrqa_api.app import create_app

from . import tools
from .tools import application, ask, build, check_problem, client_of, copy, generation

JSON = {"content-type": "application/json"}
MEBIBYTE = 1024 * 1024


def made_cursor(value: object) -> str:
    """A cursor in hrqa's own coding of a JSON value."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"query": "x", "colour": "green"}, ["#/colour"]),
        ({"query": "x", "filters": {"pages": [1]}}, ["#/filters/pages"]),
        ({"query": "x", "filters": {"years": {"until": 1}}}, ["#/filters/years/until"]),
        ({}, ["#/query"]),
        ({"query": None}, ["#/query"]),
        ({"query": 7}, ["#/query"]),
        ({"query": ["x"]}, ["#/query"]),
        ({"query": ""}, ["#/query"]),
        ({"query": " \n\t\u3000"}, ["#/query"]),
        ({"query": "x" * 2001}, ["#/query"]),
        ({"query": "x", "limit": 0}, ["#/limit"]),
        ({"query": "x", "limit": 51}, ["#/limit"]),
        ({"query": "x", "limit": "5"}, ["#/limit"]),
        ({"query": "x", "limit": True}, ["#/limit"]),
        ({"query": "x", "limit": 2.5}, ["#/limit"]),
        ({"query": "x", "max_per_document": 0}, ["#/max_per_document"]),
        ({"query": "x", "filters": []}, ["#/filters"]),
        ({"query": "x", "filters": {"languages": "en"}}, ["#/filters/languages"]),
        ({"query": "x", "filters": {"languages": ["en", 5]}}, ["#/filters/languages/1"]),
        ({"query": "x", "filters": {"document_ids": ["fish"]}}, ["#/filters/document_ids"]),
        ({"query": "x", "filters": {"years": {"from": "2020"}}}, ["#/filters/years/from"]),
        ({"query": "x", "filters": {"years": {"from": 2021, "to": 2020}}}, ["#/filters/years"]),
        ({"query": "", "limit": 0, "a/b~c": 1}, ["#/a~1b~0c", "#/limit", "#/query"]),
        ([], ["#"]),
        ("x", ["#"]),
        (None, ["#"]),
    ],
)
def test_a_request_that_does_not_fit_is_pointed_at(
    body: Any, pointers: list[str], service: httpx.Client
) -> None:
    """422 with a JSON pointer (RFC 6901) to each thing that is wrong."""
    response = service.post("/v1/search", content=json.dumps(body), headers=JSON)

    problem = check_problem(response, "invalid-request", 422)
    assert sorted(fault["pointer"] for fault in problem["errors"]) == pointers


def test_two_thousand_characters_are_code_points(service: httpx.Client) -> None:
    """The bound counts characters, not bytes or UTF-16 units."""
    longest = "🌾ế" * 1000

    assert service.post("/v1/search", json={"query": longest}).status_code == 200
    check_problem(service.post("/v1/search", json={"query": longest + "."}), "invalid-request", 422)


@pytest.mark.parametrize(
    "body",
    [
        *("{", '{"query": "x"', "{'query': 'x'}", '{"query": "x"} {}', "query=x"),
        pytest.param(b'{"query": "T\xe0i"}', id="not UTF-8"),
        pytest.param("[" * 200_000, id="nested without end"),
    ],
)
def test_a_body_that_is_no_json_is_malformed(body: str | bytes, service: httpx.Client) -> None:
    """400 for what cannot be parsed."""
    response = service.post("/v1/search", content=body, headers=JSON)

    check_problem(response, "malformed-json", 400)


def test_a_body_that_is_not_declared_as_json_is_refused(service: httpx.Client) -> None:
    """422 names the header at fault."""
    response = service.post("/v1/search", content='{"query": "x"}')

    problem = check_problem(response, "invalid-request", 422)
    assert [fault.get("header") for fault in problem["errors"]] == ["content-type"]


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/v1/search", "query"),
        ("/v1/search?query=", "query"),
        ("/v1/search?query=%20", "query"),
        ("/v1/search?q=" + "x" * 2001, "q"),
        ("/v1/search?query=x&limit=0", "limit"),
        ("/v1/search?query=x&limit=51", "limit"),
        ("/v1/search?query=x&limit=many", "limit"),
        ("/v1/search?query=x&colour=green", "colour"),
        ("/v1/search?query=x&document_ids=fish", "document_ids"),
        ("/v1/search?query=x&document_ids=", "document_ids"),
        ("/v1/search?query=x&year_from=2021&year_to=2020", "year_from"),
        ("/v1/search?query=x&max_per_document=0", "max_per_document"),
        ("/v1/documents?limit=0", "limit"),
        ("/v1/documents?limit=201", "limit"),
        ("/v1/documents?cursor=", "cursor"),
        ("/v1/documents?cursor=garbage", "cursor"),
        ("/v1/documents?cursor=%E1%BA%BF", "cursor"),
        (f"/v1/documents?cursor={made_cursor(7)}", "cursor"),
        (f"/v1/documents?cursor={made_cursor(['x', -1])}", "cursor"),
        (f"/v1/documents?cursor={made_cursor(['x', '1'])}", "cursor"),
        ("/v1/documents/guide.pdf/passages?cursor=garbage", "cursor"),
        ("/v1/documents/guide.pdf/passages?page=0", "page"),
        ("/v1/documents/guide.pdf/text", "page"),
        ("/v1/documents/guide.pdf/text?page=0", "page"),
        ("/v1/documents/guide.pdf/text?page=one", "page"),
        ("/v1/documents/notice-a.md/text?page=1", "page"),
        ("/v1/documents/guide.pdf/pages/0", "number"),
        ("/v1/documents/guide.pdf/pages/i", "number"),
        ("/v1/passages/guide.pdf.0?context=-1", "context"),
        pytest.param(
            f"/v1/documents?cursor={base64.urlsafe_b64encode(b'[' * 30_000).decode()}",
            "cursor",
            id="nested cursor",
        ),
        ("/v1/documents?colour=green", "colour"),
        ("/v1/documents/guide.pdf/text?page=1&colour=green", "colour"),
        ("/v1/passages/guide.pdf.0?colour=green", "colour"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    address: str, parameter: str, service: httpx.Client
) -> None:
    """422 names the parameter at fault."""
    response = service.get(address)

    problem = check_problem(response, "invalid-request", 422)
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path",
    [
        *("/v1", "/v2/search", "/v1/documents/fish", "/v1/documents/fish/text"),
        *(
            "/v1/documents/fish/file",
            "/v1/documents/fish/passages",
            "/v1/documents/guide.pdf/pages/3",
        ),
        *("/v1/documents/notice-a.md/pages/1", "/v1/documents/guide.pdf/text?page=3"),
        *("/v1/documents/guide.pdf/passages?page=3", "/v1/documents/notice-a.md/passages?page=1"),
        *("/v1/passages/fish", "/v1/passages/guide.pdf", "/v1/documents/guide.pdf/images"),
        *("/v1/documents/..%2F..%2Fetc%2Fpasswd/file", "/v1/documents/%00"),
        "/v1/documents/guide.pdf/text?page=9223372036854775808",
        "/v1/documents/guide.pdf/pages/9223372036854775808",
        "/v1/documents/guide.pdf/passages?page=9223372036854775808",
    ],
)
def test_what_is_not_there_is_not_found(path: str, service: httpx.Client) -> None:
    """404 for unknown paths, documents, passages, and pages out of range."""
    check_problem(service.get(path), "not-found", 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/search", "GET, POST"),
        ("PUT", "/v1/search", "GET, POST"),
        ("POST", "/v1/index", "GET"),
        ("DELETE", "/v1/documents/guide.pdf", "GET"),
        ("POST", "/v1/documents/guide.pdf/file", "GET"),
        ("PATCH", "/healthz", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    method: str, path: str, allowed: str, service: httpx.Client
) -> None:
    """405 with the methods in `allow` and in the sentence."""
    response = service.request(method, path)

    problem = check_problem(response, "method-not-allowed", 405)
    assert response.headers["allow"] == allowed
    assert problem["detail"] == f"{path} does not take {method}; it takes {allowed}."


@pytest.mark.parametrize("value", ["bytes=99999999-", "bytes=x", "lines=1-2"])
def test_a_range_that_cannot_be_had_is_a_problem(value: str, service: httpx.Client) -> None:
    """400 or 416 for a range that is malformed or beyond the file, as a problem, too."""
    response = service.get("/v1/documents/guide.pdf/file", headers={"range": value})

    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_over_a_mebibyte_is_too_large(service: httpx.Client) -> None:
    """413 whether the length is declared or not; exactly a mebibyte is read."""
    over = b" " * (MEBIBYTE + 1)
    body = json.dumps({"query": "moon"}).encode()
    full = body + b" " * (MEBIBYTE - len(body))

    declared = service.post("/v1/search", content=over, headers=JSON)
    chunked = service.post("/v1/search", content=iter([over[:-1], over[-1:]]), headers=JSON)
    taken = service.post("/v1/search", content=full, headers=JSON)

    check_problem(declared, "too-large", 413)
    check_problem(chunked, "too-large", 413)
    assert (len(full), taken.status_code) == (MEBIBYTE, 200)


def test_a_cursor_of_an_earlier_index_is_gone(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """410 for a cursor that was given before the index was rebuilt, on both lists."""
    (tiny_corpus / "long.txt").write_text("A word about boats. " * 200)
    build(tiny_corpus, tiny_index)
    changed = copy(tiny_index, tmp_path / "changed")
    (tiny_corpus / "rain.txt").write_text("It did not rain.\n")
    build(tiny_corpus, changed)
    with application(tiny_index, tiny_corpus) as before, application(changed, tiny_corpus) as after:
        for path in ("/v1/documents", "/v1/documents/long.txt/passages"):
            cursor = ask(before, "GET", path, params={"limit": 1}).json()["next_cursor"]
            again = ask(before, "GET", path, params={"cursor": cursor})
            gone = ask(after, "GET", path, params={"cursor": cursor})

            assert again.status_code == 200
            check_problem(gone, "gone", 410)


def test_a_file_that_has_changed_is_refused_and_its_text_still_answers(
    tiny_index: Path, tiny_corpus: Path
) -> None:
    """409 for a file that is gone or has another content than was indexed."""
    with application(tiny_index, tiny_corpus) as app:
        whole = ask(app, "GET", "/v1/documents/rain.txt/file")
        (tiny_corpus / "rain.txt").write_text("Rain fell on nineteen days of October.\n")
        (tiny_corpus / "iron.txt").unlink()
        changed = ask(app, "GET", "/v1/documents/rain.txt/file")
        gone = ask(app, "GET", "/v1/documents/iron.txt/file")
        text = ask(app, "GET", "/v1/documents/rain.txt/text")

    assert whole.status_code == 200
    check_problem(changed, "document-changed", 409)
    check_problem(gone, "document-changed", 409)
    assert text.json()["text"] == "Rain fell on nineteen days of September."


def test_nothing_answers_before_the_model_is_loaded(tiny_index: Path, tiny_corpus: Path) -> None:
    """Alive at once; 503 on every other path, with the time to try again, until it is loaded."""
    chosen = tools.settings(tiny_index, tiny_corpus)
    app = create_app(lambda: lambda: open_searcher(chosen), chosen)
    paths = (
        "/readyz",
        "/v1/index",
        "/v1/documents",
        "/v1/documents/rain.txt",
        "/v1/search?query=x",
    )

    early = [ask(app, "GET", path) for path in paths]
    early.append(ask(app, "POST", "/v1/search", json={"query": "x"}))
    alive = ask(app, "GET", "/healthz").status_code
    asyncio.run(app.state.engine.start())
    wrong = ask(app, "POST", "/v1/search", json={"query": ""})
    late = [ask(app, "GET", path).status_code for path in paths]
    app.state.engine.stop()

    for response in early:
        check_problem(response, "not-ready", 503)
    assert [response.headers.get("retry-after") for response in early] == ["2"] * 6
    assert alive == 200
    check_problem(wrong, "invalid-request", 422)
    assert late == [200] * 5


def test_an_index_that_cannot_be_opened_stays_not_ready(
    tiny_index: Path, tiny_corpus: Path
) -> None:
    """A service whose index turns out damaged is alive, and never ready."""
    path = generation(tiny_index) / "passages.faiss"
    path.write_bytes(b"\x00" * path.stat().st_size)
    chosen = tools.settings(tiny_index, tiny_corpus)
    app = create_app(lambda: lambda: open_searcher(chosen), chosen)
    with pytest.raises(IndexDamagedError):
        asyncio.run(app.state.engine.start())

    for path_ in ("/readyz", "/v1/search?query=x"):
        check_problem(ask(app, "GET", path_), "not-ready", 503)
    assert ask(app, "GET", "/healthz").status_code == 200
    app.state.engine.stop()


def test_damage_while_serving_is_an_internal_problem(tiny_index: Path, tiny_corpus: Path) -> None:
    """500 without path or cause once the text store can no longer be read."""
    with application(tiny_index, tiny_corpus) as app:
        store = generation(tiny_index) / "texts.sqlite"
        with store.open("r+b") as file:
            file.truncate(0)
        # What SQLite still holds in memory of so small a file would go on answering.
        app.state.engine.searcher.index.text.texts._connection.execute("PRAGMA shrink_memory")
        answers = [
            ask(app, "POST", "/v1/search", json={"query": "When does the choir sing?"}),
            ask(app, "GET", "/v1/documents/music.txt/passages"),
        ]

    for response in answers:
        problem = check_problem(response, "internal", 500)
        assert "errors" not in problem
        for secret in (str(tiny_index), "sqlite", "Traceback", "Error"):
            assert secret not in response.text


def test_too_many_searches_are_sent_away(
    tiny_index: Path, tiny_corpus: Path, encoder: Encoder
) -> None:
    """One runs, one waits, the third is 503 `overloaded` at once; those before it are answered."""
    running, go_on = threading.Event(), threading.Event()

    def slowly(texts: Sequence[str]) -> list[EncodedText]:
        if "rain" in texts:
            running.set()
            assert go_on.wait(30)
        return encoder.encode_questions(texts)

    def opened() -> Searcher:
        index = open_searcher(tools.settings(tiny_index)).index
        ranker = Ranker(index, encode_questions=slowly)
        return Searcher(ranker, model=index.text.meta.model, count_tokens=len)

    async def three_searches(app: FastAPI) -> list[httpx.Response]:
        async with client_of(app) as client:
            first = [
                asyncio.create_task(client.get("/v1/search", params={"query": "rain"}))
                for _ in range(2)
            ]
            await asyncio.to_thread(running.wait, 30)
            while app.state.engine.under_way < 2:
                await asyncio.sleep(0.01)
            third = await client.get("/v1/search", params={"query": "rain"})
            go_on.set()
            return [third, *await asyncio.gather(*first)]

    with application(tiny_index, tiny_corpus, load=lambda: opened, concurrency=1, queue=1) as app:
        third, *others = asyncio.run(three_searches(app))

    check_problem(third, "overloaded", 503)
    assert third.headers["retry-after"] == "1"
    assert [response.status_code for response in others] == [200, 200]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["delta-schools", "guide.pdf", "en", "vi", 2019]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
requests = st.fixed_dictionaries(
    {"query": st.text(max_size=60) | st.sampled_from(["thuyền", "boats?"]) | values},
    optional={
        "limit": st.integers(-2, 60) | values,
        "max_per_document": st.integers(-1, 3) | values,
        "filters": st.fixed_dictionaries(
            {},
            optional={
                "document_ids": st.lists(st.sampled_from(["guide.pdf", "notice-a.md", "x"]))
                | values,
                "languages": st.lists(st.sampled_from(["en", "vi", "", "-"])) | values,
                "years": st.fixed_dictionaries(
                    {}, optional={"from": st.integers(-1, 10_000) | values, "to": values}
                )
                | values,
            },
        )
        | values,
        "extra": values,
    },
)


def check_any_answer(response: httpx.Response) -> None:
    """Check that an answer is a well-formed search result, or a problem that is not ours."""
    if response.status_code != 200:
        name = {400: "malformed-json", 422: "invalid-request"}[response.status_code]
        check_problem(response, name, response.status_code)
        return
    answer = response.json()
    scores = [result["score"] for result in answer["results"]]
    assert [result["rank"] for result in answer["results"]] == list(range(1, len(scores) + 1))
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=requests)
@example(body={"query": "\x00"})
@example(body={"query": "x", "limit": 10**400})
@example(body={"query": "x", "filters": {"years": {"from": -0.0}}})
@example(body={"query": "x", "filters": {"document_ids": ["\x00", "' OR 1=1 --"]}})
def test_no_request_breaks_the_service(body: Any, service: httpx.Client) -> None:
    """Whatever nearly fits is answered or refused, never a failure of the service."""
    response = service.post("/v1/search", json=body)

    check_any_answer(response)


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=values.map(json.dumps) | st.text(max_size=40))
@example(body='{"query": "\\ud800"}')
@example(body='{"\\ud800": 1, "query": "x"}')
@example(body='{"query": "x", "query": "moon"}')
@example(body='{"query": NaN}')
@example(body="1e999")
def test_no_body_breaks_the_service(body: str, service: httpx.Client) -> None:
    """Any JSON and any text is answered or refused as a problem."""
    response = service.post("/v1/search", content=body.encode(), headers=JSON)

    check_any_answer(response)
