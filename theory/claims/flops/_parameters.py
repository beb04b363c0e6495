"""What the claims on FLOPS's evolution strategies and SPSA share: noise on the parameters themselves.

Loss      l(theta + z), with l of `_noise`: the whole network as a function of the parameters of its module.
Shapes    theta, a, z: (d,); both sides of an identity along the direction a.
Units     those of the loss, per unit of theta.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Given, Scaling
from theory.claims.flops._noise import (
    FIELDS,
    NOISE,
    derivative,
    dot,
    loss_of,
    louder,
    sigma,
    smoothed,
    u,
    weighted,
)
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.notation import E, Vec
from theory.proof import Lemma

theta, a = Vec("theta"), Vec("a")

FAMILY = Family(
    fields={
        "d": Integer(1, 2),
        "theta": Vector("d", Real(-2, 2)),
        "a": Vector("d", Real(-2, 2)),
        **FIELDS,
        "law": NOISE,
        "z": Vector("d", Real(-2, 2)),
    },
    leaves_out="asymmetric noise, dependent coordinates, losses that are not cubic; proofs cover every d",
)
VALUES: dict = {theta: lambda i: i.theta, a: lambda i: i.a}


def gradient(i: Instance, law: str = "") -> Any:
    """d/dt of E[l(theta + t a + z)] at t = 0: the noisy objective itself is differentiated."""
    return derivative(
        lambda t: smoothed(i, law or i.law, [x + t * y for x, y in zip(i.theta, i.a, strict=True)])
    )


def pair(divisor: Any) -> Any:
    """E of <z, a> (l(theta + z) - l(theta - z)) / divisor for z = sigma u, u standard normal."""
    change = loss_of(theta + sigma * u) - loss_of(theta - sigma * u)
    return E(sigma * dot(u, a) * change) / divisor


# Any tame loss, by Stein's identity: numbers that are run, and what the givens say of them.
f, slope, ahead, behind = sp.symbols("l m s_plus s_minus", real=True)
TAME = Given(
    text="u is standard normal, the loss l locally Lipschitz, its gradient of polynomial growth; along a m is"
    " the slope of E l(theta + sigma u), s_plus and s_minus the means of l(theta +- sigma u) u",
    fact=sp.Eq(ahead, -behind),
    because="they are computed so; u and -u have one law",
    grants=("tame(l)", "weighted_mean(l, theta, sigma, a, s_plus)", "smoothed_slope(l, theta, sigma, a, m)"),
)
STEIN = Lemma("stein", {"f": f, "x": theta, "a": a, "sigma": sigma, "s": ahead, "m": slope})


VALUES |= {
    slope: lambda i: gradient(i, "gaussian"),
    ahead: lambda i: weighted(i, i.theta, i.a),
    behind: lambda i: weighted(i, i.theta, i.a, -1),
}

ONE, HALF = Fraction(1), Fraction(1, 2)
PLAIN = Instance(
    d=1, theta=(0,), a=(ONE,), level=0, h=(ONE,), b=(0,), q=0, c=0, width=ONE, law="gaussian", z=(0,)
)  # fmt: skip
UNIFORM = replace(PLAIN, law="uniform")
NARROW = replace(PLAIN, width=HALF)
CUBIC = Instance(
    d=2, theta=(ONE, -ONE), a=(ONE, ONE), level=ONE, h=(ONE, HALF), b=(ONE, -2 * ONE), q=ONE, c=-ONE,
    width=HALF, law="gaussian", z=(ONE, HALF),
)  # fmt: skip
TRIANGLE, PARABOLA = replace(CUBIC, law="triangle"), replace(CUBIC, law="parabola")


def _longer(i: Instance, t: Fraction) -> Instance:
    """Parameters in other units, the direction with them."""
    moved = {name: tuple(t * x for x in getattr(i, name)) for name in ("theta", "a")}
    h, b = (tuple(x / t for x in y) for y in (i.h, i.b))
    return replace(i, **moved, h=h, b=b, width=t * i.width)


SCALINGS = (
    Scaling(text="losses times k", power=1, move=louder),
    Scaling(text="parameters times k", power=0, move=_longer),
)
