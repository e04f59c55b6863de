"""OpenAI's vector store search, asked by OpenAI's own client."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from hrqa_api.app import create_app

from .tools import application, ask, build, check_problem, settings

STORES = "/v1/vector_stores"
SEARCH = f"{STORES}/default/search"
BOATMEN = "Who pays the boatmen of the delta?"
BRIDGE = "Cây cầu đầu tiên được xây năm nào?"
CAO_BANG, GUIDE, SCHOOLS, BOATS = "cao-bang-2025", "guide.pdf", "delta-schools", "truong-hoc"
COPY, HARVEST = "notes-harvest-copy.md.txt-a422b3", "notes-harvest.txt-f580a2"
UNDATED = {GUIDE: 1, COPY: 1, HARVEST: 1, "notice": 1}
JSON = {"content-type": "application/json"}
ATTRIBUTES = {
    *("document_id", "file", "title", "authors", "year", "language", "original_url", "url"),
    *("passage_id", "page", "label", "section", "paragraph", "start", "end", "citation"),
}


@pytest.fixture(scope="module")
def client(service: httpx.Client) -> Iterator[openai.OpenAI]:
    """OpenAI's client of the running service; it tries once."""
    address = str(service.base_url).rstrip("/")
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def search(client: openai.OpenAI, query: Any, **others: Any) -> list[Any]:
    """The results of a search."""
    return client.vector_stores.search("default", query=query, **others).data


def documents(results: list[Any]) -> dict[str, int]:
    """How many passages of each document there are; the two equal notices are one."""
    notices = ("notice-a.md", "notice-b.txt")
    names = ("notice" if each.file_id in notices else each.file_id for each in results)
    return dict(Counter(names))


def where(type_: str, key: str, value: Any) -> dict[str, Any]:
    """A filter on one attribute."""
    return {"type": type_, "key": key, "value": value}


def both(*filters: dict[str, Any]) -> dict[str, Any]:
    """All of these filters."""
    return {"type": "and", "filters": list(filters)}


def either(*filters: dict[str, Any]) -> dict[str, Any]:
    """Any of these filters."""
    return {"type": "or", "filters": list(filters)}


def test_the_index_is_the_one_store(client: openai.OpenAI) -> None:
    """Its eight documents and the empty file that failed, under one id, listed and retrieved."""
    listed = list(client.vector_stores.list())

    [store] = listed
    assert client.vector_stores.retrieve("default") == store
    assert (store.id, store.object, store.status) == ("default", "vector_store", "completed")
    assert (store.file_counts.completed, store.file_counts.failed) == (8, 1)
    assert store.file_counts.total == 9
    assert store.usage_bytes > 0
    assert store.created_at > 1_700_000_000


def test_a_list_takes_the_parameters_that_the_client_has(client: openai.OpenAI) -> None:
    """`limit` and `order` are part of OpenAI's list; one store fits every limit and order."""
    listed = client.vector_stores.list(limit=20, order="asc")

    assert [store.id for store in listed] == ["default"]


def test_the_answer_has_the_shape_that_openai_says(service: httpx.Client) -> None:
    """Five fields at the top, the query as a list, five fields to a result."""
    body = service.post(SEARCH, json={"query": BOATMEN}).json()

    assert set(body) - {"answerability"} == {
        *("object", "search_query", "data", "has_more", "next_page"),
    }
    assert body["object"] == "vector_store.search_results.page"
    assert body["search_query"] == [BOATMEN]
    assert (body["has_more"], body["next_page"]) == (False, None)
    assert len(body["data"]) == 10
    for result in body["data"]:
        assert set(result) == {"file_id", "filename", "score", "attributes", "content"}
        assert 0 <= result["score"] <= 1
        assert [set(part) for part in result["content"]] == [{"type", "text"}]
        assert result["content"][0]["type"] == "text"


