"""FLOPS's A^det when every sample must get a least number of queries: water-filling.

Printed   A_j^det = A_0 sqrt(T_j) / sum_k sqrt(T_k), for any positive numbers of queries; Section 1 speaks of
          a minimum number of queries, Section 4.1 of zero.
Notes     With at least m queries each the best is A_j = max(m, c sqrt(T_j)), c such that the budget is met:
          no allocation with A_j >= m has a smaller J, which is shown.  A^det falls below m where the traces
          differ much; its objective (sum_k sqrt(T_k))^2 / A_0 is then out of reach (the second reading).
Shapes    roots, w, a, y: (B,), T = roots^2 = nu (m + w)^2/(1 + y); m + w is the water-filling, m + a a
          competitor; y_j > 0 only where w_j = 0; m, nu = 1/c^2, A_0 scalar.
Units     J: T per query, see the scalings.
Source    FLOPS, Appendix A.3, A^det; Section 1, contribution 2 ("minimum number of 20").
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.flops._allocation import A_0, B, j
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line

m, nu = sp.symbols("m nu", positive=True)
r: Any = sp.IndexedBase("r", positive=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
a: Any = sp.IndexedBase("a", nonnegative=True)
y: Any = sp.IndexedBase("y", nonnegative=True)
T: Any = nu * (m + w[j]) ** 2 / (1 + y[j])
ANY: Any = sp.Sum(T / (m + a[j]), (j, 1, B))
FILLED: Any = sp.Sum(T / (m + w[j]), (j, 1, B))
DET: Any = sp.Sum(r[j], (j, 1, B)) ** 2 / A_0

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "parts": Vector("B", Real(0, 4, open="lo")),
        "least": Real(0, 3, open="lo"),
        "extra": Real(0, 12),
    },
    leaves_out="B > 4 (the proof covers every B); T_j = 0; a budget below B m",
)
FEASIBLE = Given(
    text="both spend A_0 = B m + extra, with at least m each; y_j w_j = 0",
    fact=sp.And(
        sp.Eq(sp.Sum(a[j], (j, 1, B)), sp.Sum(w[j], (j, 1, B))),
        sp.Eq(sp.Sum(w[j] * y[j], (j, 1, B)), 0),
    ),
)


def competitor(i: Instance) -> tuple:
    """a: the extra queries in the proportion of `parts`."""
    return tuple(Fraction(i.extra) * Fraction(p) / sum(map(Fraction, i.parts)) for p in i.parts)


def level(i: Instance) -> Fraction:
    """c: the largest roots share what is left of the budget when the others have m each."""
    order, least = sorted(map(Fraction, i.roots), reverse=True), Fraction(i.least)
    budget = i.B * least + Fraction(i.extra)
    for size in range(i.B, 0, -1):
        c = (budget - (i.B - size) * least) / sum(order[:size])
        if c * order[size - 1] >= least:
            return c
    return least / order[0]


def filled(i: Instance) -> tuple:
    """w: the water-filling above m."""
    c, least = level(i), Fraction(i.least)
    return tuple(max(c * Fraction(x) - least, Fraction(0)) for x in i.roots)


def slack(i: Instance) -> tuple:
    """y: by how much more queries than c sqrt(T) a sample at the minimum has, squared."""
    c, least = level(i), Fraction(i.least)
    return tuple(max((least / (c * Fraction(x))) ** 2 - 1, Fraction(0)) for x in i.roots)


def objective(extra: Any) -> Any:
    """instance -> J of m + extra(instance)."""
    return lambda i: sum(
        (Fraction(x) ** 2 / (Fraction(i.least) + e) for x, e in zip(i.roots, extra(i), strict=True)),
        Fraction(0),
    )


def proof() -> Chain:
    """Each T/A lies above its tangent at the water-filling; the tangents' slopes are -nu, or less steep."""
    tangent = T / (m + w[j]) - nu * (a[j] - w[j]) - nu * w[j] * y[j]
    each = Lemma("sum_monotone", {"a": tangent, "b": T / (m + a[j]), "j": j, "n": B})
    return Chain(ANY, (Line(">=", FILLED, Entail((each,))),))


FAR = Instance(B=2, roots=(1, 4), parts=(1, 1), least=2, extra=1)
NEAR = Instance(B=2, roots=(1, 2), parts=(1, 3), least=1, extra=4)
ONLY = Instance(B=3, roots=(1, 1, 2), parts=(1, 1, 1), least=1, extra=0)

CLAIM = Claim(
    items=("flops.thm2.step7",),
    readings=(
        Statement(
            text="no allocation with at least m queries each has less than the water-filling",
            left=Quantity(text="J(A), A_j >= m", run=objective(competitor), expr=ANY),
            relation=">=",
            right=FILLED,
            givens=(FEASIBLE,),
            proof=proof,
        ),
        Statement(
            text="the least J with at least m queries each is that of A^det",
            left=Quantity(text="least J, A_j >= m", run=objective(filled)),
            relation="==",
            right=DET,
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.B * Fraction(i.least) + Fraction(i.extra),
        m: lambda i: i.least,
        nu: lambda i: 1 / level(i) ** 2,
        r: lambda i: i.roots,
        w: filled,
        a: competitor,
        y: slack,
    },
    witnesses=(FAR, NEAR, ONLY),
    tight_at=(ONLY, NEAR),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * x for x in i.roots)),
        ),
        Scaling(
            text="queries times k",
            power=-1,
            move=lambda i, c: replace(i, least=c * i.least, extra=c * i.extra),
        ),
    ),
    mutants=(
        Mutant(
            text="equal extra queries are best",
            dies_at=NEAR,
            right=sp.Sum(T / (m + sp.Sum(w[j], (j, 1, B)) / B), (j, 1, B)),
        ),
        Mutant(text="the minimum ignored below, kept above", right=2 * FILLED - DET, dies_at=ONLY),
        Mutant(
            text="a competitor that spends twice",
            dies_at=ONLY,
            left=Quantity(text="J", run=objective(lambda i: tuple(2 * e + i.least for e in competitor(i)))),
        ),
    ),
    effort=0.5,
)
