"""Query allocators: exact optimum, rules for degenerate input, and speed."""

import itertools
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.allocation import MOST, equal, gap, objective, optimal

RNG = np.random.default_rng(0)
TRACES = st.lists(st.integers(0, 9).map(float) | st.floats(0, 1e300), min_size=1, max_size=5)


def give(allocator, traces, budget):
    """The allocation as a list; losses play no part in these two allocators."""
    traces = np.array(traces)
    return allocator(np.zeros_like(traces), traces, budget, RNG).tolist()


def greedy(traces, budget):
    """One query after another to the largest exact gain; larger trace, then lower index, where gains tie."""
    allocation = [1] * len(traces)
    for _ in range(budget - len(traces)):
        samples = zip(traces, allocation, range(len(traces)), strict=True)
        gains = [(Fraction(t) / (a * (a + 1)), t, -j) for t, a, j in samples]
        allocation[-max(gains)[2]] += 1
    return allocation


@given(traces=TRACES, spare=st.integers(0, 40))
def test_optimal_equals_the_plain_greedy(traces, spare):
    """Threshold and exact ties give, entry by entry, what the plain greedy algorithm gives."""
    budget = len(traces) + spare
    expected = greedy(traces, budget) if any(traces) else give(equal, traces, budget)
    assert give(optimal, traces, budget) == expected


@given(traces=TRACES.filter(lambda t: len(t) <= 4), spare=st.integers(0, 8))
def test_optimal_is_the_least_of_all(traces, spare):
    """No allocation whatever has a smaller objective, compared in rationals."""
    budget, n = len(traces) + spare, len(traces)
    every = (a for a in itertools.product(range(1, budget + 1), repeat=n) if sum(a) == budget)
    values = {a: sum(Fraction(t) / k for t, k in zip(traces, a, strict=True)) for a in every}
    assert values[tuple(give(optimal, traces, budget))] == min(values.values())


def test_ties_between_different_traces():
    """Traces a(a+1) have equal gains at different counts; the larger trace is served first."""
    assert give(optimal, [2.0, 6.0], 4) == [1, 3]
    assert give(optimal, [6.0, 2.0], 4) == [3, 1]
    assert give(optimal, [2.0, 6.0], 5) == [2, 3]


def test_nearly_equal_traces_are_told_apart():
    """One unit in the last place decides who gets the odd query."""
    more = float(np.nextafter(1.0, 2.0))
    assert give(optimal, [1.0, more], 3) == [1, 2]
    assert give(optimal, [more, 1.0], 3) == [2, 1]


def test_zero_traces_get_one_query():
    """A sample without variance gets one query, unless all are without: then equal shares."""
    assert give(optimal, [0.0, 5.0, 0.0], 9) == [1, 7, 1]
    assert give(optimal, [0.0, 0.0, 0.0], 8) == [3, 3, 2]


def test_equal_shares_and_their_remainder():
    """What is left over after equal shares goes to the largest traces."""
    assert give(equal, [1.0, 3.0, 2.0], 8) == [2, 3, 3]
    assert give(equal, [1.0, 1.0], 5) == [3, 2]


@pytest.mark.parametrize("allocator", (equal, optimal))
@pytest.mark.parametrize(
    ("traces", "budget", "message"),
    [
        ([1.0, np.nan], 4, r"traces\[1\] = nan"),
        ([np.inf, 1.0], 4, r"traces\[0\] = inf"),
        ([1.0, -2.0], 4, r"traces\[1\] = -2"),
        ([], 4, r"traces has shape \(0,\)"),
        ([1.0, 2.0], 1, "budget = 1: expected at least one query for each of the 2 samples"),
        ([1.0], 0, "budget = 0"),
        ([1.0], MOST + 1, f"at most {MOST}"),
    ],
)
def test_degenerate_input_is_refused(allocator, traces, budget, message):
    """Each degenerate input is refused by an error that names it."""
    with pytest.raises(ValueError, match=message):
        give(allocator, traces, budget)


@pytest.mark.parametrize("budget", (4.0, True, "4"))
def test_budgets_are_integers(budget):
    """A budget that is no integer is refused."""
    with pytest.raises(TypeError, match="budget"):
        give(optimal, [1.0, 2.0], budget)


def test_lengths_must_agree():
    """Losses and traces of different lengths are refused."""
    with pytest.raises(ValueError, match=r"losses has shape \(3,\)"):
        optimal(np.zeros(3), np.ones(2), 4, RNG)


def test_objective():
    """J is the sum of T_j / A_j, and is refused where it is undefined."""
    assert objective(np.array([4.0, 9.0]), np.array([2, 3])) == 5.0
    with pytest.raises(ValueError, match=r"allocation\[1\] is not positive"):
        objective(np.ones(2), np.array([1, 0]))
    with pytest.raises(ValueError, match="shape"):
        objective(np.ones(2), np.ones(3))


def test_gaps_are_relative_to_the_optimum():
    """An optimum has gap one, equal shares at most A0 / floor(A0/B), and no variance means no gap."""
    traces = np.array([1.0, 16.0, 4.0])
    assert gap(traces, optimal(traces, traces, 14, RNG)) == 1
    assert gap(traces, np.array([2, 8, 4])) == 1
    assert gap(traces, equal(traces, traces, 14, RNG)) == objective(traces, np.array([4, 5, 5])) / 3.5
    assert gap(0 * traces, np.array([1, 1, 5])) == 1


@pytest.mark.parametrize(
    "traces", (RNG.lognormal(0, 2, 10_000), np.ones(10_000), np.repeat([2.0, 6.0, 12.0, 20.0], 2_500))
)
@pytest.mark.parametrize("budget", (10_001, 123_457, MOST))
def test_large_batches_are_fast(traces, budget):
    """10,000 samples, ties or not, take less than 50 ms of processor time (the best of five)."""
    times = []
    for _ in range(5):
        start = time.process_time()
        allocation = optimal(traces, traces, budget, RNG)
        times.append(time.process_time() - start)
    assert allocation.sum() == budget and allocation.min() >= 1
    assert min(times) < 0.05