@pytest.mark.parametrize("query", [BOATMEN, BRIDGE])
def test_attributes_keep_to_openais_bounds_and_tell_where(
    query: str, client: openai.OpenAI, service: httpx.Client
) -> None:
    """At most 16 short ones; page and offsets lead to the words, the id to the whole passage."""
    results = search(client, query, max_num_results=50)

    assert len(results) == 12
    for result in results:
        attributes = result.attributes
        assert set(attributes) <= ATTRIBUTES and len(attributes) <= 16
        for key, value in attributes.items():
            assert len(key) <= 64
            assert not isinstance(value, str) or 0 < len(value) <= 512
        assert (attributes["document_id"], attributes["file"]) == (result.file_id, result.filename)
        page = {"page": attributes["page"]} if "page" in attributes else {}
        text = service.get(f"/v1/documents/{result.file_id}/text", params=page).json()["text"]
        words = text[int(attributes["start"]) : int(attributes["end"])]
        stored = service.get(f"/v1/passages/{attributes['passage_id']}").json()
        assert result.content[0].text == stored["passage"]["text"]
        assert attributes["citation"] == stored["citation"]["text"]
        if len(stored["citation"]["spans"]) == 1:
            assert words == stored["passage"]["text"]
        else:
            assert words and stored["passage"]["text"].startswith(f"{words}\n")
        assert ("paragraph" in attributes) != ("page" in attributes)


def test_attributes_of_a_passage_on_labelled_pages(client: openai.OpenAI) -> None:
    """Page 1 bears the label i; the address is the service's, which opens the file there."""
    [result] = search(client, "lamp", filters=where("eq", "document_id", "guide.pdf"))

    attributes = result.attributes
    assert attributes["url"] == f"{client.base_url}documents/guide.pdf/file#page=1"
    assert {key: attributes[key] for key in ("page", "label", "start", "title", "authors")} == {
        "page": 1,
        "label": "i",
        "start": 0,
        "title": "A guide to the lighthouse",
        "authors": "Mai Tran",
    }
    assert attributes["citation"] == "Mai Tran: A guide to the lighthouse (n.d.), pp. i–41"
    assert "year" not in attributes


def test_a_search_ranks_as_hrqas_own_does(client: openai.OpenAI, service: httpx.Client) -> None:
    """The same passages, scores and order; Vietnamese finds Vietnamese first."""
    for query in (BOATMEN, BRIDGE):
        own = service.post("/v1/search", json={"query": query}).json()["results"]
        results = search(client, query)

        assert [each.attributes["passage_id"] for each in results] == [
            each["passage"]["id"] for each in own
        ]
        assert [each.score for each in results] == pytest.approx([each["score"] for each in own])
    assert results[0].file_id == "truong-hoc"


@pytest.mark.parametrize(("most", "found"), [(1, 1), (2, 2), (50, 12)])
def test_max_num_results_bounds_the_results(most: int, found: int, client: openai.OpenAI) -> None:
    """One to fifty; all there is are thirteen passages, of which two say the same."""
    assert len(search(client, BOATMEN, max_num_results=most)) == found


@pytest.mark.parametrize("most", [1, 2])
def test_several_queries_share_the_bound(most: int, client: openai.OpenAI) -> None:
    """The bound holds for what they find together, the best first."""
    results = search(client, [BRIDGE, BOATMEN], max_num_results=most)

    assert [each.file_id for each in results] == [SCHOOLS, BOATS][:most]


def test_several_queries_give_each_text_once_by_its_best_score(
    client: openai.OpenAI, service: httpx.Client
) -> None:
    """The greater of two scores counts; of the two equal notices either stands for both."""
    apart: dict[Any, float] = {}
    for query in (BOATMEN, BRIDGE):
        for each in search(client, query, max_num_results=50):
            text = each.content[0].text
            apart[text] = max(each.score, apart.get(text, 0.0))

    together = search(client, [BOATMEN, BRIDGE], max_num_results=50)

    best: dict[Any, float] = {}
    for each in together:
        best.setdefault(each.content[0].text, each.score)
    assert best == pytest.approx(apart)
    scores = [each.score for each in together]
    assert scores == sorted(scores, reverse=True)
    assert {each.file_id for each in together[:2]} == {SCHOOLS, BOATS}
    body = service.post(SEARCH, json={"query": [BOATMEN, BRIDGE]}).json()
    assert body["search_query"] == [BOATMEN, BRIDGE]


