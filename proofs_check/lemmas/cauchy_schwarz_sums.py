"""The inequality of Cauchy for finite sums of any length, by Lagrange's identity."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Vector
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("n", integer=True, nonnegative=True)
J, K = sp.symbols("j k", integer=True, positive=True)
A: Any = sp.IndexedBase("a", real=True)
B: Any = sp.IndexedBase("b", real=True)
PRODUCTS: Any = sp.Sum(A[J] * B[J], (J, 1, N))
LEFT = PRODUCTS**2
SQUARES_A: Any = sp.Sum(A[J] ** 2, (J, 1, N))
SQUARES_B: Any = sp.Sum(B[J] ** 2, (J, 1, N))
RIGHT = SQUARES_A * SQUARES_B
PAIRS: Any = sp.Sum((A[K] * B[J] - A[J] * B[K]) ** 2, (J, 1, K - 1), (K, 1, N))

LEMMA = LemmaRecord(
    name="cauchy_schwarz_sums",
    text="The squared sum of products is at most the product of the sums of squares.",
    source="Steele, The Cauchy-Schwarz Master Class, 2004, inequality (1.1) and identity (3.4)",
    symbols={"a": A[J], "b": B[J], "j": J, "n": N},
    index=("j",),
    terms=("a", "b"),
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(
        LEFT,
        (
            Line("<=", LEFT + PAIRS, Entail(), "a sum of squares is not negative"),
            Line("==", RIGHT, Rewrite(), "Lagrange's identity"),
        ),
    ),
    family=Family(fields={"n": Integer(0, 4), "a": Vector("n"), "b": Vector("n")}, leaves_out="n > 4"),
    values={N: lambda i: i.n, A: lambda i: i.a, B: lambda i: i.b},
    mutants=(("half the right side", sp.Le(LEFT, RIGHT / 2)), ("reversed", sp.Ge(LEFT, RIGHT))),
)
