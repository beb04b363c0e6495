"""Pilot queries: the exact variance of an estimated trace, what it costs, and the bias of reuse."""

import numpy as np
import pytest

from sim.allocation import optimal
from sim.directions import points
from sim.pilots import allocation_factor, relative_error, trace_variance


def estimated(n, P, repeats, seed=0):
    """Sample variances of n estimates (u.g)u with g the first unit vector: (repeats,)."""
    u = np.random.default_rng(seed).standard_normal((repeats, n, P))
    return (u[..., :1] * u).var(1, ddof=1).sum(-1)


@pytest.mark.parametrize(("n", "P"), [(2, 1), (2, 5), (5, 3), (20, 8)])
def test_the_variance_of_an_estimated_trace_is_exact(n, P):
    """Sampled mean and variance agree with the formulas within six of their standard errors."""
    found = estimated(n, P, 100_000)
    assert abs(found.mean() - (P + 1)) < 6 * found.std() / np.sqrt(found.size)
    squares = (found - (P + 1)) ** 2
    assert abs(squares.mean() - float(trace_variance(n, P))) < 6 * squares.std() / np.sqrt(found.size)


@pytest.mark.parametrize(("n", "P"), [(2, 1), (2, 2), (3, 2)])
def test_the_variance_by_quadrature(n, P):
    """The same by a product of Gauss-Hermite rules, to ten digits: no sampling."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    weights = weights / weights.sum()
    grids = np.meshgrid(*[np.arange(6)] * (n * P), indexing="ij")
    index = np.stack([grid.ravel() for grid in grids], -1)
    u, w = nodes[index].reshape(-1, n, P), weights[index].prod(-1)
    found = (u[..., :1] * u).var(1, ddof=1).sum(-1)
    assert np.isclose(w @ found, P + 1, rtol=1e-10)
    assert np.isclose(w @ (found - (P + 1)) ** 2, float(trace_variance(n, P)), rtol=1e-10)


def test_parameters_do_not_average_it_out():
    """Twenty queries know a trace to about 32 %, in a network of a million parameters as well."""
    assert relative_error(20, 10**6) == pytest.approx(np.sqrt(2 / 20), rel=1e-2)
    assert relative_error(20, 10) > relative_error(20, 10**6)


@pytest.mark.parametrize("n", (4, 20))
def test_what_estimated_traces_cost(n):
    """Shares from estimates of many samples with many parameters: the stated factor on the objective."""
    rng = np.random.default_rng(1)
    T = rng.lognormal(0, 1, 200_000)
    w = np.sqrt(T * rng.chisquare(n, T.size) / n)
    reached, best = (T / w).sum() * w.sum(), np.sqrt(T).sum() ** 2
    assert reached / best == pytest.approx(allocation_factor(n), rel=5e-3)
    assert allocation_factor(2) == pytest.approx(np.pi / 2) and allocation_factor(50) < 1.011


def test_reused_pilots_shorten_the_gradient():
    """Counts from the pilot, and a mean that contains it: too short; with fresh queries only: unbiased."""
    weights, u = (np.array(part, dtype=float) for part in points("gaussian", 2))
    g = np.array([1.0, 0.0])
    estimates = (u @ g)[:, None] * u
    reused = fresh = 0.0
    for a, first in zip(weights, estimates, strict=True):
        for b, second in zip(weights, estimates, strict=True):
            trace = ((first - second) ** 2).sum() / 2
            count = 1 + int(optimal(np.zeros(2), np.array([trace, 3.0]), 12, np.random.default_rng(0))[0])
            reused += a * b * (first + second + (count - 2) * g) / count
            fresh += a * b * g
    assert np.allclose(fresh, g) and abs(reused[1]) < 1e-12
    assert reused[0] < 0.97


@pytest.mark.parametrize("call", [lambda: trace_variance(1, 3), lambda: trace_variance(2, 0),
                                  lambda: allocation_factor(1)])  # fmt: skip
def test_one_query_is_refused(call):
    """One query has no variance; the error says so."""
    with pytest.raises(ValueError, match="expected"):
        call()
