"""Model merging stability, scaling law in the number of tasks N.

Printed   The penalty sum_i lambda_i zeta_i^2 accumulates at least linearly with N, the optimisation benefit
          improves as 1/sqrt(N) only, so that generalisation strictly degrades with N.
Repaired  sum_i lambda_i zeta_i^2 <= max_i zeta_i^2 for every N: a weighted mean does not accumulate, and in
          (24) it is multiplied by chi^2, which vanishes for equal coefficients.  What grows linearly are the
          third and fourth term of (6), through eta^2 = N/K-bar: so the law holds of the heterogeneity
          there, for fixed K_i (second reading).  The true excess risk may fall: for tasks of
          one curvature the gap of the uniform merge is 1/N of that of one expert, however far apart they are.
Shapes    zeta2, lam: (N,); the first N of the instance's tasks, lambda_i = 1/N in the printed law.
Units     zeta2 a squared gradient.
Source    Section V-B5; Appendix A-A1, item 5; equations (6) and (24).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.mean_estimation import Task, World, excess
from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam, below = (sp.IndexedBase(name, nonnegative=True) for name in ("lambda", "t"))
zeta2: Any = sp.IndexedBase("zeta^2", positive=True)
most, Kbar, Delta, L = sp.symbols("zeta_max^2 Kbar Delta L", positive=True)
A3 = sp.Symbol("A_3", nonnegative=True)
more = sp.Symbol("zeta_max^2(N+1)", positive=True)  # the maximum over one more task
R = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "step": Integer(1, 2),
        "raw": Vector("N", R),
        "lam": Derived(lambda f: tuple(Fraction(w) / sum(f.raw) for w in f.raw)),
        "zeta2": Vector(8, R),
        "Kbar": Real(1, 50),
        "L": R,
        "Delta": R,
        "n": Integer(1, 6),
        "K": Integer(1, 4),
        "rate": Real(0, 1, open="both"),
        "spread": R,
        "far": R,
    },
    leaves_out="N > 4 in the printed law; merges of tasks that differ in more than their means",
)


def penalty(i: Instance, tasks: int):
    """The mean of the first zeta_i^2: lambda_i = 1/N."""
    return sum(i.zeta2[:tasks]) / (tasks * (i.zeta2[0] / i.zeta2[0]))


def weighted(i: Instance):
    return sum(w * z for w, z in zip(i.lam, i.zeta2, strict=False))


def fourth(i: Instance, tasks: int):
    """5 N L^2 zeta^2 A_3/K-bar for the first tasks, zeta^2 the largest and A_3 that of equal K."""
    return 5 * tasks * i.L**2 * max(i.zeta2[:tasks]) * i.K * (i.K - 1) / i.Kbar


def risk(i: Instance):
    """E[F(x_avg) - min f] of the uniform merge of N pairs of tasks, with means +far and -far."""
    one = i.rate / i.rate
    pair = [Task(n=i.n, b=i.n, K=i.K, mean=m, spread=i.spread) for m in (i.far, -i.far)]
    return excess(
        World(
            tasks=pair * i.N, weights=(one / (2 * i.N),) * (2 * i.N), curvature=one, eta=i.rate, start=0 * one
        )
    )


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    zeta2: lambda i: i.zeta2,
    most: lambda i: max(i.zeta2[: i.N]),
    below: lambda i: tuple(max(i.zeta2[: i.N]) - z for z in i.zeta2[: i.N]),
    Kbar: lambda i: i.Kbar,
    Delta: lambda i: i.Delta,
    L: lambda i: i.L,
    A3: lambda i: i.K * (i.K - 1),
    more: lambda i: max(i.zeta2[: i.N + 1]),
}
LARGEST = Given(text="a maximum over more tasks is not smaller", fact=sp.Ge(more, most))
COEFFICIENTS = Given(text="lambda_i >= 0 with sum one", fact=sp.Eq(sp.Sum(lam[j], (j, 1, N)), 1))
MEAN = sp.Sum(zeta2[j], (j, 1, N)) / N
FOURTH = 5 * N * L**2 * most * A3 / Kbar
FOURTH_NEXT = 5 * (N + 1) * L**2 * more * A3 / Kbar
WEIGHTED = sp.Sum(lam[j] * (most - below[j]), (j, 1, N))
ONE = Fraction(1)
EQUAL = Instance(
    N=1, step=1, raw=(ONE,), lam=(ONE,), zeta2=(ONE,) * 8, Kbar=ONE, L=ONE, Delta=ONE, n=2, K=1, rate=ONE / 2,
    spread=ONE, far=4 * ONE,
)  # fmt: skip
TWO = replace(EQUAL, N=2, raw=(ONE, ONE), lam=(ONE / 2, ONE / 2), zeta2=(ONE, 3 * ONE, *(ONE,) * 6))


def transcription(i: Instance):
    """(N+1)/N times the mean of the first N zeta_i^2."""
    return sum(i.zeta2[: i.N]) / i.N * (i.N + 1) / i.N


CLAIM = Claim(
    items=("stability.sec5.N_law", "stability.secA1.N_law", "stability.secA1.N_advice"),
    readings=(
        Statement(
            text="at least linearly: one more task multiplies sum lambda_i zeta_i^2 by (N+1)/N or more",
            left=Quantity(text="the penalty at N + 1", run=lambda i: penalty(i, i.N + 1)),
            relation=">=",
            right=(N + 1) / N * MEAN,
            givens=(COEFFICIENTS,),
        ),
        Statement(
            text="at least linearly: the term of (6) with the largest zeta_i^2, K_i and K-bar fixed",
            left=Quantity(
                text="the fourth term of (6) at N + 1", run=lambda i: fourth(i, i.N + 1), expr=FOURTH_NEXT
            ),
            relation=">=",
            right=(N + 1) / N * FOURTH,
            givens=(LARGEST,),
            proof=lambda: Chain(FOURTH_NEXT, (Line(">=", (N + 1) / N * FOURTH, Entail()),)),
        ),
        Statement(
            text="the excess risk itself grows with N (means +far and -far in turn)",
            left=Quantity(text="E[F(x_avg) - min f]", run=risk),
            relation="increasing",
            givens=(),
            along=Along(symbol=N, field="N", step="step"),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="bounded by the largest zeta_i^2, for every N and all coefficients",
        statement=Statement(
            text="sum_i lambda_i zeta_i^2 <= max_i zeta_i^2",
            left=Quantity(text="sum_i lambda_i zeta_i^2", run=weighted, expr=WEIGHTED),
            relation="<=",
            right=most,
            givens=(COEFFICIENTS,),
            proof=lambda: Chain(WEIGHTED, (Line("<=", most, Entail(), "a weighted mean"),)),
        ),
        nondegenerate=TWO,
    ),
    steps=(
        PrintedStep(
            item="stability.secA1.N_law",
            text="the first term of (6) at 4N is half of that at N: the slow benefit",
            left=4 * Delta / sp.sqrt(4 * N * Kbar),
            relation="==",
            right=4 * Delta / sp.sqrt(N * Kbar) / 2,
            by=Rewrite(),
        ),
    ),
    transcription=transcription,
    witnesses=(EQUAL, TWO),
    tight_at=(EQUAL,),
    scalings=(
        Scaling(
            text="zeta^2 times k",
            power=1,
            move=lambda i, k: replace(i, zeta2=tuple(k * z for z in i.zeta2)),
        ),
    ),
    mutants=(
        Mutant(text="half of it", right=most / 2, dies_at=EQUAL),
        Mutant(text="divided by N", right=most / N, dies_at=TWO),
        Mutant(
            text="a plain sum",
            left=Quantity(text="sum_i zeta_i^2", run=lambda i: sum(i.zeta2[: i.N])),
            dies_at=TWO,
        ),
    ),
    effort=0.3,
)
