"""FLOPS equation (2): the score estimator of a gradient, noise added to the parameters.

Printed   grad_theta E[L(y)] = E[-L(y) grad_z ln f(z)], y = phi_2(phi(phi_1(x); theta + z)), for continuous
          noise distributions.
Repaired  f is absolutely continuous on the whole space: so it is if "continuous" is said of the density.  A
          continuous distribution is not enough: that of uniform noise is one, and its score vanishes wherever
          it exists.  The gradient is that of the
          smoothed objective; it is equation (1) for the layer phi(theta) = theta, as the text says.
Shapes    theta, z, a: (d,); both sides along a direction a.
Units     those of the loss, per unit of theta.
Source    FLOPS, Section 3, eq. (2) and the paragraph around it.
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.flops._noise import (
    CONTINUOUS,
    GAUSSIAN,
    NORMAL,
    SYMBOLS,
    by_score,
    h,
    law_symbols,
    loss,
    loss_of,
    m2,
    scored,
    sigma,
    smoothed_slope,
    u,
    without_jumps,
    z,
)
from theory.claims.flops._parameters import (
    CUBIC,
    FAMILY,
    PARABOLA,
    PLAIN,
    SCALINGS,
    STEIN,
    TAME,
    TRIANGLE,
    UNIFORM,
    VALUES,
    a,
    ahead,
    gradient,
    slope,
    theta,
)
from theory.notation import E, dot
from theory.proof import Chain, Entail, Expect, Line, Rewrite

TRUE, PRINTED = smoothed_slope(theta, a, m2), scored(theta, a)
NORMAL_TRUE = smoothed_slope(theta, a, sigma**2)
NORMAL_PRINTED = E(loss_of(theta + sigma * u) * dot(sigma * u, a)) / sigma**2
GRADIENT = Quantity(text="<grad_theta E[L(y)], a>", run=gradient, expr=TRUE)
noisy = sp.Symbol("noisy", real=True)
RUN = Given(
    text="the network is run with the noise added to its parameters",
    fact=sp.Eq(noisy, loss_of(theta + z)),
    because="it is computed so",
)


def transcription(i):
    """E of the printed estimator along a, the score integrated piece by piece."""
    return by_score(i, i.law, i.theta, i.a)


READINGS = (
    Statement(
        text="the display, any continuous noise distribution",
        left=GRADIENT,
        relation="==",
        right=PRINTED,
        givens=(RUN,),
    ),
    without_jumps("the density itself is continuous, and piecewise smooth", GRADIENT, PRINTED, RUN),
    Statement(
        text="Gaussian noise of covariance sigma^2 I",
        left=Quantity(text="<grad_theta E[L(y)], a>", run=gradient, expr=NORMAL_TRUE),
        relation="==",
        right=NORMAL_PRINTED,
        givens=(RUN, NORMAL),
        proof=lambda: Chain(NORMAL_TRUE, (Line("==", NORMAL_PRINTED, Expect()),)),
    ),
    Statement(
        text="Gaussian noise, any loss to which Stein's identity applies",
        left=Quantity(text="<grad_theta E[L(y)], a>", run=gradient, expr=slope),
        relation="==",
        right=ahead / sigma,
        givens=(RUN, NORMAL, TAME),
        proof=lambda: Chain(slope, (Line("==", ahead / sigma, Entail((STEIN,))),)),
    ),
)
REPAIRED = without_jumps("noise with an absolutely continuous density", GRADIENT, PRINTED, RUN)
STEPS = (
    PrintedStep(
        item="flops.sec3.es_perturb", left=noisy, relation="==", right=loss_of(theta + z), by=Entail()
    ),
    PrintedStep(
        item="flops.sec3.eq2_special",
        text="equation (1) for the layer phi(theta) = theta, whose Jacobian is the identity",
        left=E(loss_of(theta + sigma * u) * dot(u, a)) / sigma,
        relation="==",
        right=NORMAL_PRINTED,
        by=Expect(),
    ),
    PrintedStep(
        item="flops.sec3.es_form",
        text="L times epsilon over sigma, z = sigma epsilon, as evolution strategies print it",
        left=loss_of(theta + z) * dot(z, a) / sigma**2,
        relation="==",
        right=loss_of(theta + z) * dot(z / sigma, a) / sigma,
        by=Rewrite(),
    ),
)

CLAIM = Claim(
    items=("flops.eq2", "flops.sec3.es_perturb", "flops.sec3.eq2_special", "flops.sec3.es_form"),
    readings=READINGS,
    family=FAMILY,
    symbols={
        **SYMBOLS,
        **law_symbols(lambda i: i.a),
        **VALUES,
        z: lambda i: i.z,
        noisy: lambda i: loss(i, [x + y for x, y in zip(i.theta, i.z, strict=True)]),
    },
    laws=GAUSSIAN,
    repair=Repair(
        changes="the density of the noise is absolutely continuous; uniform noise is left out",
        statement=REPAIRED,
        nondegenerate=PLAIN,
        added=(Added(given=CONTINUOUS, fails_without=UNIFORM),),
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(UNIFORM, PLAIN, CUBIC, TRIANGLE, PARABOLA),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="the sign of the score", right=-PRINTED, dies_at=PLAIN),
        Mutant(text="the gradient of the clean loss", right=PRINTED.subs(m2, 0), dies_at=CUBIC),
        Mutant(text="the direction left out", right=scored(theta, h), dies_at=CUBIC),
    ),
    effort=0.2,
)
