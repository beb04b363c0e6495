"""Paired SGD runs: exact moments, enumeration and simulation are three roads to one number."""

from fractions import Fraction as F

import numpy as np
import pytest

from sim.coupled_sgd import exhaustive, second_moment, simulate


@pytest.mark.parametrize("curvature", [F(1), F(-1, 2), F(0)])
@pytest.mark.parametrize(("n", "b", "steps"), [(2, 1, 3), (3, 2, 2), (3, 3, 1), (2, 2, 2)])
@pytest.mark.parametrize("replacement", [False, True])
def test_recursion_is_the_enumeration(curvature: F, n: int, b: int, steps: int, replacement: bool) -> None:
    """The moment recursion equals the mean over every data pair and every sequence of batches."""
    case = (n, b, steps, F(1, 5), curvature, F(3, 2), replacement)
    assert second_moment(*case) == exhaustive(*case)


def test_simulation_agrees() -> None:
    """The mean of simulated pairs lies within five standard errors of the exact moment."""
    exact = second_moment(8, 2, 30, 0.05, 1.0, 1.0)
    draws = simulate(8, 2, 30, 0.05, 1.0, 1.0, np.random.default_rng(3), 20_000)
    assert abs(draws.mean() - exact) < 5 * draws.std() / len(draws) ** 0.5
    assert draws.std() / len(draws) ** 0.5 < 0.02 * exact


def test_batch_must_fit() -> None:
    """A batch larger than the data is refused by name."""
    with pytest.raises(ValueError, match="b = 3"):
        second_moment(2, 3, 1, F(1, 8), F(1), F(1))
