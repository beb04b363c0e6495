"""GLUE: the mean of the two-point estimate on blended networks.

Printed   Both ghat and gbar are unbiased estimators of g = grad_alpha L.
Repaired  K ghat is, for unit directions: on the recorded networks, with two experts, the mean of ghat is half
          of what reverse mode gives.
Measured  on the recorded experts (a small ResNet and a small ViT on real images), evaluation mode, float64.
          Left: forward passes alone, six unit directions at equal angles of the half plane, whose mean is
          that of the uniform law for every trigonometric polynomial of degree two.  Right: reverse mode
          through the blend.  Rectified units leave kinks: the two agree to a per cent, not to rounding.
Shapes    alpha, u: (2,).  Units: those of L.
Source    GLUE, Section 4.2, before Proposition 1; networks: theory.claims.glue.def3.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.claims.glue.def3 import batch, through_the_blend, world
from theory.family import Choice, Family, Instance, Integer, Real, Vector, floats

EXPERTS, ANGLES, RADIUS = 2, 6, 1e-4
g = sp.Symbol("g_i", real=True)
ROUNDING = 1e-2


@lru_cache(maxsize=256)
def mean_estimate(i: Instance, radius: float = RADIUS) -> np.ndarray:
    """E ghat over the directions, each by two forward passes; shape (2,)."""
    from nets.mixing import sample_losses

    model, experts, *_ = world(i.network)
    angles = np.pi * np.arange(ANGLES) / ANGLES
    u = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    alpha = np.array(i.alpha)
    probes = np.concatenate([alpha + radius * u, alpha - radius * u])
    losses = sample_losses(model, experts, probes, batch(i)).mean(axis=1)
    slope = (losses[:ANGLES] - losses[ANGLES:]) / (2 * radius)
    return (slope[:, None] * u).mean(axis=0)


def component(scale: float, radius: float = RADIUS) -> Any:
    """instance -> component i of scale E ghat."""
    return lambda i: float(scale * mean_estimate(floats(i), radius)[i.i - 1])


def quantity(scale: float) -> Quantity:
    """Component i of the mean estimate, measured."""
    text = f"E[{scale:g} ghat]_i on the network"
    return Quantity(text=text, run=component(scale), rounding=ROUNDING, measured=True)


HALF = Instance(network="vit", i=1, alpha=(0.5, 0.5), first=0, size=16)
OTHER = Instance(network="resnet", i=2, alpha=(0.25, 0.75), first=100, size=16)

CLAIM = Claim(
    items=("glue.sec4_2.unbiased",),
    readings=(Statement(text="the mean of ghat is g", left=quantity(1), relation="==", right=g),),
    family=Family(
        fields={
            "network": Choice(("resnet", "vit")),
            "i": Integer(1, EXPERTS),
            "alpha": Vector(EXPERTS, Real(0, 1)),
            "first": Integer(0, 400),
            "size": Integer(8, 24),
        },
        leaves_out="other networks, experts, losses; more than two experts; no proof: networks are measured",
    ),
    symbols={g: lambda i: float(through_the_blend(floats(i), 64)[i.i - 1])},
    repair=Repair(
        changes="K ghat in place of ghat",
        statement=Statement(text="the mean of K ghat is g", left=quantity(2), relation="==", right=g),
        nondegenerate=HALF,
    ),
    witnesses=(HALF, OTHER),
    mutants=(
        Mutant(text="the factor K left out", left=quantity(1), dies_at=HALF),
        Mutant(text="K squared", left=quantity(4), dies_at=HALF),
        Mutant(text="against the gradient", right=-g, dies_at=HALF),
    ),
    effort=0.025,
)
