"""What stands in a line is an exact number that exists: no float, no mean or sum that nobody has shown."""

from typing import Any

import pytest
import sympy as sp

from proofs_check.core.chain import check_line
from proofs_check.core.lemma import Context
from proofs_check.core.normal import equal
from theory.notation import E as Mean
from theory.notation import Law
from theory.proof import Entail, Expect, Induct, Lemma, Line, Rewrite, Stationary

E: Any = Mean
x = sp.Symbol("x", real=True)
p, q = sp.symbols("p q", positive=True)
X, mu = sp.symbols("X mu", real=True)
n, j = sp.symbols("n j", integer=True, positive=True)
C: Any = sp.IndexedBase("C", real=True)
HALF = sp.Float("0.5")
MOMENTS = {X: Law(kind="moments", moments={X: mu, X**2: q})}
GRANTS = ("moment(X, 2)",)
WORLD = Context(laws=MOMENTS, grants=GRANTS, names={"X": X})

FLOATS = {
    "Rewrite": (x, Line("==", x * (1 + sp.Float("1e-20")), Rewrite())),
    "a true identity": (x / 2, Line("==", HALF * x, Rewrite())),
    "the line before": (HALF * x, Line("==", x / 2, Rewrite())),
    "Lemma": (sp.sqrt(p * q), Line("<=", HALF * (p + q), Lemma("am_gm", {"x": p, "y": q}))),
    "Induct": (sp.Sum(j, (j, 1, n)), Line("==", HALF * n * (n + 1), Induct(n, 1))),
    "Expect": (E(X) / 2, Line("==", HALF * mu, Expect())),
}


@pytest.mark.parametrize("name", FLOATS)
def test_floats_prove_nothing(name: str) -> None:
    """A rounded number is refused by every rule, by name: 1 + 1e-20 would be 1."""
    before, line = FLOATS[name]
    ok, reason, _ = check_line(before, line, WORLD)
    assert not ok and "floating-point" in reason
    assert not equal(before, line.expr)


def test_a_lemma_is_not_bound_to_floats() -> None:
    """Rounding must not enter by the binding of a lemma either."""
    bound = Lemma("am_gm", {"x": p * (1 + sp.Float("1e-20")), "y": q})
    assert not check_line(sp.sqrt(p * q), Line("<=", (p + q) / 2, bound), WORLD)[0]


CUBE = E(X**3)
RESTING = {
    "Entail": (CUBE, Line("<", CUBE + 1, Entail())),
    "Stationary": (CUBE + x**2, Line(">=", CUBE, Stationary({x: sp.Integer(0)}))),
}


@pytest.mark.parametrize("name", RESTING)
def test_a_mean_that_may_not_exist_is_no_number(name: str) -> None:
    """E[X^3] < E[X^3] + 1 needs a third moment: a law with two moments may have none."""
    before, line = RESTING[name]
    ok, reason, _ = check_line(before, line, WORLD)
    assert not ok and "not known to exist" in reason
    granted = Context(laws=MOMENTS, grants=(*GRANTS, "integrable(X**3)"), names={"X": X})
    assert check_line(before, line, granted)[0]


def test_a_mean_is_not_exchanged_with_an_infinite_sum() -> None:
    """E sum_j 2^j C_j for fair coins is not a number that linearity gives; the finite sum has its mean."""
    laws = {C[j]: Law(kind="bernoulli", p=sp.Rational(1, 2))}
    total = lambda top, term: sp.Sum(2**j * term, (j, 1, top))
    context = Context(laws=laws)
    assert check_line(E(total(n, C[j])), Line("==", total(n, sp.Rational(1, 2)), Expect()), context)[0]
    line = Line("==", total(sp.oo, sp.Rational(1, 2)), Expect())
    ok, reason, _ = check_line(E(total(sp.oo, C[j])), line, context)
    assert not ok and "may not be exchanged with the mean" in reason
