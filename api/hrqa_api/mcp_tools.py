"""The tools `search` and `fetch` of the Model Context Protocol.

Their shapes are those that OpenAI's guide asks of servers for ChatGPT: each result is one text item
of JSON and the same as structured content.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import BaseModel

from hrqa import __version__
from hrqa.errors import IndexDamagedError, QueryError
from hrqa.queries import Citation, Query
from hrqa.search import Searcher, cite_from
from hrqa_api.problems import ProblemError
from hrqa_api.schemas.citations import span_link

T = TypeVar("T")
_FOUND = 10
_INSTRUCTIONS = (
    "Search the documents of this service with whole questions in plain words, English or "
    "Vietnamese, and fetch the passages that help. Each passage names its document and its page: "
    "cite them. A search always finds something; when the passages do not answer, say that the "
    "documents do not."
)
_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class Searching(Protocol):
    """Does work that searches, when its turn has come."""

    def __call__(self, work: Callable[[Searcher], T]) -> Awaitable[T]:
        """Do the work."""
        ...


Linking = Callable[[Citation, Any], str]
"""Gives the address of a passage, from its citation and the HTTP request if there is one."""


class FoundOut(BaseModel):
    """A passage found: its id for `fetch`, its document's title and page, its address."""

    id: str
    title: str
    url: str


class FoundListOut(BaseModel):
    """What a search found, best first."""

    results: list[FoundOut]


class FetchedOut(BaseModel):
    """A passage with its text, and where it stands."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


class _Server(MCPServer):
    """Says in plain words what does not fit about a call."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: It cannot be called so, or failed.
        """
        wanted = {"search": "query", "fetch": "id"}.get(name)
        if wanted is not None and set(arguments) != {wanted}:
            given = ", ".join(sorted(arguments)) or "nothing"
            raise ToolError(
                f"{name} takes `{wanted}` and nothing else, but was given {given[:200]}."
            )
        if wanted is not None and not isinstance(arguments[wanted], str):
            raise ToolError(f"{wanted}: must be text.")
        return await super().call_tool(name, arguments, context)


def mcp_server(searching: Searching, linking: Linking) -> MCPServer:
    """Make a server of the two tools.

    Args:
        searching: Does the work.
        linking: Gives addresses.
    """
    server = _Server(
        "hrqa", title="hrqa", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )

    @server.tool(
        title="Search the documents",
        description="Passages that answer a question, best first. Ask a whole question in plain "
        "words; fetch a passage by its id to read it.",
        annotations=_READ_ONLY,
    )
    async def search(query: str, ctx: Context) -> FoundListOut:
        def work(searcher: Searcher) -> FoundListOut:
            result = searcher.search(Query(query, limit=_FOUND))
            return FoundListOut(
                results=[
                    FoundOut(
                        id=scored.passage.id,
                        title=scored.citation.text,
                        url=linking(scored.citation, _request(ctx)),
                    )
                    for scored in result.passages
                ]
            )

        return await _done(searching, work)

    @server.tool(
        title="Read a passage",
        description="A passage found by `search`, with its text, its document and its page.",
        annotations=_READ_ONLY,
    )
    async def fetch(id: str, ctx: Context) -> FetchedOut:
        def work(searcher: Searcher) -> FetchedOut:
            texts = searcher.index.text.texts
            number = texts.passage_number(id)
            if number is None:
                raise ToolError(f"No passage has the id {id[:200]!r}; `search` gives ids.")
            passage = texts.passage(number)
            citation = cite_from(texts, passage)
            return FetchedOut(
                id=passage.id,
                title=citation.text,
                text=passage.text,
                url=linking(citation, _request(ctx)),
                metadata=_metadata(searcher, number, citation),
            )

        return await _done(searching, work)

    return server


def passage_url(base: str, citation: Citation) -> str:
    """The address of a passage in the service at an address: its PDF file's page, or its text."""
    return base + span_link(citation.document, citation.spans[0].span.page)


async def _done(searching: Searching, work: Callable[[Searcher], T]) -> T:
    try:
        return await searching(work)
    except QueryError as error:
        raise ToolError(str(error)) from error
    except ProblemError as error:
        raise ToolError(error.detail) from error
    except IndexDamagedError as error:
        raise ToolError("The index is damaged; its operator must rebuild it.") from error


def _request(ctx: Context) -> Any:
    return ctx.request_context.request


def _metadata(searcher: Searcher, number: int, citation: Citation) -> dict[str, str]:
    texts = searcher.index.text.texts
    stored = texts.document(citation.document.id)
    assert stored is not None  # the store's own reference
    first, last = stored.first_passage, stored.first_passage + stored.passages - 1
    known = citation.document.bibliography
    span = citation.spans[0]
    values = {
        "document_id": citation.document.id,
        "file": citation.document.file,
        "document_title": known.title,
        "authors": "; ".join(str(author) for author in known.authors),
        "year": known.year,
        "page": span.span.page,
        "page_label": span.label,
        "paragraph": citation.paragraph,
        "section": " > ".join(citation.section),
        "original_url": known.url,
        "passage_before": texts.passage_ids[number - 1] if number > first else None,
        "passage_after": texts.passage_ids[number + 1] if number < last else None,
    }
    return {key: str(value) for key, value in values.items() if value not in (None, "")}
