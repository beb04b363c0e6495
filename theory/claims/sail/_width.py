"""The learnable width transformation of SAIL, Appendix F.1, with a squared loss on the transformed weights.

World     theta~ = c_in theta c_out^T, loss (1/2) |theta~ - target|^2, so that G = theta~ - target is the
          gradient that backpropagation delivers at theta~.  Derivatives in a direction are central
          differences of the loss, which are exact for a quadratic.
Shapes    theta: (d_in, d_out); c_in: (e_in, d_in); c_out: (e_out, d_out); theta~, G: (e_in, e_out); way_in,
          way_out: directions of the shapes of c_in, c_out.
Units     derivatives carry the loss.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.family import Family, Instance, Integer, Matrix, Real

SIZE, SMALL = Integer(1, 3), Real(-2, 2)
FAMILY = Family(
    fields={
        "d_in": SIZE,
        "d_out": SIZE,
        "e_in": SIZE,
        "e_out": SIZE,
        "theta": Matrix("d_in", "d_out", SMALL),
        "c_in": Matrix("e_in", "d_in", SMALL),
        "c_out": Matrix("e_out", "d_out", SMALL),
        "target": Matrix("e_in", "e_out", SMALL),
        "way_in": Matrix("e_in", "d_in", SMALL),
        "way_out": Matrix("e_out", "d_out", SMALL),
        "eta": Real(0, 1, open="lo"),
    },
    leaves_out="sizes above 3; losses that are not quadratic in the transformed weights",
)
d_in, d_out, e_in, e_out = sp.symbols("d_in d_out d'_in d'_out", integer=True, positive=True)
theta, c_in, c_out = (sp.IndexedBase(name, real=True) for name in (r"\theta", "c_in", "c_out"))
G, way_in, way_out = (sp.IndexedBase(name, real=True) for name in ("G", r"\Delta_in", r"\Delta_out"))
a, b, i, j = sp.symbols("a b i j", integer=True, positive=True)
eta = sp.Symbol(r"\eta", positive=True)


def product(left: tuple, right: tuple) -> tuple:
    """The matrix product, row by row."""
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(sum(x * y for x, y in zip(row, col, strict=True)) for col in columns) for row in left)


def transposed(matrix: tuple) -> tuple:
    return tuple(zip(*matrix, strict=True))


def plus(left: tuple, right: tuple, share: Any = 1) -> tuple:
    """left + share right."""
    return tuple(
        tuple(x + share * y for x, y in zip(p, q, strict=True)) for p, q in zip(left, right, strict=True)
    )


def transformed(first: tuple, middle: tuple, last: tuple) -> tuple:
    """c_in theta c_out^T."""
    return product(product(first, middle), transposed(last))


def gradient(n: Instance) -> tuple:
    """dL/dtheta~ = theta~ - target."""
    return plus(transformed(n.c_in, n.theta, n.c_out), n.target, -1)


def loss(n: Instance, first: tuple, last: tuple):
    """(1/2) |c_in theta c_out^T - target|^2."""
    rest = plus(transformed(first, n.theta, last), n.target, -1)
    return sum(v * v for row in rest for v in row) / 2


def along_in(n: Instance):
    """The derivative of the loss in c_in along way_in, by a central difference."""
    ahead, behind = (loss(n, plus(n.c_in, n.way_in, s), n.c_out) for s in (1, -1))
    return (ahead - behind) / 2


def along_out(n: Instance):
    """The derivative of the loss in c_out along way_out."""
    ahead, behind = (loss(n, n.c_in, plus(n.c_out, n.way_out, s)) for s in (1, -1))
    return (ahead - behind) / 2


SYMBOLS = {
    d_in: lambda n: n.d_in,
    d_out: lambda n: n.d_out,
    e_in: lambda n: n.e_in,
    e_out: lambda n: n.e_out,
    theta: lambda n: n.theta,
    c_in: lambda n: n.c_in,
    c_out: lambda n: n.c_out,
    G: gradient,
    way_in: lambda n: n.way_in,
    way_out: lambda n: n.way_out,
    eta: lambda n: n.eta,
}


def at(theta: tuple, c_in: tuple, c_out: tuple, target: tuple, way_in: tuple, way_out: tuple) -> Instance:
    """An instance from integers, eta = 1/2."""
    exact = lambda rows: tuple(tuple(map(Fraction, row)) for row in rows)
    return Instance(
        d_in=len(theta), d_out=len(theta[0]), e_in=len(c_in), e_out=len(c_out), theta=exact(theta),
        c_in=exact(c_in), c_out=exact(c_out), target=exact(target), way_in=exact(way_in),
        way_out=exact(way_out), eta=Fraction(1, 2),
    )  # fmt: skip


SQUARE = at(
    ((1, 2), (0, 1)), ((1, 0), (1, 1)), ((2, 1), (0, 1)), ((0, 0), (0, 0)), ((1, 1), (0, 1)), ((1, 0), (1, 1))
)
SCALAR = at(((1,),), ((1,),), ((2,),), ((0,),), ((1,),), ((1,),))
WIDER = at(
    ((1, 2),),
    ((1,), (1,)),
    ((1, 0), (1, 1), (0, 1)),
    ((0, 0, 0), (0, 1, 0)),
    ((1,), (2,)),
    ((1, 0), (0, 0), (1, 1)),
)
