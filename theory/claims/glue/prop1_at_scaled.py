"""Mean square error of GLUE's two-point gradient estimate, directions on the sphere of radius sqrt(K).

Printed   E|gbar - g|^2 <= (K-1)/(mK) sigma_max(Theta)^2 |grad_theta L|^2 + O(mu^2), the estimate being called
          unbiased.  Unbiased is the estimate times K, that of directions sqrt(K) u and radius mu/sqrt(K).
Repaired  (K-1)/m in place of (K-1)/(mK), for losses with a bounded third derivative: it falls like 1/m, as
          printed, and is K times what is printed.  Normal directions have (K+1)/m.
Shapes    Theta: (P, K), its columns are the experts; g, u: (K,); grad_theta L: (P,); the rest scalar.
Units     [L]^2 on both sides (directions have no unit), see the scalings.
Source    GLUE, Section 4.2, Proposition 1 and the sentence before it on unbiasedness.
"""

import sympy as sp

from theory.claims.glue._laws import SPACE, under
from theory.claims.glue._mixing import K, g, identity, linear, m, spread, u
from theory.notation import Avg, E, dot, norm2

PLANE = linear(2, 2, identity(2), (1, 0))

CLAIM = under(
    items=("glue.prop1",),
    law="sphere",
    name="unit directions, estimate times K",
    factor=(K, lambda i: i.K),
    constant=(K - 1) / m,
    normalised=(
        "without the factor K, and the trace of the covariance matrix",
        spread,
        "sphere",
        E(norm2(Avg(dot(g, u) * u - g / K, m))),
    ),
    plane=PLANE,
    kinked=linear(2, 1, identity(2), (1, 0), kink=1),
    nondegenerate=PLANE,
    wrong=(
        ("without the factor K", (K - 1) / (m * K**2), PLANE),
        ("divided by m twice", (K - 1) / m**2, SPACE),
        ("the display with K for K-1", sp.Integer(1) / m, SPACE),
    ),
)
