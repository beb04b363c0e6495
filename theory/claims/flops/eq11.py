"""FLOPS equation (11): the likelihood-ratio estimate of the allocator's gradient from K draws of A.

Printed   grad J^(lambda) = (1/K) sum_k [ sum_j Tr(Sigma_j / A_j^(k)) grad ln P(A^(k)) ], A^(k) i.i.d. from
          P(.|lambda), as an estimate of grad J(lambda), for the Gaussian allocator.
Repaired  the finite laws of equation (10): then it is unbiased for every K, with or without a constant that
          is subtracted from the cost, and its variance is 1/K of that of one draw.  For a Gaussian A_j one
          draw has no mean, so that no number of draws makes the average settle.
Shapes    as in theory.claims.flops._finite_law; K draws.
Units     [T] per query and unit of lambda, see the scalings.
Source    FLOPS, Section 4.2, equation (11); equation (5).
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Mutant, Quantity, Repair, Statement
from theory.claims.flops._finite_law import (
    COIN,
    COST,
    EDGE,
    EXPECTED,
    FAMILY,
    PAIR,
    SCALINGS,
    SCORE,
    SEEN,
    SLOPE,
    SYMBOLS,
    THREE,
    K,
    M,
    U,
    n,
    scores,
    u,
)
from theory.claims.flops.eq10 import LITERAL, undefined
from theory.family import Instance
from theory.proof import Chain, Line, Rewrite

k = sp.Symbol("k", positive=True, integer=True)
b = sp.Symbol("b", real=True)
AVERAGE: Any = sp.Sum(EXPECTED, (k, 1, K)) / K
CENTRED: Any = sp.Sum(sp.Sum(u[n] / U * (COST - b) * SCORE, (n, 1, M)), (k, 1, K)) / K
SECOND: Any = sp.Sum(u[n] / U * (COST * SCORE) ** 2, (n, 1, M))
# E of the squared mean: K draws with themselves, K (K - 1) pairs of independent ones
PAIRS: Any = (K * SECOND + K * (K - 1) * EXPECTED**2) / K**2 - EXPECTED**2

Draws = list[tuple[Fraction, Fraction, Fraction]]


def mean_term(draws: Draws, baseline: Fraction = Fraction(0)) -> Fraction:
    """Equation (11): the mean over the draws of (cost - baseline) times score."""
    return sum(((c - baseline) * s for _, c, s in draws), Fraction(0)) / len(draws)


def apart(draws: Draws) -> Fraction:
    """The mean cost times the mean score: a wrong estimate."""
    cost, score = (sum((d[part] for d in draws), Fraction(0)) / len(draws) for part in (1, 2))
    return cost * score


def over_all(estimate: Callable[[Draws], Fraction], i: Instance, power: int = 1) -> Fraction:
    """E[estimate^power] over all K-tuples of draws, with their probabilities."""
    tuples = product(scores(i), repeat=i.K)
    return sum((prod(p for p, _, _ in d) * estimate(list(d)) ** power for d in tuples), Fraction(0))


def variance(i: Instance) -> Fraction:
    """Var of the estimate by enumeration."""
    return over_all(mean_term, i, 2) - over_all(mean_term, i) ** 2


def centre(i: Instance) -> Fraction:
    """A constant for the baseline: the cost of the first value."""
    return Fraction(i.roots[0]) ** 2 / Fraction(i.atoms[0][0])


def unbiased(text: str, estimate: Callable[[Instance], Fraction], expr: Any) -> Statement:
    """E of an estimate is grad J, proved through the expectation (10)."""
    steps = (Line("==", EXPECTED, Rewrite(), "K equal means"), Line("==", SLOPE, Rewrite(), "eq. (10)"))
    return Statement(
        text=text,
        left=Quantity(text="E[estimate (11)]", run=estimate, expr=expr),
        relation="==",
        right=SLOPE,
        givens=(SEEN,),
        proof=lambda: Chain(expr, steps),
    )


BASELINE = unbiased(
    "with a constant baseline b, cost - b in place of the cost; A with finitely many positive values",
    lambda i: over_all(lambda d: mean_term(d, centre(i)), i),
    CENTRED,
)
NOISE = Statement(
    text="the variance is 1/K of that of one draw; A with finitely many positive values",
    left=Quantity(text="Var[estimate (11)]", run=variance, expr=PAIRS),
    relation="==",
    right=(SECOND - SLOPE**2) / K,
    givens=(SEEN,),
    proof=lambda: Chain(
        PAIRS,
        (
            Line("==", (SECOND - EXPECTED**2) / K, Rewrite()),
            Line("==", (SECOND - SLOPE**2) / K, Rewrite(), "eq. (10)"),
        ),
    ),
)
ONE_DRAW = replace(
    LITERAL,
    text="the display, A_1 Gaussian with standard deviation mu/5 as in Section 4.3: the mean of one draw",
    left=Quantity(text="E[estimate (11)], A Gaussian", run=undefined),
    right=SLOPE,
)
BERNOULLI = unbiased(
    "P is the Bernoulli allocator of (6), whose values are finitely many and positive",
    lambda i: over_all(mean_term, i),
    AVERAGE,
)
REPAIRED = unbiased(
    "A takes finitely many positive values, each with positive probability",
    lambda i: over_all(mean_term, i),
    AVERAGE,
)

CLAIM = Claim(
    items=("flops.eq11", "flops.alg.lambda"),
    readings=(ONE_DRAW, BERNOULLI, BASELINE, NOISE),
    family=FAMILY,
    symbols={**SYMBOLS, b: centre},
    repair=Repair(
        changes="P has finitely many positive values, all with positive probability, in place of a Gaussian",
        statement=REPAIRED,
        nondegenerate=COIN,
        added=(Added(given=SEEN, fails_without=EDGE),),
    ),
    witnesses=(COIN, PAIR, THREE, EDGE),
    tight_at=(COIN, PAIR, THREE),
    scalings=SCALINGS,
    mutants=(
        Mutant(
            text="mean cost times mean score",
            left=Quantity(text="E", run=lambda i: over_all(apart, i)),
            dies_at=THREE,
        ),
        Mutant(
            text="divided by K - 1 in place of K",
            left=Quantity(text="E", run=lambda i: over_all(mean_term, i) * i.K / (i.K - 1 or 2)),
            dies_at=PAIR,
        ),
        Mutant(text="ascent", right=-SLOPE, dies_at=COIN),
    ),
    effort=0.5,
)
