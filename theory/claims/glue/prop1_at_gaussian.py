"""Mean square error of GLUE's two-point gradient estimate, directions N(0, I_K).

Printed   E|gbar - g|^2 <= (K-1)/(mK) sigma_max(Theta)^2 |grad_theta L|^2 + O(mu^2).  Section 3.2 calls the
          estimate the Gaussian-smoothing one, which is that of directions that are not normalised.
Repaired  (K+1)/m in place of (K-1)/(mK), for losses with a bounded third derivative.  The estimate is then
          unbiased in the limit, and E|(g.u)u|^2 = (K+2)|g|^2.
Shapes    Theta: (P, K), its columns are the experts; g, u: (K,); grad_theta L: (P,); the rest scalar.
Units     [L]^2 on both sides (directions have no unit), see the scalings.
Source    GLUE, Section 4.2, Proposition 1; Section 3.2, the display before eq. (3).
"""

from theory.claims.glue._laws import LINE, under
from theory.claims.glue._mixing import K, g, identity, law_of, linear, m, spread
from theory.notation import Avg, E, Vec, dot, norm2

v = Vec("v")  # the same direction, normalised
PLANE = linear(2, 2, identity(2), (1, 0))

CLAIM = under(
    items=("glue.prop1",),
    law="gaussian",
    name="standard normal directions",
    constant=(K + 1) / m,
    normalised=(
        "the directions are normalised, and the left side is the trace of the covariance matrix",
        spread,
        "sphere",
        E(norm2(Avg(dot(g, v) * v - g / K, m))),
    ),
    laws={v: law_of("sphere")},
    plane=PLANE,
    kinked=linear(1, 1, ((1,),), (1,), kink=1),
    nondegenerate=LINE,
    wrong=(
        ("the law of signs", (K - 1) / m, LINE),
        ("normalised directions", (K - 1) / (m * K**2), LINE),
        ("divided by m twice", (K + 1) / m**2, PLANE),
    ),
)
