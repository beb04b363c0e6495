"""The central difference of a function whose third derivative obeys |D^3 f[h,h,h]| <= M |h|^3."""

from fractions import Fraction
from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Derived, Family, Integer, Real, Vector
from theory.notation import Vec, dot, norm2

X, V, G, Y, Z = Vec("x"), Vec("v"), Vec("g"), Vec("y"), Vec("z")
F, M, R, UP, DOWN = sp.symbols("f M r up down", real=True)
INNER: Any = dot(G, V)
RIGHT = 2 * INNER + M / 3 * R**3


def _f(i, point):  # f(z) = sum_k b_k z_k^2 / 2 + a_k z_k^3 / 6
    rows = zip(i.a, i.b, point, strict=True)
    return sum((b * z * z / 2 + a * z * z * z / 6 for a, b, z in rows), Fraction(0))


def _length(i):  # of v, one-hot
    return max(abs(z) for z in i.v)


def _ahead(i, sign=1):
    return tuple(x + sign * v for x, v in zip(i.x, i.v, strict=True))


LEMMA = LemmaRecord(
    name="central_difference",
    text="f(x+v) - f(x-v) is at most 2 <g, v> plus M/3 times the cubed length of v.",
    source="Nesterov and Polyak, Mathematical Programming 108, 2006, inequality (2.2) at v and -v",
    symbols={"f": F, "M": M, "x": X, "v": V, "y": Y, "z": Z, "g": G, "up": UP, "down": DOWN, "r": R},
    needs=(
        "third_derivative({f}, {M})",
        "value({f}, {y}, {up})",
        "value({f}, {z}, {down})",
        "gradient({f}, {x}, {g})",
    ),
    hypotheses=(
        sp.Ge(R, 0, evaluate=False),
        sp.Eq(R**2, norm2(V)),
        sp.Eq(norm2(Y - X - V), 0),
        sp.Eq(norm2(Z - X + V), 0),
    ),
    conclusion=sp.Le(UP - DOWN, RIGHT, evaluate=False),
    because="standard: Taylor's formula with integral remainder at x + v and x - v",
    family=Family(
        fields={
            "d": Integer(1, 3),
            "a": Vector("d"),
            "b": Vector("d"),
            "x": Vector("d"),
            "hot": Integer(1, "d"),
            "size": Real(-3, 3),
            "v": Derived(lambda i: tuple(i.size * (k == i.hot - 1) for k in range(i.d))),
        },
        leaves_out="functions that are not cubic; directions other than coordinates",
    ),
    values={
        M: lambda i: max(abs(a) for a in i.a),
        X: lambda i: i.x,
        V: lambda i: i.v,
        G: lambda i: tuple(b * z + a * z * z / 2 for a, b, z in zip(i.a, i.b, i.x, strict=True)),
        R: _length,
        Y: _ahead,
        Z: lambda i: _ahead(i, -1),
        UP: lambda i: _f(i, _ahead(i)),
        DOWN: lambda i: _f(i, _ahead(i, -1)),
    },
    mutants=(
        ("M/6", sp.Le(UP - DOWN, 2 * INNER + M / 6 * R**3)),
        ("gradient reversed", sp.Le(UP - DOWN, -2 * INNER + M / 3 * R**3)),
        ("the length squared", sp.Le(UP - DOWN, 2 * INNER + M / 3 * R**2)),
    ),
)
