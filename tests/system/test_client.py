"""Tests of the Python client, over a real service and over servers that are not hrqa."""

import base64
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from hrqa.client import (
    Client,
    ForeignAnswerError,
    ListFormat,
    QuotationIn,
    ReferenceFormat,
    SearchIn,
    ServiceError,
    UnreachableError,
    YearRange,
)
from hrqa.errors import HrqaError, SettingsError
from hrqa_api.schemas.answers import SearchOut
from hrqa_api.schemas.requests import FiltersIn

from .other_servers import Answer, other_server
from .test_http_answers import IDS

BOATMEN = "Who pays the boatmen of the delta?"
BRIDGE = "Cây cầu đầu tiên được xây năm nào?"
INDEX = {
    "id": "i",
    "built_at": "2026-01-01T00:00:00Z",
    "model": "m",
    "documents": 1,
    "passages": 2,
    "languages": ["vi"],
    "failed": [],
}
GOOD = Answer(200, json.dumps(INDEX))


def problem(name: str, status: int, **headers: str) -> Answer:
    """A problem as hrqa gives it."""
    body = {
        "type": f"/problems/{name}",
        "title": "Busy",
        "status": status,
        "detail": "Not now.",
        "instance": "/v1/index",
        "request_id": "r1",
    }
    return Answer(status, json.dumps(body), "application/problem+json", headers)


@pytest.fixture
def client(service: httpx.Client) -> Iterator[Client]:
    """A client of the running service."""
    with Client(str(service.base_url)) as client:
        yield client


def test_the_client_needs_none_of_what_the_service_needs() -> None:
    """`import hrqa.client` loads no web framework, no model library and no vector index."""
    heavy = "fastapi starlette uvicorn torch transformers faiss numpy lxml".split()
    code = f"import sys, hrqa.client; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("question", [BOATMEN, BRIDGE])
def test_a_search_answers_what_the_service_answers(
    question: str, client: Client, service: httpx.Client
) -> None:
    """Nothing of the JSON is lost on its way into the models."""
    answer = client.search(question, limit=3, explain=True).model_dump(mode="json")

    body = {"query": question, "limit": 3, "explain": True}
    given = service.post("/v1/search", json=body).json()
    for changing in ("took_ms", "request_id", "stages"):
        assert answer.pop(changing) and given.pop(changing)
    assert answer == given


def test_conditions_reach_the_service(client: Client) -> None:
    """Of all documents, years, languages, ids and a most per document leave the right ones."""

    def found(answer: SearchOut) -> set[str]:
        return {result.citation.document_id for result in answer.results}

    one_of_each = client.search("school", limit=50, max_per_document=1)
    assert found(client.search("school", limit=50, years=YearRange(2018, 2019))) == {
        "delta-schools"
    }
    assert found(client.search("school", limit=50, languages=["vi"])) == {"truong-hoc"}
    assert found(client.search("school", document_ids=["guide.pdf"])) == {"guide.pdf"}
    assert len(one_of_each.results) == len(found(one_of_each)) > 1


def test_a_batch_answers_each_search_in_its_place(client: Client) -> None:
    """65 searches go in two requests; one that does not fit is a value and fails no other."""
    harvest = SearchIn(
        query="rice harvest", limit=1, filters=FiltersIn(document_ids=["delta-schools"])
    )
    answers = client.search_all([BOATMEN, harvest, *[" "] * 62, BRIDGE], limit=2)

    first, second, third, last = answers[0], answers[1], answers[2], answers[64]
    assert len(answers) == 65
    assert isinstance(first, SearchOut) and isinstance(second, SearchOut)
    assert isinstance(third, ServiceError) and isinstance(last, SearchOut)
    assert (first.query, len(first.results)) == (BOATMEN, 2)
    assert [result.citation.document_id for result in second.results] == ["delta-schools"]
    assert (third.type, third.status) == ("invalid-request", 422)
    assert third.faults[0].pointer == "#/searches/2/query"
    assert last.results[0].citation.document_id == "truong-hoc"
    assert client.search_all([]) == []


def test_a_context_fits_its_budget(client: Client) -> None:
    """The text is numbered and no longer than allowed; an unanswered question is told as such."""
    answered = client.context(BOATMEN, max_characters=900)
    unanswered = client.context("What is the price of bitcoin on Mars?", max_tokens=400)

    assert answered.statement is None and answered.text.startswith("[1] ")
    assert len(answered.text) == answered.budget.used <= 900
    assert unanswered.statement is not None and unanswered.text.startswith(unanswered.statement)


