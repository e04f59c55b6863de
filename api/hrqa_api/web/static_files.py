"""Styles, scripts and pictures of the page, under an address that changes when they do."""

import functools
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

TOP = "/static"
_FOLDER = Path(str(files("hrqa_api.web"))) / "static"
_FOREVER = "public, max-age=31536000, immutable"


@functools.cache
def static_version() -> str:
    """What changes with any of the files."""
    digest = hashlib.sha256()
    for path in sorted(_FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(_FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def static_address(root: str, name: str) -> str:
    """The address of a file."""
    return f"{root}{TOP}/{static_version()}/{name}"


async def favicon(_: Request) -> FileResponse:
    """The icon, for browsers that ask for it by its usual name, as for an answer without a page."""
    return FileResponse(_FOLDER / "icon.svg", media_type="image/svg+xml")


class PageFiles(StaticFiles):
    """The files, which a browser need never ask for again."""

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """A file with its headers."""
        response = super().file_response(*arguments, **options)
        response.headers["cache-control"] = _FOREVER
        return response
