"""SAIL equation (3): the weights of the proximal parameter by the loss after training.

Printed   gamma* = arg min_gamma J_D(L_D(sum_i gamma_i theta_i)), L_D the training process.
Repaired  not needed: on a quadratic loss of spectrum a trained by T steps it is G^{-1} c in the metric
          m_j = a_j (1 - eta a_j)^(2T), for independent experts.
Shapes    theta, a, m: (d,); gamma: (2,).
Units     weights are pure numbers, the objective [J]; see the scaling.
Source    SAIL, Section 3.1, Definition 1, equation (3).
"""

from dataclasses import replace as change

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.claims.sail import _span as world
from theory.claims.sail._span import PLAIN, TRAINED, at, rivals, squared, weights
from theory.claims.sail.eq4 import PLANE, proof
from theory.family import replace

HALF = sp.Rational(1, 2)
INDEPENDENT = world.independent(TRAINED, "the experts are independent in the metric of training")
CLOSEST, OBJECTIVE = weights(TRAINED), HALF * squared(TRAINED, rivals)
BEST = Quantity(text="min over gamma of J(L_D(.))", run=lambda i: world.residual(i, world.damped(i)) / 2)


SPACE = at((1, 0, 0), (1, 2, 0), (2, 1, 1), (1, 2, 3))
TILTED = at((1, 0, 1), (0, 1, 1), (2, 1, -1), (1, 2, 4))

CLAIM = Claim(
    items=("sail.eq3",),
    readings=(
        Statement(
            text="independent experts, weights of any sign, T steps of gradient descent on a quadratic",
            left=change(BEST, expr=OBJECTIVE),
            relation="argmin",
            right=CLOSEST,
            objective=world.trained,
            givens=(INDEPENDENT,),
            proof=lambda: proof(TRAINED, HALF),
        ),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS,
    witnesses=(PLANE, SPACE, TILTED),
    tight_at=(PLANE, TILTED),
    scalings=(
        Scaling(
            text="J -> kJ",
            power=1,
            move=lambda i, k: replace(i, spectrum=tuple(k * a for a in i.spectrum)),
        ),
    ),
    mutants=(
        Mutant(text="weights exchanged", right=CLOSEST[::-1], dies_at=TILTED),
        Mutant(text="the weights of (4)", right=weights(PLAIN), dies_at=TILTED),
        Mutant(text="normalised to sum one", right=tuple(v / sum(CLOSEST) for v in CLOSEST), dies_at=TILTED),
    ),
    effort=0.4,
)
