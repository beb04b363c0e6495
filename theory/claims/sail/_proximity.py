"""The world of SAIL theorem 1: a data set near the target, its parameters, and random ones.

World     mu_i - mu* = tau Z and delta = sqrt(beta) S, with Z standard normal and S = +-1 equally likely;
          theta_i = f(mu_i, sigma_i^2) = theta* + L (split_1 (mu_i - mu*) + split_2 delta) e_1 with a split of
          norm 1, so that f is Lipschitz with constant L; theta_rand is standard normal.
Shapes    theta_i, theta*, theta_rand: (d,); the rest scalar.
Units     (tau^2 + beta) L^2 has the units of |theta|^2, whose unit is fixed by N(0, I).
"""

from fractions import Fraction

import numpy as np
import sympy as sp

from sim.directions import points
from sim.proximity import closer, failure
from theory.claim import Given, PrintedStep
from theory.family import Choice, Family, Instance, Integer, Real, Vector
from theory.notation import E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Lemma, Line

d = sp.Symbol("d", integer=True, positive=True)
L, alpha = sp.symbols(r"L \alpha", positive=True)
tau, beta = sp.symbols(r"\tau \beta", nonnegative=True)
star, W = Vec(r"\theta^*"), Vec(r"\theta_{rand}")
fails, good = sp.symbols(r"P(X\geq\alpha\,Y) P(X\leq\alpha\,Y)", nonnegative=True)
EX = sp.Symbol("E[X]", nonnegative=True)
EY = sp.Symbol("E[Y]", positive=True)
moved, spread = sp.symbols(r"E{(\mu_i-\mu^*)}^2 E{\delta}^2", nonnegative=True)
apart2, models2 = sp.symbols(r"{|a-b|}^2 {|f(a)-f(b)|}^2", nonnegative=True)

HALF, SPLITS = Fraction(1, 2), ((1, 0), (Fraction(3, 5), Fraction(4, 5)), (0, 1))
FAMILY = Family(
    fields={
        "d": Integer(1, 4),
        "L": Real(0, 4, open="lo"),
        "tau": Real(0, 4),
        "beta": Real(0, 4),
        "alpha": Real(0, 1, open="both"),
        "star": Vector("d", Real(-3, 3)),
        "split": Choice(SPLITS),
        "coupling": Choice(("independent", "opposed")),
    },
    leaves_out="dependence of X and Y other than the extreme one; theta_i that moves in several directions",
)


def legs(i: Instance):
    """(a, c) with X = (a Z + c S)^2: the lengths of the two shifts."""
    return i.L * i.split[0] * i.tau, i.L * i.split[1] * i.beta**0.5


def chance_of_failure(i: Instance):
    """P(X >= alpha Y): exact where Z alone moves theta_i and theta* = 0 in one or two dimensions."""
    if isinstance(i.alpha, Fraction) and i.split == (1, 0) and i.d <= 2 and not any(i.star):
        ratio = sp.sympify(i.L * i.tau) ** 2 / sp.sympify(i.alpha)
        if i.coupling == "independent":
            return 2 / sp.pi * sp.atan(sp.sqrt(ratio)) if i.d == 1 else 1 - 1 / sp.sqrt(1 + ratio)
    a, c = map(float, legs(i))
    centre2 = float(sum(v * v for v in i.star))
    return min(failure(i.d, centre2, a, c, float(i.alpha), i.coupling), 1.0)


def indicators(i: Instance, rng: np.random.Generator, n: int):
    return closer(np.array(i.star, float), *map(float, legs(i)), i.alpha, i.coupling, rng, n)


def features(i: Instance) -> tuple:
    """Two data sets, as (mu - mu*, delta)."""
    return (i.tau, -i.beta), (i.beta + 1, i.tau)


def model(i: Instance, data: tuple) -> tuple:
    """theta = f(mu, sigma^2)."""
    step = i.L * sum(s * v for s, v in zip(i.split, data, strict=True))
    return tuple(v + step * (k == 0) for k, v in enumerate(i.star))


