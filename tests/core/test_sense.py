"""False lines that rest on a term without a value, a captured name or a sign that does not hold: refused."""

from typing import Any

import pytest
import sympy as sp

from proofs_check.core.chain import check_chain, check_line
from proofs_check.core.lemma import Context
from proofs_check.core.second import second_opinion
from tests.core.derivations import claim, statement
from theory.notation import Avg, E, Law, Vec, dot, norm2
from theory.proof import (
    Calculus,
    Chain,
    Entail,
    Expect,
    Gram,
    Induct,
    Jensen,
    Lemma,
    Limit,
    Line,
    Rewrite,
    Stationary,
    SumOfSquares,
)

x, y, s = sp.symbols("x y s", real=True)
a, b, c, p, q = sp.symbols("a b c p q", positive=True)
z = sp.Symbol("z", nonnegative=True)
n, j = sp.symbols("n j", integer=True, positive=True)
m, t = sp.symbols("m t", integer=True, nonnegative=True)
k = sp.Symbol("k", integer=True)
V, U = Vec("V"), Vec("u")
MEAN: Any = E
SUM: Any = sp.Sum
INNER: Any = dot
F: Any = sp.Function("f", real=True)
ZERO, HALF = sp.Integer(0), sp.Rational(1, 2)
ROOT: Any = sp.sqrt(x - 1)
DOWN = sp.Sum(z * j, (j, -3, -1))
SIZES: Any = sp.Sum(sp.Abs(k), (k, -m, m))
LINEAR: Any = sp.Sum(k, (k, -m, m))
COIN: Any = sp.IndexedBase("B")
COINS = {COIN[k]: Law(kind="bernoulli", p=p)}
NOWHERE: Any = (x + 1) ** 2 - x**2 - 2 * x - 1  # zero, but SymPy does not say so by itself
NEITHER: Any = (x + 1) ** 3 - x**3 - 3 * x**2 - 3 * x - 1
WELLS: Any = sp.Sum(1 / (j * x - 3) ** 2, (j, 1, n)) + x


def refused(before: Any, relation: str, after: Any, rule: Any, facts: Any = (), **rest: Any) -> bool:
    line = Line(relation, sp.sympify(after), rule)
    return not check_line(sp.sympify(before), line, Context(facts=tuple(facts), **rest))[0]


def fact(kind: Any, left: Any, right: Any) -> Any:
    return kind(left, right, evaluate=False)


