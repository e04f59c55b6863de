"""Tests that an index is whole or not there: readers, writers, and builds that stop half-way."""

from pathlib import Path

import pytest

from hrqa.embedding.encoder import Encoder
from hrqa.errors import IndexBusyError, IndexMissingError
from hrqa.indexing import update_index
from hrqa.progress import Progress
from hrqa.queries import Query
from hrqa.ranking import Ranker
from hrqa.search import Searcher
from hrqa.store.generations import new_folder, writing
from hrqa.store.index import open_index

from .tools import build, contents, generation, hrqa, pointer, ranking, settings, snapshot


class Stopping(Progress):
    """Stops a build when it says that it writes the index, as Ctrl+C would."""

    def say(self, message: str) -> None:
        """Interrupt before the first file of the generation is written."""
        if message == "Writing the index":
            raise KeyboardInterrupt


def folders(index: Path) -> set[str]:
    """Names of the folders in an index."""
    return {path.name for path in index.iterdir() if path.is_dir()}


def begun_generation(index: Path) -> Path:
    """Leave behind what a build leaves that is killed while it writes."""
    folder = new_folder(index, "deadbeefdeadbeef")
    (folder / "texts.sqlite").write_bytes(b"SQLite format 3\x00")
    (index / "current.json.new").write_text('{"format": 1, "gener')
    return folder


def test_a_killed_build_is_ignored_and_swept_up(tiny_corpus: Path, tiny_index: Path) -> None:
    """An uncommitted generation changes no answer; the next run removes it."""
    before = ranking(tiny_index, "When does the choir sing?")
    left = begun_generation(tiny_index)

    answers = ranking(tiny_index, "When does the choir sing?")
    there = left.is_dir()
    report = build(tiny_corpus, tiny_index)

    assert (answers, there) == (before, True)
    assert not report.changed
    assert folders(tiny_index) == {generation(tiny_index).name}


def test_a_build_goes_on_after_a_killed_one(tiny_corpus: Path, tiny_index: Path) -> None:
    """What a killed build left behind does not stand in the way of a change."""
    begun_generation(tiny_index)
    (tiny_corpus / "rain.txt").write_text("Rain fell on no day at all.\n")

    report = build(tiny_corpus, tiny_index)

    assert report.read == ("rain.txt",)
    assert ranking(tiny_index, "On which day fell rain?")[0][0].startswith("rain.")
    assert not [name for name in folders(tiny_index) if "deadbeef" in name]


def test_an_interrupted_build_leaves_the_index_as_it_was(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """Ctrl+C before the commit keeps every byte; the next run does the work."""
    (tiny_corpus / "rain.txt").write_text("Rain fell on no day at all.\n")
    before = snapshot(tiny_index)

    with pytest.raises(KeyboardInterrupt):
        update_index(settings(tiny_index, tiny_corpus), progress=Stopping(quiet=True))

    assert snapshot(tiny_index) == before
    report = build(tiny_corpus, tiny_index)
    assert (report.read, report.resumed) == ((), ("rain.txt",))


def test_an_interrupted_first_build_is_no_index(tiny_corpus: Path, tmp_path: Path) -> None:
    """A folder in which nothing was committed holds no index."""
    index = tmp_path / "new"

    with pytest.raises(KeyboardInterrupt):
        update_index(settings(index, tiny_corpus), progress=Stopping(quiet=True))

    with pytest.raises(IndexMissingError, match="hrqa index"):
        open_index(index)


def test_a_reader_keeps_the_generation_that_it_opened(
    tiny_corpus: Path, tiny_index: Path, encoder: Encoder
) -> None:
    """A searcher answers as before while a build commits, and is followed by the new index."""
    opened = open_index(tiny_index)
    old = generation(tiny_index)
    searcher = Searcher(
        Ranker(opened, encode_questions=encoder.encode_questions),
        model=opened.text.meta.model,
        count_tokens=len,
    )
    question = Query("When does the choir sing?")
    before = searcher.search(question).passages
    (tiny_corpus / "music.txt").write_text("The choir has fallen silent.\n")

    build(tiny_corpus, tiny_index)
    during = searcher.search(question).passages
    held = old.is_dir()
    opened.close()
    build(tiny_corpus, tiny_index)

    assert during == before
    assert during[0].passage.text == "The choir sings on the last Sunday of June."
    assert held
    assert folders(tiny_index) == {generation(tiny_index).name}
    assert generation(tiny_index) != old


def test_the_old_generation_goes_with_the_build(tiny_corpus: Path, tiny_index: Path) -> None:
    """After a build that nobody reads beside, only the new generation takes up room."""
    (tiny_corpus / "rain.txt").write_text("Rain fell on no day at all.\n")

    build(tiny_corpus, tiny_index)

    assert folders(tiny_index) == {generation(tiny_index).name}


@pytest.mark.parametrize("name", ["202401-photos", "20260301 letters"])
def test_folders_of_others_are_left_alone(name: str, tiny_corpus: Path, tiny_index: Path) -> None:
    """A build removes generations only, not what a person keeps in the same folder."""
    (tiny_index / name).mkdir()
    (tiny_index / name / "irreplaceable.txt").write_text("mine")

    build(tiny_corpus, tiny_index)

    assert (tiny_index / name / "irreplaceable.txt").read_text() == "mine"


def test_two_writers_exclude_each_other(tiny_corpus: Path, tiny_index: Path) -> None:
    """While one build is at work another ends with 1 at once, and readers read on."""
    before = snapshot(tiny_index)

    with writing(tiny_index):
        with pytest.raises(IndexBusyError):
            build(tiny_corpus, tiny_index)
        outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)
        answers = ranking(tiny_index, "When does the choir sing?")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == [
        f"hrqa: {tiny_index}: another `hrqa index` is at work here; wait until it is done"
    ]
    assert answers[0][0].startswith("music.")
    assert snapshot(tiny_index) == before


def test_a_damaged_index_is_built_anew(tiny_corpus: Path, tiny_index: Path) -> None:
    """An index that cannot be built upon is replaced by what a first build gives."""
    before = contents(tiny_index)
    (generation(tiny_index) / "sentences.faiss").write_bytes(b"")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert outcome.code == 0
    assert any("sentences.faiss" in line for line in outcome.said)
    assert contents(tiny_index) == before


@pytest.mark.parametrize("name", ["passages.faiss", "sentences.faiss", "texts.sqlite"])
def test_damage_is_not_taken_over(
    name: str, tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """Bytes that changed in place are found before a new generation is made out of them."""
    path = generation(tiny_index) / name
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    (tiny_corpus / "rain.txt").write_text("Rain fell on two days.\n")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)
    build(tiny_corpus, tmp_path / "fresh")

    assert outcome.code == 0
    assert any(f"{path}: the file's checksum is wrong" in line for line in outcome.said)
    assert contents(tiny_index) == contents(tmp_path / "fresh")


def test_an_index_of_another_format_is_built_anew(tiny_corpus: Path, tiny_index: Path) -> None:
    """An index that another version wrote is replaced, as its error message promises."""
    before = contents(tiny_index)
    text = (tiny_index / "current.json").read_text()
    (tiny_index / "current.json").write_text(text.replace('"format": 3', '"format": 99'))

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert outcome.code == 0
    assert pointer(tiny_index)["format"] == 3
    assert contents(tiny_index) == before
