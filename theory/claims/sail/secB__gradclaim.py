"""SAIL, Appendix B: the squared gradient is at least 2 mu times the suboptimality.

Printed   |grad J(theta)|^2 >= 2 mu (J(theta) - J(theta*)) for mu-strongly convex J with minimiser theta*.
Repaired  not needed; equality for quadratics of curvature mu.
Shapes    theta, theta*, gradient: (d,); the rest scalar.
Units     [J]^2 [theta]^-2 on both sides, see the scalings.
Source    SAIL, Appendix B, Step 1, "Proof of the Claim".
"""

from fractions import Fraction

import sympy as sp

from sim.descent import gradient
from theory.claim import Claim, Mutant, PrintedStep, Quantity, Statement
from theory.claims.sail._descent import (
    BELOW,
    CONSTANTS,
    CONVEX,
    FAMILY,
    LOWEST,
    POINTS,
    SMOOTH,
    SQUARE,
    SYMBOLS,
    J,
    J_star,
    L,
    T,
    bowl,
    g,
    iterate,
    mu,
    scalings,
    theta,
    theta_star,
)
from theory.family import Instance, replace
from theory.notation import dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

GAP = J(T) - J_star
STEEP = sp.sqrt(norm2(g))
FAR = sp.sqrt(norm2(theta - theta_star))
RIGHT = 2 * mu * GAP
TOWARDS, APART2 = dot(g, theta - theta_star), norm2(theta - theta_star)
SCHWARZ = Lemma("cauchy_schwarz", {"x": g, "y": theta - theta_star})
LENGTHS = (
    Lemma("square_nonneg", {"v": g}),
    Lemma("square_nonneg", {"v": theta - theta_star}),
)
PARABOLA = STEEP * FAR - mu / 2 * FAR**2


def squared_gradient(i: Instance):
    """|grad J|^2 at the iterate."""
    return sum(v * v for v in gradient(bowl(i), iterate(i, i.T)))


STEPS = (
    PrintedStep(
        item="sail.secB.gradclaim.step1",
        left=J_star,
        relation=">=",
        right=J(T) + dot(g, theta_star - theta) + mu / 2 * norm2(theta_star - theta),
        by=BELOW,
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step2",
        left=J(T),
        relation="<=",
        right=J_star + TOWARDS - mu / 2 * APART2,
        by=Entail(facts=(BELOW,)),
        after=(sp.Ge(J_star, J(T) - TOWARDS + mu / 2 * APART2),),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step3",
        left=TOWARDS,
        relation="<=",
        right=STEEP * FAR,
        by=Entail(facts=(SCHWARZ, *LENGTHS)),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step4",
        left=J(T),
        relation="<=",
        right=J_star + PARABOLA,
        by=Entail(facts=(BELOW, SCHWARZ, *LENGTHS)),
        after=(
            sp.Le(J(T), J_star + TOWARDS - mu / 2 * APART2),
            sp.Le(TOWARDS, STEEP * FAR),
            sp.Ge(norm2(g), 0, evaluate=False),
            sp.Ge(APART2, 0, evaluate=False),
        ),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step5",
        left=GAP,
        relation="<=",
        right=PARABOLA,
        by=Entail(facts=(BELOW, SCHWARZ, *LENGTHS)),
        after=(
            sp.Le(J(T), J_star + PARABOLA),
            sp.Ge(norm2(g), 0, evaluate=False),
            sp.Ge(APART2, 0, evaluate=False),
        ),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step6",
        text="no t gives more than t = |grad J| / mu",
        left=PARABOLA,
        relation="<=",
        right=STEEP * (STEEP / mu) - mu / 2 * (STEEP / mu) ** 2,
        by=Entail(facts=LENGTHS),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step7",
        left=GAP,
        relation="<=",
        right=norm2(g) / (2 * mu),
        by=Entail(facts=(BELOW, SQUARE)),
        after=(
            sp.Le(GAP, PARABOLA),
            sp.Ge(norm2(g), 0, evaluate=False),
            sp.Ge(APART2, 0, evaluate=False),
        ),
    ),
    PrintedStep(
        item="sail.secB.gradclaim.step8",
        left=norm2(g),
        relation=">=",
        right=RIGHT,
        by=Entail(facts=(BELOW, SQUARE)),
        after=(sp.Le(GAP, norm2(g) / (2 * mu)),),
    ),
)

ONE, TWO = Fraction(1), Fraction(2)
FLAT = Instance(
    d=1, L=TWO, mu=ONE, rate=ONE / 2, T=0,
    inner=(ONE,), outer=(ONE,), radius=ONE, start=(TWO,), centre=(ONE,), least=ONE
)  # fmt: skip
STEEPER = replace(FLAT, L=ONE, mu=ONE / 4, inner=(ONE / 4,), outer=(ONE / 4,))

CLAIM = Claim(
    items=(
        "sail.secB.gradclaim",
        "sail.secB.gradclaim.step1",
        "sail.secB.gradclaim.step2",
        "sail.secB.gradclaim.step3",
        "sail.secB.gradclaim.step4",
        "sail.secB.gradclaim.step5",
        "sail.secB.gradclaim.step6",
        "sail.secB.gradclaim.step7",
        "sail.secB.gradclaim.step8",
    ),
    readings=(
        Statement(
            text="the display, at any point",
            left=Quantity(text="|grad J(theta)|^2", run=squared_gradient, expr=norm2(g)),
            relation=">=",
            right=RIGHT,
            givens=(CONSTANTS, SMOOTH, CONVEX, POINTS, LOWEST),
            proof=lambda: Chain(norm2(g), (Line(">=", RIGHT, Entail(facts=(BELOW, SQUARE))),)),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=STEPS,
    witnesses=(FLAT,),
    tight_at=(FLAT, STEEPER),
    scalings=scalings(2, 2),
    mutants=(
        Mutant(text="4 mu", right=2 * RIGHT, dies_at=FLAT),
        Mutant(text="L for mu", right=2 * L * GAP, dies_at=FLAT),
        Mutant(text="mu J(theta), the minimum left out", right=2 * mu * J(T), dies_at=FLAT),
    ),
)
