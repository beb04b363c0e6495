"""GLUE: what smoothness grants one two-point step.

Printed   "Standard smoothness and bounded-noise assumptions" make two-point SPSA converge to stationary
          points.
Repaired  not needed for one step: for a beta-Lipschitz gradient, |u| = 1 and step 1/beta,
          L(alpha - d u/beta) <= L(alpha) - <g, u>^2/(2 beta) + beta mu^2/8, for every direction, not on
          average.  The last term is the price of the radius: where <g, u> is small against beta mu the step
          may go up.  Whether its factor 1/8 is the least is open.
Shapes    see theory.claims.glue._descent.  Units: [L], see the scaling.
Source    GLUE, Section 4, paragraph 1; descent lemma: Nesterov (2004), Lemma 1.2.3.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.directions import points
from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._descent import K, beta, family, gradient, loss, moved, mu, smoothness
from theory.claims.glue._mixing import array, number
from theory.family import Derived, Instance, Integer, replace
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

alpha, g, u = Vec(r"\alpha"), Vec("g"), Vec("u")
f, here, up, down, ahead = sp.symbols("f L_0 L_+ L_- L_1", real=True)
d, s = (up - down) / (2 * mu), dot(g, u)
NEXT = alpha - d / beta * u


def at(i: Instance) -> Any:
    """The current point."""
    return array(i, i.start)


def direction(i: Any) -> tuple:
    """One of the unit vectors with rational coordinates."""
    vectors = points("sphere", i.K)[1]
    return vectors[i.pick % len(vectors)]


def after(i: Instance) -> Any:
    """L after the step."""
    return loss(i, moved(i, at(i)[None], array(i, i.u)[None])[0])


def probe(i: Instance, sign: int) -> Any:
    """L at alpha +- mu u."""
    return loss(i, at(i) + sign * number(i, i.mu) * array(i, i.u))


UNIT = Given(text="|u| = 1", fact=sp.Eq(norm2(u), 1))
SMOOTH = Given(
    text="the gradient of L is Lipschitz with constant beta > 0",
    because="all curvatures lie between 0 and beta",
    grants=tuple(
        grant
        for sign in (1, -1)
        for grant in (
            ("smooth", sign * f, beta),
            ("gradient", sign * f, alpha, sign * g),
            ("value", sign * f, alpha, sign * here),
            ("value", sign * f, alpha + mu * u, sign * up),
            ("value", sign * f, alpha - mu * u, sign * down),
            ("value", sign * f, NEXT, sign * ahead),
        )
    ),
)


def descent(sign: int, to: Any, value: Any) -> Lemma:
    """The descent lemma for sign * L from alpha."""
    return Lemma(
        "smooth_upper",
        {
            "f": sign * f,
            "L": beta,
            "x": alpha,
            "y": to,
            "g": sign * g,
            "fx": sign * here,
            "fy": sign * value,
        },
    )


def proof() -> Chain:
    """The descent lemma at the new point; the error of d by the same lemma at both probes, for L and -L."""
    way = tuple(
        descent(sign, alpha + side * mu * u, value)
        for sign in (1, -1)
        for side, value in ((1, up), (-1, down))
    )
    stepped = here - d * s / beta + d**2 / (2 * beta)
    squares = here - s**2 / (2 * beta) + (d - s) ** 2 / (2 * beta)
    return Chain(
        ahead,
        (
            Line("<=", stepped, Entail(facts=(descent(1, NEXT, ahead),)), "one step of length d/beta"),
            Line("==", squares, Rewrite()),
            Line("<=", RIGHT, Entail(facts=way), "|d - s| <= beta mu/2"),
        ),
    )


RIGHT = here - s**2 / (2 * beta) + beta * mu**2 / 8
one = Fraction(1)


def instance(K: int, right: tuple, left: tuple, start: tuple, pick: int = 1, mu: Any = one) -> Instance:
    """The direction is point number `pick` of the rule."""
    vectors = points("sphere", K)[1]
    return Instance(
        K=K, right=right, left=left, start=start, mu=mu, pick=pick, u=vectors[pick % len(vectors)]
    )


ROUND = instance(1, (one,), (one,), (one,))
BENT = instance(1, (one,), (one / 8,), (0 * one,))
TURN = instance(2, (one, one), (one, one), (one, 0 * one))

CLAIM = Claim(
    items=("glue.a1",),
    readings=(
        Statement(
            text="smoothness as a Lipschitz gradient: one step, for every direction",
            left=Quantity(text="L(alpha - d u/beta)", run=after, expr=ahead),
            relation="<=",
            right=RIGHT,
            givens=(UNIT, SMOOTH),
            proof=proof,
        ),
        Statement(
            text="and no price for the radius",
            left=Quantity(text="L(alpha - d u/beta)", run=after, expr=ahead),
            relation="<=",
            right=here - s**2 / (2 * beta),
            givens=(UNIT, SMOOTH),
        ),
    ),
    family=family(pick=Integer(0, 20), u=Derived(direction)),
    symbols={
        K: lambda i: i.K,
        mu: lambda i: i.mu,
        beta: smoothness,
        u: lambda i: i.u,
        alpha: lambda i: i.start,
        g: lambda i: tuple(gradient(i, at(i)).tolist()),
        here: lambda i: loss(i, at(i)),
        up: lambda i: probe(i, 1),
        down: lambda i: probe(i, -1),
        ahead: after,
    },
    witnesses=(ROUND, BENT, TURN),
    scalings=(
        Scaling(
            text="L -> kL",
            power=1,
            move=lambda i, k: replace(
                i, right=tuple(k * v for v in i.right), left=tuple(k * v for v in i.left)
            ),
        ),
    ),
    mutants=(
        Mutant(
            text="twice the decrease",
            right=here - s**2 / beta + beta * mu**2 / 8,
            dies_at=replace(ROUND, mu=one / 2),
        ),
        Mutant(
            text="the decrease along the whole gradient", right=here - norm2(g) / (2 * beta), dies_at=TURN
        ),
        Mutant(
            text="half the Lipschitz constant",
            left=Quantity(
                text="L after a step 2d/beta",
                run=lambda i: loss(i, 2 * moved(i, at(i)[None], array(i, i.u)[None])[0] - at(i)),
            ),
            dies_at=instance(1, (one,), (one,), (one,), mu=one / 2),
        ),
    ),
    effort=0.25,
)
