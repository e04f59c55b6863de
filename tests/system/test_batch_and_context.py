"""Several searches in one request, and passages for a language model within a budget."""

import json
import re
from typing import Any

import httpx
import pytest

from hrqa.embedding.encoder import Encoder

from .tools import check_problem

BATCH = "/v1/search/batch"
CONTEXT = "/v1/context"
BOATMEN = "Who pays the boatmen of the delta?"
MARS = "What is the price of bitcoin on Mars?"
SEARCHES: list[dict[str, Any]] = [
    {"query": BOATMEN},
    {"query": "Cây cầu đầu tiên được xây năm nào?", "limit": 3},
    {"query": "giao vien tre ra dao day hoc duoc cap nhung gi", "limit": 50},
    {"query": "lamp", "filters": {"document_ids": ["guide.pdf"]}},
    {"query": "bridge", "filters": {"languages": ["vi"]}, "limit": 1},
    {"query": "boats", "filters": {"years": {"from": 2019, "to": 2019}}},
    {"query": "boats", "filters": {"years": {"from": 1900, "to": 1901}}},
    {"query": "teachers", "max_per_document": 1},
    {"query": "When does the library open?"},
    {"query": BOATMEN},
]
STATEMENT = {
    "en": "The documents probably do not answer this question; these passages are the nearest.",
    "vi": "Các tài liệu có lẽ không trả lời câu hỏi này; đây là những đoạn gần nhất.",
}
NOTHING = {
    "en": "Nothing in the documents comes near this question.",
    "vi": "Không có gì trong các tài liệu liên quan đến câu hỏi này.",
}
STAGES = ["prepare", "encode", "dense", "lexical", "fuse", "rerank", "judge", "cite"]


def batch(service: httpx.Client, searches: list[Any]) -> list[Any]:
    """The answers of a batch that must be 200."""
    response = service.post(BATCH, json={"searches": searches})
    assert response.status_code == 200, response.text
    body = response.json()
    assert set(body) == {"answers", "took_ms", "request_id"}
    assert body["request_id"] == response.headers["x-request-id"]
    assert len(body["answers"]) == len(searches)
    answers: list[Any] = body["answers"]
    return answers


def context(service: httpx.Client, query: str, **others: Any) -> Any:
    """A context that must be 200."""
    response = service.post(CONTEXT, json={"query": query, **others})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_batch_answers_as_single_searches_do(service: httpx.Client) -> None:
    """The same passages in the same ranks and order, scores to five places, all else equal."""
    answers = batch(service, SEARCHES)

    for search, answer in zip(SEARCHES, answers, strict=True):
        alone = service.post("/v1/search", json=search).json()
        assert set(answer) == set(alone)
        for name in ("query", "language", "index"):
            assert answer[name] == alone[name]
        assert answer["answerability"] == pytest.approx(alone["answerability"], abs=1e-3)
        assert len(answer["results"]) == len(alone["results"])
        for mine, other in zip(answer["results"], alone["results"], strict=True):
            assert mine.pop("score") == pytest.approx(other.pop("score"), abs=1e-5)
            assert mine == other


def test_a_batch_keeps_its_order_and_conditions(service: httpx.Client) -> None:
    """Each answer repeats its question and obeys its own limit and filters."""
    answers = batch(service, SEARCHES)

    assert [answer["query"] for answer in answers] == [each["query"] for each in SEARCHES]
    documents = [
        [result["citation"]["document_id"] for result in answer["results"]] for answer in answers
    ]
    assert documents[0][0] == "delta-schools"
    assert (documents[1][0], len(documents[1])) == ("truong-hoc", 3)
    assert (documents[2][0], len(documents[2])) == ("truong-hoc", 12)
    assert documents[3] == ["guide.pdf"]
    assert documents[4] == ["truong-hoc"]
    assert documents[5] == ["delta-schools"] * 3
    assert documents[6] == []
    assert len(documents[7]) == len(set(documents[7])) > 5


