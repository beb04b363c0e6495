"""Enclosures: transcendental inequalities on bounded and unbounded ranges, with points of contact too."""

import pytest
import sympy as sp

from proofs_check.core.box import side_of
from proofs_check.core.chain import check_line
from proofs_check.core.interval import positive
from proofs_check.core.lemma import Context
from proofs_check.core.tail import tail_sign
from theory.proof import Enclose, Line

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
n = sp.Symbol("n", integer=True, positive=True)
BOX = (x >= -1, x <= 1, y >= -1, y <= 1)

TRUE = [
    (sp.exp(x), ">=", 1 + x, (x,), (), ({x: 0},)),
    (sp.exp(p), ">", 1 + p, (p,), (), ()),
    (p - 1, ">=", sp.log(p), (p,), (), ({p: 1},)),
    (sp.sin(p), "<", p, (p,), (), ()),
    (sp.cosh(x), ">=", 1 + x**2 / 2, (x,), (), ({x: 0},)),
    (sp.sin(x), ">=", 2 * x / sp.pi, (x,), (x >= 0, x <= sp.pi / 2), ()),
    (sp.log(1 + p), ">", p / (1 + p), (p,), (), ()),
    (sp.tanh(p), "<", p, (p,), (), ()),
    (sp.exp(x), ">=", sp.E * x, (x,), (), ({x: 1},)),
    (sp.log(1 + sp.exp(x)), ">=", sp.log(2) + x / 2, (x,), (), ({x: 0},)),
    (1 - sp.Rational(1, 2) ** n, ">=", sp.Rational(1, 2), (n,), (), ()),
    (sp.exp(x) + sp.exp(y), ">=", 2 + x + y, (x, y), BOX, ({x: 0, y: 0},)),
    (sp.exp(x) * (1 + y**2), ">", x + y / 10, (x, y), BOX, ()),
    (sp.exp(x), "<=", 1 + y, (x, y), (x >= -1, x <= 0, y >= 0, y <= 1), ()),
    (sp.exp(x + y), "<", 3, (x, y), (x >= 0, y >= 0, x <= 1, y <= 1, x + y <= 1), ()),
]


@pytest.mark.parametrize("case", range(len(TRUE)))
def test_true_inequalities_are_accepted(case: int) -> None:
    """Classic inequalities hold on their whole range, ends at infinity and points of contact included."""
    before, relation, after, over, facts, touches = TRUE[case]
    line = Line(relation, sp.sympify(after), Enclose(over, touches))
    ok, reason, _ = check_line(before, line, Context(facts=facts))
    assert ok, reason


FALSE = [
    (sp.exp(x), ">", 1 + x, (x,), (), ({x: 0},)),  # equality at 0
    (sp.exp(x), ">=", sp.Rational(272, 100) * x, (x,), (), ({x: 1},)),  # e < 2.72
    (sp.exp(x), ">=", 1 + x + x**2 / 2, (x,), (x >= -3, x <= 3), ()),
    (sp.exp(p), ">", p**5, (p,), (), ()),  # false between 1.3 and 12.7
    (sp.log(p), "<", sp.sqrt(p) / 2, (p,), (), ()),
    (
        sp.sinh(x),
        ">=",
        x,
        (x,),
        (x >= -1, x <= 1),
        ({x: 0},),
    ),  # the third derivative decides nothing on the left
    (sp.exp(x), ">=", 1 + x / 2, (x,), (x >= -1, x <= 1), ({x: 0},)),  # the first derivative is not zero
    (sp.tanh(p), ">=", p - p**3 / 9, (p,), (p <= 1,), ()),
    (sp.exp(-p), ">", sp.Rational(1, 1000), (p,), (), ()),  # false far out
    (sp.exp(x) + sp.exp(y), ">=", 2 + x + sp.Rational(11, 10) * y, (x, y), BOX, ({x: 0, y: 0},)),
    (sp.exp(x + y), "<", 3, (x, y), (x >= 0, y >= 0, x <= 1, y <= 1, x + y <= sp.Rational(11, 10)), ()),
]


@pytest.mark.parametrize("case", range(len(FALSE)))
def test_false_inequalities_are_refused(case: int) -> None:
    """A coefficient, exponent or strictness that is wrong by little is refused, with a reason."""
    before, relation, after, over, facts, touches = FALSE[case]
    line = Line(relation, sp.sympify(after), Enclose(over, touches, seconds=2.0))
    ok, reason, _ = check_line(before, line, Context(facts=facts))
    assert not ok and reason


def test_what_the_rule_does_not_handle_is_refused() -> None:
    """Equalities, floats, other symbols, undeclared numbers and unbounded boxes are refused."""
    z = sp.Symbol("z")
    for before, line in [
        (x, Line("==", x, Enclose((x,)))),
        (sp.exp(x), Line(">=", 1 + y, Enclose((x,)))),
        (sp.exp(x), Line(">=", sp.Float(-1.0), Enclose((x,)))),
        (z**2, Line(">=", sp.Integer(0), Enclose((z,)))),
        (sp.exp(x + y), Line(">", sp.Integer(0), Enclose((x, y)))),
        (sp.floor(x), Line("<=", x, Enclose((x,)))),
        (sp.log(x), Line("<=", x, Enclose((x,)))),  # not defined for x <= 0
        (1 / x, Line(">=", sp.Integer(-9), Enclose((x,)))),
    ]:
        assert not check_line(before, line, Context(facts=(x <= 2,)))[0], (before, line)


def test_a_declared_contact_must_be_one() -> None:
    """A touching point at which the difference is not exactly zero is no help."""
    f = sp.exp(x) - 1 - x + sp.Rational(1, 10**30)
    assert positive(f, (x,), (x >= -1, x <= 1), strict=True, touches=({x: 0},))[0] is True
    assert (
        positive(f - sp.Rational(2, 10**30), (x,), (x >= -1, x <= 1), strict=False, touches=({x: 0},))[0]
        is None
    )


def test_strictness_needs_an_open_end() -> None:
    """sin x < x holds for x > 0 and not for x >= 0."""
    line = Line("<", x, Enclose((x,)))
    assert check_line(sp.sin(x), line, Context(facts=(x > 0, x <= 3)))[0]
    assert not check_line(sp.sin(x), line, Context(facts=(x >= 0, x <= 3)))[0]


def test_the_tail_is_decided_by_domination() -> None:
    """The dominating term gives the sign from a place on; where terms cancel nothing is claimed."""
    t = sp.Dummy("t", positive=True)
    assert tail_sign(sp.exp(t) - t**5, t, 32) == 1 and tail_sign(sp.exp(t) - t**5, t, 2) == 0
    assert tail_sign(sp.log(t) - t, t, 4) == -1
    assert tail_sign(t * sp.exp(-t) - sp.exp(-2 * t), t, 2) == 1
    assert tail_sign(sp.sin(t), t, 2) == 0 and tail_sign(t - t, t, 2) == 0
    assert tail_sign(sp.sqrt(1 + t**2) - t / 2, t, 2) == 1


def test_the_sharpest_bounds_are_used() -> None:
    """Signs and givens bound a variable; a strict bound makes its end open."""
    side = side_of(p, (2 * p < 3, p <= 7, 1 - p <= 0))
    assert (side.lo, side.hi, side.open_lo, side.open_hi) == (1, sp.Rational(3, 2), False, True)
    assert side_of(p, ()).open_lo and side_of(p, ()).lo == 0
