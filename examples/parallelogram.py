"""The parallelogram law, which is the mark of a norm that comes from an inner product.

Printed   N(x + y)^2 + N(x - y)^2 = 2 N(x)^2 + 2 N(y)^2 for every norm N.
Repaired  for the Euclidean norm: the sum and the maximum of absolute values do not obey it.
Shapes    x, y: (d,); N one of the norms 1, 2, max.
Units     both sides the square of those of x, see the scaling.
Source    Jordan and von Neumann, Annals of Mathematics 36 (1935), Theorem I.
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Choice, Family, Instance, Integer, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Chain, Line, Rewrite

x, y = Vec("x"), Vec("y")
square_x, square_y = sp.symbols("N(x)^2 N(y)^2", nonnegative=True)
DIAGONALS = norm2(x + y) + norm2(x - y)
EUCLIDEAN = 2 * norm2(x) + 2 * norm2(y)


def square(i, v):
    """The squared norm of a vector, by its name."""
    sizes = [abs(t) for t in v]
    if i.norm == "2":
        return sum(t * t for t in sizes)
    return (sum(sizes) if i.norm == "1" else max(sizes)) ** 2


def diagonals(i):
    """Both diagonals are formed and measured."""
    ends = ((s + t, s - t) for s, t in zip(i.x, i.y, strict=True))
    return sum(square(i, v) for v in zip(*ends, strict=True))


INNER = Given(text="N comes from an inner product", check=lambda i: i.norm == "2")
BOX, EVEN = Instance(d=2, x=(1, 0), y=(0, 1), norm="max"), Instance(d=2, x=(1, 2), y=(0, 1), norm="2")

CLAIM = Claim(
    items=("tour.parallelogram",),
    readings=(
        Statement(
            text="for every norm",
            left=Quantity(text="squared diagonals", run=diagonals),
            relation="==",
            right=2 * square_x + 2 * square_y,
        ),
    ),
    family=Family(
        fields={
            "d": Integer(1, 3),
            "x": Vector("d", Real(-4, 4)),
            "y": Vector("d", Real(-4, 4)),
            "norm": Choice(("2", "1", "max")),
        },
        leaves_out="other norms, d > 3; the proof covers every d",
    ),
    symbols={
        x: lambda i: i.x,
        y: lambda i: i.y,
        square_x: lambda i: square(i, i.x),
        square_y: lambda i: square(i, i.y),
    },
    transcription=lambda i: 2 * (square(i, i.x) + square(i, i.y)),
    repair=Repair(
        changes="the norm is Euclidean",
        statement=Statement(
            text="for the Euclidean norm",
            left=Quantity(text="squared diagonals", run=diagonals, expr=DIAGONALS),
            relation="==",
            right=EUCLIDEAN,
            givens=(INNER,),
            proof=lambda: Chain(DIAGONALS, (Line("==", EUCLIDEAN, Rewrite()),)),
        ),
        nondegenerate=EVEN,
        added=(Added(given=INNER, fails_without=BOX),),
    ),
    witnesses=(BOX, EVEN),
    tight_at=(EVEN,),
    scalings=(
        Scaling(
            text="x and y times k",
            power=2,
            move=lambda i, c: replace(i, x=tuple(c * t for t in i.x), y=tuple(c * t for t in i.y)),
        ),
    ),
    mutants=(Mutant(text="one diagonal", right=norm2(x) + norm2(y), dies_at=EVEN),),
)
