"""``/basket``: the citations kept for an essay; they are kept on the reader's device alone."""

from fastapi import APIRouter, Depends, Request, Response

from hrqa_api.web.preferences import follow_switch
from hrqa_api.web.rendering import page_response

router = APIRouter(include_in_schema=False, dependencies=[Depends(follow_switch)])


@router.get("/basket")
async def basket(request: Request) -> Response:
    """The page into which a script puts what the device keeps."""
    request.state.route = "/basket"
    return page_response(request, "basket.html", {})
