"""Gradient descent on piecewise quadratic losses."""

from fractions import Fraction as F

import pytest

from sim.descent import Bowl, descend, gradient, loss, quadratic_loss


def test_iteration_meets_the_closed_form() -> None:
    """On quadratics the iterated loss equals the closed form exactly."""
    spectrum, start = (F(1, 3), F(2), F(1)), (F(3), F(-1), F(5, 7))
    bowl = Bowl(inner=spectrum, outer=spectrum, radius=F(1, 2))
    for steps in range(6):
        end = descend(bowl, start, F(1, 4), steps)
        assert loss(bowl, end) == quadratic_loss(spectrum, start, F(1, 4), steps)


@pytest.mark.parametrize("curvatures", [(F(1), F(1, 10)), (F(1, 10), F(1))])
def test_bowl_is_smooth_and_strongly_convex(curvatures: tuple) -> None:
    """The defining inequalities of L-smoothness and mu-strong convexity hold at all pairs of grid points."""
    inner, outer = curvatures
    bowl = Bowl(inner=(inner,), outer=(outer,), radius=F(3, 4))
    grid = [F(k, 4) for k in range(-12, 13)]
    for x in grid:
        for y in grid:
            line = loss(bowl, (x,)) + gradient(bowl, (x,))[0] * (y - x)
            excess = loss(bowl, (y,)) - line
            assert F(1, 20) * (y - x) ** 2 <= excess <= F(1, 2) * (y - x) ** 2


def test_curvatures_must_match() -> None:
    """A bowl whose two spectra differ in length is refused by name."""
    with pytest.raises(ValueError, match="outer"):
        Bowl(inner=(1, 2), outer=(1,), radius=1)
