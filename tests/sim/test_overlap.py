"""Data sets with a prescribed overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.overlap import overlapping

SHARE = st.fractions(0, 1, max_denominator=10)
POOLS = (np.arange(100), np.arange(100, 200))
THIRD = np.arange(200, 400)


@given(st.integers(1, 100), SHARE, SHARE)
def test_overlaps_are_as_wanted(n, alpha, beta) -> None:
    """n items each, none twice; beta n of them in the third set and alpha n in common, to an item or two."""
    one, two = overlapping(POOLS, THIRD, n, float(alpha), float(beta))
    for found in (one, two):
        assert len(set(found)) == len(found) == n
        assert abs(len(np.intersect1d(found, THIRD)) - beta * n) <= 0.5
    assert abs(len(np.intersect1d(one, two)) - alpha * n) <= 1


def test_limits() -> None:
    """alpha = 1: equal sets; alpha = 0: disjoint ones; beta = 0: each from its own pool."""
    for beta in (0, 0.5, 1):
        one, two = overlapping(POOLS, THIRD, 20, 1, beta)
        assert set(one) == set(two)
        one, two = overlapping(POOLS, THIRD, 20, 0, beta)
        assert not set(one) & set(two)
    one, two = overlapping(POOLS, THIRD, 20, 0, 0)
    assert set(one) <= set(POOLS[0]) and set(two) <= set(POOLS[1])


def test_what_does_not_exist_is_refused() -> None:
    """Sets as large as the third one cannot both lie in it and be disjoint."""
    with pytest.raises(ValueError, match="a pool of 20 items: expected at least 40"):
        overlapping(POOLS, np.arange(200, 220), 20, 0, 1)
    with pytest.raises(ValueError, match="alpha, beta"):
        overlapping(POOLS, THIRD, 20, 1.5, 0)
