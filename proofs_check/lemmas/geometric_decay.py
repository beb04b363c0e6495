"""A sequence that shrinks by a factor each step shrinks geometrically."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Real
from theory.proof import Chain, Entail, Induct, Line, Rewrite

T, K = sp.symbols("T t", integer=True, nonnegative=True)
Q = sp.Symbol("q", real=True)
A: Any = sp.Function("a", real=True)
RIGHT = Q**T * A(0)

LEMMA = LemmaRecord(
    name="geometric_decay",
    text="If a(t+1) <= q a(t) for all t and q >= 0, then a(T) <= q^T a(0).",
    source="induction on T",
    symbols={"a": A, "q": Q, "T": T, "t": K},
    index=("t",),
    hypotheses=(Q >= 0, sp.Le(A(K + 1), Q * A(K), evaluate=False)),
    conclusion=sp.Le(A(T), RIGHT, evaluate=False),
    proof=Chain(
        A(T),
        (
            Line(
                "<=",
                RIGHT,
                Induct(
                    T,
                    0,
                    step=(
                        Line("<=", Q * A(T), Entail(), "the hypothesis at t = T"),
                        Line("<=", Q * RIGHT, Entail(), "the induction hypothesis times q >= 0"),
                        Line("==", Q ** (T + 1) * A(0), Rewrite()),
                    ),
                ),
            ),
        ),
    ),
    family=Family(
        fields={"q": Real(0, 2), "slack": Real(0, 1), "start": Real(-2, 2), "T": Integer(0, 5)},
        leaves_out="slack that changes from step to step",
    ),
    values={Q: lambda i: i.q, T: lambda i: i.T, A: lambda i: lambda t: _term(i, t)},
    mutants=(
        ("one step too many", sp.Le(A(T), Q ** (T + 1) * A(0))),
        ("reversed", sp.Ge(A(T), RIGHT)),
    ),
)


def _term(i, t):  # a(t+1) = q a(t) - slack
    value = i.start
    for _ in range(int(t)):
        value = i.q * value - i.slack
    return value
