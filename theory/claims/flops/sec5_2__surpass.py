"""FLOPS's comparison of methods for black-box prompt tuning, against Table 2.

Printed   OPS-LR is ahead of the other black-box methods and of manual prompts.
Notes     In every column of Table 2 it does.  The accuracy that the text prints is another matter
          (flops.sec5_2.accuracy).
Shapes    one column of Table 2.
Units     tenths of a per cent of accuracy.
Source    FLOPS, Section 5.2, paragraph 3; Table 2.
"""

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.flops._tables import TABLE_2
from theory.family import Family, Instance, Integer

others = sp.Symbol("others", positive=True, integer=True)
FAMILY = Family(fields={"column": Integer(0, 2)}, leaves_out="nothing of Table 2")


def entry(method: str) -> Quantity:
    return Quantity(text=f"accuracy of {method}", run=lambda i: TABLE_2[method][i.column])


def of_others(i: Instance) -> int:
    return max(row[i.column] for method, row in TABLE_2.items() if method != "OPS-LR")


IMAGENET, FOOD = Instance(column=0), Instance(column=2)

CLAIM = Claim(
    items=("flops.sec5_2.surpass", "flops.tab2"),
    readings=(Statement(text="OPS-LR against the others", left=entry("OPS-LR"), relation=">", right=others),),
    family=FAMILY,
    symbols={others: of_others},
    witnesses=(IMAGENET, FOOD),
    mutants=(
        Mutant(text="OPS-SPSA", left=entry("OPS-SPSA"), dies_at=IMAGENET),
        Mutant(text="LR", left=entry("LR"), dies_at=FOOD),
        Mutant(text="by one per cent", right=others + 10, dies_at=IMAGENET),
    ),
)
