"""Tests of the paths of version 1: what they answer, over a real server."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from .tools import CITATION_FIELDS, PASSAGE_FIELDS, SPAN_FIELDS

DOCUMENT_FIELDS = {
    *("id", "file", "title", "authors", "year", "url", "language", "pages", "passages"),
    *("sha256", "edition", "same_as", "ocr_pages", "unreadable_pages"),
}
IDS = [
    *("cao-bang-2025", "guide.pdf", "notes-harvest-copy.md.txt-a422b3", "notes-harvest.txt-f580a2"),
    *("notice-a.md", "notice-b.txt", "delta-schools", "truong-hoc"),
]
QUESTIONS = (
    "Who pays the boatmen of the delta?",
    "Cây cầu đầu tiên được xây năm nào?",
    "cay cau dau tien duoc xay nam nao",
    "What does the general secretary's resolution say about education?",
    "rice harvest October",
)


def get(service: httpx.Client, path: str, **parameters: Any) -> Any:
    """The JSON body of an answer that must be 200."""
    response = service.get(path, params=parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def search(service: httpx.Client, query: str, **others: Any) -> Any:
    """The answer to a search that must be 200."""
    response = service.post("/v1/search", json={"query": query, **others})
    assert response.status_code == 200, response.text
    return response.json()


def cited_text(service: httpx.Client, document_id: str, span: Any) -> str:
    """The text at a place, whose page's label and boxes are checked."""
    where = {} if span["page"] is None else {"page": span["page"]}
    page = get(service, f"/v1/documents/{document_id}/text", **where)
    assert page["label"] == span["label"]
    if span["page"] is None:
        assert (span["boxes"], span["label"]) == (None, None)
    else:
        assert span["boxes"]
        for left, top, right, bottom in span["boxes"]:
            assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    text: str = page["text"][span["start"] : span["end"]]
    return text


