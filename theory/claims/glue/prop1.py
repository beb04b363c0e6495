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

import numpy as np
import sympy as sp

from sim.spsa import two_point
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Repair
from theory.claims.glue._mixing import (
    FAMILY,
    NORM,
    PRINTED,
    SCALINGS,
    SMOOTH,
    SYMBOLS,
    K,
    S,
    array,
    error,
    estimates,
    g,
    gradient,
    h,
    identity,
    law_of,
    limits,
    linear,
    loss,
    m,
    mu,
    number,
    printed_right,
    product,
    rule,
    spread,
    u,
    upper_bound,
)
from theory.family import floats, replace
from theory.notation import Avg, E, dot, norm2
from theory.proof import Entail, Expect, Lemma

LAW = "sphere"
GHAT = dot(g, u) * u
MSE = E(norm2(Avg(GHAT, m) - g))
SPREAD = E(norm2(Avg(GHAT - g / K, m)))
CONSTANT = (K - 1) * (1 + m * (K - 1)) / (m * K**2)
ONE = Given(text="one direction a step, as in the experiments", fact=sp.Eq(m, 1))

READINGS = (
    upper_bound("the display, uniform unit directions, any m", error, LAW, MSE, PRINTED),
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

# Numbers that the printed steps speak of, each computed from its own definition.
remainder = sp.Symbol(r"|\hat{g}-\langle g,u\rangle u|", nonnegative=True)
at_two = sp.Symbol(r"|\hat{g}-\langle g,u\rangle u|_{\mu=2}", nonnegative=True)
partials = sp.Symbol(r"\sum_k(\partial\mathcal{L}/\partial\alpha_k)^2", nonnegative=True)


def remainder_at(radius):
    """instance -> |ghat - <g,u>u| at a radius (None: the instance's own), |u| = 1, along the direction among
    the points of the law for which it is largest at the instance's own radius (found in floats)."""

    def run(i):
        at = floats(i)
        near = ((estimates(at, LAW)[1] - limits(at, LAW)[1]) ** 2).sum(-1)
        u = rule(i, LAW)[1][[int(np.argmax(near))]]
        off = two_point(loss(i), u[0] * 0, number(i, radius or i.mu), u) - u @ gradient(i) * u
        square = (off**2).sum()
        return square**0.5 if isinstance(square, float) else sp.sqrt(sp.Rational(str(square)))

    return run


def printed_product(i):
    """Theta grad L where the printed product exists (P = K); elsewhere that of the transpose."""
    v = array(i, i.Theta) @ array(i, i.h) if i.P == i.K else gradient(i)
    return tuple(v)


def partial_derivatives(i):
    """sum over k of (dL/dalpha_k)^2, each by a central difference, which is exact without cubic and kink."""
    axes = array(i, identity(i.K))
    ghat = two_point(loss(replace(i, c=0, kink=0)), axes[0] * 0, number(i, i.mu), axes)
    return (ghat**2).sum()


def taylor(item: str) -> PrintedStep:
    return PrintedStep(
        item=item,
        text="the remainder against (mu/2)^2 times itself at radius 2: a loss that is not C^3 breaks it",
        left=remainder,
        relation="<=",
        right=mu**2 / 4 * at_two,
    )


STEPS = (
    PrintedStep(
        item="glue.eq5",
        text="the mean over m directions has the mean of one",
        left=E(dot(g, Avg(GHAT, m))),
        relation="==",
        right=E(dot(g, GHAT)),
        by=Expect(),
    ),
    PrintedStep(
        item="glue.def4",
        text="g holds the partial derivatives of alpha -> L(theta(alpha))",
        left=norm2(g),
        relation="==",
        right=partials,
    ),
    PrintedStep(
        item="glue.def5",
        text="the trace of the covariance matrix; eq. (6) puts the error around g in its place",
        left=E(norm2(Avg(GHAT, m))) - norm2(g) / K**2,
        relation="==",
        right=SPREAD,
        by=Expect(),
    ),
    taylor("glue.sec4_2.taylor"),
    taylor("glue.prop1.step1"),
    PrintedStep(
        item="glue.prop1.step2",
        text="isotropy: <g, E[uu'] g> = |g|^2/K for every g (and |u| = 1)",
        left=E(dot(g, u) ** 2 * dot(u, u)),
        relation="==",
        right=norm2(g) / K,
        by=Expect(),
    ),
    PrintedStep(
        item="glue.sec4_2.unbiased",
        text="unbiased: <g, E ghat> = |g|^2 in the limit",
        left=E(dot(g, GHAT)),
        relation="==",
        right=norm2(g),
        by=Expect(),
    ),
    PrintedStep(
        item="glue.prop1.step3",
        text="in the limit, where the O(mu^2) is gone",
        left=MSE.subs(m, 1),
        relation="==",
        right=E(norm2(GHAT - g)),
        by=Expect(),
    ),
    PrintedStep(
        item="glue.prop1.step4",
        left=E(norm2(GHAT - g)),
        relation="==",
        right=E(norm2(GHAT) - 2 * dot(g, u) ** 2) + norm2(g),
        by=Expect(),
    ),
    PrintedStep(
        item="glue.prop1.step5",
        left=E(norm2(GHAT) - 2 * dot(g, u) ** 2) + norm2(g),
        relation="==",
        right=(K - 1) / K * norm2(g),
        by=Expect(),
        after=(sp.Eq(E(dot(g, u) ** 2), norm2(g) / K),),
    ),
    PrintedStep(
        item="glue.prop1.step6",
        text="variance around the mean g/K, as the text has it; around g this step falls, not step 7",
        left=SPREAD,
        relation="==",
        right=E(norm2(GHAT - g / K)) / m,
        by=Expect(),
    ),
    PrintedStep(
        item="glue.prop1.step7",
        text="the value of step 5 is the error around g, not around the mean",
        left=E(norm2(GHAT - g / K)) / m,
        relation="==",
        right=(K - 1) / (m * K) * norm2(g),
        by=Expect(),
        after=(sp.Eq(E(norm2(GHAT - g)), (K - 1) / K * norm2(g)),),
    ),
    PrintedStep(
        item="glue.prop1.step8",
        text="its columns are the experts, so the transpose is meant; harmless: step 9 holds for it too",
        left=norm2(g),
        relation="==",
        right=norm2(product),
    ),
    PrintedStep(
        item="glue.prop1.step9",
        left=norm2(product),
        relation="<=",
        right=S * norm2(h),
        by=Lemma("operator_norm", {**NORM.bind, "w": product}),
    ),
    PrintedStep(
        item="glue.prop1.step10",
        left=(K - 1) / (m * K) * norm2(g),
        relation="<=",
        right=PRINTED,
        by=Entail(facts=(NORM,)),
        after=(sp.Le(norm2(g), S * norm2(h)),),
    ),
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
        "glue.eq5",
        "glue.def4",
        "glue.def5",
        "glue.sec4_2.taylor",
        "glue.sec4_2.unbiased",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols={
        **SYMBOLS,
        remainder: remainder_at(None),
        at_two: remainder_at(2),
        partials: partial_derivatives,
        product: printed_product,
    },
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
