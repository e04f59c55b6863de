"""Tests of the commands: exit status, what goes to which stream, settings."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from hrqa.keys import Scope, create_key

from .tools import (
    HRQA,
    READY_SECONDS,
    clean_environment,
    contents,
    copy,
    hrqa,
    ranking,
    run_hrqa,
)

OPTIONS = {
    "index": ["--corpus DIR", "--index DIR", "--strict", "--allow-shrink"],
    "search": ["QUESTION", "--index DIR", "--limit N", "--document ID", "--format {text,json}"],
    "documents": ["--index DIR", "--format {text,json}"],
    "serve": ["--index DIR", "--corpus DIR", "--host H", "--port P"],
    "evaluate": ["--gold FILE", "--index DIR", "--output DIR", "--format {text,json}"],
    "verify": ["--index DIR", "--corpus DIR"],
}
IMPORTS = """\
import sys
from hrqa.keys import Scope, create_key
from hrqa.cli import main
status = main(sys.argv[2:])
print([name for name in sys.argv[1].split(",") if name in sys.modules], file=sys.stderr)
sys.exit(status)
"""


def imported(names: str, *arguments: object, cwd: Path) -> tuple[str, list[str]]:
    """Run a command in a process of its own; its output, and which of some modules it imported."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, names, *map(str, arguments)],
        cwd=cwd,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(done.stderr.splitlines()[-1].replace("'", '"'))


@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_what_callers_rely_on(command: str) -> None:
    """`--help` ends with 0, on standard output, and lists the promised options."""
    outcome = hrqa(command, "--help")

    assert (outcome.code, outcome.err) == (0, "")
    for option in OPTIONS[command]:
        assert option in outcome.out


