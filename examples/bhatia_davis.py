"""Bhatia and Davis: numbers between m and M with mean mu have variance at most (M - mu)(mu - m).

Printed   (1/n) sum_j (x_j - mu)^2 <= (M - mu)(mu - m) if m <= x_j <= M for every j, mu the mean.
Shapes    x: (n,); low u_j = x_j - m >= 0 and high v_j = M - x_j >= 0: (n,); m, M scalar.
Units     both sides the square of those of x.
Source    Bhatia and Davis, American Mathematical Monthly 107 (2000), Theorem 1; with
          (M - mu)(mu - m) <= (M - m)^2 / 4 it gives Popoviciu's inequality (1935).
"""

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer, Real, Vector
from theory.proof import Chain, Entail, Line

n = sp.Symbol("n", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
m, M = sp.symbols("m M", real=True)
u, v = sp.IndexedBase("u", nonnegative=True), sp.IndexedBase("v", nonnegative=True)
MU = m + sp.Sum(u[k], (k, 1, n)) / n
VARIANCE = sp.Sum((m + u[j] - MU) ** 2, (j, 1, n)) / n
BOUND = (M - MU) * (MU - m)
PRODUCTS = sp.Sum(u[j] * v[j], (j, 1, n))


def variance(i):
    """The mean squared distance from the mean."""
    mean = sum(i.x) / i.n
    return sum((value - mean) ** 2 for value in i.x) / i.n


def proof():
    """The slack is the mean of (M - x_j)(x_j - m), which is not negative."""
    return Chain(
        VARIANCE,
        (Line("==", BOUND - PRODUCTS / n, Entail()), Line("<=", BOUND, Entail())),
    )


INSIDE = Given(
    text="v_j = M - m - u_j, summed against u_j: what m <= x_j <= M says beyond u_j, v_j >= 0",
    fact=sp.Eq(PRODUCTS, sp.Sum(u[j] * (M - m - u[j]), (j, 1, n))),
)
ENDS = Instance(n=2, m=0, M=2, x=(0, 2))

CLAIM = Claim(
    items=("tour.bhatia-davis",),
    readings=(
        Statement(
            text="for n numbers in an interval",
            left=Quantity(text="variance", run=variance, expr=VARIANCE),
            relation="<=",
            right=BOUND,
            givens=(INSIDE,),
            proof=proof,
        ),
    ),
    family=Family(
        fields={"n": Integer(1, 4), "m": Real(-4, 4), "M": Real("m", 5), "x": Vector("n", Real("m", "M"))},
        leaves_out="n > 4 and numbers beyond 5; the proof covers all",
    ),
    symbols={
        n: lambda i: i.n,
        m: lambda i: i.m,
        M: lambda i: i.M,
        u: lambda i: tuple(x - i.m for x in i.x),
        v: lambda i: tuple(i.M - x for x in i.x),
    },
    tight_at=(ENDS,),
    mutants=(Mutant(text="half of the range squared over four", right=(M - m) ** 2 / 8, dies_at=ENDS),),
)