def squared_gap(a: tuple, b: tuple):
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


def mean_square(size, rule: tuple):
    """E (size Z)^2 over a rule with the moments of Z."""
    return sum(w * (size * z) ** 2 for w, (z,) in zip(*rule, strict=True))


SYMBOLS = {
    d: lambda i: i.d,
    L: lambda i: i.L,
    alpha: lambda i: i.alpha,
    tau: lambda i: i.tau,
    beta: lambda i: i.beta,
    star: lambda i: i.star,
    fails: chance_of_failure,
    good: lambda i: 1 - chance_of_failure(i),
    EX: lambda i: i.L**2 * (i.split[0] ** 2 * i.tau**2 + i.split[1] ** 2 * i.beta),
    moved: lambda i: mean_square(i.tau, points("gaussian", 1)),
    spread: lambda i: sum(i.beta * s * s for s in (-1, 1)) / 2,
    apart2: lambda i: squared_gap(*features(i)),
    models2: lambda i: squared_gap(*(model(i, f) for f in features(i))),
    EY: lambda i: i.d + sum(v * v for v in i.star),
}
LAWS = {W: Law(kind="gaussian", dim=d, points=lambda i: points("gaussian", i.d))}

BOUND = L**2 * (tau**2 + beta) / (alpha * (d + norm2(star)))
RANGE = Given(text="alpha in (0, 1)", fact=sp.And(alpha > 0, alpha < 1))
NORMAL = Given(text="theta_rand is standard normal (Assumption 3)", because="Y is drawn so")
DATA = Given(
    text="mu_i ~ N(mu*, tau^2), E delta = 0, Var delta <= beta (Assumptions 1 and 2)",
    fact=sp.And(sp.Eq(moved, tau**2), sp.Le(spread, beta)),
)
LIPSCHITZ = Given(
    text="theta_i = f(mu_i, sigma_i^2), f L-Lipschitz (Assumption 4): squared and averaged",
    fact=sp.And(sp.Le(EX, L**2 * (moved + spread)), sp.Le(models2, L**2 * apart2)),
)
APART = Given(
    text="theta_rand is independent of D_i",
    check=lambda i: i.coupling == "independent",
    grants=(("chance_of_independent", fails, EX, EY, alpha),),
)
PLANE = Given(
    text="d >= 2: then |theta_rand - theta*|^2 has a log-concave density, so a non-decreasing failure rate",
    fact=sp.Ge(d, 2),
    grants=(("increasing_failure_rate", EY),),
)
MEAN = Given(text="E|theta_rand - theta*|^2 = d + |theta*|^2", fact=sp.Eq(EY, d + norm2(star)))
GIVENS = (RANGE, NORMAL, DATA, LIPSCHITZ, MEAN)
RARELY_SMALL = Lemma("increasing_failure_rate", {"p": fails, "x": EX, "m": EY, "a": alpha})


def rarely() -> Chain:
    """A random start is rarely close; the Lipschitz bound; the mean of the random distance."""
    return Chain(
        fails,
        (
            Line("<=", EX / (alpha * EY), RARELY_SMALL),
            Line("<=", L**2 * (tau**2 + beta) / (alpha * EY), Entail()),
            Line("==", BOUND, Entail()),
        ),
    )


ASSUMPTIONS = (
    PrintedStep(item="sail.a1", left=moved, relation="==", right=tau**2),
    PrintedStep(item="sail.a2", left=spread, relation="<=", right=beta),
    PrintedStep(
        item="sail.a3",
        text="unit variance in every direction, here that of theta*",
        left=E(dot(W, star) ** 2),
        relation="==",
        right=norm2(star),
        by=Expect(),
    ),
    PrintedStep(
        item="sail.a4",
        text="f at two data sets",
        left=models2,
        relation="<=",
        right=L**2 * apart2,
    ),
)
