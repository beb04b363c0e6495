"""A symmetric difference is divided by the distance of its two points, 2 h.

Printed   (f(x + h) - f(x - h)) / h = f'(x) + O(h^2) as h tends to 0, for a smooth f.
Repaired  divided by 2 h.
Shapes    x, h scalar, h > 0; f(x) = c_0 + c_1 x + c_2 x^2 + c_3 x^3 in the family.
Units     both sides f per x.
Source    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), formula 25.3.4 with p = 0.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Remainder, Repair, Statement
from theory.family import Family, Instance, Real
from theory.proof import Chain, Line, Rewrite

x, h = sp.Symbol("x", real=True), sp.Symbol("h", positive=True)
c1, c2, c3 = sp.symbols("c_1 c_2 c_3", real=True)
SLOPE = c1 + 2 * c2 * x + 3 * c3 * x**2
HORNER = c1 + x * (2 * c2 + x * 3 * c3)


def f(i, at):
    """The cubic, by Horner's rule."""
    return i.c0 + at * (i.c1 + at * (i.c2 + at * i.c3))


def slope(i):
    """f'(x): the linear coefficient of f after its argument is shifted by x (synthetic division twice)."""
    first = [i.c3, i.c2 + i.x * i.c3]
    first.append(i.c1 + i.x * first[1])
    return first[2] + i.x * (first[1] + i.x * first[0])


def difference(spans):
    """The statement with the difference divided by this many h."""
    expr = 2 * HORNER / spans
    limit = Quantity(text="limit", run=lambda i: 2 * slope(i) / Fraction(spans), expr=expr)
    return Statement(
        text=f"divided by {spans} h",
        left=Quantity(text="difference", run=lambda i: (f(i, i.x + i.h) - f(i, i.x - i.h)) / (spans * i.h)),
        relation="==",
        right=SLOPE,
        givens=(SMOOTH,),
        remainder=Remainder(field="h", scale=h**2, limit=limit),
        proof=(lambda: Chain(expr, (Line("==", SLOPE, Rewrite()),))) if spans == 2 else None,
    )


SMOOTH = Given(text="f has a bounded third derivative", because="it is a cubic", grants=("remainder(h**2)",))
CUBE = Instance(c0=0, c1=1, c2=1, c3=1, x=Fraction(1), h=Fraction(1, 2))

CLAIM = Claim(
    items=("tour.central-difference",),
    readings=(difference(1),),
    family=Family(
        fields={**{f"c{k}": Real(-4, 4) for k in range(4)}, "x": Real(-4, 4), "h": Real(0, 1, open="lo")},
        leaves_out="functions that are not cubic",
    ),
    symbols={
        x: lambda i: i.x, h: lambda i: i.h, c1: lambda i: i.c1, c2: lambda i: i.c2, c3: lambda i: i.c3
    },
    transcription=lambda i: i.c1 + i.x * (2 * i.c2 + 3 * i.c3 * i.x),
    repair=Repair(changes="2 h in place of h", statement=difference(2), nondegenerate=CUBE),
    witnesses=(CUBE,),
    mutants=(Mutant(text="f'' for f'", right=2 * c2 + 6 * c3 * x, dies_at=CUBE),),
)  # fmt: skip
