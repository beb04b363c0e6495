"""Every allocator: budgets conserved for whatever input, degenerate input refused, equal samples alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.allocation import MOST
from sim.allocators import ALLOCATORS

WILD = st.integers(0, 9).map(float) | st.floats(0, 1.7e308)
SAMPLES = st.lists(st.tuples(st.floats(-1.7e308, 1.7e308), WILD), min_size=1, max_size=6)


@pytest.mark.parametrize("name", ALLOCATORS)
@settings(max_examples=60)
@given(samples=SAMPLES, spare=st.integers(0, 30) | st.integers(0, MOST - 6), seed=st.integers(0, 3))
def test_budgets_are_conserved(name, samples, spare, seed):
    """Any finite losses, any finite traces, any budget: conserved exactly, whole, at least one each."""
    losses, traces = (np.array(column) for column in zip(*samples, strict=True))
    budget = len(samples) + spare
    allocation = ALLOCATORS[name](losses, traces, budget, np.random.default_rng(seed))
    assert allocation.dtype == np.int64 and allocation.shape == losses.shape
    assert allocation.sum() == budget and allocation.min() >= 1


@pytest.mark.parametrize("name", ALLOCATORS)
@pytest.mark.parametrize(("traces", "budget", "message"), [
    ([1.0, np.nan], 4, r"traces\[1\] = nan"),
    ([np.inf, 1.0], 4, r"traces\[0\] = inf"),
    ([1.0, -2.0], 4, r"traces\[1\] = -2"),
    ([], 4, r"traces has shape \(0,\)"),
    ([1.0, 2.0], 1, "budget = 1: expected at least one query for each of the 2 samples"),
    ([1.0], 0, "budget = 0"),
])  # fmt: skip
def test_degenerate_input_is_refused(name, traces, budget, message):
    """Each degenerate input is refused by an error that names it."""
    with pytest.raises(ValueError, match=message):
        ALLOCATORS[name](np.zeros(len(traces)), np.array(traces), budget, np.random.default_rng(0))


@pytest.mark.parametrize("name", ALLOCATORS)
def test_a_batch_of_hundreds_of_samples(name):
    """A batch of the paper's size, 128 samples at 20 queries each, is allocated whole."""
    rng = np.random.default_rng(1)
    allocation = ALLOCATORS[name](rng.exponential(1, 128), rng.lognormal(0, 1, 128), 2560, rng)
    assert allocation.sum() == 2560 and allocation.min() >= 1
