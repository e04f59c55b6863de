"""What tests of several modules share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from hrqa.embedding.embedded_model import EMBEDDED_MODEL
from hrqa.embedding.encoder import Encoder

# Threads that spin while they wait make the model many times slower on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def corpus_folder() -> Path:
    """The corpus that ships with hrqa."""
    return Path(__file__).resolve().parents[1] / "corpus"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default model, loaded once."""
    return Encoder(EMBEDDED_MODEL)


@pytest.fixture
def typeset(tmp_path: Path) -> Callable[..., Path]:
    """A function that sets a Typst source and gives the PDF file."""
    import typst

    def compile_source(source: str, *, name: str = "document.pdf") -> Path:
        file = tmp_path / name
        file.with_suffix(".typ").write_text(source, encoding="utf-8")
        typst.compile(str(file.with_suffix(".typ")), output=str(file))
        return file

    return compile_source


@pytest.fixture(scope="session")
def shipped_index(
    tmp_path_factory: pytest.TempPathFactory, corpus_folder: Path, encoder: Encoder
) -> Path:
    """The index of the corpus that ships with hrqa; not to be changed."""
    from system.tools import build, one_model

    folder = tmp_path_factory.mktemp("shipped")
    with one_model(encoder):
        build(corpus_folder, folder)
    return folder
