"""GLUE: how the noise of the two-point estimate depends on the radius.

Printed   Too small a radius mu increases noise.
Repaired  not needed where the two losses carry independent errors of variance sigma^2 (rounding, different
          batches, dropout): they add sigma^2/(2 m mu^2) to the trace of the covariance.  With the
          deterministic probes on one minibatch that Section 3.2 asks for there is no such noise: the trace
          tends to (K-1)/(mK^2) |g|^2 as mu -> 0, and no radius is too small until rounding sets in.
Shapes    see theory.claims.glue._smoothing; errors: signs times sigma.  Units: [L]^2, see the scaling.
Source    GLUE, Section 6, limitations; Section 3.2 (deterministic inference, same minibatch).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.directions import points
from sim.spsa import mean_square_error
from theory.claim import Along, Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._mixing import array, identity, law_of, number, rule, spread
from theory.claims.glue._smoothing import FAMILY, SYMBOLS, cubic, grow, m, mu
from theory.family import Family, Instance, Real, replace
from theory.notation import Avg, E, Law, Vec, dot, norm2
from theory.proof import Calculus, Chain, Expect, Line

u, w, both = Vec("u"), Vec(r"\epsilon"), Vec("b")  # direction; signs of the two errors; (1, -1)
sigma = sp.Symbol(r"\sigma", positive=True)


def noise(i: Instance) -> Any:
    """The trace of the covariance of what the errors add: all signs and directions are run through."""
    weights, vectors = rule(i, "sphere")
    made, shares = [], []
    for first in (1, -1):
        for second in (1, -1):
            slope = number(i, i.sigma) * (first - second) / (2 * number(i, i.mu))
            made += [slope * v for v in vectors]
            shares += [share / 4 for share in weights]
    return mean_square_error(array(i, made), vectors[0] * 0, i.m, array(i, shares))


NOISE = E(norm2(Avg(sigma * dot(w, both) / (2 * mu) * u, m)))
CLOSED = sigma**2 * norm2(both) / (4 * mu**2 * m)
GROWS = Given(text="the radius grows", fact=sp.Gt(grow, 0))
PAIR = Given(text="b = (1, -1): the difference of the two errors", fact=sp.Eq(norm2(both), 2))
ALONG = Along(symbol=mu, field="mu", step="grow")


def proof() -> Chain:
    """In closed form, then the sign of the derivative in mu."""
    ahead = lambda x: x.subs(mu, mu + grow)
    return Chain(
        ahead(NOISE),
        (
            Line("==", ahead(CLOSED), Expect()),
            Line("<", CLOSED, Calculus(mu)),
            Line("==", NOISE, Expect()),
        ),
    )


one = Fraction(1)
PLANE = cubic(2, identity(2), (1, 0), one, c=0)
PLANE = Instance(**dict(PLANE), sigma=one)

CLAIM = Claim(
    items=("glue.sec6.radius_small",),
    readings=(
        Statement(
            text="errors of the two evaluations, independent, of variance sigma^2: what they add falls in mu",
            left=Quantity(text="tr Cov of the noise", run=noise, expr=NOISE),
            relation="decreasing",
            along=ALONG,
            givens=(GROWS, PAIR),
            proof=proof,
        ),
        Statement(
            text="deterministic probes, as in Section 3.2: the trace of the covariance of gbar falls in mu",
            left=Quantity(text="tr Cov(gbar)", run=spread("sphere")),
            relation="decreasing",
            along=ALONG,
            givens=(GROWS,),
        ),
    ),
    family=Family(
        fields={**FAMILY.fields, "sigma": Real(0, 3, open="lo")},
        leaves_out="errors that are not signs; only their variance and independence enter the proof",
    ),
    symbols={**SYMBOLS, both: lambda i: (1, -1), sigma: lambda i: i.sigma},
    laws={
        u: law_of("sphere"),
        w: Law(kind="rademacher", dim=sp.Integer(2), points=lambda i: points("rademacher", 2)),
    },
    witnesses=(PLANE,),
    scalings=(Scaling(text="errors times k", power=2, move=lambda i, k: replace(i, sigma=k * i.sigma)),),
    mutants=(
        Mutant(
            text="both probes with one error",
            left=Quantity(text="noise cancelled", run=lambda i: 0 * noise(i)),
            dies_at=PLANE,
        ),
        Mutant(
            text="a slope that is not divided by mu",
            left=Quantity(text="noise times mu^2", run=lambda i: noise(i) * number(i, i.mu) ** 2),
            dies_at=PLANE,
        ),
        Mutant(
            text="divided by sqrt(mu), times mu^3",
            left=Quantity(text="noise times mu^3", run=lambda i: noise(i) * number(i, i.mu) ** 3),
            dies_at=PLANE,
        ),
    ),
    effort=0.3,
)
