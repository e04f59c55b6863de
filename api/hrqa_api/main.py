"""The service wired together and run."""

import asyncio
import errno
import logging
import socket

import uvicorn

from hrqa.embedding.encoder import Encoder, installed_revision
from hrqa.errors import HrqaError, IndexIncompatibleError, PortInUseError
from hrqa.search import Searcher
from hrqa.settings import Settings
from hrqa.store.index import open_index, open_text
from hrqa_api.app import create_app
from hrqa_api.engine import Engine

_GRACE_SECONDS = 10


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop; requests that run are finished first.

    Raises:
        IndexStoreError: There is no index that could answer.
        PortInUseError: Another program has the address.
    """
    check_servable(settings)
    engine = Engine(
        lambda: load_searcher(settings),
        corpus=settings.corpus,
        concurrency=settings.concurrency,
        queue=settings.queue,
    )
    listener = _bind(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("hrqa_api").info("serving on http://%s:%d", host, port)
    config = uvicorn.Config(
        create_app(engine),
        log_level="warning",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
    )
    with listener:
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


def check_servable(settings: Settings) -> None:
    """Find out before anything heavy is loaded whether the index can be served.

    Raises:
        IndexStoreError: It is missing, damaged, or of another model than the settings name.
    """
    text = open_text(settings.index)
    built_with = text.meta.model
    text.close()
    revision = installed_revision(settings.model)
    if revision is not None and built_with != f"{settings.model}@{revision}":
        raise IndexIncompatibleError(
            settings.index, built_with=built_with, loaded=f"{settings.model}@{revision}"
        )


def load_searcher(settings: Settings) -> Searcher:
    """Open the index and load the model."""
    index = open_index(settings.index)
    try:
        encoder = Encoder(settings.model)
        return Searcher(
            index,
            encode_query=encoder.encode_query,
            model=encoder.name,
            candidates=settings.candidates,
        )
    except HrqaError:
        index.close()
        raise


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
