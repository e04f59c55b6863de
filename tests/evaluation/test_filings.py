"""The evaluation on filings finds evidence pages, and says what it cannot do."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "eval" / "filings.py"
PAGE = "#set page(width: 300pt, height: 300pt)\n"
HERON = f"""#set document(title: "Heron annual report")
{PAGE}Heron carries passengers over the river, and letters twice a day.
#pagebreak()
#table(columns: 3, [Heron, boats], [2021], [2022], [Ferries owned], [21], [23], [Rafts], [4], [5])
#pagebreak()
The directors of Heron met in the town hall and elected a new chairman."""
OTTER = f"""#set document(title: "Otter annual report")
{PAGE}Otter breeds fish in ponds beside the hills.
#pagebreak()
Otter sold its nets for 12 million to a neighbour."""


def entry(number: int, doc: str, question: str, *page_indices: int) -> str:
    """A line of ``questions.jsonl``."""
    evidence = [{"doc": doc, "page_index": index, "text": ""} for index in page_indices]
    return json.dumps({"id": f"Q{number}", "doc": doc, "question": question, "evidence": evidence})


def run(*options: str | Path) -> subprocess.CompletedProcess[str]:
    """The evaluation in a process of its own."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, options)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def filings(tmp_path: Path, typeset: Callable[..., Path]) -> Path:
    """Two filings with three questions, of which the last has its evidence on a wrong page."""
    folder = tmp_path / "filings"
    folder.mkdir()
    for name, source in (("HERON", HERON), ("OTTER", OTTER)):
        typeset(source, name=f"{name}.pdf").rename(folder / f"{name}.pdf")
    lines = [
        entry(1, "HERON", "How many ferries did Heron own in 2022?", 1),
        entry(2, "OTTER", "For how much did Otter sell its nets?", 0, 1),
        entry(3, "HERON", "Whom did the directors of Heron elect?", 40),
    ]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_folder_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    """One sentence says so, and nothing has failed."""
    done = run("--data", tmp_path / "nowhere")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"skipped: {tmp_path / 'nowhere'} holds no questions.jsonl\n"


def test_evidence_pages_are_found_by_each_system(filings: Path, tmp_path: Path) -> None:
    """Pages count from 0 in the questions; what is missed is shown; a second run embeds nothing."""
    options = ("--data", filings, "--reports", tmp_path / "reports", "--misses")
    first, second = run(*options), run(*options)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    rows = {
        cells[1].strip(): [cell.split(" [")[0].strip() for cell in cells[2:-1]]
        for line in first.stdout.splitlines()
        if line.startswith("| ") and len(cells := line.split("|")) > 7
    }
    assert list(rows) == [
        "system",
        "hrqa",
        "whole pages, BM25",
        "1,000 characters, BM25",
        "1,000 characters, vectors with .4 BM25",
    ]
    assert rows["hrqa"] == rows["whole pages, BM25"] == ["0.67"] * 6
    assert "### Q3" in first.stdout and "### Q1" not in first.stdout
    assert "Evidence on HERON.pdf p. 41; its first passage has rank beyond 50" in first.stdout
    assert "Embedding:" in first.stderr and "Embedding plain text:" in first.stderr
    assert "Embedding" not in second.stderr


@pytest.mark.long
def test_a_filing_that_cannot_be_read_is_named(filings: Path, tmp_path: Path) -> None:
    """Its questions count as missed and the others are asked."""
    (filings / "OTTER.pdf").write_bytes(b"%PDF-1.7 and no more")
    done = run("--data", filings, "--reports", tmp_path / "reports", "--quick")

    assert done.returncode == 0, done.stderr
    assert "not read: OTTER.pdf: the file is broken" in done.stderr
    assert "| hrqa | 0.33" in done.stdout
