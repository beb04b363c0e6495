"""Minima by stationarity and multipliers, and Jensen: each condition is needed."""

import pytest
import sympy as sp

from proofs_check.core.chain import check_line
from proofs_check.core.lemma import Context
from theory.proof import Jensen, Line, Stationary

x, y, a, b = sp.symbols("x y a b", real=True)
p, q, c = sp.symbols("p q c", positive=True)
t = sp.Symbol("t", real=True)
TOTAL = sp.Eq(p + q, c)


def minimum(f, at, relation=">=", value=None, facts=(), **rule) -> tuple[bool, str]:
    """Whether f >= f(at) is accepted."""
    value = f.xreplace(at) if value is None else value
    ok, reason, _ = check_line(f, Line(relation, value, Stationary(at, **rule)), Context(facts=tuple(facts)))
    return ok, reason


def test_unconstrained_minima() -> None:
    """A convex function has its minimum where the gradient vanishes, for all parameters."""
    square = (x - a) ** 2 + (x - y) ** 2 + y**2 * 3
    best = sp.solve([sp.diff(square, x), sp.diff(square, y)], [x, y], dict=True)[0]
    assert minimum(square, best)[0]
    assert minimum(sp.exp(x) - x, {x: sp.Integer(0)})[0]
    assert minimum(p + 1 / p, {p: sp.Integer(1)})[0]
    assert minimum(sp.log(p) - p, {p: sp.Integer(1)}, relation="<=")[0]
    j, n = sp.Symbol("j", integer=True, positive=True), sp.Symbol("n", integer=True, positive=True)
    s = sp.IndexedBase("s", real=True)
    spread = sp.Sum((x - s[j]) ** 2, (j, 1, n))
    assert minimum(spread, {x: sp.Sum(s[j], (j, 1, n)) / n})[0]


