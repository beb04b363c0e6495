"""FLOPS: does the correlation between the draws of two samples matter to the allocator's objective?

Printed   A diagonal covariance matrix ignores how similar samples are, which is said to harm the allocation:
          the objective would be larger without the correlation.
Repaired  it is the same.  J = E sum_j T_j/A_j is a sum over the samples, so that it depends on the law of
          each A_j alone: whatever the joint law, uncorrelated draws with the same marginal laws have the same
          J, and no gradient of (10) can prefer a Sigma off its diagonal.  Only where the draws are normed to
          a budget, A_0 A_j / sum_i A_i, which (9)-(11) do not do, does the correlation enter, and then either
          way: draws that rise and fall together keep their shares, and independent draws of the same laws are
          no better than these (the third reading).
Shapes    P: (M, N), the joint law of the numbers of queries of two samples; a: (M,), b: (N,) their values.
Units     J: T per query, see the scalings.
Source    FLOPS, Section 5.4, Gaussian or Bernoulli; Section 4.1 below (5); equation (9).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

M, N = sp.symbols("M N", positive=True, integer=True)
m, n, k = sp.symbols("m n k", positive=True, integer=True)
T_1, T_2 = sp.symbols("T_1 T_2", nonnegative=True)
P: Any = sp.IndexedBase("P", nonnegative=True)
a: Any = sp.IndexedBase("a", positive=True)
b: Any = sp.IndexedBase("b", positive=True)
JOINT: Any = sp.Sum(P[m, n] * (T_1 / a[m] + T_2 / b[n]), (m, 1, M), (n, 1, N))
FIRST: Any = sp.Sum(sp.Sum(P[m, n], (n, 1, N)) * T_1 / a[m], (m, 1, M))
SECOND: Any = sp.Sum(sp.Sum(P[m, n], (m, 1, M)) * T_2 / b[n], (n, 1, N))
w: Any = sp.IndexedBase("w", nonnegative=True)  # the law of the first sample's number
c = sp.Symbol("c", positive=True)
ONE: Any = sp.Sum(w[m], (m, 1, M))
TOGETHER: Any = sp.Sum(w[m] * (T_1 / a[m] + T_2 / (c * a[m])) * (a[m] + c * a[m]), (m, 1, M))
APART: Any = T_1 + T_2 + (c * T_1 + T_2 / c) * sp.Sum(w[m] * a[m], (m, 1, M)) * sp.Sum(w[m] / a[m], (m, 1, M))
CAUCHY = Lemma(
    "cauchy_schwarz_sums",
    {"a": sp.sqrt(w[m]) * sp.sqrt(a[m]), "b": sp.sqrt(w[m]) / sp.sqrt(a[m]), "j": m, "n": M},
)
LAW = Given(text="probabilities add up to one", fact=sp.Eq(ONE, 1))
apart = sp.Symbol("E[J]_{normed, apart}", nonnegative=True)

FAMILY = Family(
    fields={
        "M": Integer(1, 3),
        "N": Integer(1, 3),
        "roots": Vector(2, Real(0, 3)),
        "a": Vector("M", Real(0, 4, open="lo")),
        "b": Vector("N", Real(0, 4, open="lo")),
        "cells": Derived(lambda f: f.M * f.N),
        "P": Simplex("cells"),
    },
    leaves_out="more than two samples (J is a sum over them); laws with a density",
)


def cells(i: Instance) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(probability, queries of the first, queries of the second) of the joint law."""
    pairs = [(Fraction(x), Fraction(y)) for x in i.a for y in i.b]
    return [(Fraction(p), x, y) for p, (x, y) in zip(i.P, pairs, strict=True)]


def marginal(i: Instance) -> list[Fraction]:
    """The law of the first sample's number."""
    joint = [Fraction(p) for p in i.P]
    return [sum(joint[r * i.N : (r + 1) * i.N], Fraction(0)) for r in range(i.M)]


