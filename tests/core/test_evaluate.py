"""Values of expressions: against SymPy and Fractions, and never exact where a float took part."""

import math
from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.core.evaluate import environment, evaluate, names
from proofs_check.core.outcomes import Points
from proofs_check.core.values import Undefined
from theory.family import Instance
from theory.notation import Avg, E, Law, Vec, dot, norm2

x, y = sp.symbols("x y", real=True)
j, k, B = sp.symbols("j k B", integer=True)
s = sp.IndexedBase("s")
J = sp.Function("J")
u, v, g = Vec("u"), Vec("v"), Vec("g")

small = st.fractions(-4, 4, max_denominator=12)
leaves = st.sampled_from([x, y, sp.Integer(2), sp.Rational(-1, 3)])
polynomials = st.recursive(
    leaves,
    lambda inside: st.one_of(
        st.tuples(inside, inside).map(lambda p: p[0] + p[1]),
        st.tuples(inside, inside).map(lambda p: p[0] * p[1]),
        st.tuples(inside, st.integers(1, 3)).map(lambda p: p[0] ** p[1]),
        st.tuples(inside, inside).map(lambda p: sp.Max(*p)),
    ),
    max_leaves=6,
)
FUNCTIONS = (sp.exp, sp.atan, sp.sin, sp.cos, sp.tanh, sp.erf, sp.sinh, sp.cosh, sp.Abs)


@given(polynomials, small, small)
def test_exact_mode_is_rational_arithmetic(expr: sp.Expr, a: Fraction, b: Fraction) -> None:
    """A polynomial (with maxima) of rationals is the rational that SymPy finds, and floats are near it."""
    value = evaluate(expr, {x: fmpq(a.numerator, a.denominator), y: fmpq(b.numerator, b.denominator)}, True)
    true = expr.subs({x: sp.Rational(a), y: sp.Rational(b)})
    assert Fraction(int(value.p), int(value.q)) == Fraction(int(true.p), int(true.q))
    assert evaluate(expr, {x: float(a), y: float(b)}) == pytest.approx(float(true), rel=1e-6, abs=1e-6)


@given(st.sampled_from(FUNCTIONS), st.fractions(-3, 3, max_denominator=20))
def test_functions_are_enclosed(head, a: Fraction) -> None:
    """An irrational value is an enclosure of SymPy's value to sixty digits, narrower than 1e-50."""
    value = arb(evaluate(head(x), {x: fmpq(a.numerator, a.denominator)}, True))
    assert value.overlaps(arb(str(head(sp.Rational(a)).evalf(60)), "1e-55"))
    assert float(value.rad()) < 1e-50
    assert evaluate(head(x), {x: float(a)}) == pytest.approx(float(value), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("constant", [sp.pi, sp.E, sp.EulerGamma, sp.GoldenRatio])
def test_constants_are_enclosed(constant: sp.Expr) -> None:
    """Constants are enclosures of their value."""
    assert arb(evaluate(constant, {}, True)).overlaps(arb(str(constant.evalf(70)), "1e-68"))


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        (1 / x, 0),
        (sp.sqrt(x), -1),
        (sp.log(x), 0),
        (sp.log(x), -2),
        (sp.acos(x), 2),
        (x ** sp.Rational(1, 3), -1),
    ],
)
def test_the_undefined_is_a_zero_division(expr: sp.Expr, at: int) -> None:
    """Outside its domain an expression is undefined in both modes, and no crash of another kind."""
    for value, sure in ((at, False), (float(at), False), (fmpq(at), True)):
        with pytest.raises(ZeroDivisionError):
            evaluate(expr, {x: value}, sure)
    assert issubclass(Undefined, ZeroDivisionError)


@pytest.mark.parametrize(
    "expr",
    [x * sp.pi, x + sp.sqrt(2), sp.exp(x), s[1] * sp.pi, J(2) * sp.pi, dot(u, u) * sp.pi, sp.Float(0.5) + y],
)
def test_a_float_makes_the_result_a_float(expr: sp.Expr) -> None:
    """Where a float takes part nothing is called exact: an enclosure of a rounded number encloses nothing."""
    env = {x: 0.1, y: fmpq(1, 3), s: (0.1,), J: lambda n: 0.1, u: (fmpq(1), 0.1)}
    assert isinstance(evaluate(expr, env, True), float)