def test_lists_are_read_to_their_end(client: Client) -> None:
    """All documents in pages of three, all passages of one in pages of two."""
    documents = list(client.documents(page_size=3))
    passages = [each.passage.id for each in client.passages("delta-schools", page_size=2)]
    counts = {document.id: document.passages for document in documents}

    assert [document.id for document in documents] == IDS
    assert len(set(passages)) == len(passages) == counts["delta-schools"] > 2
    assert client.index().documents == len(IDS)
    assert client.index().passages == sum(counts.values())


def test_a_list_of_an_earlier_index_is_explained(service: httpx.Client) -> None:
    """A cursor that an index before gave ends the list with what its reader can do."""
    earlier = base64.urlsafe_b64encode(json.dumps(["earlier", "documents", 3]).encode()).decode()

    class Rebuilt(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "cursor" in request.url.params:
                request.url = request.url.copy_set_param("cursor", earlier)
            return super().handle_request(request)

    with Client(str(service.base_url), transport=Rebuilt()) as client:
        documents = client.documents(page_size=3)
        first = [next(documents).id for _ in range(3)]
        with pytest.raises(ServiceError, match=r"rebuilt while .* read it again") as caught:
            next(documents)

    assert first == IDS[:3]
    assert (caught.value.type, caught.value.status) == ("gone", 410)


def test_documents_are_read(client: Client, corpus: Path) -> None:
    """Headings, texts with and without pages, sizes, pictures and files, by typed calls."""
    png = client.page_image("guide.pdf", 2, width=120)

    assert client.document("delta-schools").outline[0].title == "Schools of the river delta"
    assert client.text("truong-hoc").text.startswith("Vùng châu thổ")
    assert client.text("guide.pdf", 2).label == client.page("guide.pdf", 2).label == "41"
    assert (client.page("guide.pdf", 2).width, client.page("guide.pdf", 2).height) == (300, 400)
    assert png.startswith(b"\x89PNG\r\n") and int.from_bytes(png[16:20], "big") == 120
    assert client.file("guide.pdf") == (corpus / "guide.pdf").read_bytes()
    assert client.file("truong-hoc") == (corpus / "tài liệu" / "trường học.txt").read_bytes()


def test_a_passage_comes_with_its_neighbours(client: Client) -> None:
    """The second passage of a document stands between the first and the third."""
    one, two, three, *_ = client.passages("delta-schools")
    detail = client.passage(two.passage.id, context=1)

    assert (detail.before, detail.passage, detail.after) == ([one], two.passage, [three])


def test_references_come_in_every_format(client: Client) -> None:
    """Styles with what stands in the text, in either language; formats as their programs read."""
    cited = next(client.passages("guide.pdf", page=2))
    made = {form: client.citation(cited.passage.id, format=form) for form in ReferenceFormat}
    vietnamese = client.citation(cited.passage.id, language="vi")

    assert {form for form in made if made[form].in_text} == {"apa", "mla", "chicago"}
    assert made[ReferenceFormat.APA].in_text == "(Mai Tran, n.d., pp. i–41)"
    assert vietnamese.in_text is not None and "tr. i–41" in vietnamese.in_text
    assert made[ReferenceFormat.BIBTEX].reference.startswith("@")
    assert made[ReferenceFormat.RIS].reference.startswith("TY  - ")
    assert json.loads(made[ReferenceFormat.CSL_JSON].reference)
    assert "Delta Council" in client.document_citation("delta-schools").reference


def test_a_list_of_references_is_the_content_of_a_file(client: Client) -> None:
    """Whole passages by their ids, parts by their offsets; an unknown passage is a fault."""
    cited = next(client.passages("guide.pdf", page=2)).passage
    start = cited.text.index("The lamp")
    lamp = QuotationIn(passage_id=cited.id, start=start, end=start + 8)
    boats = next(client.passages("truong-hoc")).passage.id
    made = {form: client.reference_list([lamp, boats], format=form) for form in ListFormat}
    in_text = client.citation(cited.id, start=start, end=start + 8).in_text
    with pytest.raises(ServiceError) as caught:
        client.reference_list([boats, "no"])

    assert in_text == "(Mai Tran, n.d., p. 41)"
    assert made[ListFormat.MARKDOWN].startswith(
        f"## Quotations\n\n> The lamp\n>\n> {in_text}\n\n> Vùng châu thổ"
    )
    assert made[ListFormat.BIBTEX].count("\n@") == 1
    assert made[ListFormat.RIS].count("TY  - ") == 2
    assert [item["id"] for item in json.loads(made[ListFormat.CSL_JSON])] == [
        "guide.pdf",
        "truong-hoc",
    ]
    assert [fault.pointer for fault in caught.value.faults] == ["#/items/1/passage_id"]


def test_links_open(client: Client, service: httpx.Client) -> None:
    """The address of a citation's link is one that answers."""
    best = client.search(BOATMEN, limit=1).results[0]
    address = client.address(best.citation.spans[0].link)

    assert address.startswith(str(service.base_url))
    assert httpx.get(address).json()["document_id"] == "delta-schools"


@pytest.mark.parametrize(
    ("call", "type", "status", "places"),
    [
        (lambda client: client.search(" "), "invalid-request", 422, ["#/query"]),
        (lambda client: client.search("\ud800"), "invalid-request", 422, ["#/query"]),
        (
            lambda client: client.search("x", document_ids=["no"]),
            *("invalid-request", 422, ["#/filters/document_ids"]),
        ),
        (
            lambda client: client.page_image("guide.pdf", 1, width=1),
            *("invalid-request", 422),
            ["width"],
        ),
        (lambda client: client.text("guide.pdf"), "invalid-request", 422, ["page"]),
        (lambda client: client.document("no"), "not-found", 404, []),
        (lambda client: client.document("a/../b?c#d"), "not-found", 404, []),
        (lambda client: next(client.passages("no")), "not-found", 404, []),
        (lambda client: client.passage("no"), "not-found", 404, []),
        (lambda client: client.file("no"), "not-found", 404, []),
    ],
)
def test_a_problem_is_an_error_with_its_facts(
    call: Callable[[Client], object], type: str, status: int, places: list[str], client: Client
) -> None:
    """The type says what was wrong, the faults say where, and the log knows the request."""
    with pytest.raises(ServiceError) as caught:
        call(client)

    error = caught.value
    assert isinstance(error, HrqaError)
    assert (error.type, error.status) == (type, status)
    assert [fault.pointer or fault.parameter for fault in error.faults] == places
    assert str(error) == error.detail != ""
    assert error.request_id is not None
    assert error.retry_after is None


def test_readiness_is_asked_once(client: Client) -> None:
    """The index that serves, else None at once."""
    with other_server([problem("not-ready", 503, **{"Retry-After": "2"})]) as busy:
        not_ready = Client(busy.url).ready()
    ready = client.ready()

    assert not_ready is None and len(busy.asked) == 1
    assert ready is not None and ready.index_id == client.index().id


@pytest.mark.parametrize(
    "first",
    [
        problem("overloaded", 503, **{"Retry-After": "0"}),
        problem("rate-limited", 429, **{"Retry-After": "0"}),
        problem("overloaded", 503, **{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Answer(503, "<p>Busy</p>", "text/html", {"Retry-After": "0"}),
        Answer(None),
    ],
    ids=["503", "429", "date", "proxy", "lost"],
)
def test_a_call_is_repeated_where_that_may_help(first: Answer) -> None:
    """A busy service and a lost connection are asked again, with the same request."""
    with other_server([first, GOOD]) as server, Client(server.url, key="hrqa_1") as client:
        index = client.index()

    assert index.documents == 1
    assert [asked.path for asked in server.asked] == ["/v1/index"] * 2
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer hrqa_1"] * 2


def test_it_waits_as_long_as_it_is_told() -> None:
    """`Retry-After: 1` is a second."""
    busy = problem("overloaded", 503, **{"Retry-After": "1"})
    with other_server([busy, GOOD]) as server, Client(server.url) as client:
        began = time.monotonic()
        client.index()

    assert time.monotonic() - began >= 1


def test_it_does_not_wait_longer_than_allowed() -> None:
    """Asked for a minute's patience, the call fails at once and says for how long."""
    busy = problem("rate-limited", 429, **{"Retry-After": "60"})
    with other_server([busy]) as server, Client(server.url) as client:
        began = time.monotonic()
        with pytest.raises(ServiceError) as caught:
            client.search("x")

    error = caught.value
    assert time.monotonic() - began < 5
    assert len(server.asked) == 1
    assert (error.type, error.retry_after, error.request_id) == ("rate-limited", 60, "r1")


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_repetition_ends(retries: int) -> None:
    """A call is sent once and as often again as allowed, then fails with what came last."""
    busy = problem("overloaded", 503, **{"Retry-After": "0"})
    with (
        other_server([busy]) as server,
        Client(server.url, retries=retries) as client,
        pytest.raises(ServiceError, match=r"Not now\."),
    ):
        client.search("x")

    assert [asked.json["query"] for asked in server.asked] == ["x"] * (retries + 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_other_problems_are_not_repeated(status: int) -> None:
    """What will not be better the next time is sent once."""
    with (
        other_server([problem("internal", status)]) as server,
        Client(server.url) as client,
        pytest.raises(ServiceError),
    ):
        client.index()

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(200, "<p>It works!</p>", "text/html"), "status 200 and text/html at /v1/index"),
        (Answer(404, "<p>No</p>", "text/html"), "status 404 and text/html at /v1/index"),
        (Answer(200, '{"models": []}'), "status 200 and application/json at /v1/index"),
        (Answer(404, '{"detail": "Not Found"}'), "status 404 and application/json"),
        (Answer(302, "", "text/plain", {"Location": "/login"}), "status 302 and text/plain"),
        (Answer(400, "{}", "application/problem+json"), "status 400 and application/problem"),
    ],
)
def test_another_server_is_recognised(answer: Answer, found: str) -> None:
    """What does not answer as hrqa does is named with its address and its answer."""
    with (
        other_server([answer]) as server,
        Client(server.url) as client,
        pytest.raises(ForeignAnswerError) as caught,
    ):
        client.index()

    said = str(caught.value)
    assert said.startswith(f"{server.url}: this is not how hrqa answers: {found}")
    assert "\n" not in said


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.file("a"),
        lambda client: client.page_image("a", 1),
        lambda client: client.citation("a"),
    ],
)
def test_a_page_of_another_server_is_taken_for_no_file(call: Callable[[Client], object]) -> None:
    """A welcome page is neither a document's file nor a picture nor a reference."""
    welcome = Answer(200, "<p>It works!</p>", "text/html")
    with (
        other_server([welcome]) as server,
        Client(server.url) as client,
        pytest.raises(ForeignAnswerError),
    ):
        call(client)


