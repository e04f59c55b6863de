"""Tests that interrupted work is taken up again, by real processes that are stopped half-way."""

import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hrqa.embedding.encoder import Encoder

from .test_reading_limits import pdf_of
from .tools import (
    HRQA,
    POLL_SECONDS,
    READY_SECONDS,
    build,
    clean_environment,
    copy,
    generation,
    hrqa,
    one_model,
    pointer,
    snapshot,
)

ENDING_SECONDS = 20.0
NUMBER = 8
KEPT = (
    "hrqa: stopped; what was read and embedded is kept, and the next `hrqa index` goes on from "
    "there"
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some documents of two bundles of texts each."""
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(NUMBER):
        (folder / f"{number}.txt").write_text(f"Boat {number} has {number + 20} seats.\n")
    return folder


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """The index that an uninterrupted run gives."""
    index = tmp_path_factory.mktemp("whole") / "index"
    with one_model(encoder):
        build(corpus, index)
    return index


@contextlib.contextmanager
def indexing(corpus: Path, index: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run `hrqa index` as a process of its own, which is ended at the latest with the test."""
    process = subprocess.Popen(
        [HRQA, "index", "--corpus", corpus, "--index", index],
        env=clean_environment(HRQA_WORKERS="2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # In the background a shell has it ignored, which a process would inherit.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stop(process: "subprocess.Popen[str]", how: signal.Signals, when: Callable[[], bool]) -> str:
    """Stop a process as soon as something is so; what it said."""
    deadline = time.monotonic() + READY_SECONDS
    while not when():
        assert process.poll() is None, "it came to its end"
        assert time.monotonic() < deadline, "it did not get so far"
        time.sleep(POLL_SECONDS / 10)
    process.send_signal(how)
    return process.communicate(timeout=ENDING_SECONDS)[1]


def readers_of(process: "subprocess.Popen[str]") -> list[str]:
    """The processes that read documents for a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = path.read_bytes().split(b"\0")
            if b"hrqa.reading_worker" in command and str(process.pid).encode() in command:
                found.append(path.parent.name)
    return found


def read_documents(index: Path) -> int:
    """How many documents wait in the work area of an index."""
    return len(list((index / "work").glob("*.texts")))


def vectors_are_kept(index: Path) -> Callable[[], bool]:
    """Whether the work area holds more than it did when all documents were read."""
    log = index / "work" / "vectors.sqlite-wal"
    before: list[int] = []

    def kept() -> bool:
        if read_documents(index) < NUMBER or not log.exists():
            return False
        before.append(log.stat().st_size)
        return before[-1] > before[0]

    return kept


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two indexes are the same but for the time at which they were built."""
    names = set(pointer(one)["files"]) - {"meta.json"}
    assert names == set(pointer(other)["files"]) - {"meta.json"}
    return all(
        (generation(one) / name).read_bytes() == (generation(other) / name).read_bytes()
        for name in names
    )


@pytest.fixture(scope="module")
def interrupted(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder that a run left which was killed while it embedded; not to be changed."""
    index = tmp_path_factory.mktemp("interrupted") / "index"
    with indexing(corpus, index) as process:
        stop(process, signal.SIGKILL, vectors_are_kept(index))
    return index


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_stopped_while_it_reads_is_taken_up(
    how: signal.Signals, tiny_corpus: Path, tiny_index: Path
) -> None:
    """What was read is not read again; the index stands, and no process outlives the run."""
    (tiny_corpus / "endless.pdf").write_bytes(pdf_of(15_000))
    for name in ("rain.txt", "iron.txt"):
        (tiny_corpus / name).write_text(f"A new text of {name}.\n")
    before = snapshot(tiny_index)

    with indexing(tiny_corpus, tiny_index) as process:
        said = stop(process, how, lambda: read_documents(tiny_index) == 2)
        deadline = time.monotonic() + ENDING_SECONDS
        while readers_of(process) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        left = readers_of(process)
    after = snapshot(tiny_index)
    (tiny_corpus / "endless.pdf").unlink()
    report = build(tiny_corpus, tiny_index)

    assert left == []
    assert after == before
    assert said.splitlines()[-1:] == ([KEPT] if how == signal.SIGINT else said.splitlines()[-1:])
    assert "Traceback" not in said
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert (report.read, report.resumed) == ((), ("iron.txt", "rain.txt"))


def test_a_run_killed_while_it_embeds_is_taken_up(
    corpus: Path, interrupted: Path, whole: Path, tmp_path: Path
) -> None:
    """Nothing is read or embedded twice, and the index is that of an uninterrupted run."""
    index = copy(interrupted, tmp_path / "index")
    outcome = hrqa("index", "--corpus", corpus, "--index", index, "--format", "json")
    summary: dict[str, Any] = json.loads(outcome.out)

    assert not (interrupted / "current.json").exists()
    assert outcome.code == 0
    assert (summary["read"], len(summary["resumed"])) == ([], NUMBER)
    assert summary["texts"]["resumed"] > 0
    assert summary["texts"]["embedded"] + summary["texts"]["resumed"] == 2 * NUMBER
    assert same_bytes(index, whole)
    assert not (index / "work").exists()


def test_ctrl_c_while_it_embeds_is_one_sentence(corpus: Path, whole: Path, tmp_path: Path) -> None:
    """Work is kept as when it is killed, and a person is told so."""
    index = tmp_path / "index"
    with indexing(corpus, index) as process:
        said = stop(process, signal.SIGINT, vectors_are_kept(index))
    report = build(corpus, index)

    assert process.returncode == 130
    assert said.splitlines()[-1] == KEPT
    assert "Traceback" not in said
    assert report.resumed_texts > 0
    assert same_bytes(index, whole)


def flip(path: Path, chance: random.Random) -> None:
    """Change a hundredth of a file's bytes, at least one."""
    data = bytearray(path.read_bytes())
    for _ in range(1 + len(data) // 100):
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_work_area_is_not_trusted(
    seed: int, corpus: Path, interrupted: Path, whole: Path, tmp_path: Path
) -> None:
    """Documents and vectors whose bytes have changed are made again."""
    index = copy(interrupted, tmp_path / "index")
    for path in sorted((index / "work").iterdir()):
        if path.is_file():
            flip(path, random.Random(f"{seed} {path.name}"))

    report = build(corpus, index)

    assert report.resumed == ()
    assert len(report.read) == NUMBER
    assert same_bytes(index, whole)


def test_vectors_of_another_bundle_are_not_trusted(
    corpus: Path, interrupted: Path, whole: Path, tmp_path: Path
) -> None:
    """A row that was moved to another place, or cut otherwise, does not prove itself."""
    index = copy(interrupted, tmp_path / "index")
    connection = sqlite3.connect(index / "work" / "vectors.sqlite")
    connection.execute("UPDATE bundles SET rows = rows * 2, checksum = checksum")
    connection.commit()
    connection.close()

    report = build(corpus, index)

    assert (report.resumed_texts, len(report.resumed)) == (0, NUMBER)
    assert same_bytes(index, whole)


def test_unfinished_documents_are_swept_up(corpus: Path, interrupted: Path, tmp_path: Path) -> None:
    """What a killed reader was writing, and its temporary files, go with the next run."""
    index = copy(interrupted, tmp_path / "index")
    (index / "work" / f"{'0' * 32}.part").write_bytes(b"SQLite format 3\0")
    (index / "work" / "scratch" / "abc").mkdir(parents=True)

    report = build(corpus, index)

    assert len(report.resumed) == NUMBER
    assert not (index / "work").exists()


def test_rebuilding_takes_up_only_its_own_work(
    corpus: Path, interrupted: Path, tmp_path: Path
) -> None:
    """With --rebuild everything is read and embedded anew, whatever an earlier run had done."""
    index = copy(interrupted, tmp_path / "index")

    report = build(corpus, index, rebuild=True)

    assert (len(report.read), report.resumed, report.resumed_texts) == (NUMBER, (), 0)
