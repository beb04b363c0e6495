"""SAIL theorem 1: how often pre-trained parameters are closer to the target than random ones.

Printed   For every alpha in (0, 1): P(|theta_i - theta*|^2 <= alpha |theta_rand - theta*|^2) >= 1 - O((tau^2
          + beta)/alpha), as tau and beta tend to 0.
Repaired  For d >= 2 and theta_rand independent of the data set, with the constant of the appendix's own steps
          7 and 8: P(...) >= 1 - L^2 (tau^2 + beta) / (alpha (d + |theta*|^2)).  Equality as tau -> 0 at d =
          2, theta* = 0.  The paper's proof does not show this: its Markov step compares with a random right
          side.  For d = 1 the density of Y = |theta_rand - theta*|^2 is unbounded at 0, and the probability
          of failure is of order sqrt(tau^2/alpha), not tau^2/alpha.
By hand   P(Y <= y) <= y/E[Y] for d >= 2, then y = X/alpha with X independent of Y.  With nu = d/2 - 1 the
          density of Y is a constant times y^nu exp(-y/2) prod_k (1 + |theta*|^2 y/j_k^2), j_k the positive
          zeros of the Bessel function J_nu, so it is log-concave, and so is P(Y > y).  H = -log P(Y > .) is
          then convex with H(0) = 0, and H(Y) is exponential: H(E[Y]) <= E[H(Y)] = 1 by Jensen, hence H(y) <=
          y/E[Y] for y <= E[Y], and P(Y <= y) = 1 - exp(-H(y)) <= H(y); for y > E[Y] the bound is > 1.
Cited     the product of J_nu (Watson, 1944, section 15.41; DLMF 10.21.15); tails of log-concave densities are
          log-concave (Prekopa, 1973).  The proof takes the failure rate as granted for d >= 2 and does the
          rest.
Shapes    theta_i, theta*, theta_rand: (d,); the rest scalar.  Linear models: theta_i = theta* + L (split_1
          (mu_i - mu*) + split_2 delta) e_1, split of norm 1, so f is Lipschitz with constant L.
Units     a probability; (tau^2 + beta) L^2 has the units of |theta|^2, whose unit is fixed by N(0, I).
Source    SAIL, Section 3.2, Theorem 1, equation (5); Appendix A, Assumptions 1-4 and Steps 1-3.
"""

from dataclasses import replace as replace_field
from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Mutant, PrintedStep, Quantity, Ray, Repair, Statement
from theory.claims.sail._proximity import (
    APART,
    ASSUMPTIONS,
    BOUND,
    EX,
    EY,
    FAMILY,
    GIVENS,
    HALF,
    LAWS,
    PLANE,
    SYMBOLS,
    L,
    W,
    alpha,
    beta,
    chance_of_failure,
    d,
    fails,
    good,
    indicators,
    rarely,
    star,
    tau,
)
from theory.family import Instance, replace
from theory.notation import E, dot, norm2
from theory.proof import Expect

FAILS = Quantity(
    text="P(|theta_i - theta*|^2 > alpha |theta_rand - theta*|^2)",
    run=chance_of_failure,
    sample=lambda i, rng, n: 1 - indicators(i, rng, n),
    range=(0, 1),
    rounding=1e-7,
)
GOOD = Quantity(
    text="P(|theta_i - theta*|^2 <= alpha |theta_rand - theta*|^2)",
    run=lambda i: 1 - chance_of_failure(i),
    sample=indicators,
    range=(0, 1),
    rounding=1e-7,
)

LINE = Instance(
    d=1, L=Fraction(1), tau=Fraction(1, 16), beta=Fraction(0), alpha=HALF, star=(Fraction(0),),
    split=(1, 0), coupling="independent",
)  # fmt: skip
FLAT = replace(LINE, d=2, star=(Fraction(0),) * 2)
OPPOSED = replace(FLAT, coupling="opposed")
SHAKEN = replace(FLAT, tau=Fraction(0), beta=Fraction(1, 16), split=(0, 1))
SPACE = replace(FLAT, d=3, star=(Fraction(1), Fraction(0), Fraction(0)), tau=HALF)
TOWARDS_ZERO = Ray(
    start=LINE,
    at=lambda i, t: replace(i, tau=t),
    closed_form=lambda t: 2 / sp.pi * sp.atan(sp.sqrt(2) * t),
)

