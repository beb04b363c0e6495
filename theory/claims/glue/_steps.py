"""The printed steps of GLUE's proposition 1, with the numbers that they speak of.

Shapes and units as in theory.claims.glue._mixing; each number is computed from its own definition.
"""

from typing import Any

import numpy as np
import sympy as sp

from sim.spsa import two_point
from theory.claim import Given, PrintedStep
from theory.claims.glue._mixing import (
    NORM,
    PRINTED,
    K,
    S,
    array,
    estimates,
    g,
    gradient,
    h,
    limits,
    loss,
    m,
    mu,
    number,
    product,
    rule,
    u,
)
from theory.family import Instance, floats
from theory.notation import Avg, E, Vec, dot, norm2
from theory.proof import Entail, Expect, Lemma

LAW = "sphere"
GHAT = dot(g, u) * u
MSE = E(norm2(Avg(GHAT, m) - g))
SPREAD = E(norm2(Avg(GHAT - g / K, m)))

remainder = sp.Symbol(r"|\hat{g}-\langle g,u\rangle u|", nonnegative=True)
at_two = sp.Symbol(r"|\hat{g}-\langle g,u\rangle u|_{\mu=2}", nonnegative=True)
e, moved = Vec("e"), Vec(r"\Theta e")
first, q, kink, c = sp.symbols("y_1 q k c", real=True)
ahead, behind = sp.symbols(r"\mathcal{L}(\mu{}e) \mathcal{L}(-\mu{}e)", real=True)


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
    return tuple(v.tolist())


def direction(i: Instance) -> tuple:
    """A direction in which the loss is followed: (1, 2, ..., K)."""
    return tuple(range(1, i.K + 1))


def along(i: Instance, sign: int) -> Any:
    """The loss at alpha +- mu e, run."""
    return loss(i)(array(i, direction(i)) * number(i, i.mu) * sign)


def change(t: Any) -> Any:
    """The loss of theory.claims.glue._mixing at theta + t Theta e, y_1 the first entry of Theta e."""
    return t * dot(h, moved) + q * (t * first) ** 2 / 2 + kink * t * first * sp.Abs(t * first) / 2 + c * (
        t * first) ** 3 / 6  # fmt: skip


WORLD = Given(
    text="the loss of this file, and g = Theta^T grad_theta L",
    fact=sp.And(
        sp.Eq(ahead, change(mu)),
        sp.Eq(behind, change(-mu)),
        sp.Eq(dot(g, e), dot(h, moved)),
    ),
)
VANISHING = kink * mu * first * sp.Abs(first) / 2 + c * mu**2 * first**3 / 6


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
        item="glue.def4",
        text="the slope of alpha -> L(theta(alpha)) along e, less what vanishes with mu",
        left=(ahead - behind) / (2 * mu) - VANISHING,
        relation="==",
        right=dot(g, e),
        by=Entail(),
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

SYMBOLS = {
    remainder: remainder_at(None),
    at_two: remainder_at(2),
    product: printed_product,
    e: direction,
    moved: lambda i: tuple(array(i, i.Theta) @ array(i, direction(i))),
    first: lambda i: (array(i, i.Theta) @ array(i, direction(i)))[0],
    q: lambda i: i.q,
    kink: lambda i: i.kink,
    c: lambda i: i.c,
    ahead: lambda i: along(i, 1),
    behind: lambda i: along(i, -1),
}
