"""The client, and its calls that ask questions."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import httpx

from hrqa.client.connection import Connection
from hrqa.client.documents import DocumentCalls
from hrqa.client.failures import ServiceError, service_error
from hrqa.queries import YearRange
from hrqa_api.schemas.answers import BatchOut, ContextOut, SearchOut
from hrqa_api.schemas.requests import MAX_SEARCHES, SearchIn
from hrqa_api.schemas.status import ReadyOut


class Client(DocumentCalls):
    """Calls a service; may be used by several threads.

    Every call may raise ``ServiceError`` (the service answered with a problem),
    ``UnreachableError`` or ``ForeignAnswerError``; each is an ``HrqaError``.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        key: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
        longest_wait: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            base_url: Address of the service.
            key: The API key, if one is needed.
            timeout: Longest to wait for an answer to begin or go on, in seconds.
            retries: How often a call is sent again that met 429, 503 or a lost connection.
            longest_wait: Longest to wait before that, in seconds; where the service asks for
                longer, the call fails at once.
            transport: What sends the requests, unless it is httpx's own.

        Raises:
            SettingsError: The address or the key cannot be one.
        """
        connection = Connection(
            base_url,
            key=key,
            timeout=timeout,
            retries=retries,
            longest_wait=longest_wait,
            transport=transport,
        )
        super().__init__(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client cannot be used any more."""
        self._connection.close()

    def address(self, link: str) -> str:
        """The whole address of a ``link`` of a citation's span."""
        return self._connection.base_url + link

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        languages: Sequence[str] = (),
        years: YearRange | None = None,
        max_per_document: int | None = None,
        explain: bool = False,
    ) -> SearchOut:
        """Answer a question with ranked passages.

        Args:
            query: A question that stands alone.
            limit: Most passages.
            document_ids: Only these documents; empty for all.
            languages: Only documents in these languages (BCP 47, by prefix); empty for all.
            years: Only documents published in these years; None for all.
            max_per_document: Most passages of one document; None for no bound.
            explain: Whether to give times and scores by stage.
        """
        body = _question(query, limit, document_ids, languages, years, max_per_document)
        response = self._connection.post("/v1/search", {**body, "explain": explain})
        return self._connection.read(SearchOut, response)

    def search_all(
        self, searches: Sequence[str | SearchIn], *, limit: int = 10
    ) -> list[SearchOut | ServiceError]:
        """Answer any number of questions, 64 in a request.

        Args:
            searches: Questions, alone or with conditions of their own.
            limit: Most passages for each question that stands alone.

        Returns:
            For each, in order, its answer or what was wrong with it; the latter is not raised,
            and the pointers of its faults count within a request.
        """
        bodies = [
            {"query": search, "limit": limit}
            if isinstance(search, str)
            else search.model_dump(mode="json", by_alias=True)
            for search in searches
        ]
        answers: list[SearchOut | ServiceError] = []
        for first in range(0, len(bodies), MAX_SEARCHES):
            batch = {"searches": bodies[first : first + MAX_SEARCHES]}
            response = self._connection.post("/v1/search/batch", batch)
            for answer in self._connection.read(BatchOut, response).answers:
                answers.append(answer if isinstance(answer, SearchOut) else service_error(answer))
        return answers

    def context(
        self,
        query: str,
        *,
        limit: int = 10,
        document_ids: Sequence[str] = (),
        languages: Sequence[str] = (),
        years: YearRange | None = None,
        max_per_document: int | None = None,
        max_tokens: int | None = None,
        max_characters: int | None = None,
    ) -> ContextOut:
        """What a language model is given to answer from: numbered passages within a budget.

        The conditions are those of ``search``.

        Args:
            query: A question that stands alone.
            limit: Most passages.
            document_ids: Only these documents.
            languages: Only documents in these languages.
            years: Only documents published in these years.
            max_per_document: Most passages of one document.
            max_tokens: Most tokens of the text; 2,000 where neither budget is given.
            max_characters: Most characters of the text; instead of ``max_tokens``.
        """
        body = _question(query, limit, document_ids, languages, years, max_per_document)
        budget = {"max_tokens": max_tokens, "max_characters": max_characters}
        response = self._connection.post("/v1/context", {**body, **budget})
        return self._connection.read(ContextOut, response)

    def ready(self) -> ReadyOut | None:
        """Which index serves; None while the service cannot answer yet. It is asked once."""
        try:
            response = self._connection.get("/readyz", retry=False)
        except ServiceError as error:
            if error.type != "not-ready":
                raise
            return None
        return self._connection.read(ReadyOut, response)


def _question(
    query: str,
    limit: int,
    document_ids: Sequence[str],
    languages: Sequence[str],
    years: YearRange | None,
    max_per_document: int | None,
) -> dict[str, object]:
    """The body of a question, for the service to judge."""
    filters = {
        "document_ids": list(document_ids) or None,
        "languages": list(languages) or None,
        "years": {"from": years.first, "to": years.last} if years else None,
    }
    body: dict[str, object] = {"query": query, "limit": limit, "filters": filters}
    return {**body, "max_per_document": max_per_document}
