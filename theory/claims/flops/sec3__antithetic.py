"""FLOPS on antithetic pairs: whether they reduce the variance of evolution strategies.

Printed   SPSA is eq. (2) with antithetic pairs, which are to lower the variance.
Repaired  for losses whose even part outweighs the slope: (d+1) |g|^2 <= E|z|^2 e(z)^2 / sigma^4, where
          g = grad L(theta) and e(z) is the even part of L(theta + z); the condition is also necessary.
          A pair costs two queries.  Against two independent queries it has twice the variance where L is
          linear and vanishes at theta; it wins where L(theta) is large, as it is without a baseline.  Counted
          by samples, one pair against one query, it never loses.
Shapes    theta, g, z: (d,); variances are traces of covariance matrices.
Units     squared gradient.
Source    FLOPS, Section 3, below eq. (2); variances for losses that are quadratic along one direction.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from sim.directions import points
from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.flops._noise import GAUSSIAN, SYMBOLS, b, d, loss, louder, q, sigma, u
from theory.claims.flops._parameters import CUBIC, FAMILY, PLAIN, VALUES
from theory.family import Derived, Family, Instance, floats, replace
from theory.notation import E, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Lemma, Line

g, here = Vec("g"), sp.Symbol("L(theta)", real=True)

QUADRATIC = Family(
    fields={
        **FAMILY.fields,
        "c": Derived(lambda f: Fraction(0)),
        "law": Derived(lambda f: "gaussian"),
        "z": Derived(lambda f: (Fraction(0),) * f.d),
    },
    leaves_out="losses that are not quadratic along one direction and linear along the others",
)


@lru_cache(maxsize=8)
def _rule(size: int, floating: bool) -> tuple:
    rule = points("gaussian", size)
    return floats(rule) if floating else rule


def _estimates(i: Instance, paired: bool) -> tuple:
    """(weights, estimates) over points with Gaussian moments: L z / sigma^2, or its mean over +-z."""
    weights, directions = _rule(i.d, isinstance(i.width, float))
    rows = []
    for point in directions:
        z = [i.width * x for x in point]
        plus, minus = (loss(i, [t + s * x for t, x in zip(i.theta, z, strict=True)]) for s in (1, -1))
        value = Fraction(1, 2) * (plus - minus) if paired else plus
        rows.append([value * x / i.width**2 for x in z])
    return weights, rows


def trace(i: Instance, paired: bool) -> Any:
    """The trace of the covariance matrix of one estimate."""
    weights, rows = _estimates(i, paired)
    square = sum(w * sum(x * x for x in row) for w, row in zip(weights, rows, strict=True))
    mean = [sum(w * x for w, x in zip(weights, column, strict=True)) for column in zip(*rows, strict=True)]
    return square - sum(x * x for x in mean)


def gradient(i: Instance) -> tuple:
    """grad L(theta)."""
    ridge = sum(x * y for x, y in zip(i.b, i.theta, strict=True))
    return tuple(x + i.q * ridge * y for x, y in zip(i.h, i.b, strict=True))


N = norm2(b)
EVEN = (here**2 * d + here * q * sigma**2 * N * (d + 2) + 3 * q**2 * sigma**4 * N**2 * (d + 4) / 4) / sigma**2
PAIR = E(norm2(u) * dot(g, u) ** 2) - norm2(g)
SLOPE = (d + 1) * norm2(g)
ALONE, TWO = EVEN + SLOPE, (EVEN + SLOPE) / 2
OUTWEIGHED = Given(
    text="(d+1) |grad L|^2 <= E|z|^2 e(z)^2 / sigma^4, e the even part of the loss around theta",
    fact=sp.Le(SLOPE, EVEN, evaluate=False),
)
RUN = Quantity(text="tr Cov of the pair", run=lambda i: trace(i, True), expr=PAIR)

READINGS = (
    Statement(
        text="at equal cost: one pair against the mean of two independent queries",
        left=RUN,
        relation="<=",
        right=TWO,
    ),
    Statement(
        text="one pair against one query, samples G counted as in the paper",
        left=RUN,
        relation="<=",
        right=ALONE,
        proof=lambda: Chain(
            PAIR,
            (
                Line("==", SLOPE, Expect()),
                Line(
                    "<=",
                    ALONE,
                    Entail((Lemma("square_nonneg", {"v": b}),)),
                    "a positive form",
                ),
            ),
        ),
    ),
)
REPAIRED = Statement(
    text="at equal cost, where the even part of the loss outweighs its slope",
    left=RUN,
    relation="<=",
    right=TWO,
    givens=(OUTWEIGHED,),
    proof=lambda: Chain(PAIR, (Line("==", SLOPE, Expect()), Line("<=", TWO, Entail()))),
)


def transcription(i: Instance) -> Any:
    """Half the trace of one estimate: two independent queries."""
    return Fraction(1, 2) * trace(i, False)


ONE = Fraction(1)
VANISHING = replace(PLAIN, level=0)
HIGH = replace(PLAIN, level=2 * ONE, width=ONE / 2)
NEAR = replace(PLAIN, level=3 * ONE / 2, width=ONE)
WIDE = replace(CUBIC, c=Fraction(0), law="gaussian", z=(Fraction(0), Fraction(0)), level=2 * ONE, h=(ONE, 0))
BOWL = replace(PLAIN, h=(0,), b=(ONE,), q=ONE)
BARELY = replace(BOWL, h=(ONE / 3,), b=(ONE / 2,))  # the even part outweighs the slope by a twentieth


def _longer(i: Instance, t: Fraction) -> Instance:
    h, b = (tuple(x / t for x in y) for y in (i.h, i.b))
    return replace(i, theta=tuple(t * x for x in i.theta), h=h, b=b, width=t * i.width)


CLAIM = Claim(
    items=("flops.sec3.antithetic",),
    readings=READINGS,
    family=QUADRATIC,
    symbols={**SYMBOLS, **VALUES, g: gradient, here: lambda i: loss(i, i.theta)},
    laws=GAUSSIAN,
    repair=Repair(
        changes="the even part of the loss around theta outweighs its slope",
        statement=REPAIRED,
        nondegenerate=HIGH,
        added=(Added(given=OUTWEIGHED, fails_without=VANISHING),),
    ),
    transcription=transcription,
    witnesses=(VANISHING, HIGH, NEAR, WIDE, BOWL, BARELY),
    scalings=(
        Scaling(text="losses times k", power=2, move=louder),
        Scaling(text="parameters times k", power=-2, move=_longer),
    ),
    mutants=(
        Mutant(
            text="a single query on the left",
            left=Quantity(text="tr Cov of one query", run=lambda i: trace(i, False)),
            dies_at=HIGH,
        ),
        Mutant(text="a sixteenth of the even part", right=(EVEN / 16 + SLOPE) / 2, dies_at=NEAR),
        Mutant(text="two pairs", right=TWO / 2, dies_at=NEAR),
        Mutant(text="the slope alone", right=SLOPE / 2, dies_at=HIGH),
    ),
    effort=0.2,
)
