"""Tests of who may ask: keys, their scopes, public scopes, and a service that needs no keys."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hrqa.keys import KeyRing, Scope, create_key, revoke_key
from hrqa_api.access import needed_scopes
from hrqa_api.web.static_files import static_address

from .tools import application, ask, check_problem

PATHS = {
    "/v1/search?query=boats": {Scope.SEARCH},
    "/v1/vector_stores": {Scope.SEARCH},
    "/v1/vector_stores/default": {Scope.SEARCH},
    "/v1/index": {Scope.DOCUMENTS},
    "/v1/documents": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/text?page=1": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/file": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/pages/1": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/pages/1/image": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/passages": {Scope.DOCUMENTS},
    "/v1/documents/guide.pdf/citation": {Scope.DOCUMENTS},
    "/metrics": {Scope.METRICS},
    "/": {Scope.SEARCH, Scope.DOCUMENTS},
    "/?query=boats": {Scope.SEARCH, Scope.DOCUMENTS},
    "/library": {Scope.DOCUMENTS},
    "/library/guide.pdf": {Scope.DOCUMENTS},
    "/library/guide.pdf/pages/1": {Scope.DOCUMENTS},
}
OPEN = (
    *("/healthz", "/readyz", "/openapi.json", "/docs", "/problems/gone", "/basket"),
    *(static_address("", name) for name in ("app.js", "page.css", "icon.svg")),
)
READER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SEARCH = ("POST", "/v1/search", {"json": {"query": "boats"}})


@dataclass(frozen=True)
class Guarded:
    """A service that needs keys; `search` is open to all in one of the two applications."""

    app: FastAPI
    public: FastAPI
    file: Path


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, index: Path, corpus: Path
) -> Iterator[Guarded]:
    """Two applications over one file of keys."""
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    create_key(file, name="first", scopes=frozenset({Scope.METRICS}), expires=None)
    with (
        application(index, corpus, ring=KeyRing(file)) as app,
        application(index, corpus, ring=KeyRing(file), public=frozenset({Scope.SEARCH})) as public,
    ):
        yield Guarded(app, public, file)


def make(guarded: Guarded, *scopes: Scope, expires: datetime | None = None) -> str:
    """A new key."""
    name = f"{'-'.join(scopes)} {datetime.now(UTC).timestamp()}"
    _, key = create_key(guarded.file, name=name, scopes=frozenset(scopes), expires=expires)
    return key


def bearer(key: str) -> dict[str, str]:
    """The header that presents a key."""
    return {"authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_needs_its_scope(path: str, guarded: Guarded) -> None:
    """401 without a key, 403 with a key for everything else, 200 with the one scope or admin."""
    others = set(Scope) - PATHS[path] - {Scope.ADMIN}
    wrong = ask(guarded.app, "GET", path, headers=bearer(make(guarded, *others)))
    right = ask(guarded.app, "GET", path, headers=bearer(make(guarded, *PATHS[path])))
    admin = ask(guarded.app, "GET", path, headers=bearer(make(guarded, Scope.ADMIN)))
    none = ask(guarded.app, "GET", path)

    assert [r.status_code for r in (none, wrong, right, admin)] == [401, 403, 200, 200]
    assert none.headers["www-authenticate"] == 'Bearer realm="hrqa"'
    if "vector_stores" not in path:
        check_problem(none, "unauthorized", 401)
        check_problem(wrong, "forbidden", 403)


@pytest.mark.parametrize("scope", [Scope.SEARCH, Scope.DOCUMENTS])
def test_the_page_needs_both_of_its_scopes(scope: Scope, guarded: Guarded) -> None:
    """What it shows leads on to the documents; one of the two is not enough."""
    response = ask(guarded.app, "GET", "/", headers=bearer(make(guarded, scope)))

    check_problem(response, "forbidden", 403)


@pytest.mark.parametrize("path", ["/", "/library", "/library/x/pages/1"])
@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "This page needs a key"), ("vi", "Trang này cần khóa truy cập")],
)
def test_readers_are_told_of_a_missing_key_on_a_page(
    path: str, language: str, title: str, guarded: Guarded
) -> None:
    """A browser shows why nothing is there; a program gets a problem."""
    headers = {**READER, "accept-language": language}
    for app in (guarded.app, guarded.public):
        page = ask(app, "GET", path, headers=headers)

        assert page.status_code == 401
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["www-authenticate"] == 'Bearer realm="hrqa"'
        assert f'<h1 tabindex="-1" data-heading>{title}</h1>' in page.text
        check_problem(ask(app, "GET", path), "unauthorized", 401)


@pytest.mark.parametrize("path", OPEN)
def test_what_says_how_the_service_is_needs_no_key(path: str, guarded: Guarded) -> None:
    """Probes and the description answer everyone."""
    assert ask(guarded.app, "GET", path).status_code == 200


def test_every_path_of_the_description_is_guarded(guarded: Guarded) -> None:
    """No path is open because nobody thought of it, and the description says so of each."""
    described = ask(guarded.app, "GET", "/openapi.json").json()
    open_paths = {path for path in described["paths"] if needed_scopes(path) is None}

    assert open_paths == {"/healthz", "/readyz", "/problems", "/problems/{name}"}
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation.get("security", []) == ([] if path in open_paths else [{"key": []}])
    check_problem(ask(guarded.app, "GET", "/v1/unheard-of"), "unauthorized", 401)


@pytest.mark.parametrize(
    "value",
    [
        *("Bearer", "Bearer ", "Basic aHJxYTpocnFh", "hrqa_00000000_" + "x" * 43, "bearer x y"),
        "Bearer hrqa_00000000_" + "x" * 43,
        "Bearer " + "x" * 5000,
    ],
)
def test_what_is_no_key_is_refused_even_where_none_is_needed(value: str, guarded: Guarded) -> None:
    """A caller that presents a key learns that it is wrong, and not only when it matters."""
    for app in (guarded.app, guarded.public):
        response = ask(app, *SEARCH[:2], **SEARCH[2], headers={"authorization": value})

        problem = check_problem(response, "unauthorized", 401)
        assert "invalid_token" in response.headers["www-authenticate"]
        assert "x" * 43 not in str(problem)


def test_a_key_works_until_it_expires_or_is_revoked(guarded: Guarded) -> None:
    """Both take effect at once, without a restart."""
    late = datetime.now(UTC) - timedelta(seconds=1)
    expired = make(guarded, Scope.SEARCH, expires=late)
    key = make(guarded, Scope.SEARCH)
    before = ask(guarded.app, *SEARCH[:2], **SEARCH[2], headers=bearer(key))
    revoke_key(guarded.file, key.split("_")[1])
    after = ask(guarded.app, *SEARCH[:2], **SEARCH[2], headers=bearer(key))
    too_late = ask(guarded.app, *SEARCH[:2], **SEARCH[2], headers=bearer(expired))

    assert (before.status_code, after.status_code, too_late.status_code) == (200, 401, 401)


def test_public_scopes_are_open_and_no_others(guarded: Guarded) -> None:
    """Students search without a key; documents, figures and MCP still need one."""
    paths = ("/v1/search?query=boats", "/v1/documents", "/metrics")
    statuses = [ask(guarded.public, "GET", path).status_code for path in paths]
    mcp = ask(guarded.public, "POST", "/mcp", json={})

    assert (statuses, mcp.status_code) == ([200, 401, 401], 401)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/search/",
        "//v1/search",
        "/V1/search",
        "/v1/%73earch",
        "/healthz/../v1/index",
        "/docs/..",
    ],
)
def test_a_path_in_disguise_opens_nothing(path: str, guarded: Guarded) -> None:
    """Another spelling of a path is either guarded like it or leads nowhere."""
    assert ask(guarded.app, "GET", path, params={"query": "x"}).status_code in (401, 404)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_without_keys_this_machine_may_ask(host: str, keyless: FastAPI) -> None:
    """Under any name of its own."""
    assert ask(keyless, "GET", "/v1/index", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "10.0.0.1", "[::2]:80"])
def test_without_keys_no_other_name_is_answered(host: str, keyless: FastAPI) -> None:
    """A web page whose own name points to this machine cannot read from it (DNS rebinding)."""
    check_problem(ask(keyless, "GET", "/v1/index", headers={"host": host}), "forbidden", 403)


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_without_keys_no_proxy_is_answered(header: str, keyless: FastAPI) -> None:
    """A service behind a proxy is not open because its keys were forgotten."""
    response = ask(keyless, "GET", "/v1/index", headers={header: "203.0.113.7"})

    assert "hrqa keys" in check_problem(response, "forbidden", 403)["detail"]


def test_without_keys_the_oldest_http_is_not_answered(service: httpx.Client) -> None:
    """nginx asks so by default, and leaves out whom it asks for."""
    with socket.create_connection((service.base_url.host, service.base_url.port or 0)) as raw:
        raw.sendall(b"GET /v1/index HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        answer = raw.makefile("rb").read().decode()

    assert answer.startswith("HTTP/1.1 403 ")


def test_trying_keys_is_limited_and_logged(
    index: Path, corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the address; after so many tries in a minute the answer is 429."""
    caplog.set_level("INFO", "hrqa_api")
    create_key(tmp_path / "keys.json", name="a", scopes=frozenset({Scope.SEARCH}), expires=None)
    ring = KeyRing(tmp_path / "keys.json")
    with application(index, corpus, ring=ring, rate_limit=2) as app:
        tries = [ask(app, "GET", "/v1/index", headers=bearer("x")).status_code for _ in range(3)]

    callers = {record.caller for record in caplog.records if hasattr(record, "caller")}
    assert tries == [401, 401, 429]
    assert callers == {"address:127.0.0.1"}


@pytest.fixture(scope="module")
def keyless(index: Path, corpus: Path) -> Iterator[FastAPI]:
    """A service that needs no keys."""
    with application(index, corpus) as app:
        yield app
