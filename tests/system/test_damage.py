"""Tests that a damaged index is refused in one readable sentence, whatever is damaged."""

import json
import random
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn

from .tools import (
    HRQA,
    READY_SECONDS,
    Outcome,
    clean_environment,
    generation,
    hrqa,
    pointer,
    record_again,
)

FILES = (
    "lexical/data.csc.index.npy",
    "lexical/indices.csc.index.npy",
    "lexical/indptr.csc.index.npy",
    "lexical/params.index.json",
    "lexical/vocab.index.json",
    "meta.json",
    "passages.faiss",
    "query_centres.npy",
    "sentences.faiss",
    "sentences.npy",
    "texts.sqlite",
    "tokens.bin",
    "tokens.npy",
)
ARRAYS = tuple(name for name in FILES if name.endswith(".npy"))


@pytest.fixture(autouse=True)
def no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `hrqa serve` fail where it would begin to serve a damaged index."""

    async def serve(*_: object, **__: object) -> None:
        raise AssertionError("a damaged index is being served")

    monkeypatch.setattr(uvicorn.Server, "serve", serve)


def reading_commands(index: Path, corpus: Path) -> Iterator[tuple[str, Outcome]]:
    """Run each command that reads an index."""
    yield "documents", hrqa("documents", "--index", index)
    yield "search", hrqa("search", "When does the choir sing?", "--index", index)
    yield "verify", hrqa("verify", "--index", index, "--corpus", corpus)
    yield "serve", hrqa("serve", "--port", "0", "--index", index, "--corpus", corpus)


def check_refused(outcome: Outcome, *, naming: str) -> None:
    """Check that a command ended with 1 and one sentence that names a file and what to do."""
    assert (outcome.code, outcome.out) == (1, "")
    assert len(outcome.said) == 1
    assert re.fullmatch(r"hrqa: \S+: [^\n]+`hrqa index[^\n]*", outcome.said[0])
    assert naming in outcome.said[0]


def test_every_file_is_tried(tiny_index: Path) -> None:
    """The tests below damage all the files that an index has."""
    assert tuple(pointer(tiny_index)["files"]) == FILES


@pytest.mark.parametrize("damage", ["shortened", "missing"])
@pytest.mark.parametrize("name", FILES)
def test_an_incomplete_index_is_refused(
    name: str, damage: str, tiny_index: Path, tiny_corpus: Path
) -> None:
    """A file that is cut short or gone is named by every command that reads the index."""
    path = generation(tiny_index) / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])

    for _, outcome in reading_commands(tiny_index, tiny_corpus):
        check_refused(outcome, naming=name)


@pytest.mark.parametrize("name", [name for name in FILES if name not in ARRAYS])
def test_altered_bytes_are_found_and_never_crash(
    name: str, tiny_index: Path, tiny_corpus: Path
) -> None:
    """After a byte is altered `hrqa verify` ends with 1, and `hrqa search` with 0 or 1."""
    path = generation(tiny_index) / name
    whole = path.read_bytes()
    places = random.Random(name).choices(range(len(whole)), k=12)

    for place in sorted({0, 8, 36, *places}):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        path.write_bytes(altered)
        searched = hrqa("search", "When does the choir sing?", "--index", tiny_index)
        verified = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)
        assert not searched.crashed and not verified.crashed, place
        assert (searched.code in (0, 1), verified.code) == (True, 1), place
        assert any(name in line or name.split("/")[0] in line for line in verified.said)


@pytest.mark.parametrize("name", ARRAYS)
def test_an_altered_header_of_an_array_is_refused(
    name: str, tiny_index: Path, tiny_corpus: Path
) -> None:
    """An array whose header cannot be read is a damaged index."""
    replace(generation(tiny_index) / name, b"), }", b",  }")

    searched = hrqa("search", "When does the choir sing?", "--index", tiny_index)
    verified = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)

    for outcome in (searched, verified):
        assert (outcome.code, outcome.crashed) == (1, False)
        assert name.split("/")[0] in outcome.said[0]


def rewrite(path: Path, change: Callable[[Any], None]) -> None:
    """Alter an array in its file, whose size stays."""
    array = np.load(path)
    change(array)
    np.save(path, array)


def replace(path: Path, old: bytes, new: bytes) -> None:
    """Alter bytes of a file, whose size stays."""
    data = path.read_bytes()
    assert old in data and len(old) == len(new)
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param(
            "texts.sqlite",
            lambda path: replace(path, b'"spans":', b'"spams":'),
            id="a passage's record lacks a field",
        ),
        pytest.param(
            "texts.sqlite",
            lambda path: replace(path, b'{"blocks":', b'["blocks":'),
            id="a page's layout is no JSON",
        ),
        pytest.param(
            "texts.sqlite",
            lambda path: replace(path, b'"bibliography":', b'"bibliogravhy":'),
            id="a document's record lacks a field",
        ),
        pytest.param(
            "texts.sqlite",
            lambda path: replace(path, b"Sunday", b"S\xff\xff\xff\xff\xff"),
            id="a text is no UTF-8",
        ),
        pytest.param(
            "lexical/params.index.json",
            lambda path: replace(path, b'"k1"', b'"k7"'),
            id="BM25 has an unknown setting",
        ),
        pytest.param(
            "lexical/indices.csc.index.npy",
            lambda path: rewrite(path, lambda array: array.fill(9999)),
            id="BM25 counts for passages that do not exist",
        ),
        pytest.param(
            "sentences.npy",
            lambda path: rewrite(path, lambda array: array.__setitem__((-1, 0), 9999)),
            id="a sentence stands in a passage that does not exist",
        ),
    ],
)
def test_what_only_reading_shows_is_refused_all_the_same(
    name: str, damage: Callable[[Path], None], tiny_index: Path, tiny_corpus: Path
) -> None:
    """Damage within a file of the right size ends a search in one sentence, too."""
    damage(generation(tiny_index) / name)

    searched = hrqa("search", "When does the choir sing?", "--index", tiny_index)
    verified = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)

    for outcome in (searched, verified):
        assert (outcome.code, outcome.crashed) == (1, False)
        assert any(name.split("/")[0] in line for line in outcome.said)


def test_a_damaged_header_asks_for_no_memory(tiny_index: Path, tmp_path: Path) -> None:
    """A vector file that claims billions of numbers is refused for its size, not read."""
    path = generation(tiny_index) / "passages.faiss"
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF  # the fourth byte of the count of numbers
    path.write_bytes(data)

    done = subprocess.run(
        [HRQA, "verify", "--index", tiny_index],
        cwd=tmp_path,
        env=clean_environment(OPENBLAS_NUM_THREADS="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30)),
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )

    assert done.returncode == 1
    assert re.fullmatch(r"hrqa: \S+passages.faiss: [^\n]+\n", done.stderr)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "7", '{"format": 1}', '{"format": 1, "generation": "x"}'),
        '{"format": 1, "generation": "x", "files": []}',
        '{"format": 1, "generation": "x", "files": {"meta.json": 3}}',
        '{"format": 1, "generation": "x", "files": {"meta.json": {"size": 3}}}',
        '{"format": 1, "generation": "gone", "files": {}}',
        '{"format": 1, "generation": "x", "files": {"meta.json": {"size": "?", "sha256": ""}}}',
    ],
)
def test_a_garbled_pointer_is_refused(text: str, tiny_index: Path, tiny_corpus: Path) -> None:
    """`current.json` that says nothing useful is a damaged index, not a crash."""
    (tiny_index / "current.json").write_text(text)

    for _, outcome in reading_commands(tiny_index, tiny_corpus):
        check_refused(outcome, naming=str(tiny_index))


def test_a_pointer_that_is_no_text_is_refused(tiny_index: Path, tiny_corpus: Path) -> None:
    """Bytes that are no UTF-8 in `current.json` are a damaged index."""
    (tiny_index / "current.json").write_bytes(b"\xff\xfe\x00")

    for _, outcome in reading_commands(tiny_index, tiny_corpus):
        check_refused(outcome, naming="current.json")


def test_another_format_is_refused_with_both_versions(tiny_index: Path, tiny_corpus: Path) -> None:
    """The message says which format was found, and which can be read."""
    text = (tiny_index / "current.json").read_text()
    (tiny_index / "current.json").write_text(text.replace('"format": 3', '"format": 4'))

    for _, outcome in reading_commands(tiny_index, tiny_corpus):
        check_refused(outcome, naming="index format 4, but this hrqa reads format 3")


def test_no_index_is_refused(tmp_path: Path, tiny_corpus: Path) -> None:
    """Where nothing was indexed every command says how to do it."""
    for _, outcome in reading_commands(tmp_path / "none", tiny_corpus):
        check_refused(outcome, naming="there is no index here; build one with `hrqa index`")


def test_another_model_is_refused_before_it_is_loaded(
    tiny_index: Path, tiny_corpus: Path, loads: list[str]
) -> None:
    """Search and service name both models; the texts can still be listed and verified."""
    path = generation(tiny_index) / "meta.json"
    meta = json.loads(path.read_text())
    loaded, meta["model"] = meta["model"], "another-model@7"
    path.write_text(json.dumps(meta))
    record_again(tiny_index)

    outcomes = dict(reading_commands(tiny_index, tiny_corpus))

    assert loads == []
    for command in ("search", "serve"):
        check_refused(outcomes[command], naming=f"built with 'another-model@7', but '{loaded}'")
    assert (outcomes["documents"].code, outcomes["verify"].code) == (0, 0)


@pytest.mark.parametrize("name", ["passages.faiss", "sentences.faiss"])
def test_vectors_of_another_index_are_refused(name: str, tiny_index: Path, index: Path) -> None:
    """Whole files that do not belong to the texts are found when the index is opened."""
    (generation(tiny_index) / name).write_bytes((generation(index) / name).read_bytes())
    record_again(tiny_index)

    outcome = hrqa("search", "When does the choir sing?", "--index", tiny_index)

    check_refused(outcome, naming="vectors and texts do not belong together")


def test_a_description_without_its_fields_is_refused(tiny_index: Path, tiny_corpus: Path) -> None:
    """`meta.json` that is JSON but no description is a damaged index."""
    (generation(tiny_index) / "meta.json").write_text('{"id": "1"}')
    record_again(tiny_index)

    for _, outcome in reading_commands(tiny_index, tiny_corpus):
        check_refused(outcome, naming="meta.json")
