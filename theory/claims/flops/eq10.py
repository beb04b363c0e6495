"""FLOPS equation (10): the gradient of the allocator's objective as an expectation of cost times score.

Printed   grad J(lambda) = E[ sum_j Tr(Sigma_j / A_j) grad ln P(A) ], A ~ P(.|lambda), for the Gaussian
          allocator of (5), with lambda = (mu, Sigma).
Repaired  A takes finitely many positive values, each with positive probability at lambda, such as Gaussian
          weights on the whole numbers 1, ..., A_0 (a Gaussian above a least number: flops.eq10@truncated).
          For a Gaussian A_j neither side exists: 1/a times the score (a - mu)/sigma^2 times the density is of
          the order 1/|a| at 0, and the zero rule of Section 4.1 leaves the half axis a > 0, where it is so
          too.  Positive probability is needed: at an end of its range (p = 0 of the Bernoulli allocator) ln P
          has no derivative, and values that are not drawn yet contribute to grad J.
Shapes    as in theory.claims.flops._finite_law.
Units     [T] per query and unit of lambda, see the scalings.
Source    FLOPS, Section 4.2, equation (10); equation (5).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Existence, Mutant, Quantity, Repair, Statement
from theory.claims.flops._finite_law import (
    COIN,
    COST,
    EDGE,
    EXPECTED,
    FAMILY,
    PAIR,
    SCALINGS,
    SEEN,
    SLOPE,
    SYMBOLS,
    THREE,
    M,
    T,
    U,
    mu,
    n,
    scores,
    sigma,
    slope,
    u,
)
from theory.family import Instance
from theory.proof import Chain, Line, Rewrite

a = sp.Symbol("a", real=True)
NORMAL = sp.exp(-((a - mu) ** 2) / (2 * sigma**2)) / (sigma * sp.sqrt(2 * sp.pi))


def undefined(i: Instance) -> Fraction:
    """grad J of a Gaussian A_j: J itself has no value."""
    raise ZeroDivisionError("E[1/A_j] does not exist for a Gaussian A_j with positive variance")


LITERAL = Statement(
    text="the display, A_1 Gaussian with standard deviation mu/5 as in Section 4.3; derivative in mu",
    left=Quantity(text="dJ/dmu, A Gaussian", run=undefined),
    relation="==",
    right=EXPECTED,
    exists=(
        Existence(
            text="E[T_1/A_1 (A_1 - mu)/sigma^2] of a Gaussian A_1",
            variable=a,
            density=NORMAL,
            integrand=T[1] / a * (a - mu) / sigma**2,
            at=0,
            where=COIN,
        ),
    ),
)


def finite(text: str) -> Statement:
    """Both sides for a law of finitely many values."""
    return Statement(
        text=text,
        left=Quantity(text="dJ/dlambda", run=slope, expr=SLOPE),
        relation="==",
        right=EXPECTED,
        givens=(SEEN,),
        proof=lambda: Chain(SLOPE, (Line("==", EXPECTED, Rewrite(), "w dlnw/dlambda = dw/dlambda"),)),
    )


BERNOULLI = finite("P is the Bernoulli allocator of (6), whose values are finitely many and positive")
REPAIRED = finite("A takes finitely many positive values, each with positive probability")


def seen(i: Instance) -> Fraction:
    """E[cost times the score that is not centred], v/u: that of weights that are not normed."""
    total = sum(map(Fraction, i.u))
    drift = sum(map(Fraction, i.v)) / total
    return sum((p * c * (s + drift) for p, c, s in scores(i)), Fraction(0))


CLAIM = Claim(
    items=("flops.eq10",),
    readings=(LITERAL, BERNOULLI),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="P has finitely many positive values, all with positive probability, in place of a Gaussian",
        statement=REPAIRED,
        nondegenerate=COIN,
        added=(Added(given=SEEN, fails_without=EDGE),),
    ),
    witnesses=(COIN, PAIR, THREE, EDGE),
    tight_at=(COIN, THREE),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="the other sign: ascent", right=-EXPECTED, dies_at=COIN),
        Mutant(
            text="score of weights that are not normed",
            left=Quantity(text="E[cost v/u]", run=seen),
            dies_at=COIN,
        ),
        Mutant(text="the cost without the score", right=sp.Sum(u[n] / U * COST, (n, 1, M)), dies_at=THREE),
    ),
)
