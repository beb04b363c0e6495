"""The loss along the segment between two models, which need not lie below the line between their losses.

Printed   L(w x + (1-w) y) <= w L(x) + (1-w) L(y) for 0 <= w <= 1: no barrier between two models.
Repaired  plus (beta/2) w (1-w) (x-y)^2 on the right, for a loss whose curvature is at least -beta.
Shapes    all scalar: x, y stand for two models, L is a loss along the line through them.
Units     those of the loss.
Source    Nesterov, Introductory Lectures on Convex Optimization (2004), Section 2.1.3, for beta = 0; the
          repair is that theorem for L + (beta/2) |x|^2.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Real
from theory.proof import Chain, Entail, Line

w, beta = sp.symbols("w beta", nonnegative=True)
x, y, bend, slope = sp.symbols("x y c s", real=True)


def loss(at):
    """A quadratic loss with curvature c and slope s at 0."""
    return bend * at**2 / 2 + slope * at


def along(i):
    """The loss of the mixture, by mixing first."""
    mixture = i.y + i.w * (i.x - i.y)
    return i.c * mixture * mixture / 2 + i.s * mixture


SHARE = Given(text="0 <= w <= 1", fact=sp.Le(w, 1))
CURVED = Given(text="the curvature is at least -beta", fact=sp.Ge(bend, -beta))
LEFT = loss(w * x + (1 - w) * y)
LINE = w * loss(x) + (1 - w) * loss(y)
RIGHT = LINE + beta / 2 * w * (1 - w) * (x - y) ** 2
MIXED = Quantity(text="loss of the mixture", run=along, expr=LEFT)
HALF = Fraction(1, 2)
CAP = Instance(w=HALF, x=Fraction(1), y=Fraction(-1), c=Fraction(-2), s=Fraction(3), beta=Fraction(2))
STEEP = Instance(w=HALF, x=Fraction(1), y=Fraction(-1), c=Fraction(-2), s=Fraction(0), beta=Fraction(1))
BOWL = Instance(w=HALF, x=Fraction(2), y=Fraction(0), c=Fraction(2), s=Fraction(1), beta=Fraction(0))

CLAIM = Claim(
    items=("tour.segment-loss",),
    readings=(Statement(text="no barrier", left=MIXED, relation="<=", right=LINE, givens=(SHARE,)),),
    family=Family(
        fields={
            "w": Real(0, 1),
            "x": Real(-4, 4),
            "y": Real(-4, 4),
            "c": Real(-4, 4),
            "s": Real(-4, 4),
            "beta": Real(0, 4),
        },
        leaves_out="losses that are not quadratic along the line",
    ),
    symbols={
        w: lambda i: i.w,
        x: lambda i: i.x,
        y: lambda i: i.y,
        bend: lambda i: i.c,
        slope: lambda i: i.s,
        beta: lambda i: i.beta,
    },
    transcription=lambda i: i.w * (i.c * i.x**2 / 2 + i.s * i.x) + (1 - i.w) * (i.c * i.y**2 / 2 + i.s * i.y),
    repair=Repair(
        changes="the most that curvature -beta can add",
        statement=Statement(
            text="up to the curvature",
            left=MIXED,
            relation="<=",
            right=RIGHT,
            givens=(SHARE, CURVED),
            proof=lambda: Chain(LEFT, (Line("<=", RIGHT, Entail(), "slack (c + beta)/2 w (1-w) (x-y)^2"),)),
        ),
        nondegenerate=BOWL,
        added=(Added(given=CURVED, fails_without=STEEP),),
    ),
    witnesses=(CAP, BOWL, STEEP),
    tight_at=(CAP,),
    mutants=(Mutant(text="half of the barrier", right=LINE + (RIGHT - LINE) / 2, dies_at=CAP),),
)
