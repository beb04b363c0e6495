"""Declared groups: independence only between keys, moments only where granted, and two roads to each mean."""

import random
from typing import Any

import pytest
import sympy as sp

from proofs_check.core.chain import check_chain, check_line
from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.lemma import Context
from proofs_check.core.moments import NoMoment, expected
from proofs_check.core.normal import equal
from proofs_check.core.points import UNCLEAR, truth
from proofs_check.core.premises import satisfying
from proofs_check.core.second import second_opinion
from proofs_check.core.step_mutants import bent_lines, judged
from tests.core.derivations import claim, statement
from theory.claim import Along
from theory.family import Instance
from theory.notation import Avg, Law, Vec, dot, norm2
from theory.notation import E as Mean
from theory.proof import Calculus, Chain, Entail, Expect, Induct, Line

E: Any = Mean
BASES: Any = [sp.IndexedBase(name, real=True) for name in "stWBD"]
X, Y, Z, C = sp.symbols("X Y Z C", real=True)
mu, nu, xy, w1 = sp.symbols("mu nu q w_1", real=True)
x2, y2, w2, v2, r = sp.symbols("x2 y2 w_2 v_2 r", nonnegative=True)
p = sp.Symbol("p", nonnegative=True)
n, b, m = sp.symbols("n b m", integer=True, positive=True)
i, i1, i2, j, k = sp.symbols("i i_1 i_2 j k", integer=True, positive=True)
s, t, W, B, D = BASES
V, U, G, H = Vec("V"), Vec("U"), Vec("g"), Vec("h")
f: Any = sp.Function("f", real=True)
h: Any = sp.Function("h", real=True)
LAWS: Any = {
    (X, Y): Law(kind="moments", moments={X: mu, Y: nu, X**2: x2, Y**2: y2, X * Y: xy}),
    Z: Law(kind="moments", moments={Z: 0, Z**2: r}),
    C: Law(kind="bernoulli", p=p),
    i: Law(kind="uniform", size=n),
    (i1, i2): Law(kind="distinct", size=n),
    W[j]: Law(kind="moments", moments={W[j]: w1, W[j] ** 2: w2}),
    B[j]: Law(kind="subset", size=n, take=b),
    D[j]: Law(kind="bernoulli", p=p, size=n),
    V: Law(kind="moments", moments={V: G, norm2(V): v2}),
    U: Law(kind="gaussian", dim=m, points=lambda at: ((), ())),
}
GRANTS = ("moment(X, 2)", "moment(Y, 2)", "moment(Z, 2)", "moment(W, 2)", "moment(V, 2)", "integrable(f(X))")
NAMES = {str(v): v for v in (X, Y, Z, C, V, W, f)}
CONTEXT = Context(laws=LAWS, grants=GRANTS, names=NAMES)
ALL: Any = lambda e, var=j: sp.Sum(e, (var, 1, n))
S1, S2 = ALL(s[j]), ALL(s[j] ** 2)
PAIR = b * (b - 1) / (n * (n - 1))

MEANS = {
    "linear": (E(3 * X - 2 * Y + 1), 3 * mu - 2 * nu + 1),
    "second moments": (E((X - Y) ** 2), x2 - 2 * xy + y2),
    "independent": (E((X + Z) ** 2 * Y**0), x2 + r),
    "three groups": (E((X + Z * C) ** 2), x2 + p * r),
    "a coin": (E((1 + C) ** 3), 1 + 7 * p),
    "a coin in a function": (E(f(C) * X), mu * (p * f(1) + (1 - p) * f(0))),
    "an index": (E(s[i] * t[i]), ALL(s[j] * t[j]) / n),
    "a function of an index": (E(h(i) ** 2), ALL(h(j) ** 2) / n),
    "two indices": (E(s[i1] * s[i2]), (S1**2 - S2) / (n * (n - 1))),
    "a family": (E(ALL(W[j])), n * w1),
    "independent entries": (E(ALL(W[j]) ** 2), n * w2 + n * (n - 1) * w1**2),
    "weighted entries": (E(ALL(s[j] * W[j]) ** 2), S2 * (w2 - w1**2) + S1**2 * w1**2),
    "an entry at a random index": (E(W[i] * X), mu * w1),
    "a subset": (E(ALL(B[j] * s[j])), b / n * S1),
    "a mean without replacement": (E(ALL(B[j] * s[j]) ** 2), PAIR * S1**2 + (b / n - PAIR) * S2),
    "a third power": (E(ALL(D[j]) ** 3), n * p * (1 + 3 * (n - 1) * p + (n - 1) * (n - 2) * p**2)),
    "a vector": (E(norm2(V - G)), v2 - norm2(G)),
    "two vectors": (E(dot(V, U) ** 2), v2),
    "a vector and a scalar": (E(dot(V, H) * X), mu * dot(G, H)),
    "copies of a vector": (E(norm2(Avg(V, m) - G)), (v2 - norm2(G)) / m),
    "an unknown function": (E(f(X) * Z**2 + 2 * f(X)), (r + 2) * E(f(X))),
}


