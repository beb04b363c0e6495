"""Chains: both ends, each rule alone, the composed relation, and no exception for a bad proof."""

from dataclasses import replace

import pytest
import sympy as sp

from proofs_check.core.chain import check_chain, check_line
from proofs_check.core.lemma import Context
from proofs_check.core.printed import check_step
from tests.core.derivations import (
    AT,
    BY,
    DIM,
    ESTIMATE,
    GLUE,
    MSE,
    TRACE,
    G,
    M,
    U,
    claim,
    glue,
    statement,
)
from theory.claim import Given, PrintedStep, Quantity, Remainder
from theory.notation import E, Vec, dot, norm2
from theory.proof import Calculus, Chain, Entail, Expect, Induct, Lemma, Line, Rewrite

x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)


def judged(chain: Chain, left, relation: str, right, givens=(), symbols=(x, y, p, q), **rest):
    made = statement(left, relation, right, givens, **rest)
    return check_chain(chain, made, claim(made, symbols))


SQUARES = Chain(
    2 * x * y,
    (
        Line("<=", 2 * x * y + (x - y) ** 2, Entail(), "a square is not negative"),
        Line("==", x**2 + y**2, Rewrite(), "expand"),
    ),
)


def test_a_true_chain_is_accepted_and_reported() -> None:
    """A right derivation is accepted; its report has LaTeX, rule, words and reason of each line."""
    result = judged(SQUARES, 2 * x * y, "<=", x**2 + y**2)
    assert result.ok and result.reason == ""
    assert [line.rule for line in result.lines] == ["Entail", "Rewrite"]
    assert result.lines[1].latex == "x^{2} + y^{2}" and result.lines[0].text and result.lines[0].reason


ENDS = [
    (2 * x * y, "<=", x**2 + y**2 + 1),
    (2 * x * y + 1, "<=", x**2 + y**2),
    (x * y, "<=", x**2 + y**2),
    (2 * x * y, "<=", 2 * (x**2 + y**2)),
    (2 * x * y, "<", x**2 + y**2),
    (2 * x * y, "==", x**2 + y**2),
    (2 * x * y, ">=", x**2 + y**2),
    (sp.Integer(0), "<=", sp.Integer(0)),
]


@pytest.mark.parametrize("which", range(len(ENDS)))
def test_a_true_derivation_beside_the_point_proves_nothing(which: int) -> None:
    """The ends and the relation must be those of the statement."""
    result = judged(SQUARES, *ENDS[which])
    assert not result.ok and result.reason


def test_relations_compose() -> None:
    """One strict line makes a chain strict, equalities prove <=, and opposite directions prove nothing."""
    strict = Chain(x, (Line("<", x + p, Entail()), Line("<=", x + 2 * p, Entail())))
    assert judged(strict, x, "<", x + 2 * p).ok and judged(strict, x, "<=", x + 2 * p).ok
    equal = Chain(x, (Line("==", x + y - y, Rewrite()),))
    assert judged(equal, x, "<=", x).ok and judged(equal, x, ">=", x).ok and not judged(equal, x, "<", x).ok
    both = Chain(x, (Line("<=", x + p, Entail()), Line(">=", x, Entail())))
    assert not judged(both, x, "<=", x).ok and not judged(both, x, ">=", x).ok


def test_the_fallacy_of_a_broken_middle_is_seen() -> None:
    """A chain with right ends and one false line in the middle is refused, and the line is named."""
    broken = replace(SQUARES, lines=(Line("<=", 3 * x * y, Entail()), *SQUARES.lines[1:]))
    result = judged(broken, 2 * x * y, "<=", x**2 + y**2)
    assert not result.ok and "line 1" in result.reason
    assert [line.ok for line in result.lines] == [False, False]


REWRITE = ((p + q) ** 2 / p, p + 2 * q + q**2 / p)
AM_GM = Lemma("am_gm", {"x": p, "y": q})
LEMMA = (sp.sqrt(p * q), (p + q) / 2)
ENTAIL = (1 / (1 + p), 1 - p / 2 + p**2 / 2)
CALCULUS = ((AT + BY) / (1 + AT + BY), AT / (1 + AT))
EXPECT = (MSE, GLUE["sphere"][0])
LAWS = glue("sphere")[0].laws
ALONG = Context(along=(AT, BY), laws=LAWS)

