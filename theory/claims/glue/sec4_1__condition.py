"""GLUE: the cost of one two-point step against one full-gradient step on the mixing coefficients.

Printed   T_full = (1+gamma)F + C_mix + D_alpha, T_SPSA = 2(F + C_mix); SPSA is cheaper whenever
          T_SPSA < T_full, i.e. C_mix < (gamma-1)F + D_alpha.  Hence, with the difference of Section 6,
          T_full - T_SPSA = (gamma-1)F + D_alpha - C_mix, positive exactly under the printed condition.
Repaired  not needed.  The exact gradient by forward mode: glue.sec1.backprop_needed; the price of equal
          progress: glue.sec5.mimic.  gamma is 2 for a full pass through a dense network, a little
          less if it stops before the data; gamma > 1 is enough where D_alpha = C_mix, see
          glue.sec4_1.easily_met.
World     what theory.claims.glue._cost counts, priced: w for a multiply-accumulate, kappa w for one of an
          inner product, so that D_alpha = kappa C_mix is of the order of C_mix, as the paper has it.
Shapes    scalars.  Units: multiply-accumulates on both sides, or their price, see the scaling.
Source    GLUE, Section 4.1, the displayed costs and the paragraph after them; Section 6, paragraph 1.
"""

from collections import Counter
from fractions import Fraction
from typing import Any

import sympy as sp

from sim.costs import total
from theory.claim import Claim, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.glue._cost import (
    FAMILY,
    FULL,
    GAP,
    ONE_BACKWARD,
    ONE_BLEND,
    ONE_FORWARD,
    PRICES,
    PRODUCTS,
    SPSA,
    SYMBOLS,
    C,
    D,
    F,
    K,
    P,
    full_step,
    gamma,
    m,
    network,
    size,
    spsa_step,
)
from theory.family import Family, Instance, Real, replace
from theory.proof import Chain, Entail, Line, Rewrite

blends, forwards, backwards, cached = (
    sp.Function(name, real=True)(K) for name in ("blends", "forwards", "backwards", "kept")
)
whole_pass: Any = sp.Symbol(r"\gamma_{\text{full}}", positive=True)
size_of_blend: Any = sp.Function("blend", real=True)(P, K)
COUNTED_FULL = ONE_BLEND + ONE_FORWARD + ONE_BACKWARD + PRODUCTS
COUNTED_SPSA = 2 * ONE_BLEND + 2 * ONE_FORWARD


PRICED = Family(
    fields={**FAMILY.fields, "unit": Real(Fraction(1, 8), 1), "kappa": Real(Fraction(1, 2), 2)},
    leaves_out=FAMILY.leaves_out,
)


def at(kappa: Fraction = Fraction(1), unit: Fraction = Fraction(1), **changes: Any) -> Instance:
    """A small instance; the fields that are not given are one, the backward pass stops before the data."""
    return Instance(**dict(network(**changes)), unit=unit, kappa=kappa)


def price(i: Instance, spent: Counter) -> Any:
    """The price of what was counted: an accumulation of an inner product costs kappa others."""
    return i.unit * (total(spent) + (i.kappa - 1) * spent["inner"])


