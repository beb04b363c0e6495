"""FLOPS equation (10) for a Gaussian number of queries that is at least m > 0.

Printed   dJ/dmu = E[ T/A  d ln P(A)/dmu ], A Gaussian.
Notes     For A conditioned on A >= m, m fixed, both sides exist and agree, with the score of the conditioned
          law, (A - mu)/sigma^2 - E[A - mu]/sigma^2.  With the score of the Gaussian itself, (A - mu)/sigma^2,
          which (10) prints if P is the law of (5), it fails (the second reading): drawing again until A >= m
          changes the score too.  The integrals have no closed form; both sides are computed, not enclosed.
Shapes    all scalar (one sample).
Units     T per query squared, see the scalings.
Source    FLOPS, Section 4.2, equation (10); Section 4.1, below equation (5).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, replace

centred, plain = sp.symbols("E[cost*score] E[cost*(A-mu)/sigma^2]", real=True)
NODES = 160
REACH = 12
"""Standard deviations above the larger of mean and minimum at which the integrals stop."""

FAMILY = Family(
    fields={
        "mean": Real(1, 8),
        "spread": Real(Fraction(1, 5), 1),
        "least": Real(Fraction(1, 4), 2),
        "root": Real(0, 3),
    },
    leaves_out="sigma below a fifth of the mean; minima above 2, where few draws are kept",
)


def law(i: Instance) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes a >= m and weights of the integrals; sigma = spread times the mean."""
    sigma = float(i.spread) * float(i.mean)
    low, high = float(i.least), max(float(i.least), float(i.mean)) + REACH * sigma
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (high - low) / 2 * (nodes + 1) + low, weights * (high - low) / 2


def objective(i: Instance, mu: complex) -> complex:
    """J(mu) = E[T/A | A >= m], also for complex mu."""
    a, weights = law(i)
    sigma = float(i.spread) * float(i.mean)
    density = weights * np.exp(-((a - mu) ** 2) / (2 * sigma**2))
    return complex(float(i.root) ** 2 * (density / a).sum() / density.sum())


def slope(i: Instance) -> float:
    """dJ/dmu by a complex step, which cancels nothing."""
    return objective(i, float(i.mean) + 1e-30j).imag / 1e-30


def expected(score: Callable[[np.ndarray, float], np.ndarray]) -> Callable[[Instance], float]:
    """instance -> E[T/A score(A - mu) | A >= m] / sigma^2."""

    def run(i: Instance) -> float:
        a, weights = law(i)
        mu, sigma = float(i.mean), float(i.spread) * float(i.mean)
        chance = weights * np.exp(-((a - mu) ** 2) / (2 * sigma**2))
        chance = chance / chance.sum()
        mean = float((chance * (a - mu)).sum())
        return float(i.root) ** 2 * float((chance / a * score(a - mu, mean)).sum()) / sigma**2

    return run


def equals(text: str, right: Any) -> Statement:
    left = Quantity(text="dJ/dmu", run=slope, rounding=1e-7)
    return Statement(text=text, left=left, relation="==", right=right)


NEAR = Instance(mean=2, spread=Fraction(1, 2), least=1, root=1)
FAR = Instance(mean=4, spread=Fraction(1, 5), least=Fraction(1, 4), root=2)

CLAIM = Claim(
    items=("flops.eq10",),
    readings=(
        equals("with the score of the conditioned law", centred),
        equals("with the score of the Gaussian that is conditioned", plain),
    ),
    family=FAMILY,
    symbols={
        centred: expected(lambda x, mean: x - mean),
        plain: expected(lambda x, mean: x),
    },
    witnesses=(NEAR, FAR),
    scalings=(
        Scaling(text="gradients times k", power=2, move=lambda i, c: replace(i, root=c * i.root)),
        Scaling(
            text="queries times k", power=-2, move=lambda i, c: replace(i, mean=c * i.mean, least=c * i.least)
        ),
    ),
    mutants=(
        Mutant(text="the score that is not centred", right=plain, dies_at=NEAR),
        Mutant(text="ascent", right=-centred, dies_at=NEAR),
        Mutant(
            text="J itself",
            left=Quantity(text="J", run=lambda i: objective(i, float(i.mean)).real, rounding=1e-7),
            dies_at=NEAR,
        ),
    ),
    effort=0.2,
)
