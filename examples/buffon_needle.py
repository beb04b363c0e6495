"""Buffon's needle: how often a needle that is thrown on a ruled floor crosses a line.

Printed   P(crossing) = 2 l / (pi d) for a needle of length l <= d, lines d apart.
Shapes    l, d scalar, 0 < l <= d; the side that runs is sampled: throws, not integrals.
Units     none: l/d is a ratio.
Source    Buffon, Essai d'arithmetique morale (1777), Section 23; Solomon, Geometric Probability (1978),
          Chapter 1.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Statement
from theory.family import Family, Instance, Real

l, d = sp.symbols("l d", positive=True)


def throws(i, rng, size):
    """1 for each needle whose upper or lower end lies beyond a line; centre and direction are uniform."""
    centre = i.d * rng.random(size)
    reach = i.l / 2 * np.abs(np.sin(np.pi * rng.random(size)))
    return ((centre - reach < 0) | (centre + reach > i.d)).astype(float)


SHORT = Given(text="the needle is not longer than the distance", fact=sp.Le(l, d))
LONG = Instance(d=1, l=1)

CLAIM = Claim(
    items=("tour.buffon",),
    readings=(
        Statement(
            text="needles up to the distance of the lines",
            left=Quantity(text="share of throws that cross", sample=throws, range=(0, 1)),
            relation="==",
            right=2 * l / (sp.pi * d),
            givens=(SHORT,),
        ),
    ),
    family=Family(
        fields={"d": Real(0, 8, open="lo"), "l": Real(0, "d", open="lo")},
        leaves_out="needles longer than the distance, for which the law is another one",
    ),
    symbols={l: lambda i: i.l, d: lambda i: i.d},
    witnesses=(LONG,),
    mutants=(
        Mutant(text="a needle that lies across", right=l / d, dies_at=LONG),
        Mutant(text="l / (pi d)", right=l / (sp.pi * d), dies_at=LONG),
        Mutant(text="3 for pi", right=2 * l / (3 * d)),
    ),
)
