"""SAIL equation (8): the width transformation.

Printed   theta~ = [c_ab] D [c'_ab]^T with [c_ab] of d'_in rows and d_in columns and [c'_ab] of d'_out rows
          and d'_out columns; theta is d_in x d_out.
Repaired  [c'_ab] with d_out columns, as the text below (8) and Appendix F.1 have it, c_out in R^{d'_out x
          d_out}, and theta for D.  As displayed the product exists only if d'_out = d_out.
Shapes    theta: (d_in, d_out); c_in: (d'_in, d_in); c_out: (d'_out, d_out); theta~: (d'_in, d'_out).
Units     those of theta times those of c_in and c_out.
Source    SAIL, Section 4.1, equation (8); Appendix F.1, first display.
"""

from dataclasses import replace as replace_field

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.sail import _width as world
from theory.claims.sail._width import (
    SCALAR,
    SQUARE,
    WIDER,
    a,
    b,
    c_in,
    c_out,
    d_in,
    d_out,
    e_in,
    e_out,
    i,
    j,
    theta,
)  # fmt: skip
from theory.family import replace
from theory.proof import Chain, Line, Rewrite

left, right = sp.IndexedBase("u", real=True), sp.IndexedBase("v", real=True)
first_entry = sp.Symbol(r"\tilde{\theta}_{11}", real=True)
INNER = sp.Sum(c_in[a, i] * theta[i, j] * c_out[b, j], (j, 1, d_out), (i, 1, d_in))
RIGHT = sp.Sum(left[a] * right[b] * INNER, (b, 1, e_out), (a, 1, e_in))
FORWARD = sp.Sum(
    sp.Sum(left[a] * c_in[a, i], (a, 1, e_in)) * theta[i, j] * sp.Sum(right[b] * c_out[b, j], (b, 1, e_out)),
    (j, 1, d_out),
    (i, 1, d_in),
)


def form(n):
    """u^T theta~ v, from the transformed matrix."""
    matrix = world.transformed(n.c_in, n.theta, n.c_out)
    return sum(
        u * x * v
        for u, row in zip(rows(n), matrix, strict=True)
        for x, v in zip(row, columns(n), strict=True)
    )


def rows(n) -> tuple:
    """One number for each of the d'_in rows."""
    return tuple(row[0] for row in n.way_in)


def columns(n) -> tuple:
    """One number for each of the d'_out columns."""
    return tuple(row[0] for row in n.way_out)


STANDS = Statement(
    text="c_in theta c_out^T, tested on any two vectors u and v",
    left=Quantity(text="u^T theta~ v", run=form, expr=FORWARD),
    relation="==",
    right=RIGHT,
    proof=lambda: Chain(FORWARD, (Line("==", RIGHT, Rewrite(), "the order of the sums"),)),
)

CLAIM = Claim(
    items=("sail.eq8", "sail.secF.1.map", "sail.alg.width"),
    readings=(
        Statement(
            text="as displayed: the columns of the middle matrix are the rows of [c'_ab]^T, d'_out",
            left=Quantity(text="columns of theta", run=lambda n: len(n.theta[0])),
            relation="==",
            right=e_out,
        ),
        replace_field(STANDS, text="with the shapes that the text below (8) gives"),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS
    | {left: rows, right: columns, first_entry: lambda n: world.transformed(n.c_in, n.theta, n.c_out)[0][0]},
    repair=Repair(
        changes="[c'_ab] with d_out columns",
        statement=STANDS,
        nondegenerate=SCALAR,
    ),
    steps=(
        PrintedStep(
            item="sail.secF.1.map",
            text="first entry",
            left=first_entry,
            relation="==",
            right=INNER.xreplace({a: sp.S.One, b: sp.S.One}),
        ),
    ),
    transcription=lambda n: n.e_out,
    witnesses=(SQUARE, SCALAR, WIDER),
    tight_at=(SQUARE, WIDER),
    scalings=(
        Scaling(
            text="theta -> k theta",
            power=1,
            move=lambda n, k: replace(n, theta=tuple(tuple(k * v for v in row) for row in n.theta)),
        ),
    ),
    mutants=(
        Mutant(text="twice", right=2 * RIGHT, dies_at=SCALAR),
        Mutant(text="without c_out",
               right=sp.Sum(left[a] * c_in[a, i] * theta[i, 1], (a, 1, e_in), (i, 1, d_in)),
               dies_at=SQUARE),
        Mutant(text="the diagonal of theta alone",
               right=theta[1, 1]
               * sp.Sum(left[a] * right[b] * c_in[a, 1] * c_out[b, 1], (b, 1, e_out), (a, 1, e_in)),
               dies_at=WIDER),
    ),
    effort=0.3,
)  # fmt: skip
