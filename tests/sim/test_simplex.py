"""Quadratic forms over the simplex."""

from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import nnls

from sim.simplex import least, value


def test_inside_face_and_vertex() -> None:
    """The minimum is found inside, on an edge and at a vertex."""
    assert least(((F(1), F(0)), (F(0), F(1)))) == (F(1, 2), (F(1, 2), F(1, 2)))
    assert least(((F(1), F(2)), (F(2), F(9)))) == (1, (1, 0))
    assert least(((F(2), F(0), F(5)), (F(0), F(2), F(5)), (F(5), F(5), F(9)))) == (1, (F(1, 2), F(1, 2), 0))


def test_integers_stay_exact() -> None:
    """A form of integers gives Fractions, not floats."""
    assert least(((1, 0), (0, 2)))[1] == (F(2, 3), F(1, 3))


def test_indefinite_and_flat_forms() -> None:
    """A form that is concave or constant along a face has its least value at the boundary."""
    assert least(((F(0), F(1)), (F(1), F(0))))[0] == 0
    assert least(((F(1), F(1)), (F(1), F(1))))[0] == 1


def test_agrees_with_non_negative_least_squares() -> None:
    """For Gram matrices it is the distance to a convex hull, which scipy finds by another road."""
    rng = np.random.default_rng(0)
    for n, d in ((2, 1), (3, 2), (4, 2), (4, 5)):
        points, heavy = rng.normal(size=(n, d)), 1e6
        form = tuple(map(tuple, (points @ points.T).tolist()))
        found, weights = least(form)
        rows = np.vstack([points.T, heavy * np.ones(n)])
        other, _ = nnls(rows, np.r_[np.zeros(d), heavy])
        assert found == pytest.approx(value(form, tuple(other / other.sum())), abs=1e-6)
        assert min(weights) >= 0 and sum(weights) == pytest.approx(1)
