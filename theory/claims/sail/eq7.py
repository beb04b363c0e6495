"""SAIL equation (7): the suboptimality at a point is at most L/2 times its squared distance to theta*.

Printed   J(theta^P) - J(theta*) <= (L/2) |theta^P - theta*|^2 for L-smooth J with minimiser theta*.
Repaired  not needed; equality for quadratics of curvature L.
Shapes    theta, theta*: (d,); the rest scalar.
Units     those of J on both sides, see the scalings.
Source    SAIL, Section 3.2, Theorem 2, equation (7); Appendix B, Step 2.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.claims.sail._descent import (
    CONSTANTS,
    CONVEX,
    FAMILY,
    LOWEST,
    POINTS,
    SMOOTH,
    SYMBOLS,
    J,
    J_star,
    L,
    T,
    g_star,
    mu,
    scalings,
    suboptimality,
    theta,
    theta_star,
)
from theory.family import Instance, replace
from theory.notation import dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

GAP, RIGHT = J(T) - J_star, L / 2 * norm2(theta - theta_star)
AROUND = {"f": J, "L": L, "x": theta_star, "y": theta, "fx": J_star, "fy": J(T)}
FLAT_THERE = Lemma("smooth_upper", {**AROUND, "g": sp.S.Zero})
LENGTH = Given(
    text="a squared norm is not negative", fact=sp.Ge(norm2(theta - theta_star), 0, evaluate=False)
)
STEPS = (
    PrintedStep(
        item="sail.thm2.step9",
        left=J(T),
        relation="<=",
        right=J_star + dot(g_star, theta - theta_star) + RIGHT,
        by=Lemma("smooth_upper", {**AROUND, "g": g_star}),
    ),
    PrintedStep(
        item="sail.thm2.step10",
        text="the gradient vanishes at the minimiser",
        left=GAP,
        relation="<=",
        right=RIGHT,
        by=Entail(facts=(FLAT_THERE,)),
        after=(
            sp.Le(J(T), J_star + dot(g_star, theta - theta_star) + RIGHT),
            sp.Eq(dot(g_star, theta - theta_star), 0),
        ),
    ),
    PrintedStep(
        item="sail.thm2.step11",
        left=GAP,
        relation="<=",
        right=RIGHT,
        by=Entail(facts=(FLAT_THERE,)),
        after=(sp.Le(GAP, RIGHT),),
    ),
    PrintedStep(
        item="sail.secC.2.step6",
        left=GAP,
        relation="<=",
        right=RIGHT,
        by=Entail(facts=(FLAT_THERE,)),
        after=(sp.Le(GAP, RIGHT),),
    ),
)

ONE, TWO = Fraction(1), Fraction(2)
ROUND = Instance(
    d=2, L=TWO, mu=ONE, rate=ONE / 2, T=0,
    inner=(TWO, TWO), outer=(TWO, TWO), radius=ONE, start=(TWO, ONE), centre=(ONE, -TWO), least=ONE
)  # fmt: skip
NARROW = replace(
    ROUND, d=1, L=ONE / 2, mu=ONE / 4, inner=(ONE / 2,), outer=(ONE / 4,), start=(ONE / 2,), centre=(TWO,)
)

CLAIM = Claim(
    items=("sail.eq7", "sail.thm2.step9", "sail.thm2.step10", "sail.thm2.step11", "sail.secC.2.step6"),
    readings=(
        Statement(
            text="the display, at any point",
            left=Quantity(text="J(theta^P) - J(theta*)", run=suboptimality, expr=GAP),
            relation="<=",
            right=RIGHT,
            givens=(CONSTANTS, SMOOTH, CONVEX, POINTS, LOWEST, LENGTH),
            proof=lambda: Chain(GAP, (Line("<=", RIGHT, Entail(facts=(FLAT_THERE,))),)),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=STEPS,
    witnesses=(ROUND,),
    tight_at=(ROUND, NARROW),
    scalings=scalings(1, 2),
    mutants=(
        Mutant(text="L/4", right=RIGHT / 2, dies_at=ROUND),
        Mutant(text="mu for L", right=mu / 2 * norm2(theta - theta_star), dies_at=ROUND),
        Mutant(
            text="the distance, not its square",
            right=L / 2 * sp.sqrt(norm2(theta - theta_star)),
            dies_at=ROUND,
        ),
    ),
)
