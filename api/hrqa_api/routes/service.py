"""How the service is: alive, ready, measured; and what its problems mean."""

from fastapi import APIRouter, Depends, Request, Response

from hrqa_api.access import Caller
from hrqa_api.borrowing import EngineDep, known_parameters
from hrqa_api.metrics import CONTENT_TYPE, Metrics
from hrqa_api.problems import KINDS, NOT_FOUND, NOT_READY, Kind, ProblemError
from hrqa_api.responses import failures, open_failures
from hrqa_api.schemas.problems import KindOut
from hrqa_api.schemas.status import ReadyOut, ReloadFailureOut, StatusOut

router = APIRouter(dependencies=[Depends(known_parameters)], tags=["Service"])


@router.get("/healthz", summary="Alive", operation_id="healthz", responses=open_failures())
async def healthz() -> StatusOut:
    """The process answers."""
    return StatusOut(status="alive")


@router.get(
    "/readyz", summary="Ready to answer", operation_id="readyz", responses=open_failures(NOT_READY)
)
async def readyz(request: Request, engine: EngineDep) -> ReadyOut:
    """200 once questions can be answered, else 503.

    `reload_failure` tells that a newer index cannot be opened, while the one before goes on
    serving; its reason is for the operator, on this machine or with a key for `admin`.
    """
    if not engine.ready:
        said = "loading the index or the model failed; the service's log says why."
        raise ProblemError(
            NOT_READY,
            f"Not ready: {said}" if engine.failure else "The index and the model are being loaded.",
            headers={"retry-after": "2"},
        )
    failure = engine.reload_failure
    caller: Caller = request.state.caller
    return ReadyOut(
        status="ready",
        index_id=engine.searcher.index.text.meta.id,
        reload_failure=None
        if failure is None
        else ReloadFailureOut(
            since=failure.since, reason=failure.reason if caller.is_admin else None
        ),
    )


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    operation_id="metrics",
    response_class=Response,
    responses={
        **failures(),
        200: {
            "description": "Counters, histograms and gauges.",
            "content": {CONTENT_TYPE.partition(";")[0]: {"schema": {"type": "string"}}},
        },
    },
)
def metrics(request: Request, engine: EngineDep) -> Response:
    """Requests, times by stage, refusals, and the index that serves."""
    figures: Metrics = request.app.state.metrics
    built_at = engine.searcher.index.text.meta.built_at if engine.ready else None
    text = figures.exposition(built_at=built_at)
    return Response(text, media_type=CONTENT_TYPE)


@router.get(
    "/problems",
    summary="The problem types",
    operation_id="problems",
    responses=open_failures(),
)
async def problem_types() -> list[KindOut]:
    """All types by which a program tells failures apart."""
    return [_kind_out(kind) for kind in KINDS]


@router.get(
    "/problems/{name}",
    summary="What a problem type means",
    operation_id="problem",
    responses=open_failures(NOT_FOUND),
)
async def problem(name: str) -> KindOut:
    """The title and status of a problem type, which never change."""
    for kind in KINDS:
        if kind.name == name:
            return _kind_out(kind)
    raise ProblemError(NOT_FOUND, f"hrqa has no problem type {name!r}.")


def _kind_out(kind: Kind) -> KindOut:
    return KindOut(type=f"/problems/{kind.name}", title=kind.title, status=kind.status)
