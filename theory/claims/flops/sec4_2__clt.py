"""FLOPS on the central limit theorem: how far the mean of A queries is from a Gaussian.

Printed   the mean ghat_j = (1/A_j) sum_i G(x_j, theta, z_ij) is near a Gaussian: central limit theorem.
Repaired  not needed for the approximation, which is judged by one number (the limit theorem itself is not
          proved here): along any direction the fourth moment of ghat_j exceeds that of the Gaussian with its
          variance, 3 v^2 / A^2, by (k - 3 v^2) / A^3: relatively, by 1/A of the excess of one query.  As an
          equality, which is how Assumption 1 states it, it is false for every A as soon as k differs from
          3 v^2, that of a Gaussian query; Theorem 1 does not need it.
Shapes    one direction: v, k the second and fourth central moments of a query along it; n = A_j.
Units     fourth power of a gradient.
Source    FLOPS, Section 4.2, above Assumption 1; Assumption 1.
"""

from fractions import Fraction

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Statement
from theory.claims.flops._pilot import (
    FAMILY,
    FOURTH,
    LAWS,
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


def fourth(i: Instance):
    """E (ghat - mu)^4 over all tuples of queries."""
    middle = mean(i.values)
    return over_tuples(i, lambda queries: (mean(queries) - middle) ** 4, i.n)


def of_sum(i: Instance):
    """The same of the sum, not of the mean."""
    middle = mean(i.values)
    return over_tuples(i, lambda queries: (sum(queries) - len(queries) * middle) ** 4, i.n)


LEFT = E((TOTAL / n) ** 4)
GAUSSIAN = 3 * v**2 / n**2
RIGHT = GAUSSIAN + (k - 3 * v**2) / n**3
READINGS = (
    Statement(
        text="the fourth moment is the Gaussian one up to 1/A of a query's excess",
        left=Quantity(text="E<ghat - mu, e>^4", run=fourth, expr=LEFT),
        relation="==",
        right=RIGHT,
        givens=(FOURTH,),
        proof=lambda: Chain(LEFT, (Line("==", RIGHT, Expect()),)),
    ),
    Statement(
        text="Assumption 1: the mean of A queries is Gaussian",
        left=Quantity(text="E<ghat - mu, e>^4", run=fourth),
        relation="==",
        right=GAUSSIAN,
        givens=(FOURTH,),
    ),
)
ONE = Fraction(1)
SIGNS = Instance(n=2, values=(ONE, -ONE, ONE, -ONE))
RARE = Instance(n=3, values=(0, 0, 0, 2 * ONE))

CLAIM = Claim(
    items=("flops.sec4_2.clt",),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    laws=LAWS,
    steps=(
        PrintedStep(
            item="flops.sec4_2.clt",
            text="the mean of the queries has mean and variance of Assumption 1",
            left=E((TOTAL / n) ** 2),
            relation="==",
            right=v / n,
            by=Expect(),
        ),
    ),
    witnesses=(SIGNS, RARE),
    tight_at=(SIGNS, RARE),
    scalings=scaling(4),
    mutants=(
        Mutant(text="an excess of 1/A^2", right=GAUSSIAN + (k - 3 * v**2) / n**2, dies_at=SIGNS),
        Mutant(text="the fourth moment of one query", right=k, dies_at=SIGNS),
        Mutant(text="the sum of queries", left=Quantity(text="E of the sum^4", run=of_sum), dies_at=SIGNS),
    ),
    effort=0.5,
)