def test_a_newer_service_may_say_more() -> None:
    """Fields that this client does not know are ignored."""
    newer = Answer(200, json.dumps({**INDEX, "colour": "green"}))
    with other_server([newer]) as server, Client(f"{server.url}/below/") as client:
        index = client.index()

    assert index.model_dump() == INDEX
    assert server.asked[0].path == "/below/v1/index"
    assert client.address("/v1/index") == f"{server.url}/below/v1/index"


def test_nobody_there_is_explained() -> None:
    """Where nothing listens, the sentence names the address and what to look at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Client(url, retries=0) as client, pytest.raises(UnreachableError) as caught:
        client.search("x")

    said = str(caught.value)
    assert said.startswith(f"{url}: cannot be reached: ") and said.endswith("is hrqa served there?")


def test_slowness_is_explained_and_not_repeated() -> None:
    """A server that accepts and never answers is given up after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with Client(url, timeout=0.3) as client, pytest.raises(UnreachableError) as caught:
            client.search("x")

    assert (
        str(caught.value) == f"{url}: there was no answer within 0.3 seconds; give `timeout` more"
    )
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("address", "key", "said"),
    [
        ("127.0.0.1:8000", None, "base_url '127.0.0.1:8000' is no address"),
        ("", None, "base_url '' is no address"),
        ("ftp://localhost", None, "base_url 'ftp://localhost' is no address"),
        ("http://[::1", None, "base_url 'http://[::1' is no address"),
        ("http://localhost", "", "the key is empty"),
        ("http://localhost", "hrqa_abc\n", "the key is empty or holds"),
        ("http://localhost", "chìa khóa", "the key is empty or holds"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(address: str, key: str | None, said: str) -> None:
    """A wrong address or key is explained when the client is made; a key is never repeated."""
    with pytest.raises(SettingsError) as caught:
        Client(address, key=key)

    assert str(caught.value).startswith(said)
    assert not key or key.strip() not in str(caught.value)
