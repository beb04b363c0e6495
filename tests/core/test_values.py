"""Numbers of the two kinds: what is exact stays exact, what is not real is named."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.core.values import (
    Undefined,
    any_power,
    approx,
    entry,
    exact,
    extreme,
    has_float,
    inner,
    int_of,
    int_power,
    plain,
    rational_root,
    rough,
    total,
)

fractions = st.fractions(max_denominator=1000)
whole = st.integers(-12, 12)
positive = st.fractions(min_value=Fraction(1, 50), max_value=100, max_denominator=50)
powers = st.fractions(-3, 3, max_denominator=20)


@given(fractions)
def test_exact_and_plain_are_inverse(x: Fraction) -> None:
    """A rational survives the way to fmpq and back."""
    assert plain(exact(x)) == x and isinstance(exact(x), fmpq)


@given(fractions, fractions, st.integers(0, 6))
def test_exact_arithmetic_is_that_of_fractions(x: Fraction, y: Fraction, n: int) -> None:
    """Sums, products and powers of exact values are those of Python's Fractions."""
    a, b = exact(x), exact(y)
    assert plain(total([a, b, a])) == x + y + x
    assert plain(inner((a, b), (b, b))) == x * y + y * y
    assert plain(int_power(a, n)) == x**n
    assert plain(extreme([a, b], True)) == max(x, y) and plain(extreme([a, b], False)) == min(x, y)


@given(fractions)
def test_the_root_of_a_square_is_rational(x: Fraction) -> None:
    """sqrt(x^2) is |x| exactly, and a root that is irrational is not given as rational."""
    assert plain(any_power(exact(x * x), fmpq(1, 2))) == abs(x)
    assert rational_root(exact(2 * x * x + 2 * (x == 0))) is None


@given(positive, powers)
def test_powers_enclose_what_sympy_computes(x: Fraction, p: Fraction) -> None:
    """A power is an enclosure of SymPy's value to fifty digits, or that value itself."""
    value = arb(any_power(exact(x), exact(p)))
    said = sp.Pow(sp.Rational(x), sp.Rational(p), evaluate=False).evalf(50)
    assert value.overlaps(arb(str(said), "1e-40"))
    assert float(value.rad()) < 1e-10 * (1 + abs(float(value)))


@pytest.mark.parametrize(
    ("base", "power"),
    [
        (fmpq(-1), fmpq(1, 2)),
        (fmpq(-8), fmpq(1, 3)),
        (-1.0, 0.5),
        (fmpq(0), fmpq(-1, 3)),
        (arb(-2), fmpq(1, 2)),
    ],
)
def test_what_is_not_real_is_undefined(base, power) -> None:
    """Even roots of negative numbers and poles are `Undefined`, in both modes."""
    with pytest.raises(Undefined):
        any_power(base, power)


@pytest.mark.parametrize("base", [0, 0.0, fmpq(0), arb(0), arb(0, 1)])
def test_a_negative_power_of_what_may_be_zero_is_a_division_by_zero(base) -> None:
    """1/x is undefined where x is zero and where an enclosure of x holds zero."""
    with pytest.raises(ZeroDivisionError):
        int_power(base, -1)


def test_floats_and_strings_are_left_alone() -> None:
    """`exact` does not pretend that a float is exact, at any depth."""
    assert exact((0.5, "x", (1, Fraction(1, 3)))) == (0.5, "x", (fmpq(1), fmpq(1, 3)))
    assert has_float(exact((1, (0.5,)))) and not has_float(exact((1, (Fraction(1, 2),))))
    assert exact(np.int64(3)) == fmpq(3) and isinstance(exact(np.float64(0.5)), float)


def test_rough_keeps_integers() -> None:
    """In float mode integers stay integers, rationals, enclosures and arrays become floats."""
    assert rough((2, Fraction(1, 2), fmpq(1, 4), np.array([1.5]))) == (2, 0.5, 0.25, (1.5,))
    assert isinstance(rough(sp.Rational(1, 3)), float)


@pytest.mark.parametrize(
    ("value", "near"), [(fmpq(10) ** 400, math.inf), (-(10**400), -math.inf), (arb(3), 3.0)]
)
def test_what_no_float_can_hold_is_infinite(value, near: float) -> None:
    """A number beyond the largest float is infinite with its sign, and no error."""
    assert approx(value) == near


@pytest.mark.parametrize("value", [fmpq(1, 2), 0.5, "x"])
def test_counts_are_whole(value) -> None:
    """Limits of sums and indices are whole numbers or an error that shows the value."""
    assert int_of(fmpq(3)) == int_of(3.0) == 3
    with pytest.raises(ValueError, match="expected a whole number"):
        int_of(value)


@pytest.mark.parametrize("places", [[0], [3], [1, 3]])
def test_an_index_outside_is_named(places: list[int]) -> None:
    """An index outside a tuple is an error that names the symbol and the range."""
    assert entry(((1, 2), (3, 4)), [2, 1], "T") == 3
    with pytest.raises(IndexError, match=r"T: index . *, expected 1 to 2"):
        entry(((1, 2), (3, 4)), places, "T")


@given(whole, st.fractions(min_value=0, max_value=1, max_denominator=64))
def test_extremes_of_enclosures_enclose(k: int, r: Fraction) -> None:
    """The larger of an enclosure and a number encloses the larger of the true values."""
    ball = arb(k) + arb(0, float(r))
    for point in (k - r, k, k + r):
        assert arb(extreme([ball, fmpq(0)], True)).contains(arb(float(max(point, 0))))


def test_powers_of_balls_around_zero() -> None:
    """They enclose the powers of the numbers inside, and are not nan; zero to a positive power is zero."""
    ball = arb(2).sqrt() - arb(2).sqrt() + arb(0, 1e-20)
    for n in range(6):
        power = int_power(ball, n)
        assert arb(power).contains(arb(10) ** (-21 * n)) and abs(arb(power)).upper() <= arb(10) ** (-19 * n)
    assert any_power(fmpq(0), fmpq(1, 3)) == 0 == any_power(fmpq(0), arb(2).sqrt())
