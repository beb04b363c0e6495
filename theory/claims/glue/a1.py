"""GLUE: what smoothness grants one two-point step.

Printed   "Standard smoothness and bounded-noise assumptions" make two-point SPSA converge to stationary
          points.
Repaired  not needed for one step: for a beta-Lipschitz gradient, |u| = 1 and step 1/beta,
          L(alpha - d u/beta) <= L(alpha) - <g, u>^2/(2 beta) + beta mu^2/8, for every direction, not on
          average.  The last term is the price of the radius: where <g, u> is small against beta mu the step
          may go up.  Whether its factor 1/8 is the least is open.  The third reading is the step along a
          minibatch's estimate, s' = <g_b, u>: L + eta (-s s' + s^2/4) + beta eta^2 s'^2 + (eta + beta eta^2)
          beta^2 mu^2/4.
Shapes    see theory.claims.glue._descent; a loss is determined up to a constant, `lift`: it may be negative.
Units     [L]; alpha and mu in a unit of their own, see the scalings.
Source    GLUE, Section 4, paragraph 1; descent lemma: Nesterov (2004), Lemma 1.2.3.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.directions import points
from theory.claim import Claim, Given, Mutant, Quantity, Statement
from theory.claims.glue._descent import K, beta, family, gradient, loss, moved, mu, smoothness, units
from theory.claims.glue._mixing import array, number
from theory.family import Derived, Instance, Integer, Real, Vector, replace
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

alpha, g, u = Vec(r"\alpha"), Vec("g"), Vec("u")
f, here, up, down, ahead = sp.symbols("f L_0 L_+ L_- L_1", real=True)
d, s = (up - down) / (2 * mu), dot(g, u)
NEXT = alpha - d / beta * u
eta = sp.Symbol("eta", positive=True)
seen = Vec("g_b")  # the gradient of the minibatch's loss f_b
f_b, here_b, up_b, down_b, ahead_b = sp.symbols("f_b L_b0 L_b+ L_b- L_b1", real=True)
d_b, s_b = (up_b - down_b) / (2 * mu), dot(seen, u)
NEXT_B = alpha - eta * d_b * u


def at(i: Instance) -> Any:
    """The current point."""
    return array(i, i.start)


def direction(i: Any) -> tuple:
    """One of the unit vectors with rational coordinates."""
    vectors = points("sphere", i.K)[1]
    return vectors[i.pick % len(vectors)]


def level(i: Instance, x: Any) -> Any:
    """L, the constant included."""
    return loss(i, x) + number(i, i.lift)


def after(i: Instance) -> Any:
    """L after the step."""
    return level(i, moved(i, at(i)[None], array(i, i.u)[None])[0])


def probe(i: Instance, sign: int) -> Any:
    """L at alpha +- mu u."""
    return level(i, at(i) + sign * number(i, i.mu) * array(i, i.u))


def batch(i: Instance, x: Any) -> Any:
    """The minibatch's loss: a tilted one, of the same smoothness."""
    return level(i, x) + x @ array(i, i.noise)


def tilted(i: Instance, sign: int) -> Any:
    """The minibatch's loss at alpha +- mu u."""
    return batch(i, at(i) + sign * number(i, i.mu) * array(i, i.u))


def after_batch(i: Instance) -> Any:
    """L, that of all data, after a step along the minibatch's estimate."""
    slope = (tilted(i, 1) - tilted(i, -1)) / (2 * number(i, i.mu))
    rate = number(i, i.rate) / number(i, smoothness(i))
    return level(i, at(i) - rate * slope * array(i, i.u))


UNIT = Given(text="|u| = 1", fact=sp.Eq(norm2(u), 1))


def grants(of: Any, slope: Any, values: tuple) -> tuple:
    """That `of` and its negative are smooth, with their gradient at alpha and their values at points."""
    found = []
    for sign in (1, -1):
        found += [("smooth", sign * of, beta), ("gradient", sign * of, alpha, sign * slope)]
        found += [("value", sign * of, point, sign * value) for point, value in values]
    return tuple(found)


def probes(start: Any, plus: Any, minus: Any) -> tuple:
    """The points at which a loss is evaluated, with its values there."""
    return (alpha, start), (alpha + mu * u, plus), (alpha - mu * u, minus)


SMOOTH = Given(
    text="the gradient of L is Lipschitz with constant beta > 0",
    because="all curvatures lie between 0 and beta",
    grants=grants(f, g, (*probes(here, up, down), (NEXT, ahead), (NEXT_B, ahead_b))),
)
SMOOTH_BATCH = Given(
    text="and so is that of the minibatch's loss",
    because="it has the same curvatures",
    grants=grants(f_b, seen, probes(here_b, up_b, down_b)),
)


def descent(of: Any, slope: Any, start: Any, to: Any, value: Any) -> Lemma:
    """The descent lemma from alpha."""
    points_ = {"f": of, "L": beta, "x": alpha, "y": to, "g": slope, "fx": start, "fy": value}
    return Lemma("smooth_upper", points_)


