"""Tests that changes of a corpus cost what they are worth, and end where a first build ends."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from hrqa.embedding.embedded_model import embedded_model_folder

from .tools import build, contents, generation, hrqa, pointer

WORDS = "heron otter sandbar ferry lantern rope harbour market tide oar sheep bell".split()


def index_json(corpus: Path, index: Path, *options: str) -> dict[str, Any]:
    """Run `hrqa index`; its summary."""
    outcome = hrqa("index", *options, "--corpus", corpus, "--index", index, "--format", "json")
    assert outcome.code == 0, outcome.err
    summary: dict[str, Any] = json.loads(outcome.out)
    return summary


def check_as_new(index: Path, corpus: Path, folder: Path) -> None:
    """Check that an index is, to the byte, what a first build gives."""
    fresh = folder / "built from nothing"
    build(corpus, fresh)
    names = set(pointer(index)["files"])
    assert contents(index) == contents(fresh)
    assert names == set(pointer(fresh)["files"])
    for name in names - {"meta.json"}:
        one, two = (generation(root) / name for root in (index, fresh))
        assert one.read_bytes() == two.read_bytes(), name


def test_each_change_costs_what_it_is_worth(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """In one run: a new, a changed, two moved and a deleted document beside one that stays."""
    (tiny_corpus / "stays.txt").write_text("The lantern stays where it is.\n")
    build(tiny_corpus, tiny_index)
    (tiny_corpus / "new.txt").write_text("A new rope lies in the harbour.\n")
    (tiny_corpus / "rain.txt").write_text("Rain fell on two days.\n")
    (tiny_corpus / "deep" / "er").mkdir(parents=True)
    (tiny_corpus / "birds.md").rename(tiny_corpus / "birds 2.md")
    (tiny_corpus / "music.txt").rename(tiny_corpus / "deep" / "er" / "music.txt")
    (tiny_corpus / "iron.txt").unlink()

    summary = index_json(tiny_corpus, tiny_index)

    assert summary["read"] == ["new.txt", "rain.txt"]
    assert summary["kept"] == 1
    assert summary["moved"] == [
        {"from": "birds.md", "to": "birds 2.md"},
        {"from": "music.txt", "to": "deep/er/music.txt"},
    ]
    assert summary["removed"] == ["iron.txt"]
    assert summary["texts"] == {"embedded": 4, "resumed": 0}
    check_as_new(tiny_index, tiny_corpus, tmp_path)


def test_moving_embeds_nothing_where_the_words_of_the_name_stay(
    tiny_corpus: Path, tiny_index: Path, loads: list[str]
) -> None:
    """Passages are found by the words of title and name too, but not by the folder."""
    (tiny_corpus / "sub").mkdir()
    (tiny_corpus / "birds.md").rename(tiny_corpus / "birds 2.md")
    (tiny_corpus / "rain.txt").rename(tiny_corpus / "sub" / "rain.txt")

    summary = index_json(tiny_corpus, tiny_index)

    assert (summary["read"], summary["texts"]["embedded"], loads) == ([], 0, [])
    assert len(summary["moved"]) == 2


def test_a_document_that_changes_and_changes_back_is_as_before(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """The index has no history."""
    before, text = contents(tiny_index), (tiny_corpus / "rain.txt").read_text()
    (tiny_corpus / "rain.txt").write_text("Rain fell on two days.\n")
    build(tiny_corpus, tiny_index)
    (tiny_corpus / "rain.txt").write_text(text)
    build(tiny_corpus, tiny_index)

    assert contents(tiny_index) == before


def test_another_model_embeds_everything_and_reads_nothing(
    tiny_corpus: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No vector of the model before is kept, though every document stays as it was."""
    monkeypatch.setenv("HRQA_MODEL", str(embedded_model_folder()))

    summary = index_json(tiny_corpus, tiny_index)
    again = index_json(tiny_corpus, tiny_index)

    assert (summary["read"], summary["kept"], summary["index"]["changed"]) == ([], 0, True)
    assert summary["texts"]["embedded"] > 8
    assert again["index"] == {"id": summary["index"]["id"], "changed": False}


