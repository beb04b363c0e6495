"""The two-point estimator and its exact mean square error."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from sim.directions import LAWS, draw, points
from sim.spsa import averaged, mean_square_error, two_point

G = (Fraction(1), Fraction(-2))


def along(u):
    return np.array(G, dtype=object) @ u * u


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("m", [1, 2])
def test_mean_square_error_is_the_average_over_all_tuples(law, m):
    """The variance decomposition agrees with the plain average over all m-tuples of directions."""
    weights, vectors = (np.array(part, dtype=object) for part in points(law, 2))
    plain = Fraction(0)
    for batch in product(zip(weights, vectors, strict=True), repeat=m):
        error = sum(along(u) for _, u in batch) / m - G
        plain += np.prod([w for w, _ in batch]) * (error @ error)
    estimates = np.array([along(u) for u in vectors])
    assert mean_square_error(estimates, np.array(G, dtype=object), m, weights) == plain


def test_two_point_is_exact_on_fractions():
    """With arrays of Fractions the estimator returns Fractions: a cubic's error is its exact value."""
    half = Fraction(1, 2)
    u = np.array([[half], [Fraction(1)]], dtype=object)
    estimate = two_point(lambda x: x[..., 0] ** 3, np.array([Fraction(0)], dtype=object), half, u)
    assert [list(row) for row in estimate] == [[half**6], [half**2]]


def test_two_point_is_exact_on_quadratics_for_any_radius():
    """On a quadratic loss the central difference is the directional derivative times u."""
    loss = lambda x: 3 * x[..., 0] - x[..., 1] + 5 * x[..., 0] * x[..., 1]
    u = draw("gaussian", np.random.default_rng(3), 10, 2)
    x = np.array([0.5, -1.0])
    gradient = np.array([3 + 5 * x[1], -1 + 5 * x[0]])
    for mu in (0.01, 2.0):
        assert np.allclose(two_point(loss, x, mu, u), (u @ gradient)[:, None] * u, atol=1e-9)


def test_average_has_one_row_per_batch():
    """Batches of m directions give one estimate each, the mean of the m single ones."""
    u = draw("sphere", np.random.default_rng(3), 12, 2).reshape(4, 3, 2)
    loss = lambda x: x[..., 0] ** 3
    single = two_point(loss, np.zeros(2), 0.1, u)
    assert np.allclose(averaged(loss, np.zeros(2), 0.1, u), single.mean(axis=1))


@pytest.mark.parametrize("law", LAWS)
def test_drawn_errors_agree_with_the_exact_mean_square_error(law):
    """On a cubic loss at a large radius, sampled and exact errors agree within five standard errors."""
    K, m, mu, n = 3, 2, 0.5, 60_000
    loss = lambda x: x[..., 0] - 2 * x[..., 1] + x[..., 0] ** 3 + x[..., 0] * x[..., 1] * x[..., 2]
    target, origin = np.array([1.0, -2.0, 0.0]), np.zeros(K)
    weights, vectors = (np.array(part, dtype=float) for part in points(law, K))
    exact = mean_square_error(two_point(loss, origin, mu, vectors), target, m, weights)
    u = draw(law, np.random.default_rng(11), n * m, K).reshape(n, m, K)
    errors = ((averaged(loss, origin, mu, u) - target) ** 2).sum(-1)
    assert abs(errors.mean() - exact) <= 5 * errors.std() / np.sqrt(n)
