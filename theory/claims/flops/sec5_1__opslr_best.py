"""FLOPS's sentences on Table 1, against the table.

Printed   OPS-LR is ahead of all other methods; OPS-SPSA of DeepZero, LR of DeepZero; the allocator speeds up
          every perturbation-based method.
Notes     Of the forward-only methods it is so, in every column and for both networks; BP, "upper bound" in
          the table, is better everywhere.  OPS-SPSA is no better than LR on two of fourteen entries.  The
          text says that Mezo has 1 query, the table 2.  What a table shows of training is not re-run here.
Shapes    one entry of the table.
Units     tenths of a per cent of accuracy.
Source    FLOPS, Section 5.1, paragraph 4 and below Table 1; Table 1.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.flops._tables import TABLE_1
from theory.family import Choice, Family, Instance, Integer

forward, all_others, deepzero, lr, mezo = sp.symbols(
    "forward all DeepZero LR Mezo", positive=True, integer=True
)
METHODS = ("BP", "Mezo, 2 queries", "Mezo", "DeepZero", "LR", "OPS-SPSA")

FAMILY = Family(
    fields={"model": Choice(("base", "large")), "column": Integer(0, 6)},
    leaves_out="nothing of Table 1",
)


def entry(method: str) -> Callable[[Instance], int]:
    return lambda i: TABLE_1[i.model, method][i.column]


def largest(methods: tuple[str, ...]) -> Callable[[Instance], int]:
    return lambda i: max(entry(method)(i) for method in methods)


def better(text: str, method: str, right: Any) -> Statement:
    left = Quantity(text=f"accuracy of {method}", run=entry(method))
    return Statement(text=text, left=left, relation=">", right=right)


IMAGENET, LAST = Instance(model="base", column=0), Instance(model="large", column=6)
FLOWERS = Instance(model="base", column=3)
CLOSE = Instance(model="base", column=2)

CLAIM = Claim(
    items=(
        "flops.sec5_1.opslr_best",
        "flops.sec5_1.opsspsa_deepzero",
        "flops.sec5_1.lr_deepzero",
        "flops.sec5_1.lr_better",
        "flops.sec5_1.universal",
        "flops.sec5_1.mezo_poor",
        "flops.tab1",
    ),
    readings=(
        better("OPS-LR against all other forward-only methods", "OPS-LR", forward),
        better("OPS-LR against all others, BP among them", "OPS-LR", all_others),
        better("OPS-SPSA against DeepZero", "OPS-SPSA", deepzero),
        better("LR against DeepZero", "LR", deepzero),
        better("DeepZero against Mezo with 2 queries", "DeepZero", mezo),
        better("OPS-LR against LR without the allocator", "OPS-LR", lr),
    ),
    family=FAMILY,
    symbols={
        forward: largest(METHODS[1:]),
        all_others: largest(METHODS),
        deepzero: entry("DeepZero"),
        lr: entry("LR"),
        mezo: entry("Mezo, 2 queries"),
    },
    witnesses=(IMAGENET, LAST, FLOWERS, CLOSE),
    mutants=(
        Mutant(text="LR", left=Quantity(text="LR", run=entry("LR")), dies_at=IMAGENET),
        Mutant(text="OPS-SPSA", left=Quantity(text="OPS-SPSA", run=entry("OPS-SPSA")), dies_at=FLOWERS),
        Mutant(text="by two per cent", right=forward + 20, dies_at=CLOSE),
    ),
)
