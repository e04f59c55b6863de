"""The interface described: OpenAPI 3.1, with what fastapi cannot know of the layers around it."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from hrqa.keys import Scope
from hrqa_api import openai_errors
from hrqa_api.access import needed_scopes
from hrqa_api.observing import ID_PATTERN
from hrqa_api.schemas.problems import ProblemOut
from hrqa_api.schemas.references import ReferenceOut
from hrqa_api.schemas.requests import SearchIn

SUMMARY = "Questions answered with passages and exact citations"
DESCRIPTION = """\
Ask a question that stands alone, in English or Vietnamese, with or without diacritics:
`POST /v1/search`. Each passage that comes back names its document, its page and its place on it.

* Every failure is `application/problem+json` (RFC 9457) with a `type` by which a program decides;
  paths below `/v1/vector_stores` answer in OpenAI's form instead.
* Fields may be added within version 1: ignore what you do not know.
* `X-Request-Id` may be sent, and comes back; else one is given.
* GET answers below `/v1` (but OpenAI's) carry an `ETag` that changes with the index alone; `HEAD`
  is taken wherever `GET` is.
* Offsets count Unicode code points, half-open: JavaScript slices `Array.from(text)`.
* An empty list in `filters` sets no condition.
* Where keys are needed, send `Authorization: Bearer <key>`. A key has scopes: `search`,
  `documents`, `metrics`, or `admin` for all. Where none are needed, the service answers its own
  machine alone, under the name `localhost`, and not through a proxy.
* Web pages of other origins may ask only where the operator names them.
* `POST /mcp` speaks the Model Context Protocol (streamable HTTP, no sessions), with the tools
  `search` and `fetch`.
* `/problems` lists the problem types.
"""
TAGS = [
    {"name": "Search", "description": "Questions answered with passages."},
    {"name": "Documents", "description": "What is in the index."},
    {"name": "References", "description": "Documents and passages, ready to be cited."},
    {"name": "OpenAI", "description": "The index as an OpenAI vector store."},
    {"name": "Service", "description": "How the service is."},
]
_REQUEST_ID = {
    "name": "X-Request-Id",
    "in": "header",
    "required": False,
    "description": "Comes back in the answer; one is made where it is not sent.",
    "schema": {"type": "string", "pattern": ID_PATTERN},
}
_REQUEST_ID_BACK = {"schema": {"type": "string"}, "description": "The request's id."}


def describe(app: FastAPI, *, public: frozenset[Scope] | None) -> None:
    """Complete an application's description of itself.

    Args:
        app: The application.
        public: Scopes that need no key; None where nothing does.
    """
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        schema = plain()
        schemas = schema["components"]["schemas"]
        for model in (ProblemOut, ReferenceOut, SearchIn):
            own = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas.setdefault(model.__name__, own)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        _complete_search_by_address(schema["paths"]["/v1/search"]["get"])
        for path, operation in _operations(schema):
            if openai_errors.speaks_openai(path):
                operation["responses"].pop("422", None)  # fastapi's own; these paths say 400
            operation.setdefault("parameters", []).append(_REQUEST_ID)
            for response in operation["responses"].values():
                response.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID_BACK
            needed = needed_scopes(path)
            if public is not None and needed is not None and not public.issuperset(needed):
                operation["security"] = [{"key": []}]
            elif needed is not None:
                operation["security"] = [{}, {"key": []}]
            if needed is not None:
                said = f"Keys need the scope {' and '.join(needed)}."
                operation["description"] = f"{operation.get('description', '')}\n\n{said}".strip()
        schema["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "A key of hrqa."}
        }
        app.openapi_schema = schema
        return schema

    app.openapi = described  # type: ignore[method-assign]


def _complete_search_by_address(operation: dict[str, Any]) -> None:
    """Say what parameters cannot: the question is needed, under one of two names."""
    question = SearchIn.model_json_schema()["properties"]["query"]
    operation["parameters"] = [
        {
            **parameter,
            "required": True,
            "schema": question,
        }
        if parameter["name"] == "query"
        else parameter
        for parameter in operation["parameters"]
        if parameter["name"] != "q"
    ]


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            yield path, operation
