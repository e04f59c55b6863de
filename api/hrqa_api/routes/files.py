"""Files as they were indexed, and their pages as pictures."""

import logging
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from hrqa.datatypes import Document
from hrqa.page_images import PageImageError
from hrqa_api.borrowing import ServingDep, known_parameters
from hrqa_api.caching import NotModifiedError, Unchanged, is_listed, tag_headers
from hrqa_api.drawing import Drawing
from hrqa_api.file_checks import FileChecks
from hrqa_api.problems import (
    DOCUMENT_CHANGED,
    INTERNAL,
    NOT_FOUND,
    OVERLOADED,
    ProblemError,
    header_problem,
)
from hrqa_api.responses import NOT_MODIFIED, TAGGED, failures
from hrqa_api.routes.documents import DocumentId, PageNumber
from hrqa_api.routes.finding import find_document, find_page

_LOG = logging.getLogger("hrqa_api")
_PDF = "application/pdf"
_RANGE = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})")
_MOST_RANGES = 20

router = APIRouter(dependencies=[Depends(known_parameters)], tags=["Documents"])


@router.get(
    "/v1/documents/{document_id}/file",
    summary="The file",
    operation_id="file",
    response_class=FileResponse,
    responses={
        **failures(NOT_FOUND, DOCUMENT_CHANGED),
        **NOT_MODIFIED,
        200: {
            **TAGGED[200],
            "description": "The file: PDF to be shown, anything else to be saved.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        },
        206: {
            "description": "A part of it.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def file(
    document_id: DocumentId,
    request: Request,
    serving: ServingDep,
    range_: Annotated[
        str | None,
        Header(
            alias="range",
            description="parts of the file, each of which must begin within it",
            examples=["bytes=0-99"],
            json_schema_extra={"pattern": r"^bytes=\d{1,18}-$"},
        ),
    ] = None,
) -> FileResponse:
    """The document's file as it was indexed; 409 where it is gone or has changed.

    A PDF opens at a page with `#page=N` behind the address.
    """
    document = find_document(serving, document_id).document
    path = request.app.state.corpus / document.file
    _check_unchanged(request, document)
    _check_range(range_, path.stat().st_size)
    is_pdf = path.suffix.lower() == ".pdf"
    headers = {
        **_harmless(request),
        "cache-control": "private, no-cache",
        "etag": f'"{document.sha256}"',
    }
    if is_listed(headers["etag"], request.headers.get("if-none-match", "")):
        raise NotModifiedError(headers)
    return FileResponse(
        path,
        filename=path.name,
        media_type=_PDF if is_pdf else None,
        content_disposition_type="inline" if is_pdf else "attachment",
        headers=headers,
    )


@router.get(
    "/v1/documents/{document_id}/pages/{number}/image",
    summary="A page as a picture",
    operation_id="pageImage",
    response_class=Response,
    responses={
        **failures(NOT_FOUND, DOCUMENT_CHANGED, OVERLOADED),
        **NOT_MODIFIED,
        200: {
            "description": "The page as displayed; the boxes of citations fit it.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
    dependencies=[Unchanged],
)
async def page_image(
    document_id: DocumentId,
    number: PageNumber,
    request: Request,
    response: Response,
    serving: ServingDep,
    width: Annotated[int, Query(ge=50, le=3000, description="of the picture, in pixels")] = 1000,
) -> Response:
    """A page of a PDF file as PNG; 409 where the file is gone or has changed."""
    stored = find_document(serving, document_id)
    find_page(serving, stored, number)
    document = stored.document
    if not document.file.lower().endswith(".pdf"):
        raise ProblemError(NOT_FOUND, f"{document.id} is no PDF file; only its text can be shown.")
    await run_in_threadpool(_check_unchanged, request, document)
    drawing: Drawing = request.app.state.drawing
    path = request.app.state.corpus / document.file
    try:
        png = await drawing.image(path, document.sha256, number, width)
    except PageImageError as error:
        _LOG.error("%s", error)
        raise ProblemError(
            INTERNAL, f"Page {number} of {document.id} cannot be drawn; its text still answers."
        ) from error
    headers = {**tag_headers(response), **_harmless(request)}
    return Response(png, media_type="image/png", headers=headers)


def _harmless(request: Request) -> dict[str, str]:
    """Headers by which what comes from documents cannot act on the page's origin."""
    return {
        "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": request.app.state.resource_policy,
    }


def _check_unchanged(request: Request, document: Document) -> None:
    """Refuse a file that is not the one that was indexed."""
    checked: FileChecks = request.app.state.files
    if not checked.is_unchanged(document):
        raise ProblemError(
            DOCUMENT_CHANGED,
            f"{document.file} is gone or has changed since it was indexed; its text still answers.",
        )


def _check_range(wanted: str | None, size: int) -> None:
    """Refuse a range that is malformed, lies beyond the file, or is one of very many."""
    if wanted is None:
        return
    unit, _, listed = wanted.partition("=")
    ranges = [_RANGE.fullmatch(part.strip()) for part in listed.split(",")]
    if unit.strip().lower() != "bytes" or not all(_lies_within(each, size) for each in ranges):
        raise header_problem("range", f"this is no range of bytes of this file, which has {size}")
    if len(ranges) > _MOST_RANGES:
        raise header_problem("range", f"at most {_MOST_RANGES} ranges are taken")


def _lies_within(found: re.Match[str] | None, size: int) -> bool:
    """Whether a range can be had of a file of a size; one that runs over its end can."""
    if found is None:
        return False
    first, last, from_end = found.groups()
    if from_end is not None:
        return int(from_end) > 0
    return int(first) < size and (not last or int(first) <= int(last))