BAD_ITEMS: list[tuple[dict[str, Any], str]] = [
    ({}, "query"),
    ({"query": ""}, "query"),
    ({"query": " \t"}, "query"),
    ({"query": "x" * 2001}, "query"),
    ({"query": 5}, "query"),
    ({"query": None}, "query"),
    ({"query": "a", "limit": 0}, "limit"),
    ({"query": "a", "limit": 51}, "limit"),
    ({"query": "a", "limit": "3"}, "limit"),
    ({"query": "a", "max_per_document": 0}, "max_per_document"),
    ({"query": "a", "explain": "yes"}, "explain"),
    ({"query": "a", "unknown": 1}, "unknown"),
    ({"query": "a", "filters": {"unknown": 1}}, "filters/unknown"),
    ({"query": "a", "filters": {"document_ids": ["nothing"]}}, "filters/document_ids"),
    ({"query": "a", "filters": {"languages": "en"}}, "filters/languages"),
    ({"query": "a", "filters": {"years": {"from": 2020, "to": 2019}}}, "filters/years"),
]


def test_a_search_that_does_not_fit_has_its_problem_in_its_place(service: httpx.Client) -> None:
    """Good searches stand between the bad ones; each problem points to its own search."""
    searches = [part for bad, _ in BAD_ITEMS for part in (bad, {"query": "boats", "limit": 1})]

    answers = batch(service, searches)

    for place, (_, field) in enumerate(BAD_ITEMS):
        problem, answer = answers[2 * place : 2 * place + 2]
        assert (problem["type"], problem["status"]) == ("/problems/invalid-request", 422)
        assert problem["instance"] == BATCH
        assert problem["title"] and problem["detail"]
        [fault] = problem["errors"]
        assert fault["pointer"] == f"#/searches/{2 * place}/{field}"
        [result] = answer["results"]
        assert result["citation"]["document_id"] == "delta-schools"


def test_a_batch_of_problems_alone_is_answered(service: httpx.Client) -> None:
    """Nothing is searched for, and each place has its problem."""
    answers = batch(service, [{}, {"query": ""}])

    assert [answer["status"] for answer in answers] == [422, 422]