def check_passage(service: httpx.Client, passage: Any, citation: Any) -> None:
    """Check fields, and that spans and highlights stand where they say."""
    assert set(passage) == PASSAGE_FIELDS
    assert set(citation) == CITATION_FIELDS
    document_id = citation["document_id"]
    parts = [cited_text(service, document_id, span) for span in citation["spans"]]
    assert "\n".join(parts) == passage["text"]
    for span, part in zip(citation["spans"], parts, strict=True):
        assert set(span) == SPAN_FIELDS
        quote, position = span["selectors"]
        assert (quote["type"], quote["exact"]) == ("TextQuoteSelector", part)
        assert (position["start"], position["end"]) == (span["start"], span["end"])
    for highlight in passage["highlights"]:
        assert set(highlight) == {"start", "end", "spans"}
        assert 0 <= highlight["start"] < highlight["end"] <= len(passage["text"])
        marked = [cited_text(service, document_id, span) for span in highlight["spans"]]
        assert "\n".join(marked) == passage["text"][highlight["start"] : highlight["end"]]
        for span in highlight["spans"]:
            assert set(span) == SPAN_FIELDS - {"selectors"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_can_be_cited(question: str, service: httpx.Client) -> None:
    """Exact fields at every level; every passage is what stands at the place that it cites."""
    answer = search(service, question, limit=50)

    assert set(answer) == {
        *("query", "language", "answerability", "results", "index", "took_ms"),
        *("statement", "stages", "request_id"),
    }
    assert set(answer["index"]) == {"id", "built_at", "model"}
    assert answer["query"] == question
    assert 0 <= answer["answerability"] <= 1
    assert len(answer["results"]) > 5
    for result in answer["results"]:
        assert set(result) == {"rank", "score", "passage", "citation", "also_in", "scores"}
        check_passage(service, result["passage"], result["citation"])


@pytest.mark.parametrize("question", QUESTIONS)
def test_ranks_count_and_scores_fall(question: str, service: httpx.Client) -> None:
    """Ranks are 1, 2, 3…; scores lie in [0, 1] and never rise; no passage stands twice."""
    results = search(service, question, limit=50)["results"]

    scores = [result["score"] for result in results]
    assert [result["rank"] for result in results] == list(range(1, len(results) + 1))
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1
    assert len({result["passage"]["id"] for result in results}) == len(results)


@pytest.mark.parametrize(
    ("question", "language", "document"),
    [
        ("Who pays the boatmen of the delta?", "en", "delta-schools"),
        ("Giáo viên trẻ ra đảo dạy học được cấp những gì?", "vi", "truong-hoc"),
        ("giao vien tre ra dao day hoc duoc cap nhung gi", "vi", "truong-hoc"),
        ("When is the lamp of the lighthouse trimmed?", "en", "guide.pdf"),
    ],
)
def test_the_right_document_comes_first(
    question: str, language: str, document: str, service: httpx.Client
) -> None:
    """English, Vietnamese, and Vietnamese without marks find their document."""
    answer = search(service, question)

    assert answer["language"] == language
    assert answer["results"][0]["citation"]["document_id"] == document


def test_a_citation_says_author_year_and_paragraph(service: httpx.Client) -> None:
    """A document without pages is cited by paragraph; the first answers a question on boats."""
    result = search(service, "Who pays the boatmen of the delta?")["results"][0]

    citation = result["citation"]
    assert (citation["title"], citation["authors"], citation["year"], citation["url"]) == (
        "Schools of the river delta",
        ["Anh Le", "Delta Council"],
        2019,
        "https://example.org/delta",
    )
    assert citation["text"] == (
        f"Anh Le & Delta Council: Schools of the river delta (2019), para. {citation['paragraph']}"
    )


def test_a_citation_counts_pages_and_names_printed_labels(service: httpx.Client) -> None:
    """Physical pages 1 and 2 bear the labels i and 41; no year is n.d.; labels are cited."""
    filters = {"document_ids": ["guide.pdf"]}
    citation = search(service, "lamp", filters=filters)["results"][0]["citation"]

    assert [(span["page"], span["label"]) for span in citation["spans"]] == [(1, "i"), (2, "41")]
    assert citation["text"] == "Mai Tran: A guide to the lighthouse (n.d.), pp. i–41"
    assert (citation["year"], citation["paragraph"]) == (None, None)


def test_a_reading_edition_is_named_in_the_citation(service: httpx.Client) -> None:
    """Pages of an edition by others are not passed off as the original's."""
    filters = {"document_ids": ["cao-bang-2025"]}
    for result in search(service, "resolution", filters=filters)["results"]:
        citation = result["citation"]

        assert citation["edition"] == "hrqa reading edition"
        assert citation["text"].startswith(
            "Human resource quality in Cao Bang (2025). [hrqa reading edition, p"
        )


def unvarying(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what differs each time: its time and its request's id."""
    return {**answer, "took_ms": 0, "request_id": ""}


def test_the_address_asks_the_same(service: httpx.Client) -> None:
    """GET /v1/search answers as POST does, `q` like `query`, lists by repetition."""
    question = "Who pays the boatmen of the delta?"
    posted = search(
        service,
        question,
        limit=3,
        filters={"document_ids": ["delta-schools", "guide.pdf"], "languages": ["en"]},
    )
    in_address = {
        "limit": 3,
        "document_ids": ["delta-schools", "guide.pdf"],
        "languages": "en",
    }

    for name in ("query", "q"):
        answered = get(service, "/v1/search", **{name: question}, **in_address)
        assert unvarying(answered) == unvarying(posted)


def test_ten_is_the_limit_where_none_is_given(service: httpx.Client) -> None:
    """Without `limit` ten passages answer; with it as many, the same ones first."""
    every = search(service, "delta", limit=50)["results"]
    usual = search(service, "delta")["results"]

    assert [r["passage"]["id"] for r in usual] == [r["passage"]["id"] for r in every[:10]]
    for limit in (1, 4):
        few = search(service, "delta", limit=limit)["results"]
        assert [r["passage"]["id"] for r in few] == [r["passage"]["id"] for r in every[:limit]]


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        ({}, set(IDS)),
        ({"document_ids": None, "languages": None, "years": None}, set(IDS)),
        ({"document_ids": [], "languages": []}, set(IDS)),
        ({"document_ids": ["truong-hoc", "guide.pdf"]}, {"truong-hoc", "guide.pdf"}),
        ({"languages": ["vi"]}, {"truong-hoc"}),
        ({"languages": ["en-GB"]}, {"delta-schools"}),
        ({"languages": ["EN"]}, set(IDS) - {"truong-hoc"}),
        ({"languages": ["e", "fr"]}, set()),
        ({"years": {"from": 2021}}, {"truong-hoc", "cao-bang-2025"}),
        ({"years": {"to": 2021}}, {"truong-hoc", "delta-schools"}),
        ({"years": {"from": 2019, "to": 2019}}, {"delta-schools"}),
        ({"years": {"from": 2022, "to": 2024}}, set()),
        ({"languages": ["en"], "years": {"from": 2020}}, {"cao-bang-2025"}),
        ({"document_ids": ["guide.pdf"], "languages": ["vi"]}, set()),
        ({"years": {}}, set(IDS)),
        ({"years": {"from": None, "to": None}}, set(IDS)),
    ],
)
def test_filters_leave_what_fits_all_of_them(
    filters: dict[str, Any], allowed: set[str], service: httpx.Client
) -> None:
    """Ids, languages by BCP 47 prefix, years with both ends included; all must hold."""
    results = search(service, "boats in the delta", limit=50, filters=filters)["results"]

    found = {result["citation"]["document_id"] for result in results}
    folded = {also["citation"]["document_id"] for r in results for also in r["also_in"]}
    assert found | folded == allowed


