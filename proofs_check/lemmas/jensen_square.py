"""Jensen's inequality for the square and convex weights of any number."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Simplex, Vector
from theory.proof import Chain, Entail, Line

N = sp.Symbol("n", integer=True, positive=True)
J, K = sp.symbols("j k", integer=True, positive=True)
W: Any = sp.IndexedBase("w", nonnegative=True)
A: Any = sp.IndexedBase("a", real=True)
MEAN: Any = sp.Sum(W[J] * A[J], (J, 1, N))
RIGHT: Any = sp.Sum(W[J] * A[J] ** 2, (J, 1, N))
SPREAD: Any = sp.Sum(W[J] * (A[J] - sp.Sum(W[K] * A[K], (K, 1, N))) ** 2, (J, 1, N))

LEMMA = LemmaRecord(
    name="jensen_square",
    text="The square of a weighted mean is at most the weighted mean of the squares.",
    source="Jensen, Acta Mathematica 30, 1906",
    symbols={"w": W[J], "a": A[J], "j": J, "n": N},
    index=("j",),
    terms=("w", "a"),
    hypotheses=(sp.Ge(W[J], 0, evaluate=False), sp.Eq(sp.Sum(W[J], (J, 1, N)), 1)),
    conclusion=sp.Le(MEAN**2, RIGHT, evaluate=False),
    proof=Chain(
        MEAN**2,
        (
            Line("<=", MEAN**2 + SPREAD, Entail(), "the weighted spread is not negative"),
            Line("==", RIGHT, Entail(), "expand the spread; the weights sum to one"),
        ),
    ),
    family=Family(fields={"n": Integer(1, 4), "w": Simplex("n"), "a": Vector("n")}, leaves_out="n > 4"),
    values={N: lambda i: i.n, W: lambda i: i.w, A: lambda i: i.a},
    mutants=(("half the right side", sp.Le(MEAN**2, RIGHT / 2)), ("reversed", sp.Ge(MEAN**2, RIGHT))),
)
