"""Mean square error of GLUE's two-point gradient estimate, directions N(0, I_K).

Printed   E|gbar - g|^2 <= (K-1)/(mK) sigma_max(Theta)^2 |grad_theta L|^2 + O(mu^2).  Section 3.2 calls the
          estimate the Gaussian-smoothing one, which is that of directions that are not normalised.
Repaired  (K+1)/m in place of (K-1)/(mK), for losses with a bounded third derivative.  The estimate is then
          unbiased in the limit, and E|(g.u)u|^2 = (K+2)|g|^2.
Shapes    Theta: (P, K), its columns are the experts; g, u: (K,); grad_theta L: (P,); the rest scalar.
Units     [L]^2 on both sides (directions have no unit), see the scalings.
Source    GLUE, Section 4.2, Proposition 1; Section 3.2, the display before eq. (3).
"""

from fractions import Fraction

from theory.claim import Added, Claim, Mutant, Repair
from theory.claims.glue._mixing import (
    FAMILY,
    PRINTED,
    SCALINGS,
    SMOOTH,
    SYMBOLS,
    K,
    S,
    error,
    g,
    h,
    identity,
    law_of,
    linear,
    m,
    printed_right,
    spread,
    u,
    upper_bound,
)
from theory.notation import Avg, E, Vec, dot, norm2

LAW = "gaussian"
v = Vec("v")  # the same direction, normalised
GHAT = dot(g, u) * u
MSE = E(norm2(Avg(GHAT, m) - g))
CONSTANT = (K + 1) / m

READINGS = (
    upper_bound("the display, standard normal directions, any m", error, LAW, MSE, PRINTED),
    upper_bound("the left side is the trace of the covariance matrix", spread, LAW, MSE, PRINTED),
    upper_bound(
        "the directions are normalised, and the left side is the trace of the covariance matrix",
        spread,
        "sphere",
        E(norm2(Avg(dot(g, v) * v - g / K, m))),
        PRINTED,
        value=(K - 1) / (m * K**2),
        givens=(SMOOTH,),
    ),
)

REPAIRED = upper_bound(
    "the moments of the normal law",
    error,
    LAW,
    MSE,
    CONSTANT * S * norm2(h),
    value=CONSTANT,
    givens=(SMOOTH,),
)

LINE = linear(1, 1, ((1,),), (1,))
PLANE = linear(2, 2, identity(2), (1, 0))
SPACE = linear(3, 3, identity(3), (1, -2, 2))
SHORT = linear(2, 3, identity(2, Fraction(1, 2)), (1, 1))
KINKED = linear(1, 1, ((1,),), (1,), kink=1)

CLAIM = Claim(
    items=("glue.prop1",),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    laws={u: law_of(LAW), v: law_of("sphere")},
    repair=Repair(
        changes="(K-1)/(mK) becomes (K+1)/m; the loss has a bounded third derivative",
        statement=REPAIRED,
        nondegenerate=LINE,
        added=(Added(given=SMOOTH, fails_without=KINKED),),
    ),
    transcription=printed_right,
    witnesses=(LINE, PLANE, KINKED),
    tight_at=(LINE, PLANE, SPACE, SHORT),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="the law of signs", right=(K - 1) / m * S * norm2(h), dies_at=LINE),
        Mutant(text="normalised directions", right=(K - 1) / (m * K**2) * S * norm2(h), dies_at=LINE),
        Mutant(text="divided by m twice", right=(K + 1) / m**2 * S * norm2(h), dies_at=PLANE),
    ),
)
