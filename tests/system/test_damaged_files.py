"""Tests that damaged and harmful files are named with their reason or read, and spoil nothing."""

import json
import random
import resource
import subprocess
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from hrqa.readers.formats import READABLE_SUFFIXES

from . import damaged
from .tools import HRQA, Outcome, clean_environment, hrqa

LIMITS = {
    "HRQA_MAX_SECONDS": "10",
    "HRQA_MAX_MEMORY_MB": "700",
    "HRQA_MAX_PAGES": "1000",
    "HRQA_MAX_EXPANDED_MB": "100",
}
QUICK_HARM = (
    (".pdf", "pages that are their own parent"),
    (".pdf", "a million times the same page"),
    (".pdf", "a form that draws itself"),
    (".pdf", "an outline that is its own next"),
    (".pdf", "encrypted with AES"),
    (".pdf", "locked, without a password"),
    (".docx", "a document that unpacks to 300 MB"),
    (".docx", "laughter"),
    (".docx", "an encrypted office file"),
    (".pptx", "5,000 groups in groups"),
    (".pptx", "laughter"),
    (".html", "100,000 levels of boxes"),
    (".html", "laughter"),
    (".txt", "nothing but zeros"),
    (".txt", "bytes at random"),
    (".md", "50,000 levels of quotation"),
)
FORMATS = tuple(suffix for suffix in damaged.WHOLE if suffix in READABLE_SUFFIXES)
Named = tuple[str, bytes]


def random_damage() -> Iterator[Named]:
    """Files without end, format after format and damage after damage, from whole ones."""
    whole = {suffix: damaged.WHOLE[suffix]() for suffix in FORMATS}
    for number in count():
        chance = random.Random(number)
        damage = damaged.AT_RANDOM[number % len(damaged.AT_RANDOM)]
        for suffix in FORMATS:
            name = f"random/{damage.__name__} {number:02}{suffix}"
            yield name, damage(whole[suffix], chance)


def false_names() -> Iterator[Named]:
    """The content of every format under the extension of every other."""
    for content in FORMATS:
        for suffix in FORMATS:
            if content != suffix:
                yield f"false/{content[1:]} that is none{suffix}", damaged.WHOLE[content]()


def emptied() -> Iterator[Named]:
    """Files of no bytes; all but the first are copies of it."""
    for suffix in FORMATS:
        yield f"emptied/file{suffix}", b""


def harmful() -> Iterator[Named]:
    """Files that were made to do harm."""
    for suffix in FORMATS:
        for name, make in damaged.HARMFUL.get(suffix, {}).items():
            yield f"harmful/{name}{suffix}", make()


def whole() -> Iterator[Named]:
    """One file of every format as it should be."""
    for suffix in FORMATS:
        yield f"whole/boats{suffix}", damaged.WHOLE[suffix]()


def write(folder: Path, files: Iterator[Named] | list[Named]) -> set[str]:
    """Write files under a folder; their relative paths."""
    names = set()
    for name, data in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        names.add(name)
    return names


def check_all_accounted_for(outcome: Outcome, index: Path, files: set[str]) -> set[str]:
    """Check that every file is a document, the same as one, or failed; those that failed.

    Failures have a reason of one readable line.
    """
    assert not outcome.crashed
    assert outcome.code == 1
    summary = json.loads(outcome.out)
    listed = hrqa("documents", "--format", "json", "--index", index)
    documents = json.loads(listed.out)["documents"]
    failed = {item["file"] for item in summary["failed"]}
    indexed = {item["file"] for item in documents}
    same = {
        item["file"] for item in summary["same_content"] if item["document"] in indexed | failed
    }
    reasons = [item["reason"] for item in summary["failed"]]
    reasons += [page["reason"] for item in summary["partial"] for page in item["pages"]]
    assert indexed.isdisjoint(failed)
    assert indexed | failed | same == files
    assert all(reason.isprintable() and 10 < len(reason) < 400 for reason in reasons)
    return failed


def test_damaged_files_spoil_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some sixty files each is read or named with its reason, and the whole ones are found."""
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    corpus, index = tmp_path / "documents", tmp_path / "index"
    harm = [
        (f"harmful/{name}{suffix}", damaged.HARMFUL[suffix][name]())
        for suffix, name in QUICK_HARM
        if suffix in FORMATS
    ]
    files = write(corpus, harm)
    files |= write(corpus, list(islice(random_damage(), 5 * len(FORMATS))))
    files |= write(corpus, list(false_names())[::6])
    files |= write(corpus, emptied())
    sound = write(corpus, whole())
    outcome = hrqa("index", "--corpus", corpus, "--index", index, "--format", "json")
    failed = check_all_accounted_for(outcome, index, files | sound)
    verified = hrqa("verify", "--index", index, "--corpus", corpus)

    assert not sound & failed
    assert {file for file in failed if file.startswith("emptied/")}
    assert verified.code == 0, verified.err


@pytest.mark.long
def test_three_hundred_damaged_files(tmp_path: Path) -> None:
    """The same for 300 files and a process of its own, within bounds of memory."""
    corpus, index = tmp_path / "documents", tmp_path / "index"
    files = write(corpus, harmful()) | write(corpus, false_names()) | write(corpus, emptied())
    files |= write(corpus, islice(random_damage(), 300 - len(files)))
    sound = write(corpus, whole())
    done = subprocess.run(
        [HRQA, "index", "--corpus", corpus, "--index", index, "--format", "json"],
        cwd=tmp_path,
        env=clean_environment(**LIMITS),
        capture_output=True,
        text=True,
        check=False,
    )
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    failed = check_all_accounted_for(outcome, index, files | sound)
    verified = hrqa("verify", "--index", index, "--corpus", corpus)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024

    assert len(files) == 300
    assert not sound & failed
    assert verified.code == 0, verified.err
    assert megabytes < 2500
