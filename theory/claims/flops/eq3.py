"""FLOPS equation (3): the two-point estimator with Gaussian directions, and its scale.

Printed   grad_theta E[L(y)] = E[z / (2 sigma) (L(theta + z) - L(theta - z))], z ~ N(0, sigma^2 I).
Repaired  sigma^2 in place of sigma: the printed estimator is sigma times the gradient of the smoothed
          objective.  It is right where z in front is a standard normal vector and theta is moved by sigma z,
          or for sigma = 1.  It is no estimate of grad L itself, from which its mean differs by sigma^2 / 2
          times the gradient of the Laplacian, up to higher orders; for quadratic losses they agree.
Shapes    theta, z, a: (d,); both sides along a direction a.
Units     those of the loss, per unit of theta; as printed the right side has those of the loss.
Source    FLOPS, Section 3, eq. (3) and the paragraph above it.
"""

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.flops._noise import (
    GAUSSIAN,
    SYMBOLS,
    b,
    by_score,
    c,
    loss_of,
    sigma,
    slope_of,
    smoothed_slope,
    z,
)
from theory.claims.flops._parameters import (
    CUBIC,
    FAMILY,
    NARROW,
    PLAIN,
    SCALINGS,
    STEIN,
    TAME,
    VALUES,
    a,
    ahead,
    behind,
    gradient,
    pair,
    slope,
    theta,
)
from theory.notation import dot
from theory.proof import Chain, Entail, Expect, Line, Rewrite

TRUE = smoothed_slope(theta, a, sigma**2)
PRINTED, RIGHT = pair(2 * sigma), pair(2 * sigma**2)
CHANGE = loss_of(theta + sigma * z) - loss_of(theta - sigma * z)
GRADIENT = Quantity(
    text="<grad_theta E[L(y)], a>, Gaussian noise", run=lambda i: gradient(i, "gaussian"), expr=TRUE
)


def transcription(i):
    """The printed right side: odd in z, so sigma E[-L grad ln f] of the same Gaussian."""
    return i.width * by_score(i, "gaussian", i.theta, i.a)


def statement(text: str, right, *givens: Given, proof=None) -> Statement:
    return Statement(text=text, left=GRADIENT, relation="==", right=right, givens=givens, proof=proof)


READINGS = (
    statement("the display, z ~ N(0, sigma^2 I)", PRINTED),
    statement(
        "z / (2 sigma) in front with a standard normal z, which moves the parameters by sigma z",
        RIGHT,
        proof=lambda: Chain(TRUE, (Line("==", RIGHT, Expect()),)),
    ),
    Statement(
        text="z / (2 sigma^2), any loss to which Stein's identity applies",
        left=Quantity(text=GRADIENT.text, run=GRADIENT.run, expr=slope),
        relation="==",
        right=(ahead - behind) / (2 * sigma),
        givens=(TAME,),
        proof=lambda: Chain(slope, (Line("==", (ahead - behind) / (2 * sigma), Entail((STEIN,))),)),
    ),
)


REPAIRED = statement(
    "z / (2 sigma^2), z ~ N(0, sigma^2 I)", RIGHT, proof=lambda: Chain(TRUE, (Line("==", RIGHT, Expect()),))
)

STEPS = (
    PrintedStep(
        item="flops.sec3.finite_difference",
        text="a central difference of radius sigma along z: the slope there, up to the third derivative",
        left=CHANGE / (2 * sigma),
        relation="==",
        right=slope_of(theta, z) + c * sigma**2 / 6 * dot(b, z) ** 3,
        by=Rewrite(),
    ),
)

CLAIM = Claim(
    items=("flops.eq3", "flops.sec3.finite_difference"),
    readings=READINGS,
    family=FAMILY,
    symbols={**SYMBOLS, **VALUES, z: lambda i: i.z},
    laws=GAUSSIAN,
    repair=Repair(
        changes="2 sigma becomes 2 sigma^2",
        statement=REPAIRED,
        nondegenerate=NARROW,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(NARROW, PLAIN, CUBIC),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="without the two", right=pair(sigma**2), dies_at=PLAIN),
        Mutant(text="the gradient of the clean loss", right=slope_of(theta, a), dies_at=CUBIC),
        Mutant(text="sigma^3", right=pair(2 * sigma**3), dies_at=NARROW),
        Mutant(
            text="uniform noise of the same width on the left",
            left=Quantity(text="<grad E[L], a>, uniform", run=lambda i: gradient(i, "uniform")),
            dies_at=CUBIC,
        ),
    ),
    effort=0.2,
)
