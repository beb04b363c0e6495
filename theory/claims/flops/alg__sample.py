"""FLOPS's Algorithm 1 draws A and augments the mini-batch by it: the gradient that is then really used.

Printed   A = (A_1, ..., A_B) ~ P(A | lambda, Phi); the mini-batch is augmented according to A, and theta_j is
          updated by the estimated gradient with A queries; its expectation should be (1/B) sum_j mu_G^j.
Notes     With every query of sample j weighted by 1/(B A_j), which is eq. (4), it is, for whatever A > 0 that
          is drawn before, and independently of, the queries.  With the mean over the augmented mini-batch,
          what the loss of an enlarged mini-batch gives, it is not: its mean is sum_j A_j mu_j / sum_j A_j,
          the gradient of a loss that is reweighted towards the noisy samples.
Shapes    A: (B,) whole numbers of queries; g: (B,), the gradients mu_G^j; all else scalar.
Units     both sides those of a gradient, see the scalings.
Source    FLOPS, Appendix B, Algorithm 1, lines 10-14; Section 3, equation (4).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

B, j = sp.symbols("B j", positive=True, integer=True)
A: Any = sp.IndexedBase("A", positive=True, integer=True)
g: Any = sp.IndexedBase("g", real=True)
MEAN: Any = sp.Sum(g[j], (j, 1, B)) / B
POOLED: Any = sp.Sum(A[j] * g[j], (j, 1, B)) / sp.Sum(A[j], (j, 1, B))
WEIGHTED: Any = sp.Sum(A[j] * g[j] / A[j], (j, 1, B)) / B  # A_j queries, each over A_j

FAMILY = Family(
    fields={"B": Integer(1, 4), "A": Vector("B", Real(1, 9)), "g": Vector("B", Real(-3, 3))},
    leaves_out="B > 4 (the proof covers every B); A that depends on the queries (flops.alg.pilot)",
)


def queries(i: Instance) -> list[int]:
    """A rounded up to whole queries."""
    return [-(-Fraction(a) // 1) for a in i.A]


def augmented(i: Instance) -> list[int]:
    """Line 11: sample j stands A_j times in the enlarged mini-batch."""
    return [k for k, count in enumerate(queries(i)) for _ in range(count)]


def expected(weight: Callable[[Instance, int], Fraction]) -> Quantity:
    """E of the sum over the enlarged mini-batch, each query with its weight; a query has the mean g_j."""
    run = lambda i: sum((weight(i, k) * Fraction(i.g[k]) for k in augmented(i)), Fraction(0))
    return Quantity(text="E[gradient of the augmented mini-batch]", run=run)


def over_all(i: Instance, sample: int) -> Fraction:
    return Fraction(1, len(augmented(i)))


def over_own(i: Instance, sample: int) -> Fraction:
    return Fraction(1, i.B * queries(i)[sample])


def reading(text: str, left: Quantity, expr: Any = None) -> Statement:
    left = Quantity(text=left.text, run=left.run, expr=expr)
    proof = None if expr is None else lambda: Chain(expr, (Line("==", MEAN, Rewrite()),))
    return Statement(text=text, left=left, relation="==", right=MEAN, proof=proof)


TWO = Instance(B=2, A=(1, 3), g=(1, 3))
FLAT = Instance(B=3, A=(2, 2, 2), g=(1, -1, 2))

CLAIM = Claim(
    items=("flops.alg.sample", "flops.alg.estimator", "flops.alg.train"),
    readings=(
        reading("every query of sample j is weighted by 1/(B A_j), eq. (4)", expected(over_own), WEIGHTED),
        reading("the mean over the augmented mini-batch (lines 11 and 14)", expected(over_all)),
    ),
    family=FAMILY,
    symbols={B: lambda i: i.B, A: lambda i: tuple(queries(i)), g: lambda i: i.g},
    witnesses=(TWO, FLAT),
    tight_at=(TWO, FLAT),
    scalings=(
        Scaling(text="gradients times k", power=1, move=lambda i, c: replace(i, g=tuple(c * x for x in i.g))),
    ),
    mutants=(
        Mutant(text="the mean over the augmented batch", left=expected(over_all), dies_at=TWO),
        Mutant(
            text="divided by A_j, not by B", left=expected(lambda i, k: over_own(i, k) * i.B), dies_at=TWO
        ),
        Mutant(text="its square for A_j", left=expected(lambda i, k: over_own(i, k) ** 2 * i.B), dies_at=TWO),
    ),
)