def test_no_document_answers_more_often_than_allowed(service: httpx.Client) -> None:
    """`max_per_document` bounds each document; the bounded answers are those ranked first."""
    every = search(service, "delta", limit=50)["results"]
    expected, seen = [], []
    for result in every:
        if seen.count(result["citation"]["document_id"]) < 2:
            seen.append(result["citation"]["document_id"])
            expected.append(result["passage"]["id"])

    bounded = search(service, "delta", limit=50, max_per_document=2)["results"]

    assert len(every) > len(expected)
    assert [result["passage"]["id"] for result in bounded] == expected


def test_equal_passages_are_folded_into_the_first(service: httpx.Client) -> None:
    """Two notices of the same words are one answer, the other is cited in `also_in`."""
    results = search(service, "When does the library open?", limit=50)["results"]

    first = results[0]
    cited = [first["citation"]["document_id"], first["also_in"][0]["citation"]["document_id"]]
    assert sorted(cited) == ["notice-a.md", "notice-b.txt"]
    assert set(first["also_in"][0]) == {"passage_id", "citation"}
    assert first["also_in"][0]["passage_id"].startswith(f"{cited[1]}.")
    assert set(first["also_in"][0]["citation"]) == CITATION_FIELDS
    assert [len(result["also_in"]) for result in results] == [1] + [0] * (len(results) - 1)
    assert not {r["citation"]["document_id"] for r in results[1:]} & {"notice-a.md", "notice-b.txt"}


def test_the_limit_counts_after_folding(service: httpx.Client) -> None:
    """Two answers are two different ones, though the second ranked passage is like the first."""
    results = search(service, "When does the library open?", limit=2)["results"]

    assert len(results) == 2
    assert [len(result["also_in"]) for result in results] == [1, 0]


def test_also_in_does_not_depend_on_the_limit(service: httpx.Client) -> None:
    """A single answer, too, names the other place where the same stands."""
    results = search(service, "When does the library open?", limit=1)["results"]

    assert [len(result["also_in"]) for result in results] == [1]


