"""What minimises the sum of squared distances: the mean, not the median.

Printed   sum_j (x_j - c)^2 is least at c = the median of x_1, ..., x_n.
Repaired  at c = the mean.
Shapes    x: (n,) real, c scalar; the median of an even number is the mean of the middle two.
Units     c those of x.
Source    Cramer, Mathematical Methods of Statistics (1946), Section 15.4; the median minimises the sum of
          absolute distances instead.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real, Vector
from theory.proof import Chain, Entail, Line, Rewrite

n = sp.Symbol("n", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
x = sp.IndexedBase("x", real=True)
c, median, largest = sp.symbols("c median largest", real=True)
MEAN = sp.Sum(x[j], (j, 1, n)) / n
COST = sp.Sum((x[j] - c) ** 2, (j, 1, n))


def cost(i, at):
    """The squared distances from the candidate, added."""
    return sum((value - at[0]) ** 2 for value in i.x)


def least(i):
    """The best value over all c, without c: the squared distances of all pairs, divided by n."""
    return sum((r - s) ** 2 for k, r in enumerate(i.x) for s in i.x[:k]) / Fraction(i.n)


def middle(i):
    """The median."""
    ranked = sorted(i.x)
    return (ranked[(i.n - 1) // 2] + ranked[i.n // 2]) / Fraction(2)


def proof():
    """The cost is that of the mean and n times the squared distance from the mean."""
    best = COST.subs(c, MEAN)
    return Chain(COST, (Line("==", best + n * (MEAN - c) ** 2, Rewrite()), Line(">=", best, Entail())))


LEFT = Quantity(text="least sum of squares", run=least, expr=COST)
SKEW = Instance(n=3, x=(0, 0, 3))


def minimiser(text, right, proof=None):
    """The statement that the sum of squares is least there."""
    return Statement(text=text, left=LEFT, relation="argmin", right=(right,), objective=cost, proof=proof)


CLAIM = Claim(
    items=("tour.mean",),
    readings=(minimiser("the median", median),),
    family=Family(fields={"n": Integer(1, 5), "x": Vector("n", Real(-4, 4))}, leaves_out="n > 5"),
    symbols={n: lambda i: i.n, x: lambda i: i.x, median: middle, largest: lambda i: max(i.x)},
    transcription=lambda i: (sum(sorted(i.x)[(i.n - 1) // 2 : i.n // 2 + 1]) / Fraction(2 - i.n % 2),),
    repair=Repair(
        changes="the mean",
        statement=minimiser("the mean", MEAN, proof),
        nondegenerate=SKEW,
    ),
    witnesses=(SKEW,),
    tight_at=(SKEW,),
    mutants=(Mutant(text="the largest", right=(largest,), dies_at=SKEW),),
)
