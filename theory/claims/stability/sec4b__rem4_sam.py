"""Model merging stability, remark 4: sharpness-aware training and linearisation in the bound.

Printed   SAM reduces the dominant eigenvalue of the Hessian, "effectively" the Lipschitz constant L, which
          shrinks the stability penalty; linearisation (Hessian close to 0) strictly tightens it.
Repaired  not needed for the bound: (24) grows strictly with L, also in eps_sgd, and is smaller at L = 0.  The
          stability bound (13) itself has no L in it.  The L of Assumption 1 is a supremum over all x, the
          eigenvalue is taken at one x: smaller there, it says nothing of L.
Shapes    everything scalar; S = sum_i lambda_i K_i (sigma_i^2/n_i + 3 b_i zeta_i^2/n_i), Delta, P, Q the
          coefficients of eps_sgd; the loss: curvature `flat` near its minimum, `steep` beyond.
Units     those of (24).
Source    Section IV-B, Remark 4, Pre-Merging; equations (6), (13), (24).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Calculus, Chain, Entail, Line

L, grow, eta, S = sp.symbols("L grow eta S", positive=True)
C, chi2, Delta, P, Q, B = sp.symbols("C chi^2 Delta P Q B", nonnegative=True)
top, steepest = sp.symbols("lambda_max(H(x)) L_inf", nonnegative=True)

R = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "L": R,
        "grow": R,
        "eta": Real(0, 1, open="lo"),
        "S": R,
        "C": Real(0, 4),
        "chi2": Real(0, 4),
        "Delta": Real(0, 4),
        "P": Real(0, 4),
        "Q": Real(0, 4),
        "B": Real(0, 4),
        "flat": R,
        "steep": R,
    },
    leaves_out="nothing of (24), which depends on L through these terms alone",
)


def bound(i: Instance):
    """(24) with eps_sgd = Delta + P L + Q L^2."""
    sgd = i.Delta + i.P * i.L + i.Q * i.L * i.L
    return 8 * (i.L + 1) * i.eta**2 * i.S + (2 * i.C + 1) * (i.chi2 * i.B + (i.chi2 + 1) * sgd)


def at(level):
    """(24) as a function of L."""
    sgd = Delta + P * level + Q * level**2
    return 8 * (level + 1) * eta**2 * S + (2 * C + 1) * (chi2 * B + (chi2 + 1) * sgd)


SYMBOLS = {
    L: lambda i: i.L,
    grow: lambda i: i.grow,
    eta: lambda i: i.eta,
    S: lambda i: i.S,
    C: lambda i: i.C,
    chi2: lambda i: i.chi2,
    Delta: lambda i: i.Delta,
    P: lambda i: i.P,
    Q: lambda i: i.Q,
    B: lambda i: i.B,
    top: lambda i: i.flat,
    steepest: lambda i: max(i.flat, i.steep),
}
NOISY = Given(text="S > 0: noise or heterogeneity", fact=S > 0)
ONE = Fraction(1)
UNIT = Instance(
    L=ONE, grow=ONE, eta=ONE / 2, S=ONE, C=ONE, chi2=ONE, Delta=ONE, P=ONE, Q=ONE, B=ONE, flat=ONE,
    steep=2 * ONE,
)  # fmt: skip

CLAIM = Claim(
    items=("stability.sec4b.rem4_sam", "stability.sec4b.rem4_linearization"),
    readings=(
        Statement(
            text="(24) grows strictly with L, all else fixed",
            left=Quantity(text="the right side of (24)", run=bound, expr=at(L)),
            relation="increasing",
            givens=(NOISY,),
            along=Along(symbol=L, field="L", step="grow"),
            proof=lambda: Chain(at(L + grow), (Line(">", at(L), Calculus(L)),)),
        ),
        Statement(
            text="the dominant eigenvalue at the solution is the smoothness constant",
            left=Quantity(text="lambda_max(H(x)) at the minimum", run=lambda i: i.flat),
            relation="==",
            right=steepest,
            givens=(NOISY,),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=(
        PrintedStep(
            item="stability.sec4b.rem4_linearization",
            text="(24) at L = 0, a linear model with a linear loss, against any L > 0",
            left=at(sp.S.Zero),
            relation="<",
            right=at(L),
            by=Entail(),
        ),
    ),
    witnesses=(UNIT,),
    scalings=(
        Scaling(
            text="S, B and eps_sgd times k",
            power=1,
            move=lambda i, k: replace(i, S=k * i.S, B=k * i.B, Delta=k * i.Delta, P=k * i.P, Q=k * i.Q),
        ),
    ),
    mutants=(
        Mutant(
            text="the bound at 1/L",
            left=Quantity(text="(24) at 1/L", run=lambda i: bound(replace(i, L=1 / i.L))),
            dies_at=UNIT,
        ),
        Mutant(
            text="(13), without L",
            left=Quantity(text="16 eta^2 S", run=lambda i: 16 * i.eta**2 * i.S),
            dies_at=UNIT,
        ),
        Mutant(
            text="L in the denominator of the penalty",
            left=Quantity(text="8 eta^2 S/L", run=lambda i: 8 * i.eta**2 * i.S / i.L),
            dies_at=UNIT,
        ),
    ),
    effort=0.3,
)
