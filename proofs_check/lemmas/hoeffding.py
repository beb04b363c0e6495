"""Hoeffding's inequality for the mean of bounded, independent numbers with one law."""

from fractions import Fraction
from math import comb
from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Derived, Family, Integer, Real

N = sp.Symbol("n", integer=True, positive=True)
P, T = sp.symbols("p t", nonnegative=True)
C = sp.Symbol("c", positive=True)
RIGHT: Any = sp.exp(-2 * N * T**2 / C**2)


def _far_below(i: Any) -> Fraction:
    """P(E X - mean > t) for n numbers that are c with probability q and 0 otherwise, by enumeration."""
    laws = ((k, comb(i.n, k) * i.q**k * (1 - i.q) ** (i.n - k)) for k in range(i.n + 1))
    return sum((w for k, w in laws if i.c * i.q - i.c * Fraction(k, i.n) > i.c * i.share), Fraction(0))


LEMMA = LemmaRecord(
    name="hoeffding",
    text="The mean of n i.i.d. numbers in [0, c] lies more than t below its expectation with probability p.",
    source="Hoeffding, Journal of the American Statistical Association 58, 1963, theorem 2",
    symbols={"p": P, "n": N, "t": T, "c": C},
    needs=("mean_deviation({p}, {n}, {t}, {c})",),
    conclusion=sp.Le(P, RIGHT, evaluate=False),
    because="standard: Hoeffding, 1963, theorem 2",
    family=Family(
        fields={
            "n": Integer(1, 4),
            "q": Real(0, 1),
            "c": Real(0, 4, "lo"),
            "k": Integer(0, 1),
            "share": Derived(lambda f: max(f.q - Fraction(f.k, f.n), Fraction(0)) * Fraction(23, 24)),
        },
        leaves_out="numbers that take more than two values",
    ),
    values={N: lambda i: i.n, T: lambda i: i.share * i.c, C: lambda i: i.c, P: _far_below},
    mutants=(
        ("twice the exponent", sp.Le(P, RIGHT**2)),
        ("the square of n", sp.Le(P, sp.exp(-2 * N**2 * T**2 / C**2))),
        ("half the right side", sp.Le(P, RIGHT / 2)),
    ),
)
