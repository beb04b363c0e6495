"""Decisions: exact values decide, floats only beyond their rounding, enclosures that overlap not at all."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.cases import decide
from proofs_check.sides import NotANumber, compare, margin, satisfies, sides
from tests.small_claims import HALF, am_gm, falling, pair, projection, remainder, tossed, u, x, y
from theory.claim import Claim, Given, Quantity
from theory.family import Instance

RELATIONS = ("<=", "<", ">=", ">", "==")
TRUE = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
}
fractions = st.fractions(-3, 3, max_denominator=6)


def running(claim: Claim, run, rounding: float = 1e-9, **changes) -> tuple[Claim, object]:
    """The claim, its literal reading with another left side."""
    left = Quantity(text="left", run=run, rounding=rounding)
    return claim, replace(claim.readings[0], left=left, proof=None, **changes)


@given(st.sampled_from(RELATIONS), fractions, fractions)
def test_rationals_decide(relation: str, a: Fraction, b: Fraction) -> None:
    """Exact numbers are compared without tolerance, and a positive gap means violated."""
    found = compare(fmpq(a.numerator, a.denominator), relation, fmpq(b.numerator, b.denominator), 1e-9)
    assert found.exact and found.status == ("holds" if TRUE[relation](a, b) else "violated")
    assert found.status == "violated" or found.gap <= 0
    tiny = fmpq(1, 10**30)
    assert compare(tiny, "<=", fmpq(0), 1e-9).status == "violated"


@pytest.mark.parametrize("relation", RELATIONS)
def test_enclosures_that_overlap_decide_nothing(relation: str) -> None:
    """Balls that overlap leave an inequality undecided, disjoint ones decide it; equality is only refuted."""
    near, same, far = arb(1, "1e-9"), arb(1, "1e-9"), arb(2, "1e-9")
    assert compare(near, relation, same, 1e-9).status == ("holds" if relation == "==" else "undecided")
    assert compare(near, relation, far, 1e-9).status == ("holds" if TRUE[relation](1, 2) else "violated")
    assert compare(arb("nan"), relation, far, 1e-9).status != "violated"


def test_floats_decide_beyond_their_rounding() -> None:
    """A float difference within rounding, or within the floor beside zero, refutes nothing."""
    assert compare(1 + 1e-12, "<=", 1.0, 1e-9).status == "holds"
    assert compare(1 + 1e-6, "<=", 1.0, 1e-9).status == "violated"
    assert compare(1e-17, "<=", 0.0, 1e-9).status == "violated"  # to be looked at exactly
    assert compare(1e-17, "<=", 0.0, 1e-9, floor=1e-12).status == "holds"  # decided
    assert compare(1.0, "<", 1.0, 1e-9).status == "violated"
    assert compare(1.0, "<", 1.0, 1e-9, floor=1e-12).status == "holds"
    assert not compare(0.5, "<=", fmpq(1), 1e-9).exact


@pytest.mark.parametrize(
    ("a", "relation", "b", "status"),
    [
        (math.inf, "<=", math.inf, "holds"),
        (math.inf, "<=", 1.0, "violated"),
        (1.0, "<=", math.inf, "holds"),
        (-math.inf, ">=", 0.0, "violated"),
        (10**400, "<=", 10**400 + 1, "holds"),
        (10**400, "<=", 1.0, "violated"),
        (fmpq(10) ** 400, ">", 0.5, "holds"),
    ],
)
def test_infinite_and_huge_numbers(a, relation: str, b, status: str) -> None:
    """Infinities and numbers beyond every float are compared, not crashed on."""
    found = compare(a, relation, b, 1e-9)
    assert found.status == status and not math.isnan(found.gap)


def test_an_unknown_relation_is_refused() -> None:
    """A relation outside the list is an error, not a comparison of some other kind."""
    with pytest.raises(ValueError, match="relation '='"):
        compare(1, "=", 2, 1e-9)


def test_a_rounded_symbol_is_never_exact() -> None:
    """A claim that is true by cancellation is not refuted because one of its symbols is a float."""
    third = sp.Symbol("c", positive=True)
    claim = replace(am_gm(), symbols={**am_gm().symbols, third: lambda i: 0.1})
    claim, statement = running(claim, lambda i: sp.pi / 10, right=third * sp.pi)
    found = sides(claim, statement, pair(1, 1), sure=True)
    assert found.status == "holds" and not found.exact


def test_what_overflows_is_decided_exactly() -> None:
    """Where a float would overflow the exact road decides, in both modes."""
    claim, statement = running(am_gm(), lambda i: 0, right=sp.exp(1000 * x) - 1)
    for sure in (False, True):
        assert sides(claim, statement, pair(4, 0), sure=sure).status == "holds"
        assert sides(claim, statement, pair(-4, 0), sure=sure).status == "violated"


def test_undefined_sides_are_reported() -> None:
    """A side that divides by zero is undefined, and that counts as decided."""
    claim, statement = running(am_gm(), lambda i: i.x, right=1 / (x - y))
    assert sides(claim, statement, pair(1, 1), sure=False).status == "undefined"
    assert decide(claim, statement, pair(1, 1)).status == "undefined"
    assert decide(claim, statement, pair(HALF, 0)) is None


@pytest.mark.parametrize("value", [float("nan"), None, "1", 1j, True, (1, 2), Fraction])
def test_what_is_no_number_is_named(value) -> None:
    """A quantity that is NaN or no number is an error that names it and the instance."""
    claim, statement = running(am_gm(), lambda i: value)
    for sure in (False, True):
        with pytest.raises(NotANumber, match=r"left = .*Instance\(x="):
            sides(claim, statement, pair(1, 2), sure=sure)


def test_each_relation_compares_its_two_numbers() -> None:
    """argmin compares the printed minimiser with the best value, monotony the next instance with this one."""
    claim = projection()
    found = sides(claim, claim.readings[0], Instance(x=Fraction(3)), sure=True)
    assert (found.lhs, found.relation, found.rhs) == (4, "<=", 4)
    claim = falling()
    found = sides(claim, claim.readings[0], Instance(n=1, m=2), sure=True)
    assert (found.lhs, found.relation, found.rhs) == (fmpq(1, 4), "<", fmpq(1, 2))
    claim = remainder(2, 2)
    found = sides(claim, claim.readings[0], Instance(x=Fraction(1), y=Fraction(3)), sure=True)
    assert (found.lhs, found.rhs) == (3, 3)
    with pytest.raises(NotANumber, match="only sampled"):
        sides(tossed(u), tossed(u).readings[0], Instance(x=HALF), sure=True)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (sp.Ge(x, 0), 2.0),
        (sp.Gt(x, 2), -5e-324),
        (sp.Le(x, y), 1.0),
        (sp.Eq(x, 2), 0.0),
        (sp.Eq(x, y), -1.0),
        (sp.Ne(x, y), 1.0),
        (sp.Ne(x, 2), -5e-324),
        (sp.And(x >= 0, x <= y), 1.0),
        (sp.Or(x <= 0, x <= y), 1.0),
        (sp.true, 0.0),
        (sp.false, -math.inf),
        (1 / (x - 2) > 0, -math.inf),
    ],
)
def test_margins_of_givens(fact, expected: float) -> None:
    """The margin of a given is its slack: negative exactly where it fails or is undefined."""
    assert margin(am_gm(), Given(text="-", fact=fact), pair(2, 3)) == pytest.approx(expected, abs=1e-300)


def test_givens_without_a_fact() -> None:
    """A check decides by yes or no; a given about the world is not decided."""
    assert margin(am_gm(), Given(text="-", check=lambda i: False), pair(2, 3)) == -math.inf
    assert margin(am_gm(), Given(text="-", because="drawn so"), pair(2, 3)) is None
    with pytest.raises(TypeError, match="expected a relation"):
        margin(am_gm(), Given(text="-", fact=sp.Not(x > y, evaluate=False)), pair(2, 3))


def test_an_uncertain_given_refutes_nothing() -> None:
    """An instance that may violate a strict given, by enclosures, is looked at but refutes nothing."""
    irrational = Given(text="-", fact=sp.Gt(sp.sqrt(2) * sp.sqrt(x), sp.sqrt(y) * sp.sqrt(3)))
    claim, statement = running(am_gm(), lambda i: 1, right=sp.Integer(0), givens=(irrational,))
    at = pair(3, 2)  # sqrt(6) > sqrt(6) is false, and no enclosure can tell
    assert satisfies(claim, statement, at) and not satisfies(claim, statement, at, certainly=True)
    assert decide(claim, statement, at) is None
    assert decide(claim, statement, pair(4, 2)).status == "violated"


def test_a_step_out_of_the_givens_is_no_counterexample() -> None:
    """A monotonicity statement is asked only where its givens hold before and after the step."""
    claim = falling()
    capped = replace(claim.readings[0], givens=(Given(text="n <= 9", check=lambda i: i.n <= 9),))
    assert satisfies(claim, capped, Instance(n=8, m=1)) and not satisfies(claim, capped, Instance(n=9, m=1))
    assert not satisfies(claim, claim.readings[0], Instance(n=5, m=-1))
