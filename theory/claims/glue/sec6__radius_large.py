"""GLUE: how the bias of the two-point estimate depends on the radius.

Printed   Too large a radius mu of (3) biases the estimate: the bias grows with mu.
Repaired  not needed for the bias that the radius adds, on losses with a third derivative: the mean of the
          estimate of (3) with unit directions departs from its own limit g/K by (c mu^2 |t|^2 / (2K(K+2)))^2
          |t|^2, squared.  That K d u (or d u with normal directions) is off from g grows too.  The estimate
          of (3) itself is biased at every radius, by (K-1)/K of g as mu -> 0 (glue.sec4_2.unbiased), and a
          larger radius may lessen that.  On quadratic losses the radius makes no bias at all.
Shapes    see theory.claims.glue._smoothing.  Units: [L]^2, see the scaling.
Source    GLUE, Section 6, limitations.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._mixing import gradient, law_of
from theory.claims.glue._smoothing import (
    FAMILY,
    SYMBOLS,
    K,
    c,
    cubic,
    g,
    grow,
    mean_estimate,
    mu,
    slope,
    t,
)
from theory.family import Family, Instance, Integer, Matrix, Real, replace
from theory.notation import E, Vec, dot, norm2
from theory.proof import Calculus, Chain, Expect, Line

u, s = Vec("u"), Vec("s")  # on the sphere; normal


def bias(law: str, scaled: bool, share: bool = False):
    """instance -> |E ghat - g|^2, the estimate times K if scaled; from g/K in place of g if `share`."""

    def run(i: Instance):
        off = mean_estimate(i, law, i.K if scaled else 1) - gradient(i) / (i.K if share else 1)
        return off @ off

    return run


def squared(direction: Vec, scale, share=1) -> sp.Expr:
    """|E[scale d u] - share g|^2 where that vector is a multiple of t: (its product with t)^2 / |t|^2."""
    return E(sp.expand(dot(t, scale * slope(direction) * direction - share * g))) ** 2 / norm2(t)


BENDING = Family(
    fields={
        **FAMILY.fields,
        "K": Integer(1, 2),
        "P": Integer(1, 2),
        "Theta": Matrix("P", "K", Real(Fraction(1, 4), 3)),
        "c": Real(Fraction(1, 4), 3),
    },
    leaves_out="K > 2, P > 2, negative entries; the proofs cover every K, t, g and c",
)
BALL = (c * mu**2 * norm2(t) / (2 * (K + 2))) ** 2 * norm2(t)
GAUSS = (c * mu**2 * norm2(t) / 2) ** 2 * norm2(t)
SCALED, NORMAL = squared(u, K), squared(s, 1)
LIMIT = squared(u, 1, 1 / K)
GROWS = Given(text="the radius grows", fact=sp.Gt(grow, 0))
BENT = Given(text="the loss has a third derivative along t", fact=sp.And(sp.Gt(c**2, 0), sp.Gt(norm2(t), 0)))


def statement(
    text: str, law: str, scaled: bool, expr: sp.Expr | None, closed: sp.Expr | None, share: bool = False
) -> Statement:
    """The squared bias grows with the radius."""
    ahead = lambda x: x.subs(mu, mu + grow)
    chain = lambda: Chain(
        ahead(expr),
        (Line("==", ahead(closed), Expect()), Line(">", closed, Calculus(mu)), Line("==", expr, Expect())),
    )
    return Statement(
        text=text,
        left=Quantity(text="|E ghat - g|^2", run=bias(law, scaled, share), expr=expr),
        relation="increasing",
        along=Along(symbol=mu, field="mu", step="grow"),
        givens=(GROWS, BENT),
        proof=chain if closed is not None else None,
    )


PLANE = cubic(2, ((1, 1),), (1,), Fraction(1), grow=Fraction(1, 2))

CLAIM = Claim(
    items=("glue.sec6.radius_large",),
    readings=(
        statement(
            "what the radius adds: the mean of (3), unit directions, against its limit g/K",
            "sphere",
            False,
            LIMIT,
            BALL / K**2,
            True,
        ),
        statement("the mean of (3) against g, unit directions", "sphere", False, None, None),
        statement("the same, multiplied by K, which makes the limit g", "sphere", True, SCALED, BALL),
        statement("directions N(0, I), not normalised", "gaussian", False, NORMAL, GAUSS),
    ),
    family=BENDING,
    symbols=SYMBOLS,
    laws={u: law_of("sphere"), s: law_of("gaussian")},
    witnesses=(PLANE,),
    scalings=(
        Scaling(
            text="L -> kL",
            power=2,
            move=lambda i, k: replace(i, h=tuple(k * x for x in i.h), q=k * i.q, c=k * i.c),
        ),
    ),
    mutants=(
        Mutant(
            text="a loss without its cubic term",
            left=Quantity(
                text="|E ghat - g|^2, c = 0", run=lambda i: bias("sphere", False, True)(replace(i, c=0 * i.c))
            ),
            dies_at=PLANE,
        ),
        Mutant(
            text="against g",
            left=Quantity(text="|E ghat - g|^2", run=bias("sphere", False)),
            dies_at=PLANE,
        ),
        Mutant(
            text="radius and inverse radius exchanged",
            left=Quantity(
                text="bias at 1/mu",
                run=lambda i: bias("sphere", False, True)(replace(i, mu=Fraction(1) / i.mu)),
            ),
            dies_at=PLANE,
        ),
    ),
    effort=0.25,
)