REPAIRED = Statement(
    text="more than one parameter, theta_rand independent of the data: the explicit bound on failure",
    left=replace_field(FAILS, expr=fails),
    relation="<=",
    right=BOUND,
    givens=(*GIVENS, PLANE, APART),
    proof=rarely,
)
READINGS = (
    Statement(
        text="the display: the probability of failure is O((tau^2 + beta)/alpha), d and theta* fixed",
        left=FAILS,
        relation="O",
        right=(tau**2 + beta) / alpha,
        givens=GIVENS,
        ray=TOWARDS_ZERO,
    ),
    Statement(
        text="the explicit bound of Appendix A, Step 3, before O hides its constant",
        left=GOOD,
        relation=">=",
        right=1 - BOUND,
        givens=GIVENS,
    ),
    Statement(
        text="the explicit bound, theta_rand independent of the data set",
        left=GOOD,
        relation=">=",
        right=1 - BOUND,
        givens=(*GIVENS, APART),
    ),
    REPAIRED,
)

STEPS = (
    *ASSUMPTIONS,
    PrintedStep(item="sail.thm1.step1", left=EX, relation="<=", right=L**2 * (tau**2 + beta)),
    PrintedStep(
        item="sail.thm1.step2",
        text="Markov's inequality needs a constant on the right of the event; alpha Y is random",
        left=fails,
        relation="<=",
        right=EX / (alpha * EY),
        after=(sp.Le(EX, L**2 * (tau**2 + beta)),),
    ),
    PrintedStep(
        item="sail.thm1.step3",
        left=E(norm2(W - star)),
        relation="==",
        right=E(norm2(W) - 2 * dot(W, star) + norm2(star)),
        by=Expect(),
    ),
    PrintedStep(item="sail.thm1.step4", left=E(dot(W, star)), relation="==", right=sp.S.Zero, by=Expect()),
    PrintedStep(item="sail.thm1.step5", left=E(norm2(W)), relation="==", right=d, by=Expect()),
    PrintedStep(
        item="sail.thm1.step6", left=E(norm2(W - star)), relation="==", right=d + norm2(star), by=Expect()
    ),
    PrintedStep(
        item="sail.thm1.step7",
        text="follows from steps 1, 2 and 6, and falls with step 2",
        left=fails,
        relation="<=",
        right=BOUND,
        after=(
            sp.Le(fails, EX / (alpha * EY)),
            sp.Le(EX, L**2 * (tau**2 + beta)),
            sp.Eq(EY, d + norm2(star)),
        ),
    ),
    PrintedStep(
        item="sail.thm1.step8",
        text="the complement; X has no atoms at alpha Y",
        left=good,
        relation=">=",
        right=1 - BOUND,
        after=(sp.Le(fails, BOUND), sp.Eq(good, 1 - fails)),
    ),
)


def transcription(i: Instance):
    """(tau^2 + beta) / alpha from the inventory's LaTeX."""
    return (i.tau * i.tau + i.beta) / i.alpha


CLAIM = Claim(
    items=(
        "sail.thm1",
        "sail.secA.restate",
        "sail.secC.1.closer",
        "sail.secC.2.step1",
        "sail.a1",
        "sail.a2",
        "sail.a3",
        "sail.a4",
        "sail.thm1.step1",
        "sail.thm1.step2",
        "sail.thm1.step3",
        "sail.thm1.step4",
        "sail.thm1.step5",
        "sail.thm1.step6",
        "sail.thm1.step7",
        "sail.thm1.step8",
        "sail.thm1.step9",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    laws=LAWS,
    repair=Repair(
        changes="d >= 2; theta_rand independent of D_i; the constant L^2/(d + |theta*|^2) made explicit",
        statement=REPAIRED,
        nondegenerate=SPACE,
        added=(Added(given=PLANE, fails_without=LINE), Added(given=APART, fails_without=OPPOSED)),
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(LINE, FLAT, OPPOSED, SPACE, SHAKEN),
    mutants=(
        Mutant(
            text="1/(d + 1 + |theta*|^2)",
            right=BOUND * (d + norm2(star)) / (d + 1 + norm2(star)),
            dies_at=FLAT,
        ),
        Mutant(text="without alpha", right=alpha * BOUND, dies_at=FLAT),
        Mutant(text="without beta", right=BOUND * tau**2 / (tau**2 + beta), dies_at=SHAKEN),
    ),
    effort=0.5,
)
