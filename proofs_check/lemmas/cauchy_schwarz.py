"""The inequality of Cauchy and Schwarz for two vectors."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Vector
from theory.notation import Vec, dot, norm2

X, Y = Vec("x"), Vec("y")
INNER: Any = dot(X, Y)

LEMMA = LemmaRecord(
    name="cauchy_schwarz",
    text="The squared inner product is at most the product of the squared norms.",
    source="Steele, The Cauchy-Schwarz Master Class, 2004, inequality (1.15)",
    symbols={"x": X, "y": Y},
    conclusion=sp.Le(INNER**2, norm2(X) * norm2(Y), evaluate=False),
    because="standard: Schwarz, 1888, inequality of Cauchy and Schwarz",
    family=Family(fields={"d": Integer(1, 4), "x": Vector("d"), "y": Vector("d")}, leaves_out="d > 4"),
    values={X: lambda i: i.x, Y: lambda i: i.y},
    mutants=(
        ("half the right side", sp.Le(INNER**2, norm2(X) * norm2(Y) / 2)),
        ("an equality", sp.Eq(INNER**2, norm2(X) * norm2(Y))),
    ),
)
