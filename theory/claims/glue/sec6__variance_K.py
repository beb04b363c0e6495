"""GLUE: whether the variance of the two-point estimate grows with the number of experts.

Printed   The variance grows with K (also: it scales with the mixture dimension).
Repaired  for the estimate that is unbiased, K ghat: (K-1)/m |g|^2, at equal |g|.  The trace of the covariance
          of ghat itself with unit directions, which is the variance as the text defines it, is
          (K-1)/(mK^2) |g|^2: it falls from K = 2 on, because ghat shrinks like 1/K.  The error around g, the
          left side of Proposition 1, grows, but is never more than |g|^2; and the trace grows, to x^2/m, if
          every expert adds a derivative of one size x.
Shapes    g: (K,), (x, 0, ..., 0) unless told otherwise: one more expert whose derivative is 0.
Units     [L]^2, see the scaling.
Source    GLUE, Section 6, limitations; Section 1, contribution 2; Section 4, (ii); definition: Section 4.2.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from sim.directions import half
from sim.spsa import mean_square_error, two_point
from theory.claim import Added, Along, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.glue._mixing import K, g, law_of, m, number
from theory.family import Family, Instance, Integer, Real, replace
from theory.notation import Avg, E, Vec, dot, norm2
from theory.proof import Calculus, Chain, Expect, Line

u = Vec("u")
grow = sp.Symbol("grow", positive=True, integer=True)
GHAT = dot(g, u) * u
g2 = sp.Symbol(r"\|g\|^2", nonnegative=True)
SPREAD, MSE = (K - 1) / (m * K**2) * g2, (K - 1) * (1 + m * (K - 1)) / (m * K**2) * g2
SCALED = (K - 1) / m * g2
UNBIASED = E(norm2(Avg(K * GHAT - g, m)))


def made(i: Instance, scale: Any = 1, equal: bool = False) -> tuple[Any, np.ndarray, np.ndarray]:
    """(weights, ghat for every direction, g): the estimator is run on the linear loss <g, .>."""
    arithmetic = np.frompyfunc(lambda x: number(i, x), 1, 1)
    weights, vectors = (arithmetic(np.array(part, dtype=object)) for part in half("sphere", i.K))
    g = arithmetic(np.array([i.x] + [i.x if equal else 0] * (i.K - 1), dtype=object))
    ghat = two_point(lambda y: y @ g, g * 0, number(i, i.mu), vectors)
    return weights, scale * ghat, g


def around_mean(i: Instance, scaled: bool = False, equal: bool = False) -> Any:
    """tr Cov(gbar), of K gbar if scaled; g = (x, ..., x) if equal."""
    weights, ghat, _ = made(i, i.K if scaled else 1, equal)
    return mean_square_error(ghat, weights @ ghat, i.m, weights)


def around_g(i: Instance) -> Any:
    """E|gbar - g|^2."""
    weights, ghat, g = made(i)
    return mean_square_error(ghat, g, i.m, weights)


MORE = Given(text="one expert more, or several; |g| stays", fact=sp.Gt(grow, 0))
SLOPE = Given(text="g is not zero", fact=sp.Gt(g2, 0))


def statement(text: str, name: str, run: Any, expr: Any, proved: bool = True) -> Statement:
    """A quantity grows with K; its closed form is compared with the run."""
    chain = lambda: Chain(expr.subs(K, K + grow), (Line(">", expr, Calculus(K)),))
    return Statement(
        text=text,
        left=Quantity(text=name, run=run, expr=expr),
        relation="increasing",
        along=Along(symbol=K, field="K", step="grow"),
        givens=(MORE, SLOPE),
        proof=chain if proved else None,
    )


PAIR = Instance(K=2, grow=1, m=1, x=Fraction(1), mu=Fraction(1))
STILL = replace(PAIR, x=Fraction(0))

CLAIM = Claim(
    items=("glue.sec6.variance_K", "glue.sec1.contrib2_variance"),
    readings=(
        statement(
            "the trace of the covariance, as the text defines it, at equal |g|",
            "tr Cov(gbar)",
            around_mean,
            SPREAD,
            False,
        ),
        statement("the error around g, as Proposition 1 has it", "E|gbar - g|^2", around_g, MSE),
        statement(
            "the trace of the covariance, each expert adding a derivative of one size: |g|^2 = K x^2",
            "tr Cov(gbar), g = x 1",
            lambda i: around_mean(i, equal=True),
            SPREAD.subs(g2, K * g2),
        ),
    ),
    family=Family(
        fields={
            "K": Integer(1, 5),
            "grow": Integer(1, 2),
            "m": Integer(1, 4),
            "x": Real(Fraction(1, 4), 3),
            "mu": Real(0, 2, open="lo"),
        },
        leaves_out="gradients that change as experts are added; other laws of directions",
    ),
    symbols={
        K: lambda i: i.K,
        grow: lambda i: i.grow,
        m: lambda i: i.m,
        g2: lambda i: i.x**2,
        g: lambda i: (i.x, *(0 * i.x,) * (i.K - 1)),
    },
    laws={u: law_of("sphere")},
    repair=Repair(
        changes="for the unbiased estimate K ghat",
        statement=statement(
            "the trace of the covariance of K gbar", "tr Cov(K gbar)", lambda i: around_mean(i, True), SCALED
        ),
        nondegenerate=PAIR,
        added=(Added(given=SLOPE, fails_without=STILL),),
    ),
    steps=(
        PrintedStep(
            item="glue.sec1.contrib2_variance",
            text="the exact law of the unbiased estimate, for every K and m",
            left=UNBIASED,
            relation="==",
            right=(K - 1) / m * norm2(g),
            by=Expect(),
        ),
    ),
    witnesses=(PAIR,),
    scalings=(Scaling(text="L -> kL", power=2, move=lambda i, k: replace(i, x=k * i.x)),),
    mutants=(
        Mutant(
            text="the estimate without the factor K",
            left=Quantity(text="tr Cov(gbar)", run=around_mean),
            dies_at=PAIR,
        ),
        Mutant(
            text="a batch of K directions",
            left=Quantity(text="tr Cov, m = K", run=lambda i: around_mean(replace(i, m=i.K))),
            dies_at=PAIR,
        ),
        Mutant(
            text="relative to K^2",
            left=Quantity(text="tr Cov(K gbar)/K^2", run=lambda i: around_mean(i, True) / i.K**2),
            dies_at=PAIR,
        ),
    ),
    effort=0.2,
)
