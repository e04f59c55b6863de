"""What docs/service.md and its examples say, against what the service does."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from hrqa.keys import Scope
from hrqa.settings import Settings
from hrqa_api.access import needed_scopes

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "service.md").read_text(encoding="utf-8")
EXAMPLES = DOCS / "examples"
CADDY = shutil.which("caddy")
SYSTEMD = shutil.which("systemd-analyze")


def test_every_setting_named_is_one() -> None:
    """No HRQA_… of the document or its examples is unknown to hrqa."""
    texts = [TEXT, *(path.read_text(encoding="utf-8") for path in EXAMPLES.iterdir())]
    named = {name for text in texts for name in re.findall(r"HRQA_([A-Z_]+[A-Z])", text)}

    assert named - {"CONFIG"} <= {name.upper() for name in Settings.model_fields}


def test_defaults_of_limits_are_those_of_the_settings() -> None:
    """Each row of the table of limits has the setting's default."""
    rows = re.findall(r"^\| `HRQA_([A-Z_]+)` \| ([^|]+) \|", TEXT, re.MULTILINE)
    said = {name.lower(): value.strip() for name, value in rows}
    real = {name: Settings.model_fields[name].default for name in said}

    assert len(said) == 8
    assert said == {
        name: "not set" if value is None else f"{value:g}" for name, value in real.items()
    }


def test_scopes_are_those_that_the_service_asks_for() -> None:
    """Each path of the table of scopes needs what its row says."""
    table = TEXT.partition("| scope | opens |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (.+) \| (.+) \|$", table, re.MULTILINE)
    said = {
        path: None if "none" in scopes else {Scope(name) for name in re.findall("`(.+?)`", scopes)}
        for scopes, paths in rows
        for path in re.findall("`(/.*?)`", paths)
        if "admin" not in scopes
    }

    assert len(said) == 18
    for path, scopes in said.items():
        needed = needed_scopes(path)
        assert (None if needed is None else set(needed)) == scopes, path


def test_every_link_leads_somewhere() -> None:
    """Files that the document links to are there."""
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)

    assert links
    assert not [link for link in links if not (DOCS / link).exists()]


def test_the_settings_file_of_the_systemd_part_is_taken() -> None:
    """The hrqa.toml shown holds settings and values that hrqa knows."""
    shown = re.search(r"hrqa\.toml <<'END'\n(.*?)\nEND\n", TEXT, re.DOTALL)

    assert shown is not None
    settings = Settings.model_validate(tomllib.loads(shown[1]))
    assert settings.keys == Path("/var/lib/hrqa/keys/keys.json")


@pytest.mark.skipif(CADDY is None, reason="caddy is not installed")
def test_caddy_takes_its_example() -> None:
    """Caddy finds nothing wrong with the file, and would not lay it out otherwise."""
    assert CADDY is not None
    file = EXAMPLES / "Caddyfile"
    adapted = subprocess.run(
        [CADDY, "adapt", "--adapter", "caddyfile", "--config", file], capture_output=True
    )
    laid_out = subprocess.run([CADDY, "fmt", file], capture_output=True, text=True)

    assert adapted.returncode == 0, adapted.stderr
    assert laid_out.stdout == file.read_text(encoding="utf-8")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
def test_systemd_takes_its_example(tmp_path: Path) -> None:
    """systemd knows every line of the unit; the program that it names is put in from here."""
    assert SYSTEMD is not None
    unit = tmp_path / "hrqa.service"
    text = (EXAMPLES / "hrqa.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/hrqa/bin/hrqa", "/bin/true"), encoding="utf-8")
    done = subprocess.run([SYSTEMD, "verify", "--man=no", unit], capture_output=True, text=True)

    assert "hrqa.service" not in done.stderr