def test_several_queries_give_equal_passages_once(client: openai.OpenAI) -> None:
    """Two notices of the same words are folded over all queries as they are within one."""
    together = search(client, [BOATMEN, BRIDGE], max_num_results=50)

    texts = [each.content[0].text for each in together]
    assert len(texts) == len(set(texts)) == 12


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (where("eq", "year", 2019), {SCHOOLS: 3}),
        (where("ne", "year", 2019), {CAO_BANG: 4, BOATS: 1, **UNDATED}),
        (where("gt", "year", 2019), {CAO_BANG: 4, BOATS: 1}),
        (where("gte", "year", 2021), {CAO_BANG: 4, BOATS: 1}),
        (where("gt", "year", 2021), {CAO_BANG: 4}),
        (where("lt", "year", 2021), {SCHOOLS: 3}),
        (where("lte", "year", 2021), {SCHOOLS: 3, BOATS: 1}),
        (where("in", "year", [2019, 2025]), {SCHOOLS: 3, CAO_BANG: 4}),
        (where("in", "year", []), {}),
        (where("nin", "year", [2019, 2025]), {BOATS: 1, **UNDATED}),
        (where("eq", "language", "vi"), {BOATS: 1}),
        (where("in", "language", ["vi", "en-GB"]), {BOATS: 1, SCHOOLS: 3}),
        (where("eq", "file", "tài liệu/trường học.txt"), {BOATS: 1}),
        (where("eq", "title", "Schools of the river delta"), {SCHOOLS: 3}),
        (where("eq", "authors", "Anh Le; Delta Council"), {SCHOOLS: 3}),
        (where("eq", "original_url", "https://example.org/delta"), {SCHOOLS: 3}),
        (where("eq", "page", 1), {CAO_BANG: 4, GUIDE: 1}),
        (where("eq", "label", "i"), {GUIDE: 1}),
        (where("eq", "section", "Bridges"), {SCHOOLS: 1}),
        (where("in", "section", ["Bridges", "Teachers"]), {SCHOOLS: 2}),
        (where("gte", "paragraph", 6), {SCHOOLS: 2}),
        (where("gt", "paragraph", 6.5), {SCHOOLS: 1}),
        (where("gt", "start", 0), {CAO_BANG: 3, SCHOOLS: 2}),
        (where("lte", "end", 42), {COPY: 1, "notice": 1}),
        (where("lt", "end", 42), {COPY: 1}),
        (both(where("gte", "year", 2019), where("ne", "language", "vi")),
         {SCHOOLS: 3, CAO_BANG: 4}),
        (either(where("eq", "label", "i"), where("eq", "language", "vi")), {GUIDE: 1, BOATS: 1}),
        (
            both(
                where("gte", "year", 2019),
                either(where("eq", "paragraph", 7), both(where("eq", "page", 1))),
            ),
            {CAO_BANG: 4, SCHOOLS: 1},
        ),
        (both(where("eq", "year", 2019), where("eq", "year", 2021)), {}),
    ],
)  # fmt: skip
def test_filters_of_every_kind(
    filters: dict[str, Any], found: dict[str, int], client: openai.OpenAI
) -> None:
    """All passages that fit are found, and no other; the expectations are counted by hand."""
    assert documents(search(client, BOATMEN, filters=filters, max_num_results=50)) == found


def test_a_filter_holds_for_every_query_of_several(client: openai.OpenAI) -> None:
    """Neither question finds anything but the school report."""
    results = search(client, [BOATMEN, BRIDGE], filters=where("eq", "year", 2019))

    assert documents(results) == {SCHOOLS: 3}


@pytest.mark.parametrize("document", ["notice-a.md", "notice-b.txt"])
def test_a_passage_that_is_filtered_for_is_not_folded_away(
    document: str, client: openai.OpenAI
) -> None:
    """Of two equal notices the one asked for is found."""
    results = search(client, "library", filters=where("eq", "document_id", document))

    assert [each.file_id for each in results] == [document]


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        *(("year", "2019", "a number"), ("page", True, "a number"), ("page", ["1"], "a number")),
        *(("title", 5, "text"), ("label", [41], "text")),
    ],
)
def test_what_could_never_be_equal_is_refused(
    key: str, value: Any, kind: str, client: openai.OpenAI
) -> None:
    """Nothing would be found, and the caller would not know why."""
    how = "in" if isinstance(value, list) else "eq"
    with pytest.raises(openai.BadRequestError, match=f"`{key}` is compared with {kind}"):
        search(client, "boats", filters=where(how, key, value))


def test_what_a_result_says_of_itself_finds_it(client: openai.OpenAI) -> None:
    """Each attribute of a result that can be filtered by is found by its own value.

    The address of a document that has none of its own is that of its page in this service.
    """
    [result] = search(client, "lamp", filters=where("eq", "document_id", "guide.pdf"))

    for key in sorted(set(result.attributes) - {"citation", "url"}):
        condition = where("eq", key, result.attributes[key])
        found = search(client, "lamp", filters=condition, max_num_results=50)
        assert "guide.pdf" in documents(found), key


