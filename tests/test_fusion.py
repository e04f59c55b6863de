"""Rankings of several retrievers made into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.fusion import FusionWeights, convex_combination, weights_for
from hrqa.queries import Ranking

HALVES = {"passages": 0.5, "lexical": 0.5}


def test_scores_are_brought_to_one_scale_before_they_are_summed() -> None:
    """Passages 1, .5, 0 and words .4 / .8 = .5, 0 make .5, .5, 0; the tie goes by id."""
    fused = convex_combination(
        [
            Ranking("passages", ((2, 0.9), (0, 0.8), (1, 0.7))),
            Ranking("lexical", ((0, 0.4), (1, 0.0))),
        ],
        weights=HALVES,
        order=["b", "c", "a"],
        full_scores={"lexical": 0.8},
    )

    assert fused == Ranking("fused", ((2, 0.5), (0, 0.5), (1, 0.0)))


def test_a_retriever_above_its_full_score_is_scaled_by_its_highest() -> None:
    """Half of .9 / .9 and of .3 / .9, though .6 would have been full."""
    fused = convex_combination(
        [Ranking("lexical", ((0, 0.9), (1, 0.3)))],
        weights=HALVES,
        order=["a", "b"],
        full_scores={"lexical": 0.6},
    )

    assert fused.entries == ((0, 0.5), (1, pytest.approx(1 / 6)))


def test_equal_scores_of_a_ranking_all_count_in_full() -> None:
    """With nothing between lowest and highest every passage has the whole share."""
    fused = convex_combination(
        [Ranking("passages", ((1, 0.7), (0, 0.7))), Ranking("lexical", ())],
        weights=HALVES,
        order=["a", "b"],
        full_scores={},
    )

    assert fused.entries == ((0, 0.5), (1, 0.5))


def test_no_rankings_fuse_to_none() -> None:
    """Retrievers that find nothing give an empty ranking."""
    fused = convex_combination(
        [Ranking("passages", ())], weights=HALVES, order=[], full_scores={"passages": 1.0}
    )

    assert fused == Ranking("fused", ())


@st.composite
def rankings(draw: st.DrawFn) -> list[Ranking]:
    """Rankings of up to 12 passages by each of the three retrievers."""
    made = []
    for retriever in ("passages", "sentences", "lexical"):
        low = 0.0 if retriever == "lexical" else -1.0
        scores = draw(st.dictionaries(st.integers(0, 11), st.floats(low, 1.0), max_size=12))
        entries = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
        made.append(Ranking(retriever, tuple(entries)))
    return made


@given(rankings(), st.permutations("abcdefghijkl"))
def test_fused_scores_are_in_order_and_between_zero_and_one(
    given_rankings: list[Ranking], order: list[str]
) -> None:
    """Every passage found stands once, highest score first, equal scores by id."""
    fused = convex_combination(
        given_rankings,
        weights=FusionWeights().by_retriever(),
        order=order,
        full_scores={"lexical": 0.5},
    )
    found = {number for ranking in given_rankings for number, _ in ranking.entries}
    keys = [(-score, order[number]) for number, score in fused.entries]

    assert sorted(number for number, _ in fused.entries) == sorted(found)
    assert all(0 <= score <= 1 for _, score in fused.entries)
    assert keys == sorted(keys)


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.1), (1.2, -0.2, 0.0), (0.0, 0.0, 0.0)])
def test_weights_that_are_no_shares_are_refused(shares: tuple[float, float, float]) -> None:
    """Shares are not negative and sum to one."""
    with pytest.raises(ValueError, match="sum to one"):
        FusionWeights(*shares)


@pytest.mark.parametrize("tokens", [-0.1, 1.1])
def test_the_share_of_the_tokens_is_a_share(tokens: float) -> None:
    """Nothing below zero or above one."""
    with pytest.raises(ValueError, match="tokens"):
        FusionWeights(tokens=tokens)


def test_vietnamese_questions_count_tokens_and_sentences_more() -> None:
    """Words in common are few between a Vietnamese question and an English text."""
    assert weights_for("vi").tokens > weights_for("en").tokens
    assert weights_for("vi").sentences > weights_for("vi").passages
    assert weights_for(None) == weights_for("en") == FusionWeights()
