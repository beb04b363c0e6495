"""FLOPS's Bernoulli allocator in words and in equation (6): who may be cut to half the queries?

Printed   Words: every sample gets A-bar queries, and A-bar/2 with probability p.  Equation (6): with
          probability p if its clean loss is below the mean loss of the batch, never otherwise.
Repaired  the sample's loss is below the mean of the batch: then the words hold.  On the average over the
          batch the two differ by the share of samples below the mean, which is never one: not all numbers are
          below their mean, so that in a batch of equal losses nobody is cut.
Shapes    losses: (B,); low: (B,), 1 where the loss is below the mean; p, A-bar scalar.
Units     probabilities; queries cancel.
Source    FLOPS, Section 4.1, Bernoulli Allocator, text and equation (6).
"""

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

p = sp.Symbol("p", nonnegative=True)
low = sp.Symbol("low", nonnegative=True)  # 1 if the loss of the sample is below the mean, else 0
share = sp.Symbol(r"\bar{A}", positive=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "who": Integer(1, "B"),
        "losses": Vector("B", Real(0, 4)),
        "p": Real(0, 1),
        "share": Integer(1, 6),
    },
    leaves_out="B > 4",
)
BELOW = Given(text="the loss of the sample is below the mean of the batch", fact=sp.Eq(low, 1))


def outcomes(i: Instance, all_of_them: bool = False) -> list[tuple[Fraction, tuple]]:
    """(probability, allocation) of every outcome of the allocator of equation (6), or of the words."""
    mean = sum(map(Fraction, i.losses)) / i.B
    chances = [Fraction(i.p) if all_of_them or Fraction(v) < mean else Fraction(0) for v in i.losses]
    found = []
    for cut in product((0, 1), repeat=i.B):
        weight = prod(c if k else 1 - c for c, k in zip(chances, cut, strict=True))
        found.append((weight, tuple(Fraction(i.share, 2 if k else 1) for k in cut)))
    return found


def halved(i: Instance, all_of_them: bool = False) -> Fraction:
    """P(A_j = A-bar/2) of the sample `who`."""
    half = Fraction(i.share, 2)
    return sum((w for w, a in outcomes(i, all_of_them) if a[i.who - 1] == half), Fraction(0))


def below(i: Instance) -> int:
    return int(Fraction(i.losses[i.who - 1]) * i.B < sum(map(Fraction, i.losses)))


def cut(text: str, givens: tuple = (), **more: Any) -> Statement:
    left = Quantity(text="P(A_j = A-bar/2) by equation (6)", run=halved, expr=p * low)
    return Statement(text=text, left=left, relation="==", right=p, givens=givens, **more)


def cut_below(text: str) -> Statement:
    """The sample's loss is below the mean of the batch."""
    return cut(text, (BELOW,), proof=lambda: Chain(p * low, (Line("==", p, Entail()),)))


HALF = Fraction(1, 2)
UPPER = Instance(B=2, who=2, losses=(0, 1), p=HALF, share=4)
LOWER = Instance(B=3, who=1, losses=(0, 1, 2), p=Fraction(1, 3), share=3)
EVEN = Instance(B=2, who=1, losses=(1, 1), p=HALF, share=1)

CLAIM = Claim(
    items=("flops.sec4_1.ba_text", "flops.eq6", "flops.sec4_1.ba_parameter"),
    readings=(
        cut("the words, for a sample of any loss, against equation (6)"),
        cut_below("the words, of a sample that (6) then goes on to describe: its loss is below the mean"),
    ),
    family=FAMILY,
    symbols={p: lambda i: i.p, low: below, share: lambda i: i.share},
    repair=Repair(
        changes="the loss of the sample is below the mean loss of the batch",
        statement=cut_below("a sample whose loss is below the mean"),
        nondegenerate=LOWER,
        added=(Added(given=BELOW, fails_without=UPPER),),
    ),
    steps=(
        PrintedStep(
            item="flops.eq6",
            text="E[A_j] by the two cases of (6)",
            left=p * low * share / 2 + (1 - p * low) * share,
            relation="==",
            right=share * (1 - p * low / 2),
            by=Rewrite(),
        ),
        PrintedStep(
            item="flops.sec4_1.ba_parameter",
            text="the relative number of queries of a sample knows p and its side of the mean alone",
            left=(p * low * share / 2 + (1 - p * low) * share) / share,
            relation="==",
            right=1 - p * low / 2,
            by=Rewrite(),
        ),
    ),
    transcription=lambda i: i.p,
    witnesses=(UPPER, LOWER, EVEN),
    tight_at=(LOWER,),
    scalings=(
        Scaling(text="A-bar times k", power=0, move=lambda i, c: replace(i, share=int(c) * i.share)),
        Scaling(
            text="losses times k",
            power=0,
            move=lambda i, c: replace(i, losses=tuple(c * v for v in i.losses)),
        ),
    ),
    mutants=(
        Mutant(text="the probability of being kept", right=1 - p, dies_at=LOWER),
        Mutant(text="p of p", right=p**2, dies_at=LOWER),
        Mutant(
            text="cut above the mean",
            left=Quantity(text="P", run=lambda i: halved(i, True) - halved(i)),
            dies_at=LOWER,
        ),
    ),
)
