"""FLOPS's search for the optimal allocator parameter: the sign of its display.

Printed   lambda_t^* = argmax_{lambda in Lambda} J(lambda), the optimal allocator parameter, where (9) and
          Theorem 1 minimise J; Theorem 2 then needs LB(lambda_t^*) >= LB(lambda), and LB = constant - k J
          with k > 0.
Repaired  argmin in place of argmax.  As printed the search looks for the worst allocator of Lambda; over all
          positive allocations the supremum is infinite, as one A_j tends to 0.  The gradient (11) is that of
          J: lambda has to move against it, and of that the text says nothing.
Shapes    rivals: (M, B), allocations that Lambda offers; roots: (B,), T = roots^2; k = eta^2 L / (2 B)
          scalar.
Units     LB: those of the loss; k J likewise.
Source    FLOPS, Section 4.2, below equation (11); equations (9) and (24); Theorem 1; also Appendix A.3
          ("maximize").
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Entail, Line

first, second = sp.symbols("J_1 J_2", nonnegative=True)
k, free = sp.symbols("k c", real=True, positive=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 3),
        "roots": Vector("B", Real(0, 3)),
        "rivals": Matrix(2, "B", Real(0, 4, open="lo")),
        "k": Real(0, 2, open="lo"),
        "c": Real(0, 8, open="lo"),
    },
    leaves_out="more than two parameters in Lambda; the proof is for any two values of J",
)


def objectives(i: Instance) -> list[Fraction]:
    """J of each allocation."""
    squares = [Fraction(r) ** 2 for r in i.roots]
    return [sum(t / Fraction(a) for t, a in zip(squares, row, strict=True)) for row in i.rivals]


def bound(i: Instance, J: Fraction) -> Fraction:
    """LB = c - k J: equation (24), c the part without A."""
    return Fraction(i.c) - Fraction(i.k) * J


def found(pick: Callable) -> Quantity:
    """LB at the parameter that the search returns."""
    return Quantity(text="LB(lambda^*)", run=lambda i: bound(i, pick(objectives(i))))


def best(text: str, pick: Callable, expr: Any, proof: Any = None) -> Statement:
    left = Quantity(text="LB(lambda^*)", run=found(pick).run, expr=expr)
    return Statement(text=text, left=left, relation=">=", right=BEST, proof=proof)


BEST = sp.Max(free - k * first, free - k * second)
LEAST = free - k * sp.Min(first, second)
PAIR = Instance(B=2, roots=(1, 2), rivals=((1, 2), (2, 1)), k=1, c=8)
SWAPPED = replace(PAIR, rivals=((2, 1), (1, 2)))
ALIKE = Instance(B=1, roots=(1,), rivals=((2,), (2,)), k=1, c=1)

CLAIM = Claim(
    items=("flops.sec4_2.search",),
    readings=(best("argmax, as printed", max, free - k * sp.Max(first, second)),),
    family=FAMILY,
    symbols={
        first: lambda i: objectives(i)[0],
        second: lambda i: objectives(i)[1],
        k: lambda i: i.k,
        free: lambda i: i.c,
    },
    repair=Repair(
        changes="argmin in place of argmax",
        statement=best("argmin", min, LEAST, lambda: Chain(LEAST, (Line(">=", BEST, Entail()),))),
        nondegenerate=PAIR,
    ),
    transcription=lambda i: max(bound(i, J) for J in objectives(i)),
    witnesses=(PAIR, SWAPPED, ALIKE),
    tight_at=(PAIR, ALIKE),
    scalings=(Scaling(text="losses times k", power=1, move=lambda i, c: replace(i, k=c * i.k, c=c * i.c)),),
    mutants=(
        Mutant(text="argmax", left=found(max), dies_at=PAIR),
        Mutant(text="the first parameter, whatever it is", left=found(lambda J: J[0]), dies_at=SWAPPED),
        Mutant(text="their mean", left=found(lambda J: sum(J) / 2), dies_at=PAIR),
    ),
)
