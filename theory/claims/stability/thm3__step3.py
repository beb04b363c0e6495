"""Model merging stability, theorem 3, proof: the best free parameter of the excess bound.

Printed   gamma* = sqrt(B / (8 eta^2 S)) minimises (23), 8 (L + gamma) eta^2 S + (1/gamma + 2C) B, over
          gamma > 0, S = sum_i lambda_i K_i (sigma_i^2/n_i + 3 b_i zeta_i^2/n_i) and
          B = chi^2 sum_i lambda_i zeta_i^2 + (chi^2 + 1) eps_sgd.
Repaired  not needed where S, B > 0 (for B = 0 no gamma is best).  But the bound that is then printed, (24),
          is (23) at gamma = 1: 2 sqrt(ab) <= a + b undoes the choice.  It is "tight" only if gamma* = 1, and
          it changes when the unit of the parameters does.
Shapes    everything scalar.  Units: gamma those of L, [loss]/[x]^2; S a squared gradient, B too; eta^2 S is
          [x]^2, and (24) adds L to the number 1.
Source    Appendix A-A, Step 4, (23), gamma*, the display after it, and (24); A-A1, first display; Theorem 3.
"""

import math
from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.family import Family, Instance, Real
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

L, eta, C, S, B, gamma = sp.symbols("L eta C S B gamma", positive=True)
rival = sp.Symbol("r", positive=True)
near, slope2 = sp.symbols("I_1 I_2", nonnegative=True)
A = 8 * eta**2 * S


def bound(at):
    """(23)."""
    return (L + at) * A + (1 / at + 2 * C) * B


BEST = sp.sqrt(B / A)
PRINTED_BEST = L * A + 2 * C * B + 4 * sp.sqrt(2) * eta * sp.sqrt(S * B)
FINAL = (L + 1) * A + (2 * C + 1) * B

FAMILY = Family(
    fields={
        "L": Real(0, 4, open="lo"),
        "eta": Real(0, 2, open="lo"),
        "C": Real(0, 4, open="lo"),
        "S": Real(0, 4, open="lo"),
        "B": Real(0, 4, open="lo"),
        "gamma": Real(0, 8, open="lo"),
        "near": Real(0, 1),
        "slope": Real(0, 1),
    },
    leaves_out="nothing of (23): it depends on its sums through S and B alone",
)


def value(i: Instance, candidate: tuple):
    """(23) at a candidate for gamma; infinite where gamma is not positive."""
    at = candidate[0] if isinstance(candidate[0], int | float | Fraction) else float(candidate[0])
    if at <= 0:
        return math.inf
    one = 1 if isinstance(at, float) else Fraction(1)
    return 8 * (i.L + at) * i.eta**2 * i.S + (one / at + 2 * i.C) * i.B


def least(i: Instance):
    """The smallest value of (23), by trisection over log gamma."""
    low, high = -60.0, 60.0
    f = lambda t: 8 * math.exp(t) * float(i.eta**2 * i.S) + float(i.B) * math.exp(-t)
    for _ in range(160):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, b) if f(a) <= f(b) else (a, high)
    return f((low + high) / 2) + float(8 * i.L * i.eta**2 * i.S + 2 * i.C * i.B)


BOUNDS = Given(
    text="(13) and (22): I_1 <= 16 eta^2 S and I_2 <= 2 B",
    fact=sp.And(sp.Le(near, 2 * A), sp.Le(slope2, 2 * B)),
)
ONE = Fraction(1)
UNIT = Instance(
    L=ONE, eta=ONE / 2, C=ONE, S=ONE, B=2 * ONE, gamma=ONE, near=ONE, slope=ONE
)  # fmt: skip
APART = Instance(
    L=ONE, eta=ONE, C=ONE, S=ONE, B=ONE / 2, gamma=ONE, near=ONE, slope=ONE
)  # fmt: skip
AMGM = Lemma("am_gm", {"x": A, "y": B})

CLAIM = Claim(
    items=(
        "stability.thm3.step3",
        "stability.thm3.step2",
        "stability.thm3.step4",
        "stability.thm3.step5",
        "stability.secA1.components",
        "stability.sec4.thm3_tight",
    ),
    readings=(
        Statement(
            text="gamma* against every other gamma > 0",
            left=Quantity(text="the least value of (23)", run=least, expr=bound(rival), rounding=1e-7),
            relation="argmin",
            right=(BEST,),
            objective=value,
            givens=(BOUNDS,),
            proof=lambda: Chain(
                bound(rival),
                (
                    Line(
                        ">=",
                        L * A + 2 * C * B + 2 * sp.sqrt(A * B),
                        Entail(facts=(Lemma("am_gm", {"x": rival * A, "y": B / rival}),)),
                        "means of gamma 8 eta^2 S and B/gamma",
                    ),
                    Line("==", bound(BEST), Entail(), "equality where they are equal"),
                ),
            ),
        ),
    ),
    family=FAMILY,
    symbols={
        L: lambda i: i.L,
        eta: lambda i: i.eta,
        C: lambda i: i.C,
        S: lambda i: i.S,
        B: lambda i: i.B,
        gamma: lambda i: i.gamma,
        near: lambda i: 16 * i.near * i.eta**2 * i.S,
        slope2: lambda i: 2 * i.slope * i.B,
    },
    steps=(
        PrintedStep(
            item="stability.thm3.step2",
            text="(5) with (13) and (22); the paper names (21)",
            left=(L + gamma) / 2 * near + (1 / (2 * gamma) + C) * slope2,
            relation="<=",
            right=bound(gamma),
            by=Entail(),
        ),
        PrintedStep(
            item="stability.thm3.step4",
            left=bound(BEST),
            relation="==",
            right=PRINTED_BEST,
            by=Entail(),
        ),
        PrintedStep(
            item="stability.thm3.step5",
            text="at a = 8 eta^2 S, b = B",
            left=2 * sp.sqrt(A * B),
            relation="<=",
            right=A + B,
            by=Entail(facts=(AMGM,)),
        ),
        PrintedStep(
            item="stability.secA1.components",
            text="the two components of (24) are (23) at gamma = 1",
            left=8 * (L + 1) * eta**2 * S + (2 * C + 1) * B,
            relation="==",
            right=bound(sp.S.One),
            by=Rewrite(),
        ),
        PrintedStep(
            item="stability.sec4.thm3_tight",
            text="is (24) the bound at the best gamma?  It is that at gamma = 1",
            left=FINAL,
            relation="<=",
            right=PRINTED_BEST,
        ),
    ),
    witnesses=(UNIT, APART),
    tight_at=(UNIT,),
    mutants=(
        Mutant(text="gamma = 1, which (24) amounts to", right=(sp.S.One,), dies_at=APART),
        Mutant(text="the inverse", right=(1 / BEST,), dies_at=APART),
        Mutant(text="no root", right=(B / A,), dies_at=APART),
    ),
    effort=0.5,
)
