"""FLOPS on subsampling the trace: what share of it the parameters of the deep layers have.

Printed   the trace of the deep layers may stand for the whole one, since most of the variance is theirs.
Repaired  if they have more than half of the parameters, 2 d_b >= d + 1.  For the two-point estimator, all
          parameters perturbed at once, and a loss that is linear at the scale of the noise the block of d_b
          parameters has the trace d_b |g|^2 + |g_b|^2 of (d + 1) |g|^2: its share lies between d_b/(d+1) and
          (d_b+1)/(d+1), whatever the gradient and whichever the layer.  For the same reason subsampling is
          harmless for the allocation, majority or not: between samples the shares differ by a factor of 1 +
          1/d_b at most.  If the blocks are perturbed one at a time (Algorithm 1, lines 12-14), the block has
          (d_b + 1) |g_b|^2: then it is a matter of the gradients, and may be as printed (the second reading).
          Noise in the activations, whose variance the Jacobian carries into the layers, is not judged.
Shapes    g_b, u_b: (d_b,), deep layers; g_r, u_r: (d_r,), the rest; d = d_b + d_r.
Units     squared gradient.
Source    FLOPS, Section 4.2, the paragraph on subsampling.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from sim.directions import points
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, floats, replace
from theory.notation import E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Lemma, Line

db, dr = sp.symbols("d_b d_r", positive=True, integer=True)
gb, gr, hb, hr, ub, ur = (Vec(name) for name in ("g_b", "g_r", "h_b", "h_r", "u_b", "u_r"))

FAMILY = Family(
    fields={
        "d_b": Integer(1, 3),
        "d_r": Integer(1, lambda f: min(2, 4 - f.d_b)),
        "g_b": Vector("d_b", Real(-2, 2)),
        "g_r": Vector("d_r", Real(-2, 2)),
        "h_b": Vector("d_b", Real(-2, 2)),
        "h_r": Vector("d_r", Real(-2, 2)),
    },
    leaves_out="more than four parameters, losses that bend at the scale of the noise; proofs cover every d",
)


@lru_cache(maxsize=8)
def _rule(size: int) -> tuple:
    return points("gaussian", size)


@lru_cache(maxsize=8)
def _arrays(size: int) -> tuple:
    return tuple(np.array(floats(part)) for part in _rule(size))


def _rough(slope: tuple) -> Callable[[slice], float]:
    """The same trace in floating-point numbers."""
    weights, directions = _arrays(len(slope))
    g = np.array(slope)
    squares = weights @ ((directions @ g)[:, None] * directions) ** 2 - g**2
    return lambda which: float(squares[which].sum())


def trace(i: Instance, block: Any, rest: Any) -> Callable[[slice], Any]:
    """slice -> the trace of the covariance matrix of (g'u) u over these coordinates, u standard normal."""
    slope = (*block, *rest)
    if isinstance(slope[0], float):
        return _rough(slope)
    weights, directions = _rule(len(slope))
    rows = []
    for point in directions:
        along = sum(x * y for x, y in zip(slope, point, strict=True))
        rows.append([along * x for x in point])

    def run(which: slice) -> Any:
        square = sum(w * sum(x * x for x in row[which]) for w, row in zip(weights, rows, strict=True))
        return square - sum(x * x for x in slope[which])

    return run


def deep(i: Instance) -> Any:
    """Twice the trace of the deep layers."""
    return 2 * trace(i, i.g_b, i.g_r)(slice(0, i.d_b))


def shallow(i: Instance) -> Any:
    """Twice the trace of the other layers."""
    return 2 * trace(i, i.g_b, i.g_r)(slice(i.d_b, None))


def block_trace(b: Any, r: Any) -> Any:
    """E|(g'u) u_b|^2 - |g_b|^2."""
    return E((dot(b, ub) + dot(r, ur)) ** 2 * norm2(ub)) - norm2(b)


def whole_trace(b: Any, r: Any) -> Any:
    """E|(g'u) u|^2 - |g|^2."""
    return E((dot(b, ub) + dot(r, ur)) ** 2 * (norm2(ub) + norm2(ur))) - norm2(b) - norm2(r)


def block(b: Any, r: Any) -> Any:
    """The block's trace in closed form."""
    return db * (norm2(b) + norm2(r)) + norm2(b)


def whole(b: Any, r: Any) -> Any:
    """The whole trace in closed form."""
    return (db + dr + 1) * (norm2(b) + norm2(r))


def alone(slope: Any, size: Any) -> Any:
    """The trace of a block that is perturbed alone, in closed form."""
    return (size + 1) * norm2(slope)


LENGTHS = tuple(Lemma("square_nonneg", {"v": v}) for v in (gb, gr, hb, hr))
LEFT, RIGHT = 2 * block_trace(gb, gr), whole(gb, gr)
SIZES = Given(
    text="a parameter at least in each block",
    fact=sp.And(sp.Ge(db, 1, evaluate=False), sp.Ge(dr, 1, evaluate=False)),
    because="the blocks are layers",
)
HALF = Given(
    text="the deep layers have more than half of the parameters, 2 d_b >= d + 1",
    fact=sp.Ge(2 * db, db + dr + 1, evaluate=False),
)
LARGE = Given(
    text="of the deep layers (d_b + 1) |g_b|^2 is at least that of the rest",
    fact=sp.Ge(alone(gb, db), alone(gr, dr), evaluate=False),
)
ONE_BLOCK = 2 * (E(dot(gb, ub) ** 2 * norm2(ub)) - norm2(gb))
MEASURED = Quantity(text="twice the trace of the deep layers", run=deep, expr=LEFT)
READINGS = (
    Statement(
        text="all perturbed at once: the deep layers have at least half of the trace, whatever their size",
        left=MEASURED,
        relation=">=",
        right=RIGHT,
        givens=(SIZES,),
    ),
    Statement(
        text="blocks perturbed one at a time (Algorithm 1), where the gradient of the deep layers is large",
        left=Quantity(
            text="twice the trace of the deep layers",
            run=lambda i: 2 * trace(i, i.g_b, ())(slice(0, None)),
            expr=ONE_BLOCK,
        ),
        relation=">=",
        right=alone(gb, db) + alone(gr, dr),
        givens=(SIZES, LARGE),
        proof=lambda: Chain(
            ONE_BLOCK,
            (
                Line("==", 2 * alone(gb, db), Expect()),
                Line(">=", alone(gb, db) + alone(gr, dr), Entail()),
            ),
        ),
    ),
)
REPAIRED = Statement(
    text="the deep layers, with more than half of the parameters, have at least half of the trace",
    left=MEASURED,
    relation=">=",
    right=RIGHT,
    givens=(SIZES, HALF),
    proof=lambda: Chain(LEFT, (Line("==", 2 * block(gb, gr), Expect()), Line(">=", RIGHT, Entail(LENGTHS)))),
)
SHARES = Chain(
    block_trace(gb, gr) * whole_trace(hb, hr),
    (
        Line("==", block(gb, gr) * whole(hb, hr), Expect()),
        Line("<=", (1 + 1 / db) * block(hb, hr) * whole(gb, gr), Entail(LENGTHS)),
    ),
)

ONE = Fraction(1)
THIN = Instance(d_b=1, d_r=2, g_b=(ONE,), g_r=(ONE, -ONE), h_b=(ONE,), h_r=(0, 0))
THICK = Instance(d_b=2, d_r=1, g_b=(0, 0), g_r=(ONE,), h_b=(ONE, ONE), h_r=(ONE,))
EVEN = Instance(d_b=1, d_r=1, g_b=(0,), g_r=(ONE,), h_b=(ONE,), h_r=(ONE,))
MOST = Instance(d_b=3, d_r=1, g_b=(ONE, 0, -ONE), g_r=(ONE,), h_b=(ONE, 0, 0), h_r=(ONE,))
FULL = replace(THICK, g_b=(ONE, 0), g_r=(0,))


def transcription(i: Instance) -> Any:
    """The whole trace, over all coordinates."""
    return trace(i, i.g_b, i.g_r)(slice(0, None))


def _louder(i: Instance, k: Fraction) -> Instance:
    names = ("g_b", "g_r", "h_b", "h_r")
    return replace(i, **{name: tuple(k * x for x in getattr(i, name)) for name in names})


CLAIM = Claim(
    items=("flops.sec4_2.majority", "flops.sec4_2.subsample"),
    readings=READINGS,
    family=FAMILY,
    symbols={
        db: lambda i: i.d_b,
        dr: lambda i: i.d_r,
        gb: lambda i: i.g_b,
        gr: lambda i: i.g_r,
        hb: lambda i: i.h_b,
        hr: lambda i: i.h_r,
    },
    laws={
        ub: Law(kind="gaussian", dim=db, points=lambda i: points("gaussian", i.d_b)),
        ur: Law(kind="gaussian", dim=dr, points=lambda i: points("gaussian", i.d_r)),
    },
    repair=Repair(
        changes="the deep layers have more than half of the parameters",
        statement=REPAIRED,
        nondegenerate=THICK,
        added=(Added(given=HALF, fails_without=EVEN),),
    ),
    steps=(
        PrintedStep(
            item="flops.sec4_2.subsample",
            text="shares of two samples, with gradients g and h: within a factor of 1 + 1/d_b",
            left=SHARES.start,
            relation="<=",
            right=SHARES.lines[-1].expr,
            by=SHARES,
        ),
    ),
    transcription=transcription,
    witnesses=(THIN, THICK, EVEN, FULL, MOST),
    tight_at=(THICK,),
    scalings=(Scaling(text="gradients times k", power=2, move=_louder),),
    mutants=(
        Mutant(text="a tenth more", right=RIGHT * 11 / 10, dies_at=THICK),
        Mutant(text="the other layers", left=Quantity(text="twice the rest", run=shallow), dies_at=FULL),
        Mutant(text="without the one", right=2 * (db + dr) * (norm2(gb) + norm2(gr)), dies_at=THICK),
    ),
    effort=0.1,
)
