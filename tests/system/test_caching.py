"""Tests of tags, compression, HEAD, and pages of other origins."""

from pathlib import Path

import httpx
import pytest

from .tools import application, ask

PATHS = [
    "/v1/search?query=Who%20pays%20the%20boatmen%3F",
    "/v1/index",
    "/v1/documents?limit=2",
    "/v1/documents/guide.pdf",
    "/v1/documents/guide.pdf/text?page=1",
    "/v1/documents/guide.pdf/pages/1",
    "/v1/documents/guide.pdf/pages/1/image?width=100",
    "/v1/documents/guide.pdf/passages",
    "/v1/documents/guide.pdf/citation?format=apa",
]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_has_not_changed_is_not_sent_again(path: str, service: httpx.Client) -> None:
    """304 with the same tag and no body, also among other tags; else the whole answer."""
    first = service.get(path)
    tag = first.headers["etag"]
    same = service.get(path, headers={"if-none-match": tag})
    among = service.get(path, headers={"if-none-match": f'"x", {tag.removeprefix("W/")}'})
    other = service.get(path, headers={"if-none-match": 'W/"x"'})

    assert first.status_code == 200 and first.headers["cache-control"] == "public, no-cache"
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert (among.status_code, other.status_code) == (304, 200)


def test_tags_differ_where_answers_do(service: httpx.Client) -> None:
    """By path and parameters, and by the form that is accepted."""
    tags = [service.get(path).headers["etag"] for path in PATHS]
    path = "/v1/documents/guide.pdf/citation"
    for accept in ("application/x-bibtex", "application/x-research-info-systems"):
        tags.append(service.get(path, headers={"accept": accept}).headers["etag"])

    assert len(set(tags)) == len(PATHS) + 2


def test_tags_are_of_index_and_settings(index: Path, corpus: Path, service: httpx.Client) -> None:
    """Another process over the same index gives the same tag; other settings another."""
    path = "/v1/search?query=boats"
    with application(index, corpus) as app, application(index, corpus) as again:
        tags = {ask(each, "GET", path).headers["etag"] for each in (app, again)}
    with application(index, corpus, token_candidates=0) as other:
        changed = ask(other, "GET", path).headers["etag"]

    assert len(tags) == 1 and changed not in tags
    assert service.get(path).headers["etag"] == service.get(path).headers["etag"]


def test_failures_have_no_tag(service: httpx.Client) -> None:
    """What is not there may come."""
    for path in ("/v1/documents/fish", "/v1/search?query="):
        assert "etag" not in service.get(path).headers


def test_long_answers_are_pressed_for_those_who_take_it(service: httpx.Client) -> None:
    """The same content either way; files and pictures stay as they are."""
    path = "/v1/search?query=boats&limit=20"
    pressed = service.get(path, headers={"accept-encoding": "gzip"})
    plain = service.get(path, headers={"accept-encoding": "identity"})
    picture = service.get(PATHS[6], headers={"accept-encoding": "gzip"})
    file = service.get(
        "/v1/documents/guide.pdf/file", headers={"accept-encoding": "gzip", "range": "bytes=0-9"}
    )

    assert pressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert pressed.json()["results"] == plain.json()["results"]
    assert int(pressed.headers["content-length"]) < len(plain.content) / 3
    for response in (picture, file):
        assert "content-encoding" not in response.headers
    assert (file.status_code, len(file.content)) == (206, 10)


@pytest.mark.parametrize("path", [*PATHS, "/readyz", "/v1/documents/guide.pdf/file", "/docs"])
def test_head_is_get_without_the_body(path: str, service: httpx.Client) -> None:
    """The same status and length."""
    got = service.get(path, headers={"accept-encoding": "identity"})
    head = service.head(path, headers={"accept-encoding": "identity"})

    assert (head.status_code, head.content) == (200, b"")
    if "search" not in path:  # whose time has now one figure more, now one fewer
        assert head.headers["content-length"] == got.headers["content-length"]


def test_other_pages_may_not_ask_unless_they_are_named(index: Path, corpus: Path) -> None:
    """No header opens an answer to another origin by default; a setting names those that may."""
    origin = {"origin": "https://library.example"}
    preflight = {**origin, "access-control-request-method": "POST"}
    with application(index, corpus) as closed:
        refused = ask(closed, "GET", "/v1/index", headers=origin)
        asked = ask(closed, "OPTIONS", "/v1/search", headers=preflight)
    with application(index, corpus, cors_origins="https://library.example") as opened:
        allowed = ask(opened, "GET", "/v1/index", headers=origin)
        before = ask(opened, "OPTIONS", "/v1/search", headers=preflight)
        other = ask(opened, "GET", "/v1/index", headers={"origin": "https://other.example"})

    name = "access-control-allow-origin"
    assert name not in refused.headers and asked.status_code == 405
    assert allowed.headers[name] == before.headers[name] == "https://library.example"
    assert "etag" in allowed.headers["access-control-expose-headers"]
    assert name not in other.headers
