"""The Bernoulli allocator: eq. (6), and what becomes of the pruned queries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bernoulli import below_mean, bernoulli

ONES = np.ones(4)


def test_small_losses_are_halved():
    """With p = 1 each sample below the mean keeps half, the others share the rest evenly."""
    allocation = bernoulli(np.array([0.0, 5.0, 1.0, 6.0]), ONES, 40, np.random.default_rng(0), p=1.0)
    assert allocation.tolist() == [5, 15, 5, 15]
    odd = bernoulli(np.array([0.0, 5.0, 1.0, 6.0]), ONES, 43, np.random.default_rng(0), p=1.0)
    assert odd.tolist() == [5, 16, 5, 17]  # the odd query goes to the largest loss


def test_nobody_is_pruned_without_chance_or_difference():
    """p = 0, or equal losses: equal shares, although the mean of equal losses may be rounded up."""
    assert bernoulli(np.arange(4.0), ONES, 40, np.random.default_rng(0), p=0.0).tolist() == [10] * 4
    same = np.full(4, 0.1)
    assert bernoulli(same, ONES, 40, np.random.default_rng(0), p=1.0).tolist() == [10] * 4


@given(value=st.floats(-1e300, 1e300), count=st.integers(1, 7))
def test_equal_losses_are_never_below_their_mean(value, count):
    """No rounding of the mean makes all of equal losses small."""
    assert not below_mean(np.full(count, value)).any()


def test_pruning_has_the_stated_probability():
    """A small loss is pruned with probability p: within Hoeffding's bound at an error rate of 1e-9."""
    rng, n = np.random.default_rng(2), 4000
    pruned = np.mean([bernoulli(np.array([0.0, 1.0]), np.ones(2), 20, rng, p=0.3)[0] == 5 for _ in range(n)])
    assert abs(pruned - 0.3) < np.sqrt(np.log(2e9) / (2 * n))


def test_wrong_arguments_are_refused():
    """A probability beyond [0, 1] and losses that are not finite are refused by name."""
    with pytest.raises(ValueError, match="p = 2"):
        bernoulli(ONES, ONES, 8, np.random.default_rng(0), p=2)
    with pytest.raises(ValueError, match=r"losses\[2\] = inf"):
        bernoulli(np.array([0, 1, np.inf, 2]), ONES, 8, np.random.default_rng(0))
