"""FLOPS on whom the optimal allocator favours: samples with a larger trace get more queries.

Printed   by Theorem 1 a sample of larger variance is, as a rule, to be given more queries.
Repaired  not needed for minimisers of J = sum_j T_j / A_j over all allocations of a budget: exchanging the
          counts of two samples that stand the wrong way round never raises J, and keeps the budget.  The
          Bernoulli allocator of eq. (6) does not do so: it halves the queries of samples with a low loss,
          whatever their variance.
Shapes    T, A: (B,), the rest scalar.
Units     T per query.
Source    FLOPS, Section 4.2, below the paragraph on subsampling; Section 1, contribution 3; eq. (6).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, Vector, replace
from theory.proof import Chain, Entail, Line

T1, T2, rest = sp.symbols("T_1 T_2 R", nonnegative=True)
A1, A2 = sp.symbols("A_1 A_2", positive=True)

FAMILY = Family(
    fields={
        "less": Real(0, 4),
        "more": Real(0, 4),
        "few": Real(0, 6, open="lo"),
        "extra": Real(0, 6),
        "losses": Vector(2, Real(0, 4)),
        "p": Real(0, 1),
        "others": Vector(2, Real(0, 4)),
    },
    leaves_out="more than two other samples, which no exchange touches",
)


def traces(i: Instance) -> tuple:
    """T_1 >= T_2, then the others'."""
    return (i.less + i.more, i.less, *i.others)


def cost(counts: tuple, i: Instance) -> Any:
    return sum(t / a for t, a in zip(traces(i), counts, strict=True))


def backwards(i: Instance) -> tuple:
    """A_1 <= A_2: the noisier sample has no more queries; the others one each."""
    few = Fraction(i.few) if isinstance(i.few, int) else i.few
    return (few, few + i.extra, Fraction(1), Fraction(1))


def bernoulli(i: Instance) -> Any:
    """E[A_1] - E[A_2] of eq. (6) for a batch of these two, two queries each before they are halved."""
    middle = (i.losses[0] + i.losses[1]) * Fraction(1, 2)
    first, second = (2 - i.p if loss < middle else 2 for loss in i.losses)
    return first - second


J = T1 / A1 + T2 / A2 + rest
EXCHANGED = T1 / A2 + T2 / A1 + rest
ORDER = Given(
    text="sample 1 has the larger trace and no more queries than sample 2",
    fact=sp.And(sp.Ge(T1, T2, evaluate=False), sp.Le(A1, A2, evaluate=False)),
)
READINGS = (
    Statement(
        text="exchanging the counts of a noisy sample with few queries and a calm one with many lowers J",
        left=Quantity(text="J of the allocation", run=lambda i: cost(backwards(i), i), expr=J),
        relation=">=",
        right=EXCHANGED,
        givens=(ORDER,),
        proof=lambda: Chain(J, (Line(">=", EXCHANGED, Entail()),)),
    ),
    Statement(
        text="the Bernoulli allocator of eq. (6) gives the sample with the larger trace no fewer queries",
        left=Quantity(text="E[A_1] - E[A_2]", run=bernoulli),
        relation=">=",
        right=sp.Integer(0),
        givens=(ORDER,),
    ),
)

ONE = Fraction(1)
PAIR = Instance(less=ONE, more=3 * ONE, few=ONE, extra=3 * ONE, losses=(ONE, 2 * ONE), p=ONE, others=(0, ONE))
ALIKE = replace(PAIR, more=0 * ONE, losses=(ONE, ONE))

CLAIM = Claim(
    items=("flops.sec4_2.high_variance",),
    readings=READINGS,
    family=FAMILY,
    symbols={
        T1: lambda i: i.less + i.more,
        T2: lambda i: i.less,
        rest: lambda i: sum(i.others),
        A1: lambda i: i.few,
        A2: lambda i: i.few + i.extra,
    },
    witnesses=(PAIR, ALIKE),
    tight_at=(ALIKE,),
    scalings=(
        Scaling(
            text="traces times k",
            power=1,
            move=lambda i, k: replace(
                i, less=k * i.less, more=k * i.more, others=tuple(k * x for x in i.others)
            ),
        ),
    ),
    mutants=(
        Mutant(text="the other way round", right=2 * J - EXCHANGED, dies_at=PAIR),
        Mutant(text="both get the smaller count", right=(T1 + T2) / A1 + rest, dies_at=PAIR),
        Mutant(
            text="both get the larger count on the left",
            left=Quantity(
                text="J of more queries than there are",
                run=lambda i: cost((backwards(i)[1], *backwards(i)[1:]), i),
            ),
            dies_at=PAIR,
        ),
    ),
)
