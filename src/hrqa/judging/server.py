"""The judge's page served to this machine alone."""

import errno
import hmac
import importlib.resources
import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from hrqa.errors import PortInUseError
from hrqa.evaluation.judgements import Degree, JudgementError
from hrqa.judging.page import done_text, finished_page, question_page
from hrqa.judging.work import Work

_HOST = "127.0.0.1"
_NAMES = (_HOST, "localhost")
_TYPES = {"judge.css": "text/css; charset=utf-8", "judge.js": "text/javascript; charset=utf-8"}
_HTML, _PLAIN = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_LONGEST_BODY = 10_000
_WAIT_SECONDS = 30
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class JudgingServer(ThreadingHTTPServer):
    """Serves a judge's work on this machine, below an address that only the judge is told.

    Attributes:
        work: What there is to judge.
        root: Path of all its pages: a random token between slashes.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, work: Work, *, port: int) -> None:
        """Listen.

        Args:
            work: What there is to judge.
            port: Where; 0 for any that is free.

        Raises:
            PortInUseError: Another program listens there.
        """
        self.work = work
        self.root = f"/{secrets.token_urlsafe(24)}/"
        self.files: Mapping[str, bytes] = {
            name: (importlib.resources.files("hrqa.judging") / "static" / name).read_bytes()
            for name in _TYPES
        }
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortInUseError(_HOST, port) from error
            raise

    @property
    def address(self) -> str:
        """Where the judge finds the page."""
        return f"http://{_HOST}:{self.server_port}{self.root}"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser on this machine calls it; a page from elsewhere has another name."""
        return frozenset(f"{name}:{self.server_port}" for name in _NAMES)


class _Handler(BaseHTTPRequestHandler):
    server: JudgingServer
    server_version, sys_version = "hrqa", ""
    timeout = _WAIT_SECONDS

    def do_GET(self) -> None:
        path = self._path()
        if path is None:
            return
        work, root = self.server.work, self.server.root
        if path in self.server.files:
            self._send(HTTPStatus.OK, self.server.files[path], _TYPES[path])
        elif path == "":
            place = work.next_place()
            if place is None:
                self._send(HTTPStatus.OK, finished_page(work, root).encode(), _HTML)
            else:
                self._go_to(f"{root}question/{place + 1}")
        elif (place := self._place(path)) is not None:
            self._send(HTTPStatus.OK, question_page(work, place, root).encode(), _HTML)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        path = self._path()
        if path is None:
            return
        origin = self.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN, "only this page may judge")
            return
        place = self._place(path)
        if place is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such question")
            return
        fields = self._fields()
        if fields is None:
            return
        pool = self.server.work.pools[place]
        passage, said = fields.get("passage", ""), fields.get("judgement", "")
        if passage not in {each.passage.id for each in pool.passages} or said not in tuple(Degree):
            self._refuse(HTTPStatus.BAD_REQUEST, "name a passage of the question and a judgement")
            return
        try:
            self.server.work.judge_passage(pool.question.id, passage, Degree(said))
        except JudgementError as error:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
            return
        if "application/json" in self.headers.get("Accept", ""):
            value = {"done": done_text(self.server.work.done())}
            self._send(HTTPStatus.OK, json.dumps(value).encode(), "application/json")
        else:
            self._go_to(f"{self.server.root}{path}")

    def _path(self) -> str | None:
        """The path below the token; None where the request is refused, which is then done."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, f"use {_HOST} as the terminal prints it")
            return None
        path, root = self.path.partition("?")[0], self.server.root
        if not hmac.compare_digest(path[: len(root)].encode("utf-8", "replace"), root.encode()):
            self._refuse(HTTPStatus.NOT_FOUND, "use the whole address that the terminal prints")
            return None
        return path[len(root) :]

    def _place(self, path: str) -> int | None:
        number = path.removeprefix("question/")
        if number == path or not (number.isascii() and number.isdigit() and len(number) < 9):
            return None
        place = int(number) - 1
        return place if 0 <= place < len(self.server.work.pools) else None

    def _fields(self) -> dict[str, str] | None:
        """The form that was sent; None where it is refused, which is then done."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 9):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "say how long the form is")
            return None
        if int(length) > _LONGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the form is too long")
            return None
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        try:
            return {name: values[0] for name, values in parse_qs(body, max_num_fields=10).items()}
        except ValueError:
            self._refuse(HTTPStatus.BAD_REQUEST, "the form has too many fields")
            return None

    def _go_to(self, path: str) -> None:
        self._send(HTTPStatus.SEE_OTHER, b"", _PLAIN, {"Location": path})

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._send(status, f"{why}\n".encode(), _PLAIN)

    def _send(
        self, status: HTTPStatus, body: bytes, kind: str, more: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        headers = {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**headers, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: addresses hold the token."""
