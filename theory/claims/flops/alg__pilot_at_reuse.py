"""FLOPS's initial queries: may they be counted among the A_j queries of the estimate?

Printed   Initial queries estimate the trace (line 6), A is drawn from it (lines 7-10), and the gradient is
          the mean over A_j queries (line 14), an unbiased estimate of mu_G.  Whether the initial queries are
          among the A_j is not said; the budget of Section 4.1 has no other place for them.
Notes     If A_j fresh queries are made, the mean is unbiased.  If the initial queries are among them, the
          number of queries depends on their values, and it is biased: two initial queries that happen to
          agree look like a small trace, get few queries, and so weigh more.  For a law that is symmetric
          about its mean the bias vanishes.
Shapes    values, w: (M,), the values of one query and their probabilities; few, many: queries in all.
Units     both sides those of a gradient, see the scaling.
Source    FLOPS, Appendix B, Algorithm 1, lines 6-14; Section 4.2, trace estimation; Section 3, above (4).
"""

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Line, Rewrite

M, j = sp.symbols("M j", positive=True, integer=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
v: Any = sp.IndexedBase("v", real=True)
MEAN: Any = sp.Sum(w[j] * v[j], (j, 1, M))
k, n = sp.symbols("k n", positive=True, integer=True)
FRESH: Any = sp.Sum(MEAN, (k, 1, n)) / n

FAMILY = Family(
    fields={
        "M": Integer(1, 3),
        "w": Simplex("M"),
        "values": Vector("M", Real(-3, 3)),
        "few": Integer(2, 3),
        "many": Integer(2, 4),
    },
    leaves_out="more than two initial queries; other rules for A than few or many by the sample variance",
)
PILOT = 2


def expected(reuse: bool, first: bool = False) -> Any:
    """instance -> E of the mean over A queries, by enumeration of all of them.

    A is `few` if the two initial queries agree (an estimated trace of zero), else `many`; with `reuse` the
    initial queries are the first of the A, else A fresh ones are made; `first`: the initial queries alone.
    """

    def run(i: Instance) -> Fraction:
        law = [(Fraction(p), Fraction(x)) for p, x in zip(i.w, i.values, strict=True)]
        mean = sum((p * x for p, x in law), Fraction(0))
        total = Fraction(0)
        for pilot in product(law, repeat=PILOT):
            seen = [x for _, x in pilot]
            queries = i.few if seen[0] == seen[1] else i.many
            chance = prod(p for p, _ in pilot)
            kept = seen if reuse or first else []
            rest = 0 if first else queries - len(kept)
            total += chance * (sum(kept, Fraction(0)) + rest * mean) / (len(kept) + rest)
        return total

    return run


def unbiased(text: str, run: Any, expr: Any = None) -> Statement:
    proof = None if expr is None else lambda: Chain(expr, (Line("==", MEAN, Rewrite()),))
    left = Quantity(text="E[mean over A_j queries]", run=run, expr=expr)
    return Statement(text=text, left=left, relation="==", right=MEAN, proof=proof)


def inverse_weight(i: Instance) -> Fraction:
    """The sum over A queries divided by the mean of A: a wrong rule."""
    law = [(Fraction(p), Fraction(x)) for p, x in zip(i.w, i.values, strict=True)]
    sums, counts = Fraction(0), Fraction(0)
    for (p, x), (q, z) in product(law, repeat=2):
        queries = i.few if x == z else i.many
        mean = sum((c * y for c, y in law), Fraction(0))
        sums += p * q * (x + z + (queries - 2) * mean)
        counts += p * q * (queries + 1)
    return sums / counts


THIRD = Fraction(1, 3)
SKEW = Instance(M=2, w=(2 * THIRD, THIRD), values=(0, 3), few=2, many=4)
EVEN = Instance(M=2, w=(Fraction(1, 2), Fraction(1, 2)), values=(1, 3), few=2, many=4)
ALIKE = Instance(M=2, w=(2 * THIRD, THIRD), values=(0, 3), few=3, many=3)

CLAIM = Claim(
    items=("flops.alg.pilot",),
    readings=(
        unbiased("A_j fresh queries", expected(reuse=False), FRESH),
        unbiased("the initial queries are among the A_j", expected(reuse=True)),
    ),
    family=FAMILY,
    symbols={M: lambda i: i.M, w: lambda i: i.w, v: lambda i: i.values, n: lambda i: i.many},
    witnesses=(SKEW, EVEN, ALIKE),
    tight_at=(SKEW, EVEN, ALIKE),
    scalings=(
        Scaling(
            text="gradients times k",
            power=1,
            move=lambda i, c: replace(i, values=tuple(c * x for x in i.values)),
        ),
    ),
    mutants=(
        Mutant(text="with the initial queries", left=Quantity(text="E", run=expected(True)), dies_at=SKEW),
        Mutant(text="divided by one more", left=Quantity(text="E", run=inverse_weight), dies_at=SKEW),
        Mutant(text="values not weighted", right=sp.Sum(v[j], (j, 1, M)) / M, dies_at=SKEW),
    ),
    effort=0.5,
)
