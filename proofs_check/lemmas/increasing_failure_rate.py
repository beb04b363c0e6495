"""How often a number with an increasing failure rate is small against an independent one."""

from fractions import Fraction
from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Integer, Real, Simplex, Vector

P, X = sp.symbols("p x", nonnegative=True)
M, A = sp.symbols("m a", positive=True)
RIGHT: Any = X / (A * M)


def _chance(i: Any) -> sp.Expr:
    """P(X >= a Y): X on two points, Y a sum of `shape` exponential numbers of mean 1/rate."""
    total = sp.S.Zero
    for weight, value in zip(i.weights, i.values, strict=True):
        t = sp.sympify(value) / sp.sympify(i.a) * sp.sympify(i.rate)
        tail = sum(t**k / sp.factorial(k) for k in range(i.shape)) * sp.exp(-t)
        total += sp.sympify(weight) * (1 - tail)
    return total


LEMMA = LemmaRecord(
    name="increasing_failure_rate",
    text="X >= 0 and Y independent, Y with a non-decreasing failure rate: P(X >= a Y) <= E[X] / (a E[Y]).",
    source="Barlow and Marshall, Annals of Mathematical Statistics 35, 1964, lower bound on the tail: "
    "P(Y > y) >= exp(-y/E[Y]) for y < E[Y], hence P(Y <= y) <= y/E[Y] for all y; then the mean over X",
    symbols={"p": P, "x": X, "m": M, "a": A},
    needs=("increasing_failure_rate({m})", "chance_of_independent({p}, {x}, {m}, {a})"),
    conclusion=sp.Le(P, RIGHT, evaluate=False),
    because="standard: Barlow and Marshall, 1964, lower bound on tails with a monotone failure rate",
    family=Family(
        fields={
            "shape": Integer(1, 3),
            "rate": Real(0, 3, "lo"),
            "a": Real(0, 2, "lo"),
            "values": Vector(2, Real(0, Fraction(1, 2))),
            "weights": Simplex(2),
        },
        leaves_out="laws of Y other than sums of exponential numbers; X with more than two values",
    ),
    values={
        P: _chance,
        X: lambda i: sum(w * v for w, v in zip(i.weights, i.values, strict=True)),
        M: lambda i: Fraction(i.shape) / i.rate,
        A: lambda i: i.a,
    },
    mutants=(
        ("half the right side", sp.Le(P, RIGHT / 2)),
        ("without a", sp.Le(P, X / M)),
        ("the squared mean", sp.Le(P, X / (A * M**2))),
    ),
)
