"""True statements that look false: to small floats, to wide enclosures, outside the givens or the family."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb

from proofs_check.core.values import Unclear, Undefined, int_power
from proofs_check.feasible import allowed_near
from proofs_check.judge import judge
from proofs_check.psd import certificate, least_form
from proofs_check.sides import compare, sides
from proofs_check.two_sides import difference, times
from tests.small_claims import first, order_of_sine, u, x
from theory.claim import Claim, Constant, Existence, Given, PrintedStep, Quantity, Statement
from theory.family import Family, Instance, Integer, Real
from theory.proof import Chain, Entail, Line

SIZES = {"x": Real(0, 1000)}


def one(run, relation: str, right: object, fields: dict = SIZES, **changes) -> Claim:
    """A claim on one field x, whose left side is run."""
    statement = Statement(
        text="-", left=Quantity(text="left", run=run), relation=relation, right=right, **changes
    )
    family = Family(fields=fields, leaves_out="-")
    return Claim(items=("demo.one",), readings=(statement,), family=family, symbols={u: lambda i: i.x})


def test_a_denominator_too_small_for_the_precision_is_no_zero() -> None:
    """1 - tanh(1000) is positive, though no enclosure of 200 bits shows it: nothing is ill-posed."""
    tiny = 1 - sp.tanh(u)
    claim = one(lambda i: i.x, "<=", u + 1 / tiny)
    assert first(claim).verdict == "undecided"
    step = PrintedStep(item="demo.step", left=1 / tiny, relation=">=", right=sp.Integer(0))
    assert judge(replace(claim, steps=(step,)), effort="quick").steps[0].holds is not False
    pole = first(one(lambda i: i.x, "<=", u + 1 / (sp.exp(u) - 1), {"x": Real(0, 1)}))
    assert pole.verdict == "ill-posed" and "Fraction(0, 1)" in pole.counterexample.repr
    with pytest.raises(Unclear):
        int_power(arb(0, 1), -1)
    for zero in (arb(0), 0, 0.0):
        with pytest.raises(Undefined) as info:
            int_power(zero, -2)
        assert not isinstance(info.value, Unclear)


def test_a_given_that_cannot_be_read_is_neither_kept_nor_broken() -> None:
    """Where a denominator in a given is not surely zero, no instance decides with it."""
    given = Given(text="-", fact=sp.Ge(1 / (1 - sp.tanh(u)), 0))
    large = one(lambda i: i.x, "<=", sp.Integer(500), {"x": Real(600, 1000)}, givens=(given,))
    assert first(large, effort="quick").verdict == "undecided"


@pytest.mark.parametrize("run", [lambda i: 1 / math.exp(-i.x), lambda i: math.exp(-i.x) ** -1])
def test_a_float_zero_is_no_proof_of_a_pole(run) -> None:
    """exp(-1000) is too small for floats, so 1/exp(-x) >= 1 + x is not ill-posed; 1/x at 0 is."""
    assert first(one(run, ">=", 1 + u)).verdict == "undecided"
    pole = first(one(lambda i: 1 / i.x, ">=", -u))
    assert pole.verdict == "ill-posed" and pole.counterexample.exact


def test_two_floats_that_agree_up_to_rounding_do_not_differ() -> None:
    """Sums of a million in another order: their difference is what cancellation leaves, no violation."""
    up = Quantity(text="up", run=lambda i: math.fsum([i.x]) + sum(math.sqrt(k) * 1e4 for k in range(999)))
    down = Quantity(
        text="down", run=lambda i: float(i.x) + sum(math.sqrt(k) * 1e4 for k in reversed(range(999)))
    )
    assert first(one(up.run, "==", down)).verdict == "supported"
    bigger = replace(down, run=lambda i: 1.001 * down.run(i))
    assert first(one(up.run, "==", bigger)).verdict == "refuted"


def test_a_difference_with_a_float_is_not_exact() -> None:
    """An enclosure minus a float is a float; with a rational it is an enclosure, halved too."""
    at = Instance(x=Fraction(1))
    third = Quantity(text="1/3", run=lambda i: arb(1) / 3)
    rounded = Quantity(text="0.3", run=lambda i: 0.3)
    assert isinstance(difference(third, rounded).run(at), float)
    half = Quantity(text="1/2", run=lambda i: Fraction(1, 2))
    assert difference(third, half).run(at) < 0 and isinstance(times(third, Fraction(2)).run(at), arb)
    claim = one(third.run, ">=", rounded)
    found = first(replace(claim, readings=(replace(claim.readings[0], relation="<="),)))
    assert found.verdict == "refuted" and not found.counterexample.exact


def test_semidefinite_floats() -> None:
    """A rank-one matrix of any size is semidefinite up to rounding; what is not is refuted, with no crash."""
    v = np.array([1e4, 2e4 / 3, -3e4 / 7])
    assert least_form(np.outer(v, v)) == 0.0 == least_form(np.outer(v, v).tolist())
    assert least_form(np.eye(2, dtype=int)) == 0 and certificate(np.eye(2, dtype=int)) == ""
    assert least_form([[1.0, 2.0], [2.0, 1.0]]) == pytest.approx(-1) and not certificate([[1.0, 2], [2, 1]])
    with pytest.raises(ValueError, match="symmetric"):
        least_form([[1.0, 100.0], [0.0, 1.0]])
    for irrational in (sp.sqrt(2), arb(2).sqrt()):
        with pytest.raises(TypeError, match="expected a rational number"):
            least_form([[irrational]])
    run = lambda i: [[1.0, 2.0 + float(i.x)], [2.0 + float(i.x), 1.0]]
    assert first(one(run, "psd", None)).verdict == "refuted"


def test_integers_between_ends_that_are_not_whole() -> None:
    """An integer up to n/2 is an integer for odd n too."""
    fields = {"x": Integer(1, 5), "k": Integer(lambda f: Fraction(f.x, 3), lambda f: f.x / 2 + 1)}
    found = first(one(lambda i: i.k % 1, "==", sp.Integer(0), fields))
    assert found.verdict != "refuted"


def test_a_ray_stays_where_the_statement_speaks() -> None:
    """sin t = O(t^2) is false as t tends to 0, which is nothing against it for t >= 1."""
    claim = order_of_sine(2)
    assert first(claim).verdict == "refuted"
    far = replace(claim.readings[0], givens=(Given(text="x >= 1", fact=sp.Ge(x, 1)),))
    found = first(replace(claim, readings=(far,)))
    assert found.verdict == "undecided" and "leaves the givens" in found.reason
    outside = replace(claim, family=Family(fields={"x": Real(2, 3)}, leaves_out="-"))
    assert "outside the family" in first(outside).reason


def test_records_that_cannot_be_meant() -> None:
    """A rounding below zero and a given compared by == are errors, not verdicts."""
    for rounding in (-1e-9, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"rounding .* expected a finite number >= 0"):
            Quantity(text="-", run=lambda i: 0, rounding=rounding)
    with pytest.raises(ValueError, match=r"expected a SymPy relation \(sp.Eq"):
        Given(text="x is u", fact=x == u)


ZERO_TOO = Given(text="x = 0 or 1/x > 0", fact=sp.Or(sp.Gt(1 / u, 0), sp.Eq(u, 0)))


def test_a_given_may_hold_beside_a_part_without_value() -> None:
    """x = 0 satisfies "x = 0 or 1/x > 0": it refutes x > 0, which is not proved, and contradicts nothing."""
    proof = lambda: Chain(-u, (Line("<", sp.Integer(0), Entail()),))
    for low, verdict in ((0, "refuted"), (1, "undecided")):
        claim = one(lambda i: -i.x, "<", sp.Integer(0), {"x": Real(low, 4)}, givens=(ZERO_TOO,), proof=proof)
        left = replace(claim.readings[0].left, expr=-u)
        found = first(replace(claim, readings=(replace(claim.readings[0], left=left),)))
        assert found.verdict == verdict
    at_zero = Given(text="x = 0", fact=sp.Eq(u, 0))
    outside = one(lambda i: i.x, "<=", u, {"x": Real(1, 4)}, givens=(ZERO_TOO, at_zero))
    assert first(outside, effort="quick").verdict == "undecided"


def test_a_constant_that_changes_from_run_to_run_is_an_error() -> None:
    """Two values at one instance show that the file is wrong, not that the statement is ill-posed."""
    numbers = itertools.count()
    constant = Constant(text="c", value=lambda i: next(numbers))
    with pytest.raises(ValueError, match="c is 0 and then 2 at Instance"):
        first(one(lambda i: i.x, "<=", u, constants=(constant,)), effort="quick")


@pytest.mark.parametrize(
    ("density", "integrand", "at", "problem"),
    [
        (sp.exp(-x), x, -math.inf, "its own integral diverges"),
        (-1 / (1 + x**2), x, math.inf, "it is negative at x ="),
        (1 / x, 1 / x, 0, "its own integral diverges"),
        (-sp.Integer(1), 1 / x, 0, "it is negative at x ="),
    ],
)
def test_what_is_no_density_shows_nothing(density, integrand, at, problem: str) -> None:
    """An integral against something of infinite mass, or of another sign, says nothing."""
    where = Instance(x=Fraction(1))
    mean = Existence(text="E", variable=x, density=density, integrand=integrand, at=at, where=where)
    with pytest.raises(ValueError, match=problem):
        first(one(lambda i: i.x, "<=", u, exists=(mean,)), effort="quick")


def clipped(minimiser: object) -> Claim:
    """(t - c)^2 over t in [0, 1] with c = 1 - sqrt(2) + sqrt(x): its least value is at the clipped c."""
    root = lambda z: (arb(z.numerator) / z.denominator).sqrt() if isinstance(z, Fraction) else math.sqrt(z)
    centre = lambda i: 1 - root(type(i.x)(2)) + root(i.x)
    square = lambda i, t: (t - centre(i)) ** 2
    least = lambda i: square(i, 1) if centre(i) > 1 else 0
    objective = lambda i, at: square(i, at[0]) if 0 <= at[0] <= 1 else math.inf
    return one(least, "argmin", (minimiser,), {"x": Real(1, 4)}, objective=objective)


def test_an_enclosure_at_the_edge_of_what_is_allowed_is_not_infeasible() -> None:
    """At x = 2 the minimiser is 1, and no enclosure of it is surely at most 1; 1 + sqrt(x) is too large."""
    centre = 1 - sp.sqrt(2) + sp.sqrt(u)
    for effort in ("quick", "default"):
        found = first(clipped(sp.Max(0, sp.Min(1, centre))), effort=effort)
        assert found.verdict in ("undecided", "supported"), found.counterexample
    assert first(clipped(centre + sp.sqrt(2))).verdict == "refuted"
    assert allowed_near(lambda i, at: 0 if sum(at) == 1 else math.inf, None, (arb(1) / 3, arb(2) / 3))
    assert not allowed_near(lambda i, at: math.inf, None, (arb(1) / 3,))
    assert not allowed_near(lambda i, at: 0, None, (Fraction(1, 3),))


def test_a_wide_enclosure_is_no_number_beside_a_float() -> None:
    """erfc(20)/exp(-400) runs in floats; the enclosure of the formula is wider than either."""
    wide = (1 - sp.erf(u)) * sp.exp(u**2)
    run = lambda i: math.erfc(i.x) / math.exp(-(i.x**2))
    claim = one(run, "<=", wide * sp.Rational(1001, 1000), {"x": Real(0, 20)})
    assert first(claim).verdict != "refuted"
    assert compare(1.0, "<=", arb(0, 2), 1e-9, 1e-12).status == "holds"
    assert compare(1.0, "<=", arb(0, 0.5), 1e-9, 1e-12).status == "violated"
    assert compare(1.0, "<=", arb(0, math.inf), 1e-9, 1e-12).status == "holds"
    wide_left = Quantity(text="0, give or take 2", run=lambda i: arb(0, 2))
    assert difference(wide_left, Quantity(text="1", run=lambda i: 1.0)).run(Instance(x=Fraction(1))) == 0


def test_the_floor_of_a_float_is_not_exact() -> None:
    """0.29 * 100 is 29 and in floats a little less: its floor is 29, and no exact number."""
    cents = sp.Symbol("c", real=True)
    claim = replace(
        one(lambda i: i.x, "==", sp.floor(100 * cents), {"x": Integer(1, 60)}),
        symbols={cents: lambda i: i.x / 100},
    )
    assert first(claim).verdict != "refuted"
    wrong = replace(claim, readings=(replace(claim.readings[0], right=sp.ceiling(100 * cents) + 1),))
    assert not first(wrong).counterexample.exact
    exactly = replace(wrong, symbols={cents: lambda i: Fraction(i.x) / 100})
    assert first(exactly).counterexample.exact


def test_a_floor_alone_is_a_number() -> None:
    """floor(x + 1/2) is not what Python rounds 1/2 to, exactly; ceiling(x) is at least x."""
    half = first(one(lambda i: round(i.x), "==", sp.floor(u + sp.Rational(1, 2)), {"x": Real(0, 4)}))
    assert half.verdict == "refuted" and half.counterexample.exact
    up = one(lambda i: i.x, "<=", sp.ceiling(u), {"x": Real(0, 4)})
    assert sides(up, up.readings[0], Instance(x=Fraction(1, 2)), sure=True).status == "holds"
