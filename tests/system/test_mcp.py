"""The Model Context Protocol, spoken by its own client over HTTP and over standard input."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, Tool

from .tools import HRQA, clean_environment

BOATMEN = "Who pays the boatmen of the delta?"
BRIDGE = "Cây cầu đầu tiên được xây năm nào?"
NOWHERE = "delta-schools.000000000000"
HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
}
Call = tuple[str, dict[str, Any]]

SEARCHES: list[Call] = [("search", {"query": query}) for query in (BOATMEN, BRIDGE, "lamp")]
REFUSED: list[Call] = [
    ("search", {"query": ""}),
    ("search", {"query": " \n"}),
    ("search", {"query": "x" * 3000}),
    ("search", {}),
    ("search", {"query": 5}),
    ("fetch", {"id": NOWHERE}),
    ("fetch", {"id": ""}),
    ("fetch", {}),
]


@dataclass(frozen=True)
class Session:
    """What a client saw of a server."""

    name: str
    instructions: str
    tools: dict[str, Tool]
    found: list[CallToolResult]
    fetched: list[CallToolResult]
    refused: list[CallToolResult]


async def _session(server: Any, mode: Any = "auto") -> Session:
    """List the tools, search, fetch all that the first search found, and make each mistake."""
    async with Client(server, mode=mode) as client:
        listed = await client.list_tools()
        found = [await client.call_tool(*call) for call in SEARCHES]
        ids = [each["id"] for result in found for each in value(result)["results"][:4]]
        assert client.server_info is not None
        return Session(
            name=client.server_info.name,
            instructions=client.instructions or "",
            tools={tool.name: tool for tool in listed.tools},
            found=found,
            fetched=[await client.call_tool("fetch", {"id": each}) for each in ids],
            refused=[await client.call_tool(*call) for call in REFUSED],
        )


def value(result: CallToolResult) -> dict[str, Any]:
    """The object that a result holds, as text and as structured content alike."""
    assert not result.is_error, result.content
    [item] = result.content
    assert item.type == "text"
    held: dict[str, Any] = json.loads(item.text)
    assert result.structured_content == held
    return held


@pytest.fixture(scope="module")
def over_http(service: httpx.Client) -> Session:
    """A session over HTTP by today's protocol."""
    return asyncio.run(_session(str(service.base_url).rstrip("/") + "/mcp"))


@pytest.fixture(scope="module")
def over_stdio(
    index: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Session, str]:
    """A session with `hrqa mcp`, a process of its own, and what that logged."""
    folder = tmp_path_factory.mktemp("mcp")
    parameters = StdioServerParameters(
        command=str(HRQA),
        args=["mcp", "--index", str(index), "--corpus", str(corpus)],
        env=clean_environment(),
        cwd=folder,
    )
    log = folder / "mcp.log"
    with log.open("w", encoding="utf-8") as errors:
        session = asyncio.run(_session(stdio_client(parameters, errlog=errors)))
    return session, log.read_text("utf-8")


@pytest.fixture(params=["over_http", "over_stdio"])
def session(request: pytest.FixtureRequest) -> Session:
    """Both in turn."""
    seen = request.getfixturevalue(request.param)
    return seen if isinstance(seen, Session) else seen[0]


def test_there_are_two_tools_that_only_read(session: Session) -> None:
    """`search` and `fetch`, marked read-only, each with one string to give and a schema."""
    assert sorted(session.tools) == ["fetch", "search"]
    for name, argument in (("search", "query"), ("fetch", "id")):
        tool = session.tools[name]
        assert tool.title and tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.input_schema["required"] == [argument]
        assert set(tool.input_schema["properties"]) == {argument}
        assert tool.input_schema["properties"][argument]["type"] == "string"
        assert tool.output_schema is not None
    assert session.name == "hrqa"
    assert "cite" in session.instructions


def test_a_search_gives_ids_titles_and_addresses(session: Session) -> None:
    """`results` as ChatGPT wants them; whatever else there is, the schema declares."""
    schema = session.tools["search"].output_schema
    assert schema is not None
    for result in session.found:
        answer = value(result)
        jsonschema.validate(answer, schema)
        assert {"results"} <= set(answer) <= set(schema["properties"])
        assert 5 < len(answer["results"]) <= 10
        for each in answer["results"]:
            assert set(each) == {"id", "title", "url"}
            assert all(each.values())
        ids = [each["id"] for each in answer["results"]]
        assert len(set(ids)) == len(ids)