def test_help_lists_the_commands() -> None:
    """`hrqa --help` names every command and where settings come from."""
    outcome = hrqa("--help")

    assert outcome.code == 0
    assert set(OPTIONS) <= set(outcome.out.replace(",", " ").split())
    assert "hrqa.toml" in outcome.out and "HRQA_" in outcome.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("anser",),
        ("search",),
        ("search", "x", "--limit", "many"),
        ("search", "x", "--format", "xml"),
        ("search", "x", "y"),
        ("documents", "--corpus", "."),
        ("serve", "--port", "http"),
        ("evaluate", "--depth", "deep"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments: tuple[str, ...]) -> None:
    """Usage goes to standard error, nothing to standard output."""
    outcome = hrqa(*arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("usage: hrqa")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("",), "query: the question is empty"),
        ((" \t\n",), "query: the question is empty"),
        (("x" * 2001,), "query: the question has 2001 characters; at most 2000 are taken"),
        (("x", "--limit", "0"), "limit: 0 is not between 1 and 50"),
        (("x", "--limit", "51"), "limit: 51 is not between 1 and 50"),
        (("x", "--document", "birds.md", "--document", "fish"), "no document has the id 'fish'"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_1(
    arguments: tuple[str, ...], reason: str, tiny_index: Path
) -> None:
    """The reason is one sentence on standard error."""
    outcome = hrqa("search", *arguments, "--index", tiny_index)

    assert (outcome.code, outcome.out, len(outcome.said)) == (1, "", 1)
    assert outcome.said[0].startswith("hrqa: ")
    assert reason in outcome.said[0]


def test_the_longest_question_is_answered(tiny_index: Path) -> None:
    """2,000 characters are not too many, and 50 passages may be asked for."""
    outcome = hrqa(
        "search", "choir " * 333 + "xx", "--limit", "50", "--format", "json", "--index", tiny_index
    )

    assert outcome.code == 0
    assert len(json.loads(outcome.out)["results"]) == 4


def test_search_shows_passage_and_citation(tiny_index: Path) -> None:
    """In text form each answer has its rank, its citation and its words."""
    outcome = hrqa("search", "When does the choir sing?", "--limit", "2", "--index", tiny_index)

    assert (outcome.code, outcome.said) == (0, [])
    assert outcome.out.startswith("1. music (n.d.), para. 1\n")
    assert "»The choir sings on the last Sunday of June.«" in outcome.out
    assert "\n2. " in outcome.out and "\n3. " not in outcome.out


def test_search_among_named_documents_only(tiny_index: Path) -> None:
    """`--document` may be repeated; no other document answers."""
    outcome = hrqa(
        *("search", "When does the choir sing?", "--index", tiny_index, "--format", "json"),
        *("--document", "rain.txt", "--document", "iron.txt"),
    )

    found = {r["citation"]["document_id"] for r in json.loads(outcome.out)["results"]}
    assert found == {"iron.txt", "rain.txt"}


def test_search_prints_the_body_of_the_service(
    index: Path, service: httpx.Client, tmp_path: Path
) -> None:
    """`search --format json` prints one JSON document, that of POST /v1/search but for the time.

    It starts neither the service's libraries nor the PDF reader.
    """
    question = "Who pays the boatmen of the delta?"
    out, heavy = imported(
        "fastapi,uvicorn,pypdfium2",
        *("search", question, "--index", index, "--limit", "3", "--format", "json"),
        cwd=tmp_path,
    )

    printed = json.loads(out)
    answered = service.post("/v1/search", json={"query": question, "limit": 3}).json()
    for answer in (printed, answered):
        del answer["took_ms"], answer["request_id"]
    assert printed == answered
    assert heavy == []


def test_documents_prints_the_body_of_the_service(
    index: Path, service: httpx.Client, tmp_path: Path
) -> None:
    """`documents --format json` prints all documents as GET /v1/documents has them."""
    outcome = run_hrqa("documents", "--index", index, "--format", "json", cwd=tmp_path)

    assert (outcome.code, outcome.err) == (0, "")
    assert json.loads(outcome.out) == service.get("/v1/documents").json()


def test_documents_lists_one_a_line(index: Path) -> None:
    """In text form each line begins with an id and tells title, year, pages and passages."""
    counted = {s.document.id: s.passages for s in contents(index)["documents"]}

    outcome = hrqa("documents", "--index", index)

    lines = outcome.out.splitlines()
    assert outcome.code == 0
    assert len(lines) == 8
    assert lines[0] == (
        "cao-bang-2025  Human resource quality in Cao Bang (2025), 2 pages, "
        f"{counted['cao-bang-2025']} passages"
    )
    assert lines[3] == "notes-harvest.txt-f580a2  harvest (n.d.), no pages, 1 passages"


def test_documents_starts_without_the_model(index: Path, tmp_path: Path) -> None:
    """Listing documents imports neither torch nor sentence-transformers."""
    _, heavy = imported(
        "torch,sentence_transformers,transformers", "documents", "--index", index, cwd=tmp_path
    )

    assert heavy == []


def test_documents_starts_without_the_vectors(index: Path, tmp_path: Path) -> None:
    """Listing documents needs no vectors and imports no faiss."""
    _, heavy = imported("faiss,bm25s", "documents", "--index", index, cwd=tmp_path)

    assert heavy == []


def test_index_as_a_process(index: Path, corpus: Path, tmp_path: Path) -> None:
    """One added document is embedded by the real command; results and messages keep apart."""
    documents, grown = copy(corpus, tmp_path / "documents"), copy(index, tmp_path / "grown")
    (documents / "added.txt").write_text("The ferry of the delta is painted green.\n")

    outcome = run_hrqa("index", "--corpus", documents, "--index", grown, cwd=tmp_path)

    held = contents(grown)
    assert outcome.code == 1  # for empty.txt
    passages = len(contents(index)["passages"]) + 1
    assert outcome.out == f"9 documents, {passages} passages (1 read); index {held['id']}\n"
    assert outcome.said[-3:] == [
        "left out: picture.png: hrqa does not read this format; make a searchable PDF of it with "
        "tesseract: tesseract FILE NAME -l eng+vie pdf",
        "same content: notes/z harvest.txt is notes/harvest.txt, indexed once",
        "failed: empty.txt: the file is empty; put the whole file in its place",
    ]
    assert "Embedding" in outcome.err
    assert ranking(grown, "Which colour has the ferry?")[0][0].startswith("added.")


def test_a_missing_index_as_a_process(tmp_path: Path) -> None:
    """The real command ends with 1 and one sentence, and makes no folder."""
    outcome = run_hrqa("search", "Anything?", cwd=tmp_path)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "hrqa: index: there is no index here; build one with `hrqa index`\n"
    assert list(tmp_path.iterdir()) == []


def test_a_question_in_another_encoding_is_no_crash(tiny_index: Path) -> None:
    """Bytes of the command line that are no UTF-8 are answered or refused in one sentence."""
    question = os.fsdecode(b"T\xe0i li\xeau")

    outcome = hrqa("search", question, "--index", tiny_index, "--format", "json")

    assert outcome.code in (0, 1)
    assert not outcome.crashed


def test_a_reader_that_goes_away_is_no_crash(index: Path, tmp_path: Path) -> None:
    """Output into a closed pipe, as after `| head`, leaves nothing on standard error."""
    reading, closed = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [HRQA, "documents", "--index", index, "--format", "json"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=closed,
        stderr=subprocess.PIPE,
        timeout=READY_SECONDS,
        check=False,
    )
    os.close(closed)

    assert (done.returncode, done.stderr) == (1, b"")


def test_a_port_in_use_is_named(index: Path, tmp_path: Path) -> None:
    """`serve` on a port that another program has ends with 1 and names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run_hrqa("serve", "--index", index, "--port", port, cwd=tmp_path)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        f"hrqa: 127.0.0.1:{port} is in use by another program; choose another with `--port`\n"
    )


def test_a_host_that_is_not_here_is_named(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of another machine (TEST-NET-1, RFC 5737) cannot be listened on."""
    create_key(tmp_path / "keys.json", name="a", scopes=frozenset({Scope.SEARCH}), expires=None)
    monkeypatch.setenv("HRQA_KEYS", str(tmp_path / "keys.json"))
    outcome = hrqa("serve", "--index", index, "--host", "192.0.2.1", "--port", "0")

    assert (outcome.code, len(outcome.said)) == (1, 1)
    assert outcome.said[0].startswith("hrqa: 192.0.2.1:0 cannot be used: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_other_machines_are_not_listened_to_without_keys(
    host: str, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says why, and what to do; public scopes do not stand for keys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HRQA_PUBLIC", "search")
    outcome = hrqa("serve", "--index", index, "--host", host, "--port", "0")

    assert (outcome.code, len(outcome.said)) == (1, 1)
    assert outcome.said[0].startswith(f"hrqa: {host} can be reached from other machines")
    assert "`hrqa keys create NAME`" in outcome.said[0]


def test_a_key_file_that_is_named_must_be_there(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong path does not leave the service open, not even to this machine."""
    monkeypatch.setenv("HRQA_KEYS", str(tmp_path / "kyes.json"))
    outcome = hrqa("serve", "--index", index, "--port", "0")

    assert outcome.code == 1
    assert "kyes.json: there is no file of keys here" in outcome.said[0]


@pytest.mark.parametrize("public", ["everything", "search,all", "admin"])
def test_a_scope_that_cannot_be_public_is_named(
    public: str, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown scopes and that of the operator stop the service."""
    monkeypatch.setenv("HRQA_PUBLIC", public)
    outcome = hrqa("serve", "--index", index, "--port", "0")

    assert outcome.code == 1
    assert public.split(",")[-1] in outcome.said[0]


def test_settings_come_from_the_environment(index: Path, tmp_path: Path) -> None:
    """`HRQA_INDEX` names the index where no option does."""
    outcome = run_hrqa("documents", cwd=tmp_path, HRQA_INDEX=str(index))

    assert outcome.code == 0
    assert "delta-schools" in outcome.out


def test_settings_come_from_a_file_in_the_working_folder(index: Path, tmp_path: Path) -> None:
    """`hrqa.toml` names the index where neither option nor environment does."""
    (tmp_path / "hrqa.toml").write_text(f"index = {json.dumps(str(index))}\n")

    outcome = run_hrqa("documents", cwd=tmp_path)

    assert outcome.code == 0
    assert "delta-schools" in outcome.out


def test_options_go_before_environment_before_file(
    tiny_index: Path, index: Path, tmp_path: Path
) -> None:
    """Each source counts only where the one before it says nothing."""
    file = tmp_path / "other.toml"
    file.write_text('index = "from-file"\n')
    by_file = {"HRQA_CONFIG": str(file)}
    by_both = {**by_file, "HRQA_INDEX": str(tiny_index)}

    from_file = run_hrqa("documents", cwd=tmp_path, **by_file)
    from_environment = run_hrqa("documents", cwd=tmp_path, **by_both)
    from_option = run_hrqa("documents", "--index", index, cwd=tmp_path, **by_both)

    assert from_file.err.startswith("hrqa: from-file: there is no index here")
    assert from_environment.out.startswith("birds.md  ")
    assert from_option.out.startswith("cao-bang-2025  ")


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"HRQA_PORT": "eighty"}, "'port'"),
        ({"HRQA_PORT": "65536"}, "'port'"),
        ({"HRQA_PASSAGE_TARGET": "10"}, "'passage_target'"),
        ({"HRQA_PASSAGE_TARGET": "1400", "HRQA_PASSAGE_MAXIMUM": "1300"}, "passage_maximum"),
        ({"HRQA_CONFIG": "nowhere.toml"}, "nowhere.toml: there is no such file"),
        ({"HRQA_CONFIG": "unknown.toml"}, "'colour'"),
        ({"HRQA_CONFIG": "broken.toml"}, "broken.toml: not valid TOML"),
    ],
)
def test_a_bad_setting_is_named(
    variables: dict[str, str],
    reason: str,
    tiny_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence on standard error names the setting or the file; exit 1."""
    monkeypatch.chdir(tmp_path)
    Path("unknown.toml").write_text('colour = "green"\n')
    Path("broken.toml").write_text("port = \n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    outcome = hrqa("documents", "--index", tiny_index)

    assert (outcome.code, outcome.out, len(outcome.said)) == (1, "", 1)
    assert reason in outcome.said[0]


def test_an_unknown_model_is_named(
    tiny_index: Path,
    tiny_corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder that holds no model ends the run with 1 and leaves the index as it was."""
    (tmp_path / "no model").mkdir()
    monkeypatch.setenv("HRQA_MODEL", str(tmp_path / "no model"))
    before = contents(tiny_index)

    indexed = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)
    searched = hrqa("search", "Anything?", "--index", tiny_index)

    for outcome in (indexed, searched):
        assert (outcome.code, outcome.out, outcome.crashed) == (1, "", False)
        assert "no model" in outcome.said[-1]
    monkeypatch.delenv("HRQA_MODEL")
    assert contents(tiny_index) == before
