"""FLOPS's lower bound of the improvement as the main text prints it: each sample beside its own estimate.

Printed   PI_t >= LB_t = E sum_j [(eta ghat_j)' grad L_j - eta^2 L |ghat_j|^2 / 2], ghat_j the estimate of
          sample j alone, PI_t = E sum_j |L_j(theta_{t+1}) - L_j(theta_t)|; every L_j is L-smooth.
Repaired  ghat, the mean over the batch, in both terms: the form that A.1 proves and that A.2 starts from.
          All samples share one theta, which moves along the mean (eq. (4)).  Two samples with opposite
          gradients do not move it at all, PI_t = 0, while the printed bound is positive.  As printed it holds
          for samples that each have a parameter of their own, and for a batch of one.
Shapes    ghat_j, grad L_j: (d,); stacked over the batch: (B d,).
Units     those of the loss.
Source    FLOPS, Section 4.2, eqs. (7) and (8); eq. (4); Appendix A.1.
"""

from fractions import Fraction

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.claims.flops._improvement import (
    ALIKE,
    FAMILY,
    FAR,
    LAW,
    OF_BATCH,
    OPPOSED,
    PER_SAMPLE,
    PI_APART,
    ROUND,
    SCALINGS,
    SMOOTH,
    SMOOTH_APART,
    SYMBOLS,
    B,
    L,
    apart,
    batch_bound,
    improvement,
    proof_apart,
    together,
)
from theory.family import replace

READINGS = (
    Statement(
        text="the display, theta_{t+1} from eq. (4)",
        left=Quantity(text="PI_t, the step of eq. (4)", run=improvement(together)),
        relation=">=",
        right=PER_SAMPLE,
        givens=(LAW, SMOOTH),
    ),
    Statement(
        text="the loss of sample j is taken where its own estimate alone would lead",
        left=Quantity(
            text="PI_t, every sample along its own estimate", run=improvement(apart), expr=PI_APART
        ),
        relation=">=",
        right=PER_SAMPLE,
        givens=(LAW, SMOOTH_APART),
        proof=proof_apart,
    ),
)


def transcription(i) -> Fraction:
    """The right side from the inventory's LaTeX once more, with loops over samples and coordinates."""
    total = 0
    for weight, estimates in ((i.p, i.one), (1 - i.p, i.two)):
        for estimate, gradient in zip(estimates, i.slope, strict=True):
            for x, g in zip(estimate, gradient, strict=True):
                total += weight * (i.eta * x * g - i.eta**2 * i.L * x * x / 2)
    return total


HALF = replace(ROUND, eta=Fraction(1, 4), L=2 * ROUND.L)

CLAIM = Claim(
    items=("flops.eq8",),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="ghat_j becomes the mean ghat of the batch in both terms, as in A.1",
        statement=batch_bound("the mean of the estimates in both terms"),
        nondegenerate=ALIKE,
    ),
    transcription=transcription,
    witnesses=(OPPOSED, ALIKE, FAR, ROUND, HALF),
    tight_at=(ALIKE,),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no quadratic term", right=OF_BATCH.subs(L, 0), dies_at=ALIKE),
        Mutant(text="half of L", right=OF_BATCH.subs(L, L / 2), dies_at=ALIKE),
        Mutant(
            text="the smoothness of one loss for that of the sum", right=OF_BATCH.subs(B, 1), dies_at=ALIKE
        ),
    ),
    effort=0.5,
)
