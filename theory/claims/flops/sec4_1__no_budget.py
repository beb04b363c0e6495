"""FLOPS: relative numbers of queries spare the allocator's problem its budget constraint.  Do they?

Printed   A_j is relative, sample j gets the share A_j / sum_i A_i, which is said to make a budget constraint
          needless: the objective J(A) = sum_j Tr(Sigma_j)/A_j of (9) may not depend on the scale of A, J(c A)
          = J(A) for c > 0.
Repaired  A_0 A_j / sum_i A_i, the queries that are really made, in place of A_j in (9).  As (9), (10) and
          (11) print it, J(c A) = J(A)/c: without a budget the infimum is 0, is not attained, and a search
          that follows the gradient only raises all A_j; and the shares at which it stops say nothing.
Shapes    A, roots: (B,), T = roots^2 the traces; A_0, c scalar.
Units     J: T per query, see the scalings.
Source    FLOPS, Section 4.1, last paragraph; Section 4.2, equations (9)-(11).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

B = sp.Symbol("B", positive=True, integer=True)
j, i_ = sp.symbols("j i", positive=True, integer=True)
A_0, c, share = sp.symbols(r"A_0 c \bar{A}", positive=True)
T: Any = sp.IndexedBase("T", nonnegative=True)
A: Any = sp.IndexedBase("A", positive=True)
WHOLE: Any = sp.Sum(A[i_], (i_, 1, B))
SCALED: Any = sp.Sum(c * A[i_], (i_, 1, B))
PRINTED: Any = sp.Sum(T[j] / A[j], (j, 1, B))
MADE: Any = sp.Sum(T[j] * WHOLE / (A_0 * A[j]), (j, 1, B))

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "share": Integer(1, 5),
        "roots": Vector("B", Real(0, 4)),
        "A": Vector("B", Real(0, 4, open="lo")),
        "c": Real(0, 4, open="lo"),
    },
    leaves_out="B > 4 (the proof covers every B); draws that are not positive (flops.sec4_1.share)",
)


def relative(i: Instance, scale: Any) -> list[Fraction]:
    """The numbers of queries as drawn, times a scale."""
    return [scale * Fraction(a) for a in i.A]


def made(i: Instance, scale: Any) -> list[Fraction]:
    """The numbers of queries that are made: the budget A-bar B in these shares."""
    drawn = relative(i, scale)
    return [i.share * i.B * a / sum(drawn) for a in drawn]


def cost(queries: Callable[[Instance, Any], list[Fraction]]) -> Quantity:
    """J at c A."""
    run = lambda i: sum(
        (Fraction(r) ** 2 / a for r, a in zip(i.roots, queries(i, Fraction(i.c)), strict=True)), Fraction(0)
    )
    return Quantity(text="J(c A)", run=run)


def invariant(text: str, queries: Any, right: Any, expr: Any = None) -> Statement:
    left = Quantity(text="J(c A)", run=cost(queries).run, expr=expr)
    proof = None if expr is None else lambda: Chain(expr, (Line("==", right, Rewrite()),))
    return Statement(text=text, left=left, relation="==", right=right, proof=proof)


SPREAD = Instance(B=2, share=2, roots=(1, 2), A=(1, 3), c=2)
ALONE = Instance(B=1, share=3, roots=(1,), A=(2,), c=Fraction(1, 2))
REPAIRED: Any = sp.Sum(T[j] * SCALED / (A_0 * c * A[j]), (j, 1, B))

CLAIM = Claim(
    items=("flops.sec4_1.no_budget",),
    readings=(
        invariant("equation (9) as printed, with A as it is drawn", relative, PRINTED),
        invariant("A_j in (9) are the queries that Section 4.1 makes of the draw", made, MADE, REPAIRED),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.share * i.B,
        share: lambda i: i.share,
        c: lambda i: i.c,
        T: lambda i: tuple(r * r for r in i.roots),
        A: lambda i: i.A,
    },
    repair=Repair(
        changes="A_0 A_j / sum_i A_i, the queries that are made, in place of A_j in (9)",
        statement=invariant("(9) with the queries that are made", made, MADE, REPAIRED),
        nondegenerate=SPREAD,
    ),
    transcription=lambda i: sum(r * r / a for r, a in zip(i.roots, i.A, strict=True)),
    witnesses=(SPREAD, ALONE),
    tight_at=(SPREAD, ALONE),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, k: replace(i, roots=tuple(k * r for r in i.roots)),
        ),
        Scaling(text="A-bar times k", power=-1, move=lambda i, k: replace(i, share=int(k) * i.share)),
    ),
    mutants=(
        Mutant(text="as drawn", left=cost(relative), dies_at=SPREAD),
        Mutant(text="divided by c", right=MADE / c, dies_at=SPREAD),
        Mutant(text="a budget of A-bar", right=MADE * B, dies_at=SPREAD),
    ),
)
