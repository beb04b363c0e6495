"""The subsampled trace in both readings: exact moments, and what it does to an allocation."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.directions import points
from sim.subsampled import alone, most_lost, of_block, whole

G = np.array([Fraction(2), Fraction(-1), Fraction(3)], dtype=object)


@pytest.mark.parametrize("S", ([True, False, False], [False, True, True], [True, True, True]))
def test_traces_are_exact(S):
    """Both readings equal the enumerated trace of the covariance, in rationals."""
    S = np.array(S)
    weights, u = (np.array(part, dtype=object) for part in points("gaussian", 3))
    estimates = (u @ G)[:, None] * u
    squares = weights @ ((estimates - G) * (estimates - G))
    assert squares[S].sum() == of_block(G, S) and squares.sum() == whole(G)
    weights, u = (np.array(part, dtype=object) for part in points("gaussian", int(S.sum())))
    estimates = (u @ G[S])[:, None] * u
    assert weights @ ((estimates - G[S]) ** 2).sum(1) == alone(G, S)


@given(g=st.lists(st.integers(-5, 5), min_size=1, max_size=8), data=st.data())
def test_a_block_has_the_share_of_its_size(g, data):
    """All parameters perturbed: T_S / T lies between |S|/(P+1) and (|S|+1)/(P+1)."""
    g = np.array(g) * Fraction(1)
    S = np.array(data.draw(st.lists(st.booleans(), min_size=len(g), max_size=len(g))))
    size, P = int(S.sum()), len(g)
    assert size * whole(g) <= (P + 1) * of_block(g, S) <= (size + 1) * whole(g)


@given(gs=st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=1, max_size=5))
def test_shares_from_a_block_cost_little(gs):
    """Shares ~ sqrt(T_S) in place of sqrt(T) cost at most sqrt((|S|+1)/|S|) times the optimum."""
    gs = [g for g in gs if any(g)] or [[1, 0, 0]]
    g, S = np.array(gs, dtype=float), np.array([True, False, False])
    T, w = whole(g), np.sqrt(of_block(g, S))
    reached, best = (T / w).sum() * w.sum(), np.sqrt(T).sum() ** 2
    assert reached <= most_lost(1) * best * (1 + 1e-12)


def test_a_block_alone_can_miss_everything():
    """Only the block perturbed: a sample whose gradient lies elsewhere has the trace zero, not its own."""
    g, S = np.array([[0.0, 5.0], [1.0, 0.0]]), np.array([True, False])
    assert alone(g, S).tolist() == [0, 2] and whole(g).tolist() == [75, 3]
    assert of_block(g, S).tolist() == [25, 2]
    with pytest.raises(ValueError, match="size = 0"):
        most_lost(0)
