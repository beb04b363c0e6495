"""Quadratic forms over the simplex."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
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


ENTRIES = st.integers(-6, 6).map(F)
FORMS = st.integers(1, 4).flatmap(lambda n: st.lists(ENTRIES, min_size=n * n, max_size=n * n))
SHARES = st.lists(st.integers(0, 5), min_size=4, max_size=4)


def symmetric(entries: list) -> tuple:
    """The symmetric part of a square matrix given row by row."""
    n = round(len(entries) ** 0.5)
    return tuple(tuple((entries[a * n + b] + entries[b * n + a]) / 2 for b in range(n)) for a in range(n))


@given(FORMS, SHARES)
def test_no_other_weights_do_better(entries, shares) -> None:
    """Whatever the form, weights from elsewhere in the simplex give at least the least value."""
    form = symmetric(entries)
    parts = shares[: len(form)]
    parts = parts if any(parts) else [1] * len(form)
    weights = tuple(F(p, sum(parts)) for p in parts)
    found, at = least(form)
    assert found <= value(form, weights)
    assert min(at) >= 0 and sum(at) == 1 and value(form, at) == found


@given(FORMS, st.integers(1, 5))
def test_units_and_order_do_not_matter(entries, scale) -> None:
    """Scaling the form scales the least value; reversing the order of the rows leaves it."""
    form = symmetric(entries)
    grown = tuple(tuple(scale * v for v in row) for row in form)
    turned = tuple(tuple(reversed(row)) for row in reversed(form))
    assert least(grown)[0] == scale * least(form)[0]
    assert least(turned)[0] == least(form)[0]
