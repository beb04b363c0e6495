"""Nesbitt's inequality, and the conjecture that grew out of it and fell.

Printed   sum_j x_j / (x_{j+1} + x_{j+2}) >= n/2 for positive x_1, ..., x_n, indices modulo n, every n >= 3.
Repaired  for n = 3 (Nesbitt).  It fails at n = 14 by a hair, and holds for even n <= 12 and odd n <= 23,
          which is beyond the rules used here.
Shapes    x: (n,) positive.
Units     none: both sides are ratios, see the scaling.
Source    Shapiro, Problem 4603, American Mathematical Monthly 61 (1954); Troesch, Mathematics of Computation
          45 (1985), whose counterexample at n = 14 the witness is (zeros made small), and 53 (1989);
          Nesbitt, Problem 15114, Educational Times (1903).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

n = sp.Symbol("n", integer=True, positive=True)
a, b, c = sp.symbols("a b c", positive=True)
THREE = a / (b + c) + b / (c + a) + c / (a + b)


def cyclic(i):
    """The sum, round the circle."""
    terms = [(i.x[j], i.x[(j + 1) % i.n] + i.x[(j + 2) % i.n]) for j in range(i.n)]
    return sum(Fraction(top) / below if isinstance(top, int) else top / below for top, below in terms)


LEFT = Quantity(text="cyclic sum", run=cyclic)
NESBITT = Quantity(text="cyclic sum of three", run=cyclic, expr=THREE)
TRIANGLE = Given(text="n = 3", fact=sp.Eq(n, 3))
TROESCH = Instance(n=14, x=(1, 420, 20, 420, 40, 410, 50, 390, 40, 380, 20, 380, 1, 400))
FLAT, STEEP = Instance(n=3, x=(1, 1, 1)), Instance(n=3, x=(1, 2, 3))

CLAIM = Claim(
    items=("tour.nesbitt",),
    readings=(Statement(text="for every n", left=LEFT, relation=">=", right=n / 2),),
    family=Family(
        fields={"n": Integer(3, 14), "x": Vector("n", Real(0, 500, open="lo"))}, leaves_out="n > 14"
    ),
    symbols={n: lambda i: i.n, a: lambda i: i.x[0], b: lambda i: i.x[1], c: lambda i: i.x[2]},
    transcription=lambda i: Fraction(i.n, 2),
    repair=Repair(
        changes="n = 3",
        statement=Statement(
            text="three numbers",
            left=NESBITT,
            relation=">=",
            right=n / 2,
            givens=(TRIANGLE,),
            proof=lambda: Chain(THREE, (Line(">=", n / 2, Entail()),)),
        ),
        nondegenerate=STEEP,
        added=(Added(given=TRIANGLE, fails_without=TROESCH),),
    ),
    witnesses=(TROESCH,),
    tight_at=(FLAT,),
    scalings=(Scaling(text="x times k", power=0, move=lambda i, k: replace(i, x=tuple(k * t for t in i.x))),),
    mutants=(Mutant(text="a root for a half", right=n / sp.sqrt(3), dies_at=FLAT),),
)
