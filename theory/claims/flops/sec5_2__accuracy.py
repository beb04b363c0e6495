"""FLOPS's accuracy of black-box prompt tuning on ImageNet: the text against Table 2.

Printed   69.7% on ImageNet, with Table 2 named as the place where performance is shown.
Repaired  65.1%, the best entry of Table 2 for ImageNet, which is that of OPS-LR.  That OPS-LR is the best of
          the table's methods holds in each of its columns.
Shapes    one column of Table 2; ImageNet is column 0.
Units     tenths of a per cent of accuracy.
Source    FLOPS, Section 5.2, paragraph 3; Table 2.
"""

from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.claims.flops._tables import TABLE_2
from theory.family import Family, Instance, Integer

FAMILY = Family(fields={"column": Integer(0, 2)}, leaves_out="nothing of Table 2")


def best(i: Instance) -> int:
    """The best accuracy on ImageNet that the table shows."""
    return max(row[0] for row in TABLE_2.values())


def reached(text: str, right: Any) -> Statement:
    left = Quantity(text="best accuracy on ImageNet in Table 2", run=best)
    return Statement(text=text, left=left, relation="==", right=right)


IMAGENET, FOOD = Instance(column=0), Instance(column=2)

CLAIM = Claim(
    items=("flops.sec5_2.accuracy",),
    readings=(reached("69.7 per cent, as the text has it", sp.Integer(697)),),
    family=FAMILY,
    symbols={},
    repair=Repair(
        changes="65.1 per cent, as Table 2 has it",
        statement=reached("65.1 per cent", sp.Integer(651)),
        nondegenerate=IMAGENET,
    ),
    transcription=lambda i: 697,
    witnesses=(IMAGENET, FOOD),
    tight_at=(IMAGENET,),
    mutants=(
        Mutant(text="69.7", right=sp.Integer(697), dies_at=IMAGENET),
        Mutant(text="OPS-SPSA's", right=sp.Integer(642), dies_at=IMAGENET),
        Mutant(
            text="the other column",
            left=Quantity(text="Food101", run=lambda i: max(row[2] for row in TABLE_2.values())),
            dies_at=IMAGENET,
        ),
    ),
)
