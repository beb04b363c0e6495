"""GLUE: whether the curvature of the loss enters the variance of the two-point estimate.

Printed   The estimator's variance grows with dimension and curvature.
Repaired  not needed at a given distance from the minimiser: there |g| is curvature times distance, and the
          variance grows with its square.  At a point with a given gradient curvature does not enter: with
          symmetric probes the second-order term cancels in every single draw, so that the mean square error
          is the same with and without it, for all K, m and mu.  Dimension: glue.sec6.variance_K.
          (One-sided and one-point estimates, of which the sentence's source treats the latter, do feel it;
          changes of curvature enter with the radius.)
Shapes    see theory.claims.glue._smoothing; q is the curvature along t.  Units: [L]^2, see the scaling.
Source    GLUE, Section 2, paragraph 4.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.spsa import mean_square_error, two_point
from theory.claim import Along, Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._mixing import array, error, identity, law_of, number, rule
from theory.claims.glue._smoothing import FAMILY, SYMBOLS, K, a, change_along, cubic, g, grow, m, mu, q, slope
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.notation import Avg, E, Vec, dot, norm2
from theory.proof import Calculus, Chain, Expect, Line

u = Vec("u")


def bowl(i: Instance) -> Any:
    """tr Cov(gbar) at distance |a| from the minimiser of q |y - a|^2/2, run."""
    weights, vectors = rule(i, "sphere")
    away, curvature = array(i, i.a), number(i, i.q)
    round_loss = lambda y: curvature * ((y - away) ** 2).sum(-1) / 2
    ghat = two_point(round_loss, 0 * away, number(i, i.mu), vectors)
    return mean_square_error(ghat, weights @ ghat, i.m, weights)


APART = E(norm2(Avg(dot(a, u) * u - a / K, m)))


def farther() -> Chain:
    """In closed form, then the sign of the derivative in q."""
    closed = q**2 * (K - 1) / (m * K**2) * norm2(a)
    ahead = lambda x: x.subs(q, q + grow)
    return Chain(
        ahead(q**2) * APART,
        (
            Line("==", ahead(closed), Expect()),
            Line(">", closed, Calculus(q)),
            Line("==", q**2 * APART, Expect()),
        ),
    )


def mean_square(d: Any) -> Any:
    """E|mean over m of d u - g|^2."""
    return E(norm2(Avg(d * u, m) - g))


# Written with its even terms: [L(mu u) - L(-mu u)]/(2 mu), q included, not simplified by hand.
WITH = sp.expand((change_along(mu * u) - change_along(-mu * u)) / (2 * mu))
WITHOUT = slope(u).subs(q, 0)
EXPR, FLAT = mean_square(WITH), mean_square(WITHOUT)
LEFT = Quantity(text="E|gbar - g|^2 on a curved loss", run=error("sphere"), expr=EXPR)


CURVED = Given(text="the loss is curved along t: q > 0", fact=sp.Gt(q, 0))
CURVED_FAMILY = Family(
    fields={
        **FAMILY.fields,
        "K": Integer(2, 3),
        "q": Real(Fraction(1, 4), 3),
        "a": Vector("K", Real(Fraction(1, 4), 2)),
    },
    leaves_out="K > 3, negative curvature, negative distances; the proofs cover them",
)
PLANE = cubic(2, identity(2), (1, 0), Fraction(1), q=1, c=0, a=(1, 1))
SPACE = cubic(3, identity(3), (1, -2, 2), Fraction(1, 2), q=2, m=2, a=(1, 1, 1))

CLAIM = Claim(
    items=("glue.sec2.variance_growth",),
    readings=(
        Statement(
            text="at a given distance from the minimiser: more curvature, a longer gradient, more variance",
            left=Quantity(text="tr Cov(gbar) for L = q |y - a|^2/2", run=bowl, expr=q**2 * APART),
            relation="increasing",
            along=Along(symbol=q, field="q", step="grow"),
            givens=(
                CURVED,
                Given(
                    text="curvature is added, a != 0, K >= 2",
                    fact=sp.And(sp.Gt(grow, 0), sp.Gt(norm2(a), 0), sp.Ge(K, 2)),
                ),
            ),
            proof=farther,
        ),
        Statement(
            text="at a given gradient: curvature adds to the error",
            left=LEFT,
            relation=">",
            right=FLAT,
            givens=(CURVED,),
        ),
        Statement(
            text="at a given gradient: curvature changes nothing",
            left=LEFT,
            relation="==",
            right=FLAT,
            proof=lambda: Chain(EXPR, (Line("==", FLAT, Expect()),)),
        ),
    ),
    family=CURVED_FAMILY,
    symbols=SYMBOLS,
    laws={u: law_of("sphere")},
    witnesses=(PLANE, SPACE),
    scalings=(
        Scaling(
            text="L -> kL",
            power=2,
            move=lambda i, k: replace(i, h=tuple(k * x for x in i.h), q=k * i.q, c=k * i.c, grow=k * i.grow),
        ),
    ),
    mutants=(
        Mutant(
            text="relative to the squared gradient",
            left=Quantity(text="tr Cov / q^2", run=lambda i: bowl(i) / number(i, i.q) ** 2),
            dies_at=PLANE,
        ),
        Mutant(
            text="the gradient kept", left=Quantity(text="E|gbar - g|^2", run=error("sphere")), dies_at=PLANE
        ),
        Mutant(
            text="distance divided by the curvature squared",
            left=Quantity(text="tr Cov / q^4", run=lambda i: bowl(i) / number(i, i.q) ** 4),
            dies_at=PLANE,
        ),
    ),
    effort=0.2,
)