def product_law(i: Instance) -> list[tuple[Fraction, Fraction, Fraction]]:
    """The law of independent draws with the same marginals: a covariance matrix that is diagonal."""
    joint = [Fraction(p) for p in i.P]
    rows = marginal(i)
    columns = [sum(joint[c :: i.N], Fraction(0)) for c in range(i.N)]
    return [
        (p * q, Fraction(x), Fraction(y))
        for p, x in zip(rows, i.a, strict=True)
        for q, y in zip(columns, i.b, strict=True)
    ]


def objective(i: Instance, law: Any, normed: bool = False) -> Fraction:
    """E[T_1/A_1 + T_2/A_2]; `normed` to a budget of one query in all."""
    one, two = (Fraction(r) ** 2 for r in i.roots)
    return sum((p * (one / x + two / y) * (x + y if normed else 1) for p, x, y in law(i)), Fraction(0))


def tied(i: Instance) -> list[tuple[Fraction, Fraction, Fraction]]:
    """The law where the second number is c times the first: c the first of its values."""
    ratio = Fraction(i.b[0])
    return [(p, Fraction(x), ratio * Fraction(x)) for p, x in zip(marginal(i), i.a, strict=True)]


def compared(text: str, relation: str, right: Any, normed: bool = False, **more: Any) -> Statement:
    left = Quantity(
        text="J of correlated draws", run=lambda i: objective(i, cells, normed), expr=more.pop("expr", None)
    )
    return Statement(text=text, left=left, relation=relation, right=right, **more)


HALF = Fraction(1, 2)
TIED = Instance(M=2, N=2, roots=(1, 1), a=(1, 2), b=(1, 2), cells=4, P=(HALF, 0, 0, HALF))
OPPOSED = replace(TIED, P=(0, HALF, HALF, 0))
SKEW = Instance(M=2, N=1, roots=(1, 2), a=(1, 3), b=(2,), cells=2, P=(HALF, HALF))

CLAIM = Claim(
    items=("flops.sec5_4.diagonal",),
    readings=(
        compared("the correlation helps: J is smaller with it", "<", FIRST + SECOND),
        compared("draws normed to a budget: the correlation helps", "<=", apart, normed=True),
        Statement(
            text="draws normed to a budget, fully correlated (A_2 = c A_1): independent draws are no better",
            left=Quantity(text="J of A_2 = c A_1", run=lambda i: objective(i, tied, True), expr=TOGETHER),
            relation="<=",
            right=APART,
            givens=(LAW,),
            proof=lambda: Chain(
                TOGETHER,
                (
                    Line("==", (T_1 + T_2 / c) * (1 + c) * ONE, Rewrite()),
                    Line("<=", APART, Entail((CAUCHY,)), "1 <= E[A_1] E[1/A_1]"),
                ),
            ),
        ),
    ),
    family=FAMILY,
    symbols={
        M: lambda i: i.M,
        N: lambda i: i.N,
        T_1: lambda i: Fraction(i.roots[0]) ** 2,
        T_2: lambda i: Fraction(i.roots[1]) ** 2,
        P: lambda i: tuple(i.P[r * i.N : (r + 1) * i.N] for r in range(i.M)),
        a: lambda i: i.a,
        b: lambda i: i.b,
        w: lambda i: tuple(marginal(i)),
        c: lambda i: i.b[0],
        apart: lambda i: objective(i, product_law, normed=True),
    },
    repair=Repair(
        changes="equal in place of smaller",
        statement=compared(
            "J is the same without the correlation",
            "==",
            FIRST + SECOND,
            expr=JOINT,
            proof=lambda: Chain(JOINT, (Line("==", FIRST + SECOND, Rewrite()),)),
        ),
        nondegenerate=TIED,
    ),
    transcription=lambda i: objective(i, product_law),
    witnesses=(TIED, OPPOSED, SKEW),
    tight_at=(TIED, SKEW),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
        ),
    ),
    mutants=(
        Mutant(
            text="draws normed to a budget",
            dies_at=SKEW,
            left=Quantity(text="J", run=lambda i: objective(i, cells, normed=True)),
        ),
        Mutant(text="the second sample alone", right=SECOND, dies_at=TIED),
        Mutant(
            text="the marginals exchanged", dies_at=SKEW, right=FIRST.subs(T_1, T_2) + SECOND.subs(T_2, T_1)
        ),
    ),
)
