"""A page of the web made from its template, with the headers that keep it to itself."""

import functools
import json
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hrqa_api.web.addresses import Addresses, root_of, safe_link
from hrqa_api.web.places import place
from hrqa_api.web.preferences import SWITCH, ui_language
from hrqa_api.web.static_files import static_address
from hrqa_api.web.wording import UI_LANGUAGES, Wording, wording

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "private, no-cache",
    "vary": "Accept, Accept-Language, Authorization, Cookie",
}


def words_of(request: Request) -> Wording:
    """What the page says to whoever asks."""
    return wording(ui_language(request))


def page_response(
    request: Request,
    template: str,
    view: Mapping[str, object],
    *,
    query: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """An answer with a page.

    Args:
        request: The request.
        template: Name of the template.
        view: What it shows, by the names that it uses.
        query: What stands in the field for questions.
        status: HTTP status.
        headers: Further headers.
    """
    words = words_of(request)
    root = root_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            view,
            words=words,
            say=words.say,
            to=Addresses(root),
            static=lambda name: static_address(root, name),
            place=functools.partial(place, words),
            query=query,
            switches=_switches(request, words),
            script_messages=_json(words.for_scripts),
        )
    )
    # Not what a caller that was cut off in the middle sent: half a character cannot be written.
    body = text.encode("utf-8", "replace")
    return HTMLResponse(body, status_code=status, headers={**_HEADERS, **(headers or {})})


def _switches(request: Request, words: Wording) -> list[tuple[str, str, str]]:
    """For each other language its tag, its own name, and where the page switches to it."""
    return [
        (tag, words.own_names[tag], f"?{_asked(request, {SWITCH: tag})}")
        for tag in UI_LANGUAGES
        if tag != words.language
    ]


def _asked(request: Request, more: Mapping[str, str]) -> str:
    kept = request.url.remove_query_params(SWITCH).include_query_params(**more)
    return kept.query


def _json(value: object) -> Markup:
    """JSON that can stand in a ``script`` element, which nothing but its own end tag ends."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hrqa_api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["safe_link"] = safe_link
    return environment
