"""Maximum mean discrepancy: exact laws of both estimators, invariances, the Gaussian closed form."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mmd import bandwidth, between, gaussian_squared, squared

SEED = st.integers(0, 2**32 - 1)


def draw(seed: int, n: int = 5, m: int = 7, d: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Two small samples."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.normal(1, 2, size=(m, d))


def kernel(a: np.ndarray, b: np.ndarray, s: float) -> float:
    """The kernel of two points, in plain Python."""
    return float(np.exp(-sum((u - v) ** 2 for u, v in zip(a, b, strict=True)) / (2 * s * s)))


@given(SEED)
def test_both_estimators_are_their_sums(seed: int) -> None:
    """The vectorised values are the double sums of their definitions."""
    x, y = draw(seed, 3, 4, 2)
    across = sum(kernel(a, b, 1.5) for a in x for b in y) / 12
    for estimator, same in (("biased", True), ("unbiased", False)):
        within = []
        for z in (x, y):
            values = [kernel(a, b, 1.5) for i, a in enumerate(z) for j, b in enumerate(z) if same or i != j]
            within.append(sum(values) / len(values))
        assert squared(x, y, 1.5, estimator) == pytest.approx(sum(within) - 2 * across, abs=1e-12)


def test_means_over_all_samples_are_those_of_the_laws() -> None:
    """Over every sample of two points from each of two laws on three points: the unbiased estimator's mean
    is the discrepancy of the laws, the biased one's is above it by (1 - E k)/2 of each law."""
    p, q = np.array([[0.0], [1.0], [3.0]]), np.array([[0.5], [2.0], [2.5]])
    truth = squared(p, q, 1.0)  # a law is the empirical law of its points
    means = {
        e: np.mean(
            [
                squared(p[list(a)], q[list(b)], 1.0, e)
                for a in product(range(3), repeat=2)
                for b in product(range(3), repeat=2)
            ]
        )
        for e in ("biased", "unbiased")
    }
    excess = sum((1 - np.mean([kernel(a, b, 1.0) for a in z for b in z])) / 2 for z in (p, q))
    assert means["unbiased"] == pytest.approx(truth, abs=1e-12)
    assert means["biased"] == pytest.approx(truth + excess, abs=1e-12)


@given(SEED, st.floats(0.1, 10))
def test_invariances(seed: int, scale: float) -> None:
    """Moving, turning, ordering and scaling the data (and with it the bandwidth) changes nothing."""
    x, y = draw(seed)
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    one = between([x, y])
    for change in (
        lambda z: z + np.array([3.0, -2.0, 5.0]),
        lambda z: z @ turn,
        lambda z: scale * z,
        rng.permutation,
    ):
        np.testing.assert_allclose(between([change(x), change(y)]), one, atol=1e-9)
    np.testing.assert_allclose(between([y, x]), one.T, atol=1e-12)


@given(SEED)
def test_biased_is_a_distance(seed: int) -> None:
    """Never negative, zero for equal samples, symmetric, and with the triangle inequality."""
    rng = np.random.default_rng(seed)
    samples = [rng.normal(size=(n, 2)) for n in (1, 3, 4)]
    root = np.sqrt(between(samples, 1.0))
    assert (root >= 0).all() and squared(samples[2], samples[2][::-1], 1.0) == pytest.approx(0, abs=1e-12)
    assert root[0, 1] <= root[0, 2] + root[2, 1] + 1e-12


def test_bandwidth_is_the_median_distance_and_survives_ties() -> None:
    """Distances 1, 2, 3 have median 2; where most points are one, the mean; where all are, 1."""
    points = np.array([[0.0], [1.0], [3.0]])
    assert bandwidth([points[:1], points[1:]]) == 2
    assert bandwidth([np.array([[0.0]] * 5 + [[7.0]])]) == pytest.approx(7 / 3)
    assert bandwidth([np.ones((4, 2))]) == 1


@pytest.mark.parametrize("spreads", [(1.0, 1.0), (0.5, 2.0), (0.0, 1.0)])
def test_gaussian_closed_form_is_the_integral(spreads: tuple[float, float]) -> None:
    """In one dimension the closed form agrees with Gauss-Hermite quadrature over both points."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    laws = [(0.7 + spreads[0] * nodes), spreads[1] * nodes]
    mean = lambda a, b: weights @ np.exp(-((a[:, None] - b) ** 2) / (2 * 1.3**2)) @ weights
    integral = mean(laws[0], laws[0]) + mean(laws[1], laws[1]) - 2 * mean(*laws)
    assert gaussian_squared(np.array([0.7]), spreads, 1.3) == pytest.approx(integral, abs=1e-8)


def test_gaussian_samples_have_it() -> None:
    """In three dimensions fifty unbiased values are as far from the closed form as their spread says."""
    rng, gap = np.random.default_rng(0), np.array([1.0, 0.5, 0.0])
    found = [
        squared(gap + rng.normal(size=(40, 3)), 2 * rng.normal(size=(40, 3)), 2.0, "unbiased")
        for _ in range(50)
    ]
    error = np.std(found, ddof=1) / np.sqrt(50)
    assert abs(np.mean(found) - gaussian_squared(gap, (1.0, 2.0), 2.0)) < 4 * error < 0.05


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((2, 1)), np.ones((2, 2)), 1.0), "shapes"),
        ((np.ones((2, 1)), np.ones((2, 1)), 0.0), "positive bandwidth"),
        ((np.ones((2, 1)), np.ones((2, 1)), 1.0, "best"), "estimator = 'best'"),
        ((np.ones((1, 1)), np.ones((2, 1)), 1.0, "unbiased"), "two or more"),
    ],
)
def test_bad_arguments_are_refused(arguments: tuple, message: str) -> None:
    """Impossible arguments are refused by name."""
    with pytest.raises(ValueError, match=message):
        squared(*arguments)
