"""Two runs of gradient descent on one loss, from an initialisation theta^(0) and from a random one.

World     the losses of `theory.claims.sail._descent`; both runs take T steps with the same eta < 1/L.
          J(t) is the loss along the first run, R(t) along the second, rho its iterates.
Rates     in a step the first loses at least the share eta mu of its suboptimality (theorem 2), the second
          keeps at least q = (1 - eta L)^2: two lower bounds on its next loss, from the iterate before and
          from theta*, mixed with weights 1 - eta L and eta L.  A quadratic of curvature L loses just that.
Shapes    random: (d,), counted from the minimiser; the rest as in `_descent`.
Units     as in `_descent`; q is a pure number.
"""

import math
from dataclasses import replace as replace_field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from sim.descent import descend, gradient, loss
from theory.claim import Given, Quantity, Scaling
from theory.claims.sail import _descent as descent
from theory.claims.sail._descent import J, J_star, L, T, eta, mu, start, theta_star
from theory.claims.sail.thm2 import BY_INDUCTION
from theory.family import Derived, Family, Instance, Matrix, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Chain, Entail, Induct, Lemma, Line

R: Any = sp.Function("R", real=True)
rho, h, h_next, rho_0 = map(Vec, ("rho", "h", "h_next", "rho_0"))
SLOW = 1 - eta * L
q = SLOW**2
RATE = 1 - eta * mu
NEAR, FAR = norm2(start - theta_star), norm2(rho_0 - theta_star)


@lru_cache(maxsize=4096)
def _runner(i: Instance, t: int, kind: type) -> tuple:
    return descend(descent.bowl(i), i.random, i.rate / i.L, t)


def runner(i: Instance, t: int) -> tuple:
    """rho - theta* after t steps; kept by kind of number."""
    return _runner(i, t, type(i.rate))


def second(i: Instance):
    """J(rho^(T)) - J(theta*), by running T steps."""
    return loss(descent.bowl(i), runner(i, i.T))


def at(i: Instance, t: int) -> tuple:
    return tuple(c + v for c, v in zip(i.centre, runner(i, t), strict=True))


SYMBOLS = descent.SYMBOLS | {
    R: lambda i: lambda t: i.least + loss(descent.bowl(i), runner(i, int(t))),
    rho: lambda i: at(i, i.T),
    rho_0: lambda i: at(i, 0),
    h: lambda i: gradient(descent.bowl(i), runner(i, i.T)),
    h_next: lambda i: gradient(descent.bowl(i), runner(i, i.T + 1)),
}

SECOND_RUN = Given(
    text="the other run starts at theta_rand and takes the same steps",
    fact=sp.Le(J_star, R(T)),
    grants=(
        "value(J, rho, R(T))",
        "gradient(J, rho, h)",
        "value(J, rho_0, R(0))",
        "value(J, rho - eta*h, R(T+1))",
        "gradient(J, rho - eta*h, h_next)",
    ),
)
UPDATE = replace_field(descent.UPDATE, fact=None, because="it is run so")
GIVENS = (*(g for g in descent.GIVENS if g not in (descent.UPDATE, descent.LOWEST)), UPDATE, SECOND_RUN)
HORIZON = Given(
    text="L (1 - eta mu)^T |theta^P - theta*|^2 <= mu (1 - eta L)^(2T) |theta_rand - theta*|^2: a horizon",
    fact=sp.Le(L * RATE**T * NEAR, mu * q**T * FAR),
)

FIRST_GAP, SECOND_GAP = J(T) - J_star, R(T) - J_star
AT_START = Lemma(
    "smooth_upper", {"f": J, "L": L, "x": theta_star, "y": start, "g": sp.S.Zero, "fx": J_star, "fy": J(0)}
)
AT_RANDOM = Lemma(
    "strong_convexity",
    {"f": J, "mu": mu, "x": theta_star, "y": rho_0, "g": sp.S.Zero, "fx": J_star, "fy": R(0)},
)
BOTH = {"f": J, "L": L, "mu": mu}
AHEAD_OF = {"y": rho - eta * h, "h": h_next, "fy": R(T + 1)}
FROM_BEFORE = Lemma("smooth_convex", {**BOTH, **AHEAD_OF, "x": rho, "g": h, "fx": R(T)})
FROM_STAR = Lemma("smooth_convex", {**BOTH, **AHEAD_OF, "x": theta_star, "g": sp.S.Zero, "fx": J_star})
NOW = Lemma(
    "smooth_convex",
    {**BOTH, "x": theta_star, "g": sp.S.Zero, "fx": J_star, "y": rho, "h": h, "fy": R(T)},
)
MIDDLE = Lemma("square_nonneg", {"v": h_next - SLOW * h})
KEPT = q**T * (R(0) - J_star)
BELOW = Induct(
    T,
    0,
    step=(
        Line("<=", q * SECOND_GAP, Entail(), "the induction hypothesis times q >= 0"),
        Line(
            "<=", SLOW * (SECOND_GAP - eta / 2 * norm2(h)), Entail(facts=(NOW,)), "|h|^2 <= 2 L times the gap"
        ),
        Line("<=", R(T + 1) - J_star, Entail(facts=(FROM_BEFORE, FROM_STAR, MIDDLE)), "both bounds, mixed"),
    ),
)

