"""FLOPS equation (4): the update with a number of queries for each sample.

Printed   theta_{t+1} = theta_t - eta (1/B) sum_j (1/A_j) sum_{i <= A_j} G(x_j, theta, z_ij).
Repaired  not needed for A_j >= 1.  Each sample is averaged over its own queries, so that the update has the
          same mean for every allocation, and samples with many queries do not weigh more.  With the zero
          queries of Section 4.1 the formula divides 0 by 0; and with 0 in place of that estimate the update
          no longer follows the gradient of the mean loss.
Shapes    G: (B, A_j, d), one coordinate of it here; A: (B,); the rest scalar.
Units     those of theta; eta G has them too.
Source    FLOPS, Section 3, eq. (4) and the displays above it; Section 4.1, Definition and zero queries.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.flops._queries import (
    A1,
    A2,
    FAMILY,
    G1,
    G2,
    LAWS,
    QUERIES,
    SYMBOLS,
    T1,
    VECTORS,
    A,
    B,
    eta,
    first,
    g_first,
    j,
    last,
)
from theory.family import Family, Instance, Integer, replace
from theory.notation import Avg, E, dot, norm2
from theory.proof import Chain, Expect, Line, Rewrite

i_, k = sp.symbols("i k", positive=True, integer=True)
x, tau = sp.symbols("theta tau", real=True)
G = sp.IndexedBase("G", real=True)
mu = sp.IndexedBase(r"\mu", real=True)
value, slope = sp.IndexedBase("l", real=True), sp.IndexedBase("g", real=True)

WITH_ZERO = Family(
    fields={**FAMILY.fields, "signs": Integer(0, 4095)},
    leaves_out="B > 3, more than three queries; the identity is one of sums of any length",
)


def counts(i: Instance) -> tuple:
    """A_1, ..., A_B, one query at least."""
    return i.one[: i.B]


def fewer(i: Instance) -> tuple:
    """One query less for each sample: an allocation with zero queries for some."""
    return tuple(n - 1 for n in counts(i))


def queries(i: Instance) -> tuple:
    """One coordinate of G(x_j, theta, z_ij), the signs read off the bits of a number, shape (B, 3)."""

    def query(sample: int, number: int) -> Any:
        place = 2 * (3 * sample + number)
        a, b = (2 * (i.signs >> (place + n) & 1) - 1 for n in (0, 1))
        return i.mean[sample][0] + a * i.s[sample][0] + b * i.r[sample][0]

    return tuple(tuple(query(sample, number) for number in range(3)) for sample in range(i.B))


def update(i: Instance, allocation: Callable = counts) -> Any:
    """One step of eq. (4), query after query."""
    moved = i.slope[0][0]  # any theta_t
    for allotted, row in zip(allocation(i), queries(i), strict=True):
        total = 0
        for number in range(allotted):
            total += row[number]
        moved = moved - i.eta * (total / Fraction(allotted)) / i.B
    return moved


def pooled(i: Instance) -> Any:
    """A wrong update: the mean over all queries of the batch."""
    rows = [row[number] for n, row in zip(counts(i), queries(i), strict=True) for number in range(n)]
    return i.slope[0][0] - i.eta * sum(rows) / Fraction(len(rows))


def mean_update(i: Instance) -> Any:
    """E[theta_{t+1}]; a sample without queries counts as the estimate 0."""
    seen = [mean[0] for n, mean in zip(fewer(i), i.mean, strict=True) if n]
    return i.slope[0][0] - i.eta * sum(seen) / Fraction(i.B)


A_fewer = sp.IndexedBase("A^0", nonnegative=True)


def estimates(allocation: Any) -> Any:
    """sum_j (1/A_j) sum_i G_ji."""
    return sp.Sum(sp.Sum(G[j, i_], (i_, 1, allocation[j])) / allocation[j], (j, 1, B))


ESTIMATES = estimates(A)
RIGHT = x - eta * ESTIMATES / B
PRINTED = x - sp.Sum(eta / B * sp.Sum(G[j, i_], (i_, 1, A[j])) / A[j], (j, 1, B))
X1, X2 = Avg(G1, A1), Avg(G2, A2)
LOSSES = sp.Sum(value[j] + tau * slope[j], (j, 1, B)) / B  # the mean loss along a line, to first order

READINGS = (
    Statement(
        text="the recursion, A_j >= 1",
        left=Quantity(text="theta_{t+1}", run=update, expr=RIGHT),
        relation="==",
        right=PRINTED,
        givens=(QUERIES,),
        proof=lambda: Chain(RIGHT, (Line("==", PRINTED, Rewrite()),)),
    ),
    Statement(
        text="with the zero queries that Section 4.1 assigns",
        left=Quantity(text="theta_{t+1}", run=partial(update, allocation=fewer)),
        relation="==",
        right=x - eta * estimates(A_fewer) / B,
    ),
    Statement(
        text="a sample with zero queries has the estimate 0: the mean update follows the mean gradient",
        left=Quantity(text="E[theta_{t+1}]", run=mean_update),
        relation="==",
        right=x - eta / B * sp.Sum(mu[j], (j, 1, B)),
    ),
)


def step(item: str, left, right, text: str = "", by=None) -> PrintedStep:
    return PrintedStep(item=f"flops.{item}", left=left, relation="==", right=right, text=text, by=by)


STEPS = (
    step("sec3.objective", sp.diff(LOSSES, tau), sp.Sum(slope[j], (j, 1, B)) / B,
         "its gradient is the mean of the samples' gradients", Rewrite()),
    step("sec3.mc_estimator", E(dot(X1, g_first)), E(dot(G1, g_first)), "the mean of one query", Expect()),
    step("sec3.datum_estimator", E(norm2(X1 - first)), T1 / A1,
         "with mean mu_j and 1/A_j of the variance of one query", Expect()),
    step("sec3.batch_estimator", E(dot((X1 + X2) / 2, g_first)), dot((first + last) / 2, g_first),
         "a batch of two: the mean does not depend on the allocation", Expect()),
    step("def1", sp.Sum(A[j] / sp.Sum(A[k], (k, 1, B)), (j, 1, B)), sp.Integer(1),
         "relative numbers: the shares add up to one", Rewrite()),
)  # fmt: skip

ONE = Fraction(1)
PAIR = Instance(
    B=2, d=1, eta=ONE, L=ONE, p=ONE, one=(1, 3, 1), two=(1, 1, 1), rival=(1, 1, 1), mean=((ONE,), (-ONE,)),
    slope=((2 * ONE,), (ONE,)), s=((ONE,), (ONE / 2,)), r=((0,), (ONE,)), signs=2730,
)  # fmt: skip
FULL = replace(PAIR, one=(2, 3, 1))


def _moved(i: Instance, k: Fraction) -> Instance:
    names = ("mean", "s", "r", "slope")
    return replace(
        i, **{name: tuple(tuple(k * x for x in row) for row in getattr(i, name)) for name in names}
    )


CLAIM = Claim(
    items=(
        "flops.eq4",
        "flops.sec3.objective",
        "flops.sec3.mc_estimator",
        "flops.sec3.datum_estimator",
        "flops.sec3.batch_estimator",
        "flops.def1",
    ),
    readings=READINGS,
    family=WITH_ZERO,
    symbols={
        **SYMBOLS,
        **VECTORS,
        A: counts,
        A_fewer: fewer,
        G: queries,
        mu: lambda i: tuple(row[0] for row in i.mean),
        x: lambda i: i.slope[0][0],
        value: lambda i: tuple(row[0] for row in i.mean),
        slope: lambda i: tuple(row[0] for row in i.slope),
        tau: lambda i: i.p,
    },
    laws=LAWS,
    steps=STEPS,
    witnesses=(PAIR, FULL),
    tight_at=(PAIR,),
    scalings=(Scaling(text="theta and gradients times k", power=1, move=_moved),),
    mutants=(
        Mutant(text="an ascent", right=x + eta * ESTIMATES / B, dies_at=PAIR),
        Mutant(text="without 1/B", right=x - eta * ESTIMATES, dies_at=PAIR),
        Mutant(text="all queries pooled", left=Quantity(text="theta_{t+1}", run=pooled), dies_at=PAIR),
    ),
    effort=0.4,
)
