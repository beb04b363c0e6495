"""GLUE: how fast the central difference tends to the directional derivative.

Printed   As mu -> 0, ghat becomes the directional derivative of L with respect to u, and the error scales
          with the square of mu.  (ghat is d u: the derivative <g, u> times u.)
Repaired  not needed for the limit.  The rate needs what the text does not state: |d - <g,u>| <= M mu^2/6 if
          the third derivative is bounded by M (glue.sec4_2.taylor falls without it); for a Lipschitz
          gradient, which is what "Lipschitz smooth" means, only beta mu/2, and no better in general: the
          loss |y|y/2 attains it.  Both are proved and tight.  At a kink of the loss itself, where there is no
          gradient, d is half the difference of the one-sided slopes along u and along -u.
Shapes    u: (K,), |u| = 1; the rest scalar.  Units: [L]^2, both sides being squared; see the scaling.
Source    GLUE, Section 4.2, after eq. (5).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.directions import points
from sim.spsa import two_point
from theory.claim import Claim, Given, Mutant, Quantity, Remainder, Scaling, Statement
from theory.claims.glue._mixing import FAMILY as MIXING
from theory.claims.glue._mixing import K, array, g, gradient, identity, loss, mu, number
from theory.family import Derived, Family, Instance, Integer, replace
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

u, alpha = Vec("u"), Vec(r"\alpha")
f, up, down, here = sp.symbols("f L_+ L_- L_0", real=True)
beta, M = sp.symbols("beta M", nonnegative=True)
d = (up - down) / (2 * mu)


def direction(i: Instance) -> tuple:
    """A unit vector with rational coordinates: one of the points of the sphere rule."""
    vectors = points("sphere", i.K)[1]
    return vectors[i.pick % len(vectors)]


FAMILY = Family(
    fields={**MIXING.fields, "pick": Integer(0, 30), "u": Derived(direction)},
    leaves_out="directions other than the points of a rule; losses that are not cubic with one kink",
)


def difference(i: Instance) -> Any:
    """d(alpha; u), run: the first coordinate of the estimate that is not zero, divided by that of u."""
    v = array(i, i.u)
    ghat = two_point(loss(i), v * 0, number(i, i.mu), v[None, :])[0]
    return ghat @ v


def derivative(i: Instance) -> Any:
    """<g, u>."""
    return gradient(i) @ array(i, i.u)


def error(i: Instance) -> Any:
    """(d - <g, u>)^2."""
    return (difference(i) - derivative(i)) ** 2


def at_a_kink(i: Instance) -> Any:
    """d for the loss max(0, <t, y>) at its kink, t the first row of Theta: two forward passes."""
    row, v, radius = array(i, i.Theta)[0], array(i, i.u), number(i, i.mu)
    relu = lambda y: (abs(y @ row) + y @ row) / 2
    return (relu(radius * v) - relu(-radius * v)) / (2 * radius)


def first_row(i: Instance) -> Any:
    """|t|^2 for the first row of Theta: |<t, u>| <= |t| for unit vectors."""
    row = array(i, i.Theta)[0]
    return row @ row


def probe(i: Instance, sign: int) -> Any:
    """L at alpha +- mu u."""
    return loss(i)(array(i, i.u) * number(i, i.mu) * sign)


def third(i: Instance) -> Any:
    """M = |c| |t|^3, a bound of the third derivative along unit vectors, without kink."""
    square = first_row(i)
    root = float(square) ** 0.5 if isinstance(square, float) else sp.sqrt(sp.Rational(str(square)))
    return (
        abs(i.c) * square * root if isinstance(square, float) else sp.Abs(_plain(i.c)) * _plain(square) * root
    )


def _plain(value: Any) -> sp.Rational:
    return sp.Rational(str(value))


UNIT = Given(text="|u| = 1", fact=sp.Eq(norm2(u), 1))
AT = (("value", f, alpha + mu * u, up), ("value", f, alpha - mu * u, down), ("gradient", f, alpha, g))
NEGATIVE = (
    ("value", -f, alpha + mu * u, -up),
    ("value", -f, alpha - mu * u, -down),
    ("gradient", -f, alpha, -g),
)
SMOOTH = Given(
    text="the gradient of L is Lipschitz with constant beta: no cubic term",
    check=lambda i: i.c == 0,
    grants=(
        ("smooth", f, beta),
        ("smooth", -f, beta),
        ("value", f, alpha, here),
        ("value", -f, alpha, -here),
        *AT,
        *NEGATIVE,
    ),
)
THIRD = Given(
    text="|D^3 L[h,h,h]| <= M |h|^3: no kink",
    check=lambda i: i.kink == 0,
    grants=(("third_derivative", f, M), ("third_derivative", -f, M), *AT, *NEGATIVE),
)
LIMIT = Given(
    text="L has a Lipschitz gradient near alpha",
    because="the kink is one of the second derivative",
    grants=("remainder(mu)",),
)


def central(sign: int) -> Lemma:
    """The lemma for L (+1) and for -L (-1)."""
    way = {"x": alpha, "v": mu * u, "y": alpha + mu * u, "z": alpha - mu * u, "r": mu, "M": M}
    return Lemma(
        "central_difference", {**way, "f": sign * f, "g": sign * g, "up": sign * up, "down": sign * down}
    )


def descent(sign: int, side: int) -> Lemma:
    """The descent lemma for sign * L from alpha to alpha + side mu u."""
    value = up if side > 0 else down
    return Lemma(
        "smooth_upper",
        {
            "f": sign * f,
            "L": beta,
            "x": alpha,
            "y": alpha + side * mu * u,
            "g": sign * g,
            "fx": sign * here,
            "fy": sign * value,
        },
    )


CUBED = (M * mu**2 / 6) ** 2
SQUARED = (beta * mu / 2) ** 2
off_2 = sp.Symbol("off_2", nonnegative=True)
t = Vec("t")
BENT = (sp.Max(0, mu * dot(t, u)) - sp.Max(0, -mu * dot(t, u))) / (2 * mu)
OFF = (d - dot(g, u)) ** 2
MORE = tuple(descent(sign, side) for sign in (1, -1) for side in (1, -1))


def bounded(text: str, right: sp.Expr, given: Given, facts: tuple) -> Statement:
    """(d - <g,u>)^2 <= right under a class of smoothness."""
    return Statement(
        text=text,
        left=Quantity(text="(d - <g, u>)^2", run=error, expr=OFF),
        relation="<=",
        right=right,
        givens=(UNIT, given),
        proof=lambda: Chain(OFF, (Line("<=", right, Entail(facts=facts)),)),
    )


def at(K: int, h: tuple, pick_of: tuple, **rest: Any) -> Instance:
    """Theta = I and mu = 1 unless told otherwise; u is the point of the rule with these coordinates."""
    vectors = points("sphere", K)[1]
    place = vectors.index(tuple(Fraction(x) for x in pick_of))
    values = {"q": 0, "kink": 0, "c": 0, "mu": Fraction(1), **rest}
    return Instance(K=K, m=1, P=K, Theta=identity(K), h=h, **values, pick=place, u=vectors[place])


LINE = at(2, (1, 0), (1, 0))
CUBIC = at(2, (1, 0), (1, 0), c=2)
KINKED = at(2, (1, 0), (1, 0), kink=1)
STEEP = at(2, (1, 0), (1, 0), kink=1, mu=Fraction(2))

CLAIM = Claim(
    items=("glue.sec4_2.limit",),
    readings=(
        Statement(
            text="d tends to <g, u>",
            left=Quantity(text="d(alpha; u)", run=difference),
            relation="==",
            right=dot(g, u),
            givens=(LIMIT,),
            remainder=Remainder(
                field="mu",
                scale=mu,
                limit=Quantity(text="the slope along Theta u", run=derivative, expr=dot(g, u)),
            ),
            proof=lambda: Chain(dot(g, u), (Line("==", dot(g, u), Entail()),)),
        ),
        bounded(
            "a bounded third derivative: the error is M mu^2/6 at most",
            CUBED,
            THIRD,
            (central(1), central(-1)),
        ),
        bounded("a Lipschitz gradient alone: beta mu/2 at most", SQUARED, SMOOTH, MORE),
        Statement(
            text="a Lipschitz gradient alone, the error of the order mu^2 as printed: at most (mu/2)^2 times"
            " that at radius 2",
            left=Quantity(text="(d - <g, u>)^2", run=error),
            relation="<=",
            right=(mu / 2) ** 4 * off_2,
        ),
        Statement(
            text="at a kink of the loss itself, max(0, <t, y>) at 0: the one-sided derivative along u",
            left=Quantity(text="d at a kink", run=at_a_kink),
            relation="==",
            right=sp.Max(0, dot(t, u)),
        ),
        Statement(
            text="at such a kink: half the difference of the slopes along u and -u, at every radius",
            left=Quantity(text="d at a kink", run=at_a_kink, expr=BENT),
            relation="==",
            right=(sp.Max(0, dot(t, u)) - sp.Max(0, -dot(t, u))) / 2,
            proof=lambda: Chain(
                BENT, (Line("==", (sp.Max(0, dot(t, u)) - sp.Max(0, -dot(t, u))) / 2, Entail()),)
            ),
        ),
    ),
    family=FAMILY,
    symbols={
        K: lambda i: i.K,
        mu: lambda i: i.mu,
        g: lambda i: tuple(gradient(i).tolist()),
        u: lambda i: i.u,
        t: lambda i: i.Theta[0],
        alpha: lambda i: (0,) * i.K,
        up: lambda i: probe(i, 1),
        down: lambda i: probe(i, -1),
        here: lambda i: 0,
        beta: lambda i: number(i, abs(i.q) + abs(i.kink)) * first_row(i),
        M: third,
        off_2: lambda i: error(replace(i, mu=i.mu / i.mu * 2)),
    },
    witnesses=(LINE, CUBIC, KINKED),
    tight_at=(LINE, CUBIC, KINKED, STEEP),
    mutants=(
        Mutant(text="minus the derivative", right=-dot(g, u), dies_at=LINE),
        Mutant(text="the length of the gradient", right=sp.sqrt(norm2(g)), dies_at=at(2, (0, 1), (1, 0))),
        Mutant(text="twice the derivative", right=2 * dot(g, u), dies_at=LINE),
    ),
    scalings=(
        Scaling(
            text="L -> kL",
            power=1,
            move=lambda i, k: replace(i, h=tuple(k * x for x in i.h), q=k * i.q, c=k * i.c, kink=k * i.kink),
        ),
    ),
    effort=0.3,
)
