"""From relative weights to whole numbers: conserved, at least one each, and what rounding costs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.allocation import MOST, optimal
from sim.rounding import proportional, rounding_factor

WEIGHTS = st.lists(st.integers(0, 9).map(float) | st.floats(0, 1.7e308), min_size=1, max_size=7)
TRACES = st.lists(st.integers(0, 9).map(float) | st.floats(1e-6, 1e6), min_size=1, max_size=7)


@given(weights=WEIGHTS, spare=st.integers(0, 50) | st.integers(0, MOST - 7))
def test_the_budget_is_conserved(weights, spare):
    """Whatever the weights: the budget exactly, at least one each, and within one of the ideal share."""
    budget, w = len(weights) + spare, np.array(weights)
    allocation = proportional(w, budget)
    assert allocation.dtype == np.int64 and allocation.sum() == budget and allocation.min() >= 1
    top = w.max()
    share = w / top / (w / top).sum() if top else np.full(len(w), 1 / len(w))
    assert (np.abs(allocation - 1 - spare * share) < 1 + 1e-6).all()


@given(weights=st.lists(st.integers(0, 9), min_size=1, max_size=6), spare=st.integers(0, 40))
def test_the_largest_remainders_are_served(weights, spare):
    """Entry by entry the rule of the text, in rationals, where no fractions tie."""
    total = sum(weights) or len(weights)
    ideal = [Fraction(spare * w if sum(weights) else spare, total) for w in weights]
    parts = [x - x.__floor__() for x in ideal]
    left = spare - sum(x.__floor__() for x in ideal)
    order = sorted(range(len(weights)), key=lambda j: (-parts[j], -weights[j], j))
    expected = [1 + x.__floor__() + (order.index(j) < left) for j, x in enumerate(ideal)]
    cut = sorted(parts, reverse=True)
    clear = left in (0, len(parts)) or cut[left - 1] - cut[left] > 1e-9
    if clear:  # equal fractions are told apart by rounded numbers
        assert proportional(np.array(weights, dtype=float), len(weights) + spare).tolist() == expected


@given(weights=TRACES, traces=TRACES, spare=st.integers(1, 40))
def test_what_rounding_costs(weights, traces, spare):
    """At most the factor A0/(A0-B) against the real shares, for any traces; the optimum included."""
    B = min(len(weights), len(traces))
    w, T, budget = np.array(weights[:B]) + 1e-3, np.array(traces[:B]), B + spare
    factor = rounding_factor(B, budget) * (1 + 1e-12)
    assert (T / proportional(w, budget)).sum() <= factor * (T / (budget * w / w.sum())).sum()
    bound = np.sqrt(T).sum() ** 2 / budget * factor
    assert (T / optimal(0 * T, T, budget, np.random.default_rng(0))).sum() <= bound


def test_rows_are_rounded_by_themselves():
    """Many rows at once give what each row gives."""
    w = np.random.default_rng(0).exponential(1, (5, 3, 4))
    each = [[proportional(row, 17).tolist() for row in block] for block in w]
    assert proportional(w, 17).tolist() == each
    assert rounding_factor(4, 4) == float("inf") and rounding_factor(4, 8) == 2


@pytest.mark.parametrize(
    ("weights", "budget", "message"),
    [([1.0, -1.0], 4, "a weight is -1.0"), ([np.nan], 4, "a weight is nan"), ([1.0, 1.0], 1, "budget = 1")],
)
def test_wrong_input_is_refused(weights, budget, message):
    """Negative and NaN weights and a budget below one query each are refused by name."""
    with pytest.raises(ValueError, match=message):
        proportional(np.array(weights), budget)
