"""GLUE: averaging over more directions, drawn independently or as an orthonormal batch.

Printed   The variance can be reduced by averaging over m independently sampled directions; m = 1 already is
          stable, consistent with the 1/m scaling.
Repaired  not needed for the variance, (K-1)/(mK^2) |g|^2 with unit directions, K >= 2.  The error around g
          does not go to zero with m: ((K-1)/K)^2 |g|^2 is left, the squared bias, unless the estimate is
          multiplied by K: "better approximations to the true gradient" (Section 5) needs that factor.
          An orthonormal batch (coordinates drawn without replacement, a random frame) is not independent,
          and better: (K-m)/(mK^2) |g|^2, exactly zero at m = K, since the cross terms vanish.
Shapes    g, u: (K,); m directions.  Units: [L]^2, see the scaling.
Source    GLUE, Section 3.2, sentence before eq. (3); Section 4.2, after the proof; Section 5, results.
"""

from fractions import Fraction
from itertools import combinations
from typing import Any

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.glue._mixing import FAMILY as MIXING
from theory.claims.glue._mixing import (
    K,
    error,
    g,
    gradient,
    law_of,
    limits,
    linear,
    m,
    mu,
    number,
    spread,
)
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.notation import Avg, E, Vec, dot, norm2
from theory.proof import Calculus, Chain, Expect, Line

u = Vec("u")
more = sp.Symbol("more", positive=True, integer=True)
floor = sp.Symbol("floor", nonnegative=True)
GHAT = dot(g, u) * u
SPREAD, MSE = E(norm2(Avg(GHAT - g / K, m))), E(norm2(Avg(GHAT, m) - g))
BATCH = E(dot(g, u) ** 2) / m - norm2(g) / K**2  # |mean|^2 = (1/m^2) sum <g, u_r>^2: the frame is orthonormal
SLOPE = Given(text="K >= 2 and g is not zero", fact=sp.And(sp.Ge(K, 2), sp.Gt(norm2(g), 0)))
GROWS = Given(text="directions are added", fact=sp.Gt(more, 0))
FEW = Given(text="no more directions than coordinates", fact=sp.Le(m, K))


def coordinates(i: Instance) -> Any:
    """E|gbar - E gbar|^2 for m coordinate directions without replacement: all subsets are run through."""
    slope = gradient(i)
    batches = list(combinations(range(i.K), i.m))
    means = [[slope[k] / i.m if k in batch else 0 * slope[k] for k in range(i.K)] for batch in batches]
    centre = [sum(mean[k] for mean in means) / len(means) for k in range(i.K)]
    off = [sum((x - c) ** 2 for x, c in zip(mean, centre, strict=True)) for mean in means]
    return sum(off[1:], off[0]) / len(off)


def falls(expr: Any, closed: Any) -> Chain:
    """In closed form one step on, then the sign of the derivative in m."""
    ahead = lambda x: x.subs(m, m + more)
    return Chain(
        ahead(expr),
        (Line("==", ahead(closed), Expect()), Line("<", closed, Calculus(m)), Line("==", expr, Expect())),
    )


VALUE = (K - 1) / (m * K**2) * norm2(g)
WHOLE = (K - 1) * (1 + m * (K - 1)) / (m * K**2) * norm2(g)
REST = (K - m) / (m * K**2) * norm2(g)


def statement(text: str, name: str, run: Any, expr: Any, closed: Any) -> Statement:
    """A quantity that falls with m."""
    return Statement(
        text=text,
        left=Quantity(text=name, run=run, expr=expr),
        relation="decreasing",
        along=Along(symbol=m, field="m", step="more"),
        givens=(SLOPE, GROWS),
        proof=lambda: falls(expr, closed),
    )


def at(K: int, m: int) -> Instance:
    """One parameter, equal experts, a linear loss, one direction more."""
    return Instance(**dict(linear(K, m, ((1,) * K,), (1,))), more=1)


PLANE, FULL = at(2, 1), at(2, 2)

CLAIM = Claim(
    items=(
        "glue.sec4_2.more_directions",
        "glue.sec3_2.averaging",
        "glue.sec4_2.m1_stable",
        "glue.sec5.averaging_gap",
    ),
    readings=(
        statement(
            "independent directions: the variance falls",
            "tr Cov(gbar)",
            spread("sphere", limits),
            SPREAD,
            VALUE,
        ),
        statement(
            "the error around g falls too",
            "E|gbar - g|^2",
            error("sphere", limits),
            MSE,
            WHOLE,
        ),
        Statement(
            text="an orthonormal batch: the exact law, zero at m = K",
            left=Quantity(text="tr Cov(gbar), drawn without replacement", run=coordinates, expr=BATCH),
            relation="==",
            right=REST,
            givens=(FEW,),
            proof=lambda: Chain(BATCH, (Line("==", REST, Expect()),)),
        ),
        Statement(
            text="with m directions the error around g is 1/m of that with one",
            left=Quantity(text="E|gbar - g|^2", run=error("sphere", limits), expr=MSE),
            relation="<=",
            right=(K - 1) / (m * K) * norm2(g),
            givens=(SLOPE,),
        ),
    ),
    family=Family(
        fields={
            **MIXING.fields,
            "K": Integer(2, 4),
            "Theta": Matrix("P", "K", Real(Fraction(1, 4), 3)),
            "h": Vector("P", Real(Fraction(1, 4), 3)),
            "mu": Real(1, 1),
            "more": Integer(1, 3),
        },
        leaves_out="K > 4, negative entries; radii above zero (the limit is taken)",
    ),
    symbols={
        K: lambda i: i.K,
        m: lambda i: i.m,
        mu: lambda i: i.mu,
        more: lambda i: i.more,
        g: lambda i: tuple(gradient(i).tolist()),
    },
    laws={u: law_of("sphere")},
    steps=(
        PrintedStep(
            item="glue.sec4_2.m1_stable",
            text="the 1/m scaling: m = 1 has the largest variance; that it is stable is a finding",
            left=SPREAD,
            relation="==",
            right=SPREAD.subs(m, 1) / m,
            by=Expect(),
        ),
    ),
    witnesses=(PLANE, FULL),
    scalings=(Scaling(text="L -> kL", power=2, move=lambda i, k: replace(i, h=tuple(k * x for x in i.h))),),
    mutants=(
        Mutant(
            text="one direction used m times",
            left=Quantity(text="tr Cov, m = 1", run=lambda i: spread("sphere", limits)(replace(i, m=1))),
            dies_at=PLANE,
        ),
        Mutant(
            text="the sum in place of the mean",
            left=Quantity(
                text="tr Cov(m gbar)", run=lambda i: spread("sphere", limits)(i) * number(i, i.m * i.m)
            ),
            dies_at=PLANE,
        ),
        Mutant(
            text="batches without replacement, not beyond K",
            left=Quantity(text="tr Cov, frame", run=lambda i: coordinates(replace(i, m=min(i.m, i.K - 1)))),
            dies_at=PLANE,
        ),
    ),
    effort=0.2,
)
