"""CoGraM as a whole: whether the fused network has only adopted improvements.

Printed   The fused network M has only adopted demonstrable improvements and has protected itself against
          harmful updates through rollback: one iteration never raises the loss of M.
Repaired  with rollback at the layer level too.  As printed the layer level has none ("at the layer level,
          rollback does not exist"): where |Delta L| lies between the thresholds, the mixture of A's and B's
          layer replaces M's layer whatever it does to the loss, and no finer level follows; it rises even
          where M is the plain average of A and B (AVERAGE).  The finer levels alone never raise it.
Shapes    as in theory.claims.cogram._merging.  R(k) is the loss after k adopted changes with rollback at
          every level, F(k) that of the finer levels alone.
Units     a loss on both sides, see the scaling.
Source    Methods, The Fused Network M; Layer Level, "Note"; Thresholds, case 3; Adoption Principle.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.cogram._merging import (
    FAMILY,
    SCALINGS,
    START,
    K,
    by_induction,
    final_loss,
    never_rises,
    sequence,
    start_loss,
    tiny,
)

ONE = Fraction(1)
R: Any = sp.Function("R", real=True)
F: Any = sp.Function("F", real=True)
before = sp.Symbol("L_0", nonnegative=True)


HALF, LEAN = Fraction(1, 2), Fraction(11, 2)  # the steepness of the paper's experiments
FISHER = tiny((HALF, HALF), (2 * ONE, 0 * ONE), (0 * ONE, 2 * ONE), (ONE, ONE, ONE), steepness=LEAN)
AVERAGE = tiny((-HALF,), (ONE,), (-2 * ONE,), (ONE, 0 * ONE), steepness=LEAN, layer_floor=1)
PERFECT = tiny((0 * ONE,), (ONE,), (ONE,), (ONE, 0 * ONE))
APART = tiny((0 * ONE,), (ONE,), (2 * ONE,), (ONE, 0 * ONE), layer_floor=1)
BETTER = tiny((2 * ONE,), (ONE,), (ONE,), (ONE, 0 * ONE))
STUCK = tiny((ONE,), (2 * ONE,), (2 * ONE,), (ONE, 0 * ONE))

CLAIM = Claim(
    items=(
        "cogram.secFused.only_improvements",
        "cogram.secMerge.adoption",
        "cogram.secDist.rollback",
        "cogram.secLayer.no_rollback",
    ),
    readings=(
        Statement(
            text="one iteration of the whole procedure does not raise the loss of M",
            left=final_loss(True),
            relation="<=",
            right=before,
        ),
        Statement(
            text="the same where M starts as a merge of A and B, as the iterative procedure has it",
            left=final_loss(True),
            relation="<=",
            right=before,
            givens=(START,),
        ),
        Statement(
            text="the levels that have rollback, neuron and weight, do not raise it",
            left=Quantity(text="L(M) after the finer levels", run=final_loss(False).run, expr=F(K)),
            relation="<=",
            right=F(0),
            givens=never_rises(F, False),
            proof=lambda: by_induction(F),
        ),
    ),
    family=FAMILY,
    symbols={
        K: lambda i: 2 * len(i.m) + 2,
        before: start_loss,
        R: sequence(True, layers=True),
        F: sequence(False),
    },
    repair=Repair(
        changes="rollback (equation 7) at the layer level too",
        statement=Statement(
            text="with rollback at every level, one iteration does not raise the loss of M",
            left=Quantity(text="L(M) after the iteration", run=final_loss(True, layers=True).run, expr=R(K)),
            relation="<=",
            right=R(0),
            givens=never_rises(R, True, layers=True),
            proof=lambda: by_induction(R),
        ),
        nondegenerate=BETTER,
        added=(Added(given=Given(text="the layer level rolls back a mixture that does not lower the loss")),),
    ),
    transcription=start_loss,
    witnesses=(FISHER, AVERAGE, PERFECT, APART, BETTER),
    tight_at=(STUCK,),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no rollback at the layer level", left=final_loss(True), dies_at=PERFECT),
        Mutant(text="no rollback at the finer levels", left=final_loss(True, layers=True, reference="none")),
        Mutant(text="half the loss", right=R(0) / 2, dies_at=STUCK),
    ),
    effort=0.5,
)
