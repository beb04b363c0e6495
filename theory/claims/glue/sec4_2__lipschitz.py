"""GLUE: whether a Lipschitz smooth loss has a bounded gradient.

Printed   Assuming that L is Lipschitz smooth in theta leads to an upper bound on |grad_theta L(theta)|.
Repaired  |grad L(theta)|^2 <= 2 beta L(theta) for L >= 0, as cross-entropy and squared error are: the bound
          needs the loss at theta.  Smoothness alone (a Lipschitz gradient) gives no constant: theta^2/2 is
          1-smooth and its gradient is theta.  A bound that grows, beta |theta - theta*| for a minimiser
          theta*, it does give.  A Lipschitz *loss* has a bounded gradient, by definition.
Shapes    theta: (2,); beta, the Lipschitz constant of the gradient, scalar.  Units: [L]^2/[theta]^2.
Source    GLUE, Section 4.2, last sentence.  The repair is Nesterov (2004), (2.1.7), with inf L >= 0.
"""

from fractions import Fraction

import sympy as sp

from sim.descent import Bowl, gradient, loss
from theory.claim import Added, Claim, Given, Mutant, Quantity, Ray, Repair, Scaling, Statement
from theory.family import Family, Instance, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Chain, Entail, Lemma, Line

L = sp.Symbol(r"\mathcal{L}", real=True)
beta, G2 = sp.symbols(r"\beta G^2", nonnegative=True)
f, ahead = sp.symbols("f f_{+}", real=True)  # the loss as a function; its value one gradient step further
theta, g, star = Vec(r"\theta"), Vec(r"\nabla\mathcal{L}"), Vec(r"\theta_\star")
bottom = sp.Symbol(r"\mathcal{L}_\star", real=True)


def bowl(i: Instance) -> Bowl:
    """The loss: piecewise quadratic in each coordinate, minimum 0 at 0; see sim.descent."""
    return Bowl(inner=i.inner, outer=i.outer, radius=i.radius)


def slope(i: Instance) -> tuple:
    """grad L(theta)."""
    return gradient(bowl(i), i.theta)


def squared(i: Instance):
    """|grad L(theta)|^2."""
    return sum(v * v for v in slope(i))


def curvature(i: Instance):
    """beta: the largest curvature, inside or outside."""
    return max(*i.inner, *i.outer)


def step(i: Instance) -> tuple:
    """theta - grad L / beta."""
    return tuple(v - s / curvature(i) for v, s in zip(i.theta, slope(i), strict=True))


SMOOTH = Given(
    text="the gradient is Lipschitz with constant beta > 0",
    fact=sp.Gt(beta, 0),
    because="all curvatures lie between 0 and beta",
    grants=(
        ("smooth", f, beta),
        ("value", f, theta, L),
        ("value", f, theta - g / beta, ahead),
        ("gradient", f, theta, g),
        ("value", f, star, bottom),
        ("gradient", f, star, sp.Integer(0)),
    ),
)
NONNEGATIVE = Given(text="L >= 0", fact=sp.And(sp.Ge(ahead, 0), sp.Ge(L, 0)))
FLAT = Given(text="the loss itself is Lipschitz: no curvature outside", check=lambda i: max(i.outer) == 0)
DESCENT = Lemma(
    "smooth_upper",
    {"f": f, "L": beta, "x": theta, "y": theta - g / beta, "g": g, "fx": L, "fy": ahead},
)
FROM_BOTTOM = Lemma(
    "smooth_upper",
    {"f": f, "L": beta, "x": star, "y": theta, "g": sp.Integer(0), "fx": bottom, "fy": L},
)
MINIMISER = Given(
    text="theta* minimises the loss", fact=sp.Le(bottom, ahead), because="every coordinate is least at 0"
)
LEFT = Quantity(text="|grad L|^2", run=squared, expr=norm2(g))


