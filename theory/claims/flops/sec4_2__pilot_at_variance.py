"""FLOPS on pilot queries: how much the estimate of a variance from a few queries varies itself.

Printed   each sample's trace is estimated from a few queries beforehand and plugged in.
Repaired  nothing is printed about the error of the estimate.  From n queries it has the variance
          (k - v^2)/n + 2 v^2/(n (n-1)), k the fourth central moment of a query: for n = 2 and k = 3 v^2 its
          standard deviation is 1.4 times what is estimated.
          A trace adds up coordinates: how far their errors cancel depends on how they go together (those of
          one query share its loss), which is not judged.
Shapes    one coordinate: v, k scalar.
Units     fourth power of a gradient.
Source    FLOPS, Section 4.2, the paragraph on initial queries.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.flops._pilot import (
    FOURTH,
    LAWS,
    SEVERAL,
    SQUARES,
    SYMBOLS,
    TOTAL,
    k,
    mean,
    n,
    over_tuples,
    scaling,
    v,
)
from theory.family import Instance
from theory.notation import E
from theory.proof import Chain, Expect, Line


def spread(i: Instance) -> Any:
    """The variance of the sample variance over all tuples of queries."""

    def estimate(queries: tuple) -> Any:
        middle = mean(queries)
        return sum((q - middle) ** 2 for q in queries) / Fraction(len(queries) - 1)

    square = over_tuples(i, lambda queries: estimate(queries) ** 2, i.n)
    return square - over_tuples(i, estimate, i.n) ** 2


ESTIMATE = (SQUARES / n - (TOTAL / n) ** 2) * n / (n - 1)
LEFT = E(ESTIMATE**2) - E(ESTIMATE) ** 2
RIGHT = (k - v**2) / n + 2 * v**2 / (n * (n - 1))
ONE = Fraction(1)
PAIR = Instance(n=2, values=(ONE, -ONE, ONE, -ONE))
TRIPLE = Instance(n=3, values=(0, 0, ONE, -3 * ONE))

CLAIM = Claim(
    items=("flops.sec4_2.pilot",),
    readings=(
        Statement(
            text="the variance of the estimate from n >= 2 queries",
            left=Quantity(text="variance of the sample variance", run=spread, expr=LEFT),
            relation="==",
            right=RIGHT,
            givens=(FOURTH,),
            proof=lambda: Chain(LEFT, (Line("==", RIGHT, Expect()),)),
        ),
    ),
    family=SEVERAL,
    symbols=SYMBOLS,
    laws=LAWS,
    witnesses=(PAIR, TRIPLE),
    tight_at=(PAIR, TRIPLE),
    scalings=scaling(4),
    mutants=(
        Mutant(text="the leading term alone", right=(k - v**2) / n, dies_at=PAIR),
        Mutant(text="a Gaussian query", right=2 * v**2 / (n - 1), dies_at=PAIR),
        Mutant(text="1/n^2", right=RIGHT / n, dies_at=PAIR),
    ),
    effort=0.4,
)
