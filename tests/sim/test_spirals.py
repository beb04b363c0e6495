"""The two spirals and their subsets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.spirals import SCHEMES, spirals, subsets


def test_without_noise_points_lie_on_their_spiral() -> None:
    """The angle follows from the radius, half a turn apart for the two labels."""
    x, y = spirals(500, np.random.default_rng(0), turns=1.5, noise=0.0)
    radius = np.hypot(*x.T)
    angle = 2 * np.pi * 1.5 * radius + np.pi * y
    assert np.allclose(x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))
    assert abs(int((y == 0).sum()) - 250) == 0 and radius.max() <= 1


def test_half_a_turn_exchanges_the_spirals() -> None:
    """x -> -x maps one spiral to the other: in distribution the labels are exchanged."""
    x, y = spirals(4000, np.random.default_rng(0), noise=0.0)
    first, second = np.sort(np.hypot(*x[y == 0].T)), np.sort(np.hypot(*x[y == 1].T))
    assert np.abs(first - second).max() < 0.06


@pytest.mark.parametrize("scheme", SCHEMES)
def test_subsets_are_disjoint_and_as_large_as_said(scheme: str) -> None:
    """No point lies in both, each has 40 %; pure ones hold one label each, mixed ones both."""
    _, y = spirals(300, np.random.default_rng(1))
    first, second = subsets(y, scheme)
    assert not set(first) & set(second) and len(first) == len(second) == 120
    labels = [set(y[first].tolist()), set(y[second].tolist())]
    assert labels == ([{0}, {1}] if scheme == "pure" else [{0, 1}, {0, 1}])


def test_wrong_arguments_are_named() -> None:
    """Each bad argument raises an error that names it."""
    with pytest.raises(ValueError, match="scheme = 'all'"):
        subsets(np.zeros(4), "all")
    with pytest.raises(ValueError, match="share = 0.7"):
        subsets(np.zeros(4), "pure", 0.7)
    with pytest.raises(ValueError, match="noise"):
        spirals(3, np.random.default_rng(0), noise=-1)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.floats(0.25, 3), st.floats(0, 0.5))
def test_spirals_share_out_points_and_repeat(n: int, seed: int, turns: float, noise: float) -> None:
    """Half of the points on each spiral, the same again for the same seed; noise only moves points."""
    x, y = spirals(n, np.random.default_rng(seed), turns=turns, noise=noise)
    again, labels = spirals(n, np.random.default_rng(seed), turns=turns, noise=noise)
    assert (x == again).all() and (y == labels).all() and (y == 0).sum() == (n + 1) // 2
    still, labels = spirals(n, np.random.default_rng(seed), turns=turns, noise=0.0)
    assert (y == labels).all() and np.hypot(*still.T).max() <= 1
    assert np.abs(x - still).max() <= 6 * noise


@given(st.integers(5, 60), st.integers(0, 2**32 - 1), st.sampled_from(SCHEMES), st.floats(0.05, 0.5))
def test_subsets_never_meet(n: int, seed: int, scheme: str, share: float) -> None:
    """Disjoint, no point twice, none larger than its share."""
    parts = subsets(spirals(n, np.random.default_rng(seed))[1], scheme, share)
    assert len(set(np.concatenate(parts))) == sum(map(len, parts))
    assert all(len(part) <= share * n for part in parts)
