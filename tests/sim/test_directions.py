"""Finite point sets of the laws of random directions."""

from fractions import Fraction

import numpy as np
import pytest

from sim.directions import LAWS, draw, half, points

MOMENTS = {  # E u1^4, E u1^2 u2^2, E|u|^2 of the three laws, in closed form
    "sphere": lambda K: (Fraction(3, K * (K + 2)), Fraction(1, K * (K + 2)), 1),
    "gaussian": lambda K: (3, 1, K),
    "rademacher": lambda K: (1, 1, K),
}


def average(law: str, K: int, of) -> Fraction:
    return sum((w * of(u) for w, u in zip(*points(law, K), strict=True)), Fraction(0))


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("K", [1, 2, 3, 4, 5])
def test_moments_are_those_of_the_law(law, K):
    """Averages over the points equal the law's moments exactly, odd ones included."""
    fourth, mixed, square = MOMENTS[law](K)
    assert average(law, K, lambda u: 1) == 1
    assert average(law, K, lambda u: sum(x * x for x in u)) == square
    assert average(law, K, lambda u: u[0] ** 4) == fourth
    assert average(law, K, lambda u: u[0]) == average(law, K, lambda u: u[-1] ** 3) == 0
    if K > 1:
        assert average(law, K, lambda u: u[0] ** 2 * u[1] ** 2) == mixed
        assert average(law, K, lambda u: u[0] * u[1]) == 0


@pytest.mark.parametrize("K", [1, 2, 3, 4])
def test_sixth_and_eighth_moments(K):
    """The sphere rule has E u1^6 = 15/(K(K+2)(K+4)); the Gaussian one E u1^6 |u|^2 = 15 (K + 6)."""
    assert average("sphere", K, lambda u: u[0] ** 6) == Fraction(15, K * (K + 2) * (K + 4))
    assert average("gaussian", K, lambda u: u[0] ** 6 * sum(x * x for x in u)) == 15 * (K + 6)


def test_points_of_the_sphere_have_length_one():
    """Every point of the sphere rule has unit length exactly."""
    assert all(sum(x * x for x in u) == 1 for K in (1, 2, 3, 4, 5) for u in points("sphere", K)[1])


@pytest.mark.parametrize("law", LAWS)
def test_half_of_the_points_serves_even_functions(law):
    """Keeping one of each pair u, -u changes no average of an even function."""
    even = sum(w * (u[0] + 2 * u[1]) ** 4 for w, u in zip(*half(law, 3), strict=True))
    assert even == average(law, 3, lambda u: (u[0] + 2 * u[1]) ** 4)


@pytest.mark.parametrize("law", LAWS)
def test_draws_follow_the_law(law):
    """The mean of u1^2 u2^2 over many draws lies within five standard errors of the law's moment."""
    u = draw(law, np.random.default_rng(7), 40_000, 3)
    sample = u[:, 0] ** 2 * u[:, 1] ** 2
    error = 5 * sample.std() / np.sqrt(len(sample)) + 1e-12
    assert abs(sample.mean() - float(MOMENTS[law](3)[1])) <= error


def test_bad_input_is_named():
    """An unknown law or a dimension outside the rules is refused with its value."""
    with pytest.raises(ValueError, match="'cauchy'"):
        points("cauchy", 2)
    with pytest.raises(ValueError, match="K = 9"):
        points("sphere", 9)
    with pytest.raises(ValueError, match="'cauchy'"):
        draw("cauchy", np.random.default_rng(0), 1, 2)
