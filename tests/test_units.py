"""Known instances in other units: only moves that change both sides as declared, and no count."""

from dataclasses import replace

import numpy as np
import sympy as sp

from proofs_check.cases import Case, draw, look
from proofs_check.core.relation import conjuncts
from proofs_check.units import FACTORS, rescaled
from tests.small_claims import am_gm, pair, x, y
from theory.claim import Claim, Scaling
from theory.family import Family, Instance, Integer, Real
from theory.family import replace as moved


def cases(claim: Claim) -> list[Case]:
    return look(claim, claim.readings[0], draw(claim, np.random.default_rng(0), "quick"))


def test_both_sides_move_as_declared() -> None:
    """x y <= ((x + y)/2)^2 in units k: both sides times k^2, at instances far beyond the box."""
    claim = am_gm()
    [case] = [c for c in cases(claim) if c.drawn.instance == pair(1, 1)]
    assert [i.x for i in rescaled(claim, claim.readings[0], [case])] == list(FACTORS)


def test_a_move_that_does_something_else_is_left_out() -> None:
    """A wrong power, a side that does not follow, and a move of a whole number kill nothing."""
    claim = am_gm()
    [true] = claim.scalings
    one = lambda i, k: moved(i, x=k * i.x)
    for wrong in (replace(true, power=1), replace(true, move=one)):
        assert not list(rescaled(replace(claim, scalings=(wrong,)), claim.readings[0], cases(claim)[:9:4]))
    counted = replace(
        claim,
        family=Family(fields={"x": Integer(1, 4), "y": Real(1, 4)}, leaves_out="-"),
        scalings=(Scaling(text="-", power=2, move=lambda i, k: Instance(x=int(k) * i.x, y=k * i.y)),),
        tight_at=(),
        mutants=(),
    )
    assert cases(counted) and not list(rescaled(counted, counted.readings[0], cases(counted)))


def test_the_parts_of_a_fact_have_one_order() -> None:
    """Not that of a set, which changes from process to process."""
    fact = sp.And(*[sp.Ge(x, k) | sp.Ge(y, k) for k in range(8)])
    assert conjuncts(fact) == fact.args and conjuncts(sp.Ge(x, 1)) == (sp.Ge(x, 1),)
