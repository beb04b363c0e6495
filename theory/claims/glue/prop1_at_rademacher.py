"""Mean square error of GLUE's two-point gradient estimate, directions of independent signs.

Printed   E|gbar - g|^2 <= (K-1)/(mK) sigma_max(Theta)^2 |grad_theta L|^2 + O(mu^2).  Classical SPSA, which
          the paper names, draws the entries of u as independent signs.
Repaired  (K-1)/m in place of (K-1)/(mK), for losses with a bounded third derivative: |u|^2 = K, not 1.
Shapes    Theta: (P, K), its columns are the experts; g, u: (K,); grad_theta L: (P,); the rest scalar.
Units     [L]^2 on both sides (directions have no unit), see the scalings.
Source    GLUE, Section 4.2, Proposition 1; Sections 1 and 2 on two-point SPSA (Spall 1992).
"""

import sympy as sp

from theory.claims.glue._laws import SPACE, under
from theory.claims.glue._mixing import K, g, identity, linear, m, u, unit_signs
from theory.notation import Avg, E, dot, norm2

PLANE = linear(2, 1, identity(2), (1, 0))

CLAIM = under(
    items=("glue.prop1",),
    law="rademacher",
    name="directions of independent signs",
    constant=(K - 1) / m,
    normalised=(
        "signs divided by sqrt(K), so that |u| = 1, and the trace of the covariance matrix",
        unit_signs,
        "rademacher",
        E(norm2(Avg(dot(g, u) * u / K - g / K, m))),
    ),
    plane=PLANE,
    kinked=linear(2, 1, identity(2), (1, 1), kink=1),
    nondegenerate=PLANE,
    wrong=(
        ("normalised directions", (K - 1) / (m * K**2), PLANE),
        ("divided by m twice", (K - 1) / m**2, SPACE),
        ("the display with K for K-1", sp.Integer(1) / m, SPACE),
    ),
)
