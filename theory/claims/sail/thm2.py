"""SAIL theorem 2: how fast gradient descent with a fixed step loses its suboptimality.

Printed   For eta in (0, 1/L), J L-smooth and mu-strongly convex, from any start theta^(0) (the theorem's is
          theta^P): J(theta^(T)) - J(theta*) <= (1 - eta mu)^T (J(theta^(0)) - J(theta*)).
Repaired  not needed.  Not the best: (1 - eta mu)^(2T) holds on the same class and is attained by the
          quadratic of curvature mu (Taylor, Hendrickx and Glineur, 2018, Exact worst-case convergence rates
          of the proximal gradient method for composite convex minimization); PEPit gives the same number.
          The judge checks that it is stronger and that nothing violates it, not that it is true.
Shapes    theta, its start, gradients: (d,); the rest scalar.
Units     both sides those of J, see the scalings.
Source    SAIL, Section 3.2, Theorem 2, equation (6); Appendix B, Assumption 5 and Steps 1 and 3.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Statement
from theory.claims.sail._descent import (
    BELOW,
    DESCENT,
    FAMILY,
    GIVENS,
    LENGTH,
    SQUARE,
    SYMBOLS,
    J,
    J_star,
    L,
    T,
    after,
    eta,
    g,
    g_star,
    mu,
    scalings,
    start,
    suboptimality,
    theta,
    theta_star,
)
from theory.family import Family, Instance, Integer
from theory.notation import dot, norm2
from theory.proof import Chain, Entail, Induct, Lemma, Line

GAP, FIRST, NEXT = J(T) - J_star, J(0) - J_star, J(T + 1) - J_star
RATE = 1 - eta * mu
RIGHT = RATE**T * FIRST
STEPWISE = 1 - 2 * mu * eta * (1 - L * eta / 2)
FACTS = Entail(facts=(DESCENT, BELOW, SQUARE, LENGTH))
BY_INDUCTION = Induct(
    T,
    0,
    step=(
        Line("<=", RATE * GAP, FACTS, "smoothness along the step, strong convexity towards the minimiser"),
        Line("<=", RIGHT.subs(T, T + 1), Entail(), "the induction hypothesis times 1 - eta mu >= 0"),
    ),
)
SMOOTH_STEP = Lemma(
    "smooth_upper", {"f": J, "L": L, "x": theta, "y": after, "g": g, "fx": J(T), "fy": J(T + 1)}
)
AT_START = Lemma(
    "smooth_upper",
    {"f": J, "L": L, "x": theta_star, "y": start, "g": sp.S.Zero, "fx": J_star, "fy": J(0)},
)
TOGETHER = RATE**T * L / 2 * norm2(start - theta_star)
BEST_GRADIENT = sp.Ge(norm2(g), 2 * mu * GAP)

PAIR = {"f": J, "L": L, "mu": mu}
HERE, THERE = {"x": theta, "g": g, "fx": J(T)}, {"y": theta_star, "h": g_star, "fy": J_star}
FORTH = Lemma("smooth_convex", {**PAIR, **HERE, **THERE})
BACK = Lemma(
    "smooth_convex",
    {**PAIR, "x": theta_star, "g": g_star, "fx": J_star, "y": theta, "h": g, "fy": J(T)},
)
LIPSCHITZ = Entail(
    facts=(FORTH, BACK, Lemma("square_nonneg", {"v": L * (theta - theta_star) - (g - g_star)}))
)
STEPS = (
    PrintedStep(
        item="sail.a5.a",
        left=norm2(g - g_star),
        relation="<=",
        right=L**2 * norm2(theta - theta_star),
        text="at theta and theta*",
        by=LIPSCHITZ,
    ),
    PrintedStep(
        item="sail.a5.b",
        text="at the iterate and the start",
        left=J(0),
        relation=">=",
        right=J(T) + dot(g, start - theta) + mu / 2 * norm2(start - theta),
        by=Lemma(
            "strong_convexity", {"f": J, "mu": mu, "x": theta, "y": start, "g": g, "fx": J(T), "fy": J(0)}
        ),
    ),
    PrintedStep(item="sail.thm2.step1", left=GAP, relation="<=", right=RIGHT, by=BY_INDUCTION),
    PrintedStep(
        item="sail.thm2.step2",
        text="the update rule, as a vanishing difference",
        left=norm2(after - theta + eta * g),
        relation="==",
        right=sp.S.Zero,
    ),
    PrintedStep(
        item="sail.thm2.step3",
        left=J(T + 1),
        relation="<=",
        right=J(T) + dot(g, after - theta) + L / 2 * norm2(after - theta),
        by=SMOOTH_STEP,
    ),
    PrintedStep(
        item="sail.thm2.step4",
        left=J(T + 1),
        relation="<=",
        right=J(T) - eta * (1 - L * eta / 2) * norm2(g),
        by=Entail(facts=(DESCENT,)),
        after=(sp.Le(J(T + 1), J(T) - eta * norm2(g) + L / 2 * eta**2 * norm2(g)),),
    ),
    PrintedStep(
        item="sail.thm2.step5",
        left=NEXT,
        relation="<=",
        right=STEPWISE * GAP,
        by=Entail(facts=(DESCENT, BELOW, SQUARE)),
        after=(sp.Le(J(T + 1), J(T) - eta * (1 - L * eta / 2) * norm2(g)), BEST_GRADIENT),
    ),
    PrintedStep(item="sail.thm2.step6", left=STEPWISE, relation="<=", right=RATE, by=Entail()),
    PrintedStep(
        item="sail.thm2.step7",
        left=NEXT,
        relation="<=",
        right=RATE * GAP,
        by=FACTS,
        after=(sp.Le(NEXT, STEPWISE * GAP), sp.Le(STEPWISE, RATE, evaluate=False), sp.Ge(GAP, 0)),
    ),
    PrintedStep(item="sail.thm2.step8", left=GAP, relation="<=", right=RIGHT, by=BY_INDUCTION),
    PrintedStep(item="sail.secC.1.control", left=GAP, relation="<=", right=RIGHT, by=BY_INDUCTION),
    PrintedStep(item="sail.secC.2.step13", left=GAP, relation="<=", right=RIGHT, by=BY_INDUCTION),
    PrintedStep(
        item="sail.thm2.step12",
        text="equations (6) and (7) together",
        left=GAP,
        relation="<=",
        right=TOGETHER,
        by=Chain(GAP, (Line("<=", RIGHT, BY_INDUCTION), Line("<=", TOGETHER, Entail(facts=(AT_START,))))),
        after=(sp.Le(GAP, RIGHT), sp.Le(FIRST, L / 2 * norm2(start - theta_star))),
    ),
)

ONE, TWO = Fraction(1), Fraction(2)
FLAT = Instance(
    d=1, L=ONE, mu=ONE / 2, rate=ONE / 2, T=3,
    inner=(ONE / 2,), outer=(ONE / 2,), radius=ONE, start=(TWO,), centre=(ONE,), least=ONE
)  # fmt: skip
KINKED = Instance(
    d=1, L=TWO, mu=ONE, rate=ONE / 2, T=3,
    inner=(ONE,), outer=(TWO,), radius=ONE, start=(TWO,), centre=(ONE,), least=ONE
)  # fmt: skip
STEPS_TAKEN = Family(
    fields={**FAMILY.fields, "T": Integer(1, 6)},
    leaves_out=f"{FAMILY.leaves_out}; T = 0, where both sides are one number (the proof has it)",
)

CLAIM = Claim(
    items=(
        "sail.thm2",
        "sail.thm2.step1",
        "sail.thm2.step2",
        "sail.thm2.step3",
        "sail.thm2.step4",
        "sail.thm2.step5",
        "sail.thm2.step6",
        "sail.thm2.step7",
        "sail.thm2.step8",
        "sail.thm2.step12",
        "sail.a5.a",
        "sail.a5.b",
        "sail.secC.1.control",
        "sail.secC.2.step13",
        "sail.secC.1.any-start",
    ),
    readings=(
        Statement(
            text="the display, from any start, for every T >= 0",
            left=Quantity(text="J(theta^(T)) - J(theta*)", run=suboptimality, expr=GAP),
            relation="<=",
            right=RIGHT,
            givens=GIVENS,
            proof=lambda: Chain(GAP, (Line("<=", RIGHT, BY_INDUCTION),)),
        ),
    ),
    family=STEPS_TAKEN,
    symbols=SYMBOLS,
    steps=STEPS,
    witnesses=(FLAT, KINKED),
    scalings=scalings(1, 2),
    mutants=(
        Mutant(text="exponent 3T", right=RATE ** (3 * T) * FIRST, dies_at=FLAT),
        Mutant(text="exponent 2T + 1", right=RATE ** (2 * T + 1) * FIRST, dies_at=FLAT),
        Mutant(text="exponent 2T, the exact worst case", right=RATE ** (2 * T) * FIRST),
        Mutant(text="L for mu", right=(1 - eta * L) ** T * FIRST, dies_at=FLAT),
    ),
    effort=0.5,
)