AHEAD = Quantity(text="J(theta^(T)) - J(theta*), from theta^P", run=descent.suboptimality, expr=FIRST_GAP)


def outrun(relation: str, distances: Entail, near: Any = NEAR, at_start: Lemma = AT_START) -> Chain:
    """Theorem 2 above, its counterpart below, the horizon between."""
    return Chain(
        FIRST_GAP,
        (
            Line("<=", RATE**T * (J(0) - J_star), BY_INDUCTION, "theorem 2"),
            Line("<=", RATE**T * L / 2 * near, Entail(facts=(at_start,)), "equation (7)"),
            Line(relation, q**T * mu / 2 * FAR, distances, "the horizon"),
            Line("<=", KEPT, Entail(facts=(AT_RANDOM,)), "strong convexity at theta*"),
            Line("<=", SECOND_GAP, BELOW, "gradient descent cannot be faster than that"),
        ),
    )


def stretched(i: Instance, k: Any) -> Instance:
    """theta -> k theta at fixed curvatures, both runs."""
    return replace(descent.stretched(i, k), random=tuple(k * v for v in i.random))


SCALINGS = (
    Scaling(text="J -> kJ, eta -> eta/k", power=1, move=descent.bent),
    Scaling(text="theta -> k theta", power=2, move=stretched),
)


def capped(v: tuple, square) -> tuple:
    """The vector shortened to a squared length of at most `square`, exactly where the ratio is a square."""
    length, grid = sum(x * x for x in v), 840
    if length <= square:
        return v
    ratio = Fraction(square) / length
    root = Fraction(math.isqrt(ratio.numerator * grid**2 // ratio.denominator), grid)
    return tuple(root * x for x in v)


def mixture(i: Any) -> tuple:
    """theta^P - theta*, the mixture of the two experts."""
    return tuple(i.gamma * a + (1 - i.gamma) * b for a, b in zip(*i.experts, strict=True))


def alpha_of(i: Any):
    """alpha = mu/(2L)."""
    return Fraction(i.mu) / (2 * i.L)


def close_enough(i: Any) -> tuple:
    """The experts within alpha of the random start, in squared distance."""
    return tuple(capped(v, alpha_of(i) * sum(x * x for x in i.random)) for v in i.raw)


def experts_family(close: bool) -> Family:
    """Two experts and a random start other than theta*; `close`: the experts lie within alpha of it."""
    fields = {k: v for k, v in descent.FAMILY.fields.items() if k != "start"}
    return Family(
        fields={
            **fields,
            "other": Vector("d"),
            "random": Derived(lambda f: f.other if any(f.other) else (1,) * f.d),
            "raw": Matrix(2, "d"),
            "experts": Derived(close_enough if close else lambda f: f.raw),
            "gamma": Real(0, 1),
            "start": Derived(mixture),
        },
        leaves_out=f"{descent.FAMILY.leaves_out}; more than two experts; weights that are not convex",
    )


first, other = map(Vec, ("theta_1", "theta_2"))
gamma = sp.Symbol("gamma", nonnegative=True)
MIX = gamma * first + (1 - gamma) * other
EXPERTS = {
    first: lambda i: tuple(c + v for c, v in zip(i.centre, i.experts[0], strict=True)),
    other: lambda i: tuple(c + v for c, v in zip(i.centre, i.experts[1], strict=True)),
    gamma: lambda i: i.gamma,
}
MIXED = Given(
    text="theta^P = gamma theta_1 + (1 - gamma) theta_2, gamma in [0, 1]",
    fact=sp.Le(gamma, 1),
    grants=(("value", J, MIX, J(0)),),
)
FROM_MIX = Lemma("smooth_upper", {**AT_START.bind, "y": MIX})
APART = Given(text="theta_rand != theta*, as it is with probability one", fact=sp.Gt(FAR, 0))


def race(rate, experts: tuple, random: tuple, T: int, curvatures: tuple) -> Instance:
    """Two experts, of which the first is taken, around a minimiser at (1, ..., 1); mu = 1, L = 2."""
    d = len(random)
    values = {
        "d": d, "L": Fraction(2), "mu": Fraction(1), "rate": rate, "T": T, "inner": curvatures,
        "outer": curvatures, "radius": Fraction(1), "centre": (Fraction(1),) * d, "least": Fraction(1),
        "other": random, "random": random, "raw": experts, "experts": experts, "gamma": Fraction(1),
    }  # fmt: skip
    found = Instance(**values)
    return Instance(**values, start=mixture(found))
