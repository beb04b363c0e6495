"""FLOPS's Bernoulli allocator halves the queries of a sample with a small loss: does that help?

Printed   The Bernoulli allocator prunes unimportant samples and saves computation: halving a sample's queries
          and handing them to the others (Appendix C.1) does not make J larger.
Repaired  if and only if its trace is at most (sum of the other traces)/(2 B - 1), about half their mean.  The
          loss, by which equation (6) prunes, is no trace: a sample with a small loss and a usual trace is
          pruned at a loss.  No computation is eliminated: the total is the same.
Shapes    roots: (B,), T = roots^2, sample 1 is pruned; A-bar scalar, R the sum of the other traces.
Units     J: T per query, see the scalings.
Source    FLOPS, Section 5.4, Gaussian or Bernoulli; Section 4.1, equation (6); Appendix C.1.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

B = sp.Symbol("B", positive=True, integer=True)
T, R = sp.symbols("T_1 R", nonnegative=True)
share = sp.Symbol(r"\bar{A}", positive=True, integer=True)
AFTER = T / (share / 2) + R / (share + (share / 2) / (B - 1))
BEFORE = (T + R) / share

FAMILY = Family(
    fields={
        "B": Integer(2, 5),
        "roots": Vector("B", Real(0, 4)),
        "share": Integer(1, 4),
        "losses": Vector("B", Real(0, 4)),
    },
    leaves_out="more than one pruned sample; whole queries (flops.secC1.ba_rule)",
)
SEVERAL = Given(text="two samples at least", fact=sp.Ge(B, 2))
SMALL = Given(text="the trace is at most (sum of the others)/(2B - 1)", fact=sp.Le((2 * B - 1) * T, R))


def traces(i: Instance) -> list[Fraction]:
    return [Fraction(r) ** 2 for r in i.roots]


def pruned(i: Instance, hand_on: bool = True) -> Fraction:
    """J when sample 1 has half its queries and the others share the rest equally."""
    half = Fraction(i.share, 2)
    queries = [half] + [i.share + (half / (i.B - 1) if hand_on else 0)] * (i.B - 1)
    return sum((t / a for t, a in zip(traces(i), queries, strict=True)), Fraction(0))


def all_but_one(i: Instance) -> Fraction:
    """J when every other sample is pruned in favour of sample 1: a wrong rule."""
    half = Fraction(i.share, 2)
    queries = [i.share + half * (i.B - 1)] + [half] * (i.B - 1)
    return sum((t / a for t, a in zip(traces(i), queries, strict=True)), Fraction(0))


def helps(text: str, givens: tuple, **more: Any) -> Statement:
    left = Quantity(text="J after pruning", run=pruned, expr=AFTER)
    return Statement(text=text, left=left, relation="<=", right=BEFORE, givens=(SEVERAL, *givens), **more)


def small(text: str) -> Statement:
    """The pruned trace is small."""
    return helps(text, (SMALL,), proof=lambda: Chain(AFTER, (Line("<=", BEFORE, Entail()),)))


FLAT = Instance(B=2, roots=(1, 1), share=2, losses=(0, 1))
EDGE = Instance(B=3, roots=(1, 1, 2), share=1, losses=(0, 1, 2))
TINY = replace(EDGE, roots=(Fraction(1, 2), Fraction(1, 2), 1))
GOOD = Instance(B=2, roots=(1, 3), share=2, losses=(0, 1))

CLAIM = Claim(
    items=("flops.sec5_4.ba_prunes",),
    readings=(
        helps("a sample with any trace, chosen by its loss", ()),
        small("unimportant is a sample with a small trace"),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        T: lambda i: traces(i)[0],
        R: lambda i: sum(traces(i)[1:], Fraction(0)),
        share: lambda i: i.share,
    },
    repair=Repair(
        changes="the pruned trace is at most (sum of the others)/(2B - 1)",
        statement=small("a sample with a small trace"),
        nondegenerate=GOOD,
        added=(Added(given=SMALL, fails_without=FLAT),),
    ),
    transcription=lambda i: sum(r * r for r in i.roots) / i.share,
    witnesses=(FLAT, EDGE, TINY, GOOD),
    tight_at=(EDGE, TINY),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
        ),
        Scaling(text="A-bar times k", power=-1, move=lambda i, c: replace(i, share=int(c) * i.share)),
    ),
    mutants=(
        Mutant(
            text="the queries are saved",
            left=Quantity(text="J", run=lambda i: pruned(i, hand_on=False)),
            dies_at=GOOD,
        ),
        Mutant(text="the others are pruned", left=Quantity(text="J", run=all_but_one), dies_at=GOOD),
        Mutant(text="R alone", right=R / share, dies_at=EDGE),
    ),
)
