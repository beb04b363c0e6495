"""Entailment: proofs only where the goal follows, counterexamples only where nothing was forgotten."""

import pytest
import sympy as sp

from proofs_check.core.polynomial import entails
from theory.notation import Vec, dot, norm2

X, Y, Z = sp.symbols("x y z")
P, Q = sp.symbols("p q", positive=True)
N = sp.Symbol("n", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
I, J = sp.symbols("i j", integer=True)
S, W = sp.IndexedBase("s", positive=True), sp.IndexedBase("w")
U, V = Vec("u"), Vec("v")
F = sp.Function("f")
BASE = 1 - P * Q

TRUE = {
    "square": ([], X**2 + Y**2 >= 2 * X * Y),
    "division": ([X > 0], 1 / X > 0),
    "nested fractions": ([], P / (1 + 1 / P) < P),
    "root": ([X >= 0, Y >= 0], sp.sqrt(X * Y) <= (X + Y) / 2),
    "three halves": ([X >= 1], X ** sp.Rational(3, 2) >= X),
    "integers start at one": ([], N >= 1),
    "sums keep signs": ([], sp.Sum(S[J], (J, 1, N)) > 0),
    "sums of squares": ([], sp.Sum(W[J] ** 2, (J, 1, N)) >= 0),
    "sums of sums": ([], sp.Sum(P * sp.Sum(W[I] ** 2 * S[J], (I, 1, J)), (J, 1, N)) >= 0),
    "same term, same number": ([F(N) <= X], 2 * F(N) + 1 <= 2 * X + 1),
    "sums in normal form": ([], sp.Eq(sp.Sum(2 * W[J] + 3, (J, 1, N)), 3 * N + 2 * sp.Sum(W[J], (J, 1, N)))),
    "absolute value": ([], sp.Abs(X + Y) <= sp.Abs(X) + sp.Abs(Y)),
    "maximum": ([], sp.Max(X, Y) >= (X + Y) / 2),
    "minimum": ([], sp.Min(X, Y) <= (X + Y) / 2),
    "powers": ([Q < 1 / P], BASE ** (T + 1) <= BASE**T),
    "norms": ([], norm2(U) + 1 > 0),
    "transitive": ([X > Y, Y > Z], X > Z),
    "conjunction": ([sp.And(X > 0, Y > 0)], X * Y > 0),
    "pi": ([], sp.pi > 3),
}
BENT = {
    "square": ([], X**2 + Y**2 >= 3 * X * Y),
    "division": ([], 1 / X > 0),
    "nested fractions": ([], P / (1 + 1 / P) < P - 1),
    "root": ([X >= 0, Y >= 0], sp.sqrt(X * Y) <= (X + Y) / 4),
    "three halves": ([X >= 0], X ** sp.Rational(3, 2) >= X),
    "integers start at one": ([], N >= 2),
    "sums keep signs": ([], sp.Sum(W[J], (J, 1, N)) > 0),
    "sums of squares": ([], sp.Sum(W[J] ** 3, (J, 1, N)) >= 0),
    "sums of sums": ([], sp.Sum(P * sp.Sum(W[I] * S[J], (I, 1, J)), (J, 1, N)) >= 0),
    "same term, same number": ([F(N) <= X], 2 * F(N + 1) + 1 <= 2 * X + 1),
    "sums in normal form": ([], sp.Eq(sp.Sum(2 * W[J] + 3, (J, 1, N)), 3 + 2 * sp.Sum(W[J], (J, 1, N)))),
    "absolute value": ([], sp.Abs(X + Y) <= sp.Abs(X)),
    "maximum": ([], sp.Max(X, Y) >= X + Y),
    "minimum": ([], sp.Min(X, Y) <= X + Y),
    "powers": ([], BASE ** (T + 1) <= BASE**T),
    "norms": ([], dot(U, V) + 1 > 0),
    "transitive": ([X > Y, X > Z], Y > Z),
    "conjunction": ([sp.Or(X > 0, Y > 0)], X * Y > 0),
    "pi": ([], sp.pi > 4),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_follows_is_proved(name: str) -> None:
    """A consequence of the premises is proved."""
    assert entails(*TRUE[name])[0] is True


@pytest.mark.parametrize("name", TRUE)
def test_what_does_not_follow_is_refused(name: str) -> None:
    """The bent version of each consequence (coefficient, exponent, direction, condition) is not proved."""
    assert entails(*BENT[name])[0] is not True


def test_a_counterexample_needs_full_knowledge() -> None:
    """`False` is answered with a model where all terms were translated, and never where one was forgotten."""
    assert entails([], X**2 >= X)[0] is False
    assert entails([], F(X) ** 2 >= F(X))[0] is None
    assert entails([], N * (N - 1) * (N - 2) <= sp.Rational(-1, 1000))[0] is not True
    assert (
        entails([], sp.Ge((2 * N - 3) ** 2, 1, evaluate=False))[0] is None
    )  # true for integers, false at n = 3/2


@pytest.mark.parametrize("premises", [[X > 0, X < 0], [X**2 < 0], [norm2(U) < 0], [N < 1], [sp.false]])
def test_contradictory_premises_prove_nothing(premises: list) -> None:
    """From premises that cannot hold together nothing is concluded."""
    answer, reason = entails(premises, Y > 0)
    assert answer is None and "contradict" in reason


@pytest.mark.parametrize(
    "goal", [1 / X > -1, sp.sqrt(X) >= 0, X / Y < 3, X**-2 > 0, X**T >= X**T - 1, Y**X > -1]
)
def test_undefined_goals_are_not_proved(goal: sp.Basic) -> None:
    """A goal is proved only where it is defined for all values that the premises allow."""
    answer, reason = entails([], goal)
    assert (answer, "not shown" in reason) == (None, True) or goal.has(X**T)


def test_floats_and_vectors_are_refused() -> None:
    """Inexact numbers and bare vectors are no terms of real arithmetic."""
    for bad in (sp.Float(0.5) * X > 0, sp.Gt(X, sp.oo, evaluate=False), sp.Ge(U, 0, evaluate=False)):
        assert entails([], bad)[0] is None


def test_infinite_sums_are_no_numbers() -> None:
    """Linearity and order are for finite sums: an infinite one may diverge."""
    a, b = sp.Function("a", real=True), sp.Function("b", real=True)
    parts = sp.Sum(a(J), (J, 1, sp.oo)) + sp.Sum(b(J), (J, 1, sp.oo))
    assert entails([], sp.Eq(sp.Sum(a(J) + b(J), (J, 1, sp.oo)), parts, evaluate=False))[0] is None
    grown = sp.Sum(J, (J, 1, sp.oo))
    answer, reason = entails([], sp.Lt(grown, grown + 1, evaluate=False))
    assert answer is None and "converges" in reason


def test_the_time_limit_is_an_answer() -> None:
    """A question that is too hard for its time ends with None and says so."""
    symbols = sp.symbols("a0:9")
    hard = sp.prod(symbols) ** 3 - sum(s**7 for s in symbols) <= sum(s**28 for s in symbols) + 1
    answer, reason = entails([], hard, 0.2)
    assert answer is None and "time" in reason


x_, t_ = sp.Symbol("x", positive=True), sp.Symbol("T", nonnegative=True)
POWERS = (
    ([x_ <= 1, t_ >= 1], sp.Le(x_**t_, x_), True),
    ([x_ <= 1], sp.Le(x_**t_, x_), None),
    ([x_ >= 1, t_ >= 1], sp.Ge(x_**t_, 1 + t_ * (x_ - 1)), True),
    ([x_ >= 1], sp.Ge(x_**t_, 1 + t_ * (x_ - 1)), None),
    ([x_ >= 1, t_ * (x_ - 1) <= sp.Rational(1, 8)], sp.Le(7 * x_**t_, 8), True),
    ([x_ >= 1, t_ * (x_ - 1) <= sp.Rational(1, 8)], sp.Le(8 * x_**t_, 9), None),
    ([x_ <= 1], sp.Le(x_ ** (2 * t_), x_**t_), True),
    ([], sp.Le(x_ ** (2 * t_), x_**t_), None),
    ([], sp.Ge(x_ ** (2 * t_) + 1, 2 * x_**t_), True),
    ([], sp.Ge(x_ ** (3 * t_) + 1, 2 * x_**t_), None),
    ([x_**t_ >= 2], sp.Ge(x_ ** (3 * t_ + 1), 8 * x_), True),
    ([x_**t_ >= 2], sp.Gt(x_ ** (3 * t_ + 1), 8 * x_), None),
    ([], sp.Ge(Z ** (2 * T), 0, evaluate=False), True),
    ([], sp.Ge(Z ** (3 * T), 0, evaluate=False), None),
    ([sp.Eq(x_ ** (-2 * t_), 3)], sp.Eq(x_ ** (2 * t_), 3), None),
)


@pytest.mark.parametrize(("premises", "goal", "expected"), POWERS)
def test_symbolic_powers_lie_between_the_bounds_of_bernoulli(premises, goal, expected) -> None:
    """b**T is at most b on [0, 1], between 1 + T(b-1) and 1/(1 - T(b-1)) above 1; b**(kT) is (b**T)^k."""
    assert entails(premises, goal)[0] is expected


def test_an_alternative_does_not_define_its_parts() -> None:
    """From "x = 0 or 1/x > 0" follows x >= 0 where x is not 0, and x > 0 does not follow."""
    x = sp.Symbol("x", real=True)
    premise = sp.Or(sp.Gt(1 / x, 0), sp.Eq(x, 0))
    assert entails([premise], sp.Gt(x, 0))[0] is not True
    assert entails([premise, sp.Ne(x, 0)], sp.Gt(x, 0))[0] is True
    assert entails([sp.Or(sp.Gt(x, 1), sp.Eq(x, 0))], sp.Ge(x, 0))[0] is True
