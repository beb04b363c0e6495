"""A minibatch drawn without replacement has less variance than sigma^2/b.

Printed   Var(mean of the batch) = sigma^2 / b, as for independent draws.
Repaired  (n - b)/(n - 1) sigma^2 / b, n >= 2: the batch of all n has no variance left.
Shapes    s: (n,) fixed numbers; B: (n,) 1 for the b members of a uniformly random subset; sigma^2 over the n.
Units     both sides the square of those of s, see the scaling.
Source    Cochran, Sampling Techniques (1977), Theorem 2.2.
"""

from fractions import Fraction
from itertools import combinations

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.notation import E, Law
from theory.proof import Chain, Expect, Line

n, b = sp.symbols("n b", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
s, B = sp.IndexedBase("s", real=True), sp.IndexedBase("B", nonnegative=True)
MEAN = sp.Sum(B[j] * s[j], (j, 1, n)) / b
DEFINITION = E(MEAN**2) - E(MEAN) ** 2
SIGMA2 = sp.Sum(s[j] ** 2, (j, 1, n)) / n - sp.Sum(s[j], (j, 1, n)) ** 2 / n**2
RIGHT = (n - b) / (n - 1) * SIGMA2 / b


def variance(i, divisor=None):
    """Every batch is written down."""
    means = [sum(batch) / Fraction(divisor or i.b) for batch in combinations(i.s, i.b)]
    centre = sum(means) / Fraction(len(means))
    return sum((x - centre) ** 2 for x in means) / len(means)


def transcription(i):
    """sigma^2/b from the display."""
    centre = sum(i.s) / Fraction(i.n)
    return sum((x - centre) ** 2 for x in i.s) / Fraction(i.n * i.b)


TWO = Given(text="n >= 2", fact=sp.Ge(n, 2))
LEFT = Quantity(text="variance of the batch mean", run=variance, expr=DEFINITION)
PAIR, ALL = Instance(n=3, b=2, s=(0, 0, 3)), Instance(n=2, b=2, s=(1, -1))

CLAIM = Claim(
    items=("tour.minibatch-mean",),
    readings=(Statement(text="as for independent draws", left=LEFT, relation="==", right=SIGMA2 / b),),
    family=Family(
        fields={"n": Integer(1, 6), "b": Integer(1, "n"), "s": Vector("n", Real(-4, 4))},
        leaves_out="n > 6; the proof covers every n and b",
    ),
    symbols={n: lambda i: i.n, b: lambda i: i.b, s: lambda i: i.s},
    laws={B[j]: Law(kind="subset", size=n, take=b)},
    transcription=transcription,
    repair=Repair(
        changes="the factor (n - b)/(n - 1), n >= 2",
        statement=Statement(
            text="with the finite population correction",
            left=LEFT,
            relation="==",
            right=RIGHT,
            givens=(TWO,),
            proof=lambda: Chain(DEFINITION, (Line("==", RIGHT, Expect(), "two members, then one"),)),
        ),
        nondegenerate=PAIR,
        added=(Added(given=TWO, fails_without=Instance(n=1, b=1, s=(2,))),),
    ),
    witnesses=(PAIR, ALL),
    tight_at=(ALL,),
    scalings=(Scaling(text="s times k", power=2, move=lambda i, k: replace(i, s=tuple(k * x for x in i.s))),),
    mutants=(
        Mutant(text="(n - b)/n", right=(n - b) / n * SIGMA2 / b, dies_at=PAIR),
        Mutant(
            text="divided by n",
            left=Quantity(text="sum over n", run=lambda i: variance(i, i.n), expr=DEFINITION),
            dies_at=PAIR,
        ),
    ),
)
