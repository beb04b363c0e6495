"""SAIL, Appendix C.1: whether the start that is closer in parameters stays ahead.

Printed   "when analyzing the convergence of the loss function, we only need to compare the initial distances
          of the parameters": |theta^P - theta*| <= |theta_rand - theta*| gives the smaller loss after T steps
          (Sections 3.2 and 4.2 say so of weights that minimise |theta^P - theta*|, Appendix B of theta^P).
Repaired  J(theta^(T)) - J* <= J(rho^(T)) - J* as long as L (1 - eta mu)^T |theta^P - theta*|^2 <= mu (1 - eta
          L)^(2T) |theta_rand - theta*|^2: the squared distance has to be smaller by the condition number, and
          the advantage has a horizon, since errors along steep directions vanish faster than those along flat
          ones. Comparing distances compares two upper bounds, not two losses; that (the third reading) is
          true.
Shapes    as in theory.claims.sail._race.
Units     those of J on both sides, see the scalings.
Source    SAIL, Appendix C.1; Section 3.2, after Theorem 2 and end; Appendix B, opening.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.sail._descent import FAMILY, J_star, L, T
from theory.claims.sail._race import (
    AHEAD,
    FAR,
    GIVENS,
    HORIZON,
    NEAR,
    RATE,
    SCALINGS,
    SECOND_GAP,
    SYMBOLS,
    R,
    outrun,
    second,
)
from theory.family import Derived, Family, Instance, Vector, replace
from theory.proof import Chain, Entail, Line

by_length = lambda v: sum(x * x for x in v)
FIELDS = {**FAMILY.fields, "one": Vector("d"), "two": Vector("d")}
del FIELDS["start"]
WORLD = Family(
    fields={
        **FIELDS,
        "start": Derived(lambda f: min(f.one, f.two, key=by_length)),
        "random": Derived(lambda f: max(f.one, f.two, key=by_length)),
    },
    leaves_out=FAMILY.leaves_out,
)
CLOSER = Given(text="theta^P is at least as close to theta* as theta_rand", fact=sp.Le(NEAR, FAR))
SAME_START = Given(text="T = 0", fact=sp.Eq(T, 0))
BOUND_NEAR, BOUND_FAR = RATE**T * L / 2 * NEAR, RATE**T * L / 2 * FAR


def guaranteed(i: Instance):
    """The bound of theorem 2 and equation (7) for theta^P, from its distance."""
    return (1 - i.rate / i.L * i.mu) ** i.T * i.L / 2 * by_length(i.start)


ONE = Fraction(1)
PLAIN = Instance(
    d=2, L=2 * ONE, mu=ONE, rate=ONE / 2, T=0, inner=(ONE, 2 * ONE), outer=(ONE, 2 * ONE), radius=ONE,
    centre=(ONE, ONE), least=ONE, one=(0 * ONE, ONE), two=(2 * ONE, 0 * ONE), start=(0 * ONE, ONE),
    random=(2 * ONE, 0 * ONE),
)  # fmt: skip
STEEP = replace(PLAIN, one=(0 * ONE, ONE), two=(ONE * 5 / 4, 0 * ONE), random=(ONE * 5 / 4, 0 * ONE))
LATE = replace(
    PLAIN, T=3, one=(ONE, 0 * ONE), two=(0 * ONE, 2 * ONE), start=(ONE, 0 * ONE), random=(0 * ONE, 2 * ONE)
)
AHEAD_YET = replace(PLAIN, rate=ONE / 8, T=2)
EQUAL = replace(
    PLAIN, d=1, L=ONE, inner=(ONE,), outer=(ONE,), centre=(ONE,), T=0, one=(ONE,), two=(ONE,), start=(ONE,),
    random=(ONE,)
)  # fmt: skip

CLAIM = Claim(
    items=(
        "sail.secC.1.compare",
        "sail.sec3.2.weights",
        "sail.sec3.2.weighting",
        "sail.secB.opening",
    ),
    readings=(
        Statement(
            text="the closer start has the smaller loss after T steps, for every T",
            left=AHEAD,
            relation="<=",
            right=SECOND_GAP,
            givens=(*GIVENS, CLOSER),
        ),
        Statement(
            text="the closer start has the smaller loss at the start",
            left=AHEAD,
            relation="<=",
            right=SECOND_GAP,
            givens=(*GIVENS, CLOSER, SAME_START),
        ),
        Statement(
            text="the closer start has the smaller upper bound, that of theorem 2 and (7)",
            left=Quantity(text="(1 - eta mu)^T L/2 |theta^P - theta*|^2", run=guaranteed, expr=BOUND_NEAR),
            relation="<=",
            right=BOUND_FAR,
            givens=(*GIVENS, CLOSER),
            proof=lambda: Chain(BOUND_NEAR, (Line("<=", BOUND_FAR, Entail()),)),
        ),
    ),
    family=WORLD,
    symbols=SYMBOLS,
    repair=Repair(
        changes="the squared distances compared with the factor (L/mu) (1 - eta mu)^T / (1 - eta L)^(2T)",
        statement=Statement(
            text="the start that is closer by the condition number is ahead up to a horizon",
            left=AHEAD,
            relation="<=",
            right=SECOND_GAP,
            givens=(*GIVENS, HORIZON),
            proof=lambda: outrun("<=", Entail()),
        ),
        nondegenerate=AHEAD_YET,
        added=(Added(given=HORIZON, fails_without=LATE),),
    ),
    transcription=second,
    witnesses=(PLAIN, STEEP, LATE, EQUAL, AHEAD_YET),
    tight_at=(EQUAL,),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="half the other loss", right=SECOND_GAP / 2, dies_at=EQUAL),
        Mutant(text="the other loss one step later", right=R(T + 1) - J_star, dies_at=EQUAL),
        Mutant(text="J* counted twice", right=R(T) - 2 * J_star, dies_at=EQUAL),
    ),
    effort=0.25,
)
