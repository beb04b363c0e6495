"""Stein's identity: the gradient of a smoothed function is a mean of its values, weighted with the noise."""

from fractions import Fraction

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from sim.directions import points
from theory.family import Family, Integer, Real, Vector
from theory.notation import Vec

F, S, M = sp.symbols("f s m", real=True)
SIGMA = sp.Symbol("sigma", positive=True)
X, A = Vec("x"), Vec("a")


def _value(i, y):  # f(y) = <h, y> + <b, y>^2 + <b, y>^3
    ridge = sum(p * q for p, q in zip(i.b, y, strict=True))
    return sum(p * q for p, q in zip(i.h, y, strict=True)) + ridge**2 + ridge**3


def _weighted(i):  # E[<u, a> f(x + sigma u)] over points with the moments of the Gaussian
    total = Fraction(0)
    for weight, u in zip(*points("gaussian", i.d), strict=True):
        along = sum(p * q for p, q in zip(u, i.a, strict=True))
        total += weight * along * _value(i, [p + i.sigma * q for p, q in zip(i.x, u, strict=True)])
    return total


def _slope(i):  # of x -> E f(x + sigma u) = f(x) + sigma^2 |b|^2 (1 + 3 <b, x>) along a
    ridge, length, across = (sum(p * q for p, q in zip(i.b, other, strict=True)) for other in (i.x, i.b, i.a))
    plain = sum(p * q for p, q in zip(i.h, i.a, strict=True))
    return plain + (2 * ridge + 3 * ridge**2 + 3 * i.sigma**2 * length) * across


LEMMA = LemmaRecord(
    name="stein",
    text="E[<u, a> f(x + sigma u)], u normal, is sigma times the slope of E f(x + sigma u) along a.",
    source="Stein, Estimation of the Mean of a Multivariate Normal Distribution, 1981, Lemma 1",
    symbols={"f": F, "x": X, "a": A, "sigma": SIGMA, "s": S, "m": M},
    needs=(
        "tame({f})",  # locally Lipschitz, its gradient of polynomial growth
        "weighted_mean({f}, {x}, {sigma}, {a}, {s})",
        "smoothed_slope({f}, {x}, {sigma}, {a}, {m})",
    ),
    conclusion=sp.Eq(S, SIGMA * M, evaluate=False),
    because="standard: Stein, 1981, Lemma 1, with differentiation under the integral sign",
    family=Family(
        fields={
            "d": Integer(1, 2),
            "sigma": Real(0, 2, open="lo"),
            "x": Vector("d", Real(-2, 2)),
            "a": Vector("d", Real(-2, 2)),
            "h": Vector("d", Real(-2, 2)),
            "b": Vector("d", Real(-2, 2)),
        },
        leaves_out="functions that are not cubic along one direction",
    ),
    values={SIGMA: lambda i: i.sigma, X: lambda i: i.x, A: lambda i: i.a, S: _weighted, M: _slope},
    mutants=(
        ("sigma squared", sp.Eq(S, SIGMA**2 * M, evaluate=False)),
        ("no sigma", sp.Eq(S, M, evaluate=False)),
        ("the sign reversed", sp.Eq(S, -SIGMA * M, evaluate=False)),
    ),
)