UNDEFINED = {
    "the square of a mean without a value": (0, "<=", MEAN(ROOT) ** 2, Entail()),
    "the same below a sum": (0, "<=", SUM(sp.sqrt(j * x - j), (j, 1, n)) ** 2, Entail()),
    "the same in a function": (0, "<=", F(ROOT) ** 2, Entail()),
    "a lemma bound to it": (0, "<=", c * (x - 1) / 2, Lemma("young", {"x": ROOT, "y": ZERO, "c": c})),
    "a vector with it": ((x - 1) * norm2(V), ">=", 0, Lemma("square_nonneg", {"v": ROOT * V})),
    "Jensen at it": (
        x - 1,
        ">=",
        0,
        Jensen(sp.Lambda(s, s**2), (HALF, HALF), (ROOT, -ROOT)),
    ),
    "a square of it": (x - 1, ">=", 0, SumOfSquares((Gram(1, (ROOT,), ((1,),)),))),
    "an imaginary square": (-(x**2), ">=", 0, SumOfSquares((Gram(1, (sp.I * x,), ((1,),)),))),
    "0/0 equals 1": (1, "==", NOWHERE / NEITHER, Rewrite()),
    "0/0 equals 2": (NOWHERE / NEITHER, "==", 2, Rewrite()),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_a_term_without_a_value_proves_nothing(name: str) -> None:
    """What is called a real number must be shown to be one, wherever it stands."""
    assert refused(*UNDEFINED[name])


def test_zero_times_an_inverse_proves_nothing() -> None:
    """Where y = 0, neither y (-1/y) of a certificate nor a multiplier 1/y is a number."""
    at_zero = fact(sp.Eq, y, 0)
    assert refused(-1, ">=", 0, SumOfSquares((), zeros=((y, -1 / y),)), (at_zero,))
    tie = fact(sp.Eq, x * y, 0)
    rule = Stationary({x: sp.Integer(1)}, multipliers=((tie, 2 / y),))
    assert refused(x**2, ">=", 1, rule, (at_zero, tie))


def test_a_pole_below_a_sum_is_seen() -> None:
    """A sum of squares of 1/(j x - 3) has no value at x = 3/j: a fact about it is no fact about its parts."""
    assert refused(WELLS, ">=", WELLS.subs(x, 4), Stationary({x: sp.Integer(4)}), (fact(sp.Gt, x, 0),))
    good = SUM(1 / (j * p + 1) ** 2, (j, 1, n))
    assert not refused(good**2, ">=", 0, Entail())


def test_the_sign_of_an_index_must_hold_on_its_range() -> None:
    """An index declared positive may not run from -3, and a renamed one keeps no sign that it had not."""
    assert refused(z + DOWN, "<=", DOWN, Entail())
    assert refused(SIZES, "==", LINEAR, Entail())


def test_only_known_heads_and_exact_numbers_stand_in_lines() -> None:
    """Floats, complex numbers and functions whose signs nobody has checked (binomial) are refused."""
    big = sp.Float(1e20)
    assert refused(sp.Sum(j + big, (j, 1, 1)) - big, "==", 0, Rewrite())
    assert refused(0, ">", sp.binomial(k, 3), Entail())
    assert refused(MEAN(sp.I) ** 2, "==", -1, Expect())


def test_captured_names_are_refused() -> None:
    """Neither the index of a lemma, nor its symbols, nor the names that the rules make up may be captured."""
    decay = {"a": sp.Lambda(s, t - s), "q": ZERO, "T": m, "t": t}
    assert refused(t - m, "<=", 0**m * t, Lemma("geometric_decay", decay))
    fewer = {"a": sp.Lambda(s, s), "q": sp.Integer(2), "T": m, "t": j}  # j >= 1 says nothing of t = 0
    assert refused(m, "<=", 0, Lemma("geometric_decay", fewer))
    between, h = sp.Symbol("y_between", real=True), sp.Symbol("h", positive=True)
    known = (fact(sp.Gt, between, 0),)
    assert refused((x + h) ** 2, ">", x**2, Calculus(x), known, along=(x, h))
    low, best = sp.symbols("L B", positive=True), sp.Symbol("B", real=True)
    mine = {"A": best, "s": low[0], "v": V, "w": U}
    grants = ("image(B, V, u)", "largest_singular_value_squared(B, L)")
    names = {"B": best, "L": sp.Symbol("L", real=True), "V": V, "u": U}
    line = (norm2(U), "<=", low[0] * norm2(V), Lemma("operator_norm", mine))
    assert refused(*line, grants=grants, names=names)
    assert not refused(*line, grants=grants, names={**names, "L": low[0]})


def test_made_up_names_of_means_capture_nothing() -> None:
    """A parameter named like an index, or a vector named like a copy, keeps its meaning."""
    odd = sp.Symbol("at_1", integer=True, positive=True)
    laws = {COIN[k]: Law(kind="bernoulli", p=1 / odd)}
    mean = E(sp.Sum(COIN[k], (k, 1, n)))
    assert not refused(mean, "==", n / odd, Expect(), laws=laws)
    dim = sp.Symbol("K", integer=True, positive=True)
    copy = Vec("u#0")
    sphere = {U: Law(kind="sphere", dim=dim, points=lambda i: ((), ()))}
    average: Any = MEAN(INNER(Avg(U, n), copy) ** 2)
    assert refused(average, "==", 1 / n, Expect(), laws=sphere)


def test_one_coin_below_a_sum_is_not_all_of_them() -> None:
    """E 1/(1 + sum of coins) is not the mean over one of them."""
    before = E(1 / (1 + SUM(COIN[k], (k, 1, n))))
    assert refused(before, "==", p / (1 + n) + 1 - p, Expect(), laws=COINS)


def test_a_parameter_may_not_decide_a_limit() -> None:
    """(a t + 1)/(a t + 2) tends to 1/2 where a = 0, and a - b may be zero too."""
    for scale in (x, a - b):
        body = (scale * q + 1) / (scale * q + 2)
        assert refused(sp.Limit(body, q, sp.oo), "==", 1, Limit(q, sp.oo))


def test_induction_does_not_step_over_an_excluded_value() -> None:
    """A symbol that is never zero has no induction that passes zero."""
    nowhere = sp.Symbol("N", integer=True, nonzero=True)
    step = (Line(">=", ZERO, Entail()),)
    rule = Induct(nowhere, -3, step=step)
    given = (fact(sp.Ge, nowhere, -3),)
    assert "assumptions" in check_line(nowhere**2, Line(">=", ZERO, rule), Context(facts=given))[1]


def test_induction_starts_at_a_whole_number() -> None:
    """From 1/2 in steps of one no whole number is reached: (k - 1)^2 >= 1/4 fails at k = 1."""
    start: Any = HALF
    rule = Induct(k, start, step=(Line(">=", HALF**2, Entail()),))
    assert refused((k - 1) ** 2, ">=", HALF**2, rule, (fact(sp.Ge, k, 1),))


def test_a_minimiser_is_not_the_competitor() -> None:
    """An argmin that is said to be the competitor itself is none."""
    made = statement(s**2, "argmin", s, objective=lambda i, candidate: 0)
    assert not check_chain(Chain(s**2, (Line(">=", s**2, Entail()),)), made, claim(made, (x,))).ok


def test_sums_end_at_whole_numbers() -> None:
    """A sum of j - 1 >= 0 up to p is p (p - 1)/2, which is negative at p = 1/2: there it is no sum."""
    for top in (p, n / 2):
        assert refused(0, "<=", sp.Sum(j - 1, (j, 1, top)), Entail())
    assert not refused(0, "<=", sp.Sum(j - 1, (j, 1, n)), Entail())


def test_an_alternative_does_not_define_its_parts() -> None:
    """y = 0 or 1/y > 0 allows y = 0."""
    either = sp.Or(fact(sp.Eq, y, 0), fact(sp.Gt, 1 / y, 0))
    assert refused(0, "<", y**2, Entail(), (either,))
    assert not refused(0, "<=", p, Entail(), (sp.Or(fact(sp.Eq, y, 0), fact(sp.Gt, 1 / p, y)),))


def test_a_limit_is_one_of_real_numbers() -> None:
    """sqrt(x) has no values left of 0, and an algorithm that gives up is a refusal."""
    for body in (sp.sqrt(x), x * sp.log(x)):
        assert refused(sp.Limit(body, x, 0, "-"), "==", 0, Limit(x, ZERO))
    assert refused(sp.Limit(sp.Abs(sp.sin(sp.pi * q)), q, sp.oo), "==", 0, Limit(q, sp.oo))


def test_a_coin_may_show_zero() -> None:
    """A coin that is declared positive contradicts its law."""
    coin = sp.Symbol("X", integer=True, positive=True)
    assert refused(E(coin), "==", p, Expect(), laws={coin: Law(kind="bernoulli", p=p)})


def test_a_mean_inside_a_mean_is_a_number() -> None:
    """E(X E(X)) = (E X)^2 on both roads: the inner mean takes all values again."""
    mean = sp.Symbol("mu", real=True)
    law = Law(kind="moments", moments={s: mean, s**2: q})
    line = Line("==", mean**2, Expect())
    context = Context(laws={s: law}, grants=(("moment", s, sp.Integer(2)),))
    assert check_line(E(s * E(s)), line, context)[0]
    assert "exact" in second_opinion(E(s * E(s)), line, context)


def test_nothing_is_put_below_an_index_that_it_names() -> None:
    """A mean, a minimiser, a point or a function that names k may not be put into a sum over k."""
    laws = {s: Law(kind="moments", moments={s: k})}
    grants = (("moment", s, sp.Integer(1)),)
    means = SUM(E(s), (k, 1, n))
    assert refused(means, "==", n * (n + 1) / 2, Expect(), laws=laws, grants=grants)
    assert not refused(E(s) * n, "==", n * k, Expect(), laws=laws, grants=grants)
    tilt = 100 * (k - (n + 1) / 2) * (x - k)
    wells = SUM((x - k) ** 2 + tilt, (k, 1, n))
    assert refused(wells, ">=", 0, Stationary({x: k}))
    spread: Any = sp.Lambda(s, SUM((s - k) ** 2, (k, 1, n)))
    mean = spread(ZERO) / 2 + spread(2 * k) / 2
    assert refused(mean, ">=", 0, Jensen(spread, (HALF, HALF), (ZERO, 2 * k)))
    tilted: Any = sp.Lambda(s, SUM(4 * s * (t - 2) - s, (t, 1, 3)))  # -3 s, but 2 where s is put as t
    decay = {"a": tilted, "q": sp.Integer(1), "T": t, "t": m}
    assert refused(tilted(t), "<=", 0, Lemma("geometric_decay", decay))
    objective = SUM((s - k) ** 2, (k, 1, n))
    made = statement(objective, "argmin", k, objective=lambda i, candidate: 0)
    proof = Chain(objective, (Line(">=", ZERO, Entail()),))
    assert not check_chain(proof, made, claim(made, (n, k))).ok