def proof() -> Chain:
    """One gradient step of length 1/beta lowers L by |grad L|^2/(2 beta), to no less than 0."""
    return Chain(norm2(g), (Line("<=", 2 * beta * L, Entail(facts=(DESCENT,))),))


def far(i: Instance, t) -> Instance:
    """theta = (t, 0)."""
    return replace(i, theta=(t, 0 * i.radius))


one, zero = Fraction(1), Fraction(0)
ROUND = Instance(inner=(one, one), outer=(one, one), radius=one, theta=(one, 2 * one), lift=zero)
HUBER = replace(ROUND, outer=(zero, zero), theta=(one, 3 * one))
SUNK = replace(ROUND, lift=-one)

CLAIM = Claim(
    items=("glue.sec4_2.lipschitz",),
    readings=(
        Statement(
            text="the gradient of a smooth loss is bounded: |grad L|^2 = O(1) as theta grows",
            left=Quantity(text="|grad L|^2", run=squared),
            relation="O",
            right=sp.Integer(1),
            ray=Ray(start=ROUND, at=far, closed_form=lambda t: t**2, to=float("inf")),
        ),
        Statement(
            text="Lipschitz instead of Lipschitz smooth: G^2 = sum of (slope outside)^2",
            left=LEFT,
            relation="<=",
            right=G2,
            givens=(FLAT,),
        ),
        Statement(
            text="a bound that grows with the distance from a minimiser: beta |theta - theta*|",
            left=LEFT,
            relation="<=",
            right=beta**2 * norm2(theta - star),
            givens=(SMOOTH, MINIMISER),
            proof=lambda: Chain(
                norm2(g),
                (
                    Line("<=", 2 * beta * (L - bottom), Entail(facts=(DESCENT,))),
                    Line("<=", beta**2 * norm2(theta - star), Entail(facts=(FROM_BOTTOM,))),
                ),
            ),
        ),
    ),
    family=Family(
        fields={
            "inner": Vector(2, Real(Fraction(1, 2), 3)),
            "outer": Vector(2, Real(0, 3)),
            "radius": Real(Fraction(1, 2), 3),
            "theta": Vector(2, Real(-6, 6)),
            "lift": Real(0, 2),
        },
        leaves_out="losses that are not separable; the proof covers every smooth loss",
    ),
    symbols={
        L: lambda i: loss(bowl(i), i.theta) + i.lift,
        ahead: lambda i: loss(bowl(i), step(i)) + i.lift,
        beta: curvature,
        G2: lambda i: sum((a * i.radius) ** 2 for a in i.inner),
        theta: lambda i: i.theta,
        g: slope,
        star: lambda i: (0 * i.radius, 0 * i.radius),
        bottom: lambda i: i.lift,
    },
    repair=Repair(
        changes="|grad L|^2 <= 2 beta L, for losses that are not negative",
        statement=Statement(
            text="|grad L|^2 <= 2 beta L(theta)",
            left=LEFT,
            relation="<=",
            right=2 * beta * L,
            givens=(SMOOTH, NONNEGATIVE),
            proof=proof,
        ),
        nondegenerate=ROUND,
        added=(Added(given=NONNEGATIVE, fails_without=SUNK),),
    ),
    transcription=lambda i: 1,
    witnesses=(ROUND, HUBER),
    tight_at=(ROUND,),
    scalings=(
        Scaling(
            text="L times k",
            power=2,
            move=lambda i, k: replace(
                i, inner=tuple(k * v for v in i.inner), outer=tuple(k * v for v in i.outer), lift=k * i.lift
            ),
        ),
    ),
    mutants=(
        Mutant(text="beta L: the factor 2 lost", right=beta * L, dies_at=ROUND),
        Mutant(
            text="L alone", right=2 * L, dies_at=replace(ROUND, inner=(2 * one,) * 2, outer=(2 * one,) * 2)
        ),
        Mutant(text="beta squared alone", right=beta**2, dies_at=ROUND),
    ),
    effort=0.4,
)
