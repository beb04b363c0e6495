"""The instances that a statement is looked at on: what starts a climb, what ends it, what is measured."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq

from proofs_check.cases import STARTS, TIE, Drawn, beginnings, draw, look, scorer, show, violation, worst
from proofs_check.judge import judge
from proofs_check.sides import NotANumber
from tests.small_claims import HALF, am_gm, false_as_printed, pair, v, x, y
from theory.claim import Claim, Given, Quantity, Statement
from theory.family import Family, Instance, Real


def noisy(right: sp.Expr) -> Claim:
    """1 <= right, where the left side is exactly 1 and in floats often a little more."""
    left = Quantity(text="1", run=lambda i: 1 + (i.x / 3) * 3 + (i.x / 7) * 7 - 2 * i.x, rounding=1e-18)
    claim = am_gm()
    statement = replace(claim.readings[0], left=left, right=right, proof=None)
    return replace(claim, readings=(statement,), tight_at=(), mutants=(), scalings=())


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_rounding_error_does_not_end_the_climb() -> None:
    """The score is positive at true violations alone; where floats merely look violated it is zero."""
    claim = noisy(sp.Integer(1))
    cases = look(claim, claim.readings[0], draw(claim, rng(), "default"))
    loud = [c for c in cases if c.sides.status == "violated"]
    score = scorer(claim, claim.readings[0])
    assert len(loud) > 12 and {score(c.drawn.instance) for c in loud} == {0.0}
    assert violation(claim, claim.readings[0], cases, rng(), "default") is None


@pytest.mark.parametrize("seed", range(5))
def test_rounding_errors_do_not_crowd_out_a_violation(seed: int) -> None:
    """One true violation among hundreds of rounding errors is found, whatever stands before it."""
    claim = noisy(1 - sp.Max(0, y - sp.Rational(7, 2)))
    cases = look(claim, claim.readings[0], draw(claim, rng(seed), "default"))
    instance, found = violation(claim, claim.readings[0], cases, rng(seed), "default")
    assert instance.y == 4 and found.exact


def test_the_score_of_an_instance() -> None:
    """Minus infinity outside the givens, one where a side is undefined, else the relative gap."""
    claim = am_gm()
    given = replace(claim.readings[0], givens=(Given(text="x > 0", fact=sp.Gt(x, 0)),))
    assert scorer(claim, given)(pair(-1, 0)) == -np.inf
    assert scorer(claim, given)(pair(1, 1)) == 0 and scorer(claim, given)(pair(1, 3)) == pytest.approx(-1 / 7)
    pole = replace(claim.readings[0], right=1 / x)
    assert scorer(claim, pole)(pair(0, 1)) == 1.0


def test_climbs_start_at_ties_and_elsewhere() -> None:
    """Neither ties nor the others take all the starts, unless there is nothing else."""
    ties, rest = [(0.0, ())] * 9, [(-k / 10, ()) for k in range(1, 10)]
    mixed = beginnings(rest + ties)
    assert len(mixed) == STARTS and sum(gap >= -TIE for gap, _ in mixed) == STARTS // 2
    assert beginnings(ties) == ties[:STARTS] and beginnings(rest) == rest[:STARTS]
    assert beginnings([]) == [] and len(beginnings(ties + rest[:1])) == STARTS


def test_typed_instances_come_first_and_once() -> None:
    """Witnesses and tight points of the family precede the drawn ones; strangers and repetitions are out."""
    claim = replace(am_gm(), witnesses=(pair(2, 2), pair(2, 2), pair(5, 5)))
    drawn = draw(claim, rng(), "quick")
    assert drawn[:2] == [Drawn(pair(2, 2)), Drawn(pair(1, 1))]
    instances = [d.instance for d in drawn]
    assert len(set(instances)) == len(instances) and pair(5, 5) not in instances


def test_the_largest_ratio_is_that_of_positive_sides() -> None:
    """The ratio is the largest lhs/rhs where the right side is positive, and its instance is named."""
    claim = false_as_printed()
    points = [Drawn(Instance(x=Fraction(q))) for q in (-1, 0, HALF, 2)]
    ratio, at, cloud = worst(look(claim, claim.readings[0], points))
    assert ratio == 2 and at == "Instance(x=Fraction(1, 2))" and len(cloud) == 4


def test_violations_of_one_kind_stay_of_that_kind() -> None:
    """An undefined side is preferred to a false one and is not shrunk into it."""
    claim = am_gm()
    statement = replace(claim.readings[0], right=((x + y) / 2) ** 2 / (x - 3), proof=None)
    for seed in range(4):
        cases = look(claim, statement, draw(claim, rng(seed), "default"))
        instance, found = violation(claim, statement, cases, rng(seed), "default")
        assert found.status == "undefined" and instance == pair(3, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (10**50, "1e+50"),
        (None, "undefined"),
        (0.1, "0.1"),
        (fmpq(2, 10**400), "2.00000000000e-400"),
        (fmpq(10**400), "1.00000000000e+400"),
        (float("inf"), "inf"),
        (arb(0, 1e-70), "0"),
    ],
)
def test_sides_are_shown_briefly(value, text: str) -> None:
    """Rationals are shown as they are, long numbers by twelve digits."""
    assert show(value) == text


def test_a_violation_too_small_for_floats_is_found() -> None:
    """x <= (1 - 1e-12) x is false for every x > 0, which exact sides tell and floats do not."""
    claim, share = am_gm(), 1 - sp.Rational(1, 10**12)
    left = Quantity(text="|x|", run=lambda i: abs(i.x))
    for relation in ("<=", "==", "<"):
        small = replace(claim.readings[0], left=left, relation=relation, right=share * sp.Abs(x), proof=None)
        cases = look(claim, small, draw(claim, rng(), "quick"))
        instance, found = violation(claim, small, cases, rng(), "quick")
        assert found.exact and found.status == "violated", instance


@pytest.mark.parametrize("exactly", [False, True])
def test_a_strict_relation_is_not_supported_by_ties_that_nothing_tells(exactly: bool) -> None:
    """x sqrt(2)/sqrt(2) < x is false; floats and enclosures of the left side can only say that it may be."""
    ball = lambda i: arb(Fraction(i.x).numerator) / Fraction(i.x).denominator
    root = arb(2).sqrt() if exactly else math.sqrt(2)
    run = (lambda i: ball(i) * root / root) if exactly else (lambda i: float(i.x) * root / root)
    statement = Statement(text="-", left=Quantity(text="-", run=run), relation="<", right=v)
    claim = Claim(
        items=("demo.tie",),
        readings=(statement,),
        family=Family(fields={"x": Real(1, 4)}, leaves_out="-"),
        symbols={v: lambda i: i.x},
    )
    found = judge(claim).readings[0]
    assert found.verdict == "undecided" and "may be equal" in found.reason
    slack = replace(statement, right=v + 1)
    assert "may be equal" not in judge(replace(claim, readings=(slack,))).readings[0].reason


def test_a_side_that_changes_from_run_to_run_is_an_error() -> None:
    """A left side that is another number each time refutes nothing; where it does not, it is a breach."""
    noise = itertools.count()
    left = Quantity(text="noise", run=lambda i: float(next(noise)))
    statement = replace(am_gm().readings[0], left=left, right=sp.Integer(0), proof=None)
    claim = replace(am_gm(), readings=(statement,), tight_at=(), mutants=(), scalings=())
    with pytest.raises(NotANumber, match="two runs differ at Instance"):
        judge(claim, effort="quick")
    quiet = replace(claim.readings[0], right=sp.Integer(10**9))
    problems = judge(replace(claim, readings=(quiet,)), effort="quick").problems
    assert any(p.startswith("repeated: noise: runs to") for p in problems)