def test_a_threshold_keeps_what_reaches_it(client: openai.OpenAI) -> None:
    """At the second score two results stay, just above it one; zero keeps all there are."""
    every = search(client, BOATMEN, max_num_results=50)
    second = every[1].score

    def over(threshold: float) -> list[Any]:
        options: Any = {"ranker": "auto", "score_threshold": threshold}
        return search(client, BOATMEN, max_num_results=50, ranking_options=options)

    assert every[0].score > second > every[2].score
    assert over(0.0) == every
    assert over(second) == every[:2]
    assert over(second + 1e-6) == every[:1]
    assert all(each.score == 1 for each in over(1.0))


@pytest.mark.parametrize("ranker", ["none", "auto", "default-2024-11-15"])
@pytest.mark.parametrize("rewrite", [True, False])
def test_rankers_and_rewriting_are_accepted_and_change_nothing(
    ranker: Any, rewrite: bool, client: openai.OpenAI
) -> None:
    """hrqa has one way to rank, and leaves questions as they are."""
    plain = search(client, BOATMEN)

    assert search(client, BOATMEN, ranking_options={"ranker": ranker}) == plain
    assert search(client, BOATMEN, rewrite_query=rewrite) == plain


def test_long_values_are_cut_to_what_openai_allows(tiny_corpus: Path, tiny_index: Path) -> None:
    """A title of 600 characters is given with its first 512."""
    title = "Iron " * 119 + "Irons"
    item = {"id": "iron", "type": "book", "title": title, "custom": {"file": "iron.txt"}}
    (tiny_corpus / "manifest.json").write_text(json.dumps([item]), "utf-8")
    build(tiny_corpus, tiny_index)

    with application(tiny_index, tiny_corpus) as app:
        response = ask(app, "POST", SEARCH, json={"query": "At how many degrees does iron melt?"})

    [first, *_] = response.json()["data"]
    assert len(title) == 600
    assert (first["file_id"], first["attributes"]["title"]) == ("iron", title[:512])
    assert len(first["attributes"]["citation"]) == 512


BAD: list[tuple[dict[str, Any], str]] = [
    ({"query": ""}, "query"),
    ({"query": "  "}, "query"),
    ({"query": "x" * 2001}, "query"),
    ({"query": 5}, "query"),
    ({"query": []}, "query"),
    ({"query": ["boats"] * 17}, "query"),
    ({"query": ["boats", ""]}, "query.1"),
    ({"query": "boats", "max_num_results": 0}, "max_num_results"),
    ({"query": "boats", "max_num_results": 51}, "max_num_results"),
    ({"query": "boats", "max_num_results": "3"}, "max_num_results"),
    ({"query": "boats", "rewrite_query": "yes"}, "rewrite_query"),
    ({"query": "boats", "extra_body": {"unknown": 1}}, "unknown"),
    ({"query": "boats", "ranking_options": {"score_threshold": 1.5}},
     "ranking_options.score_threshold"),
    ({"query": "boats", "ranking_options": {"score_threshold": -0.1}},
     "ranking_options.score_threshold"),
    ({"query": "boats", "filters": where("eq", "colour", "red")}, "filters.key"),
    ({"query": "boats", "filters": where("eq", "citation", "x")}, "filters.key"),
    ({"query": "boats", "filters": where("in", "year", 2019)}, "filters.value"),
    ({"query": "boats", "filters": where("nin", "title", "x")}, "filters.value"),
    ({"query": "boats", "filters": where("eq", "year", [2019])}, "filters.value"),
    ({"query": "boats", "filters": where("gt", "year", [2019])}, "filters.value"),
    ({"query": "boats", "filters": both(where("eq", "year", 1), where("eq", "colour", 1))},
     "filters.filters.1.key"),
    ({"query": "boats", "filters": both(either(where("in", "year", 1)))},
     "filters.filters.0.filters.0.value"),
    ({"query": "boats", "filters": where("like", "title", "x")}, "filters"),
    ({"query": "boats", "filters": where("eq", "year", None)}, "filters.value"),
    ({"query": "boats", "filters": where("eq", "year", {"from": 1})}, "filters.value"),
    ({"query": "boats", "filters": {"type": "eq", "key": "year"}}, "filters.value"),
    ({"query": "boats", "filters": both()}, "filters.filters"),
    ({"query": "boats", "filters": both(where("like", "title", "x"))}, "filters.filters.0"),
    ({"query": "boats", "filters": "year = 2019"}, "filters"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "param"), BAD)
