"""Model merging stability, Section IV-A: the merged model as a weighted sum of the experts.

Printed   x_avg = sum_i lambda_i x_i^(K_i) and the same for the perturbed runs, "always", where Section III
          defines x_avg = x_0 + sum_i lambda_i (x_i - x_0).
Repaired  not needed: true under Assumption 4 (the lambda_i sum to one), coordinate by coordinate.  Not
          always: with coefficients of another sum, x_0 (1 - sum_i lambda_i) is missing.
Shapes    x, lam: (N,), one coordinate of the experts; x_0 scalar.  Units: those of x on both sides.
Source    Sections III and IV-A (I); Assumption 4; Section V-A for Simple Averaging and Task Arithmetic.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam: Any = sp.IndexedBase("lambda", nonnegative=True)
x: Any = sp.IndexedBase("x", real=True)
x0, merged, averaged, arithmetic = sp.symbols("x_0 x_avg x_mean x_TA", real=True)
TOTAL = sp.Sum(lam[j], (j, 1, N))
MERGED = x0 + sp.Sum(lam[j] * (x[j] - x0), (j, 1, N))
MEAN = sp.Sum(x[j], (j, 1, N)) / N

FAMILY = Family(
    fields={
        "N": Integer(1, 5),
        "lam": Simplex("N"),
        "x": Vector("N"),
        "start": Real(-4, 4),
    },
    leaves_out="N > 5 (the proof covers every N); more than one coordinate, which do not interact",
)


def add_task_vectors(i: Instance, weights: tuple):
    """x_0 plus the weighted task vectors, one after another."""
    point = i.start
    for weight, expert in zip(weights, i.x, strict=True):
        point = point + weight * (expert - i.start)
    return point


def even(i: Instance) -> tuple:
    """The scaling factor 1/N of task arithmetic, for every task."""
    return ((1 + 0 * i.start) / i.N,) * i.N


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    x: lambda i: i.x,
    x0: lambda i: i.start,
    merged: lambda i: add_task_vectors(i, i.lam),
    arithmetic: lambda i: add_task_vectors(i, even(i)),
    averaged: lambda i: sum(i.x) / i.N,
}
COEFFICIENTS = Given(text="lambda_i >= 0 with sum one (Assumption 4)", fact=sp.Eq(TOTAL, 1))
DEFINED = Given(
    text="x_avg is x_0 plus the weighted task vectors; simple averaging is the mean of the experts",
    fact=sp.And(
        sp.Eq(merged, MERGED),
        sp.Eq(averaged, MEAN),
        sp.Eq(arithmetic, x0 + sp.Sum((x[j] - x0) / N, (j, 1, N))),
    ),
)

PAIR = Instance(N=2, lam=(Fraction(1, 4), Fraction(3, 4)), x=(Fraction(1), Fraction(3)), start=Fraction(2))
SINGLE = Instance(N=1, lam=(Fraction(1),), x=(Fraction(-1),), start=Fraction(4))

CLAIM = Claim(
    items=(
        "stability.sec4.merge_identity",
        "stability.sec3.xavg",
        "stability.a4",
        "stability.sec5.simple_average_ta",
    ),
    readings=(
        Statement(
            text="the display, under Assumption 4",
            left=Quantity(text="x_avg", run=lambda i: add_task_vectors(i, i.lam), expr=MERGED),
            relation="==",
            right=sp.Sum(lam[j] * x[j], (j, 1, N)),
            givens=(COEFFICIENTS, DEFINED),
            proof=lambda: Chain(
                MERGED,
                (
                    Line("==", x0 + sp.Sum(lam[j] * x[j], (j, 1, N)) - x0 * TOTAL, Rewrite()),
                    Line("==", sp.Sum(lam[j] * x[j], (j, 1, N)), Entail(), "the weights sum to one"),
                ),
            ),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=(
        PrintedStep(item="stability.sec3.xavg", left=merged, relation="==", right=MERGED, by=Entail()),
        PrintedStep(item="stability.a4", left=TOTAL, relation="==", right=sp.S.One, by=Entail()),
        PrintedStep(
            item="stability.sec5.simple_average_ta",
            text="task arithmetic with factor 1/N is the mean of the experts",
            left=x0 + sp.Sum((x[j] - x0) / N, (j, 1, N)),
            relation="==",
            right=MEAN,
            by=Rewrite(),
        ),
    ),
    witnesses=(PAIR, SINGLE),
    tight_at=(PAIR, SINGLE),
    scalings=(
        Scaling(
            text="x -> kx",
            power=1,
            move=lambda i, k: replace(i, start=k * i.start, x=tuple(k * v for v in i.x)),
        ),
    ),
    mutants=(
        Mutant(
            text="coefficients that sum to two",
            left=Quantity(
                text="task vectors added twice",
                run=lambda i: add_task_vectors(i, tuple(2 * v for v in i.lam)),
            ),
            dies_at=PAIR,
        ),
        Mutant(text="equal weights", right=MEAN, dies_at=PAIR),
        Mutant(text="the start counted too", right=x0 + sp.Sum(lam[j] * x[j], (j, 1, N)), dies_at=PAIR),
    ),
    effort=0.5,
)