WRONG = [
    (x**2 + 1, {x: sp.Integer(1)}, ">=", None, ()),  # not stationary
    (x**2 + 1, {x: sp.Integer(0)}, ">=", sp.Integer(2), ()),  # another value
    (x**2 + 1, {x: sp.Integer(0)}, ">", None, ()),
    (x**2 + 1, {x: sp.Integer(0)}, "<=", None, ()),
    (x**4 - x**2, {x: sp.Integer(0)}, ">=", None, ()),  # a maximum
    (x**3, {x: sp.Integer(0)}, ">=", None, ()),
    (x**2 - 3 * x * y + y**2, {x: sp.Integer(0), y: sp.Integer(0)}, ">=", None, ()),  # a saddle
    (p + 1 / p, {p: sp.Integer(-1)}, "<=", None, ()),  # outside the domain
    (x**3 - 3 * x, {x: sp.Integer(-1)}, ">=", None, (x >= 0,)),  # outside the set where it is convex
    (sp.Abs(x), {x: sp.Integer(0)}, ">=", None, ()),
    (x + 1 / x, {x: sp.Integer(1)}, ">=", None, ()),  # x may be negative
    ((x - a) ** 2, {x: x}, ">=", None, ()),
    ((x - y) ** 2, {x: y, y: x}, ">=", None, ()),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_wrong_minima_are_refused(case: int) -> None:
    """Without stationarity, convexity or smoothness there is no minimum by this rule."""
    f, at, relation, value, facts = WRONG[case]
    assert not minimum(f, at, relation, value, facts)[0]


def test_convex_on_the_givens_only() -> None:
    """x + 1/x has its minimum 2 at 1 where x > 0 is given."""
    assert minimum(x + 1 / x, {x: sp.Integer(1)}, facts=(x > 0,))[0]
    assert minimum(x**4 - x**2, {x: 1 / sp.sqrt(2)}, facts=(x >= sp.Rational(1, 2),))[0]
    assert not minimum(x**4 - x**2, {x: 1 / sp.sqrt(2)}, facts=(x**2 >= sp.Rational(1, 4),))[0]  # not convex


def test_multipliers_of_equations() -> None:
    """a^2/p + b^2/q is least on p + q = c where p and q are as a to b (positive a and b)."""
    s, w = sp.symbols("s w", positive=True)
    f = s**2 / p + w**2 / q
    at = {p: c * s / (s + w), q: c * w / (s + w)}
    multiplier = -((s + w) ** 2) / c**2
    assert minimum(f, at, facts=(TOTAL,), multipliers=((TOTAL, multiplier),))[0]
    assert not minimum(f, at, facts=(TOTAL,), multipliers=((TOTAL, 2 * multiplier),))[0]
    assert not minimum(f, at, facts=(TOTAL,))[0]
    assert not minimum(f, at, facts=(), multipliers=((TOTAL, multiplier),))[0]  # not given
    equal = {p: c / 2, q: c / 2}
    assert not minimum(f, equal, facts=(TOTAL,), multipliers=((TOTAL, multiplier),))[0]
    off = {p: c * s / (s + w), q: 2 * c * w / (s + w)}
    assert not minimum(f, off, facts=(TOTAL,), multipliers=((TOTAL, multiplier),))[0]  # not feasible


def test_multipliers_of_inequalities() -> None:
    """A sign constraint that binds has a multiplier of the right sign, one that does not has zero."""
    low = sp.Ge(x, 1, evaluate=False)
    assert minimum(x**2, {x: sp.Integer(1)}, facts=(low,), multipliers=((low, 2),))[0]
    assert not minimum(x**2, {x: sp.Integer(1)}, facts=(low,))[0]
    high = sp.Le(x, 1, evaluate=False)
    assert minimum((x - 3) ** 2, {x: sp.Integer(1)}, facts=(high,), multipliers=((high, -4),))[0]
    assert not minimum(x**2, {x: sp.Integer(1)}, facts=(high,), multipliers=((high, 2),))[0]  # sign
    slack = sp.Ge(x, -1, evaluate=False)
    assert not minimum((x + 1) ** 2, {x: sp.Integer(0)}, facts=(slack,), multipliers=((slack, 2),))[0]
    curved = sp.Ge(x**2, 1, evaluate=False)
    assert not minimum(x**2, {x: sp.Integer(1)}, facts=(curved,), multipliers=((curved, 1),))[0]


SQUARE, EXP = sp.Lambda(t, t**2), sp.Lambda(t, sp.exp(t))
THIRD = sp.Rational(1, 3)


def jensen(before, relation, after, rule, facts=()) -> bool:
    """Whether the line is accepted by Jensen's inequality."""
    return check_line(before, Line(relation, after, rule), Context(facts=tuple(facts)))[0]


def test_jensen_of_two_points() -> None:
    """The mean of a convex function is at least the function of the mean, in this direction alone."""
    mean, of_mean = THIRD * sp.exp(x) + 2 * THIRD * sp.exp(y), sp.exp(THIRD * x + 2 * THIRD * y)
    rule = Jensen(EXP, (THIRD, 2 * THIRD), (x, y))
    assert jensen(mean, ">=", of_mean, rule) and jensen(of_mean, "<=", mean, rule)
    assert not jensen(mean, "<=", of_mean, rule) and not jensen(of_mean, ">=", mean, rule)
    assert not jensen(mean, ">", of_mean, rule) and not jensen(mean, "==", of_mean, rule)
    assert not jensen(2 * mean, ">=", of_mean, rule)
    assert not jensen(mean, ">=", of_mean, Jensen(EXP, (THIRD, THIRD), (x, y)))


def test_jensen_needs_its_hypotheses() -> None:
    """Weights of sum one and no negative one; a curvature of one sign on a set that holds all points."""
    assert jensen(
        (1 - p) * x**2 + p * y**2,
        ">=",
        ((1 - p) * x + p * y) ** 2,
        Jensen(SQUARE, (1 - p, p), (x, y)),
        (p <= 1,),
    )
    assert not jensen(
        (1 - p) * x**2 + p * y**2, ">=", ((1 - p) * x + p * y) ** 2, Jensen(SQUARE, (1 - p, p), (x, y))
    )
    short = Jensen(SQUARE, (THIRD, THIRD), (x, y))
    assert not jensen(THIRD * (x**2 + y**2), ">=", (THIRD * (x + y)) ** 2, short)
    cube, half = sp.Lambda(t, t**3), sp.Rational(1, 2)
    sides = (half * p**3 + half * q**3, ">=", (half * p + half * q) ** 3)
    assert jensen(*sides, Jensen(cube, (half, half), (p, q), within=(sp.Ge(t, 0, evaluate=False),)))
    assert not jensen(*sides, Jensen(cube, (half, half), (p, q)))
    assert not jensen(*sides, Jensen(cube, (half, half), (p, q), within=(sp.Ge(t, 1, evaluate=False),)))
    assert not jensen(*sides, Jensen(cube, (half, half), (p, q), within=(sp.Ge(t**2, 0, evaluate=False),)))
    log = sp.Lambda(t, sp.log(t))
    positive = (sp.Gt(t, 0, evaluate=False),)
    assert jensen(
        half * sp.log(p) + half * sp.log(q),
        "<=",
        sp.log(half * p + half * q),
        Jensen(log, (half, half), (p, q), positive),
    )


def test_jensen_of_any_length() -> None:
    """The same for n points, n symbolic; the index must be arbitrary."""
    j, k = sp.symbols("j k", integer=True, positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    w, v = sp.IndexedBase("w", nonnegative=True), sp.IndexedBase("v", real=True)
    over = lambda e: sp.Sum(e, (j, 1, n))
    rule = Jensen(EXP, w[j], v[j], index=j, length=n)
    one = (sp.Eq(sp.Sum(w[k], (k, 1, n)), 1),)
    line = (over(w[j] * sp.exp(v[j])), ">=", sp.exp(over(w[j] * v[j])))
    assert jensen(*line, rule, one)
    assert not jensen(*line, rule)
    signed = sp.IndexedBase("w", real=True)
    bad = (over(signed[j] * sp.exp(v[j])), ">=", sp.exp(over(signed[j] * v[j])))
    ones = (sp.Eq(sp.Sum(signed[k], (k, 1, n)), 1),)
    assert not jensen(*bad, Jensen(EXP, signed[j], v[j], index=j, length=n), ones)
    assert not jensen(*bad, Jensen(EXP, signed[j], v[j], index=j, length=n), (*ones, signed[j] >= 0))
