"""FLOPS: does a random number of queries serve the allocator's objective better than its mean?

Printed   The Gaussian allocator steers by means and by a covariance matrix, which facilitates the
          allocation (4.1).  What a variance does to the objective is not said.
Notes     It never makes it smaller: E[T/A] >= T/E[A], by Jensen, with equality only for a fixed A.  So the
          best allocator of a family that contains fixed allocations is a fixed one: in the search of (10)
          sigma has to go to 0.  That a draw is no worse than its mean (the second reading) is false, also for
          the Bernoulli draw of (6) (the third).
Shapes    w, A: (M,), the law of one sample's number of queries; T scalar.
Units     both sides T per query, see the scalings.
Source    FLOPS, Section 5.4, Gaussian or Bernoulli; Section 4.1, equations (5) and (6); equation (9).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line

M, j = sp.symbols("M j", positive=True, integer=True)
T = sp.Symbol("T", nonnegative=True)
p = sp.Symbol("p", nonnegative=True)
share = sp.Symbol(r"\bar{A}", positive=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
A: Any = sp.IndexedBase("A", positive=True)
COST: Any = sp.Sum(w[j] * T / A[j], (j, 1, M))
MEAN: Any = sp.Sum(w[j] * A[j], (j, 1, M))
FIXED = T / MEAN
CAUCHY = Lemma(
    "cauchy_schwarz_sums",
    {"a": sp.sqrt(w[j]) / sp.sqrt(A[j]), "b": sp.sqrt(w[j]) * sp.sqrt(A[j]), "j": j, "n": M},
)

FAMILY = Family(
    fields={
        "M": Integer(1, 4),
        "w": Simplex("M"),
        "A": Vector("M", Real(0, 6, open="lo")),
        "root": Real(0, 3),
    },
    leaves_out="laws with a density (the Gaussian, for which the left side does not exist)",
)
LAW = Given(
    text="a law of positive numbers",
    fact=sp.And(sp.Eq(sp.Sum(w[j], (j, 1, M)), 1), sp.Gt(MEAN, 0)),
)
LIGHT = Given(
    text="no weight exceeds 1",
    fact=sp.Le(MEAN, sp.Sum(A[j], (j, 1, M)), evaluate=False),
    because="the weights are nonnegative and sum to 1",
)


def drawn(i: Instance) -> Fraction:
    """E[T/A] over the values of A."""
    return sum(
        (Fraction(q) * Fraction(i.root) ** 2 / Fraction(x) for q, x in zip(i.w, i.A, strict=True)),
        Fraction(0),
    )


def halved(i: Instance) -> Fraction:
    """E[T/A] where A is A-bar/2 with probability p = w[0], else A-bar = A[0]: the draw of equation (6)."""
    chance, full = Fraction(i.w[0]), Fraction(i.A[0])
    return Fraction(i.root) ** 2 * (chance / (full / 2) + (1 - chance) / full)


def against(text: str, run: Any, relation: str, right: Any, **more: Any) -> Statement:
    left = Quantity(text="E[T/A]", run=run, expr=more.pop("expr", None))
    return Statement(text=text, left=left, relation=relation, right=right, givens=(LAW, LIGHT), **more)


HALF = Fraction(1, 2)
COIN = Instance(M=2, w=(HALF, HALF), A=(1, 3), root=1)
FIXED_ONE = Instance(M=1, w=(1,), A=(2,), root=2)
SURE = Instance(M=2, w=(0, 1), A=(1, 3), root=1)

CLAIM = Claim(
    items=("flops.sec5_4.ga_covariance",),
    readings=(
        against(
            "a draw is no better than its mean",
            drawn,
            ">=",
            FIXED,
            expr=COST,
            proof=lambda: Chain(
                COST, (Line(">=", FIXED, Entail((CAUCHY,)), "(sum w)^2 <= sum w/A sum w A"),)
            ),
        ),
        against("a draw is no worse than its mean", drawn, "<=", FIXED),
        against(
            "the Bernoulli draw of (6) is no worse than its mean", halved, "<=", T / (share * (1 - p / 2))
        ),
    ),
    family=FAMILY,
    symbols={
        M: lambda i: i.M,
        T: lambda i: i.root**2,
        w: lambda i: i.w,
        A: lambda i: i.A,
        p: lambda i: i.w[0],
        share: lambda i: i.A[0],
    },
    witnesses=(COIN, FIXED_ONE, SURE),
    tight_at=(FIXED_ONE, SURE),
    scalings=(
        Scaling(text="gradients times k", power=2, move=lambda i, c: replace(i, root=c * i.root)),
        Scaling(text="queries times k", power=-1, move=lambda i, c: replace(i, A=tuple(c * x for x in i.A))),
    ),
    mutants=(
        Mutant(text="the mean of A, not weighted", right=T * M / sp.Sum(A[j], (j, 1, M)), dies_at=SURE),
        Mutant(text="one hundredth more", right=FIXED * sp.Rational(101, 100), dies_at=FIXED_ONE),
        Mutant(
            text="the Bernoulli draw of the first value",
            left=Quantity(text="E", run=halved),
            dies_at=COIN,
            right=2 * T / share,
        ),
    ),
)
