"""SAIL equation (4): the weights of the proximal parameter by distance in parameter space.

Printed   gamma* = arg min_gamma |sum_i gamma_i theta_i - theta*|_F^2, over all gamma.
Repaired  not needed: G^{-1} c, G_ij = <theta_i, theta_j>, c_i = <theta_i, theta*>, for independent experts
          (else theta^P is still unique, but its weights are not).  Theorem 3 takes the minimum over weights
          >= 0 with sum one in its place, (10), which is another definition: the two minima differ (second
          reading).
Shapes    theta: (d,); gamma: (2,).
Units     weights are pure numbers, the objective [theta]^2; see the scaling.
Source    SAIL, Section 3.1, Definition 1, equation (4); Section 4.2, equation (10).
"""

from dataclasses import replace as change

import sympy as sp

from sim.simplex import least
from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.claims.sail import _span as world
from theory.claims.sail._span import PLAIN, at, rivals, squared, weights
from theory.family import replace
from theory.proof import Chain, Entail, Line, Rewrite

INDEPENDENT = world.independent(PLAIN, "the experts are linearly independent")
CLOSEST, OBJECTIVE = weights(PLAIN), squared(PLAIN, rivals)
BEST = Quantity(
    text="min over gamma of |sum_i gamma_i theta_i - theta*|^2", run=lambda i: world.residual(i, (1,) * i.d)
)


def proof(form: tuple = PLAIN, scale: sp.Expr = sp.S.One) -> Chain:
    """The objective is its value at the solution plus a form that is not negative."""
    found = weights(form)
    end = scale * squared(form, found)
    u, v = (a - b for a, b in zip(rivals, found, strict=True))
    way = form[0] * u**2 + 2 * form[1] * u * v + form[2] * v**2
    parts = (u + form[1] / form[0] * v) ** 2 * form[0] + world.determinant(form) / form[0] * v**2
    return Chain(
        scale * squared(form, rivals),
        (
            Line("==", end + scale * way, Rewrite(), "the normal equations"),
            Line("==", end + scale * parts, Entail(), "complete the square"),
            Line(">=", end, Entail()),
        ),
    )


def on_the_simplex(i):
    """The least squared distance over weights >= 0 with sum one."""
    a, b = (tuple(x - s for x, s in zip(e, i.star, strict=True)) for e in i.experts)
    product = lambda u, v: sum(x * y for x, y in zip(u, v, strict=True))
    return least(((product(a, a), product(a, b)), (product(a, b), product(b, b))))[0]


PLANE = at((1, 0), (1, 2), (3, 1), (1, 2))
SPACE = at((1, 0, 0), (1, 2, 0), (2, 1, 1), (1, 2, 3))

CLAIM = Claim(
    items=("sail.eq4",),
    readings=(
        Statement(
            text="two independent experts, weights of any sign: G^{-1} c",
            left=change(BEST, expr=OBJECTIVE),
            relation="argmin",
            right=CLOSEST,
            objective=world.distance2,
            givens=(INDEPENDENT,),
            proof=proof,
        ),
        Statement(
            text="as theorem 3 uses it: the minimum over the simplex is the same",
            left=Quantity(text="min over the simplex of the same", run=on_the_simplex),
            relation="==",
            right=squared(PLAIN, CLOSEST),
            givens=(INDEPENDENT,),
        ),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS,
    witnesses=(PLANE, SPACE),
    tight_at=(PLANE, SPACE),
    scalings=(
        Scaling(
            text="theta -> k theta",
            power=2,
            move=lambda i, k: replace(
                i,
                raw=tuple(tuple(k * v for v in e) for e in i.raw),
                experts=tuple(tuple(k * v for v in e) for e in i.experts),
                star=tuple(k * v for v in i.star),
            ),
        ),
    ),
    mutants=(
        Mutant(text="weights exchanged", right=CLOSEST[::-1], dies_at=PLANE),
        Mutant(text="as if orthogonal", right=(PLAIN[3] / PLAIN[0], PLAIN[4] / PLAIN[2]), dies_at=PLANE),
        Mutant(text="normalised to sum one", right=tuple(v / sum(CLOSEST) for v in CLOSEST), dies_at=PLANE),
    ),
    effort=0.4,
)
