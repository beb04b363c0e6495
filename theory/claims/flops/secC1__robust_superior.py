"""FLOPS's sentences on the robustness of forward learning, against Table 3.

Printed   OPS-LR and OPS-SPSA are said to be more robust than BP, under natural and under adversarial noise.
Repaired  under adversarial noise.  Under natural noise it fails: with Gaussian noise on ImageNet BP has 78.4
          and the others 65.4 and 58.2.  Robustness as the loss of accuracy against clean data does not help:
          there OPS-SPSA loses 2.6 per cent, BP 2.1.
Shapes    one entry of the table; columns 1-3 natural, 4-6 adversarial noise.
Units     tenths of a per cent of accuracy.
Source    FLOPS, Appendix C.1, evaluation of robustness; Table 3.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.flops._tables import TABLE_3
from theory.family import Choice, Family, Instance, Integer

bp, clean, lost = sp.symbols("BP BP_0 lost", positive=True, integer=True)
column = sp.Symbol("column", positive=True, integer=True)

FAMILY = Family(
    fields={
        "data": Choice(("ImageNet", "Food101", "CIFAR100")),
        "method": Choice(("OPS-LR", "OPS-SPSA")),
        "column": Integer(1, 6),
    },
    leaves_out="nothing of Table 3; attacks of other strengths",
)
ATTACK = Given(text="adversarial noise", fact=sp.Ge(column, 4))


def entry(method: str = "", place: int | None = None) -> Callable[[Instance], int]:
    """The accuracy of a method (that of the instance) in a column (that of the instance)."""
    return lambda i: TABLE_3[i.data, method or i.method][i.column if place is None else place]


def drop(method: str = "") -> Callable[[Instance], int]:
    """What noise takes of the accuracy on the original data."""
    return lambda i: entry(method, 0)(i) - entry(method)(i)


def compared(text: str, run: Any, relation: str, right: Any, givens: tuple = ()) -> Statement:
    left = Quantity(text="accuracy of the method", run=run)
    return Statement(text=text, left=left, relation=relation, right=right, givens=givens)


GAUSS = Instance(data="ImageNet", method="OPS-SPSA", column=1)
ATTACKED = Instance(data="ImageNet", method="OPS-SPSA", column=6)
FOOD = Instance(data="Food101", method="OPS-LR", column=4)

CLAIM = Claim(
    items=("flops.secC1.robust_superior",),
    readings=(
        compared("accuracy under every noise of the table", entry(), ">", bp),
        compared("loss of accuracy against the original data", drop(), "<", lost),
    ),
    family=FAMILY,
    symbols={
        bp: entry("BP"),
        clean: entry("BP", 0),
        lost: drop("BP"),
        column: lambda i: i.column,
    },
    repair=Repair(
        changes="under adversarial noise",
        statement=compared("accuracy under adversarial noise", entry(), ">", bp, (ATTACK,)),
        nondegenerate=FOOD,
        added=(Added(given=ATTACK, fails_without=GAUSS),),
    ),
    transcription=entry("BP"),
    witnesses=(GAUSS, ATTACKED, FOOD),
    mutants=(
        Mutant(text="by three per cent", right=bp + 30, dies_at=ATTACKED),
        Mutant(text="than on original data", right=clean, dies_at=FOOD),
        Mutant(text="BP itself", left=Quantity(text="BP", run=entry("BP")), dies_at=FOOD),
    ),
)
