"""CoGraM equation 7: a change is accepted only if it lowers the loss.

Printed   accept if L_post < L_pre, reject if L_post >= L_pre; "the new loss is only accepted if it is smaller
          than the previous loss".
Repaired  not needed if L_pre is the loss of the network as it is just before the change.  Two other wordings
          of the text do not give it: L_pre of the coarser level (a change may then raise the loss that the
          changes before it had reached), and structures "assessed independently" that enter together.
          Nothing here depends on how candidates are mixed: any alpha, any threshold, either sign of Delta L.
Shapes    as in theory.claims.cogram._merging; the left side counts adopted changes.
Units     a count.
Source    Methods, Equation 7; Neuron Level and Weight Level, "Decision with Rollback"; Evaluation Procedure.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.claims.cogram._merging import FAMILY, SCALINGS, K, outcome, sequence, tiny

ONE, HALF = Fraction(1), Fraction(1, 2)
after = sp.Function("L_post", real=True)


def idle_changes(**changes: Any) -> Quantity:
    """How many adopted changes of a neuron and weight pass did not lower the loss."""

    def run(i):
        return sum(not step.after < step.before for step in outcome(i, False, **changes).adopted)

    return Quantity(text="adopted changes with L_post >= L_pre", run=run)


def read(text: str, **changes: Any) -> Statement:
    """One wording of the rule."""
    return Statement(text=text, left=idle_changes(**changes), relation="<=", right=sp.S.Zero)


JOINT = tiny((0 * ONE, 0 * ONE), (3 * HALF, 3 * HALF), (3 * HALF, 3 * HALF), (ONE, ONE, ONE), neuron_floor=1)
TIE = tiny((0 * ONE,), (2 * ONE,), (2 * ONE,), (ONE, ONE))
WORSE = tiny((0 * ONE,), (ONE,), (ONE,), (ONE, 0 * ONE))
OVERSHOT = tiny(
    (0 * ONE, 0 * ONE), (ONE, HALF), (ONE, HALF), (ONE, ONE, ONE), neuron_floor=1
)  # the first weight reaches the target, the second leaves it again

CLAIM = Claim(
    items=("cogram.eq7",),
    readings=(
        read("L_pre is the loss of the network just before the change", reference="current"),
        read("L_pre is the loss when the coarser level was left", reference="coarser"),
        read("structures are assessed independently and accepted ones enter together", adoption="together"),
    ),
    family=FAMILY,
    symbols={K: lambda i: len(i.m) + 1, after: sequence(False)},
    witnesses=(JOINT, OVERSHOT, TIE, WORSE),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no rollback", left=idle_changes(reference="none"), dies_at=WORSE),
        Mutant(text="<= for <", left=idle_changes(ties=True), dies_at=TIE),
        Mutant(
            text="compared with the coarser level", left=idle_changes(reference="coarser"), dies_at=OVERSHOT
        ),
        Mutant(text="judged independently", left=idle_changes(adoption="together"), dies_at=JOINT),
    ),
    effort=0.5,
)
