"""The service wired together and run."""

import asyncio
import errno
import logging
import signal
import socket
import sys

import uvicorn

from hrqa.errors import HrqaError, PortInUseError
from hrqa.settings import Settings
from hrqa.wiring import check_model, open_searcher
from hrqa_api.app import create_app
from hrqa_api.engine import Engine

_GRACE_SECONDS = 10


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop; requests that run are finished first.

    Raises:
        IndexStoreError: There is no index that could answer.
        PortInUseError: Another program has the address.
    """
    check_model(settings)
    engine = Engine(
        lambda: open_searcher(settings),
        corpus=settings.corpus,
        concurrency=settings.concurrency,
        queue=settings.queue,
    )
    listener = _bind(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    log = logging.getLogger("hrqa_api")
    log.setLevel(logging.INFO)
    log.info("serving on http://%s:%d", host, port)
    config = uvicorn.Config(
        create_app(engine),
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
    )
    # uvicorn raises the signal that stopped it once more when all is finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with listener:
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(host, port) from error
        raise HrqaError(f"{host}:{port} cannot be used: {error.strerror or error}") from error
    return listener