def test_a_batch_has_1_to_64_searches(service: httpx.Client) -> None:
    """64 are answered; 65 and none are not; the fault is the list's."""
    full = batch(service, [{"query": f"boat {number}", "limit": 1} for number in range(64)])

    assert [answer["query"] for answer in full] == [f"boat {number}" for number in range(64)]
    for searches in ([], [{"query": "boats"}] * 65):
        response = service.post(BATCH, json={"searches": searches})
        problem = check_problem(response, "invalid-request", 422)
        assert [fault["pointer"] for fault in problem["errors"]] == ["#/searches"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/searches"),
        ({"searches": None}, "#/searches"),
        ({"searches": [{"query": "boats"}], "limit": 3}, "#/limit"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(
    body: Any, pointer: str, service: httpx.Client
) -> None:
    """422 where the list is missing, or has a neighbour."""
    problem = check_problem(service.post(BATCH, json=body), "invalid-request", 422)

    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


def test_only_those_that_ask_are_explained(service: httpx.Client) -> None:
    """Times of the stages in order, and scores by stage; null for the search that did not ask."""
    explained, plain = batch(
        service, [{"query": BOATMEN, "explain": True, "limit": 3}, {"query": BOATMEN, "limit": 3}]
    )

    assert [stage["stage"] for stage in explained["stages"]] == STAGES
    assert all(stage["ms"] >= 0 for stage in explained["stages"])
    assert sum(stage["ms"] for stage in explained["stages"]) == pytest.approx(
        explained["took_ms"], abs=0.1
    )
    for result in explained["results"]:
        stages = [score["stage"] for score in result["scores"]]
        assert stages == [
            name for name in ("passages", "sentences", "lexical", "tokens") if name in stages
        ]
        assert {"passages", "tokens"} <= set(stages)
    assert plain["stages"] is None
    assert [result["scores"] for result in plain["results"]] == [None] * 3


def rebuilt(body: Any) -> str:
    """A context's text put together from what the body says that it holds."""
    parts = [body["statement"]] if body["statement"] else []
    for each in body["passages"]:
        parts.append(f"[{each['number']}] {each['citation']['text']}\n{each['text']}")
    return "\n\n".join(parts)


def check_context(service: httpx.Client, body: Any) -> None:
    """Check that the text is what the body says, and each passage what the service has."""
    assert set(body) == {
        *("query", "language", "answerability", "statement", "text", "passages", "left_out"),
        *("budget", "index", "took_ms", "request_id"),
    }
    assert body["text"] == rebuilt(body)
    assert [p["number"] for p in body["passages"]] == list(range(1, len(body["passages"]) + 1))
    assert all(not each["cut"] for each in body["passages"][1:])
    scores = [each["score"] for each in body["passages"]]
    assert scores == sorted(scores, reverse=True)
    for each in body["passages"]:
        stored = service.get(f"/v1/passages/{each['passage_id']}").json()
        whole = stored["passage"]["text"]
        assert each["citation"] == stored["citation"]
        assert whole.startswith(each["text"])
        assert each["cut"] == (each["text"] != whole)


@pytest.mark.parametrize("query", ["Cây cầu đầu tiên được xây năm nào?", MARS])
@pytest.mark.parametrize("limit", [400, 550, 1400, 400_000])
def test_characters_are_kept_as_measured(limit: int, query: str, service: httpx.Client) -> None:
    """`used` is the text's length in code points, never beyond the limit; all ten are accounted."""
    body = context(service, query, max_characters=limit)

    assert body["budget"] == {"unit": "characters", "limit": limit, "used": len(body["text"])}
    assert len(body["text"]) <= limit
    assert len(body["passages"]) + body["left_out"] == 10
    check_context(service, body)


@pytest.mark.parametrize("query", ["Cây cầu đầu tiên được xây năm nào?", MARS])
@pytest.mark.parametrize("limit", [100, 120, 300, 100_000])
def test_tokens_are_kept_as_the_model_counts_them(
    limit: int, query: str, service: httpx.Client, encoder: Encoder
) -> None:
    """`used` is what the index's model counts for the whole text, never beyond the limit."""
    body = context(service, query, max_tokens=limit)

    counted = encoder.count_tokens(body["text"])
    assert body["budget"] == {"unit": "tokens", "limit": limit, "used": counted}
    assert counted <= limit
    assert len(body["passages"]) + body["left_out"] == 10
    check_context(service, body)


def test_a_large_budget_holds_what_a_search_finds(service: httpx.Client) -> None:
    """The same passages in the same order as the search's, whole, with those folded into them."""
    body = context(service, "When does the library open?", limit=50, max_tokens=100_000)
    found = service.post(
        "/v1/search", json={"query": "When does the library open?", "limit": 50}
    ).json()

    assert body["left_out"] == 0
    assert [
        (each["passage_id"], each["text"], each["also_in"], each["score"])
        for each in body["passages"]
    ] == [
        (each["passage"]["id"], each["passage"]["text"], each["also_in"], each["score"])
        for each in found["results"]
    ]
    assert [len(each["also_in"]) for each in body["passages"] if each["also_in"]] == [1]


def test_two_thousand_tokens_where_no_budget_is_given(service: httpx.Client) -> None:
    """The default; an explicit null is none."""
    for others in ({}, {"max_tokens": None}, {"max_characters": None}):
        budget = context(service, BOATMEN, **others)["budget"]
        assert (budget["unit"], budget["limit"]) == ("tokens", 2000)


def test_only_the_first_is_cut_and_after_a_sentence(service: httpx.Client) -> None:
    """400 characters: the citation line, three sentences and their headings; no fourth."""
    body = context(service, BOATMEN, max_characters=400)

    line = "[1] Anh Le & Delta Council: Schools of the river delta (2019), para. 1"
    assert body["text"].startswith(f"{line}\nSchools of the river delta\n\nThis report counts")
    assert body["text"].endswith("to the secondary school at Long Pier.")
    assert len(body["text"]) == body["budget"]["used"] > 380
    assert [(each["number"], each["cut"]) for each in body["passages"]] == [(1, True)]
    assert body["left_out"] == 9


def test_numbers_in_the_text_are_those_of_the_passages(service: httpx.Client) -> None:
    """Each `[n]` line cites the passage of that number; a model's `[2]` can be resolved."""
    body = context(service, BOATMEN, max_tokens=1000)

    lines = re.findall(r"^\[(\d+)\] (.+)$", body["text"], re.MULTILINE)
    assert len(lines) > 3
    assert lines == [(str(p["number"]), p["citation"]["text"]) for p in body["passages"]]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        (MARS, "en"),
        ("Giá bitcoin trên sao Hỏa là bao nhiêu?", "vi"),
    ],
)
def test_what_is_not_answered_is_said_first(
    query: str, language: str, service: httpx.Client
) -> None:
    """The statement in the question's language begins the text, before the nearest passages."""
    body = context(service, query, max_tokens=400)

    assert body["answerability"] < 0.45
    assert body["statement"] == STATEMENT[language]
    assert body["text"].startswith(f"{STATEMENT[language]}\n\n[1] ")


