"""The page served on loopback from this process, and a real browser that opens it."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hrqa.embedding.encoder import Encoder
from hrqa.wiring import open_searcher
from hrqa_api.app import create_app
from system.tools import build, one_model, settings

from .made_corpus import make_corpus

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = (1280, 800)
PHONE = (390, 844)
READY_SECONDS = 60.0
LOCALES = {"en": "en-US", "vi": "vi-VN"}

OpenPage = Callable[..., Page]


class Site:
    """The service with its page, on a free port of loopback.

    Attributes:
        url: Its address, without a slash at its end.
        app: The application.
    """

    def __init__(self, app: FastAPI, *, until_ready: bool = True) -> None:
        """Serve an application, and wait until it can answer unless it is to be met before."""
        self.app = app
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()
        deadline = time.monotonic() + READY_SECONDS
        while until_ready and not app.state.engine.ready:
            assert time.monotonic() < deadline, app.state.engine.failure
            time.sleep(0.05)

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join()


def site_over(index: Path, corpus: Path, encoder: Encoder, **others: object) -> Iterator[Site]:
    """The site over an index, until it is closed."""
    chosen = settings(index, corpus, **others)
    with one_model(encoder):
        site = Site(create_app(lambda: lambda: open_searcher(chosen), chosen))
        yield site
        site.close()


@pytest.fixture(scope="session")
def site(shipped_index: Path, corpus_folder: Path, encoder: Encoder) -> Iterator[Site]:
    """The site over the corpus that ships with hrqa."""
    yield from site_over(shipped_index, corpus_folder, encoder)


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of documents without pages, of documents that mean harm, and of a long file."""
    folder = tmp_path_factory.mktemp("made")
    make_corpus(folder)
    return folder


@pytest.fixture(scope="session")
def made_index(
    tmp_path_factory: pytest.TempPathFactory, made_folder: Path, encoder: Encoder
) -> Path:
    """The index of `made_folder`."""
    folder = tmp_path_factory.mktemp("made-index")
    with one_model(encoder):
        build(made_folder, folder)
    return folder


@pytest.fixture(scope="session")
def made_site(made_index: Path, made_folder: Path, encoder: Encoder) -> Iterator[Site]:
    """The site over `made_folder`."""
    yield from site_over(made_index, made_folder, encoder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs Chromium where it is missing, before an index is built for it."""
    if CHROMIUM is not None:
        return
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """A function that opens a window of the browser; what goes wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_window(
        *,
        language: str = "en",
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        scripts: bool = True,
        tolerant: bool = False,
    ) -> Page:
        """A new window.

        Args:
            language: Of the browser, ``en`` or ``vi``.
            size: Width and height in CSS pixels.
            dark: Whether the reader prefers dark pages.
            scripts: Whether JavaScript runs.
            tolerant: Whether failed requests are part of the test.
        """
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=LOCALES[language],
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            has_touch=size == PHONE,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        if not tolerant:
            page.on(
                "console",
                lambda said: (
                    wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None
                ),
            )
        page.on("request", lambda asked: wrong.extend(_leaving(asked.url)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert wrong == []


def _leaving(url: str) -> list[str]:
    """A request that leaves the host, which the page must never make."""
    own = ("http://127.0.0.1:", "blob:", "data:", "about:")
    return [] if url.startswith(own) else [f"a request leaves the host: {url}"]
