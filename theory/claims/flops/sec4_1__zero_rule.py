"""FLOPS gives no query to a sample whose draw is negative: what happens to the batch gradient?

Printed   A negative A_j means zero queries; grad L^ = (1/B) sum_j (1/A_j) sum_{i <= A_j} G(x_j, z_ij), whose
          expectation is (1/B) sum_j mu_G^j (eq. (18)).
Repaired  a sample without queries is left out and the others are weighted by 1/q_j, q_j = P(A_j > 0) > 0
          (Horvitz and Thompson, JASA 47, 1952).  As printed the mean over no queries is 0/0.  Leaving the
          sample out, divided by B, shrinks its gradient by q_j; divided by the number of samples with queries
          it is biased too, and not defined when no sample has any.
Shapes    draws: (M, B), the values of A; w: (M,) their probabilities, exact; g: (B,), the gradients mu_G^j
          (one parameter is enough); all else scalar.
Units     both sides those of a gradient, see the scalings.
Source    FLOPS, Section 4.1 below (5); Section 3 above (4); Appendix A.2, equation (18).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Simplex, Vector, replace
from theory.proof import Chain, Line, Rewrite

B, M = sp.symbols("B M", positive=True, integer=True)
j, n = sp.symbols("j n", positive=True, integer=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
s: Any = sp.IndexedBase("s", nonnegative=True)  # 1 where the draw is positive
g: Any = sp.IndexedBase("g", real=True)
MEAN: Any = sp.Sum(g[j], (j, 1, B)) / B
SEEN: Any = sp.Sum(w[n] * s[n, j], (n, 1, M))
WEIGHTED: Any = sp.Sum(g[j] * SEEN / SEEN, (j, 1, B)) / B  # E[1/q_j; A_j > 0] = 1, at once

FAMILY = Family(
    fields={
        "B": Integer(1, 3),
        "M": Integer(1, 3),
        "w": Simplex("M"),
        "draws": Matrix("M", "B", Real(-2, 4)),
        "g": Vector("B", Real(-3, 3)),
    },
    leaves_out="B > 3, M > 3, more than one parameter (proofs cover all); queries are independent of A",
)
DRAWN = Given(
    text="every sample gets queries with positive probability",
    check=lambda i: all(chance(i, k) > 0 for k in range(i.B)),
)
SOMEBODY = Given(
    text="every draw gives queries to one sample at least",
    check=lambda i: all(max(row) > 0 for row in i.draws),
)


def chance(i: Instance, sample: int) -> Fraction:
    """P(A_j > 0)."""
    return sum((Fraction(p) for p, row in zip(i.w, i.draws, strict=True) if row[sample] > 0), Fraction(0))


def expected(weigh: Callable[[Instance, list[int], int], Fraction]) -> Callable[[Instance], Fraction]:
    """instance -> E of the batch gradient: over all draws, and for those with queries over their noise.

    weigh(instance, samples with queries, sample) is what one sample's mean is multiplied by.
    """

    def run(i: Instance) -> Fraction:
        total = Fraction(0)
        for p, row in zip(i.w, i.draws, strict=True):
            asked = [k for k, a in enumerate(row) if a > 0]
            total += Fraction(p) * sum((weigh(i, asked, k) * Fraction(i.g[k]) for k in asked), Fraction(0))
        return total

    return run


def literal(i: Instance) -> Fraction:
    """Every sample's mean is divided by its own number of queries: 0/0 where it has none."""
    total = Fraction(0)
    for p, row in zip(i.w, i.draws, strict=True):
        for a, g in zip(row if p > 0 else (), i.g, strict=False):
            queries = max(Fraction(a), Fraction(0))
            total += Fraction(p) * (queries * Fraction(g) / queries) / i.B
    return total


def batch(text: str, run: Callable[[Instance], Fraction], givens: tuple = (), **more: Any) -> Statement:
    left = Quantity(text="E[batch gradient]", run=run, expr=more.pop("expr", None))
    return Statement(text=text, left=left, relation="==", right=MEAN, givens=givens, **more)


left_out = expected(lambda i, asked, k: Fraction(1, i.B))
among_asked = expected(lambda i, asked, k: Fraction(1, len(asked)))
inverse = expected(lambda i, asked, k: 1 / (i.B * chance(i, k)))

HALF = Fraction(1, 2)
ONCE = Instance(B=2, M=2, w=(HALF, HALF), draws=((1, 2), (3, -1)), g=(1, 3))
FULL = Instance(B=2, M=1, w=(1,), draws=((1, 2),), g=(1, 3))
NEVER = Instance(B=2, M=1, w=(1,), draws=((1, -1),), g=(1, 3))

CLAIM = Claim(
    items=("flops.sec4_1.zero_rule",),
    readings=(
        batch("the display: every sample's mean is divided by its number of queries", literal),
        batch("a sample without queries contributes nothing; divided by B", left_out),
        batch(
            "a sample without queries is left out; divided by the number of the others",
            among_asked,
            (SOMEBODY,),
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        M: lambda i: i.M,
        w: lambda i: i.w,
        s: lambda i: tuple(tuple(int(a > 0) for a in row) for row in i.draws),
        g: lambda i: i.g,
    },
    repair=Repair(
        changes="a sample without queries is left out, and the others are weighted by 1/P(A_j > 0)",
        statement=batch(
            "weighted by 1/P(A_j > 0), divided by B",
            inverse,
            (DRAWN,),
            expr=WEIGHTED,
            proof=lambda: Chain(WEIGHTED, (Line("==", MEAN, Rewrite()),)),
        ),
        nondegenerate=ONCE,
        added=(Added(given=DRAWN, fails_without=NEVER),),
    ),
    witnesses=(ONCE, FULL, NEVER),
    tight_at=(ONCE, FULL),
    scalings=(
        Scaling(text="gradients times k", power=1, move=lambda i, c: replace(i, g=tuple(c * x for x in i.g))),
    ),
    mutants=(
        Mutant(text="left out, divided by B", left=Quantity(text="E", run=left_out), dies_at=ONCE),
        Mutant(text="left out, divided by the rest", left=Quantity(text="E", run=among_asked), dies_at=ONCE),
        Mutant(
            text="weighted by q_j",
            dies_at=ONCE,
            left=Quantity(text="E", run=expected(lambda i, asked, k: chance(i, k) / i.B)),
        ),
    ),
)
