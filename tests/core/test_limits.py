"""Limits: Gruntz's value, confirmed along the ray; nothing is exchanged with the limit in silence."""

import pytest
import sympy as sp

from proofs_check.core import limits
from proofs_check.core.chain import check_line
from proofs_check.core.lemma import Context
from proofs_check.core.limits import LimitError
from theory.notation import E, Vec, dot
from theory.proof import Limit, Line

x, y = sp.symbols("x y", real=True)
p, c = sp.symbols("p c", positive=True)
n = sp.Symbol("n", integer=True, positive=True)
INFINITY = sp.oo


def limit(body, var, to, value, relation="==", facts=(), side="+") -> bool:
    """Whether the line that replaces the limit by the value is accepted."""
    before = sp.Limit(body, var, to, side if to not in (sp.oo, -sp.oo) else "-") + y
    return check_line(
        before, Line(relation, sp.sympify(value) + y, Limit(var, to)), Context(facts=tuple(facts))
    )[0]


TRUE = [
    ((1 + 3 / p) ** p, p, INFINITY, sp.exp(3), "+"),
    (sp.log(p) / p, p, INFINITY, 0, "+"),
    (1 / sp.log(p), p, INFINITY, 0, "+"),
    ((sp.exp(x) - 1 - x) / x**2, x, 0, sp.Rational(1, 2), "+-"),
    (p * sp.log(p), p, 0, 0, "+"),
    ((c * p + 1) / (p + c), p, INFINITY, c, "+"),
    (sp.Abs(x) / x, x, 0, -1, "-"),
    (sp.atan(x), x, -INFINITY, -sp.pi / 2, "+"),
]


@pytest.mark.parametrize("case", range(len(TRUE)))
def test_true_limits_are_accepted_and_bent_ones_refused(case: int) -> None:
    """The value is accepted; another value, and a strict relation, are not."""
    body, var, to, value, side = TRUE[case]
    assert limit(body, var, sp.sympify(to), value, side=side)
    assert limit(body, var, sp.sympify(to), value, relation="<=", side=side)
    for bent in (value + 1, 2 * value + sp.Rational(1, 10**9), value**2 + 3):
        assert not limit(body, var, sp.sympify(to), bent, side=side)
    assert not limit(body, var, sp.sympify(to), value, relation="<", side=side)


def test_what_has_no_limit_is_refused() -> None:
    """Divergence, oscillation and two different one-sided limits give no value."""
    assert not limit(p, p, INFINITY, 0)
    assert not limit(sp.sin(p), p, INFINITY, 0)
    assert not limit(sp.Abs(x) / x, x, sp.Integer(0), 1, side="+-")


def test_exchanging_with_the_limit_is_refused() -> None:
    """Expectations, sums of growing length and unknown functions may not be passed through."""
    k = sp.Symbol("k", integer=True)
    f, u, g = sp.Function("f", real=True), Vec("u"), Vec("g")
    for body in (sp.Sum(1 / n**2, (k, 1, n)), f(n) / n, E(dot(g, u) / n)):
        line = Line("==", sp.Integer(0), Limit(n, INFINITY))
        ok, reason, _ = check_line(sp.Limit(body, n, INFINITY), line, Context())
        assert not ok and "exchanged with the limit" in reason


def test_parameters_obey_the_givens() -> None:
    """The numbers along the ray are taken where the givens hold."""
    body = c * p / (1 + p)
    assert limit(body, p, INFINITY, c, facts=(c < sp.Rational(1, 10),))
    assert not limit(body, p, INFINITY, c, facts=(c < 0, c > 1))  # no such values: nothing is confirmed


def test_a_wrong_algorithm_is_an_error(monkeypatch) -> None:
    """If the algorithm returned a wrong value, the numbers along the ray would stop everything."""
    monkeypatch.setattr(limits.sp, "gruntz", lambda *a: sp.Rational(1, 3))
    with pytest.raises(LimitError, match="off by"):
        limit((p + 1) / p, p, INFINITY, sp.Rational(1, 3))