def test_what_is_answered_is_given_without_a_statement(service: httpx.Client) -> None:
    """The text begins with the first passage."""
    body = context(service, BOATMEN)

    assert (body["statement"], body["answerability"] > 0.45) == (None, True)
    assert body["text"].startswith("[1] Anh Le & Delta Council")


@pytest.mark.parametrize(
    ("query", "language"), [(MARS, "en"), ("Giá bitcoin trên sao Hỏa là bao nhiêu?", "vi")]
)
def test_nothing_found_is_said(query: str, language: str, service: httpx.Client) -> None:
    """No document is of 1900; the statement is all of the text."""
    body = context(service, query, filters={"years": {"from": 1900, "to": 1901}})

    assert body["text"] == body["statement"] == NOTHING[language]
    assert (body["passages"], body["left_out"], body["answerability"]) == ([], 0, 0.0)


@pytest.mark.parametrize(
    ("others", "pointer"),
    [
        ({"max_tokens": 49}, "#/max_tokens"),
        ({"max_tokens": 100_001}, "#/max_tokens"),
        ({"max_tokens": "100"}, "#/max_tokens"),
        ({"max_characters": 199}, "#/max_characters"),
        ({"max_characters": 400_001}, "#/max_characters"),
        ({"max_tokens": 100, "max_characters": 400}, "#"),
        ({"limit": 0}, "#/limit"),
        ({"limit": 51}, "#/limit"),
        ({"explain": True}, "#/explain"),
        ({"filters": {"document_ids": ["nothing"]}}, "#/filters/document_ids"),
    ],
)
def test_a_context_that_cannot_be_asked_for(
    others: dict[str, Any], pointer: str, service: httpx.Client
) -> None:
    """422 points to the field at fault, and to the whole for two budgets."""
    response = service.post(CONTEXT, json={"query": "boats", **others})

    problem = check_problem(response, "invalid-request", 422)
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]


@pytest.mark.parametrize("path", [BATCH, CONTEXT])
def test_bodies_that_are_no_json_and_other_methods(path: str, service: httpx.Client) -> None:
    """400 and 405, as on every path."""
    malformed = service.post(path, content="{", headers={"content-type": "application/json"})

    check_problem(malformed, "malformed-json", 400)
    check_problem(service.get(path), "method-not-allowed", 405)
    assert json.loads(malformed.text)["status"] == 400
