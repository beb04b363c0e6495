"""The second opinion: independent roads agree on true lines, and stop everything where one is false."""

import random

import pytest
import sympy as sp

from proofs_check.core import chain as chain_module
from proofs_check.core import cross
from proofs_check.core.chain import check_derivation, check_lines
from proofs_check.core.evaluate import evaluate
from proofs_check.core.law_points import law_points
from proofs_check.core.lemma import Context
from proofs_check.core.moments import expected
from proofs_check.core.outcomes import Points
from proofs_check.core.points import draw, truth, value
from proofs_check.core.premises import satisfying
from proofs_check.core.second import SecondOpinionError, second_opinion
from proofs_check.core.values import exact
from tests.core.derivations import GIVENS, SAIL_PROOF, glue, sail
from theory.notation import E, Law, Vec, dot
from theory.proof import Calculus, Chain, Enclose, Entail, Expect, Induct, Lemma, Line, Rewrite

x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)
n, d = sp.Symbol("n", integer=True, positive=True), sp.Symbol("d", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
s = sp.IndexedBase("s", nonnegative=True)
U, G, H = Vec("u"), Vec("g"), Vec("h")
LAWS = {U: Law(kind="sphere", dim=d, points=lambda i: ((), ()))}
OVER = lambda e: sp.Sum(e, (j, 1, n))
ROOTS = sp.Sum(sp.sqrt(s[j] * s[k]), (j, 1, k - 1), (k, 1, n))

RIGHT = [
    (x**2 - y**2, Line("==", (x - y) * (x + y), Rewrite()), Context()),
    (OVER(sp.sqrt(s[j])) ** 2, Line("==", OVER(s[j]) + 2 * ROOTS, Rewrite()), Context()),
    (2 * x * y, Line("<=", x**2 + y**2, Entail()), Context()),
    (x + y, Line("==", sp.Integer(1), Entail()), Context(facts=(sp.Eq(x + y, 1), x >= 0, y >= 0))),
    (E(dot(U, G) * dot(U, H)), Line("==", dot(G, H) / d, Expect()), Context(laws=LAWS)),
    (OVER(j), Line("==", n * (n + 1) / 2, Induct(n, 1)), Context()),
    (2 * sp.sqrt(p * q), Line("<=", p + q, Lemma("am_gm", {"x": p, "y": q})), Context()),
    (1 / (p + q), Line("<=", 1 / p, Calculus(p)), Context(along=(p, q))),
    (sp.exp(p), Line(">", 1 + p, Enclose((p,))), Context()),
]
WRONG = [
    (x**2 - y**2, Line("==", (x - y) * (x + 2 * y), Rewrite()), Context()),
    (OVER(sp.sqrt(s[j])) ** 2, Line("==", OVER(s[j]) - ROOTS - 1, Rewrite()), Context()),
    (2 * x * y, Line("<=", -(x**2) - y**2, Entail()), Context()),
    (x + y, Line("==", sp.Integer(2), Entail()), Context(facts=(sp.Eq(x + y, 1), x >= 0, y >= 0))),
    (E(dot(U, G) * dot(U, H)), Line("==", dot(G, H), Expect()), Context(laws=LAWS)),
    (OVER(j), Line("==", n * (n + 1) / 3, Induct(n, 1)), Context()),
    (3 * sp.sqrt(p * q), Line("<=", p + q, Lemma("am_gm", {"x": p, "y": q})), Context()),
    (1 / (p + q), Line(">=", 1 / p, Calculus(p)), Context(along=(p, q))),
    (sp.exp(p), Line("<", 1 + p, Enclose((p,))), Context()),
]


@pytest.mark.parametrize("case", range(len(RIGHT)))
def test_true_lines_are_confirmed(case: int) -> None:
    """For a true line of each rule at least one other road agrees, and it is named."""
    assert second_opinion(*RIGHT[case]) != ""


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_a_disagreement_is_an_error(case: int, monkeypatch) -> None:
    """If a rule accepted a false line, the chain would stop with the line and the point."""
    before, line, context = WRONG[case]
    monkeypatch.setattr(chain_module, "check_line", lambda *a: (True, "broken rule", ()))
    with pytest.raises(SecondOpinionError, match="line 1: accepted by .* but false at .* = "):
        check_lines(before, (line,), context)
    with pytest.raises(SecondOpinionError):
        check_derivation(Chain(before, (line,)), before, line.relation, line.expr, context)


def test_cvc5_disagrees_aloud(monkeypatch) -> None:
    """A second solver that finds a counterexample stops the run; without it the points are left."""
    before, line, context = RIGHT[2]
    monkeypatch.setattr("proofs_check.core.second.cvc5_answer", lambda *a: "sat")
    with pytest.raises(SecondOpinionError, match="cvc5"):
        second_opinion(before, line, context)
    monkeypatch.setattr("proofs_check.core.second.cvc5_answer", lambda *a: "")
    assert second_opinion(before, line, context) == "exact at 3 random points"


def test_cvc5_answers_the_same_problem() -> None:
    """Where it is installed, cvc5 proves a true implication and refutes a false one."""
    pytest.importorskip("cvc5", reason="cvc5 (extra `solvers`) is not installed")
    premises = (sp.Eq(x + y, 1), sp.Ge(x, 0, evaluate=False), sp.Ge(y, 0, evaluate=False))
    assert cross.cvc5_answer(premises, sp.Le(x * y, sp.Rational(1, 4), evaluate=False)) == "unsat"
    assert cross.cvc5_answer(premises, sp.Le(x * y, sp.Rational(1, 5), evaluate=False)) == "sat"


@pytest.mark.parametrize("kind", ["sphere", "gaussian", "rademacher"])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_points_have_the_moments_of_the_law(kind: str, dim: int) -> None:
    """Enumeration over the points gives what the moment rules give, up to the fourth degree."""
    law = {U: Law(kind=kind, dim=d, points=lambda i: ((), ()))}
    weights, points = law_points(kind, dim)
    assert sum(weights) == 1 and min(weights) > 0
    rng = random.Random(1)
    places = {v: exact(tuple(sp.Rational(rng.randint(-5, 5), 3) for _ in range(dim))) for v in (G, H)}
    env = {
        U: Points(exact(weights), exact(points)),
        d: exact(dim),
        **places,
    }
    products = [dot(U, G) * dot(U, H), dot(U, U) * dot(U, G) ** 2, dot(U, G), dot(U, U)]
    if kind != "rademacher":
        products.append(dot(U, G) ** 3 * dot(U, H))
    for term in products:
        assert evaluate(E(term), env, True) == evaluate(expected(E(term), law), env, True), term


def test_points_satisfy_the_premises() -> None:
    """Points are found for equations and inequalities together, and each premise certainly holds there."""
    w = sp.IndexedBase("w", nonnegative=True)
    premises = (sp.Eq(sp.Sum(w[j], (j, 1, n)), 1), p * q < 1, sp.Or(x > 5, x < -5), sp.Ne(y, 0))
    found = list(satisfying(premises, (), {}, random.Random(2), 5, 5.0))
    assert len(found) == 5
    for point in found:
        assert all(truth(premise, point) for premise in premises)
    assert not list(satisfying((x > 1, x < 0), (), {}, random.Random(2), 5, 5.0))


def test_points_obey_assumptions() -> None:
    """Signs and integers are drawn as declared; the same application of a function has one value."""
    f, e = sp.Function("f", positive=True), sp.Symbol("e", negative=True)
    for seed in range(20):
        point = draw((f(x) + e + n * s[j],), {}, random.Random(seed))
        assert point.env[e] < 0 < point.env[n] and min(point.env[s]) >= 0
        assert value(f(x), point) > 0 and value(f(x) - f(x), point) == 0


def test_reports_name_the_second_road() -> None:
    """Accepted lines of a chain carry the roads that agreed; lines that rest on grants alone carry none."""
    made, chain = glue("sphere")
    result = chain_module.check_chain(chain, made.readings[0], made)
    assert result.ok and "random points" in result.lines[0].second
    made, chain = sail()
    result = chain_module.check_chain(chain, made.readings[0], made)
    assert result.ok and result.lines[0].second == "" and chain == SAIL_PROOF and GIVENS
