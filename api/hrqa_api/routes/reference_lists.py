"""Lists of references for a text that quotes several passages."""

from fastapi import APIRouter, Depends, Response

from hrqa.datatypes import Passage
from hrqa.references.lists import ListFormat, Quotation, reference_list
from hrqa.search import cite_from
from hrqa_api.borrowing import ServingDep, known_parameters
from hrqa_api.engine import Serving
from hrqa_api.failures import pointer
from hrqa_api.problems import INVALID_REQUEST, MALFORMED_JSON, TOO_LARGE, ProblemError
from hrqa_api.responses import Responses, failures
from hrqa_api.routes.references import part_fault
from hrqa_api.schemas.problems import FaultOut
from hrqa_api.schemas.references import QuotationIn, ReferenceListIn

_SHOWN = 100
_TEXT = {"schema": {"type": "string"}}
_DESCRIBED: Responses = {
    **failures(MALFORMED_JSON, TOO_LARGE),
    200: {
        "description": "The file, to be saved under the name in `Content-Disposition`.",
        "headers": {
            "Content-Disposition": {
                "description": "`attachment`, with a name that ends as the format wants it.",
                "schema": {"type": "string"},
            }
        },
        "content": {
            "application/x-bibtex": _TEXT,
            "application/x-research-info-systems": _TEXT,
            "application/vnd.citationstyles.csl+json": {
                "schema": {"type": "array", "items": {"type": "object"}}
            },
            "text/markdown": _TEXT,
        },
    },
}

router = APIRouter(dependencies=[Depends(known_parameters)], tags=["References"])


@router.post(
    "/v1/citations",
    summary="A list of references as a file",
    operation_id="referenceList",
    response_class=Response,
    responses=_DESCRIBED,
)
def citations(body: ReferenceListIn, serving: ServingDep) -> Response:
    """Each document once, in the order in which it is first quoted, with the pages cited.

    In Markdown the quotations come first, each with what stands in the text, then the references
    as APA, MLA or Chicago sort them. A passage that does not exist is named in `errors` by its
    pointer, all of them at once.
    """
    format = ListFormat(body.format)
    text = reference_list(
        _quotations(serving, body.items), format=format, style=body.style, language=body.language
    )
    media_type = format.media_type
    if "json" not in media_type:
        media_type += "; charset=utf-8"
    headers = {
        "content-disposition": f'attachment; filename="{format.file_name}"',
        "x-content-type-options": "nosniff",
    }
    return Response(text.encode(), media_type=media_type, headers=headers)


def _quotations(serving: Serving, items: list[QuotationIn]) -> list[Quotation]:
    """What the items quote.

    Raises:
        ProblemError: Names every item that quotes nothing.
    """
    texts = serving.index.texts
    faults: list[FaultOut] = []
    quotations: list[Quotation] = []
    passages: dict[str, Passage | None] = {}
    for place, item in enumerate(items):
        if item.passage_id not in passages:
            number = texts.passage_number(item.passage_id)
            passages[item.passage_id] = None if number is None else texts.passage(number)
        passage = passages[item.passage_id]
        if passage is None:
            said = f"no passage has the id {item.passage_id[:_SHOWN]!r}"
            faults.append(_fault(place, "passage_id", said))
            continue
        wrong = part_fault(passage, item.start, item.end)
        if wrong is not None:
            faults.append(_fault(place, *wrong))
            continue
        part = None
        text = passage.text
        if item.start is not None and item.end is not None:
            part = item.start, item.end
            text = passage.text[item.start : item.end]
        quotations.append(Quotation(text, cite_from(texts, passage, part=part)))
    if faults:
        detail = "; ".join(fault.detail for fault in faults)
        raise ProblemError(INVALID_REQUEST, detail, errors=faults)
    return quotations


def _fault(place: int, field: str, said: str) -> FaultOut:
    path = ("items", place, field)
    return FaultOut(detail=f"{'.'.join(map(str, path))}: {said}", pointer=pointer(*path))
