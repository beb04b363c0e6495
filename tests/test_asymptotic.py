"""Statements about limits: orders along a ray, remainders, expectations that do not exist."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

from proofs_check.asymptotic import GROWTH, along_ray, diverges, missing, order_against, remainder_order
from proofs_check.judge import judge
from tests.small_claims import order_of_sine, reciprocal_of_normal, remainder, t, u, x
from theory.claim import Claim, Given, Quantity, Ray, Remainder
from theory.family import Instance
from theory.family import replace as moved

ONE = Instance(x=Fraction(1))
AT = Instance(x=Fraction(1), y=Fraction(2))


def order(run, closed, right: sp.Expr, to: float = 0) -> Claim:
    """left = O(right) along x -> to."""
    claim = order_of_sine(1)
    ray = Ray(start=ONE, at=lambda i, z: moved(i, x=z), closed_form=closed, to=to)
    left = Quantity(text="left", run=run)
    return replace(claim, readings=(replace(claim.readings[0], left=left, right=right, ray=ray),))


def status(claim: Claim) -> str:
    return along_ray(claim, claim.readings[0]).status


@pytest.mark.parametrize(
    ("run", "closed", "right", "to", "expected"),
    [
        (lambda i: i.x**2, lambda z: z**2, x, 0, "holds"),
        (lambda i: i.x, lambda z: z, x**2, 0, "violated"),
        (lambda i: -i.x, lambda z: -z, x**2, 0, "violated"),
        (lambda i: -5 * i.x, lambda z: -5 * z, x, 0, "holds"),
        (lambda i: i.x, lambda z: z, sp.sqrt(x), math.inf, "violated"),
        (lambda i: i.x**2, lambda z: z**2, x**2 + x, math.inf, "holds"),
        (lambda i: math.log(1 + i.x) * i.x, lambda z: z * sp.log(1 + z), x, math.inf, "violated"),
        (lambda i: i.x * math.log(1 / i.x), lambda z: z * sp.log(1 / z), x, 0, "violated"),
        (lambda i: math.sin(1 / i.x) * i.x, lambda z: z * sp.sin(1 / z), x**2, 0, "undecided"),
    ],
)
def test_orders_are_decided_by_exact_limits(run, closed, right, to, expected: str) -> None:
    """A ratio that tends to infinity, of either sign and however slowly, refutes; a bounded one does not."""
    assert status(order(run, closed, right, to)) == expected


def test_ratios_alone_decide_nothing() -> None:
    """Without a closed form x log(1/x) = O(x) cannot be told from a true statement: it stays undecided."""
    assert status(order(lambda i: i.x * math.log(1 / i.x), None, x)) == "undecided"
    assert status(order(lambda i: i.x, None, x)) == "undecided"


def test_a_closed_form_has_to_be_what_runs() -> None:
    """A closed form of something else is an error that shows both numbers."""
    with pytest.raises(ValueError, match=r"closed_form\(1/2\) = 1.0, but left runs to 0.5"):
        status(order(lambda i: i.x, lambda z: 2 * z, x))


def test_orders_are_compared() -> None:
    """right/other tends to 0 where the other order is larger, to infinity where it is smaller."""
    claim = order_of_sine(1)
    limits = [order_against(claim, claim.readings[0], other) for other in (sp.sqrt(x), 7 * x, x**2)]
    assert limits == [0, sp.Rational(1, 7), sp.oo]


@pytest.mark.parametrize(("tail", "scale", "slope"), [(2, 2, 0), (3, 2, 0), (2, 1, 3), (1, 1, 0)])
def test_a_true_remainder_does_not_grow(tail: int, scale: int, slope: int) -> None:
    """x^tail + slope x is O(x^scale): no growth is seen from any start, near or far."""
    claim = remainder(tail, scale, slope)
    for start in (Fraction(1), Fraction(1, 2**20), Fraction(2, 3)):
        assert remainder_order(claim, claim.readings[0], moved(AT, x=start)) <= 1.01


@pytest.mark.parametrize(("tail", "scale", "slope"), [(1, 2, 0), (2, 3, 0), (2, 2, 1)])
def test_a_false_remainder_grows(tail: int, scale: int, slope: int) -> None:
    """Where an order is lost the excess over the scale doubles at each halving."""
    claim = remainder(tail, scale, slope)
    assert remainder_order(claim, claim.readings[0], AT) == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize(
    "run",
    [
        lambda i: i.y + 1e-13 * math.sin(1 / float(i.x)),  # rounding noise, larger than x^2 soon
        lambda i: i.y + i.x**2 * (1 - i.x),  # zero at x = 1, then rises to its bound
        lambda i: i.y + i.x**2 * max(0, 1 - 64 * i.x),  # zero for long, then rises to its bound
        lambda i: i.y - i.x,  # below
        lambda i: float(i.y) + 1e-13,  # an offset of the size of rounding
        lambda i: i.y + i.x**2 * (1 + 9 * max(0, 1 - 4096 * i.x)) / 10,  # rises to its bound late
    ],
)
def test_noise_and_approach_are_no_growth(run) -> None:
    """Neither floating-point noise nor an approach to the bound refutes a remainder."""
    claim = remainder(2, 2)
    statement = replace(claim.readings[0], left=Quantity(text="left", run=run))
    for start in (Fraction(1), Fraction(63, 64), Fraction(1, 3), Fraction(1, 2**12)):
        assert remainder_order(claim, statement, moved(AT, x=start)) < GROWTH


def integral(integrand: sp.Expr, at: Fraction | int = 0) -> Claim:
    claim = reciprocal_of_normal()
    statement = claim.readings[0]
    return replace(
        claim,
        readings=(replace(statement, exists=(replace(statement.exists[0], integrand=integrand, at=at),)),),
    )


@pytest.mark.parametrize("integrand", [1 / t, -3 / t, 1 / t**2, 2 / t**3 - 1 / t, (1 + t) / t, sp.cos(t) / t])
def test_divergence_is_certified(integrand: sp.Expr) -> None:
    """A pole of order one or more inside the support of a normal law is certified."""
    claim = integral(integrand)
    assert "so the integral diverges" in diverges(claim, claim.readings[0].exists[0])


@pytest.mark.parametrize(
    "integrand", [t, 1 / sp.sqrt(t), sp.log(t), sp.Integer(1), sp.sin(t) / t, 1 / (t + 1)]
)
def test_what_exists_is_not_certified(integrand: sp.Expr) -> None:
    """Integrable functions, poles elsewhere and weaker singularities are not called divergent."""
    assert diverges(integral(integrand), integral(integrand).readings[0].exists[0]) == ""


def test_existence_is_asked_inside_the_assumptions() -> None:
    """An expectation that does not exist where a given fails, or outside the family, accuses nobody."""
    claim = reciprocal_of_normal()
    statement = claim.readings[0]
    assert len(missing(claim, statement)) == 1
    large = replace(statement, givens=(Given(text="x > 1", fact=sp.Gt(u, 1)),))
    assert missing(replace(claim, symbols={u: lambda i: i.x}), large) == []
    outside = replace(statement, exists=(replace(statement.exists[0], where=Instance(x=Fraction(9))),))
    assert missing(claim, outside) == []


def test_a_remainder_at_infinity() -> None:
    """1 + 1/K^2 is 1 + O(1/K^2) as K grows, and not 1 + O(1/K^3)."""
    for power, verdict in ((2, "undecided"), (3, "refuted")):
        claim = remainder(1, 1)
        left = Quantity(text="1 + 1/K^2", run=lambda i: 1 + 1 / Fraction(i.x) ** 2)
        rest = Remainder(
            field="x",
            scale=1 / u**power,
            limit=Quantity(text="1", run=lambda i: Fraction(1)),
            to=math.inf,
        )
        far = replace(claim.readings[0], left=left, right=sp.Integer(1), remainder=rest)
        assert judge(replace(claim, readings=(far,)), effort="quick").readings[0].verdict == verdict
