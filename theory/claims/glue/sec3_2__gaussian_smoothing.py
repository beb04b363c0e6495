"""GLUE: of which smoothed loss the two-point estimate is the gradient.

Printed   The finite difference along u (normalised) induces the Gaussian-smoothing gradient estimate d u; so
          E[d u] = grad L_mu with L_mu(alpha) = E L(alpha + mu v), v ~ N(0, I_K).
Repaired  E[K d u] = grad of E L(alpha + mu w), w uniform in the unit ball, for directions on the unit sphere:
          a factor K, and another smoothing.  With u ~ N(0, I_K), not normalised, the display holds.
Shapes    see theory.claims.glue._smoothing; E[d u] is read against a vector a.
Units     [L]: a gradient against directions without unit, see the scaling.
Source    GLUE, Section 3.2, display before eq. (3); Nesterov and Spokoiny (2017), Section 2; for the sphere
          Flaxman, Kalai and McMahan (2005), Lemma 2.1.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.glue._mixing import array, gradient, identity, law_of, number
from theory.claims.glue._smoothing import (
    FAMILY,
    SYMBOLS,
    K,
    a,
    c,
    cubic,
    g,
    mu,
    q,
    read_against,
    slope,
    t,
)
from theory.family import Instance, replace
from theory.notation import E, Vec, dot
from theory.proof import Chain, Expect, Line

s, u, v = Vec("s"), Vec("u"), Vec("v")  # on the sphere; standard normal; standard normal, the smoothing
CUBIC = Given(text="L is cubic along one direction, quadratic besides", because="the family's losses are")


def smoothed(moved: sp.Expr) -> sp.Expr:
    """<a, grad of E L(. + mu v)> for a cubic loss, `moved` being E<t, v>^2 of the smoothing law."""
    return dot(g, a) + c * mu**2 / 2 * moved * dot(t, a)


GAUSS = E(dot(g, a) + q * mu * dot(t, v) * dot(t, a) + c * mu**2 / 2 * dot(t, v) ** 2 * dot(t, a))
BALL = smoothed(dot(t, t) / (K + 2))  # E<t, w>^2 = |t|^2 / (K + 2) in the unit ball
UNIT, NORMAL = E(slope(s) * dot(s, a)), E(slope(u) * dot(u, a))


def statement(text: str, law: str, expr: sp.Expr, right: sp.Expr, scaled: bool, proved: bool) -> Statement:
    """<a, E[d u]>, times K if scaled, against a smoothed gradient."""
    whole = K * expr if scaled else expr
    return Statement(
        text=text,
        left=Quantity(
            text="<a, E[K d u]>" if scaled else "<a, E[d u]>",
            run=read_against(law, (lambda i: i.K) if scaled else lambda i: 1),
            expr=whole,
        ),
        relation="==",
        right=right,
        givens=(CUBIC,),
        proof=(lambda: Chain(whole, (Line("==", right, Expect()),))) if proved else None,
    )


def transcription(i: Instance):
    """<a, grad L_mu>: for a cubic loss Gaussian smoothing adds mu^2/2 times the gradient of its Laplacian."""
    first, along = array(i, i.Theta)[0], array(i, i.a)
    added = number(i, i.c) * number(i, i.mu) ** 2 * (first @ first) * (first @ along) / 2
    return gradient(i) @ along + added


PLANE = cubic(2, identity(2), (1, 0), Fraction(1))
FLAT = cubic(2, identity(2), (1, 0), Fraction(1), c=0)
SPACE = cubic(3, identity(3), (1, -2, 2), Fraction(1, 2), c=3, a=(1, 1, 1))

CLAIM = Claim(
    items=("glue.sec3_2.gaussian_smoothing",),
    readings=(
        statement("normalised Gaussian directions, as they are drawn", "sphere", UNIT, GAUSS, False, False),
        statement("directions N(0, I), not normalised", "gaussian", NORMAL, GAUSS, False, True),
        statement(
            "normalised directions, rescaled by K, Gaussian smoothing", "sphere", UNIT, GAUSS, True, False
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    laws={s: law_of("sphere"), u: law_of("gaussian"), v: law_of("gaussian")},
    repair=Repair(
        changes="a factor K, and smoothing over the unit ball in place of the normal law",
        statement=statement(
            "K d u, unit directions, smoothed over the ball", "sphere", UNIT, BALL, True, True
        ),
        nondegenerate=PLANE,
    ),
    transcription=transcription,
    witnesses=(PLANE, FLAT, SPACE),
    tight_at=(PLANE, SPACE),
    scalings=(
        Scaling(
            text="L -> kL",
            power=1,
            move=lambda i, k: replace(i, h=tuple(k * x for x in i.h), q=k * i.q, c=k * i.c),
        ),
    ),
    mutants=(
        Mutant(text="no smoothing", right=dot(g, a), dies_at=PLANE),
        Mutant(text="smoothing over the sphere", right=smoothed(dot(t, t) / K), dies_at=PLANE),
        Mutant(text="Gaussian smoothing", right=smoothed(dot(t, t)), dies_at=PLANE),
        Mutant(
            text="the factor K left out",
            left=Quantity(text="<a, E[d u]>", run=read_against("sphere")),
            dies_at=PLANE,
        ),
    ),
    effort=0.3,
)