def section(number: int) -> str:
    """A section of a long document."""
    chance = random.Random(number)
    sentences = (
        f"The {chance.choice(WORDS)} of day {number * 30 + day} meets the {chance.choice(WORDS)}."
        for day in range(30)
    )
    return f"# Month {number}\n\n{' '.join(sentences)}\n\n"


def test_a_changed_section_of_a_long_document_is_embedded_alone(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """The document is read anew, but only the bundles in which texts changed are embedded."""
    sections = [section(number) for number in range(12)]
    (tiny_corpus / "year.md").write_text("".join(sections))
    whole = index_json(tiny_corpus, tiny_index)
    sections[6] = sections[6].replace("meets", "misses")
    (tiny_corpus / "year.md").write_text("".join(sections))

    changed = index_json(tiny_corpus, tiny_index)

    assert whole["texts"]["embedded"] >= 360
    assert changed["read"] == ["year.md"]
    assert 30 <= changed["texts"]["embedded"] < whole["texts"]["embedded"] / 2


def change(corpus: Path, chance: random.Random, number: int) -> None:
    """Do to a corpus one of the things that happen to documents."""
    files = sorted(path for path in corpus.rglob("*.txt") if path.name != "constant.txt")
    text = f"The {chance.choice(WORDS)} saw {number} of the {chance.choice(WORDS)}s.\n"
    place = corpus / chance.choice(("", "deep", "deep/er")) / f"{chance.choice(WORDS)}.txt"
    place.parent.mkdir(parents=True, exist_ok=True)
    what = chance.choice(("add", "add", "change", "move", "copy", "delete", "empty", "describe"))
    if what == "describe":
        items = [
            {"id": f"d{n}", "title": text, "custom": {"file": path.relative_to(corpus).as_posix()}}
            for n, path in enumerate(files[::2])
        ]
        (corpus / "manifest.json").write_text(json.dumps(items))
    elif what == "add" or not files:
        place.write_text(text)
    elif what == "change":
        chance.choice(files).write_text(text)
    elif what == "move":
        chance.choice(files).rename(place)
    elif what == "copy" and place not in files:
        shutil.copy(chance.choice(files), place)
    elif what == "delete":
        chance.choice(files).unlink()
    elif what == "empty":
        chance.choice(files).write_bytes(b"")


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_changes_ends_where_a_first_build_ends(seed: int, tmp_path: Path) -> None:
    """Whatever happened to the documents between runs, the index tells only how they are."""
    corpus, index, chance = tmp_path / "corpus", tmp_path / "index", random.Random(seed)
    corpus.mkdir()
    (corpus / "constant.txt").write_text("One document stays.\n")
    for number in range(6):
        for step in range(chance.randint(1, 3)):
            change(corpus, chance, 10 * number + step)
        build(corpus, index, allow_shrink=True)

    check_as_new(index, corpus, tmp_path)


@pytest.mark.long
def test_a_thousand_files(tmp_path: Path) -> None:
    """Of 1,200 files only the changed one is read, and without a change nothing is written."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for number in range(1200):
        place = corpus / f"{number % 30}" / f"{number}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"Boat {number} carries {number * 7 % 100} sheep.\n")

    first = index_json(corpus, index)
    again = index_json(corpus, index)
    (corpus / "7" / "37.txt").write_text("Boat 37 has sunk.\n")
    changed = index_json(corpus, index)

    print({name: run["seconds"] for name, run in (("first", first), ("again", again))})
    print(changed["seconds"])
    assert (len(first["read"]), first["texts"]["embedded"]) == (1200, 2400)
    assert (again["index"]["changed"], again["kept"], again["read"]) == (False, 1200, [])
    assert (changed["read"], changed["kept"]) == (["7/37.txt"], 1199)
    assert changed["texts"]["embedded"] == 2
    check_as_new(index, corpus, tmp_path)
