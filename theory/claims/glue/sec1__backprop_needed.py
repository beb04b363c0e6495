"""GLUE: whether an exact gradient in the mixing coefficients needs a backward pass.

Printed   Even when K is small, gradient descent on the mixture coefficients requires the gradient in the full
          parameter vector of dimension P >> K, thus a complete forward and backward pass.
Repaired  as a matter of cost, for K large enough: (K-1) gamma F >= D_alpha.  Forward mode follows the K
          experts as directions through one forward pass and yields the same K numbers with no backward pass
          and no gradient of length P; it costs K gamma F in place of gamma F + D_alpha, less for small K.
Shapes    scalars, see theory.claims.glue._cost.  Units: multiply-accumulates, see the scaling.
Source    GLUE, Section 1, paragraph on computational cost.
"""

import sympy as sp

from sim.costs import total
from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.glue._cost import (
    COUNTED,
    FAMILY,
    FULL,
    ONE_BACKWARD,
    ONE_BLEND,
    ONE_FORWARD,
    PRICES,
    PRODUCTS,
    SYMBOLS,
    WHOLE,
    C,
    D,
    F,
    K,
    full_step,
    gamma,
    network,
    ratio,
    size,
    tangent_step,
)
from theory.family import Choice, Family, Instance, replace
from theory.proof import Chain, Entail, Line

TANGENT = C + F + K * gamma * F


def cheapest(i: Instance) -> int:
    """The exact gradient by reverse and by forward mode, both made and counted: the lower of the two."""
    return min(total(full_step(replace(i, to_data=False))), total(tangent_step(i)))


LEAN = Given(text="a tangent pass costs gamma F: no pass goes on to the data", check=lambda i: not i.to_data)
MANY = Given(text="(K - 1) gamma F >= D_alpha", fact=sp.Ge((K - 1) * gamma * F, D))
LEFT = Quantity(text="the cheaper exact gradient", run=cheapest, expr=sp.Min(FULL, TANGENT))
ONE, PAIR = network(K=2), network(K=2, b=2, hidden=2)


def transcription(i: Instance):
    """(1 + gamma)F + C_mix + D_alpha once more, from the prose of the section."""
    parameters = size(i)
    forward = i.b * parameters
    return forward + ratio(i) * forward + 2 * i.K * parameters


CLAIM = Claim(
    items=("glue.sec1.backprop_needed",),
    readings=(
        Statement(
            text="no exact gradient is cheaper than a forward pass, a backward pass and K products",
            left=LEFT,
            relation=">=",
            right=FULL,
            givens=(LEAN,),
        ),
        Statement(
            text="by reverse mode, the usual way: a forward pass, a backward pass and K products",
            left=Quantity(
                text="the exact gradient by reverse mode",
                run=lambda i: total(full_step(i)),
                expr=ONE_FORWARD + ONE_BACKWARD + ONE_BLEND + PRODUCTS,
            ),
            relation=">=",
            right=FULL,
            givens=(LEAN, PRICES),
            proof=lambda: Chain(
                ONE_FORWARD + ONE_BACKWARD + ONE_BLEND + PRODUCTS, (Line(">=", FULL, Entail()),)
            ),
        ),
    ),
    family=Family(
        fields={**FAMILY.fields, "to_data": Choice((False,))},
        leaves_out="other networks: the repair holds for all costs, the counts are those of one hidden layer",
    ),
    symbols={**SYMBOLS, **COUNTED},
    repair=Repair(
        changes="for K with (K-1) gamma F >= D_alpha",
        statement=Statement(
            text="backpropagation is the cheaper of the two for K large enough",
            left=LEFT,
            relation=">=",
            right=FULL,
            givens=(LEAN, MANY, WHOLE),
            proof=lambda: Chain(LEFT.expr, (Line(">=", FULL, Entail()),)),
        ),
        nondegenerate=PAIR,
        added=(Added(given=MANY, fails_without=ONE),),
    ),
    transcription=transcription,
    witnesses=(ONE, PAIR),
    tight_at=(PAIR,),
    mutants=(
        Mutant(text="a second forward pass", right=FULL + F, dies_at=PAIR),
        Mutant(text="a second blend", right=FULL + C, dies_at=PAIR),
        Mutant(
            text="forward mode without its first layer's products",
            left=Quantity(text="wrongly counted", run=lambda i: cheapest(i) - i.b * i.hidden * i.inputs),
            dies_at=PAIR,
        ),
    ),
    effort=0.3,
)