RULES = {
    "Rewrite": (REWRITE, "==", Rewrite(), p),
    "Lemma": (LEMMA, "<=", AM_GM, p),
    "Entail": (ENTAIL, "<=", Entail(), p),
    "Expect": (EXPECT, "==", Expect(), norm2(G)),
    "Calculus": (CALCULUS, ">=", Calculus(AT), AT),
}
BENDS = {
    "right doubled": lambda a, b, r, s: (a, 2 * b, r),
    "left doubled": lambda a, b, r, s: (2 * a, b, r),
    "right halved": lambda a, b, r, s: (a, b / 2, r),
    "sign": lambda a, b, r, s: (a, -b, r),
    "exponent of the right": lambda a, b, r, s: (a, b**3, r),
    "term less": lambda a, b, r, s: (a, b - s, r),
    "term more": lambda a, b, r, s: (a + s, b, r),
    "shifted": lambda a, b, r, s: (a, b + sp.Rational(1, 7), r),
    "shifted down": lambda a, b, r, s: (a, b - sp.Rational(1, 7), r),
    "direction": lambda a, b, r, s: (b, a, {"<=": "<", ">=": ">", "==": "<"}[r]),
}
IMPLIED = {  # bends whose truth the line itself implies
    ("Entail", "right doubled"),
    ("Entail", "shifted"),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_accepts_its_step(rule: str) -> None:
    """Each rule alone accepts a true step."""
    (before, after), relation, by, _ = RULES[rule]
    ok, reason, _ = check_line(before, Line(relation, after, by), ALONG)
    assert ok, reason


@pytest.mark.parametrize("bend", BENDS)
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_refuses_perturbed_steps(rule: str, bend: str) -> None:
    """Each rule alone refuses a step with another coefficient, exponent, direction or term."""
    (before, after), relation, by, term = RULES[rule]
    a, b, sign = BENDS[bend](before, after, relation, term)
    ok, reason, _ = check_line(a, Line(sign, b, by), ALONG)
    assert ok == ((rule, bend) in IMPLIED), reason


def test_dropped_conditions_are_seen() -> None:
    """A step that needs a condition is refused without it."""
    line = Line("<=", x**2, Entail())
    assert check_line(x, line, Context(facts=(x >= 1,)))[0]
    assert not check_line(x, line, Context(facts=(x >= sp.Rational(1, 2),)))[0]
    assert not check_line(x, line, Context())[0]
    root = Line("<=", (x + y) / 2, Lemma("am_gm", {"x": x, "y": y}))
    assert check_line(sp.sqrt(x * y), root, Context(facts=(x >= 0, y >= 0)))[0]
    assert not check_line(sp.sqrt(x * y), root, Context(facts=(x >= 0,)))[0]


def test_a_lemma_also_replaces_equals() -> None:
    """An equality of a lemma may be put in for one of its sides inside a larger expression."""
    u, c = Vec("u"), Vec("c")
    laws = {u: glue("gaussian")[0].laws[U]}
    mean = Lemma("iid_mean_mse", {"X": ESTIMATE, "c": G, "m": M, "a": c})
    before = 3 + MSE
    after = 3 + E(norm2(ESTIMATE - G)) / M
    laws = {U: laws[u]}
    assert check_line(before, Line("==", after, mean), Context(laws=laws))[0]
    wrong = Context(laws={U: replace(laws[U], kind="sphere")})  # there the mean is g/K, not g
    ok, reason, _ = check_line(before, Line("==", after, mean), wrong)
    assert not ok and "not discharged" in reason


@pytest.mark.parametrize("kind", GLUE)
def test_glue_proposition_1(kind: str) -> None:
    """The mean squared error and the covariance trace of GLUE's estimator are proved for all K and m."""
    made, chain = glue(kind)
    assert check_chain(chain, made.readings[0], made).ok
    made, chain = glue(kind, TRACE, GLUE[kind][1])
    assert check_chain(chain, made.readings[0], made).ok
    made, chain = glue(kind, MSE, norm2(G) * (DIM - 1) / (M * DIM))
    assert not check_chain(chain, made.readings[0], made).ok


def test_argmin_against_all_competitors() -> None:
    """Equal shares minimise a^2 + b^2 under a + b = 1; another point or an infeasible one does not."""
    a, b = sp.symbols("a b", real=True)
    budget = Given(text="the shares sum to one", fact=sp.Eq(a + b, 1))
    half = sp.Rational(1, 2)
    chain = Chain(a**2 + b**2, (Line(">=", half, Entail()),))

    def verdict(right, givens=(budget,), chain=chain):
        return judged(chain, a**2 + b**2, "argmin", right, givens, symbols=(), objective=lambda i, c: 0)

    assert verdict((half, half)).ok
    assert not verdict((1, 0)).ok
    assert "feasible" in verdict((half, half / 2)).reason
    assert not verdict((half, half), givens=()).ok
    assert "2 parts" in verdict((half,)).reason
    bold = Chain(a**2 + b**2, (Line("<=", half, Entail()),))
    assert not verdict((half, half), chain=bold).ok


def test_a_remainder_needs_its_rate() -> None:
    """The limit proves a statement up to O(scale) only where a given grants the remainder."""
    made, chain = glue("gaussian")
    radius = sp.Symbol("mu", positive=True)
    limit = Quantity(text="limit", expr=MSE, run=lambda i: 0)
    with_rest = replace(
        made.readings[0],
        left=Quantity(text="left", run=lambda i: 0),
        remainder=Remainder(field="mu", scale=radius**2, limit=limit),
    )
    assert "remainder" in check_chain(chain, with_rest, made).reason
    smooth = Given(text="bounded third derivative", grants=("remainder(mu**2)",))
    symbols = {**made.symbols, radius: lambda i: 1}
    assert check_chain(chain, replace(with_rest, givens=(smooth,)), replace(made, symbols=symbols)).ok


def test_a_granted_bound_is_also_a_fact() -> None:
    """A bound granted for every value counts only where the same given states it as its decidable fact."""
    n = sp.Symbol("n", integer=True, nonnegative=True)
    f = sp.Function("f", real=True)
    step = Line("<=", x, Entail(facts=(Lemma("at_most", {"a": f(n + 1), "b": x}),)))
    chain = Chain(f(n), (Line("<=", x, Induct(n, 0, step=(step,))),))
    start = Given(text="start", fact=f(0) <= x)

    def verdict(fact):
        bound = Given(text="bound", fact=fact, grants=("at_most(f(n+1), x)",))
        return judged(chain, f(n), "<=", x, (start, bound), symbols=(f, n, x))

    assert verdict(sp.Le(f(n + 1), x)).ok
    assert "state" in verdict(sp.Le(f(n + 1), x + 1)).reason
    assert "state" in verdict(None).reason


BAD = [
    Chain(x, ()),
    Chain(x, (Line("~", y, Rewrite()),)),
    Chain(x, (Line("==", y, "no rule"),)),  # pyright: ignore[reportArgumentType]
    Chain(x, (Line("==", y, Lemma("nonsense", {})),)),
    Chain(x, (Line("==", y, Calculus(x)),)),
    Chain(x, (Line("==", y, Expect()),)),
    Chain(E(1 / dot(U, U)), (Line("==", y, Expect()),)),
    Chain(x, (Line("<=", sp.Float(0.1), Entail()),)),
    Chain(None, (Line("<=", None, Entail()),)),  # pyright: ignore[reportArgumentType]
    None,
]


@pytest.mark.parametrize("which", range(len(BAD)))
def test_bad_proofs_are_results(which: int) -> None:
    """A malformed or false derivation is refused with a reason, never by an exception."""
    result = judged(BAD[which], x, "==", y)
    assert not result.ok and result.reason


def test_a_statement_without_definition_has_no_proof() -> None:
    """Without a symbolic definition of the left side nothing can start the chain."""
    made = replace(statement(x, "<=", x), left=Quantity(text="measured", run=lambda i: 0))
    result = check_chain(Chain(x, ()), made, claim(made, (x,)))
    assert not result.ok and "expr" in result.reason


def test_printed_steps() -> None:
    """A step holds if its rule or the usual two prove it; it follows from what stands before, or not."""
    made = statement(x, "<=", y, (Given(text="x >= 1", fact=x >= 1),))
    whole = claim(made, (x, y))

    def step(left, relation, right, by=None, after=()):
        printed = PrintedStep(item="test.step", left=left, relation=relation, right=right, by=by, after=after)
        return check_step(printed, made, whole)[:2]

    assert step(x, "<=", x**2) == (True, True)
    assert step((x + 1) ** 2, "==", x**2 + 2 * x + 1) == (True, True)
    assert step(x**2, "<=", x) == (None, False)
    assert step(y, ">=", sp.Integer(1)) == (None, False)
    assert step(y, ">=", sp.Integer(1), after=(y >= x,)) == (None, True)
    opaque = sp.Function("f", real=True)(x)
    assert step(opaque, ">=", sp.Integer(1)) == (None, None)
    assert step(x, "<=", x**2, by=Rewrite()) == (None, True)


def test_a_step_with_nothing_before_it_follows_by_its_rule() -> None:
    """An instance of a lemma follows where nothing stands before it, not from what is beside it."""
    made = statement(p, "<=", q, (Given(text="p <= q", fact=p <= q),))
    whole = claim(made, (p, q, U))
    length = dot(U, G) ** 2
    schwarz = Lemma("cauchy_schwarz", {"x": U, "y": G})

    def step(right, after=(), by=schwarz):
        printed = PrintedStep(item="test.step", left=length, relation="<=", right=right, by=by, after=after)
        return check_step(printed, made, whole)[:2]

    assert step(norm2(U) * norm2(G)) == (True, True)
    assert step(norm2(U) * norm2(G), after=(q >= 0,)) == (True, None)
    assert step(norm2(U)) == (None, None)
    assert step(norm2(U) * norm2(G), by=Entail()) == (None, None)
    larger = norm2(U) * norm2(G) + p
    whole_way = Chain(length, (Line("<=", norm2(U) * norm2(G), schwarz), Line("<=", larger, Entail())))
    assert step(larger, by=whole_way) == (True, True)
    assert step(larger - p, by=whole_way) == (None, None)
