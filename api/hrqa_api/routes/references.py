"""Documents and passages as references, ready to be cited."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response

from hrqa.datatypes import Document, Passage
from hrqa.queries import Citation
from hrqa.references.formats import ReferenceFormat, refer
from hrqa.search import cite_from
from hrqa_api.borrowing import ServingDep, known_parameters
from hrqa_api.caching import Unchanged, tag_headers
from hrqa_api.problems import NOT_FOUND, header_problem, parameter_problem
from hrqa_api.responses import NOT_MODIFIED, TAGGED, Responses, failures
from hrqa_api.routes.documents import DocumentId, PassageId
from hrqa_api.routes.finding import find_document, find_passage
from hrqa_api.schemas.references import ReferenceOut, StretchOut

_BY_MEDIA_TYPE = {
    "application/vnd.citationstyles.csl+json": ReferenceFormat.CSL_JSON,
    "application/x-bibtex": ReferenceFormat.BIBTEX,
    "application/x-research-info-systems": ReferenceFormat.RIS,
    "text/plain": ReferenceFormat.APA,
    "text/x-bibliography": ReferenceFormat.APA,
    "text/*": ReferenceFormat.APA,
}
_STYLES = (ReferenceFormat.APA, ReferenceFormat.MLA, ReferenceFormat.CHICAGO)
_JSON = frozenset({"application/json", "application/*", "*/*", ""})

Format = Annotated[
    ReferenceFormat | None,
    Query(description="goes before `Accept`; CSL-JSON where neither says anything"),
]
Language = Annotated[
    Literal["en", "vi"] | None,
    Query(description="of APA, MLA and Chicago; goes before `Accept-Language`"),
]
Start = Annotated[
    int | None,
    Query(ge=0, description="first code point of the part that is cited, in `passage.text`"),
]
End = Annotated[
    int | None, Query(ge=1, description="one past its last; `start` and `end`, or neither")
]
Accept = Annotated[str | None, Header(include_in_schema=False)]  # OpenAPI has it in the answers
AcceptLanguage = Annotated[str | None, Header(description="`vi` for Vietnamese")]
_TEXT = {"schema": {"type": "string"}}
_DESCRIBED: Responses = {
    **failures(NOT_FOUND),
    **NOT_MODIFIED,
    200: {
        **TAGGED[200],
        "description": "The reference. As `application/json`, APA, MLA and Chicago come with what "
        "stands in the text, and CSL-JSON as it is. As text, the entry of a list of references; of "
        "a passage also, after a blank line, what stands in the text, with the page.",
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/ReferenceOut"},
                        {"type": "object", "description": "CSL-JSON of a passage"},
                        {"type": "array", "description": "CSL-JSON of a document"},
                    ]
                }
            },
            "application/vnd.citationstyles.csl+json": {"schema": {}},
            "application/x-bibtex": _TEXT,
            "application/x-research-info-systems": _TEXT,
            "text/plain": _TEXT,
            "text/x-bibliography": _TEXT,
        },
    },
}

router = APIRouter(dependencies=[Depends(known_parameters), Unchanged], tags=["References"])


@router.get(
    "/v1/documents/{document_id}/citation",
    summary="A reference to a document",
    operation_id="documentCitation",
    response_class=Response,
    responses=_DESCRIBED,
)
def document_citation(
    document_id: DocumentId,
    response: Response,
    serving: ServingDep,
    format: Format = None,
    language: Language = None,
    accept: Accept = None,
    accept_language: AcceptLanguage = None,
) -> Response:
    """CSL-JSON, BibTeX, RIS, APA, MLA or Chicago."""
    document = find_document(serving, document_id).document
    wanted = _Wanted(format, language, accept, accept_language)
    return wanted.response(document, None, response)


@router.get(
    "/v1/passages/{passage_id}/citation",
    summary="A reference to a passage, with its page",
    operation_id="passageCitation",
    response_class=Response,
    responses=_DESCRIBED,
)
def passage_citation(
    passage_id: PassageId,
    response: Response,
    serving: ServingDep,
    format: Format = None,
    language: Language = None,
    start: Start = None,
    end: End = None,
    accept: Accept = None,
    accept_language: AcceptLanguage = None,
) -> Response:
    """CSL-JSON with `locator` and `label`, BibTeX, RIS, APA, MLA or Chicago.

    With `start` and `end` the page is that of this part of the passage.
    """
    _, passage = find_passage(serving, passage_id)
    wrong = part_fault(passage, start, end)
    if wrong is not None:
        raise parameter_problem(*wrong)
    part = None if start is None or end is None else (start, end)
    citation = cite_from(serving.index.texts, passage, part=part)
    wanted = _Wanted(format, language, accept, accept_language)
    return wanted.response(citation.document, citation, response)


def part_fault(passage: Passage, start: int | None, end: int | None) -> tuple[str, str] | None:
    """What is wrong with a part of a passage: the offset, and why; None where nothing is."""
    length = len(passage.text)
    if start is None and end is None:
        return None
    if start is None:
        return "start", "is missing; give `start` and `end`, or neither"
    if end is None:
        return "end", "is missing; give `start` and `end`, or neither"
    if start >= length:
        return "start", f"the passage has {length} characters; it must be less"
    if end > length:
        return "end", f"the passage has {length} characters; it must not be more"
    if end <= start:
        return "end", f"must be greater than `start`, which is {start}"
    if not passage.text[start:end].strip():
        return "start", f"from {start} to {end} the passage has white space alone"
    return None


class _Wanted:
    """Which form of a reference a caller wants."""

    def __init__(
        self,
        format: ReferenceFormat | None,
        language: str | None,
        accept: str | None,
        accept_language: str | None,
    ) -> None:
        accepted = _ordered(accept or "")
        known = [name for name in accepted if name in _BY_MEDIA_TYPE or name in _JSON]
        if format is None and accepted and not known:
            raise header_problem(
                "accept", f"one of {', '.join([*_BY_MEDIA_TYPE, 'application/json', '*/*'])}"
            )
        first = known[0] if known else ""
        self.format = format or _BY_MEDIA_TYPE.get(first, ReferenceFormat.CSL_JSON)
        # Browsers and curl accept anything: to them a style is text, to a program JSON.
        self.as_json = self.format in _STYLES and first == "application/json"
        self.media_type = first if first in ("application/json", "text/x-bibliography") else None
        languages = [name.split("-")[0] for name in _ordered(accept_language or "")]
        preferred = next((name for name in languages if name in ("en", "vi")), "en")
        self.language = language or preferred

    def response(self, document: Document, citation: Citation | None, tagged: Response) -> Response:
        reference = refer(document, citation, format=self.format, language=self.language)
        headers = tag_headers(tagged)
        if self.as_json:
            body = ReferenceOut(
                format=self.format,
                language=self.language,
                reference=reference.text.rstrip("\n"),
                in_text=reference.in_text,
                italics=_stretches(reference.italics),
                in_text_italics=_stretches(reference.in_text_italics),
            )
            return Response(body.model_dump_json(), media_type="application/json", headers=headers)
        media_type = reference.media_type
        if (self.media_type == "application/json" and self.format is ReferenceFormat.CSL_JSON) or (
            self.format in _STYLES and self.media_type is not None
        ):
            media_type = self.media_type
        if "json" not in media_type:
            media_type += "; charset=utf-8"
        text = reference.text
        if citation is not None and reference.in_text is not None:
            text = f"{text}\n{reference.in_text}\n"
        return Response(text, media_type=media_type, headers=headers)


def _stretches(italics: Iterable[tuple[int, int]]) -> list[StretchOut]:
    return [StretchOut(start=start, end=end) for start, end in italics]


_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)", re.IGNORECASE)


def _ordered(header: str) -> list[str]:
    """What a header names, the most wanted first; what is refused (q=0) left out."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        name = part.partition(";")[0].strip().lower()
        match = _QUALITY.search(part)
        quality = float(match.group(1)) if match else 1.0
        if name and quality > 0:
            wanted.append((-quality, name))
    return [name for _, name in sorted(wanted, key=lambda pair: pair[0])]
