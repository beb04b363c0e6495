"""FLOPS norms a draw of the allocator to the budget: are the expected shares those of the means?

Printed   sample j gets the proportion A_j / sum_i A_i of A_0; the search of (10) moves the means mu_j.
Notes     The expected shares add up to one, for every law of positive draws.  But the expected share of
          sample j is not mu_j / sum_i mu_i: the expectation of a ratio is not the ratio of the expectations,
          and the share of a sample with a wide law is lower than that of its mean where the other draws are
          fixed.
Shapes    w: (M,) and draws: (M, B), the law of A; A_0 = 1.
Units     shares are pure numbers.
Source    FLOPS, Section 4.1, last paragraph; Section 4.2, equation (10).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Simplex, replace
from theory.proof import Chain, Entail, Line

B, M, who = sp.symbols("B M k", positive=True, integer=True)
j, n = sp.symbols("j n", positive=True, integer=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
A: Any = sp.IndexedBase("A", positive=True)
BATCH: Any = sp.Sum(A[n, j], (j, 1, B))
ALL: Any = sp.Sum(w[n] * BATCH / BATCH, (n, 1, M))
OF_MEANS: Any = sp.Sum(w[n] * A[n, who], (n, 1, M)) / sp.Sum(w[n] * BATCH, (n, 1, M))

FAMILY = Family(
    fields={
        "B": Integer(1, 3),
        "M": Integer(1, 3),
        "who": Integer(1, "B"),
        "w": Simplex("M"),
        "draws": Matrix("M", "B", Real(0, 4, open="lo")),
    },
    leaves_out="B > 3, M > 3 (the proof covers all); draws that are not positive (flops.sec4_1.share)",
)
LAW = Given(text="probabilities add up to one", fact=sp.Eq(sp.Sum(w[n], (n, 1, M)), 1))


def shares(i: Instance) -> list[list[Fraction]]:
    """For every draw the shares of the samples."""
    rows = [[Fraction(a) for a in row] for row in i.draws]
    return [[a / sum(row) for a in row] for row in rows]


def expected(i: Instance, sample: int) -> Fraction:
    rows = zip(i.w, shares(i), strict=True)
    return sum((Fraction(p) * row[sample] for p, row in rows), Fraction(0))


HALF = Fraction(1, 2)
WIDE = Instance(B=2, M=2, who=1, w=(HALF, HALF), draws=((1, 1), (3, 1)))
FIXED = Instance(B=2, M=1, who=2, w=(1,), draws=((1, 3),))

CLAIM = Claim(
    items=("flops.sec4_1.share",),
    readings=(
        Statement(
            text="the expected shares add up to one",
            left=Quantity(
                text="sum_j E[share of j]", run=lambda i: sum(expected(i, k) for k in range(i.B)), expr=ALL
            ),
            relation="==",
            right=sp.Integer(1),
            givens=(LAW,),
            proof=lambda: Chain(ALL, (Line("==", sp.Integer(1), Entail()),)),
        ),
        Statement(
            text="the expected share is the share of the means",
            left=Quantity(text="E[share]", run=lambda i: expected(i, i.who - 1)),
            relation="==",
            right=OF_MEANS,
            givens=(LAW,),
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        M: lambda i: i.M,
        who: lambda i: i.who,
        w: lambda i: i.w,
        A: lambda i: i.draws,
    },
    witnesses=(WIDE, FIXED),
    tight_at=(WIDE, FIXED),
    scalings=(
        Scaling(
            text="draws times k",
            power=0,
            move=lambda i, c: replace(i, draws=tuple(tuple(c * a for a in row) for row in i.draws)),
        ),
    ),
    mutants=(
        Mutant(
            text="one sample left out",
            dies_at=WIDE,
            left=Quantity(text="sum", run=lambda i: sum(expected(i, k) for k in range(i.B - 1))),
        ),
        Mutant(
            text="draws not normed",
            dies_at=FIXED,
            left=Quantity(
                text="sum",
                run=lambda i: sum(
                    Fraction(p) * sum(map(Fraction, r)) for p, r in zip(i.w, i.draws, strict=True)
                ),
            ),
        ),
        Mutant(
            text="normed by the largest",
            dies_at=WIDE,
            left=Quantity(
                text="sum",
                run=lambda i: sum(
                    Fraction(p) * sum(map(Fraction, r)) / max(map(Fraction, r))
                    for p, r in zip(i.w, i.draws, strict=True)
                ),
            ),
        ),
    ),
)
