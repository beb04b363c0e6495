"""The triangle inequality of the Euclidean norm."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Vector
from theory.notation import Vec, norm2
from theory.proof import Chain, Entail, Lemma, Line

X, Y = Vec("x"), Vec("y")
LEFT, RIGHT = sp.sqrt(norm2(X + Y)), sp.sqrt(norm2(X)) + sp.sqrt(norm2(Y))

LEMMA = LemmaRecord(
    name="triangle",
    text="The norm of a sum is at most the sum of the norms.",
    source="Steele, The Cauchy-Schwarz Master Class, 2004, section 4.1",
    symbols={"x": X, "y": Y},
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(
        LEFT,
        (
            Line(
                "<=",
                RIGHT,
                Entail(
                    facts=(Lemma("cauchy_schwarz", {"x": X, "y": Y}), Lemma("square_nonneg", {"v": X + Y}))
                ),
                "square both sides",
            ),
        ),
    ),
    family=Family(fields={"d": Integer(1, 4), "x": Vector("d"), "y": Vector("d")}, leaves_out="d > 4"),
    values={X: lambda i: i.x, Y: lambda i: i.y},
    mutants=(
        ("root of the sum of squares", sp.Le(LEFT, sp.sqrt(norm2(X) + norm2(Y)))),
        ("half the right side", sp.Le(LEFT, RIGHT / 2)),
    ),
)
