"""More draws make a mean more certain, unless they repeat what is known.

Printed   the variance of the mean of m draws with variance sigma^2 and pairwise correlation rho falls with m.
Repaired  for rho < 1: draws that agree entirely add nothing.
Shapes    m and the step h positive integers; sigma^2 (s2) and rho in [0, 1] scalar.
Units     the square of those of a draw.
Source    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), equation (15.1), for
          forests of trees: rho sigma^2 is what remains.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Along, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real
from theory.proof import Calculus, Chain, Line

m, h = sp.symbols("m h", integer=True, positive=True)
s2, rho = sp.Symbol("s2", positive=True), sp.Symbol("rho", nonnegative=True)
EXPR = s2 * (1 + (m - 1) * rho) / m


def variance_of_mean(i):
    """The covariance matrix is written out, and its entries are averaged."""
    covariance = [[i.s2 if row == col else i.rho * i.s2 for col in range(i.m)] for row in range(i.m)]
    return sum(map(sum, covariance)) / (i.m * i.m)


def proof():
    """The derivative in m is -s2 (1 - rho) / m^2."""
    return Chain(EXPR.subs(m, m + h), (Line("<", EXPR, Calculus(m)),))


LEFT = Quantity(text="variance of the mean", run=variance_of_mean, expr=EXPR)
GROWS = Along(symbol=m, field="m", step="h")
APART = Given(text="rho < 1", fact=sp.Lt(rho, 1))
SAME = Instance(m=1, h=1, s2=Fraction(1), rho=Fraction(1))
HALF = Instance(m=2, h=1, s2=Fraction(1), rho=Fraction(1, 2))

CLAIM = Claim(
    items=("tour.more-draws",),
    readings=(Statement(text="for every correlation", left=LEFT, relation="decreasing", along=GROWS),),
    family=Family(
        fields={"m": Integer(1, 6), "h": Integer(1, 4), "s2": Real(0, 4, open="lo"), "rho": Real(0, 1)},
        leaves_out="negative correlations, m > 10",
    ),
    symbols={m: lambda i: i.m, h: lambda i: i.h, s2: lambda i: i.s2, rho: lambda i: i.rho},
    repair=Repair(
        changes="rho < 1",
        statement=Statement(
            text="draws that differ",
            left=LEFT,
            relation="decreasing",
            along=GROWS,
            givens=(APART,),
            proof=proof,
        ),
        nondegenerate=HALF,
        added=(Added(given=APART, fails_without=SAME),),
    ),
    witnesses=(SAME, HALF),
    mutants=(
        Mutant(text="the sum", left=Quantity(text="Var sum", run=lambda i: i.s2 * i.m), dies_at=HALF),
        Mutant(text="one draw", left=Quantity(text="Var X", run=lambda i: i.s2), dies_at=HALF),
        Mutant(
            text="correlation per draw",
            left=Quantity(text="with m rho", run=lambda i: i.s2 * (1 + i.m * (i.m - 1) * i.rho) / i.m),
            dies_at=HALF,
        ),
    ),
)
