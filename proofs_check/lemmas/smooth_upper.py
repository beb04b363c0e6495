"""The descent lemma at two points: an upper bound for functions with Lipschitz gradient."""

from fractions import Fraction

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Real, Vector
from theory.notation import Vec, dot, norm2

X, Y, G = Vec("x"), Vec("y"), Vec("g")
F, L, FX, FY = sp.symbols("f L fx fy", real=True)
RIGHT = FX + dot(G, Y - X) + L / 2 * norm2(Y - X)


def _f(i, point):  # f(z) = sum a_k z_k^2 / 2, whose gradient is a_k z_k
    return sum((a * z * z for a, z in zip(i.a, point, strict=True)), Fraction(0)) / 2


LEMMA = LemmaRecord(
    name="smooth_upper",
    text="f(y) is at most its linearisation at x plus L/2 times the squared distance.",
    source="Nesterov, Introductory Lectures on Convex Optimization, 2004, Lemma 1.2.3",
    symbols={"f": F, "L": L, "x": X, "y": Y, "g": G, "fx": FX, "fy": FY},
    needs=("smooth({f}, {L})", "value({f}, {x}, {fx})", "value({f}, {y}, {fy})", "gradient({f}, {x}, {g})"),
    conclusion=sp.Le(FY, RIGHT, evaluate=False),
    because="standard: Nesterov, 2004, Lemma 1.2.3 (descent lemma)",
    family=Family(
        fields={"d": Integer(1, 3), "a": Vector("d", Real(-4, 4)), "x": Vector("d"), "y": Vector("d")},
        leaves_out="functions that are not quadratic",
    ),
    values={
        L: lambda i: max(abs(a) for a in i.a),
        X: lambda i: i.x,
        Y: lambda i: i.y,
        G: lambda i: tuple(a * z for a, z in zip(i.a, i.x, strict=True)),
        FX: lambda i: _f(i, i.x),
        FY: lambda i: _f(i, i.y),
    },
    mutants=(
        ("L/4", sp.Le(FY, FX + dot(G, Y - X) + L / 4 * norm2(Y - X))),
        ("gradient reversed", sp.Le(FY, FX - dot(G, Y - X) + L / 2 * norm2(Y - X))),
    ),
)
