"""Sums of any length keep the order of their terms."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Derived, Family, Integer, Real, Vector
from theory.proof import Chain, Entail, Induct, Line, Rewrite

N = sp.Symbol("n", integer=True, nonnegative=True)
J = sp.Symbol("j", integer=True, positive=True)
A: Any = sp.IndexedBase("a", real=True)
B: Any = sp.IndexedBase("b", real=True)
LEFT: Any = sp.Sum(A[J], (J, 1, N))
RIGHT: Any = sp.Sum(B[J], (J, 1, N))

LEMMA = LemmaRecord(
    name="sum_monotone",
    text="If a_j <= b_j for every j, the sums have the same order.",
    source="induction on n",
    symbols={"a": A[J], "b": B[J], "j": J, "n": N},
    index=("j",),
    terms=("a", "b"),
    hypotheses=(sp.Le(A[J], B[J], evaluate=False),),
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(
        LEFT,
        (
            Line(
                "<=",
                RIGHT,
                Induct(
                    N,
                    0,
                    step=(
                        Line("==", LEFT + A[N + 1], Rewrite(), "split off the last term"),
                        Line("<=", RIGHT + B[N + 1], Entail(), "induction hypothesis and the last terms"),
                        Line("==", sp.Sum(B[J], (J, 1, N + 1)), Rewrite()),
                    ),
                ),
            ),
        ),
    ),
    family=Family(
        fields={
            "n": Integer(0, 4),
            "a": Vector("n"),
            "gap": Vector("n", Real(0, 2)),
            "b": Derived(lambda i: tuple(x + y for x, y in zip(i.a, i.gap, strict=True))),
        },
        leaves_out="n > 4",
    ),
    values={N: lambda i: i.n, A: lambda i: i.a, B: lambda i: i.b},
    mutants=(("reversed", sp.Ge(LEFT, RIGHT)), ("half the right side", sp.Le(LEFT, RIGHT / 2))),
)
