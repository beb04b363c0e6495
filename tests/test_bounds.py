"""Confidence bounds: exact where they can be computed, monotone, and never above the mean too often."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from proofs_check.bounds import (
    EMPTY,
    FRACTIONS,
    Table,
    add,
    betting_lower,
    clopper_pearson,
    clopper_pearson_lower,
    log_wealth,
)
from proofs_check.seeds import generator


def table(*draws: float) -> Table:
    """Draws as they are, without rounding."""
    values, counts = np.unique(np.array(draws), return_counts=True)
    return Table(values, counts)


positive = st.floats(1e-3, 1e3)
samples = st.lists(st.just(0.0) | positive, min_size=1, max_size=20).map(lambda draws: table(*draws))


@pytest.mark.parametrize("n", [1, 2, 7, 40])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_clopper_pearson_is_scipys(n: int, level: float) -> None:
    """The interval is the exact one of scipy.stats, for every number of successes."""
    for k in range(n + 1):
        exact = stats.binomtest(k, n).proportion_ci(confidence_level=level, method="exact")
        assert clopper_pearson(k, n, level) == pytest.approx((exact.low, exact.high), abs=1e-12)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_clopper_pearson_solves_its_equation(k: int) -> None:
    """At the lower bound, ten draws have k or more successes with probability alpha exactly."""
    bound = clopper_pearson_lower(k, 10, 1e-3)
    assert stats.binom.sf(k - 1, 10, bound) == pytest.approx(1e-3, rel=1e-9)


def test_impossible_counts_are_refused() -> None:
    """More successes than draws are an error, not a number."""
    with pytest.raises(ValueError, match="successes 5: expected between 0 and n = 4"):
        clopper_pearson_lower(5, 4, 0.05)


@pytest.mark.parametrize("values", [(0.0, 1.0), (0.0, 50.0), (0.25, 0.75), (1.0, 3.0)])
@pytest.mark.parametrize("p", [0.02, 0.5, 0.9])
def test_wealth_has_mean_one(values: tuple[float, float], p: float) -> None:
    """Enumerated over all outcomes of a two-point law, the wealth at the true mean averages to 1 exactly."""
    n, (a, b) = 12, values
    mean = a + p * (b - a)
    total = sum(
        stats.binom.pmf(k, n, p) * math.exp(log_wealth(Table(np.array(values), np.array([n - k, k])), mean))
        for k in range(n + 1)
    )
    assert total == pytest.approx(1, rel=1e-9)


@given(samples, positive, positive)
def test_wealth_decreases_in_the_mean(draws: Table, a: float, b: float) -> None:
    """A larger mean is never easier to refute."""
    low, high = sorted((a, b))
    assert log_wealth(draws, low) >= log_wealth(draws, high) - 1e-9


@given(samples)
def test_the_sample_mean_is_never_refuted(draws: Table) -> None:
    """At the sample mean the wealth has not grown."""
    assert log_wealth(draws, draws.mean) <= 1e-9


@given(samples, st.sampled_from([0.5, 0.05, 1e-9]))
def test_the_bound_is_the_edge_of_refutation(draws: Table, alpha: float) -> None:
    """Means at the bound are refuted, means slightly above it are not."""
    bound = betting_lower(draws, alpha)
    assert 0 <= bound <= draws.mean
    assert bound == 0 or log_wealth(draws, bound) >= -math.log(alpha)
    assert bound == 0 or log_wealth(draws, bound * (1 + 1e-5)) < -math.log(alpha)


@given(samples, positive)
def test_the_bound_changes_with_the_units(draws: Table, k: float) -> None:
    """Draws in other units give the bound in those units."""
    scaled = Table(k * draws.values, draws.counts)
    assert betting_lower(scaled, 0.01) == pytest.approx(k * betting_lower(draws, 0.01), rel=1e-4)


@given(samples, st.integers(0, 19), positive)
def test_larger_draws_raise_the_bound(draws: Table, index: int, more: float) -> None:
    """Raising one value never lowers the bound, nor does a larger alpha."""
    assume(index < len(draws.values))
    raised = Table(draws.values + more * (np.arange(len(draws.values)) == index), draws.counts)
    assert betting_lower(raised, 0.01) >= betting_lower(draws, 0.01) * (1 - 1e-5)
    assert betting_lower(draws, 0.1) >= betting_lower(draws, 0.01)


def test_mean_zero_allows_only_zeros() -> None:
    """E[Y] <= 0 is refuted by any positive draw and by no zero; a negative mean is impossible."""
    assert log_wealth(table(0, 0, 1e-9), 0.0) == math.inf
    assert log_wealth(table(0, 0), 0.0) == 0
    assert log_wealth(table(0, 0), -1e-9) == math.inf
    assert betting_lower(table(0, 0), 0.01) == 0


def test_infinite_mean_and_huge_draws_are_harmless() -> None:
    """An infinite mean is never refuted; a draw of infinitely many means refutes, without a warning."""
    assert log_wealth(table(1, 2), math.inf) < 0
    assert log_wealth(table(1, 1e300), 1e-300) == math.inf


def test_rounding_keeps_the_mean_and_the_plain_values() -> None:
    """Rounded at random, a draw keeps its mean; values with few bits do not change."""
    rng = generator(0, "rounding")
    n, draw = 200_000, 1 + 0.3 * 2**-12
    rounded = add(EMPTY, np.full(n, draw), rng)
    assert rounded.values.tolist() == [1, 1 + 2**-12]
    up = int(rounded.counts[1])
    assert stats.binomtest(up, n, 0.3).pvalue > 1e-6
    plain = add(add(EMPTY, np.array([0, 0.5, 1, 1]), rng), np.array([0.5, 7]), rng)
    assert plain.values.tolist() == [0, 0.5, 1, 7] and plain.counts.tolist() == [1, 2, 2, 1]


def test_large_samples_stay_small_tables() -> None:
    """A quarter of a million draws over many scales become a table of relative spacing 2^-12."""
    rng = generator(0, "table")
    draws = rng.lognormal(size=2**18)
    rounded = add(EMPTY, draws, rng)
    assert rounded.counts.sum() == len(draws) and len(rounded.values) < 2**15
    assert rounded.mean == pytest.approx(draws.mean(), rel=1e-5)


@pytest.mark.parametrize("variance", [1e-4, 1e-2, 1.0])
def test_the_mixture_comes_close_to_the_best_fraction(variance: float) -> None:
    """Over a 64-fold range of gaps, some mixed fraction grows at 8/9 of the best rate (quadratic regime)."""
    for gap in np.geomspace(1e-4, 1e-2, 50) * variance:
        best = gap / variance
        if best <= 0.5:
            share = 2 * FRACTIONS / best - (FRACTIONS / best) ** 2
            assert share.max() >= 8 / 9 - 1e-9
