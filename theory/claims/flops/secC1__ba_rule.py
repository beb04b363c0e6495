"""FLOPS's Bernoulli allocator hands the pruned queries to the others: is the total the same?

Printed   What is pruned goes in equal parts to the samples that are not pruned, so that the total stays:
          sum_j A_j = A_0 = A-bar B.
Notes     With equation (6) some sample is always left, since not all losses are below their mean, and the
          total is A_0 in real numbers.  With the allocator in words, which may cut every sample, all may be
          pruned: there is nobody to hand on to.  In whole queries A-bar/2 and the shares are rounded, and the
          total moves. Section 4.1 has another rule: sample j gets A_0 A_j / sum_i A_i.  It gives a pruned
          sample more than A-bar/2 as soon as one sample is pruned: the two rules are two allocators.
Shapes    coins: (B,), the draws; losses: (B,); m, A-bar, A_0 scalar, m the number of pruned samples.
Units     queries, see the scaling.
Source    FLOPS, Appendix C.1, last sentence before the robustness; Section 4.1, equation (6) and last
          paragraph.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

B = sp.Symbol("B", positive=True, integer=True)
m = sp.Symbol("m", nonnegative=True, integer=True)
share = sp.Symbol(r"\bar{A}", positive=True)
TOTAL: Any = m * share / 2 + (B - m) * (share + m * (share / 2) / (B - m))

FAMILY = Family(
    fields={
        "B": Integer(1, 5),
        "losses": Vector("B", Real(0, 4)),
        "coins": Vector("B", Real(0, 1)),
        "share": Integer(1, 6),
    },
    leaves_out="B > 5 (the proof covers every B); pruning to another share than one half",
)


def pruned(i: Instance, everybody: bool = False) -> list[bool]:
    """Which samples are cut: those with a coin above 1/2 and, by equation (6), a loss below the mean."""
    low = [everybody or Fraction(v) * i.B < sum(map(Fraction, i.losses)) for v in i.losses]
    return [cut and coin > Fraction(1, 2) for cut, coin in zip(low, i.coins, strict=True)]


def handed_on(i: Instance, cut: list[bool]) -> list[Fraction]:
    """Pruned samples have A-bar/2, and what they lost is shared equally among the others."""
    half = Fraction(i.share, 2)
    each = sum(cut) * half / (len(cut) - sum(cut))  # a division by zero if all are pruned
    return [half if k else i.share + each for k in cut]


def total(text: str, run: Any, expr: Any = None) -> Statement:
    return Statement(
        text=text,
        left=Quantity(text="sum_j A_j", run=run, expr=expr),
        relation="==",
        right=share * B,
        proof=None if expr is None else lambda: Chain(expr, (Line("==", share * B, Rewrite()),)),
    )


def by_six(i: Instance) -> Fraction:
    return sum(handed_on(i, pruned(i)), Fraction(0))


def whole(i: Instance) -> Fraction:
    """Every number of queries is rounded to the nearest whole one (halves to the even one)."""
    return Fraction(sum(round(a) for a in handed_on(i, pruned(i))))


MIXED = Instance(B=3, losses=(0, 3, 3), coins=(1, 1, 0), share=3)
ALL = Instance(B=2, losses=(1, 1), coins=(1, 1), share=2)
FREE = Instance(B=2, losses=(0, 1), coins=(0, 0), share=2)

CLAIM = Claim(
    items=("flops.secC1.ba_rule",),
    readings=(
        total("equation (6) prunes, real numbers of queries", by_six, TOTAL),
        total(
            "the allocator in words prunes, any sample",
            lambda i: sum(handed_on(i, pruned(i, everybody=True)), Fraction(0)),
        ),
        total("equation (6) prunes, whole queries by rounding", whole),
    ),
    family=FAMILY,
    symbols={B: lambda i: i.B, m: lambda i: sum(pruned(i)), share: lambda i: i.share},
    witnesses=(MIXED, ALL, FREE),
    tight_at=(MIXED, FREE),
    scalings=(Scaling(text="A-bar times k", power=1, move=lambda i, c: replace(i, share=int(c) * i.share)),),
    mutants=(
        Mutant(
            text="pruned queries are saved",
            left=Quantity(text="sum", run=lambda i: by_six(i) - sum(pruned(i)) * Fraction(i.share, 2)),
            dies_at=MIXED,
        ),
        Mutant(
            text="handed to all samples",
            left=Quantity(
                text="sum", run=lambda i: by_six(i) - sum(pruned(i)) ** 2 * Fraction(i.share, 2 * i.B)
            ),
            dies_at=MIXED,
        ),
        Mutant(text="one sample less", right=share * (B - 1), dies_at=FREE),
    ),
)
