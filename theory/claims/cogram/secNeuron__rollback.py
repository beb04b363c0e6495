"""CoGraM, neuron and weight levels: what local rollback ensures for a whole pass.

Printed   If a fused neuron does not improve the loss relative to the same neuron as the layer level left it,
          it is restored; if a fused weight does not improve on the loss at the neuron level, it is restored.
          Hence the loss after the two levels is at most the loss before them.
Repaired  not needed, for changes that enter one after another: proved for any mixing factor, thresholds,
          networks and losses.  Refuted if structures are "assessed independently" and enter together.
Shapes    as in theory.claims.cogram._merging.  L(k) is the loss after k adopted changes.
Units     a loss on both sides, see the scaling.
Source    Methods, Neuron Level and Weight Level, "Decision with Rollback"; Evaluation Procedure.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.cogram._merging import (
    FAMILY,
    SCALINGS,
    K,
    by_induction,
    final_loss,
    never_rises,
    sequence,
    tiny,
)

ONE, HALF = Fraction(1), Fraction(1, 2)
L: Any = sp.Function("L", real=True)
GIVENS = never_rises(L, False)
CURRENT = Quantity(text="L(M) after the neuron and weight levels", run=final_loss(False).run, expr=L(K))

JOINT = tiny((0 * ONE, 0 * ONE), (3 * HALF, 3 * HALF), (3 * HALF, 3 * HALF), (ONE, ONE, ONE), neuron_floor=1)
WORSE = tiny((0 * ONE,), (ONE,), (ONE,), (ONE, 0 * ONE))
KEPT = tiny((ONE,), (2 * ONE,), (2 * ONE,), (ONE, 0 * ONE))

CLAIM = Claim(
    items=(
        "cogram.secNeuron.rollback",
        "cogram.secNeuron.local",
        "cogram.secWeight.rollback",
        "cogram.secData.independent",
    ),
    readings=(
        Statement(
            text="changes enter one after another, each against the network as it then is",
            left=CURRENT,
            relation="<=",
            right=L(0),
            givens=GIVENS,
            proof=lambda: by_induction(L),
        ),
        Statement(
            text="one after another, each against the loss when the coarser level was left",
            left=final_loss(False, reference="coarser"),
            relation="<=",
            right=L(0),
            givens=GIVENS[2:],
        ),
        Statement(
            text="structures are assessed independently and accepted ones enter together",
            left=final_loss(False, adoption="together"),
            relation="<=",
            right=L(0),
            givens=GIVENS[2:],
        ),
    ),
    family=FAMILY,
    symbols={K: lambda i: 2 * len(i.m), L: sequence(False)},
    witnesses=(JOINT, WORSE),
    tight_at=(KEPT,),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no rollback", left=final_loss(False, reference="none"), dies_at=WORSE),
        Mutant(text="judged independently", left=final_loss(False, adoption="together"), dies_at=JOINT),
        Mutant(text="half the loss", right=L(0) / 2, dies_at=KEPT),
    ),
    effort=0.5,
)
