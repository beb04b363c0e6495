"""Mean square error of GLUE's two-point gradient estimate, directions uniform on the unit sphere.

Printed   E|gbar - g|^2 <= (K-1)/(mK) sigma_max(Theta)^2 |grad_theta L|^2 + O(mu^2), gbar the mean over m
          directions u of [L(alpha + mu u) - L(alpha - mu u)] / (2 mu) u, g = grad_alpha L; the text calls
          the left side the variance, the trace of the covariance matrix, and the estimate unbiased.
Repaired  (K-1)(1 + m(K-1)) / (mK^2) in place of (K-1)/(mK), for losses with a bounded third derivative.
          On the unit sphere E[gbar] = g/K + O(mu^2): the bias ((K-1)/K)^2 |g|^2 does not average out.
          Only |u| = 1 and E[uu'] = I/K enter, so any unit isotropic law has this value.  A Lipschitz gradient
          is enough for m = 1, where the term linear in mu cancels, and for the trace, whose slack absorbs it.
Shapes    Theta: (P, K), its columns are the experts; g, u: (K,); grad_theta L: (P,); the rest scalar.
Units     [L]^2 on both sides (directions have no unit), see the scalings.
Source    GLUE, Section 4.2, Proposition 1 with its proof; directions: Section 3.2, normalised Gaussians.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Repair
from theory.claims.glue._mixing import (
    FAMILY,
    PRINTED,
    SCALINGS,
    SMOOTH,
    SYMBOLS,
    K,
    S,
    error,
    g,
    h,
    identity,
    law_of,
    linear,
    m,
    printed_right,
    spread,
    u,
    upper_bound,
)
from theory.claims.glue._steps import GHAT, LAW, MSE, SPREAD, STEPS, WORLD
from theory.claims.glue._steps import SYMBOLS as OF_STEPS
from theory.notation import Avg, E, norm2

CONSTANT = (K - 1) * (1 + m * (K - 1)) / (m * K**2)
ONE = Given(text="one direction a step, as in the experiments", fact=sp.Eq(m, 1))

READINGS = (
    upper_bound("the display, uniform unit directions, any m", error, LAW, MSE, PRINTED, givens=(WORLD,)),
    upper_bound(
        "the left side is the variance as the text defines it, the trace of the covariance matrix",
        spread,
        LAW,
        SPREAD,
        PRINTED,
        value=(K - 1) / (m * K**2),
        givens=(SMOOTH,),
    ),
    upper_bound("one direction, m = 1", error, LAW, MSE, PRINTED, value=CONSTANT, givens=(ONE, SMOOTH)),
    upper_bound(
        "the estimate is multiplied by K, which makes it unbiased as the text says it is",
        error,
        LAW,
        E(norm2(Avg(K * GHAT, m) - g)),
        PRINTED,
        scale=lambda i: i.K,
    ),
)

REPAIRED = upper_bound(
    "with the squared bias, which m does not reduce",
    error,
    LAW,
    MSE,
    CONSTANT * S * norm2(h),
    value=CONSTANT,
    givens=(SMOOTH,),
)

PLANE = linear(2, 2, identity(2), (1, 0))
SPACE = linear(3, 3, identity(3), (1, -2, 2))
SINGLE = linear(2, 1, identity(2), (1, 1))
TURNED = linear(2, 1, ((0, 1), (0, 0)), (1, 0))
SHORT = linear(2, 3, identity(2, Fraction(1, 2)), (1, 1))
KINKED = linear(2, 2, identity(2), (1, 0), kink=-1)

CLAIM = Claim(
    items=(
        "glue.prop1",
        "glue.prop1.step1",
        "glue.prop1.step2",
        "glue.prop1.step3",
        "glue.prop1.step4",
        "glue.prop1.step5",
        "glue.prop1.step6",
        "glue.prop1.step7",
        "glue.prop1.step8",
        "glue.prop1.step9",
        "glue.prop1.step10",
        "glue.def4",
        "glue.def5",
        "glue.sec4_2.taylor",
        "glue.sec4_2.unbiased",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols={**SYMBOLS, **OF_STEPS},
    laws={u: law_of(LAW)},
    repair=Repair(
        changes="(K-1)/(mK) becomes (K-1)(1+m(K-1))/(mK^2); the loss has a bounded third derivative",
        statement=REPAIRED,
        nondegenerate=PLANE,
        added=(Added(given=SMOOTH, fails_without=KINKED),),
    ),
    steps=STEPS,
    transcription=printed_right,
    witnesses=(PLANE, KINKED, TURNED),
    tight_at=(PLANE, SPACE, SINGLE, SHORT),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="the bias left out", right=(K - 1) / (m * K**2) * S * norm2(h), dies_at=PLANE),
        Mutant(text="the bias averaged over m", right=(K - 1) / (m * K) * S * norm2(h), dies_at=PLANE),
        Mutant(text="the law of normal directions", right=(K + 1) / (m * K**2) * S * norm2(h), dies_at=SPACE),
    ),
    effort=0.5,
)
