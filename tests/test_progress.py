"""How far the work is, as a terminal and a log show it."""

import io
import re
from collections.abc import Callable

import pytest

from hrqa import progress
from hrqa.progress import Progress


class Screen(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that lets time pass, in seconds."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def passes(seconds: float) -> None:
        now[0] += seconds

    return passes


def test_a_log_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], clock: Callable[[float], None]
) -> None:
    """Of a thousand steps in 125 seconds, one line for each tenth, the last with what it took."""
    with Progress().stage("Reading", 1000, "document") as step:
        for _ in range(1000):
            clock(0.125)
            step(1, found={"page": 5, "passage": 20})
    written = capsys.readouterr().err
    lines = written.splitlines()

    assert len(lines) == 10
    assert lines[4] == (
        "Reading: 50%, 500 of 1,000 documents, 2,500 pages, 10,000 passages, 40 pages/s, 01:02 left"
    )
    assert lines[-1] == (
        "Reading: 100%, 1,000 of 1,000 documents, 5,000 pages, 20,000 passages, 40 pages/s, "
        "took 02:05"
    )
    assert "\r" not in written


def test_a_long_silence_is_broken(
    capsys: pytest.CaptureFixture[str], clock: Callable[[float], None]
) -> None:
    """A document that takes minutes does not leave a log without a word."""
    with Progress().stage("Reading", 2, "document", weight=100) as step:
        for _ in range(1200):
            clock(0.25)
            step(0)
        step(1, weight=99)
        step(1, weight=1)

    assert len(capsys.readouterr().err.splitlines()) == 6


def test_the_time_left_is_told_by_weight(
    capsys: pytest.CaptureFixture[str], clock: Callable[[float], None]
) -> None:
    """Of two documents the small one is done after 10 seconds; the other is nine times larger."""
    with Progress().stage("Reading", 2, "document", weight=1000) as step:
        clock(10)
        step(1, weight=100, found={"page": 3})
        clock(90)
        step(1, weight=900, found={"page": 27})

    assert capsys.readouterr().err.splitlines() == [
        "Reading: 10%, 1 of 2 documents, 3 pages, 0.3 pages/s, 01:30 left",
        "Reading: 100%, 2 of 2 documents, 30 pages, 0.3 pages/s, took 01:40",
    ]


def test_a_terminal_gets_a_bar_and_ends_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where Ctrl-C ends the stage; messages stand above the bar."""
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)

    with (
        pytest.raises(KeyboardInterrupt),
        Progress().stage("Embedding", 4, "text") as step,
    ):
        step(1)
        Progress().say("Loading the embedding model")
        raise KeyboardInterrupt

    shown = screen.getvalue()
    assert "Loading the embedding model\n" in shown
    assert shown.endswith("\n")
    assert re.search(r"Embedding:  25%\|[█#]+ *\| 1 of 4 texts", shown)


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written."""
    quiet = Progress(quiet=True)
    with quiet.stage("Reading", 1, "document") as step:
        quiet.say("A message")
        step(1)

    assert capsys.readouterr().err == ""
