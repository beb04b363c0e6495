"""A smooth and convex function at two points, with both gradients."""

from fractions import Fraction

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Real, Vector
from theory.notation import Vec, dot, norm2

X, Y, G, H = Vec("x"), Vec("y"), Vec("g"), Vec("h")
F, L, mu, FX, FY = sp.symbols("f L mu fx fy", real=True)
RIGHT = FX + dot(G, Y - X) + norm2(H - G) / (2 * L)


def _f(i, point):  # f(z) = sum a_k z_k^2 / 2, whose gradient is a_k z_k
    return sum((a * z * z for a, z in zip(i.a, point, strict=True)), Fraction(0)) / 2


def _gradient(name: str):
    return lambda i: tuple(a * z for a, z in zip(i.a, getattr(i, name), strict=True))


LEMMA = LemmaRecord(
    name="smooth_convex",
    text="f(y) is at least its linearisation at x plus |grad f(y) - grad f(x)|^2 / (2 L).",
    source="Nesterov, Introductory Lectures on Convex Optimization, 2004, Theorem 2.1.5, inequality (2.1.7)",
    symbols={"f": F, "L": L, "mu": mu, "x": X, "y": Y, "g": G, "h": H, "fx": FX, "fy": FY},
    hypotheses=(L > 0, mu >= 0),
    needs=(
        "smooth({f}, {L})",
        "strongly_convex({f}, {mu})",
        "value({f}, {x}, {fx})",
        "value({f}, {y}, {fy})",
        "gradient({f}, {x}, {g})",
        "gradient({f}, {y}, {h})",
    ),
    conclusion=sp.Ge(FY, RIGHT, evaluate=False),
    because="standard: Nesterov, 2004, Theorem 2.1.5 (smooth and convex functions)",
    family=Family(
        fields={
            "d": Integer(1, 3),
            "a": Vector("d", Real(Fraction(1, 4), 4)),
            "x": Vector("d"),
            "y": Vector("d"),
        },
        leaves_out="functions that are not quadratic",
    ),
    values={
        L: lambda i: max(i.a),
        mu: lambda i: min(i.a),
        X: lambda i: i.x,
        Y: lambda i: i.y,
        G: _gradient("x"),
        H: _gradient("y"),
        FX: lambda i: _f(i, i.x),
        FY: lambda i: _f(i, i.y),
    },
    mutants=(
        ("1/L, not 1/(2 L)", sp.Ge(FY, FX + dot(G, Y - X) + norm2(H - G) / L)),
        ("gradient reversed", sp.Ge(FY, FX - dot(G, Y - X) + norm2(H - G) / (2 * L))),
        ("the gradient at y", sp.Ge(FY, FX + dot(H, Y - X) + norm2(H - G) / (2 * L))),
    ),
)
