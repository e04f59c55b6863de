"""In which language a reader wants the page: as switched, else as the browser says."""

from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from hrqa_api.web.addresses import root_of
from hrqa_api.web.wording import UI_LANGUAGES, UiLanguage

SWITCH = "ui"
"""Parameter of an address that switches the language and then goes from it."""

_COOKIE = "hrqa-language"
_YEAR_SECONDS = 365 * 24 * 3600


def ui_language(request: Request) -> UiLanguage:
    """The language of the page for a request."""
    return _known(request.cookies.get(_COOKIE, "")) or _preferred(
        request.headers.get("accept-language", "")
    )


def switched_to(request: Request) -> UiLanguage | None:
    """The language that a request switches to; None for most."""
    return _known(request.query_params.get(SWITCH, ""))


class SwitchedError(Exception):
    """A request asks for its page in another language, before anything else is done for it."""

    def __init__(self, response: Response) -> None:
        super().__init__("switched")
        self.response = response


def follow_switch(request: Request) -> None:
    """Go where a switch of the language leads.

    Raises:
        SwitchedError: The request is one; it has the answer.
    """
    language = switched_to(request)
    if language is not None:
        raise SwitchedError(switch(request, language))


async def on_switched(_: Request, error: Exception) -> Response:
    """The answer to a request that switches the language."""
    assert isinstance(error, SwitchedError)
    return error.response


def switch(request: Request, language: UiLanguage) -> Response:
    """Go to the same address in another language, which the browser keeps for a year."""
    rest = request.url.remove_query_params(SWITCH)
    root = root_of(request)
    path = f"{root}{urlsplit(str(rest)).path}"
    response = RedirectResponse(f"{path}?{rest.query}" if rest.query else path, status_code=303)
    response.set_cookie(
        _COOKIE,
        language,
        max_age=_YEAR_SECONDS,
        path=f"{root}/",
        httponly=True,
        samesite="lax",
    )
    return response


def _known(name: str) -> UiLanguage | None:
    return next((language for language in UI_LANGUAGES if language == name), None)


def _preferred(header: str) -> UiLanguage:
    """The language among ours that a header ``Accept-Language`` wants most; English by default."""
    best: UiLanguage = "en"
    weight = 0.0
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        language = _known(tag.strip().split("-")[0].lower())
        wanted = _quality(parameters)
        if language is not None and wanted > weight:
            best, weight = language, wanted
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
