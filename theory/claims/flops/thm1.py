"""FLOPS theorem 1: the allocator that maximises the lower bound LB_t is the one that minimises J_t.

Printed   max over lambda of LB_t <=> min over lambda of J_t(lambda) = E_{A~P(.|lambda)} sum_j Tr(Sigma_j)/A_j
          under Assumption 1, ghat_j ~ N(mu_j, Sigma_j / A_j); P is the Gaussian allocator of eq. (5).
Repaired  for allocators with E[1/A_j] < infinity, such as the Bernoulli one of eq. (6): for any two of them
          LB_t(P) - LB_t(Q) = (eta^2 L / 2) (J_t(Q) - J_t(P)), so that for eta^2 L > 0 the optima agree; with
          the LB_t of A.1 the factor is eta^2 L / (2B).  For a Gaussian A_j with positive variance, also cut
          at zero, neither LB_t nor J_t exists (the integral has a principal value if nothing is cut, to which
          no average of draws tends).  Normality is not used, only mean and covariance of a mean of A_j
          queries.  The form of A.1 also needs that estimates of different samples are uncorrelated: with one
          perturbation for the whole batch the optima part.  The proofs compare closed forms of LB_t, which
          the steps derive from the expectations.
Shapes    mu_j, ghat_j, grad L_j: (d,); T_j = Tr(Sigma_j), A_j: (B,); the rest scalar.
Units     those of the loss: eta^2 L T.
Source    FLOPS, Section 4.2, Assumption 1, eq. (9), Theorem 1; Appendix A.2, eqs. (16)-(25).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Existence, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.flops._improvement import G, each1, each2, every, ghat1, ghat2
from theory.claims.flops._queries import (
    FAMILY,
    LAWS,
    QUERIES,
    SYMBOLS,
    VECTORS,
    A,
    A_rival,
    B,
    L,
    T,
    advantage,
    agreement,
    bound_of_batch,
    bound_per_sample,
    drawn,
    eta,
    j,
)
from theory.claims.flops._theorem1 import BY_8, BY_16, RIGHT, RIGHT_16, STEPS
from theory.family import Instance, replace
from theory.proof import Chain, Line, Rewrite

a = sp.Symbol("a", real=True)


def undefined(i: Instance) -> Fraction:
    """LB_t of a Gaussian allocator with positive variance."""
    raise ZeroDivisionError("E[1/A_j] does not exist for a Gaussian A_j with positive variance")


ONE, TWO = Fraction(1), Fraction(2)
PAIR = Instance(
    B=2, d=1, eta=ONE, L=ONE, p=ONE, one=(2, 2, 2), two=(1, 1, 1), rival=(1, 1, 1), mean=((ONE,), (-ONE,)),
    slope=((ONE,), (TWO,)), s=((ONE,), (TWO,)), r=((0,), (ONE,)),
)  # fmt: skip
ORDER = replace(PAIR, two=(2, 2, 2), rival=(1, 3, 1), s=((ONE,), (-TWO,)), r=((0,), (0,)))
TRADE = replace(PAIR, one=(1, 3, 1), rival=(3, 1, 1))
PLANE = Instance(
    B=2, d=2, eta=ONE / 2, L=TWO, p=ONE / 2, one=(1, 3, 1), two=(2, 2, 1), rival=(3, 1, 1),
    mean=((ONE, 0), (0, -ONE)), slope=((ONE, ONE), (0, TWO)), s=((ONE, 0), (TWO, 0)), r=((0, ONE), (0, TWO)),
)  # fmt: skip
SINGLE = Instance(
    B=1, d=1, eta=ONE, L=ONE, p=ONE / 2, one=(3, 1, 1), two=(2, 1, 1), rival=(1, 1, 1), mean=((ONE,),),
    slope=((ONE,),), s=((ONE,),), r=((ONE,),),
)  # fmt: skip


def gaussian(text: str) -> Existence:
    """The pole of 1/a inside the support: the density at 0 is positive."""
    spread = A[1] / 5
    return Existence(
        text=text,
        variable=a,
        density=sp.exp(-((a - A[1]) ** 2) / (2 * spread**2)) / (spread * sp.sqrt(2 * sp.pi)),
        integrand=T[1] / a,
        at=0,
        where=PAIR,
    )


def gaussian_reading(text: str, asked: str) -> Statement:
    return Statement(
        text=text,
        left=Quantity(text="LB_t(P) - LB_t(Q)", run=undefined),
        relation="==",
        right=RIGHT,
        givens=(QUERIES,),
        exists=(gaussian(asked),),
    )


def compared(text: str, run, expr, right, **rest) -> Statement:
    left = Quantity(text="LB_t(P) - LB_t(Q)", run=run, expr=expr)
    return Statement(text=text, left=left, relation="==", right=right, **rest)


FINITE = Given(
    text="E[1/A_j] is finite: here A_j >= 1 takes finitely many values",
    check=lambda i: min(*i.one, *i.two, *i.rival) >= 1,
)
OWN = Given(
    text="every sample has perturbations of its own (z_{i,j} in eq. (4)), so that eq. (20) holds",
    because="the signs of different samples are drawn apart",
)
SHARED = Given(text="the i-th queries of all samples share one perturbation", because="they are run so")


def by_equation_8(text: str) -> Statement:
    """LB_t as eq. (8) prints it."""
    return compared(
        text,
        advantage(bound_per_sample),
        BY_8,
        RIGHT,
        givens=(FINITE, QUERIES),
        proof=lambda: Chain(BY_8, (Line("==", RIGHT, Rewrite()),)),
    )


READINGS = (
    gaussian_reading(
        "the display for the Gaussian allocator of eq. (5)",
        "E[T_1/A_1], A_1 ~ N(A-bar, (A-bar/5)^2), the initial values of Section 4.3",
    ),
    gaussian_reading(
        "the Gaussian allocator cut at zero, as its use in Section 4.1 has it",
        "E[T_1/A_1; A_1 > 0], A_1 ~ N(A-bar, (A-bar/5)^2)",
    ),
    by_equation_8("LB_t of eq. (8), the Bernoulli allocator of eq. (6) or any with positive whole queries"),
    compared(
        "LB_t of A.1 and eq. (16); positive whole queries, every sample with its own perturbations",
        advantage(bound_of_batch),
        BY_16,
        RIGHT_16,
        givens=(FINITE, OWN, QUERIES),
        proof=lambda: Chain(BY_16, (Line("==", RIGHT_16, Rewrite()),)),
    ),
    Statement(
        text="LB_t of A.1, one z for the whole mini-batch (Algorithm 1, line 13): LB_t orders as -J_t does",
        left=Quantity(text="(LB_t(P) - LB_t(Q)) (J_t(Q) - J_t(P))", run=agreement),
        relation=">=",
        right=sp.Integer(0),
        givens=(FINITE, SHARED),
    ),
)
REPAIRED = by_equation_8("LB_t of eq. (8), allocators with finite E[1/A_j]")


def _path(i: Instance, sign: int) -> tuple:
    """ghat_j where all signs of the queries are alike."""
    rows = zip(i.mean, i.s, i.r, strict=True)
    return tuple(tuple(m + sign * (s + r) for m, s, r in zip(*row, strict=True)) for row in rows)


def _mean(rows: tuple) -> tuple:
    return tuple(sum(column) * Fraction(1, len(rows)) for column in zip(*rows, strict=True))


def _stack(rows: tuple) -> tuple:
    return tuple(x for row in rows for x in row)


PATHS = {
    each1: lambda i: _stack(_path(i, 1)),
    each2: lambda i: _stack(_path(i, -1)),
    every: lambda i: _stack(i.slope),
    ghat1: lambda i: _mean(_path(i, 1)),
    ghat2: lambda i: _mean(_path(i, -1)),
    G: lambda i: tuple(sum(column) for column in zip(*i.slope, strict=True)),
}


def _louder(i: Instance, k: Fraction) -> Instance:
    rows = {n: tuple(tuple(k * x for x in row) for row in getattr(i, n)) for n in ("mean", "slope", "s", "r")}
    return replace(i, **rows)


CLAIM = Claim(
    items=(
        "flops.thm1",
        "flops.thm1.step1",
        "flops.thm1.step2",
        "flops.thm1.step3",
        "flops.thm1.step4",
        "flops.thm1.step5",
        "flops.thm1.step6",
        "flops.thm1.step7",
        "flops.thm1.step8",
        "flops.thm1.step9",
        "flops.thm1.step10",
        "flops.thm1.step11",
        "flops.thm1.step12",
        "flops.thm1.step13",
        "flops.a1",
        "flops.eq9",
        "flops.sec4_2.independent",
        "flops.sec2.noise_space",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols={**SYMBOLS, **VECTORS, **PATHS},
    laws=LAWS,
    repair=Repair(
        changes="allocators with a finite E[1/A_j], which no Gaussian one with positive variance has",
        statement=REPAIRED,
        nondegenerate=PAIR,
    ),
    steps=STEPS,
    witnesses=(PAIR, ORDER, TRADE, PLANE, SINGLE),
    scalings=(
        Scaling(text="gradients times k", power=2, move=_louder),
        Scaling(text="L times k", power=1, move=lambda i, k: replace(i, L=k * i.L)),
        Scaling(
            text="eta times k, L divided by k^2",
            power=0,
            move=lambda i, k: replace(i, eta=k * i.eta, L=i.L / k**2),
        ),
    ),
    mutants=(
        Mutant(text="the signs of the two objectives exchanged", right=-RIGHT, dies_at=PAIR),
        Mutant(
            text="variances divided by A^2",
            right=eta**2
            * L
            / 2
            * (
                sp.Sum(T[j] / A_rival[j] ** 2, (j, 1, B))
                - drawn(lambda n: sp.Sum(T[j] / n[j] ** 2, (j, 1, B)))
            ),
            dies_at=PAIR,
        ),
        Mutant(
            text="the LB_t of A.1 with the factor of eq. (8)",
            left=Quantity(text="LB_t(P) - LB_t(Q)", run=advantage(bound_of_batch)),
            dies_at=PAIR,
        ),
    ),
    effort=0.2,
)
