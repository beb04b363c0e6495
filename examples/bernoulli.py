"""Bernoulli's inequality, which forgets how small x may be.

Printed   (1 + x)^n >= 1 + n x for every real x and every integer n >= 0.
Repaired  for x >= -1: below -2 an odd power is very negative.
Shapes    x real, n a non-negative integer.
Units     none: x is a ratio.
Source    Jacob Bernoulli, Positiones arithmeticae de seriebus infinitis (1689); Mitrinovic, Analytic
          Inequalities (1970), Section 2.4.
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real
from theory.proof import Chain, Entail, Induct, Line

x = sp.Symbol("x", real=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
POWER, LINE = (1 + x) ** n, 1 + n * x


def compound(i):
    """1 + x multiplied n times."""
    value = 1
    for _ in range(int(i.n)):
        value = value * (1 + i.x)
    return value


def proof():
    """Induction: the hypothesis times 1 + x >= 0, then n x^2 >= 0."""
    step = (Line(">=", (1 + x) * LINE, Entail()), Line(">=", LINE.subs(n, n + 1), Entail()))
    return Chain(POWER, (Line(">=", LINE, Induct(n, 0, step)),))


LEFT = Quantity(text="(1 + x)^n", run=compound, expr=POWER)
ABOVE = Given(text="x >= -1", fact=sp.Ge(x, -1))
DEEP, MILD = Instance(x=-4, n=3), Instance(x=1, n=2)

CLAIM = Claim(
    items=("tour.bernoulli",),
    readings=(Statement(text="for every real x", left=LEFT, relation=">=", right=LINE),),
    family=Family(fields={"x": Real(-4, 4), "n": Integer(0, 9)}, leaves_out="|x| > 4, n > 9; real exponents"),
    symbols={x: lambda i: i.x, n: lambda i: i.n},
    transcription=lambda i: i.x * i.n + 1,
    repair=Repair(
        changes="x >= -1",
        statement=Statement(
            text="for x >= -1", left=LEFT, relation=">=", right=LINE, givens=(ABOVE,), proof=proof
        ),
        nondegenerate=MILD,
        added=(Added(given=ABOVE, fails_without=DEEP),),
    ),
    witnesses=(DEEP, MILD),
    tight_at=(Instance(x=2, n=1), Instance(x=0, n=5)),
    mutants=(Mutant(text="the next term of the binomial", right=1 + n * x + n * x**2, dies_at=MILD),),
)