def test_the_index_is_described(service: httpx.Client) -> None:
    """GET /v1/index counts documents and passages, and names languages and failures."""
    described = get(service, "/v1/index")
    passages = sum(d["passages"] for d in get(service, "/v1/documents")["documents"])

    assert set(described) == {
        *("id", "built_at", "model", "documents", "passages", "languages", "failed"),
    }
    assert (described["documents"], described["passages"]) == (8, passages)
    assert described["languages"] == ["en", "en-GB", "vi"]
    assert described["failed"] == [
        {"file": "empty.txt", "reason": "the file is empty; put the whole file in its place"}
    ]
    assert described["built_at"].endswith("Z")
    assert search(service, "delta")["index"] == {
        name: described[name] for name in ("id", "built_at", "model")
    }


def test_documents_are_listed_in_the_order_of_their_files(service: httpx.Client) -> None:
    """Exact fields; ids of the manifest and of safe paths; unknown things are null."""
    listed = get(service, "/v1/documents")
    by_id = {document["id"]: document for document in listed["documents"]}

    assert set(listed) == {"documents", "next_cursor"}
    assert list(by_id) == IDS
    assert listed["next_cursor"] is None
    assert all(set(document) == DOCUMENT_FIELDS for document in listed["documents"])
    harvest = by_id["notes-harvest.txt-f580a2"]
    assert (harvest["file"], harvest["title"]) == ("notes/harvest.txt", "harvest")
    assert (harvest["year"], harvest["url"], harvest["pages"]) == (None, None, None)
    assert (harvest["authors"], harvest["same_as"]) == ([], ["notes/z harvest.txt"])
    assert (harvest["ocr_pages"], harvest["unreadable_pages"]) == ([], [])
    assert by_id["guide.pdf"]["pages"] == 2
    assert by_id["guide.pdf"]["authors"] == ["Mai Tran"]
    assert by_id["truong-hoc"]["file"] == "tài liệu/trường học.txt"


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_documents_come_page_by_page(limit: int, service: httpx.Client) -> None:
    """Following `next_cursor` gives every document once, in order, `limit` at a time."""
    cursor, pages = {}, []
    while True:
        page = get(service, "/v1/documents", limit=limit, **cursor)
        pages.append([document["id"] for document in page["documents"]])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert [document_id for page in pages for document_id in page] == IDS
    assert [len(page) for page in pages] == [limit] * (8 // limit) + [8 % limit] * bool(8 % limit)


@pytest.mark.parametrize("document_id", IDS)
def test_a_document_answers_as_it_is_listed(
    document_id: str, service: httpx.Client, corpus: Path
) -> None:
    """GET /v1/documents/{id} says what the list says, headings, questions and the checksum."""
    listed = {d["id"]: d for d in get(service, "/v1/documents")["documents"]}[document_id]
    document = get(service, f"/v1/documents/{document_id}")

    outline, questions = document.pop("outline"), document.pop("questions")
    assert document == listed
    assert questions == []
    assert all(set(entry) == {"title", "level", "page"} for entry in outline)
    assert document["sha256"] == hashlib.sha256((corpus / listed["file"]).read_bytes()).hexdigest()


def test_an_outline_lists_the_headings(service: httpx.Client) -> None:
    """The headings of a Markdown file with their levels, of a PDF file with their pages."""
    outlines = [
        [(e["title"], e["level"], e["page"]) for e in get(service, path)["outline"]]
        for path in ("/v1/documents/delta-schools", "/v1/documents/guide.pdf")
    ]

    assert outlines == [
        [
            ("Schools of the river delta", 1, None),
            *((title, 2, None) for title in ("Boats", "Teachers", "Bridges")),
        ],
        [("Preface", 1, 1), ("Lamps", 1, 2)],
    ]


def test_a_page_answers_with_text_label_and_size(service: httpx.Client) -> None:
    """The second page of the guide: physical 2, printed 41, 300 by 400 points."""
    page = get(service, "/v1/documents/guide.pdf/pages/2")
    text = get(service, "/v1/documents/guide.pdf/text", page=2)

    assert page == {
        **{"page": 2, "label": "41", "width": 300.0, "height": 400.0},
        "text": "Lamps\n\n"
        "The lamp burns rapeseed oil and is trimmed every four hours by the keeper on watch.\n\n"
        "41",
    }
    assert text == {
        **{"document_id": "guide.pdf", "page": 2, "label": "41"},
        "text": page["text"],
    }


def test_a_text_without_pages_answers_whole(service: httpx.Client) -> None:
    """Blocks are separated by a blank line, lines of a paragraph joined by one space."""
    assert get(service, "/v1/documents/truong-hoc/text") == {
        **{"document_id": "truong-hoc", "page": None, "label": None},
        "text": "Vùng châu thổ có bốn mươi chiếc thuyền đưa học sinh các đảo đến trường mỗi buổi "
        "sáng. Khi thủy triều lên, thuyền đi mất hai mươi phút.\n\n"
        "Hội đồng trả tiền cho giáo viên trẻ ra đảo dạy học: mỗi người được cấp một căn nhà và "
        "phụ cấp bằng một phần năm tiền lương.\n\n"
        "Cây cầu thép đầu tiên được xây vào năm 2018, nối đảo Diệc với đất liền.",
    }


def test_table_rows_stand_one_a_line(service: httpx.Client) -> None:
    """A table's cells are separated by tabs."""
    text = get(service, "/v1/documents/delta-schools/text")["text"]

    assert "\n\nisland\tpupils\tteachers\nHeron\t410\t23\nOtter\t96\t7\n" in text


@pytest.mark.parametrize("document_id", IDS)
def test_passages_of_a_document_come_in_order(document_id: str, service: httpx.Client) -> None:
    """All passages of a document, each as cited; as many as the document says."""
    listed = get(service, f"/v1/documents/{document_id}/passages")
    document = get(service, f"/v1/documents/{document_id}")

    places = []
    for entry in listed["passages"]:
        assert set(entry) == {"passage", "citation"}
        assert entry["passage"]["highlights"] == []
        assert entry["passage"]["id"].startswith(f"{document_id}.")
        check_passage(service, entry["passage"], entry["citation"])
        first = entry["citation"]["spans"][0]
        places.append((first["page"] or 0, first["start"]))
    assert (len(places), listed["next_cursor"]) == (document["passages"], None)
    assert places == sorted(places)


def test_passages_of_a_page_are_those_that_touch_it(service: httpx.Client) -> None:
    """With `page` only passages with a span on that page; one may stand on both pages."""
    path = "/v1/documents/cao-bang-2025/passages"
    every = get(service, path)["passages"]

    found = {number: get(service, path, page=number)["passages"] for number in (1, 2)}

    assert 0 < len(found[2]) < len(every)
    for number in (1, 2):
        assert found[number] == [
            entry
            for entry in every
            if number in {span["page"] for span in entry["citation"]["spans"]}
        ]


def test_passages_come_page_by_page(service: httpx.Client) -> None:
    """Following `next_cursor` two at a time gives each passage once."""
    path = "/v1/documents/cao-bang-2025/passages"
    every = get(service, path)["passages"]
    found, cursor = [], {}
    while cursor is not None:
        part = get(service, path, limit=2, **cursor)
        found += part["passages"]
        assert 1 <= len(part["passages"]) <= 2
        cursor = {"cursor": part["next_cursor"]} if part["next_cursor"] else None

    assert found == every


def test_a_passage_comes_with_its_neighbours(service: httpx.Client) -> None:
    """Before and after in the order of the text, none beyond the document's ends."""
    every = get(service, "/v1/documents/cao-bang-2025/passages")["passages"]
    assert len(every) >= 3
    for number, entry in enumerate(every):
        found = get(service, f"/v1/passages/{entry['passage']['id']}", context=1)

        assert found == {
            **entry,
            "before": every[max(0, number - 1) : number],
            "after": every[number + 1 : number + 2],
        }
    alone = get(service, f"/v1/passages/{every[1]['passage']['id']}")
    assert (alone["before"], alone["after"]) == ([], [])


@pytest.mark.parametrize(
    ("document_id", "kind"),
    [
        ("cao-bang-2025", "application/pdf"),
        ("notes-harvest.txt-f580a2", "text/plain; charset=utf-8"),
        ("truong-hoc", "text/plain; charset=utf-8"),
    ],
)
def test_the_file_is_handed_out_as_it_was_indexed(
    document_id: str, kind: str, service: httpx.Client
) -> None:
    """The bytes have the document's checksum; names with marks and spaces are no hindrance."""
    document = get(service, f"/v1/documents/{document_id}")
    response = service.get(f"/v1/documents/{document_id}/file")

    assert (response.status_code, response.headers["content-type"]) == (200, kind)
    assert hashlib.sha256(response.content).hexdigest() == document["sha256"]


def test_a_part_of_the_file_can_be_had(service: httpx.Client) -> None:
    """A PDF viewer asks for ranges of bytes (RFC 9110)."""
    path = "/v1/documents/cao-bang-2025/file"
    response = service.get(path, headers={"range": "bytes=0-4"})

    assert (response.status_code, response.content) == (206, b"%PDF-")


def test_the_service_says_that_it_is_alive_and_ready(service: httpx.Client) -> None:
    """Both answer 200 with a status."""
    assert get(service, "/healthz") == {"status": "alive"}
    index_id = get(service, "/v1/index")["id"]
    assert get(service, "/readyz") == {
        "status": "ready",
        "index_id": index_id,
        "reload_failure": None,
    }


def test_parallel_searches_answer_like_single_ones(service: httpx.Client) -> None:
    """Twenty searches at one time give the same passages and scores as one after the other."""
    questions = [*QUESTIONS, "bridge", "teachers on islands", "moon", "thuyền", "oil"] * 2

    def answer(question: str) -> Any:
        return unvarying(search(service, question, limit=50))

    serial = [answer(question) for question in questions]
    with ThreadPoolExecutor(20) as pool:
        parallel = list(pool.map(answer, questions))

    assert len(questions) == 20
    assert parallel == serial


def references(value: Any) -> set[str]:
    """Every `$ref` in a JSON value."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return found.union(*(references(part) for part in value.values()))


def test_openapi_describes_every_path(service: httpx.Client) -> None:
    """OpenAPI 3.1 with all paths and methods; each operation once, with its answers."""
    described = get(service, "/openapi.json")
    operations = {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }

    assert described["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(described["info"])
    assert {(method, path.replace("{number}", "{N}")) for method, path in operations} >= {
        ("post", "/v1/search"),
        *(("get", path) for path in ("/v1/search", "/v1/index", "/v1/documents")),
        ("get", "/v1/documents/{document_id}"),
        ("get", "/v1/documents/{document_id}/text"),
        ("get", "/v1/documents/{document_id}/pages/{N}"),
        ("get", "/v1/documents/{document_id}/passages"),
        ("get", "/v1/documents/{document_id}/file"),
        ("get", "/v1/passages/{passage_id}"),
        *(("get", path) for path in ("/healthz", "/readyz")),
    }
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    for (_, path), operation in operations.items():
        given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert given == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert "200" in operation["responses"]
        own = "/v1/vector_stores" not in path
        for status, response in operation["responses"].items():
            if status[0] in "45":
                assert ("application/problem+json" in response["content"]) is own


def test_openapi_defines_what_it_refers_to(service: httpx.Client) -> None:
    """No reference leads nowhere: clients are generated from this file."""
    described = get(service, "/openapi.json")

    defined = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references(described) <= defined


def test_openapi_knows_the_fields_of_a_search(service: httpx.Client) -> None:
    """Bounds of the request and the fields of the answer stand in the schemas."""
    schemas = get(service, "/openapi.json")["components"]["schemas"]
    request = schemas["SearchIn"]

    assert request["required"] == ["query"]
    assert request["additionalProperties"] is False
    assert (
        request["properties"]["query"]["minLength"],
        request["properties"]["query"]["maxLength"],
    ) == (1, 2000)
    limit = request["properties"]["limit"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 50, 10)
    assert set(schemas["CitationOut"]["properties"]) == CITATION_FIELDS
    assert set(schemas["PassageOut"]["properties"]) == PASSAGE_FIELDS
