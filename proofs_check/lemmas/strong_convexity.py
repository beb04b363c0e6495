"""Strong convexity at two points, with the gradient at the first."""

from fractions import Fraction

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Real, Vector
from theory.notation import Vec, dot, norm2

X, Y, G = Vec("x"), Vec("y"), Vec("g")
F, mu, FX, FY = sp.symbols("f mu fx fy", real=True)
RIGHT = FX + dot(G, Y - X) + mu / 2 * norm2(Y - X)


def _f(i, point):  # f(z) = sum a_k z_k^2 / 2, whose gradient is a_k z_k
    return sum((a * z * z for a, z in zip(i.a, point, strict=True)), Fraction(0)) / 2


LEMMA = LemmaRecord(
    name="strong_convexity",
    text="f(y) is at least its linearisation at x plus mu/2 times the squared distance.",
    source="Nesterov, Introductory Lectures on Convex Optimization, 2004, Definition 2.1.2",
    symbols={"f": F, "mu": mu, "x": X, "y": Y, "g": G, "fx": FX, "fy": FY},
    needs=(
        "strongly_convex({f}, {mu})",
        "value({f}, {x}, {fx})",
        "value({f}, {y}, {fy})",
        "gradient({f}, {x}, {g})",
    ),
    conclusion=sp.Ge(FY, RIGHT, evaluate=False),
    because="standard: Nesterov, 2004, Definition 2.1.2 (strong convexity)",
    family=Family(
        fields={"d": Integer(1, 3), "a": Vector("d", Real(0, 4)), "x": Vector("d"), "y": Vector("d")},
        leaves_out="functions that are not quadratic",
    ),
    values={
        mu: lambda i: min(i.a),
        X: lambda i: i.x,
        Y: lambda i: i.y,
        G: lambda i: tuple(a * z for a, z in zip(i.a, i.x, strict=True)),
        FX: lambda i: _f(i, i.x),
        FY: lambda i: _f(i, i.y),
    },
    mutants=(
        ("mu, not mu/2", sp.Ge(FY, FX + dot(G, Y - X) + mu * norm2(Y - X))),
        ("gradient reversed", sp.Ge(FY, FX - dot(G, Y - X) + mu / 2 * norm2(Y - X))),
    ),
)
