"""How good a standing bound is: the supremum of its ratio, where, and the constant that is proved."""

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

from proofs_check.judge import judge
from proofs_check.summary import findings, strength
from proofs_check.tightness import constants, sharper
from proofs_check.verdict import StatementResult
from tests.sample_run import PROVED, RUN
from tests.small_claims import am_gm, unproved, x, y
from theory.claim import Claim
from theory.family import Instance
from theory.proof import Chain, Entail, Line


def loose(factor: Fraction, chained: bool = True) -> Claim:
    """x y <= factor ((x + y)/2)^2, proved from the definition or through the sharp bound."""
    right, sharp = sp.Rational(factor.numerator, factor.denominator) * ((x + y) / 2) ** 2, ((x + y) / 2) ** 2
    lines = (Line("<=", sharp, Entail()), Line("<=", right, Entail())) if chained else ()
    proof = lambda: Chain(x * y, lines or (Line("<=", right, Entail()),))
    claim = replace(am_gm(), mutants=(), tight_at=())
    return replace(claim, readings=(replace(claim.readings[0], right=right, proof=proof),))


@pytest.mark.parametrize("chained", [True, False])
def test_a_loose_bound_is_told_its_constant(chained: bool) -> None:
    """Where the right side is 3/2 of what is needed, the ratio found is 2/3 and 2/3 is proved."""
    result = judge(loose(Fraction(3, 2), chained)).readings[0]
    assert result.verdict == "proved" and result.tight is False
    assert result.ratio == pytest.approx(2 / 3, abs=1e-4) and result.ratio <= 2 / 3 + 1e-12
    assert result.constant == "2/3"
    at = eval(result.ratio_at, {"Instance": Instance, "Fraction": Fraction})
    assert at.x * at.y == pytest.approx(float(result.ratio) * 1.5 * float((at.x + at.y) / 2) ** 2)


def test_a_tight_bound_has_no_better_constant() -> None:
    """At equality nothing is sharper, and nothing is tried."""
    result = judge(am_gm()).readings[0]
    assert result.tight is True and result.constant == "" and result.ratio == pytest.approx(1)


def test_quick_effort_proves_no_constant() -> None:
    """Quick effort neither climbs nor proves constants."""
    result = judge(loose(Fraction(3, 2)), effort="quick").readings[0]
    assert result.ratio is not None and result.ratio <= 2 / 3 + 1e-12 and result.constant == ""


def test_a_constant_needs_a_proof() -> None:
    """A ratio that the search has not seen exceeded is no reason: a false constant is refused."""
    statement = loose(Fraction(3, 2)).readings[0]
    seen = StatementResult(text="", latex="", verdict="proved", ratio=0.3)
    assert sharper(statement, seen) == ""
    unknown = replace(statement, left=replace(statement.left, expr=None), proof=None)
    assert sharper(unknown, replace(seen, ratio=2 / 3)) == ""


def test_lower_bounds_are_divided() -> None:
    """For >= the constant divides: (x + y)^2/4 >= x y/2 holds with x y, that is with 1/2."""
    claim = am_gm()
    left = replace(claim.readings[0].left, run=lambda i: (i.x + i.y) ** 2 / 4, expr=((x + y) / 2) ** 2)
    statement = replace(claim.readings[0], left=left, relation=">=", right=x * y / 2, proof=None)
    result = judge(unproved(replace(claim, readings=(statement,), mutants=(), tight_at=()))).readings[0]
    assert result.constant == "1/2" and result.ratio == pytest.approx(0.5, abs=1e-4)


def test_constants_are_simple_and_cover_the_ratio() -> None:
    """Every constant tried is at least the ratio found and below 1; none is tried for a tight bound."""
    assert constants(0.66) == (Fraction(2, 3), Fraction(3, 4)) and constants(1.0) == () == constants(-1.0)
    assert all(Fraction(0.31) <= c < 1 for c in constants(0.31))


def test_the_report_says_it() -> None:
    """A proved constant is a finding and part of the statement's strength."""
    result = replace(PROVED.readings[0], tight=False, ratio=0.66, constant="2/3")
    claim = replace(PROVED, readings=(result,))
    assert "proved with 2/3 of its right side" in strength(result)
    assert any("2/3" in f.text and f.kind == "sharper" for f in findings(replace(RUN, claims=(claim,))))
