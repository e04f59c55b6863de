"""The service wired together and run, in one process or several."""

import asyncio
import contextlib
import errno
import functools
import ipaddress
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from hrqa.errors import HrqaError, PortInUseError, SettingsError
from hrqa.keys import KeyRing, Scope, read_keys
from hrqa.settings import Settings
from hrqa.wiring import SearcherFactory, check_model
from hrqa_api.logs import set_up_log

_GRACE_SECONDS = 10
_BACKLOG = 2048
_START_SECONDS = 60
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which several workers keep their figures; read by prometheus_client."""

_LOG = logging.getLogger("hrqa_api")


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop; requests that run are finished first.

    Raises:
        IndexStoreError: There is no index that could answer.
        KeyFileError: The file of keys is damaged.
        PortInUseError: Another program has the address.
        SettingsError: The settings would open the service to others without keys.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until a worker can look for a new index
    check_model(settings)
    public_scopes(settings)
    check_exposure(settings)
    set_up_log(settings.log_format)
    listener = _bind(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    _LOG.info("serving on http://%s:%d", shown, port)
    with listener, _figures_shared(settings):
        if settings.service_workers == 1:
            _serve_alone(settings, listener)
        else:
            _serve_together(settings, listener)


def public_scopes(settings: Settings) -> frozenset[Scope]:
    """The scopes that the settings open to everyone.

    Raises:
        SettingsError: One is unknown.
    """
    names = [name.strip() for name in settings.public.split(",") if name.strip()]
    known = {scope.value for scope in Scope}
    for name in names:
        if name not in known:
            raise SettingsError(
                f"setting 'public': there is no scope {name!r}, but {', '.join(sorted(known))}"
            )
    if Scope.ADMIN in names:
        raise SettingsError("setting 'public': the scope admin cannot be open to everyone")
    return frozenset(Scope(name) for name in names)


def check_exposure(settings: Settings) -> None:
    """Refuse to listen to other machines without keys.

    Raises:
        SettingsError: There are no keys, and the address is not this machine's own.
        KeyFileError: The file of keys is damaged.
    """
    if settings.keys.exists():
        read_keys(settings.keys)
        return
    if "keys" in settings.model_fields_set:
        raise SettingsError(
            f"{settings.keys}: there is no file of keys here; make a key with `hrqa keys create`"
        )
    if not _is_loopback(settings.host):
        raise SettingsError(
            f"{settings.host} can be reached from other machines, and no keys are needed yet: "
            "everyone could ask. Make a key first with `hrqa keys create NAME`, and open scopes "
            "to everyone, if you wish, with HRQA_PUBLIC=search,documents"
        )


def make_app(settings: Settings) -> FastAPI:
    """The application of a worker, with its share of the limits."""
    from hrqa_api.app import create_app

    set_up_log(settings.log_format)
    return create_app(
        lambda: SearcherFactory(settings).open,
        settings,
        ring=KeyRing(settings.keys) if settings.keys.exists() else None,
        public=public_scopes(settings),
    )


def _serve_alone(settings: Settings, listener: socket.socket) -> None:
    # uvicorn raises the signal that stopped it once more when all is finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    server = uvicorn.Server(_config(settings))
    asyncio.run(server.serve(sockets=[listener]))


def _serve_together(settings: Settings, listener: socket.socket) -> None:
    workers = settings.service_workers
    share = settings.model_copy(
        update={
            "concurrency": max(1, settings.concurrency // workers),
            "queue": max(1, settings.queue // workers) if settings.queue else 0,
        }
    )
    listener.listen(_BACKLOG)
    _Workers(_config(share), [listener]).run()


class _Workers(Multiprocess):
    """Processes that are replaced when they end; SIGHUP makes each look for a new index."""

    def init_processes(self) -> None:
        super().init_processes()
        self._let_go_of_their_ends()

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        self._let_go_of_their_ends()

    def _let_go_of_their_ends(self) -> None:
        """Keep no copy of the workers' ends: that one has died would show only after a time."""
        for process in self.processes:
            process.child_conn.close()

    def handle_hup(self) -> None:
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)


def _config(settings: Settings) -> uvicorn.Config:
    from hrqa_api.protocol import ProblemProtocol

    trusted = [name.strip() for name in settings.trusted_proxies.split(",") if name.strip()]
    return uvicorn.Config(
        functools.partial(make_app, settings),
        factory=True,
        http=ProblemProtocol,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        workers=settings.service_workers,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_START_SECONDS,
        server_header=False,
    )


@contextlib.contextmanager
def _figures_shared(settings: Settings) -> Iterator[None]:
    """A folder in which several workers keep their figures, so that each can tell those of all."""
    if settings.service_workers == 1:
        os.environ.pop(SHARED_FOLDER, None)
        yield
        return
    with tempfile.TemporaryDirectory(prefix="hrqa-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        yield


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