@given(st.lists(small, max_size=5))
def test_sums_of_any_length(values: list[Fraction]) -> None:
    """Single and nested sums over indexed entries are right for every length, also zero."""
    env = {B: fmpq(len(values)), s: tuple(fmpq(q.numerator, q.denominator) for q in values)}
    single = evaluate(sp.Sum(s[j], (j, 1, B)), env, True)
    nested = evaluate(sp.Sum(s[j] * s[k], (j, 1, k - 1), (k, 1, B)), env, True)
    assert Fraction(int(single.p), int(single.q)) == sum(values)
    pairs = sum(values[a] * values[b] for b in range(len(values)) for a in range(b))
    assert Fraction(int(nested.p), int(nested.q)) == pairs


@given(st.lists(small, max_size=3), small)
def test_inner_products_of_combinations(values: list[Fraction], factor: Fraction) -> None:
    """Inner products of linear combinations are those of the tuples, also in dimension zero."""
    row = tuple(fmpq(q.numerator, q.denominator) for q in values)
    expr = norm2(x * u - 2 * g)
    value = evaluate(expr, {x: fmpq(factor.numerator, factor.denominator), u: row, g: row}, True)
    expected = sum((factor * q - 2 * q) ** 2 for q in values)
    assert value == fmpq(expected.numerator, expected.denominator)


def signs(i: Instance) -> tuple:
    """Two signs, uniform: weights and points."""
    return ((Fraction(1, 4),) * 4, tuple((a, b) for a in (1, -1) for b in (1, -1)))


LAW = Law(kind="rademacher", dim=sp.Integer(2), points=signs)
ENV = environment({g: lambda i: i.g}, {u: LAW, v: LAW}, Instance(g=(Fraction(1, 2), 3)), sure=True)


def test_expectations_are_enumerated() -> None:
    """Moments, averages of copies and independent vectors come out as computed by hand."""
    size = fmpq(37, 4)
    assert evaluate(E(dot(g, u)), ENV, True) == 0
    assert evaluate(E(dot(g, u) ** 2), ENV, True) == size
    assert evaluate(E(dot(u, v) ** 2), ENV, True) == 2
    ghat = dot(g, u) * u
    assert evaluate(E(dot(Avg(ghat, sp.Integer(4)), g)), ENV, True) == size
    error = evaluate(E(norm2(Avg(ghat, sp.Integer(4)) - g)), ENV, True)
    assert error == size * (2 - 1) / 4  # (d - 1)|g|^2/m for signs


@pytest.mark.parametrize("inside", [dot(g, u) ** 6, sp.exp(dot(g, u)), 1 / (1 + dot(g, u) ** 2)])
def test_what_the_points_cannot_give_is_refused(inside: sp.Expr) -> None:
    """Points with five moments are not asked for a sixth, nor for what is no polynomial."""
    with pytest.raises(TypeError, match="degree 5"):
        evaluate(E(inside), ENV, True)


def test_functions_of_the_claim_are_called_with_plain_numbers() -> None:
    """An unknown function is called with Fractions and ints in exact mode."""
    seen = []
    env = {x: fmpq(1, 3), J: lambda q: seen.append(q) or Fraction(1, 7)}
    assert evaluate(J(x) + 1, env, True) == fmpq(8, 7)
    assert seen == [Fraction(1, 3)] and isinstance(seen[0], Fraction)


def test_only_what_is_needed_is_read() -> None:
    """The environment can be restricted to the names of an expression: reading may be expensive."""
    wanted = names((x + s[j] * J(y) + dot(u, g),))
    assert {x, y, s, J, u, g} <= wanted
    env = environment({x: lambda i: 1, y: lambda i: 1 / 0}, {}, Instance(), sure=False, only=names(x**2))
    assert env == {x: 1}


def test_errors_name_the_symbol() -> None:
    """A symbol without a value and an index outside its tuple are named."""
    with pytest.raises(KeyError, match="x"):
        evaluate(x + 1, {})
    with pytest.raises(IndexError, match=r"s\[1\]: index 1, expected 1 to 0"):
        evaluate(s[1], {s: ()})
    with pytest.raises(TypeError, match="Piecewise"):
        evaluate(sp.Piecewise((x, x > 0), (0, True)), {x: 1})


def test_points_are_kept_where_floats_take_over() -> None:
    """An expectation over float points is a float in both modes."""
    env = {u: Points((0.5, 0.5), ((0.1,), (-0.1,))), x: fmpq(1, 2)}
    assert evaluate(x * E(norm2(u)), env, True) == pytest.approx(0.005)
    assert math.isclose(evaluate(E(norm2(u)), env), 0.01)
