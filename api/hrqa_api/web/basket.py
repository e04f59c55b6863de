"""``/basket``: the citations kept for an essay; they are kept on the reader's device alone."""

from fastapi import APIRouter, Request, Response

from hrqa_api.web.preferences import switch, switched_to
from hrqa_api.web.rendering import page_response

router = APIRouter(include_in_schema=False)


@router.get("/basket")
async def basket(request: Request) -> Response:
    """The page into which a script puts what the device keeps."""
    request.state.route = "/basket"
    switched = switched_to(request)
    if switched is not None:
        return switch(request, switched)
    return page_response(request, "basket.html", {})
