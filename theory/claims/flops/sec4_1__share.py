"""FLOPS's actual allocation: what share of the budget a sample gets from a draw of the Gaussian allocator.

Printed   Sample j gets the proportion A_j / sum_i A_i of A_0 = A-bar B queries; a negative draw means zero
          queries.
Repaired  max(A_j, 0) / sum_i max(A_i, 0), and some draw is positive.  As printed a negative draw still stands
          in the sum, so that the others' shares exceed what they get, and the shares do not add up to one; a
          sum of zero or below is no proportion.  Where all draws are positive the display holds.  The shares
          of a random A are not those of its mean: the expectation of a ratio is not the ratio of
          expectations.
Shapes    A: (B,), one draw; budget A_0 = A-bar B scalar.
Units     shares are pure numbers.
Source    FLOPS, Section 4.1, last paragraph, and below equation (5).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

B = sp.Symbol("B", positive=True, integer=True)
j, who = sp.symbols("j k", positive=True, integer=True)
A_0, share = sp.symbols(r"A_0 \bar{A}", positive=True)
A: Any = sp.IndexedBase("A", real=True)
WHOLE: Any = sp.Sum(A[j], (j, 1, B))
GIVEN: Any = sp.Sum(sp.Max(A[j], 0), (j, 1, B))
PRINTED = A[who] / WHOLE
CLIPPED = sp.Max(A[who], 0) / GIVEN
MADE = A_0 * sp.Max(A[who], 0) / GIVEN / A_0

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "who": Integer(1, "B"),
        "share": Integer(1, 5),
        "A": Vector("B", Real(-2, 4)),
    },
    leaves_out="B > 4 (the proof covers every B); rounding to whole queries (see the readings)",
)
SOME = Given(text="one draw at least is positive", check=lambda i: any(a > 0 for a in i.A))
ALL = Given(text="every draw is positive", check=lambda i: all(a > 0 for a in i.A))


def queries(i: Instance) -> list[Fraction]:
    """The budget in the proportion of the draws; a negative draw means zero queries."""
    drawn = [max(Fraction(a), Fraction(0)) for a in i.A]
    return [i.share * i.B * a / sum(drawn) for a in drawn]


def proportion(made: Callable[[Instance], list]) -> Callable[[Instance], Fraction]:
    """instance -> the share of all queries that the sample `who` gets."""
    return lambda i: Fraction(made(i)[i.who - 1]) / sum(made(i))


def whole(i: Instance) -> list[Fraction]:
    """Queries rounded to the nearest whole number."""
    return [Fraction(round(a)) for a in queries(i)]


def part(text: str, right: Any, givens: tuple, made: Any = queries, **more: Any) -> Statement:
    left = Quantity(text="share of the queries made", run=proportion(made), expr=more.pop("expr", None))
    return Statement(text=text, left=left, relation="==", right=right, givens=givens, **more)


MIXED = Instance(B=2, who=2, share=2, A=(-1, 3))
NOBODY = Instance(B=2, who=1, share=2, A=(-1, -2))
THIRDS = Instance(B=3, who=1, share=2, A=(1, 2, 4))

CLAIM = Claim(
    items=("flops.sec4_1.share",),
    readings=(
        part("the display, a negative draw means zero queries", PRINTED, ()),
        part(
            "the display, every draw positive",
            PRINTED,
            (ALL,),
            expr=A_0 * A[who] / WHOLE / A_0,
            proof=lambda: Chain(A_0 * A[who] / WHOLE / A_0, (Line("==", PRINTED, Rewrite()),)),
        ),
        part("the display, every draw positive, queries rounded to whole numbers", PRINTED, (ALL,), whole),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        who: lambda i: i.who,
        A_0: lambda i: i.share * i.B,
        share: lambda i: i.share,
        A: lambda i: i.A,
    },
    repair=Repair(
        changes="max(A_j, 0) / sum_i max(A_i, 0), where one draw at least is positive",
        statement=part(
            "with negative draws set to zero before the sum",
            CLIPPED,
            (SOME,),
            expr=MADE,
            proof=lambda: Chain(MADE, (Line("==", CLIPPED, Rewrite()),)),
        ),
        nondegenerate=MIXED,
        added=(Added(given=SOME, fails_without=NOBODY),),
    ),
    witnesses=(MIXED, NOBODY, THIRDS),
    tight_at=(MIXED, THIRDS),
    scalings=(
        Scaling(text="draws times k", power=0, move=lambda i, c: replace(i, A=tuple(c * a for a in i.A))),
    ),
    mutants=(
        Mutant(text="negative draws in the sum", right=PRINTED, dies_at=MIXED),
        Mutant(text="absolute values", right=sp.Abs(A[who]) / sp.Sum(sp.Abs(A[j]), (j, 1, B)), dies_at=MIXED),
        Mutant(text="equal shares", right=1 / B, dies_at=THIRDS),
    ),
)
