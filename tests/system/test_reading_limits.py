"""Tests of what one document may take: it fails alone, by name and setting, and leaves nothing."""

import contextlib
import json
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import damaged
from .tools import hrqa

GOOD = {
    "a first.txt": "The heron waits in shallow water.\n",
    "between.md": "# Boats\n\nForty boats cross the river.\n",
    "z last.txt": "Rain fell on nineteen days.\n",
}
LINES = b"(The ferry leaves at six in the morning for the pier.) Tj T* " * 28
FULL_PAGE = b"BT /F 6 Tf 8 TL 5 230 Td " + LINES + b" ET"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that belongs to the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of good documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text)
    return folder


def pdf_of(pages: int, content: bytes = FULL_PAGE) -> bytes:
    """A PDF file of so many equal pages."""
    page = (
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 240 240] /Contents 4 0 R "
        "/Resources <</Font <</F 5 0 R>>>>>>"
    )
    stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)
    kids = " ".join(f"{number} 0 R" for number in range(6, 6 + pages))
    return damaged.one_page(stream, tree=f"/Kids [{kids}] /Count {pages}", more=[page] * pages)


def children() -> list[tuple[int, str, str]]:
    """Id, state and command of each process that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid():
                command = (stat.parent / "cmdline").read_bytes().decode()
                found.append((int(stat.parent.name), state, command))
    return found


def index_all_but(*bad: str, corpus: Path, temporary: Path) -> list[str]:
    """Index a corpus with bad documents, and check that they alone fail; the reasons."""
    index = corpus.parent / "index"
    outcome = hrqa("index", "--corpus", corpus, "--index", index, "--format", "json")
    summary: dict[str, Any] = json.loads(outcome.out)
    listed = json.loads(hrqa("documents", "--index", index, "--format", "json").out)

    assert outcome.code == 1
    assert [failed["file"] for failed in summary["failed"]] == sorted(bad)
    assert [document["file"] for document in listed["documents"]] == sorted(GOOD)
    assert [line for line in outcome.said if line.startswith("failed: ")] == [
        f"failed: {failed['file']}: {failed['reason']}" for failed in summary["failed"]
    ]
    assert not [child for child in children() if child[1] == "Z" or "reading_worker" in child[2]]
    assert not (index / "work").exists()
    assert list(temporary.iterdir()) == []
    return [failed["reason"] for failed in summary["failed"]]


def test_a_document_that_takes_too_long_fails_alone(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process is ended when the seconds of HRQA_MAX_SECONDS are over."""
    monkeypatch.setenv("HRQA_MAX_SECONDS", "5")
    (corpus / "endless.pdf").write_bytes(pdf_of(15_000))

    (reason,) = index_all_but("endless.pdf", corpus=corpus, temporary=temporary)

    assert reason == (
        "reading it takes longer than 5 seconds (HRQA_MAX_SECONDS); allow it more time, "
        "or name it in .hrqaignore"
    )


