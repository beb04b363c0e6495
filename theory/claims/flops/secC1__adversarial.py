"""FLOPS's sentences on attacks and on original data, against Table 3.

Printed   The perturbation methods are ahead of BP under adversarial attacks; on the original data BP has the
          best accuracy.
Notes     Both hold in every entry of the table, the first by at least 1.9 per cent.
Shapes    one entry of the table; columns 4-6 adversarial noise.
Units     tenths of a per cent of accuracy.
Source    FLOPS, Appendix C.1, evaluation of robustness; Table 3.
"""

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.flops.secC1__robust_superior import bp, clean, entry
from theory.family import Choice, Family, Instance, Integer

FAMILY = Family(
    fields={
        "data": Choice(("ImageNet", "Food101", "CIFAR100")),
        "method": Choice(("OPS-LR", "OPS-SPSA")),
        "column": Integer(4, 6),
    },
    leaves_out="attacks of other strengths",
)
LEAST = Instance(data="CIFAR100", method="OPS-SPSA", column=6)
FOOD = Instance(data="Food101", method="OPS-LR", column=4)

CLAIM = Claim(
    items=("flops.secC1.adversarial", "flops.secC1.bp_original", "flops.tab3"),
    readings=(
        Statement(
            text="accuracy under attack is higher than that of BP",
            left=Quantity(text="accuracy", run=entry()),
            relation=">",
            right=bp,
        ),
        Statement(
            text="accuracy on the original data is lower than that of BP",
            left=Quantity(text="accuracy", run=entry(place=0)),
            relation="<",
            right=clean,
        ),
    ),
    family=FAMILY,
    symbols={bp: entry("BP"), clean: entry("BP", 0)},
    witnesses=(LEAST, FOOD),
    mutants=(
        Mutant(text="by three per cent", right=bp + 30, dies_at=LEAST),
        Mutant(text="BP itself", left=Quantity(text="BP", run=entry("BP")), dies_at=FOOD),
        Mutant(text="than on original data", right=clean, dies_at=FOOD),
    ),
)
