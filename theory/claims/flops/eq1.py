"""FLOPS equation (1): the likelihood-ratio estimator of a gradient, noise added to the activations.

Printed   grad_theta E[L(y)] = E[-L(y) D_theta' phi grad_z ln f(z)], y = phi_2(phi(phi_1(x); theta) + z),
          z with a density f.
Repaired  f is absolutely continuous on the whole space (and L f and its derivatives are integrable), so that
          integration by parts leaves no terms at the ends of its support.  Uniform noise has a density whose
          score vanishes wherever it exists: there the right side is 0 for every loss.  What is estimated is
          the gradient of the smoothed objective E[L(y)], not that of L(y): they agree if the loss is
          quadratic in the activations.  The layer has to be differentiable at theta, and its Jacobian known;
          the rest may be a black box.
Shapes    theta, a: (P,); phi, z: (d,); D_theta phi: (d, P); both sides along a direction a.
Units     those of the loss, per unit of theta.
Source    FLOPS, Section 3, eq. (1) and the paragraphs around it.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.flops._noise import (
    CONTINUOUS,
    FIELDS,
    GAUSSIAN,
    NOISE,
    NORMAL,
    SYMBOLS,
    b,
    by_score,
    c,
    derivative,
    h,
    law_symbols,
    loss,
    loss_of,
    louder,
    m2,
    q,
    scored,
    sigma,
    smoothed,
    smoothed_slope,
    u,
    weighted,
    without_jumps,
    z,
)
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.notation import E, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Lemma, Line, Rewrite

v, w = Vec("phi"), Vec("Da")
clean, noisy = sp.symbols("clean noisy", real=True)
rows, columns = sp.symbols("d P", positive=True, integer=True)
k, n = sp.symbols("k n", positive=True, integer=True)
D, along, back = (sp.IndexedBase(name, real=True) for name in ("D", "a", "h"))

FAMILY = Family(
    fields={
        "d": Integer(1, 2),
        "P": Integer(1, 2),
        "W": Matrix("d", "P", Real(-2, 2)),
        "curve": Vector("d", Real(-2, 2)),
        "theta": Vector("P", Real(-2, 2)),
        "a": Vector("P", Real(-2, 2)),
        **FIELDS,
        "law": NOISE,
        "z": Vector("d", Real(-2, 2)),
    },
    leaves_out="noise of asymmetric or dependent coordinates, losses that are not cubic, layers that are not"
    " quadratic; the proof covers every d, P and differentiable layer",
)


def layer(i: Instance, theta: Sequence) -> tuple:
    """phi(theta): linear in theta, with the square of its first entry."""
    linear = [sum(x * y for x, y in zip(row, theta, strict=True)) for row in i.W]
    return tuple(y + Fraction(1, 2) * bend * theta[0] ** 2 for y, bend in zip(linear, i.curve, strict=True))


def jacobian(i: Instance) -> tuple:
    """D_theta phi at theta, shape (d, P)."""
    return tuple(
        tuple(x + bend * i.theta[0] * (n == 0) for n, x in enumerate(row))
        for row, bend in zip(i.W, i.curve, strict=True)
    )


def direction(i: Instance) -> tuple:
    """D_theta phi a."""
    return tuple(sum(x * y for x, y in zip(row, i.a, strict=True)) for row in jacobian(i))


def gradient(i: Instance) -> Any:
    """d/dt of E[l(phi(theta + t a) + z)] at t = 0: the noisy objective itself is differentiated."""
    return derivative(
        lambda t: smoothed(i, i.law, layer(i, [x + t * y for x, y in zip(i.theta, i.a, strict=True)]))
    )


def transcription(i: Instance) -> Any:
    """E of the printed estimator along a, the score integrated piece by piece."""
    return by_score(i, i.law, layer(i, i.theta), direction(i))


TRUE = smoothed_slope(v, w, m2)
PRINTED = scored(v, w)
GRADIENT = Quantity(text="<grad_theta E[L(y)], a>", run=gradient, expr=TRUE)
RUN = Given(
    text="the network is run as written: phi_2 after phi_1 and the layer, noise added to the layer's output",
    fact=sp.And(sp.Eq(clean, loss_of(v)), sp.Eq(noisy, loss_of(v + z))),
    because="both are computed from the layer",
)
f, slope, ahead = sp.symbols("l m s", real=True)
TAME = Given(
    text="u is standard normal, the loss l locally Lipschitz, its gradient of polynomial growth; along D a"
    " m is the slope of E l(phi + sigma u), s the mean of l(phi + sigma u) u",
    because="they are computed so; m through the layer, by the chain rule",
    grants=("tame(l)", "weighted_mean(l, phi, sigma, Da, s)", "smoothed_slope(l, phi, sigma, Da, m)"),
)
STEIN = Lemma("stein", {"f": f, "x": v, "a": w, "sigma": sigma, "s": ahead, "m": slope})


READINGS = (
    Statement(
        text="the display, any noise that has a density",
        left=GRADIENT,
        relation="==",
        right=PRINTED,
        givens=(RUN,),
    ),
    without_jumps(
        "a density without jumps, also at the ends of its support, as grad ln f asks of it",
        GRADIENT,
        PRINTED,
        RUN,
    ),
    Statement(
        text="Gaussian noise of covariance sigma^2 I",
        left=Quantity(text="<grad_theta E[L(y)], a>", run=gradient, expr=smoothed_slope(v, w, sigma**2)),
        relation="==",
        right=E(loss_of(v + sigma * u) * dot(u, w)) / sigma,
        givens=(RUN, NORMAL),
        proof=lambda: Chain(
            smoothed_slope(v, w, sigma**2),
            (Line("==", E(loss_of(v + sigma * u) * dot(u, w)) / sigma, Expect()),),
        ),
    ),
    Statement(
        text="Gaussian noise, any loss to which Stein's identity applies",
        left=Quantity(text=GRADIENT.text, run=gradient, expr=slope),
        relation="==",
        right=ahead / sigma,
        givens=(RUN, NORMAL, TAME),
        proof=lambda: Chain(slope, (Line("==", ahead / sigma, Entail((STEIN,))),)),
    ),
)
REPAIRED = without_jumps("noise with an absolutely continuous density", GRADIENT, PRINTED, RUN)

STEPS = (
    PrintedStep(item="flops.sec3.model", left=clean, relation="==", right=loss_of(v), by=Entail()),
    PrintedStep(item="flops.sec3.lr_perturb", left=noisy, relation="==", right=loss_of(v + z), by=Entail()),
    PrintedStep(
        item="flops.sec3.jacobian",
        text="rows for the entries of phi, columns for those of theta: <D a, h> = <a, D' h>",
        left=sp.Sum(back[k] * sp.Sum(D[k, n] * along[n], (n, 1, columns)), (k, 1, rows)),
        relation="==",
        right=sp.Sum(along[n] * sp.Sum(D[k, n] * back[k], (k, 1, rows)), (n, 1, columns)),
        by=Rewrite(),
    ),
    PrintedStep(
        item="flops.sec3.stochastic",
        text="the noisy objective is another one: it differs from the loss by its curvature along the noise",
        left=E(loss_of(v + sigma * u)),
        relation="==",
        right=loss_of(v) + sigma**2 / 2 * (q + c * dot(b, v)) * norm2(b),
        by=Expect(),
    ),
    PrintedStep(
        item="flops.sec3.no_assumption",
        text="Gaussian noise: of the layer the Jacobian alone is asked, of all else values of the loss",
        left=E(loss_of(v + sigma * u) * dot(u, w)) / sigma,
        relation="==",
        right=smoothed_slope(v, w, sigma**2),
        by=Expect(),
    ),
)

ONE, HALF = Fraction(1), Fraction(1, 2)
PLAIN = Instance(
    d=1, P=1, W=((ONE,),), curve=(0,), theta=(0,), a=(ONE,), level=0, h=(ONE,), b=(0,), q=0, c=0,
    width=ONE, law="gaussian", z=(0,),
)  # fmt: skip
UNIFORM = replace(PLAIN, law="uniform")
CUBIC = Instance(
    d=2, P=2, W=((ONE, 0), (-ONE, 2 * ONE)), curve=(ONE, 0), theta=(ONE, -ONE), a=(ONE, ONE), level=ONE,
    h=(ONE, HALF), b=(ONE, -ONE), q=ONE, c=-ONE, width=HALF, law="gaussian", z=(ONE, HALF),
)  # fmt: skip
TRIANGLE, PARABOLA = replace(CUBIC, law="triangle"), replace(CUBIC, law="parabola")


def _wider(i: Instance, t: Fraction) -> Instance:
    """Activations in other units."""
    rows = tuple(tuple(t * x for x in row) for row in i.W)
    h, b = (tuple(x / t for x in y) for y in (i.h, i.b))
    return replace(i, W=rows, curve=tuple(t * x for x in i.curve), h=h, b=b, width=t * i.width)


CLAIM = Claim(
    items=(
        "flops.eq1",
        "flops.sec3.model",
        "flops.sec3.stochastic",
        "flops.sec3.lr_perturb",
        "flops.sec3.jacobian",
        "flops.sec3.no_assumption",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols={
        **SYMBOLS,
        **law_symbols(direction),
        v: lambda i: layer(i, i.theta),
        w: direction,
        z: lambda i: i.z,
        clean: lambda i: loss(i, layer(i, i.theta)),
        noisy: lambda i: loss(i, [x + y for x, y in zip(layer(i, i.theta), i.z, strict=True)]),
        rows: lambda i: i.d,
        columns: lambda i: i.P,
        slope: gradient,
        ahead: lambda i: weighted(i, layer(i, i.theta), direction(i)),
        D: jacobian,
        along: lambda i: i.a,
        back: lambda i: i.h,
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
    scalings=(
        Scaling(text="losses times k", power=1, move=louder),
        Scaling(text="activations times k", power=0, move=_wider),
    ),
    mutants=(
        Mutant(text="the sign of the score", right=-PRINTED, dies_at=PLAIN),
        Mutant(text="the gradient of the clean loss", right=PRINTED.subs(m2, 0), dies_at=CUBIC),
        Mutant(text="the Jacobian left out", right=scored(v, h), dies_at=CUBIC),
    ),
    effort=0.2,
)
