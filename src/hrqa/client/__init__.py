"""The service called from Python.

Example::

    from hrqa.client import Client

    with Client("http://127.0.0.1:8000") as client:
        answer = client.search("How many universities are there in Binh Duong?", limit=3)
        for result in answer.results:
            print(result.citation.text)
            print(client.address(result.citation.spans[0].link))
            for highlight in result.passage.highlights:
                print(result.passage.text[highlight.start : highlight.end])

Answers are the models of ``hrqa_api.schemas``. Every failure is an ``HrqaError``: what the service
answers with is a ``ServiceError``, which says by its ``type`` what was wrong.
"""

from hrqa.client.calls import Client
from hrqa.client.failures import ForeignAnswerError, ServiceError, UnreachableError
from hrqa.queries import YearRange
from hrqa.references.formats import ReferenceFormat
from hrqa.references.lists import ListFormat
from hrqa_api.schemas.references import QuotationIn
from hrqa_api.schemas.requests import SearchIn

__all__ = [
    "Client",
    "ForeignAnswerError",
    "ListFormat",
    "QuotationIn",
    "ReferenceFormat",
    "SearchIn",
    "ServiceError",
    "UnreachableError",
    "YearRange",
]
