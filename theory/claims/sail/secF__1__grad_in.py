"""SAIL, Appendix F.1: the gradient with respect to c_in.

Printed   dL/dc_in = dL/dtheta~ . dtheta~/dc_in with dtheta~/dc_in = theta c_out^T.
Repaired  dL/dc_in = dL/dtheta~ (theta c_out^T)^T = G c_out theta^T.  As printed the factors are (d'_in,
          d'_out) and (d_in, d'_out), which can be multiplied only if d'_out = d_in, and then give another
          matrix.
Shapes    G: (d'_in, d'_out); theta: (d_in, d_out); c_out: (d'_out, d_out); c_in and its gradient: (d'_in,
          d_in).
Units     the derivative along a direction carries the loss.
Source    SAIL, Appendix F.1, gradient with respect to c_in, and the update.
"""

from dataclasses import replace as replace_field

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.sail import _width as world
from theory.claims.sail._width import (
    SCALAR,
    SQUARE,
    WIDER,
    G,
    a,
    b,
    c_in,
    c_out,
    d_in,
    d_out,
    e_in,
    e_out,
    eta,
    j,
    theta,
    way_in,
)  # fmt: skip
from theory.family import replace
from theory.proof import Chain, Line, Rewrite

k = sp.Symbol("k", integer=True, positive=True)
SLOPE = sp.Sum(theta[b, j] * c_out[k, j], (j, 1, d_out))  # (theta c_out^T)_{bk}
RIGHT = sp.Sum(way_in[a, b] * G[a, k] * SLOPE, (k, 1, e_out), (b, 1, d_in), (a, 1, e_in))
AS_PRINTED = sp.Sum(
    way_in[a, b] * G[a, k] * theta[k, j] * c_out[b, j],
    (j, 1, d_out),
    (k, 1, d_in),
    (b, 1, d_in),
    (a, 1, e_in),
)
MOVED = sp.Sum(G[a, k] * sp.Sum(way_in[a, b] * SLOPE, (b, 1, d_in)), (k, 1, e_out), (a, 1, e_in))
ALONG = Quantity(text="the derivative of the loss along a direction of c_in", run=world.along_in)
FITS = Given(text="d'_out = d_in, so that the product is defined", fact=sp.Eq(e_out, d_in))
updated = sp.Symbol(r"c_{in}'", real=True)


def stepped(n):
    """The first entry of c_in after a gradient step, the derivative along that entry."""
    unit = tuple(tuple(int(p == q == 0) for q in range(n.d_in)) for p in range(n.e_in))
    return n.c_in[0][0] - n.eta * world.along_in(replace(n, way_in=unit))


STANDS = Statement(
    text="the derivative along any direction is its inner product with G c_out theta^T",
    left=Quantity(text=ALONG.text, run=world.along_in, expr=MOVED),
    relation="==",
    right=RIGHT,
    proof=lambda: Chain(MOVED, (Line("==", RIGHT, Rewrite(), "the order of the sums"),)),
)

CLAIM = Claim(
    items=("sail.secF.1.grad-in", "sail.secF.1.update"),
    readings=(
        Statement(
            text="the two factors can be multiplied: columns of the first, rows of the second",
            left=Quantity(text="columns of dL/dtheta~", run=lambda n: len(world.gradient(n)[0])),
            relation="==",
            right=d_in,
        ),
        Statement(
            text="where they can: the product is the gradient",
            left=ALONG,
            relation="==",
            right=AS_PRINTED,
            givens=(FITS,),
        ),
        replace_field(STANDS, text="the chain rule for linear maps, transposed where the shapes ask for it"),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS | {updated: stepped},
    repair=Repair(
        changes="the second factor transposed: G c_out theta^T",
        statement=STANDS,
        nondegenerate=SCALAR,
    ),
    steps=(
        PrintedStep(
            item="sail.secF.1.update",
            text="with the transposed factor, first entry",
            left=updated,
            relation="==",
            right=c_in[1, 1]
            - eta * sp.Sum(G[1, k] * theta[1, j] * c_out[k, j], (j, 1, d_out), (k, 1, e_out)),
        ),
    ),
    transcription=lambda n: n.d_in,
    witnesses=(SQUARE, SCALAR, WIDER),
    tight_at=(SQUARE, WIDER),
    mutants=(
        Mutant(text="twice", right=2 * RIGHT, dies_at=SCALAR),
        Mutant(text="without c_out", right=sp.Sum(way_in[a, b] * G[a, 1], (b, 1, d_in), (a, 1, e_in)),
               dies_at=WIDER),
        Mutant(text="the gradient in theta~ alone", right=sp.Sum(G[a, k] ** 2, (k, 1, e_out), (a, 1, e_in)),
               dies_at=SQUARE),
    ),
    effort=0.3,
)  # fmt: skip