def test_a_scan_may_take_longer_but_not_for_ever(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recognising text in images has a limit of its own, HRQA_MAX_OCR_SECONDS."""
    pytest.importorskip("pytesseract")
    if not any((Path(folder) / "tesseract").exists() for folder in os.get_exec_path()):
        pytest.skip("tesseract is not installed")
    monkeypatch.setenv("HRQA_MAX_SECONDS", "2")
    monkeypatch.setenv("HRQA_MAX_OCR_SECONDS", "0.1")
    picture = b"q 200 0 0 200 20 20 cm BI /W 2 /H 1 /BPC 8 /CS /RGB ID \xff\0\0\0\xff\0 EI Q"
    (corpus / "pictures.pdf").write_bytes(pdf_of(2000, picture))

    (reason,) = index_all_but("pictures.pdf", corpus=corpus, temporary=temporary)

    assert "0.1 seconds (HRQA_MAX_OCR_SECONDS)" in reason


def test_documents_that_take_too_much_memory_fail_alone(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They get no more memory than HRQA_MAX_MEMORY_MB, whatever the machine has."""
    monkeypatch.setenv("HRQA_MAX_MEMORY_MB", "300")
    (corpus / "long.txt").write_bytes(b"The ferry leaves at six. " * 8_000_000)
    (corpus / "spaces.pdf").write_bytes(damaged.HARMFUL[".pdf"]["a stream that unpacks to 4 GB"]())

    reasons = index_all_but("long.txt", "spaces.pdf", corpus=corpus, temporary=temporary)

    assert set(reasons) == {
        "reading it takes more than 300 MB of memory (HRQA_MAX_MEMORY_MB); allow it more, "
        "or split the document"
    }


def test_documents_that_are_too_large_fail_alone(
    corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reasons say how many pages, or how much, there is and what allows it."""
    monkeypatch.setenv("HRQA_MAX_PAGES", "6")
    monkeypatch.setenv("HRQA_MAX_EXPANDED_MB", "10")
    (corpus / "bomb.docx").write_bytes(
        damaged.HARMFUL[".docx"]["a document that unpacks to 300 MB"]()
    )
    (corpus / "long.html").write_bytes(b"<p>The ferry leaves at six. " * 500_000)
    (corpus / "long.pdf").write_bytes(pdf_of(1) + b"%" * 11_000_000)
    (corpus / "long.txt").write_bytes(b"The ferry leaves at six. " * 500_000)
    (corpus / "thick.pdf").write_bytes(pdf_of(7))

    *large, thick = index_all_but(
        *("bomb.docx", "long.html", "long.pdf", "long.txt", "thick.pdf"),
        corpus=corpus,
        temporary=temporary,
    )

    assert thick == (
        "it has 7 pages, more than the 6 that a document may have; raise HRQA_MAX_PAGES to read it"
    )
    assert large[1] == (
        "it holds 14 MB, more than the 10 MB that a document may expand to; "
        "raise HRQA_MAX_EXPANDED_MB to read it"
    )
    assert all(reason.endswith(large[1].partition(",")[2]) for reason in large)


@contextlib.contextmanager
def killing_readers_of(path: Path) -> Iterator[list[int]]:
    """Kill each process that this one started and that has a file open; ids of those killed."""
    killed: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            for process, _, command in children():
                with contextlib.suppress(OSError):
                    held = [fd.readlink() for fd in Path(f"/proc/{process}/fd").iterdir()]
                    if "reading_worker" in command and path in held:
                        os.kill(process, signal.SIGKILL)
                        killed.append(process)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_process_killed_from_outside_costs_one_document(
    workers: str, corpus: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are read by processes that take its place; the reason blames no file."""
    monkeypatch.setenv("HRQA_WORKERS", workers)
    (corpus / "hunted.pdf").write_bytes(pdf_of(15_000))

    with killing_readers_of(corpus / "hunted.pdf") as killed:
        (reason,) = index_all_but("hunted.pdf", corpus=corpus, temporary=temporary)

    assert killed
    assert reason == (
        "the process that read it was killed from outside, perhaps since the machine ran out of "
        "memory; run again, perhaps with fewer processes (HRQA_WORKERS)"
    )


def test_readers_fetch_nothing(corpus: Path, tmp_path: Path) -> None:
    """Pictures, styles, frames, entities and templates of other machines are not asked for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        other = f"http://127.0.0.1:{server.getsockname()[1]}"
        head = (
            f'<base href="{other}/"><link rel="stylesheet" href="{other}/a.css">'
            f'<script src="{other}/a.js"></script>'
        )
        (corpus / "page.html").write_bytes(
            damaged.html(f'<img src="{other}/a.png"><iframe src="{other}/b"></iframe>', head=head)
        )
        (corpus / "entity.xhtml").write_text(
            f'<!DOCTYPE html [<!ENTITY far SYSTEM "{other}/far">]>'
            '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>The ferry is near.</p></body>'
            "</html>"
        )
        (corpus / "letter.docx").write_bytes(
            damaged.docx(head=f'<!DOCTYPE d SYSTEM "{other}/letter.dtd">')
        )
        (corpus / "picture.md").write_text(f"The ferry is far.\n\n![a]({other}/a.png)\n")
        outcome = hrqa("index", "--corpus", corpus, "--index", tmp_path / "index")

        assert outcome.code == 0, outcome.err
        with pytest.raises(BlockingIOError):
            server.accept()