def test_a_search_finds_what_hrqas_own_does(session: Session, service: httpx.Client) -> None:
    """The same passages in the same order under their citations, Vietnamese among them."""
    for (_, arguments), result in zip(SEARCHES, session.found, strict=True):
        own = service.post("/v1/search", json=arguments).json()["results"]

        assert [(each["id"], each["title"]) for each in value(result)["results"]] == [
            (each["passage"]["id"], each["citation"]["text"]) for each in own
        ]
    vietnamese = value(session.found[1])["results"][0]
    assert vietnamese["title"] == "Trường học vùng châu thổ (2021), para. 1"


def test_a_fetch_gives_a_passage_as_it_stands(session: Session, service: httpx.Client) -> None:
    """Four fields and metadata of strings; the text is the passage's to the letter."""
    schema = session.tools["fetch"].output_schema
    assert schema is not None
    found = [each for result in session.found for each in value(result)["results"][:4]]
    for listed, result in zip(found, session.fetched, strict=True):
        passage = value(result)
        jsonschema.validate(passage, schema)
        stored = service.get(f"/v1/passages/{listed['id']}").json()
        citation = stored["citation"]
        assert set(passage) == {"id", "title", "text", "url", "metadata"}
        assert {key: passage[key] for key in ("id", "title", "url")} == listed
        assert passage["text"] == stored["passage"]["text"]
        metadata = passage["metadata"]
        assert all(isinstance(each, str) and each for each in metadata.values())
        assert metadata["document_id"] == citation["document_id"]
        assert metadata["document_title"] == citation["title"]
        page = citation["spans"][0]["page"]
        assert metadata.get("page") == (None if page is None else str(page))
        assert metadata.get("year") == (None if citation["year"] is None else str(citation["year"]))


def test_metadata_names_neighbours_of_the_same_document(
    over_http: Session, service: httpx.Client
) -> None:
    """The first passage of a document has none before it, the last none after it."""
    for result in over_http.fetched:
        metadata = value(result)["metadata"]
        stored = service.get(f"/v1/passages/{value(result)['id']}", params={"context": 1}).json()
        for key, side in (("passage_before", "before"), ("passage_after", "after")):
            ids = [each["passage"]["id"] for each in stored[side]]
            assert [metadata[key]] == ids if key in metadata else not ids


def test_addresses_open_what_they_name(over_http: Session, service: httpx.Client) -> None:
    """Over HTTP an address is the service's: a PDF file at its page, or a text."""
    for result in over_http.found:
        for each in value(result)["results"]:
            assert each["url"].startswith(str(service.base_url).rstrip("/"))
            assert service.get(each["url"]).status_code == 200
    lamp = value(over_http.found[2])["results"][0]
    assert lamp["url"].endswith("/v1/documents/guide.pdf/file#page=1")


def test_addresses_over_stdio_are_of_files(over_stdio: tuple[Session, str], corpus: Path) -> None:
    """Without a service an address is the file's, at its page."""
    results = value(over_stdio[0].found[2])["results"]
    bridge = value(over_stdio[0].found[1])["results"][0]

    assert results[0]["url"] == f"{(corpus / 'guide.pdf').resolve().as_uri()}#page=1"
    assert bridge["url"] == (corpus / "tài liệu" / "trường học.txt").resolve().as_uri()


def test_mistakes_are_told_as_errors_of_the_tool(session: Session) -> None:
    """Each is one text for the model, without a traceback or a library's own words."""
    for call, result in zip(REFUSED, session.refused, strict=True):
        assert result.is_error, call
        [item] = result.content
        assert item.type == "text"
        assert "Traceback" not in item.text
        assert len(item.text) < 400


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (0, "query: the question is empty; write at least one word"),
        (1, "query: the question is empty; write at least one word"),
        (2, "query: the question has 3000 characters; at most 2000 are taken"),
        (5, f"No passage has the id '{NOWHERE}'; `search` gives ids."),
    ],
)
def test_a_mistake_is_said_in_a_sentence(call: int, said: str, over_http: Session) -> None:
    """What was wrong, and what to do."""
    [item] = over_http.refused[call].content

    assert item.type == "text" and item.text.endswith(said)


