"""The variance of a mean of m draws is sigma^2/m only if the draws are uncorrelated.

Printed   Var((X_1 + ... + X_m)/m) = sigma^2 / m if every X_j has variance sigma^2.
Repaired  sigma^2 (1 + (m - 1) rho) / m if every pair has correlation rho.
Shapes    X: (m,) random; sigma^2 (s2), rho scalar, rho >= -1/(m - 1) because a variance is not negative.
Units     both sides the square of those of X, see the scaling.
Source    Kish, Survey Sampling (1965), Section 5.4 (the design effect).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Line, Rewrite

m = sp.Symbol("m", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
s2, rho = sp.Symbol("s2", positive=True), sp.Symbol("rho", real=True)
OWN, CROSS = sp.Sum(s2, (j, 1, m)), sp.Sum(rho * s2, (j, 1, k - 1), (k, 1, m))
DEFINITION = (OWN + 2 * CROSS) / m**2
RIGHT = s2 * (1 + (m - 1) * rho) / m


def variance_of_mean(i):
    """The covariance matrix is written out, and its entries are averaged."""
    covariance = [[i.s2 if row == col else i.rho * i.s2 for col in range(i.m)] for row in range(i.m)]
    return sum(map(sum, covariance)) / (i.m * i.m)


LEFT = Quantity(text="variance of the mean", run=variance_of_mean, expr=DEFINITION)
PAIR, SPLIT = (
    Instance(m=2, s2=Fraction(1), rho=Fraction(1, 2)),
    Instance(m=3, s2=Fraction(2), rho=Fraction(-1, 2)),
)

CLAIM = Claim(
    items=("tour.dependent-draws",),
    readings=(Statement(text="whatever the correlation", left=LEFT, relation="==", right=s2 / m),),
    family=Family(
        fields={
            "m": Integer(1, 6),
            "s2": Real(0, 4, open="lo"),
            "rho": Real(lambda f: -Fraction(1, f.m - 1) if f.m > 1 else -1, 1),
        },
        leaves_out="draws with correlations that differ from pair to pair, m > 6",
    ),
    symbols={m: lambda i: i.m, s2: lambda i: i.s2, rho: lambda i: i.rho},
    transcription=lambda i: i.s2 / i.m,
    repair=Repair(
        changes="the factor 1 + (m - 1) rho",
        statement=Statement(
            text="with the correlation",
            left=LEFT,
            relation="==",
            right=RIGHT,
            proof=lambda: Chain(DEFINITION, (Line("==", RIGHT, Rewrite(), "m (m-1)/2 pairs, each twice"),)),
        ),
        nondegenerate=PAIR,
    ),
    witnesses=(PAIR, SPLIT),
    tight_at=(SPLIT,),
    scalings=(Scaling(text="X times k", power=2, move=lambda i, c: replace(i, s2=c * c * i.s2)),),
    mutants=(Mutant(text="every pair once", right=s2 * (1 + (m - 1) * rho / 2) / m, dies_at=PAIR),),
)
