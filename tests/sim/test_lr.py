"""Likelihood ratio with noise in an activation: mean and mean square by enumeration."""

from fractions import Fraction

import numpy as np
import pytest

from sim.directions import points
from sim.es import one_sided
from sim.lr import activation_noise, parameter_noise, second_moment

JACOBIAN = np.array([[1, -2], [0, 3], [2, 1]], dtype=object)  # (H, K) = (3, 2)
X, SIGMA = np.array([Fraction(1, 2), Fraction(-1)], dtype=object), Fraction(1, 4)
WEIGHTS, VECTORS = (np.array(part, dtype=object) for part in points("gaussian", 3))
GRADIENT = np.array([2, -1, 1], dtype=object)


def through(tail):
    """All estimates of a network whose first layer is linear."""
    return activation_noise(tail, lambda x: JACOBIAN @ x, lambda x: JACOBIAN, X, SIGMA, VECTORS)


def test_the_mean_is_the_gradient_through_the_layer():
    """For a linear tail the mean is J' times its gradient, in rationals."""
    mean = WEIGHTS @ through(lambda h: 5 + h @ GRADIENT)
    assert (mean == GRADIENT @ JACOBIAN).all()


def test_the_mean_of_a_cubic_tail_is_smoothed():
    """The bias is s^2/2 J' grad(laplacian): the gradient of the tail smoothed by the noise."""
    tail = lambda h: h[..., 0] * h[..., 1] * h[..., 1] + h[..., 2]
    h = JACOBIAN @ X
    smoothed = np.array([h[1] ** 2 + SIGMA**2, 2 * h[0] * h[1], Fraction(1)], dtype=object)
    assert (WEIGHTS @ through(tail) == smoothed @ JACOBIAN).all()


def test_second_moment_is_exact():
    """The formula equals the enumerated mean square, in rationals."""
    estimates = through(lambda h: 5 + h @ GRADIENT)
    value = 5 + JACOBIAN @ X @ GRADIENT
    assert WEIGHTS @ (estimates * estimates).sum(-1) == second_moment(value, GRADIENT, JACOBIAN, SIGMA)


def test_noise_in_parameters_is_an_evolution_strategy():
    """With the identity as first layer the likelihood ratio is the one-sided evolution strategy."""
    loss = lambda x: x[..., 0] ** 3 - x[..., 1]
    x, u = np.array([0.5, -1.0]), np.random.default_rng(0).standard_normal((20, 2))
    through = activation_noise(loss, lambda point: point, lambda point: np.eye(2), x, 0.5, u)
    assert np.allclose(through, one_sided(loss, x, 0.5, u), rtol=1e-15)
    assert np.array_equal(parameter_noise(loss, x, 0.5, u), one_sided(loss, x, 0.5, u))


@pytest.mark.parametrize("width", (3, 6))
def test_width_enters_through_the_jacobian_only(width):
    """Rows of zeros in the Jacobian leave the noise of a constant tail as it is: no factor of the width."""
    jacobian = np.zeros((width, 2), dtype=object)
    jacobian[:3] = JACOBIAN
    gradient = np.zeros(width, dtype=object)
    base = second_moment(7, np.zeros(3, dtype=object), JACOBIAN, SIGMA)
    assert second_moment(7, gradient, jacobian, SIGMA) == base