def test_a_request_that_does_not_fit_is_a_bad_request(
    request_: dict[str, Any], param: str, client: openai.OpenAI
) -> None:
    """400 in OpenAI's form: `param` is the place in the request, the message is for a person."""
    with pytest.raises(openai.BadRequestError) as caught:
        search(client, **request_)

    error = caught.value
    check_error(error.response, 400, "invalid_request")
    assert (error.type, error.code) == ("invalid_request_error", "invalid_request")
    assert error.param == param
    message = error.response.json()["error"]["message"]
    assert message.startswith(f"{param}: ")
    for word in ("constrained", "ComparisonIn", "CompoundIn", "function-"):
        assert word not in message


def check_error(response: Any, status: int, code: str) -> None:
    """Check that an answer is an error in OpenAI's form, and no problem."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json")
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"]
    assert body["error"]["type"] == "invalid_request_error"
    assert body["error"]["code"] == code


def test_filters_are_nested_no_deeper_than_they_can_be_read(client: openai.OpenAI) -> None:
    """Eight levels hold; four hundred are refused, and break nothing."""
    deep = where("eq", "year", 2019)
    for _ in range(8):
        deep = both(deep)
    deeper = deep
    for _ in range(392):
        deeper = both(deeper)

    with pytest.raises(openai.BadRequestError):
        search(client, BOATMEN, filters=deeper)
    assert documents(search(client, BOATMEN, filters=deep)) == {SCHOOLS: 3}


def test_filters_hold_no_more_conditions_than_every_passage_can_be_asked(
    client: openai.OpenAI,
) -> None:
    """22,500 comparisons fit into a body; for a large index they would take minutes."""
    many = both(*[where("ne", "page", 9)] * 50)
    for width in (50, 9):
        many = both(*[many] * width)

    with pytest.raises(openai.BadRequestError):
        search(client, BOATMEN, filters=many)


def test_an_unknown_store_is_not_found(client: openai.OpenAI) -> None:
    """404 names the store that there is."""
    for call in (
        lambda: client.vector_stores.retrieve("vs_123"),
        lambda: client.vector_stores.search("vs_123", query="boats"),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        check_error(caught.value.response, 404, "not_found")
        assert "'default'" in str(caught.value)


def test_what_hrqa_does_not_have_is_said_in_openais_form(client: openai.OpenAI) -> None:
    """405 with what is allowed for changes, 404 for files and other addresses below the stores."""
    with pytest.raises(openai.APIStatusError) as deleted:
        client.vector_stores.delete("default")
    with pytest.raises(openai.APIStatusError) as created:
        client.vector_stores.create(name="another")
    with pytest.raises(openai.NotFoundError) as files:
        client.vector_stores.files.list("default")

    for error in (deleted.value, created.value):
        check_error(error.response, 405, "method_not_allowed")
        assert error.response.headers["allow"] == "GET"
    check_error(files.value.response, 404, "not_found")


@pytest.mark.parametrize("body", ["{", "", '{"query": "x"} {}', b'{"query": "T\xe0i"}'])
def test_a_body_that_is_no_json_is_malformed(body: str | bytes, service: httpx.Client) -> None:
    """400 in OpenAI's form, whose code tells it from a request that does not fit."""
    response = service.post(SEARCH, content=body, headers=JSON)

    check_error(response, 400, "malformed_json" if body else "invalid_request")


def test_a_body_that_is_not_declared_as_json_is_refused(service: httpx.Client) -> None:
    """400 names the header."""
    response = service.post(SEARCH, content='{"query": "x"}', headers={"content-type": "text/csv"})

    check_error(response, 400, "invalid_request")
    assert response.json()["error"]["param"] == "content-type"


def test_a_body_over_a_mebibyte_is_too_large(client: openai.OpenAI) -> None:
    """413 as the client's own error."""
    with pytest.raises(openai.APIStatusError) as caught:
        search(client, "x" * (1024 * 1024 + 1))

    check_error(caught.value.response, 413, "too_large")


def test_addresses_that_only_begin_alike_are_hrqas_own(service: httpx.Client) -> None:
    """`/v1/vector_stores_of_mine` is not below `/v1/vector_stores`: its 404 is a problem."""
    check_problem(service.get("/v1/vector_stores_of_mine"), "not-found", 404)


def test_a_service_that_is_loading_says_so_in_openais_form(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """503 of the type `server_error`, with the seconds after which to try again."""
    app = create_app(lambda: pytest.fail("not loaded"), settings(tiny_index, tiny_corpus))
    response = ask(app, "POST", SEARCH, json={"query": "iron"})

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    error = response.json()["error"]
    assert (error["type"], error["code"], error["param"]) == ("server_error", "not_ready", None)
