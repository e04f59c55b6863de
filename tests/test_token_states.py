"""States of tokens kept small, and questions compared with them token by token."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrqa.errors import IndexDamagedError
from hrqa.token_states import MOST_TOKENS, TokenCodes, TokenStates, bytes_a_token, encode_tokens

DIMENSION = 384
States = npt.NDArray[np.float32]


def states(count: int, seed: int, dimension: int = DIMENSION) -> States:
    """Random states of unit length."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def opened(folder: Path, kept: TokenCodes, dimension: int = DIMENSION) -> TokenStates:
    """Tokens written as an index has them, and opened."""
    (folder / "tokens.bin").write_bytes(kept.codes.tobytes())
    np.save(folder / "tokens.npy", np.cumsum(np.concatenate([[0], kept.counts])))
    return TokenStates.open(
        folder / "tokens.bin",
        folder / "tokens.npy",
        passages=len(kept.counts),
        dimension=dimension,
    )


def test_a_passage_scores_by_the_best_match_of_each_token_of_the_question(tmp_path: Path) -> None:
    """Both tokens stand in the first passage, one in the second, none in the third."""
    question = states(2, seed=1)
    passages = [
        np.concatenate([states(40, seed=2), question]),
        np.concatenate([states(40, seed=3), question[:1]]),
        states(40, seed=4),
    ]
    scores = opened(tmp_path, encode_tokens(passages)).matches(question, [0, 1, 2]).mean(axis=1)
    exact = [float((passage @ question.T).max(axis=0).mean()) for passage in passages]

    assert scores.tolist() == pytest.approx(exact, abs=0.13)
    assert scores[0] > scores[1] + 0.3
    assert scores[1] > scores[2] + 0.3


def test_scores_do_not_hang_on_which_passages_are_asked_for(tmp_path: Path) -> None:
    """Each in the order that was asked for; none for none."""
    kept = opened(tmp_path, encode_tokens([states(5, seed) for seed in range(6)]))
    question = states(3, seed=9)
    alone = [kept.matches(question, [number])[0].tolist() for number in (4, 0, 5)]

    assert np.allclose(kept.matches(question, [4, 0, 5]), alone, atol=1e-6)
    assert kept.matches(question, []).shape == (0, 3)


def test_a_token_takes_a_quarter_of_a_byte_for_each_number() -> None:
    """96 bytes for 384, and a whole byte for the last two of 10."""
    assert encode_tokens([states(7, 1)]).codes.shape == (7, 96)
    assert encode_tokens([states(7, 1, dimension=10)]).codes.shape == (7, 3)
    assert bytes_a_token(10) == 3


def test_a_long_passage_keeps_the_most_different_of_its_neighbours() -> None:
    """300 tokens become 192; two that are the same count once, and nothing stands out of order."""
    distinct = states(MOST_TOKENS, seed=5)
    doubled = np.concatenate([np.repeat(distinct[:108], 2, axis=0), distinct[108:]])
    kept = encode_tokens([doubled])

    assert kept.counts.tolist() == [MOST_TOKENS]
    assert np.array_equal(kept.codes, encode_tokens([distinct]).codes)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.integers(0, 2**32 - 1))
def test_no_passage_keeps_more_than_it_may(count: int, seed: int) -> None:
    """However long it is, and always at least one token; the same passage gives the same bytes."""
    given_states = states(count, seed, dimension=8)
    kept = encode_tokens([given_states])

    assert kept.counts.tolist() == [min(count, MOST_TOKENS)]
    assert len(kept.codes) == kept.counts[0]
    assert np.array_equal(kept.codes, encode_tokens([given_states.copy()]).codes)


def test_passages_that_are_kept_are_taken_over_bytes_and_all(tmp_path: Path) -> None:
    """As an index does with a document that has not changed."""
    kept = encode_tokens([states(count, count) for count in (3, 1, 250, 4)])
    middle = opened(tmp_path, kept).rows(1, 3)

    assert middle.counts.tolist() == [1, MOST_TOKENS]
    assert np.array_equal(middle.codes, kept.codes[3 : 4 + MOST_TOKENS])


@pytest.mark.parametrize("passages", [1, 3])
def test_tokens_of_other_passages_are_damage(passages: int, tmp_path: Path) -> None:
    """Not opened, so that no passage is compared by the tokens of another."""
    kept = encode_tokens([states(3, 1), states(4, 2)])
    opened(tmp_path, kept)

    with pytest.raises(IndexDamagedError):
        TokenStates.open(
            tmp_path / "tokens.bin",
            tmp_path / "tokens.npy",
            passages=passages,
            dimension=DIMENSION,
        )


@pytest.mark.parametrize("first", [[0, 3, 8], [1, 3, 7], [0, 8, 7], [0, 0, 7]])
def test_rows_that_do_not_fit_are_damage(first: list[int], tmp_path: Path) -> None:
    """Too many tokens, a beginning that is left out, rows that go back, a passage without any."""
    opened(tmp_path, encode_tokens([states(3, 1), states(4, 2)]))
    np.save(tmp_path / "tokens.npy", np.array(first))

    with pytest.raises(IndexDamagedError):
        TokenStates.open(
            tmp_path / "tokens.bin", tmp_path / "tokens.npy", passages=2, dimension=DIMENSION
        )


def test_states_that_are_no_numbers_come_to_an_end() -> None:
    """A model may overflow; the passage is kept, and nothing waits for ever."""
    kept = encode_tokens([np.zeros((300, 8), dtype=np.float32)])
    unusable = encode_tokens([np.full((300, 8), np.nan, dtype=np.float32)])

    assert kept.counts.tolist() == unusable.counts.tolist() == [MOST_TOKENS]
