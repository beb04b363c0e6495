"""SAIL, Appendix E: theorem 3(a) restated with the two experts exchanged.

Printed   gamma_1 = (D_TV(D_1,D*)^2 + D_TV(D_1,D_2)^2 - D_TV(D_2,D*)^2) / (2 D_TV(D_1,D_2)^2), gamma_2 =
          1 - gamma_1, valid where both are >= 0.  Section 4.2 prints the same with D_1 and D_2 exchanged; the
          two agree only where both experts are equally far from the target.
Repaired  Indices as in Section 4.2 and in the appendix's own derivation (step 9), distances of parameters in
          place of total variations, clipped to [0, 1]: the repair of sail.thm3.a.
Shapes    as in sail.thm3.a.
Units     as in sail.thm3.a.
Source    SAIL, Appendix E, restatement of Theorem 3(a).
"""

from theory.claim import Added, Claim, Mutant, Repair, Statement
from theory.claims.sail._two_experts import (
    FAMILY,
    GIVENS,
    H1,
    H2,
    H12,
    LEAST,
    SYMBOLS,
    TV1,
    TV2,
    TV12,
    reached_if_feasible,
    tv,
    weight,
)
from theory.claims.sail.thm3__a import (
    APART,
    BETWEEN,
    CLIPPED,
    FREE,
    ISOTROPIC,
    OBTUSE,
    REPAIRED,
    ROUND,
    SAME,
    SKEW,
    UNSQUARED,
    both,
    clip,
)
from theory.family import Instance

PRINTED = both(weight(TV2**2, TV1**2, TV12**2))
READINGS = (
    Statement(
        text="the restated formula with the total variation of the data sets, where both weights are >= 0",
        left=LEAST,
        relation="argmin",
        right=PRINTED,
        objective=reached_if_feasible,
        givens=GIVENS,
    ),
    Statement(
        text="the distance of the proof of Lemma 2, and one constant C for all three pairs",
        left=LEAST,
        relation="argmin",
        right=both(weight(H2, H1, H12)),
        objective=reached_if_feasible,
        givens=(*GIVENS, *ISOTROPIC),
    ),
)


def transcription(i: Instance):
    """The restated formula from the inventory's LaTeX."""
    near, far, apart = tv("first", "target")(i), tv("second", "target")(i), tv("first", "second")(i)
    gamma_1 = apart**-2 * (near * near + apart * apart - far * far) / 2
    return gamma_1, 1 - gamma_1


CLAIM = Claim(
    items=("sail.secE.a",),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="D_1 and D_2 exchanged; |theta_i - theta_j| in place of D_TV(D_i, D_j); clipped to [0, 1]",
        statement=REPAIRED,
        nondegenerate=BETWEEN,
        added=(Added(given=APART, fails_without=SAME),),
    ),
    transcription=transcription,
    witnesses=(BETWEEN, ROUND, SKEW),
    tight_at=(BETWEEN, OBTUSE, SKEW),
    mutants=(
        Mutant(text="not clipped", right=(FREE,), dies_at=OBTUSE),
        Mutant(text="the indices 1 and 2 exchanged", right=(1 - CLIPPED,), dies_at=BETWEEN),
        Mutant(text="distances, not their squares", right=(clip(UNSQUARED),), dies_at=SKEW),
    ),
    effort=0.5,
)
