"""The container's description: what hadolint finds, and what it cannot see."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTAINERFILE = ROOT / "Containerfile"
HADOLINT = shutil.which("hadolint", path=Path(sys.executable).parent) or shutil.which("hadolint")


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction of a Containerfile, its lines joined; ``stage`` counts from 1, 0 before."""

    stage: int
    name: str
    rest: str


def _instructions() -> list[Instruction]:
    lines = CONTAINERFILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    found: list[Instruction] = []
    stage = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, rest.strip()))
    return found


def _of_last_stage(name: str) -> list[str]:
    found = _instructions()
    return [one.rest for one in found if one.stage == found[-1].stage and one.name == name]


def _copied_from_the_folder() -> list[str]:
    """What COPY takes from the project's folder, not from another stage."""
    copies = [one.rest.split() for one in _instructions() if one.name == "COPY"]
    return [
        source
        for words in copies
        if not any(word.startswith("--from=") for word in words)
        for source in words[:-1]
        if not source.startswith("--")
    ]


def _is_ignored(path: str) -> bool:
    """Whether .containerignore keeps a path out: the last pattern decides that fits it or a folder
    above it.
    """
    ignored = False
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    for line in (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        bare = pattern.removeprefix("!")
        form = re.escape(bare).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(form, one) for one in above):
            ignored = not pattern.startswith("!")
    return ignored


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing() -> None:
    """Nothing in the Containerfile is against hadolint's rules."""
    assert HADOLINT is not None
    done = subprocess.run([HADOLINT, CONTAINERFILE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_service_is_not_run_by_root() -> None:
    """The last user is a number other than 0, so that a platform can see that it is not root."""
    user = _of_last_stage("USER")[-1]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_health_is_checked_without_another_program() -> None:
    """Readiness is asked for by Python, in the form that needs no shell, and can be evaluated."""
    (check,) = _of_last_stage("HEALTHCHECK")
    command = check.partition("CMD ")[2]
    program, option, code = json.loads(command)
    compile(code, "HEALTHCHECK", "exec")

    assert (program, option) == ("python", "-c")
    assert "/readyz" in code


def test_nothing_comes_from_the_network_but_by_pip_and_apt() -> None:
    """No ADD, which fetches addresses and unpacks archives."""
    assert not [one for one in _instructions() if one.name == "ADD"]


def test_bases_are_pinned_by_version() -> None:
    """Every stage stands on one Python, named down to its patch version and on a slim base."""
    (base,) = [one.rest for one in _instructions() if one.stage == 0]
    stages = [one.rest.split()[0] for one in _instructions() if one.name == "FROM"]

    assert re.fullmatch(r"PYTHON=3\.\d+\.\d+-slim-[a-z]+", base)
    assert set(stages) == {"docker.io/library/python:${PYTHON}"}


def test_torch_is_the_one_of_the_makefile() -> None:
    """The image's PyTorch has the version that `make setup` installs."""
    made = re.search(r"^TORCH \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    built = [one.rest for one in _instructions() if one.rest.startswith("TORCH=")]

    assert made is not None
    assert built == [f'TORCH="{made[1]}"']


def test_no_secret_is_written_into_the_image() -> None:
    """No variable that an image keeps has a name as secrets have."""
    kept = " ".join(one.rest for one in _instructions() if one.name in {"ENV", "ARG", "LABEL"})
    names = re.findall(r"([A-Z_a-z.]+)=", kept)

    assert not [name for name in names if re.search(r"(?i)token|secret|password|(?<!s)key$", name)]


def test_what_is_copied_is_there() -> None:
    """Every path that COPY takes from the folder exists and is not ignored."""
    sources = _copied_from_the_folder()

    assert sources
    assert not [source for source in sources if not (ROOT / source).exists()]
    assert not [source for source in sources if _is_ignored(source)]


def test_what_the_installation_needs_is_not_ignored() -> None:
    """Packages with all their data, readme and licence of pyproject.toml come into the image."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    single = [project["project"]["readme"], *project["project"]["license-files"]]
    files = [
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    needed = ["pyproject.toml", *single, *files]
    copied = _copied_from_the_folder()

    assert len(files) > 100
    assert not [path for path in needed if _is_ignored(path)]
    assert not [
        path for path in needed if not any(f"{path}/".startswith(f"{top}/") for top in copied)
    ]


@pytest.mark.parametrize(
    "path",
    [
        "keys.json",
        "hrqa.toml",
        ".git/config",
        ".venv/bin/python",
        "corpus/manifest.json",
        "index/current.json",
        "src/hrqa/__pycache__/cli.cpython-311.pyc",
    ],
)
def test_what_is_private_or_made_stays_out(path: str) -> None:
    """Keys, settings, documents, index, history and compiled files are not sent to the build."""
    assert _is_ignored(path)
