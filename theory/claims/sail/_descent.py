"""What the statements about gradient descent in SAIL, Appendix B, have in common.

World     separable losses of curvature `inner` near the minimiser `centre` and `outer` beyond `radius`, all
          in [mu, L]: L-smooth and mu-strongly convex.  Quadratics are inner = outer.  eta = rate / L.
Shapes    inner, outer, centre: (d,); start: (d,), counted from the centre; the rest scalar.
          J(t) is the loss after t steps, J_star its minimum.
Units     losses [J]; L, mu [J]/[theta]^2; eta the inverse of that; gradients [J]/[theta].
"""

from functools import lru_cache
from typing import Any

import sympy as sp

from sim.descent import Bowl, descend, gradient, loss
from theory.claim import Given, Scaling
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Lemma

L, mu, eta = sp.symbols("L mu eta", positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
J: Any = sp.Function("J", real=True)
J_star = sp.Symbol("J_star", real=True)
theta, after, theta_star, g, g_star, start = map(
    Vec, ("theta", "theta_next", "theta_star", "g", "g_star", "theta_0")
)

CURVATURE = Real(lambda f: f.mu, lambda f: f.L)
FAMILY = Family(
    fields={
        "d": Integer(1, 3),
        "L": Real(0, 8, open="lo"),
        "mu": Real(0, lambda f: f.L, open="lo"),
        "rate": Real(0, 1, open="both"),
        "T": Integer(0, 6),
        "inner": Vector("d", CURVATURE),
        "outer": Vector("d", CURVATURE),
        "radius": Real(0, 4, open="lo"),
        "start": Vector("d"),
        "centre": Vector("d"),
        "least": Real(-4, 4),
    },
    leaves_out="losses whose curvature takes more than two values along a coordinate, or turns with position",
)


def bowl(i: Instance) -> Bowl:
    """The loss of the instance in coordinates around the minimiser, its minimum taken off."""
    return Bowl(inner=i.inner, outer=i.outer, radius=i.radius)


@lru_cache(maxsize=4096)
def _iterate(i: Instance, t: int, kind: type) -> tuple:
    return descend(bowl(i), i.start, i.rate / i.L, t)


def iterate(i: Instance, t: int) -> tuple:
    """theta - theta_star after t steps.  Kept by kind of number: 1/2 and 0.5 are equal keys."""
    return _iterate(i, t, type(i.rate))


def value(i: Instance, t: int):
    """J(theta^(t)), by running t steps."""
    return i.least + loss(bowl(i), iterate(i, t))


def suboptimality(i: Instance):
    """J(theta^(T)) - J(theta*), by running T steps."""
    return value(i, i.T) - i.least


def place(i: Instance, t: int) -> tuple:
    """theta after t steps."""
    return tuple(c + v for c, v in zip(i.centre, iterate(i, t), strict=True))


SYMBOLS = {
    L: lambda i: i.L,
    mu: lambda i: i.mu,
    eta: lambda i: i.rate / i.L,
    T: lambda i: i.T,
    J: lambda i: lambda t: value(i, int(t)),
    J_star: lambda i: i.least,
    theta: lambda i: place(i, i.T),
    after: lambda i: place(i, i.T + 1),
    start: lambda i: place(i, 0),
    theta_star: lambda i: i.centre,
    g: lambda i: gradient(bowl(i), iterate(i, i.T)),
    g_star: lambda i: gradient(bowl(i), (0,) * i.d),
}

STEP = Given(text="0 < eta < 1/L", fact=sp.Lt(eta * L, 1))
CONSTANTS = Given(text="0 < mu <= L", fact=sp.Le(mu, L))
SMOOTH = Given(
    text="J is L-smooth (Assumption 5a)", because="all curvatures are at most L", grants=("smooth(J, L)",)
)
CONVEX = Given(
    text="J is mu-strongly convex (Assumption 5b)",
    because="all curvatures are at least mu",
    grants=("strongly_convex(J, mu)",),
)
POINTS = Given(
    text="theta is the iterate at T, theta_star the minimiser",
    because="they are computed so",
    grants=(
        "value(J, theta, J(T))",
        "gradient(J, theta, g)",
        "value(J, theta_star, J_star)",
        "gradient(J, theta_star, g_star)",
        "gradient(J, theta_star, 0)",
        "value(J, theta_0, J(0))",
    ),
)
LOWEST = Given(text="theta_star is the minimiser", fact=sp.And(sp.Le(J_star, J(0)), sp.Le(J_star, J(T))))
UPDATE = Given(
    text="a gradient step from theta gives theta_next",
    fact=sp.Eq(norm2(after - theta + eta * g), 0),
    grants=("value(J, theta - eta*g, J(T+1))", "value(J, theta_next, J(T+1))"),
)
GIVENS = (STEP, CONSTANTS, SMOOTH, CONVEX, POINTS, LOWEST, UPDATE)

DESCENT = Lemma(
    "smooth_upper", {"f": J, "L": L, "x": theta, "y": theta - eta * g, "g": g, "fx": J(T), "fy": J(T + 1)}
)
BELOW = Lemma(
    "strong_convexity", {"f": J, "mu": mu, "x": theta, "y": theta_star, "g": g, "fx": J(T), "fy": J_star}
)
SQUARE = Lemma("square_nonneg", {"v": g + mu * (theta_star - theta)})
LENGTH = Lemma("square_nonneg", {"v": g})


def bent(i: Instance, k: Any) -> Instance:
    """J -> k J with eta -> eta / k: all curvatures and the minimum times k."""
    scaled = {name: tuple(k * c for c in getattr(i, name)) for name in ("inner", "outer")}
    return replace(i, L=k * i.L, mu=k * i.mu, least=k * i.least, **scaled)


def stretched(i: Instance, k: Any) -> Instance:
    """theta -> k theta at fixed curvatures: lengths times k, so J times k^2."""
    moved = {name: tuple(k * v for v in getattr(i, name)) for name in ("start", "centre")}
    return replace(i, radius=k * i.radius, least=k * k * i.least, **moved)


def scalings(curvature: int, length: int) -> tuple[Scaling, Scaling]:
    """The two changes of units, for a statement of those powers."""
    return (
        Scaling(text="J -> kJ, eta -> eta/k", power=curvature, move=bent),
        Scaling(text="theta -> k theta", power=length, move=stretched),
    )