def error(of: Any, slope: Any, start: Any, plus: Any, minus: Any) -> tuple:
    """|d - <slope, u>| <= beta mu/2: the lemma at both probes, for the loss and its negative."""
    return tuple(
        descent(sign * of, sign * slope, sign * start, alpha + side * mu * u, sign * value)
        for sign in (1, -1)
        for side, value in ((1, plus), (-1, minus))
    )


def proof() -> Chain:
    """The descent lemma at the new point, then the error of d."""
    stepped = here - d * s / beta + d**2 / (2 * beta)
    squares = here - s**2 / (2 * beta) + (d - s) ** 2 / (2 * beta)
    one_step = Entail(facts=(descent(f, g, here, NEXT, ahead),))
    return Chain(
        ahead,
        (
            Line("<=", stepped, one_step, "one step of length d/beta"),
            Line("==", squares, Rewrite()),
            Line("<=", RIGHT, Entail(facts=error(f, g, here, up, down)), "|d - s| <= beta mu/2"),
        ),
    )


def proof_of_batch() -> Chain:
    """The same with the minibatch's d = s' + r: -s r <= s^2/4 + r^2 and (s' + r)^2 <= 2 s'^2 + 2 r^2."""
    stepped = here - eta * d_b * s + beta * eta**2 * d_b**2 / 2
    off = d_b - s_b
    spare = eta * (s / 2 + off) ** 2 + beta * eta**2 / 2 * (s_b - off) ** 2
    parted = MIXED + (eta + beta * eta**2) * off**2
    one_step = Entail(facts=(descent(f, g, here, NEXT_B, ahead_b),))
    return Chain(
        ahead_b,
        (
            Line("<=", stepped, one_step, "one step of length eta d"),
            Line("==", parted - spare, Rewrite()),
            Line("<=", parted, Entail(), "squares are not negative"),
            Line(
                "<=", RIGHT_B, Entail(facts=error(f_b, seen, here_b, up_b, down_b)), "|d - s'| <= beta mu/2"
            ),
        ),
    )


MIXED = here - eta * s * s_b + eta * s**2 / 4 + beta * eta**2 * s_b**2
RIGHT_B = MIXED + (eta + beta * eta**2) * beta**2 * mu**2 / 4
RIGHT = here - s**2 / (2 * beta) + beta * mu**2 / 8
one = Fraction(1)


def instance(
    K: int, right: tuple, left: tuple, start: tuple, pick: int = 1, mu: Any = one, lift: Any = 0 * one
) -> Instance:
    """The direction is point number `pick` of the rule."""
    vectors = points("sphere", K)[1]
    tail = {
        "pick": pick,
        "u": vectors[pick % len(vectors)],
        "rate": one / 4,
        "noise": (one,) * K,
        "lift": lift,
    }
    return Instance(K=K, right=right, left=left, start=start, mu=mu, **tail)


ROUND = instance(1, (one,), (one,), (one,))
BENT = instance(1, (one,), (one / 8,), (0 * one,))
BELOW_ZERO = instance(1, (one,), (one,), (one,), lift=-2 * one)  # a negative loss: twice it is less
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
        Statement(
            text="a step along the estimate of a minibatch, of any length",
            left=Quantity(text="L(alpha - eta d u)", run=after_batch, expr=ahead_b),
            relation="<=",
            right=RIGHT_B,
            givens=(UNIT, SMOOTH, SMOOTH_BATCH),
            proof=proof_of_batch,
        ),
    ),
    family=family(
        pick=Integer(0, 20),
        u=Derived(direction),
        rate=Real(Fraction(1, 16), 2),
        noise=Vector("K", Real(-3, 3)),
        lift=Real(-2, 2),
    ),
    symbols={
        K: lambda i: i.K,
        mu: lambda i: i.mu,
        beta: smoothness,
        u: lambda i: i.u,
        alpha: lambda i: i.start,
        g: lambda i: tuple(gradient(i, at(i)).tolist()),
        here: lambda i: level(i, at(i)),
        up: lambda i: probe(i, 1),
        down: lambda i: probe(i, -1),
        ahead: after,
        eta: lambda i: i.rate / smoothness(i),
        seen: lambda i: tuple((gradient(i, at(i)) + array(i, i.noise)).tolist()),
        here_b: lambda i: batch(i, at(i)),
        up_b: lambda i: tilted(i, 1),
        down_b: lambda i: tilted(i, -1),
        ahead_b: after_batch,
    },
    witnesses=(ROUND, BENT, TURN, BELOW_ZERO),
    scalings=units(1, 0),
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
                run=lambda i: level(i, 2 * moved(i, at(i)[None], array(i, i.u)[None])[0] - at(i)),
            ),
            dies_at=instance(1, (one,), (one,), (one,), mu=one / 2),
        ),
    ),
    effort=0.15,
)
