"""Squares of norms are not negative, for every linear combination of vectors."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Vector
from theory.notation import Vec, norm2

V = Vec("v")

LEMMA = LemmaRecord(
    name="square_nonneg",
    text="The squared norm of a vector is not negative.",
    source="definition of the inner product",
    symbols={"v": V},
    conclusion=sp.Ge(norm2(V), 0, evaluate=False),
    because="standard: an inner product is positive semidefinite, by definition",
    family=Family(fields={"d": Integer(1, 4), "v": Vector("d")}, leaves_out="d > 4"),
    values={V: lambda i: i.v},
    mutants=(("at least one", sp.Ge(norm2(V), 1)), ("strictly positive", sp.Gt(norm2(V), 0, evaluate=False))),
)
