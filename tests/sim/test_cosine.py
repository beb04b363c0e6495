"""Predicted cosines: the exact law for Gaussian directions, and the prediction by moments."""

import numpy as np
import pytest

from sim.cosine import cosine, gaussian_interval, gaussian_mean, gaussian_square, predicted
from sim.directions import draw
from sim.estimators import ESTIMATORS
from sim.spsa import two_point
from sim.variance import variance


def measured(law, n, K, repeats=20_000):
    """Cosines of the mean of n SPSA queries on a quadratic loss, `repeats` of them."""
    rng = np.random.default_rng(5)
    g, H = rng.standard_normal(K), np.diag(np.arange(K) - 1.0)
    loss = lambda x: x @ g + (x @ H * x).sum(-1) / 2
    u = draw(law, rng, repeats * n, K).reshape(repeats, n, K)
    return cosine(two_point(loss, np.zeros(K), 0.7, u).mean(1), g), g, H


@pytest.mark.parametrize(("n", "K"), [(1, 2), (3, 5), (20, 4), (2, 40)])
def test_the_exact_law_of_the_cosine(n, K):
    """Mean and mean square within Hoeffding's bound at error rate 1e-9; every cosine in its interval."""
    found, _, _ = measured("gaussian", n, K)
    slack = np.sqrt(np.log(2e9) / (2 * found.size))
    assert abs(found.mean() - gaussian_mean(n, K)) <= slack
    assert abs((found**2).mean() - gaussian_square(n, K)) <= slack
    low, high = gaussian_interval(n, K, 1e-9 / found.size)
    assert ((found >= low - 1e-12) & (found <= high + 1e-12)).all()
    narrow = gaussian_interval(n, K, 0.5)
    inside = ((found >= narrow[0]) & (found <= narrow[1])).mean()
    assert abs(inside - 0.5) <= slack


@pytest.mark.parametrize("law", ("gaussian", "rademacher", "sphere"))
def test_the_prediction_by_moments(law):
    """The prediction from the variance law is near the measured root mean square for many queries."""
    n, K = 25, 30
    found, g, H = measured(law, n, K, 4000)
    scale = 1 / K if law == "sphere" else 1.0
    value = predicted(float(variance("spsa", law, 0, g, H, 0.7)), scale**2 * (g @ g), n)
    assert abs(np.sqrt((found**2).mean()) - value) < 0.02
    if law == "gaussian":
        assert np.isclose(value, np.sqrt(n / (n + K + 1)))


@pytest.mark.parametrize("name", ("spsa", "es", "es_forward", "es_antithetic", "lr", "forward_gradient"))
def test_the_prediction_by_moments_for_every_estimator(name):
    """On a quadratic with a value that one-sided forms feel, the prediction is near what is measured."""
    n, K, repeats, sigma = 40, 20, 2000, 0.5
    rng = np.random.default_rng(6)
    g, h = rng.standard_normal(K), np.linspace(-1, 1, K)
    loss = lambda x: 2 + sum(g[i] * x[..., i] + h[i] * x[..., i] ** 2 / 2 for i in range(K))
    u = draw("gaussian", rng, repeats * n, K).reshape(repeats, n, K)
    found = cosine(ESTIMATORS[name](loss, np.zeros(K), sigma, u).mean(1), g)
    value = predicted(variance(name, "gaussian", 2.0, g, np.diag(h), sigma), g @ g, n)
    assert abs(np.sqrt((found**2).mean()) - value) < 0.02


def test_small_cases_by_hand():
    """One query in the plane: the mean cosine is 2/pi; in dimension one it is 1."""
    assert np.isclose(gaussian_mean(1, 2), 2 / np.pi)
    assert gaussian_mean(4, 1) == pytest.approx(1) and gaussian_interval(2, 1, 0.1) == (1.0, 1.0)
    assert cosine(np.zeros((2, 3)), np.ones(3)).tolist() == [0, 0]
    assert predicted(3.0, 0.0, 5) == 0


@pytest.mark.parametrize("call", [lambda: gaussian_mean(0, 3), lambda: gaussian_interval(1, 2, 0.0),
                                  lambda: predicted(-1.0, 1.0, 3)])  # fmt: skip
def test_wrong_arguments_are_refused(call):
    """No queries, no error rate, a negative variance: a ValueError that names it."""
    with pytest.raises(ValueError, match="="):
        call()
