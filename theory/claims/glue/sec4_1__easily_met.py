"""GLUE: when the condition under which a two-point step is cheaper is met.

Printed   The condition C_mix < (gamma-1)F + D_alpha is easily met, since D_alpha is typically of the same
          order as C_mix and gamma >= 2.  Judged as T_SPSA < T_full, which is the condition.
Repaired  not needed where D_alpha >= C_mix: then gamma > 1 is enough.  "Of the same order" alone is not: with
          D_alpha = kappa C_mix, kappa < 1, the condition reads K (1 - kappa) < (gamma-1) b for a dense
          network, and K experts blended for a batch of b < K samples break it.
Shapes    scalars.  Units: multiply-accumulates, see the scaling.
Source    GLUE, Section 4.1, last sentence; costs of a dense network: F = bP, C_mix = PK.
"""

from fractions import Fraction

import sympy as sp

from sim.costs import blend
from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._cost import C, D, F, K, P, b, gamma
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Entail, Line

kappa, other, unit = sp.symbols(r"kappa D_\alpha^{\prime} w", positive=True)


def counted(i: Instance) -> int:
    """The multiply-accumulates of one blend of K experts with P parameters, counted."""
    from collections import Counter

    import numpy as np

    tally: Counter = Counter()
    experts = [[np.ones((1, i.P), dtype=int)] for _ in range(i.K)]
    blend(tally, experts, np.ones(i.K, dtype=int))
    return tally["blend"]


COSTS = Given(
    text="a dense network: F = bP, C_mix = D_alpha = PK, as they are counted, times the price w of one",
    fact=sp.And(sp.Eq(F, unit * b * P), sp.Eq(C, unit * P * K), sp.Eq(D, unit * P * K)),
)
BACKWARD = Given(text="gamma >= 2", fact=sp.Ge(gamma, 2))
HALF = Given(
    text="D_alpha = kappa C_mix, 1/2 <= kappa <= 2",
    fact=sp.And(sp.Eq(other, kappa * C), sp.Ge(2 * kappa, 1), sp.Le(kappa, 2)),
)
SPSA = 2 * (F + C)
RIGHT, RELAXED = (1 + gamma) * F + C + D, (1 + gamma) * F + C + other
LEFT = Quantity(text="T_SPSA", run=lambda i: 2 * i.unit * (i.b * i.P + counted(i)), expr=SPSA)
STRICT = Given(text="and K < 2b", fact=sp.Lt(K, 2 * b))


def proof(right: sp.Expr) -> Chain:
    """Under each set of givens by real arithmetic alone."""
    return Chain(SPSA, (Line("<", right, Entail()),))


def at(**changes) -> Instance:
    """gamma = 2, kappa = 1 and ones elsewhere, unless told otherwise."""
    values = {"P": 1, "K": 1, "b": 1, "gamma": Fraction(2), "kappa": Fraction(1), "unit": Fraction(1)}
    return Instance(**{**values, **changes})


MANY, LARGE = at(K=3, kappa=Fraction(1, 2)), at(P=3, K=4, b=2)

CLAIM = Claim(
    items=("glue.sec4_1.easily_met",),
    readings=(
        Statement(
            text="D_alpha = C_mix, as both are counted, and gamma >= 2",
            left=LEFT,
            relation="<",
            right=RIGHT,
            givens=(COSTS, BACKWARD),
            proof=lambda: proof(RIGHT),
        ),
        Statement(
            text="of the same order: kappa from 1/2 to 2",
            left=LEFT,
            relation="<",
            right=RELAXED,
            givens=(COSTS, BACKWARD, HALF),
        ),
        Statement(
            text="kappa from 1/2 to 2, and fewer than 2b experts",
            left=LEFT,
            relation="<",
            right=RELAXED,
            givens=(COSTS, BACKWARD, HALF, STRICT),
            proof=lambda: proof(RELAXED),
        ),
    ),
    family=Family(
        fields={
            "P": Integer(1, 6),
            "K": Integer(1, 8),
            "b": Integer(1, 8),
            "gamma": Real(2, 4),
            "kappa": Real(Fraction(1, 2), 2),
            "unit": Real(Fraction(1, 100), 1),
        },
        leaves_out="layers that use a weight many times a sample: there F is larger, the condition weaker",
    ),
    symbols={
        P: lambda i: i.P,
        K: lambda i: i.K,
        b: lambda i: i.b,
        gamma: lambda i: i.gamma,
        kappa: lambda i: i.kappa,
        unit: lambda i: i.unit,
        F: lambda i: i.unit * i.b * i.P,
        C: lambda i: i.unit * i.P * i.K,
        D: lambda i: i.unit * i.K * i.P,
        other: lambda i: i.kappa * i.unit * i.P * i.K,
    },
    witnesses=(at(), MANY, LARGE, at(b=8, unit=Fraction(1, 2))),
    scalings=(Scaling(text="k times the price", power=1, move=lambda i, k: replace(i, unit=k * i.unit)),),
    mutants=(
        Mutant(text="no inner products", right=(1 + gamma) * F + C, dies_at=LARGE),
        Mutant(text="a forward pass less", right=gamma * F + C + D, dies_at=at()),
        Mutant(text="half the inner products", right=(1 + gamma) * F + C + D / 2, dies_at=LARGE),
    ),
    effort=0.3,
)
