"""Tests of the counted network."""

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sim.costs import full_gradient, tangent_gradient, total, two_point_gradient


def world(K: int = 3, widths=(2, 3, 2), b: int = 2, seed: int = 0) -> Any:
    """Experts, alpha, x and y with small rational entries."""
    rng = np.random.default_rng(seed)
    draw = lambda *shape: np.array(rng.integers(-2, 3, shape), dtype=object) * Fraction(1)
    experts = [[draw(o, i) for i, o in zip(widths, widths[1:], strict=False)] for _ in range(K)]
    return experts, draw(K) / 2, draw(widths[0], b), draw(widths[-1], b)


@pytest.mark.parametrize("seed", range(3))
def test_backward_and_forward_mode_agree_exactly(seed: int) -> None:
    """Reverse mode with inner products and forward mode give one gradient, on rationals."""
    experts, alpha, x, y = world(seed=seed)
    reverse = full_gradient(Counter(), experts, alpha, x, y, False)
    assert (reverse == tangent_gradient(Counter(), experts, alpha, x, y)).all()


def test_the_gradient_is_that_of_the_loss() -> None:
    """The two-point estimate along a coordinate with a tiny radius is that component of the gradient."""
    experts, alpha, x, y = world()
    gradient = full_gradient(Counter(), experts, alpha, x, y, False)
    for k in range(3):
        axis = np.array([Fraction(int(j == k)) for j in range(3)])
        found = two_point_gradient(Counter(), experts, alpha, x, y, Fraction(1, 10**9), axis)
        assert abs(found[k] - gradient[k]) < Fraction(1, 10**12)


def test_work_is_counted_where_it_is_done() -> None:
    """Blends cost P K, a forward pass b P, the backward pass twice that less the part before the data."""
    experts, alpha, x, y = world(K=3, widths=(2, 3, 2), b=2)
    P, tally = 12, Counter()
    full_gradient(tally, experts, alpha, x, y, False)
    assert (tally["blend"], tally["forward"], tally["backward"]) == (3 * P, 2 * P, 2 * (2 * P - 6))
    assert total(tally) == 3 * P + 2 * P + 2 * (2 * P - 6) + 3 * P
    tally = Counter()
    two_point_gradient(tally, experts, alpha, x, y, Fraction(1, 8), alpha)
    assert (tally["blends"], tally["forwards"], tally["backwards"], total(tally)) == (2, 2, 0, 2 * 5 * P)
