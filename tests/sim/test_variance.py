"""Exact moments of the estimators: each formula against the enumeration of a finite law, in rationals."""

from fractions import Fraction

import numpy as np
import pytest

from sim.directions import points
from sim.es import forward_difference, one_sided
from sim.spsa import two_point
from sim.variance import MOMENTS, mean, moments, second_moment, variance

K = 3
G = np.array([Fraction(2), Fraction(-1), Fraction(3)], dtype=object)
H = np.array([[1, 2, 0], [2, -3, 1], [0, 1, 4]], dtype=object) * Fraction(1, 2)
X = np.zeros(K, dtype=object) + Fraction(0)
FORMS = {"spsa": two_point, "es": one_sided, "es_forward": forward_difference}


def law_of(name):
    """The finite law; sqrt(3) e_i is replaced by rational directions with the same squares where needed."""
    return (np.array(part, dtype=object) for part in points(name, K))


def quadratic(x):
    return 7 + x @ G + (x @ H * x).sum(-1) / 2


@pytest.mark.parametrize("law", ("gaussian", "sphere", "rademacher"))
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("sigma", (Fraction(1, 3), Fraction(5)))
def test_mean_squares_are_exact(law, name, sigma):
    """The formula equals the weighted sum of squares over the law, with no rounding at all."""
    weights, vectors = law_of(law)
    estimates = FORMS[name](quadratic, X, sigma, vectors)
    assert weights @ (estimates * estimates).sum(-1) == second_moment(name, law, 7, G, H, sigma)
    centred = estimates - weights @ estimates
    assert weights @ (centred * centred).sum(-1) == variance(name, law, 7, G, H, sigma)


@pytest.mark.parametrize("name", FORMS)
def test_mean_squares_of_coordinate_directions(name):
    """The same for the directions +-sqrt(K) e_i, in floats because of the root."""
    units = np.concatenate([np.eye(K), -np.eye(K)]) * np.sqrt(K)
    g, h = G.astype(float), H.astype(float)
    estimates = FORMS[name](lambda x: 7 + x @ g + (x @ h * x).sum(-1) / 2, np.zeros(K), 0.5, units)
    found = (estimates**2).sum(-1).mean()
    assert np.isclose(found, float(second_moment(name, "coordinate", 7, G, H, 0.5)), rtol=1e-12)


@pytest.mark.parametrize("law", ("gaussian", "sphere", "rademacher"))
def test_means_of_cubics_are_exact(law):
    """The mean over the law is c times the gradient of the smoothed cubic, in rationals."""
    cubic = lambda x: x @ G + x[..., 0] * x[..., 1] * x[..., 1] - 2 * x[..., 2] * x[..., 2] * x[..., 2]
    T = np.zeros((K,) * 3, dtype=object)
    T[0, 1, 1] = T[1, 0, 1] = T[1, 1, 0] = 2
    T[2, 2, 2] = -12
    weights, vectors = law_of(law)
    found = weights @ two_point(cubic, X, Fraction(1, 2), vectors)
    assert (found == moments(law).scale(K) * mean(law, G, T, Fraction(1, 2))).all()


def test_rademacher_is_the_best_and_the_value_costs():
    """Signs have a smaller variance than Gaussians, and a loss far from zero spoils the one-sided form."""
    of = lambda name, law, value: variance(name, law, value, G, 0 * H, Fraction(1, 10))
    assert of("spsa", "rademacher", 7) == (K - 1) * (G @ G) < (K + 1) * (G @ G) == of("spsa", "gaussian", 7)
    assert of("es", "gaussian", 7) - of("es", "gaussian", 0) == 49 * K * 100
    assert of("es_forward", "gaussian", 7) == of("es_forward", "gaussian", 0)


def test_unknown_names_are_refused():
    """An unknown law or estimator is named with those that exist."""
    with pytest.raises(ValueError, match="law 'cauchy': expected one of gaussian"):
        moments("cauchy")
    with pytest.raises(ValueError, match="estimator 'sgd': expected one of spsa"):
        variance("sgd", "gaussian", 0, G, H, 1)
    assert set(MOMENTS) == {"gaussian", "sphere", "rademacher", "coordinate"}
