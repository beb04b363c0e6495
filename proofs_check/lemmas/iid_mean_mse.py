"""The mean squared error of an average of independent copies about their mean."""

from fractions import Fraction

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Derived, Family, Integer, Matrix, Vector
from theory.notation import Avg, E, Law, Vec, dot, norm2

X, C, A = Vec("x"), Vec("c"), Vec("a")
M = sp.Symbol("m", integer=True, positive=True)
LEFT, RIGHT = E(norm2(Avg(X, M) - C)), E(norm2(X - C)) / M


def _mean(i):
    return tuple(Fraction(sum(column)) / i.n for column in zip(*i.points, strict=True))


LEMMA = LemmaRecord(
    name="iid_mean_mse",
    text="If E<X, a> = <c, a> for every a, the mean of m copies of X has 1/m of the mean squared error.",
    source="Casella and Berger, Statistical Inference, 2002, Theorem 5.2.6",
    symbols={"X": X, "c": C, "m": M, "a": A},
    index=("a",),
    hypotheses=(sp.Eq(E(dot(X, A)), dot(C, A)),),
    conclusion=sp.Eq(LEFT, RIGHT),
    because="standard: Casella and Berger, 2002, Theorem 5.2.6 (variance of a mean), per coordinate",
    family=Family(
        fields={
            "d": Integer(1, 3),
            "n": Integer(1, 4),
            "m": Integer(1, 4),
            "points": Matrix("n", "d"),
            "a": Vector("d"),
            "c": Derived(_mean),
        },
        leaves_out="laws with more than four points",
    ),
    laws={X: Law(kind="gaussian", dim=sp.Integer(1), points=lambda i: ((Fraction(1, i.n),) * i.n, i.points))},
    values={M: lambda i: i.m, C: lambda i: i.c, A: lambda i: i.a},
    mutants=(
        ("no 1/m", sp.Eq(LEFT, E(norm2(X - C)))),
        ("1/m^2", sp.Eq(LEFT, E(norm2(X - C)) / M**2)),
        ("uncentred", sp.Eq(LEFT, E(norm2(X)) / M)),
    ),
)
