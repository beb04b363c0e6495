"""Markov's inequality for finitely many points."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Derived, Family, Integer, Real, Simplex, Vector
from theory.proof import Chain, Lemma, Line, Rewrite

N = sp.Symbol("n", integer=True, nonnegative=True)
J, K = sp.symbols("j k", integer=True, positive=True)
P: Any = sp.IndexedBase("p", real=True)
X: Any = sp.IndexedBase("x", real=True)
HIT: Any = sp.IndexedBase("h", real=True)
C = sp.Symbol("c", real=True)
LEFT: Any = sp.Sum(P[J] * HIT[J], (J, 1, N))
RIGHT: Any = sp.Sum(P[J] * X[J], (J, 1, N)) / C
SCALED: Any = sp.Sum(P[J] * X[J] / C, (J, 1, N))

LEMMA = LemmaRecord(
    name="markov",
    text="If h_j c <= x_j (h the indicator of x >= c, x >= 0), then P(x >= c) = sum p_j h_j <= E[x] / c.",
    source="Markov, Ischislenie veroyatnostei, 1913",
    symbols={"p": P[J], "x": X[J], "h": HIT[J], "c": C, "j": J, "n": N},
    index=("j",),
    terms=("p", "x", "h"),
    constants=("c",),
    hypotheses=(C > 0, sp.Ge(P[J], 0, evaluate=False), sp.Le(C * HIT[J], X[J], evaluate=False)),
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(
        LEFT,
        (
            Line(
                "<=",
                SCALED,
                Lemma("sum_monotone", {"a": P[K] * HIT[K], "b": P[K] * X[K] / C, "j": K, "n": N}),
                "term by term",
            ),
            Line("==", RIGHT, Rewrite()),
        ),
    ),
    family=Family(
        fields={
            "n": Integer(1, 4),
            "p": Simplex("n"),
            "x": Vector("n", Real(0, 4)),
            "c": Real(0, 4, "lo"),
            "h": Derived(lambda i: tuple(int(x >= i.c) for x in i.x)),
        },
        leaves_out="laws with infinitely many points",
    ),
    values={N: lambda i: i.n, P: lambda i: i.p, X: lambda i: i.x, HIT: lambda i: i.h, C: lambda i: i.c},
    mutants=(("c squared", sp.Le(LEFT, RIGHT / C)), ("half the right side", sp.Le(LEFT, RIGHT / 2))),
)
