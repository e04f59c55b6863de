"""What a route is given: the engine, and one index that stays open to the end of the request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from hrqa_api.engine import Engine, Serving
from hrqa_api.problems import parameter_problem


def engine_of(request: Request) -> Engine:
    """The engine of the application."""
    engine: Engine = request.app.state.engine
    return engine


EngineDep = Annotated[Engine, Depends(engine_of)]


async def _borrowed(engine: EngineDep) -> AsyncIterator[Serving]:
    with engine.borrow() as serving:
        yield serving


ServingDep = Annotated[Serving, Depends(_borrowed)]


def known_parameters(request: Request) -> None:
    """Refuse a parameter that the route does not know, and note the route for log and metrics.

    Raises:
        ProblemError: Names the parameter.
    """
    route = request.scope["route"]
    request.state.route = route.path
    fields = route.dependant.query_params
    models = [field.field_info.annotation for field in fields]
    if any(hasattr(model, "model_fields") for model in models):
        return  # a model of parameters refuses by itself what it does not know
    known = {field.alias for field in fields}
    for name in request.query_params:
        if name not in known:
            raise parameter_problem(name, "hrqa does not know this parameter here")