@pytest.mark.parametrize("call", [3, 4, 7])
def test_arguments_that_do_not_fit_are_said_in_plain_words(call: int, over_http: Session) -> None:
    """No lines of a validation library: one line that names the argument."""
    [item] = over_http.refused[call].content

    assert item.type == "text"
    assert "pydantic" not in item.text and "\n" not in item.text
    assert ("id" if call == 7 else "query") in item.text


def test_stdio_logs_no_failure(over_stdio: tuple[Session, str]) -> None:
    """The index is opened once, and nothing is said of a new one that was never there."""
    log = over_stdio[1]

    assert "ERROR" not in log
    assert "new index" not in log


def test_the_older_handshake_gives_the_same(over_http: Session, service: httpx.Client) -> None:
    """Clients that begin with `initialize`, as most do, see the same tools and answers."""
    older = asyncio.run(_session(str(service.base_url).rstrip("/") + "/mcp", "legacy"))

    assert older.tools == over_http.tools
    assert [value(each) for each in older.found] == [value(each) for each in over_http.found]
    assert [each.content for each in older.refused] == [each.content for each in over_http.refused]


def rpc(service: httpx.Client, content: Any, **headers: str) -> httpx.Response:
    """A POST to the endpoint."""
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    return service.post("/mcp", content=body, headers={**HEADERS, **headers})


def message(method: str, **parameters: Any) -> dict[str, Any]:
    """A request with the id 7."""
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters}


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("{", {-32700}),
        ("", {-32700}),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "T\xe0i"}', {-32700}),
        ([], {-32600, -32602}),
        ({"jsonrpc": "2.0"}, {-32600, -32602}),
        ({"id": 1, "method": "tools/list"}, {-32600, -32602}),
        ({"jsonrpc": "1.0", "id": 1, "method": "tools/list"}, {-32600, -32602}),
    ],
)
def test_what_is_no_message_is_an_error_of_the_protocol(
    content: Any, codes: Sequence[int], service: httpx.Client
) -> None:
    """400 with an error of JSON-RPC."""
    response = rpc(service, content)

    assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
    body = response.json()
    assert body["jsonrpc"] == "2.0"
    assert body["error"]["code"] in codes


def test_an_unknown_method_or_tool_is_told_to_its_request(service: httpx.Client) -> None:
    """-32601 for a method, an error for a tool, each under the id of the request."""
    method = rpc(service, message("tools/invent")).json()
    tool = rpc(service, message("tools/call", name="delete", arguments={})).json()

    assert (method["id"], method["error"]["code"]) == (7, -32601)
    assert tool["id"] == 7
    assert "error" in tool or tool["result"]["isError"]


def test_a_notification_is_taken_without_an_answer(service: httpx.Client) -> None:
    """202 and nothing."""
    response = rpc(service, {"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert (response.status_code, response.content) == (202, b"")


def test_a_caller_that_takes_no_json_is_refused(service: httpx.Client) -> None:
    """406; a caller that takes JSON alone, as ours is the only form, is answered."""
    refused = rpc(service, message("tools/list"), accept="text/html")
    plain = rpc(service, message("tools/list"), accept="application/json")

    assert refused.status_code == 406
    assert [tool["name"] for tool in plain.json()["result"]["tools"]] == ["search", "fetch"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_other_methods_are_not_allowed(method: str, service: httpx.Client) -> None:
    """405 that names POST: there is no session to end, and no stream in which anything comes."""
    with service.stream(method, "/mcp", headers={"accept": "text/event-stream"}) as response:
        status, allowed = response.status_code, response.headers.get("allow", "")

    assert status == 405
    assert allowed == "POST"


def test_a_body_over_a_mebibyte_is_too_large(service: httpx.Client) -> None:
    """413 as on every path."""
    response = rpc(service, message("tools/call", name="search", arguments={"query": "x" * 2**20}))

    assert response.status_code == 413


def test_another_sites_name_is_not_served(service: httpx.Client) -> None:
    """A page that points its own name at this machine gets nothing."""
    response = rpc(service, message("tools/list"), host="attacker.example")

    assert response.status_code == 403
