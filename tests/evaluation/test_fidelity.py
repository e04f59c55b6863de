"""The report on the fidelity of reading: it sees what is there, and what is not."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from hrqa.datatypes import Box

EVAL = Path(__file__).resolve().parents[2] / "eval"


@pytest.fixture(scope="module")
def fidelity() -> ModuleType:
    """`eval/fidelity.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EVAL))
        spec = importlib.util.spec_from_file_location("fidelity", EVAL / "fidelity.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["fidelity"] = module
        spec.loader.exec_module(module)
        return module


def test_a_sound_file_is_whole(fidelity: ModuleType, typeset: Callable[..., Path]) -> None:
    """Every character of a small file is in a passage, and every box holds its words."""
    path = typeset(
        "#set page(width: 300pt, height: 300pt)\n= Boats\nForty boats cross the river.\n\n"
        "#table(columns: 3, [island], [pupils], [boats], [Heron], [410], [23], [Otter], [96], [7])"
    )
    tally = fidelity.measure(path)

    assert [(page.seen, page.lost, page.invented) for page in tally.pages] == [(63, 0, 0)]
    assert (tally.passages, tally.passages_right) == (2, 2)
    assert tally.words_right == tally.words_boxed == 15
    assert (tally.values_whole, tally.values_beside) == (2, 2)


def test_what_is_lost_and_invented_is_counted(fidelity: ModuleType) -> None:
    """Running lines are told apart; order counts; hyphens at line ends do not."""
    page = fidelity.page_fidelity(
        "a page", "Report\nTen boats sail-\ned home", "home boats sailed zzz", "Report"
    )

    assert (page.seen, page.kept, page.furniture, page.lost) == (24, 15, 6, 3)
    assert (page.lost_words, page.new_words) == (("Ten",), ("zzz",))
    assert page.in_order == len("boatssailed")


def test_a_box_beside_its_words_is_wrong(fidelity: ModuleType) -> None:
    """Only characters whose middle stands in a box count as being in it."""
    placed = fidelity.CharactersByHeight(
        [sys.modules["reference_text"].PlacedCharacter("a", 0.5, 0.5)]
    )

    assert placed.within([Box(0.4, 0.4, 0.6, 0.6)]) == {"a": 1}
    assert placed.within([Box(0.6, 0.4, 0.8, 0.6)]) == {}
