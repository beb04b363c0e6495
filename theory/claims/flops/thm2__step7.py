"""FLOPS's deterministic allocator A^det: no feasible allocation has a smaller objective.

Printed   A_j^det = A_0 sqrt(T_j) / sum_k sqrt(T_k), the "optimal deterministic allocator", from the
          Lagrangian of J(A) = sum_j T_j / A_j with sum_j A_j = A_0.
Notes     Read as the minimum it is right, for every batch size and all positive real numbers of queries, and
          attained by A^det alone.  See flops.thm2.step4 for "maximize", flops.thm2.step7@whole for whole
          queries, flops.thm2.step7@minimum for a least number of queries, flops.alg.pilot for estimated
          traces.
Shapes    T, A: (B,); A_0 scalar.  T = roots^2, so that square roots stay rational.
Units     J: T per query, see the scalings.
Source    FLOPS, Appendix A.3: comparison of allocators, Lagrangian, stationarity, A^det.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity
from theory.claims.flops._allocation import A_0, B, j
from theory.claims.flops.thm2__step4 import (
    ANY,
    BAD,
    BEST,
    CAUCHY,
    FAMILY,
    FLAT,
    LEAST,
    MINIMUM,
    SCALINGS,
    SPENT,
    SYMBOLS,
    WHOLE,
    A,
    T,
    objective,
)
from theory.proof import Entail, Rewrite

dual = sp.Symbol("lambda", real=True)
SHARE = A_0 * sp.sqrt(T[j]) / WHOLE  # A_j^det


def step(number: int, left: Any, right: Any, text: str, by: Any) -> PrintedStep:
    return PrintedStep(
        item=f"flops.thm2.step{number}", left=left, relation="==", right=right, text=text, by=by
    )


CLAIM = Claim(
    items=(
        "flops.thm2.step7",
        "flops.thm2.step1",
        "flops.thm2.step2",
        "flops.thm2.step5",
        "flops.thm2.step6",
    ),
    readings=(MINIMUM,),
    family=FAMILY,
    symbols={**SYMBOLS, dual: lambda i: Fraction(i.roots[0])},
    steps=(
        PrintedStep(
            item="flops.thm2.step1",
            text="E(LB) = constant - k J: for Sigma = 0 no mean does better; else E(LB^GA) has no value",
            left=LEAST,
            relation="<=",
            right=ANY,
            by=Entail((CAUCHY,)),
        ),
        step(2, (ANY + ANY) / 2, ANY, "Sigma = 0: two draws are alike, so that E[J] is J", Rewrite()),
        step(
            5, ANY - dual * (SPENT - A_0), ANY, "the Lagrangian is J on feasible A, whatever lambda", Entail()
        ),
        step(
            6,
            sp.Sum((-T[j] / SHARE**2 + (WHOLE / A_0) ** 2) ** 2, (j, 1, B)),
            sp.Integer(0),
            "A^det is stationary, lambda = -(sum_k sqrt(T_k) / A_0)^2",
            Rewrite(),
        ),
        step(7, sp.Sum(SHARE, (j, 1, B)), A_0, "A^det meets the budget", Entail()),
        step(
            7,
            ANY - LEAST,
            sp.Sum(A[j] * (sp.sqrt(T[j]) / A[j] - WHOLE / A_0) ** 2, (j, 1, B)),
            "what a feasible A has more: zero for A^det, and for no other",
            Entail(),
        ),
    ),
    witnesses=(BAD, BEST, FLAT),
    tight_at=(BEST, FLAT),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="equal allocation is best", right=B / A_0 * sp.Sum(T[j], (j, 1, B)), dies_at=BEST),
        Mutant(text="B times as much", right=B * LEAST, dies_at=BEST),
        Mutant(
            text="queries squared",
            left=Quantity(text="sum T/A^2", run=lambda i: objective(i, 2)),
            dies_at=BEST,
        ),
    ),
)
