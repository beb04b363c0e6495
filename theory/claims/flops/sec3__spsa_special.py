"""FLOPS on SPSA: the two-point estimator as evolution strategies with Gaussian noise and antithetic pairs.

Printed   SPSA is the special case of ES with z ~ N(0, sigma^2 I) and an antithetic pair in eq. (2).
Repaired  not needed for the two-point form z (L(theta + z) - L(theta - z)) / (2 sigma^2): it is the mean of
          the estimates of eq. (2) at z and -z, for every loss and every z.  Spall's estimator divides by the
          entries of z instead; with Gaussian entries its mean does not exist (his conditions exclude them).
          His random signs have no density, so that eq. (2) says nothing of them, and the mean of his estimate
          is not the gradient of the loss smoothed by the same signs, unless the loss is quadratic.
Shapes    theta, z, a: (d,); both sides along a direction a.
Units     those of the loss, per unit of theta.
Source    FLOPS, Section 3, below eq. (2); Spall, IEEE Trans. Automatic Control 37 (1992), Section II.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from theory.claim import Claim, Existence, Mutant, Quantity, Statement
from theory.claims.flops._noise import SYMBOLS, b, c, loss, loss_of, sigma, slope_of, z
from theory.claims.flops._parameters import CUBIC, FAMILY, PLAIN, SCALINGS, VALUES, a, theta
from theory.family import Instance, replace
from theory.notation import dot, norm2
from theory.proof import Chain, Line, Rewrite

x = sp.Symbol("x", real=True)
second = sp.Symbol("h_2", real=True)


def shifted(i: Instance, z: tuple, sign: int) -> list:
    return [t + sign * y for t, y in zip(i.theta, z, strict=True)]


def along(i: Instance, z: tuple) -> Any:
    return sum(x * y for x, y in zip(z, i.a, strict=True))


def pair_of_scores(i: Instance) -> Any:
    """The mean of -L grad ln f = L z / sigma^2 at z and at -z, along a."""
    plus, minus = (loss(i, shifted(i, i.z, s)) * along(i, tuple(s * y for y in i.z)) for s in (1, -1))
    return Fraction(1, 2) * (plus + minus) / i.width**2


def one_score(i: Instance) -> Any:
    return loss(i, shifted(i, i.z, 1)) * along(i, i.z) / i.width**2


def over_signs(of: Callable[[Instance, tuple], Any]) -> Callable[[Instance], Any]:
    """instance -> the mean over all z with entries +-sigma."""

    def run(i: Instance) -> Any:
        corners = [tuple(i.width * s for s in signs) for signs in product((1, -1), repeat=i.d)]
        return Fraction(1, len(corners)) * sum(of(i, z) for z in corners)

    return run


def spall(i: Instance, z: tuple) -> Any:
    """sum_k a_k (L(theta + z) - L(theta - z)) / (2 z_k)."""
    change = loss(i, shifted(i, z, 1)) - loss(i, shifted(i, z, -1))
    return sum(x * change / (2 * y) for x, y in zip(i.a, z, strict=True))


def undefined(i: Instance) -> Any:
    """The mean of Spall's estimate with Gaussian entries."""
    raise ZeroDivisionError("E[z_2 / z_1] does not exist for independent Gaussian z_1, z_2")


PAIR = loss_of(theta + z) * dot(z, a) / sigma**2 / 2 + loss_of(theta - z) * dot(-z, a) / sigma**2 / 2
RIGHT = (loss_of(theta + z) - loss_of(theta - z)) * dot(z, a) / (2 * sigma**2)
LEFT = Quantity(text="mean of the ES estimates at z and -z, along a", run=pair_of_scores, expr=PAIR)
SIGNED = slope_of(theta, a) + c / 2 * sigma**2 * norm2(b) * dot(b, a)  # signs have covariance sigma^2 I

ONE = Fraction(1)
SLOPES = replace(CUBIC, h=(ONE, ONE), b=(0, 0), q=0, c=0, width=ONE)
BENT = replace(PLAIN, b=(ONE,), c=ONE, z=(ONE,))
QUOTIENT = Existence(
    text="E[h_2 z_2 / z_1], the first entry of Spall's estimate for a linear loss, given z_2 = sigma",
    variable=x,
    density=sp.exp(-(x**2) / (2 * sigma**2)) / (sigma * sp.sqrt(2 * sp.pi)),
    integrand=second * sigma / x,
    at=0,
    where=SLOPES,
)

READINGS = (
    Statement(
        text="SPSA is the two-point form of eq. (3), scaled by 1/(2 sigma^2)",
        left=LEFT,
        relation="==",
        right=RIGHT,
        proof=lambda: Chain(PAIR, (Line("==", RIGHT, Rewrite()),)),
    ),
    Statement(
        text="SPSA is Spall's estimator, which divides by the entries of z, with Gaussian entries",
        left=Quantity(text="E of Spall's estimate along a", run=undefined),
        relation="==",
        right=SIGNED,
        exists=(QUOTIENT,),
    ),
    Statement(
        text="SPSA is Spall's estimator with random signs: its mean is the gradient of the smoothed loss",
        left=Quantity(text="E of Spall's estimate along a", run=over_signs(spall)),
        relation="==",
        right=SIGNED,
    ),
)

CLAIM = Claim(
    items=("flops.sec3.spsa_special",),
    readings=READINGS,
    family=FAMILY,
    symbols={**SYMBOLS, **VALUES, z: lambda i: i.z, second: lambda i: i.h[-1]},
    witnesses=(SLOPES, CUBIC, BENT),
    scalings=SCALINGS[:1],
    mutants=(
        Mutant(text="sigma in place of its square", right=RIGHT * sigma, dies_at=CUBIC),
        Mutant(text="without the two", right=2 * RIGHT, dies_at=CUBIC),
        Mutant(text="the slope along z", right=slope_of(theta, z) * dot(z, a) / sigma**2, dies_at=BENT),
        Mutant(
            text="the estimate at z alone",
            left=Quantity(text="L z / sigma^2", run=one_score),
            dies_at=CUBIC,
        ),
    ),
    effort=0.4,
)
