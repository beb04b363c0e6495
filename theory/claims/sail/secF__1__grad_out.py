"""SAIL, Appendix F.1: the gradient with respect to c_out.

Printed   dL/dc_out = dL/dtheta~ . dtheta~/dc_out with dtheta~/dc_out = (c_in theta)^T.
Repaired  dL/dc_out = (dL/dtheta~)^T c_in theta = G^T c_in theta.  As printed the factors are (d'_in, d'_out)
          and (d_out, d'_in), which can be multiplied only if d'_out = d_out, and then give a matrix (d'_in,
          d'_in), not the shape of c_out.
Shapes    G: (d'_in, d'_out); theta: (d_in, d_out); c_in: (d'_in, d_in); c_out and its gradient: (d'_out,
          d_out).
Units     the derivative along a direction carries the loss.
Source    SAIL, Appendix F.1, gradient with respect to c_out.
"""

from dataclasses import replace as replace_field

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.sail import _width as world
from theory.claims.sail._width import (
    SCALAR,
    SQUARE,
    WIDER,
    G,
    a,
    b,
    c_in,
    d_in,
    d_out,
    e_in,
    e_out,
    i,
    theta,
    way_out,
)  # fmt: skip
from theory.proof import Chain, Line, Rewrite

k = sp.Symbol("k", integer=True, positive=True)
SOURCE = sp.Sum(c_in[k, i] * theta[i, b], (i, 1, d_in))  # (c_in theta)_{kb}
RIGHT = sp.Sum(way_out[a, b] * G[k, a] * SOURCE, (k, 1, e_in), (b, 1, d_out), (a, 1, e_out))
AS_PRINTED = sp.Sum(
    way_out[a, b] * G[a, k] * c_in[b, i] * theta[i, k],
    (i, 1, d_in),
    (k, 1, e_out),
    (b, 1, d_out),
    (a, 1, e_out),
)
MOVED = sp.Sum(G[k, a] * sp.Sum(way_out[a, b] * SOURCE, (b, 1, d_out)), (a, 1, e_out), (k, 1, e_in))
ALONG = Quantity(text="the derivative of the loss along a direction of c_out", run=world.along_out)
FITS = Given(
    text="d'_out = d_out = d'_in, so that the product is defined and has the shape of c_out",
    fact=sp.And(sp.Eq(e_out, d_out), sp.Eq(e_in, e_out)),
)

STANDS = Statement(
    text="the derivative along any direction is its inner product with G^T c_in theta",
    left=Quantity(text=ALONG.text, run=world.along_out, expr=MOVED),
    relation="==",
    right=RIGHT,
    proof=lambda: Chain(MOVED, (Line("==", RIGHT, Rewrite(), "the order of the sums"),)),
)

CLAIM = Claim(
    items=("sail.secF.1.grad-out",),
    readings=(
        Statement(
            text="the two factors can be multiplied: columns of the first, rows of the second",
            left=Quantity(text="columns of dL/dtheta~", run=lambda n: len(world.gradient(n)[0])),
            relation="==",
            right=d_out,
        ),
        Statement(
            text="where they can, and the shape is right: the product is the gradient",
            left=ALONG,
            relation="==",
            right=AS_PRINTED,
            givens=(FITS,),
        ),
        replace_field(STANDS, text="the chain rule for linear maps, transposed as the shapes ask for"),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS,
    repair=Repair(
        changes="the first factor transposed, the second not: G^T c_in theta",
        statement=STANDS,
        nondegenerate=SCALAR,
    ),
    transcription=lambda n: n.d_out,
    witnesses=(SQUARE, SCALAR, WIDER),
    tight_at=(SQUARE, WIDER),
    mutants=(
        Mutant(text="twice", right=2 * RIGHT, dies_at=SCALAR),
        Mutant(text="without c_in",
               right=sp.Sum(way_out[a, b] * G[1, a] * theta[1, b], (b, 1, d_out), (a, 1, e_out)),
               dies_at=WIDER),
        Mutant(text="the gradient in theta~ alone", right=sp.Sum(G[k, a] ** 2, (k, 1, e_in), (a, 1, e_out)),
               dies_at=SQUARE),
    ),
    effort=0.3,
)  # fmt: skip
