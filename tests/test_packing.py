"""Sentences packed into passages of even length."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from hrqa.packing import Atom, CutCost, pack

ATOMS = st.lists(
    st.builds(Atom, length=st.integers(1, 150), cost=st.sampled_from(CutCost)), max_size=9
)


def test_pack_cuts_at_a_section_rather_than_in_it() -> None:
    """Cutting after 140 costs .16 + .16 and no more, after 100 it costs .35; 200 is too long."""
    atoms = [
        Atom(100, CutCost.SENTENCE),
        Atom(40, CutCost.SECTION),
        Atom(60, CutCost.SENTENCE),
    ]

    assert pack(atoms, target=100, maximum=150) == [140, 60]


def test_pack_makes_even_pieces_where_all_cuts_cost_the_same() -> None:
    """Four sentences of 60 make two pieces of 120 rather than one of 180 and one of 60."""
    atoms = [Atom(60, CutCost.SENTENCE)] * 4

    assert pack(atoms, target=100, maximum=180) == [120, 120]


def test_pack_leaves_an_atom_longer_than_the_maximum_alone() -> None:
    """Only a stretch that cannot be cut passes the maximum."""
    atoms = [Atom(50, CutCost.BLOCK), Atom(400, CutCost.BLOCK), Atom(50, CutCost.BLOCK)]

    assert pack(atoms, target=100, maximum=150) == [50, 400, 50]


def test_pack_of_nothing_is_nothing() -> None:
    """No atoms make no piece."""
    assert pack([], target=100, maximum=150) == []


def cost_of(atoms: list[Atom], cuts: tuple[int, ...], target: int) -> float:
    """What a choice of cuts costs, as the module says."""
    bounds = (0, *cuts, len(atoms))
    uneven = sum(
        (sum(atom.length for atom in atoms[begin:end]) / target - 1) ** 2
        for begin, end in pairwise(bounds)
    )
    return uneven + sum(atoms[cut - 1].cost for cut in cuts)


@given(ATOMS.filter(bool))
def test_pack_finds_the_cheapest_cuts(atoms: list[Atom]) -> None:
    """No allowed choice of cuts costs less; all choices are tried."""
    lengths = pack(atoms, target=100, maximum=200)
    ends = [sum(atom.length for atom in atoms[:end]) for end in range(len(atoms) + 1)]
    chosen = [ends.index(sum(lengths[:count])) for count in range(1, len(lengths))]

    def allowed(cuts: tuple[int, ...]) -> bool:
        bounds = (0, *cuts, len(atoms))
        pieces = pairwise(bounds)
        return all(end == begin + 1 or ends[end] - ends[begin] <= 200 for begin, end in pieces)

    choices = [
        cuts
        for count in range(len(atoms))
        for cuts in combinations(range(1, len(atoms)), count)
        if allowed(cuts)
    ]
    cheapest = min(cost_of(atoms, cuts, 100) for cuts in choices)

    assert sum(lengths) == ends[-1]
    assert allowed(tuple(chosen))
    assert cost_of(atoms, tuple(chosen), 100) <= cheapest + 1e-9
