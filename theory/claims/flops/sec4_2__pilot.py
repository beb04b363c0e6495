"""FLOPS on pilot queries: the trace of the covariance matrix estimated from a few queries of each sample.

Printed   each sample's trace Tr(Sigma_G^{j,t}) is estimated from a few queries beforehand and plugged in.
Repaired  not needed for two queries and more: the sum of the sample variances of the coordinates, with the
          divisor n - 1, has mean Tr(Sigma), and nothing off the diagonal enters.  One query gives none.  With
          the divisor n it is (n-1)/n of it, the same factor for all samples, which no allocation feels.
          Pilots that are averaged into the estimate whose number of queries they decide bias it, unless the
          law of a query is symmetric.
Shapes    one coordinate: v its variance; x: (d, n) queries; the trace is the sum over coordinates.
Units     squared gradient.
Source    FLOPS, Section 4.2, the two paragraphs below Theorem 1.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.claims.flops._pilot import (
    FOURTH,
    LAWS,
    SEVERAL,
    SQUARES,
    SYMBOLS,
    TOTAL,
    centred,
    i_,
    mean,
    mu,
    n,
    over_tuples,
    scaling,
    v,
)
from theory.family import Instance
from theory.notation import E
from theory.proof import Chain, Entail, Expect, Line, Rewrite

x = sp.IndexedBase("x", real=True)
d, m, k = sp.symbols("d m k", positive=True, integer=True)


def sample_variance(queries: tuple, divisor: int) -> Any:
    """The squared deviations of the queries from their own mean, over the divisor."""
    middle = mean(queries)
    return sum((q - middle) ** 2 for q in queries) / Fraction(divisor)


def average(fewer: int, less: int):
    """instance -> the mean, over all tuples, of the sample variance of n - fewer queries."""

    def run(i: Instance) -> Any:
        count = i.n - fewer
        return over_tuples(i, lambda queries: sample_variance(queries, count - less), count)

    return run


def reused(i: Instance) -> Any:
    """The mean of the estimate when pilots that differ bring one query more, and all are averaged."""

    def estimate(queries: tuple) -> Any:
        pilots = queries[:-1]
        return mean(queries if sample_variance(pilots, 1) > 0 else pilots)

    return over_tuples(i, estimate, i.n + 1)


LEFT = E((SQUARES / n - (TOTAL / n) ** 2) * n / (n - 1))
MEAN = sp.Sum(x[k, i_], (i_, 1, n)) / n
OF_VECTORS = sp.Sum(sp.Sum((x[k, i_] - MEAN) ** 2, (k, 1, d)), (i_, 1, n)) / m
OF_COORDINATES = sp.Sum(sp.Sum((x[k, i_] - MEAN) ** 2, (i_, 1, n)) / m, (k, 1, d))
SIZE = Given(text="at least one parameter", fact=sp.Ge(d, 1, evaluate=False), because="d counts parameters")

READINGS = (
    Statement(
        text="the sample variance with divisor n - 1, two queries at least",
        left=Quantity(text="mean of the estimate, a coordinate", run=average(0, 1), expr=LEFT),
        relation="==",
        right=v,
        givens=(FOURTH, SIZE),
        proof=lambda: Chain(LEFT, (Line("==", v, Expect()),)),
    ),
    Statement(
        text="the divisor is the number of queries",
        left=Quantity(text="mean of the estimate, a coordinate", run=average(0, 0)),
        relation="==",
        right=v,
        givens=(FOURTH, SIZE),
    ),
    Statement(
        text="the pilots count as queries of the allocation that they decide: the estimate keeps its mean",
        left=Quantity(text="mean of the estimate", run=reused),
        relation="==",
        right=mu,
        givens=(FOURTH, SIZE),
    ),
    Statement(
        text="one query less, so that a single one may be left",
        left=Quantity(text="mean of the estimate, a coordinate", run=average(1, 1)),
        relation="==",
        right=v,
        givens=(FOURTH, SIZE),
    ),
)
ONE = Fraction(1)
RARE = Instance(n=2, values=(0, 0, 0, ONE))
PAIR = Instance(n=2, values=(0, 2 * ONE, 0, 2 * ONE))
TRIPLE = Instance(n=3, values=(0, 0, ONE, -3 * ONE))

CLAIM = Claim(
    items=("flops.sec4_2.pilot", "flops.sec4_2.off_diagonal", "flops.sec4_2.trace_cost"),
    readings=READINGS,
    family=SEVERAL,
    symbols={
        **SYMBOLS,
        d: lambda i: len(i.values),
        m: lambda i: i.n - 1,
        x: lambda i: tuple((*centred(i)[s:], *centred(i)[:s]) for s in range(len(i.values))),
    },
    laws=LAWS,
    steps=(
        PrintedStep(
            item="flops.sec4_2.off_diagonal",
            text="squared distances of the queries from their mean: the sample variances, summed",
            left=OF_VECTORS,
            relation="==",
            right=OF_COORDINATES,
            by=Rewrite(),
        ),
        PrintedStep(
            item="flops.sec4_2.trace_cost",
            text="the numbers to estimate: the d variances among the entries of the symmetric matrix",
            left=d,
            relation="<=",
            right=d * (d + 1) / 2,
            by=Entail(),
        ),
        PrintedStep(
            item="flops.sec4_2.pilot",
            text="with the divisor n: (n-1)/n of the variance, the same share for every sample",
            left=E(SQUARES / n - (TOTAL / n) ** 2),
            relation="==",
            right=(n - 1) / n * v,
            by=Expect(),
        ),
    ),
    witnesses=(PAIR, TRIPLE, RARE),
    tight_at=(PAIR, TRIPLE),
    scalings=scaling(2),
    mutants=(
        Mutant(text="the divisor n", left=Quantity(text="mean, divisor n", run=average(0, 0)), dies_at=PAIR),
        Mutant(text="twice the variance", right=2 * v, dies_at=PAIR),
        Mutant(text="the standard deviation", right=sp.sqrt(v), dies_at=TRIPLE),
    ),
    effort=0.4,
)