def cached_blends(i):
    """The cost of the blends of one pair of probes if a blend that was made before is not made again."""
    probes = {
        tuple(s if k == 0 else 0 for k in range(i.K)) for s in (i.mu, -i.mu)
    }  # alpha +- mu e_1, shifted
    return len(probes) * i.unit * (spsa_step(i)["blend"] // 2)


def whole(i):
    """A backward pass that goes on to the data, in forward passes, counted."""
    spent = full_step(replace(i, to_data=True))
    return Fraction(spent["backward"], spent["forward"])


def difference(i, pairs=1, blended=True):
    """T_full - T_SPSA, both counted and priced."""
    spent: Counter = spsa_step(i, pairs)
    return price(i, full_step(i)) - price(i, spent) + (0 if blended else i.unit * spent["blend"])


SMALL = at()
MANY = at(K=4, hidden=2)
DEEP = at(hidden=3, outputs=2, b=4, K=2, to_data=True)
DEAR_PRODUCTS = at(kappa=Fraction(2), K=3, b=2)  # D_alpha is 2 C_mix: they cannot stand for each other
CHEAP_PRODUCTS = at(kappa=Fraction(1, 2), unit=Fraction(1, 2), K=3, b=2)

STEPS = (
    PrintedStep(
        item="glue.sec4_1.T_full",
        text="what is counted in one full-gradient step",
        left=COUNTED_FULL,
        relation="==",
        right=FULL,
        by=Entail(),
    ),
    PrintedStep(
        item="glue.sec4_1.T_spsa",
        text="what is counted in one two-point step",
        left=COUNTED_SPSA,
        relation="==",
        right=SPSA,
        by=Entail(),
    ),
    PrintedStep(
        item="glue.sec6.step_cost",
        text="two blends, two forward passes, no backward pass, each counted",
        left=blends * C + forwards * F + backwards * gamma * F,
        relation="==",
        right=2 * C + 2 * F + 0 * gamma,
    ),
    PrintedStep(
        item="glue.def1",
        text="one forward and one backward pass, counted",
        left=ONE_FORWARD + ONE_BACKWARD,
        relation="==",
        right=F + gamma * F,
        by=Entail(),
    ),
    PrintedStep(
        item="glue.def2",
        text="P K multiply-accumulates for one blend, counted: the constant in O(PK) is 1",
        left=size_of_blend,
        relation="==",
        right=P * K,
    ),
    PrintedStep(
        item="glue.a2",
        text="a full backward pass, on to the data: 2 for dense layers.  One that stops at the first layer's"
        " weights has 2 - (first layer)/P.  Nothing rests on it: the condition asks for less",
        left=whole_pass,
        relation=">=",
        right=sp.Integer(2),
    ),
    PrintedStep(
        item="glue.sec5.single_direction",
        text="one pair is the cheapest step: m pairs cost m times as much",
        left=SPSA,
        relation="<=",
        right=m * SPSA,
        by=Entail(),
    ),
    PrintedStep(
        item="glue.sec6.gap",
        left=FULL - SPSA,
        relation="==",
        right=GAP,
        by=Rewrite(),
        after=(sp.Eq(COUNTED_FULL, FULL), sp.Eq(COUNTED_SPSA, SPSA)),
    ),
    PrintedStep(
        item="glue.sec6.caching",
        text="the two probes are different blends and each serves one forward pass: nothing is met twice,"
        " unless the batch is split.  One blend less: theta(alpha +- mu u) = theta(alpha) +- mu Theta u",
        left=cached,
        relation="<",
        right=2 * C,
    ),
)

CLAIM = Claim(
    items=(
        "glue.sec4_1.condition",
        "glue.sec4_1.T_full",
        "glue.sec4_1.T_spsa",
        "glue.sec4_1.full_ops",
        "glue.def1",
        "glue.def2",
        "glue.a2",
        "glue.sec5.single_direction",
        "glue.sec6.step_cost",
        "glue.sec6.gap",
        "glue.sec6.caching",
    ),
    readings=(
        Statement(
            text="T_full - T_SPSA has the sign of (gamma-1)F + D_alpha - C_mix: it is that number",
            left=Quantity(text="T_full - T_SPSA", run=difference, expr=COUNTED_FULL - COUNTED_SPSA),
            relation="==",
            right=(gamma - 1) * F + D - C,
            givens=(PRICES,),
            proof=lambda: Chain(
                COUNTED_FULL - COUNTED_SPSA,
                (Line("==", FULL - SPSA, Entail()), Line("==", (gamma - 1) * F + D - C, Rewrite())),
            ),
        ),
        Statement(
            text="m pairs of probes: with gamma = 2 and D_alpha = C_mix no m > 1 is cheaper",
            left=Quantity(
                text="T_full - T_SPSA, m pairs",
                run=lambda i: difference(i, i.m),
                expr=COUNTED_FULL - m * COUNTED_SPSA,
            ),
            relation="==",
            right=(1 + gamma - 2 * m) * F + (1 - 2 * m) * C + D,
            givens=(PRICES,),
            proof=lambda: Chain(
                COUNTED_FULL - m * COUNTED_SPSA,
                (
                    Line("==", FULL - m * SPSA, Entail()),
                    Line("==", (1 + gamma - 2 * m) * F + (1 - 2 * m) * C + D, Rewrite()),
                ),
            ),
        ),
    ),
    family=PRICED,
    symbols={
        **SYMBOLS,
        F: lambda i: i.unit * i.b * size(i),
        C: lambda i: i.unit * i.K * size(i),
        D: lambda i: i.kappa * i.unit * i.K * size(i),
        ONE_FORWARD: lambda i: i.unit * full_step(i)["forward"],
        ONE_BACKWARD: lambda i: i.unit * full_step(i)["backward"],
        ONE_BLEND: lambda i: i.unit * full_step(i)["blend"],
        PRODUCTS: lambda i: i.kappa * i.unit * full_step(i)["inner"],
        size_of_blend.func: lambda i: lambda P, K: full_step(i)["blend"],
        whole_pass: whole,
        cached.func: lambda i: lambda K: cached_blends(i),
        blends.func: lambda i: lambda K: spsa_step(i)["blends"],
        forwards.func: lambda i: lambda K: spsa_step(i)["forwards"],
        backwards.func: lambda i: lambda K: spsa_step(i)["backwards"],
    },
    steps=STEPS,
    witnesses=(SMALL, MANY, DEEP, DEAR_PRODUCTS, CHEAP_PRODUCTS),
    tight_at=(SMALL, DEEP, DEAR_PRODUCTS),
    scalings=(Scaling(text="k times the price", power=1, move=lambda i, k: replace(i, unit=k * i.unit)),),
    mutants=(
        Mutant(text="the backward pass at its full price", right=gamma * F + D - C, dies_at=SMALL),
        Mutant(text="no inner products", right=(gamma - 1) * F - C, dies_at=MANY),
        Mutant(
            text="the probes share one blend",
            left=Quantity(text="T_full - T_SPSA, one blend", run=lambda i: difference(i, 1, False)),
            dies_at=SMALL,
        ),
        Mutant(
            text="two pairs of probes",
            left=Quantity(text="T_full - T_SPSA, m = 2", run=lambda i: difference(i, 2)),
            dies_at=SMALL,
        ),
    ),
    effort=0.3,
)
