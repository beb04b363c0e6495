"""The variance of numbers under any weights is at most half the sum of their squares."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Simplex, Vector
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("n", integer=True, positive=True)
J, K = sp.symbols("j k", integer=True, positive=True)
W: Any = sp.IndexedBase("w", nonnegative=True)
A: Any = sp.IndexedBase("a", real=True)
WHOLE: Any = sp.Sum(W[J], (J, 1, N))
MEAN: Any = sp.Sum(W[J] * A[J], (J, 1, N))
SQUARES: Any = sp.Sum(W[J] * A[J] ** 2, (J, 1, N))
TWICE: Any = sp.Sum(W[J] ** 2 * A[J] ** 2, (J, 1, N))
PAIRS: Any = sp.Sum(W[J] * W[K] * (A[J] + A[K]) ** 2, (J, 1, K - 1), (K, 1, N))
REST: Any = sp.Sum((1 - 2 * W[J]) ** 2 * A[J] ** 2, (J, 1, N))
LEFT: Any = SQUARES - MEAN**2
ALL: Any = sp.Sum(A[J] ** 2, (J, 1, N))
RIGHT: Any = ALL / 2

LEMMA = LemmaRecord(
    name="half_variance",
    text="Under non-negative weights with sum one the variance is at most half the sum of the squares.",
    source="Gershgorin's circles for diag(w) - w w^T: 2 w_j (1 - w_j) <= 1/2 (Horn and Johnson 2013, 6.1.1)",
    symbols={"w": W[J], "a": A[J], "j": J, "n": N},
    index=("j",),
    terms=("w", "a"),
    hypotheses=(sp.Ge(W[J], 0, evaluate=False), sp.Eq(WHOLE, 1)),
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(
        LEFT,
        (
            Line("==", 2 * SQUARES - WHOLE * SQUARES - MEAN**2, Entail(), "the weights sum to one"),
            Line("==", 2 * SQUARES - 2 * TWICE - PAIRS, Rewrite(), "as in Lagrange's identity"),
            Line("<=", 2 * SQUARES - 2 * TWICE, Entail(), "the pairs are not negative"),
            Line("==", RIGHT - REST / 2, Rewrite(), "1/2 - 2w + 2w^2 = (1 - 2w)^2/2"),
            Line("<=", RIGHT, Entail()),
        ),
    ),
    family=Family(fields={"n": Integer(1, 4), "w": Simplex("n"), "a": Vector("n")}, leaves_out="n > 4"),
    values={N: lambda i: i.n, W: lambda i: i.w, A: lambda i: i.a},
    mutants=(("a quarter", sp.Le(LEFT, RIGHT / 2)), ("reversed", sp.Ge(LEFT, RIGHT))),
)