@pytest.mark.parametrize("name", MEANS)
def test_means(name: str) -> None:
    """Each mean is the one computed by hand, the line is accepted, and its perturbed versions are refused."""
    term, value = MEANS[name]
    line = Line("==", value, Expect())
    ok, reason, _ = check_line(term, line, CONTEXT)
    assert ok, reason
    found = judged(bent_lines(term, (line,), CONTEXT))
    assert found.accepted == () and found.refused >= 3


@pytest.mark.parametrize("name", [name for name in MEANS if name != "copies of a vector"])
def test_the_second_opinion_enumerates(name: str) -> None:
    """Enumeration over laws drawn at random, which never asks the rules, gives the same mean."""
    term, value = MEANS[name]
    assert "exact at" in second_opinion(term, Line("==", value, Expect()), CONTEXT)


SMUGGLED = {
    "a product within a group": (E(X * Y), mu * nu),
    "a square": (E(X**2), mu**2),
    "a shared index": (E(s[i] * t[i]), S1 * ALL(t[j]) / n**2),
    "members of a subset as if independent": (
        E(ALL(B[j] * s[j]) ** 2),
        (b / n) ** 2 * (S1**2 - S2) + b / n * S2,
    ),
    "indices that may coincide": (E(s[i1] * s[i2]), S1**2 / n**2),
    "entries that coincide": (E(ALL(W[j]) ** 2), n**2 * w1**2),
    "a coin squared": (E(C**2), p**2),
    "the square of a mean vector": (E(norm2(V)), norm2(G)),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_smuggled_independence_is_refused(name: str) -> None:
    """A product of means is refused for factors that are not independent; points show it false."""
    term, value = SMUGGLED[name]
    assert not check_line(term, Line("==", value, Expect()), CONTEXT)[0]
    goal = sp.Eq(term, value, evaluate=False)
    seen = []
    for point in satisfying((), (goal,), LAWS, random.Random(3), 6, 5.0):
        try:
            seen.append(truth(goal, point))
        except UNCLEAR:
            continue
    assert False in seen


REFUSED = {
    "an undeclared moment": (E(X**3), "declares no moment X**3"),
    "an unknown function beside another law": (E(Z * f(Y)), "integrable"),
    "two partners of a vector": (E(dot(V, G) * dot(V, H)), "two partners"),
    "an unknown function": (E(f(Y)), "no given grants integrable(f(Y))"),
    "a quotient": (E(1 / X), "integrable"),
    "two entries": (E(W[j] * W[k]), "whether they are one is not known"),
    "an entry beside its sum": (E(W[3] * ALL(W[j])), "whether they are one is not known"),
    "a member outside the sum": (E(B[k]), "must run through"),
    "too long a sum over a subset": (E(sp.Sum(B[j], (j, 1, n + 1))), "must run through"),
    "sums of two lengths": (E(ALL(W[j]) * sp.Sum(W[j], (j, 1, m))), "to one length"),
    "a random length": (E(sp.Sum(s[j] * X, (j, 1, i))), "random limits"),
    "an unknown mean inside": (E(f(X) * E(f(X))), "inside another"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_declared_is_refused(name: str) -> None:
    """Each expectation beyond what is declared and granted is refused by name."""
    term, words = REFUSED[name]
    ok, reason, _ = check_line(term, Line("==", mu, Expect()), CONTEXT)
    assert not ok
    assert words in reason, reason


def test_a_moment_must_be_granted() -> None:
    """A declared moment counts only where a given says that it exists, to the degree of the product."""
    line = Line("==", xy, Expect())
    for grants in ((), ("moment(X, 2)",), ("moment(X, 2)", "moment(Y, 1)")):
        ok, reason, _ = check_line(E(X * Y), line, Context(laws=LAWS, grants=grants, names=NAMES))
        assert not ok and "is finite" in reason
    higher = Context(laws=LAWS, grants=("moment(X, 4)", "moment(Y, 2)"), names=NAMES)
    assert check_line(E(X * Y), line, higher)[0]


def test_laws_contradict_nothing() -> None:
    """One name has one law, and its parameters are not random."""
    twice = {**LAWS, X: Law(kind="moments", moments={X: mu})}
    with pytest.raises(NoMoment, match="X has two laws"):
        expected(E(X), twice)
    with pytest.raises(NoMoment, match="parameters are random"):
        expected(E(Z), {Z: Law(kind="moments", moments={Z: Y}), Y: Law(kind="bernoulli", p=p)})


def test_a_variable_in_a_law_does_not_move() -> None:
    """E(X) with a mean that depends on T is no constant for rules that move T."""
    T: Any = sp.Symbol("T", integer=True, nonnegative=True)
    g: Any = sp.Function("e", nonnegative=True)
    laws = {X: Law(kind="moments", moments={X: g(T), X**2: p})}
    context = Context(laws=laws, grants=("moment(X, 2)",), names=NAMES, along=(p, r))
    step = (Line("<=", E(X), Entail()),)
    ok, reason, _ = check_line(E(X), Line("<=", E(X), Induct(T, 0, step=step)), context)
    assert not ok and "its law depends on T" in reason
    ok, reason, _ = check_line(E(X**2) - p - r, Line("<=", E(X**2) - p, Calculus(p)), context)
    assert not ok and "its law depends on p" in reason
    falls = statement(E(X**2) - p, "decreasing", None, along=Along(symbol=p, field="p", step="r"))
    chain = Chain(E(X**2) - p - r, (Line("<=", E(X**2) - p, Entail()),))
    result = check_chain(chain, falls, claim(falls, (p, r), laws))
    assert not result.ok and "its law depends on p" in result.reason


def test_moments_of_an_induction_step() -> None:
    """Inside the step of an induction the law of the current iterate may be used: e(T+1) = E[(a X + C)^2]."""
    T: Any = sp.Symbol("T", integer=True, nonnegative=True)
    e: Any = sp.Function("e", nonnegative=True)
    laws = {X: Law(kind="moments", moments={X: 0, X**2: e(T)}), C: Law(kind="bernoulli", p=p)}
    context = Context(laws=laws, grants=("moment(X, 2)",), names=NAMES)
    assert check_line(E((2 * X + C) ** 2), Line("==", 4 * e(T) + p, Expect()), context)[0]
    assert not check_line(E((2 * X + C) ** 2), Line("==", 4 * e(T) + p**2, Expect()), context)[0]


def test_values_on_an_instance() -> None:
    """On an instance the laws are enumerated: by kind, or on the points that the record gives."""
    at = Instance(n=4, b=2, p=sp.Rational(1, 3), s=(1, -2, 3, 5))
    symbols = {n: lambda a: a.n, b: lambda a: a.b, p: lambda a: a.p, s: lambda a: a.s}
    pair = Law(
        kind="moments",
        moments={X: mu, X * Y: xy},
        points=lambda a: ((sp.Rational(1, 4), sp.Rational(3, 4)), ((1, 2), (-1, 4))),
    )
    laws = {key: law for key, law in LAWS.items() if key in (B[j], D[j], i, (i1, i2), C)} | {(X, Y): pair}
    env = environment(symbols, laws, at, sure=True)
    for name in ("a coin", "two indices", "a subset", "a mean without replacement", "a third power"):
        term, value = MEANS[name]
        assert evaluate(term, env, True) == evaluate(value, env, True), name
    assert evaluate(E(X * Y), env, True) == sp.Rational(1, 4) * 2 - 3
    assert evaluate(E(X) * E(Y), env, True) == -sp.Rational(1, 2) * sp.Rational(7, 2)
    assert evaluate(E(s[i] ** 2), environment(symbols, laws, at, sure=False)) == 39 / 4


def test_weights_sum_to_one() -> None:
    """Points whose weights do not sum to one are no law: the message names it."""
    half = Law(kind="moments", moments={X: mu}, points=lambda a: ((sp.Rational(1, 2),), (1,)))
    with pytest.raises(ValueError, match="law of X: weights with sum 1/2"):
        environment({}, {X: half}, Instance(n=1), sure=True)


def test_a_law_needs_its_parameters() -> None:
    """A law without what its kind needs is an error that names it."""
    with pytest.raises(ValueError, match="'subset' needs take"):
        Law(kind="subset", size=n)
    with pytest.raises(ValueError, match="'moments' needs moments"):
        Law(kind="moments")


def test_normal_forms_meet() -> None:
    """The variance of a minibatch mean without replacement is (n-b)/(n-1) of sigma^2/b."""
    mean = ALL(B[j] * s[j]) / b
    value = expected(E(mean**2) - E(mean) ** 2, LAWS)
    assert equal(value, (n - b) / (b * (n - 1)) * (S2 / n - S1**2 / n**2))
