"""FLOPS puts estimated traces in the place of the true ones: what does the allocation lose?

Printed   Initial queries estimate Tr(Sigma_j), and the estimate is plugged in for the trace. What this costs
          is not said.
Notes     J(plug-in) <= (a + b)^2/(4 a b) J(A^det), if every ratio of estimated to true root lies in [a, b]
          (Kantorovich): shown, and attained.  Roots off by a factor of 2 either way cost up to 25/16.  A
          common factor costs nothing, so that a <= 1 <= b is no loss.  That the plug-in costs nothing (the
          second reading) is false.  Equal allocation is the plug-in of equal estimates, so that it obeys the
          same bound.
Shapes    roots, ratios: (B,), the estimated root of sample j is ratio_j times the true one; A_0, a, b scalar.
Units     J: T per query; ratios are pure numbers, see the scalings.
Source    FLOPS, Appendix B, Algorithm 1, line 6; Section 4.2, trace estimation; Appendix A.3, A^det.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.flops._allocation import A_0, BUDGET, B, j, k
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

a, b = sp.symbols("a b", positive=True)
r: Any = sp.IndexedBase("r", positive=True)  # true roots
x: Any = sp.IndexedBase("x", positive=True)  # estimated over true root
WHOLE: Any = sp.Sum(r[k], (k, 1, B))
PLUGGED: Any = sp.Sum(r[k] * x[k], (k, 1, B))
INVERSE: Any = sp.Sum(r[j] / x[j], (j, 1, B))
COST: Any = sp.Sum(r[j] ** 2 / (A_0 * r[j] * x[j] / PLUGGED), (j, 1, B))
DET = WHOLE**2 / A_0
KANTOROVICH = (a + b) ** 2 / (4 * a * b)

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "share": Integer(1, 4),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "ratios": Vector("B", Real(Fraction(1, 4), 4)),
    },
    leaves_out="B > 4 (the proof covers every B); roots estimated off by more than a factor of 4; T_j = 0",
)
ORDER = Given(
    text="a <= 1 <= b: a common factor of the estimates changes nothing",
    fact=sp.And(sp.Le(a, 1), sp.Ge(b, 1)),
)
WITHIN = Given(
    text="every ratio x_j lies in [a, b]: (x_j - a)(b - x_j)/x_j >= 0, weighted by sqrt(T_j), added",
    fact=sp.Ge((a + b) * WHOLE - PLUGGED - a * b * INVERSE, 0),
)


def plug_in(i: Instance) -> list[Fraction]:
    """Shares proportional to the estimated roots."""
    estimates = [Fraction(p) * Fraction(q) for p, q in zip(i.roots, i.ratios, strict=True)]
    return [i.share * i.B * e / sum(estimates) for e in estimates]


def objective(allocate: Callable[[Instance], list[Fraction]]) -> Quantity:
    """J, with the true traces."""
    run = lambda i: sum(
        (Fraction(p) ** 2 / n for p, n in zip(i.roots, allocate(i), strict=True)), Fraction(0)
    )
    return Quantity(text="J(plug-in)", run=run, expr=COST)


def by_traces(i: Instance) -> list[Fraction]:
    """Shares proportional to the estimated traces, not their roots: a wrong rule."""
    estimates = [(Fraction(p) * Fraction(q)) ** 2 for p, q in zip(i.roots, i.ratios, strict=True)]
    return [i.share * i.B * e / sum(estimates) for e in estimates]


def proof() -> Chain:
    """J A_0 = X Y with X + a b Y <= (a + b) W, and 4 a b X Y <= (X + a b Y)^2."""
    both = PLUGGED * INVERSE / A_0
    return Chain(COST, (Line("==", both, Rewrite()), Line("<=", KANTOROVICH * DET, Entail())))


HALF = Fraction(1, 2)
OFF = Instance(B=2, share=1, roots=(1, 1), ratios=(HALF, 2))
RIGHT = Instance(B=2, share=2, roots=(1, 3), ratios=(1, 1))
UNEVEN = Instance(B=3, share=1, roots=(1, 2, 3), ratios=(HALF, 1, 2))

CLAIM = Claim(
    items=("flops.alg.pilot",),
    readings=(
        Statement(
            text="the plug-in costs at most a factor (a + b)^2/(4 a b)",
            left=objective(plug_in),
            relation="<=",
            right=KANTOROVICH * DET,
            givens=(BUDGET, ORDER, WITHIN),
            proof=proof,
        ),
        Statement(
            text="the estimates take the place of the traces at no cost",
            left=objective(plug_in),
            relation="==",
            right=DET,
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.share * i.B,
        a: lambda i: min(1, *i.ratios),
        b: lambda i: max(1, *i.ratios),
        r: lambda i: i.roots,
        x: lambda i: i.ratios,
    },
    witnesses=(OFF, RIGHT, UNEVEN),
    tight_at=(OFF, RIGHT),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * p for p in i.roots)),
        ),
    ),
    mutants=(
        Mutant(text="no cost", right=DET, dies_at=OFF),
        Mutant(text="the root of the constant", right=sp.sqrt(KANTOROVICH) * DET, dies_at=OFF),
        Mutant(text="shares by traces, not roots", left=objective(by_traces), dies_at=OFF),
    ),
    effort=0.3,
)
