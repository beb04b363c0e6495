"""The mean squared distance from the sample's own mean is too small on average.

Printed   E[(1/n) sum_j (X_j - Xbar)^2] = sigma^2 for n independent draws of one law.
Repaired  with 1/(n - 1) in place of 1/n, n >= 2 (Bessel's correction).
Shapes    a law with values v: (K,) and chances w: (K,); n draws; sigma^2 its variance.
Units     both sides the square of those of the values, see the scaling.
Source    Casella and Berger, Statistical Inference (2002), Theorem 5.2.6(c).
"""

from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Line, Rewrite

n, K = sp.symbols("n K", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
w, v = sp.IndexedBase("w", nonnegative=True), sp.IndexedBase("v", real=True)
FIRST, SECOND = sp.Sum(w[j] * v[j], (j, 1, K)), sp.Sum(w[j] * v[j] ** 2, (j, 1, K))
VARIANCE = SECOND - FIRST**2
SQUARES = sp.Sum(SECOND, (k, 1, n))  # E sum X_j^2
MEAN_SQUARE = (SQUARES + n * (n - 1) * FIRST**2) / n**2  # E Xbar^2: E[X_j X_k] = E[X]^2 for j != k
SPREAD = SQUARES - n * MEAN_SQUARE  # sum (X_j - Xbar)^2 = sum X_j^2 - n Xbar^2


def expected_spread(i, divisor):
    """Every sample of n draws is written down, with its chance and its spread about its own mean."""
    total = 0
    for draws in product(range(i.K), repeat=i.n):
        values = [i.v[d] for d in draws]
        mean = sum(values) / Fraction(i.n)
        total += prod((i.w[d] for d in draws), start=Fraction(1)) * sum((x - mean) ** 2 for x in values)
    return total / Fraction(divisor)


def central_moment(law):
    """The mean squared distance from the mean of (chance, value) pairs."""
    mean = sum(chance * value for chance, value in law)
    return sum(chance * (value - mean) ** 2 for chance, value in law)


def over(divisor, run):
    """The estimator with this divisor."""
    return Quantity(text="expected estimate", run=lambda i: expected_spread(i, run(i)), expr=SPREAD / divisor)


def proof():
    """The second moments are collected; n - 1 cancels."""
    return Chain(SPREAD / (n - 1), (Line("==", VARIANCE, Rewrite()),))


TWO = Given(text="n >= 2", fact=sp.Ge(n, 2))
COIN = Instance(n=2, K=2, w=(Fraction(1, 2), Fraction(1, 2)), v=(0, 1))

CLAIM = Claim(
    items=("tour.sample-variance",),
    readings=(Statement(text="divided by n", left=over(n, lambda i: i.n), relation="==", right=VARIANCE),),
    family=Family(
        fields={"n": Integer(1, 3), "K": Integer(1, 3), "w": Simplex("K"), "v": Vector("K", Real(-4, 4))},
        leaves_out="more than three draws or values; the proof covers every finite law and every n",
    ),
    symbols={n: lambda i: i.n, K: lambda i: i.K, w: lambda i: i.w, v: lambda i: i.v},
    transcription=lambda i: central_moment(tuple(zip(i.w, i.v, strict=True))),
    repair=Repair(
        changes="1/(n - 1) in place of 1/n, n >= 2",
        statement=Statement(
            text="divided by n - 1",
            left=over(n - 1, lambda i: i.n - 1),
            relation="==",
            right=VARIANCE,
            givens=(TWO,),
            proof=proof,
        ),
        nondegenerate=COIN,
        added=(Added(given=TWO, fails_without=replace(COIN, n=1)),),
    ),
    witnesses=(COIN,),
    tight_at=(COIN,),
    scalings=(Scaling(text="v times k", power=2, move=lambda i, c: replace(i, v=tuple(c * x for x in i.v))),),
    mutants=(Mutant(text="divided by n + 1", left=over(n + 1, lambda i: i.n + 1), dies_at=COIN),),
)
