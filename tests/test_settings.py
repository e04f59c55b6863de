"""Settings: where they come from, and which are refused."""

from pathlib import Path

import pytest

from hrqa.errors import SettingsError
from hrqa.settings import load_settings


@pytest.fixture(autouse=True)
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without settings, and none in the environment."""
    import os

    for name in [name for name in os.environ if name.upper().startswith("HRQA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_options_go_before_the_environment_before_the_file(
    bare_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each setting is taken from the first place that names it; the rest are defaults."""
    (bare_folder / "hrqa.toml").write_text('port = 3\nhost = "file"\nindex = "i"\n')
    monkeypatch.setenv("HRQA_PORT", "2")
    monkeypatch.setenv("HRQA_HOST", "environment")
    settings = load_settings({"port": 1, "host": None})

    assert (settings.port, settings.host) == (1, "environment")
    assert (settings.index, settings.corpus) == (Path("i"), Path("corpus"))


def test_hrqa_config_names_another_file(bare_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file in the working folder is then not read."""
    (bare_folder / "hrqa.toml").write_text('port = 3\nhost = "here"\n')
    (bare_folder / "other.toml").write_text("port = 9\n")
    monkeypatch.setenv("HRQA_CONFIG", str(bare_folder / "other.toml"))
    settings = load_settings({})

    assert (settings.port, settings.host) == (9, "127.0.0.1")


def test_hrqa_config_that_names_no_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error does not silently give the defaults."""
    monkeypatch.setenv("HRQA_CONFIG", "absent.toml")

    with pytest.raises(SettingsError, match=r"HRQA_CONFIG=absent\.toml: there is no such file"):
        load_settings({})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"prot = 3\n", "setting 'prot'"),
        (b"port = 70000\n", "setting 'port'.*65535"),
        (b'port = "x"\n', "setting 'port'"),
        (b"passage_target = 100\n", "setting 'passage_target'.*200"),
        (b"port = \n", r"hrqa\.toml: not valid TOML"),
        (b"host = '\xff'\n", r"hrqa\.toml: not valid TOML"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named(
    bare_folder: Path, content: bytes, message: str
) -> None:
    """Unknown names, values out of range and broken files are refused."""
    (bare_folder / "hrqa.toml").write_bytes(content)

    with pytest.raises(SettingsError, match=message):
        load_settings({})


@pytest.mark.parametrize(("name", "value"), [("HRQA_PORT", "many"), ("HRQA_CANDIDATES", "1")])
def test_a_wrong_setting_in_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The message says which setting it is."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name.removeprefix("HRQA_").lower()):
        load_settings({})


def test_passages_cannot_be_aimed_longer_than_their_maximum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The two are compared wherever each comes from."""
    monkeypatch.setenv("HRQA_PASSAGE_MAXIMUM", "800")

    with pytest.raises(SettingsError, match="passage_maximum must not be smaller"):
        load_settings({})
    assert load_settings({"passage_target": 800}).passage_target == 800
