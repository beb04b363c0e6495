"""GLUE: the minimiser that the method formally targets, and the set in which it searches.

Printed   alpha* in argmin over alpha in R^K of L(alpha), theta* = theta(alpha*).
Repaired  not needed for a squared error; then R^K has a minimiser.  With the other loss that the text names,
          cross-entropy, there may be none: two experts that classify every example alike, and rightly, are
          improved by scaling alpha up without end.  And alpha = softmax(beta) never reaches a minimiser
          outside the simplex, a limitation that Section 6 names ("may lie outside the experts' span" is too
          wide: it may lie inside the span and outside the hull).
World     L(alpha) = |alpha_1 theta_1 + alpha_2 theta_2 - t|^2 / 2, t = p theta_1 + q theta_2; cross-entropy:
          one example with margin s: log(1 + exp(-s (alpha_1 + alpha_2))).
Shapes    theta_i, t: (2,); alpha: (2,).  Units: [theta]^2, see the scaling.
Source    GLUE, Section 3.3, displayed formula; losses: Section 3.1; limitation: Section 6.
"""

import math
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Chain, Entail, Lemma, Line

one, two = Vec(r"\theta_1"), Vec(r"\theta_2")
p, q = sp.symbols("p q", real=True)
x, y = sp.symbols("x y", real=True)  # the competitor
s, far = sp.symbols("s far", positive=True)


def loss(i: Instance, alpha: Any) -> Any:
    """|Theta alpha - t|^2 / 2."""
    off = [(alpha[0] - i.p) * a + (alpha[1] - i.q) * b for a, b in zip(i.theta_1, i.theta_2, strict=True)]
    return sum(v * v for v in off) / 2


def in_simplex(i: Instance, alpha: Any) -> Any:
    """The loss, infinite outside the simplex."""
    inside = min(alpha) >= 0 and sum(alpha) == 1
    return loss(i, alpha) if inside else math.inf


def least(i: Instance) -> Any:
    """The least loss over R^2: the residual of t after orthogonal projection on the span of the experts."""
    residual = [i.p * a + i.q * b for a, b in zip(i.theta_1, i.theta_2, strict=True)]
    basis: list = []
    for expert in (i.theta_1, i.theta_2):
        v = list(expert)
        for e in (*basis,):
            share = sum(a * b for a, b in zip(v, e, strict=True)) / sum(b * b for b in e)
            v = [a - share * b for a, b in zip(v, e, strict=True)]
        if any(abs(a) > 0 for a in v):
            basis.append(v)
            share = sum(a * b for a, b in zip(residual, v, strict=True)) / sum(b * b for b in v)
            residual = [a - share * b for a, b in zip(residual, v, strict=True)]
    return sum(v * v for v in residual) / 2


def least_in_hull(i: Instance) -> Any:
    """The least loss on the segment between the experts: a projection, clipped."""
    v = [a - b for a, b in zip(i.theta_1, i.theta_2, strict=True)]
    square = sum(a * a for a in v)
    off = [i.p * a + (i.q - 1) * b for a, b in zip(i.theta_1, i.theta_2, strict=True)]
    share = sum(a * b for a, b in zip(off, v, strict=True)) / square if square else 0 * i.p
    share = min(max(share, 0), 1)
    return loss(i, (share, 1 - share))


def further(i: Instance) -> Any:
    """The cross-entropy a distance `far` out along alpha; compare with it where we stand."""
    return sp.log(1 + sp.exp(-sp.sympify(i.s) * (i.p + i.q + i.far))) if _exact(i) else math.log1p(
        math.exp(-i.s * (i.p + i.q + i.far)))  # fmt: skip


def _exact(i: Instance) -> bool:
    return not isinstance(i.s, float)


OBJECTIVE = norm2((x - p) * one + (y - q) * two) / 2
SQUARE = Lemma("square_nonneg", {"v": (x - p) * one + (y - q) * two})
RIGHT = Given(text="both experts classify the example rightly: s > 0", fact=sp.Gt(s, 0))


def proof() -> Chain:
    """A square is not negative."""
    end = OBJECTIVE.subs({x: p, y: q})
    return Chain(OBJECTIVE, (Line(">=", end, Entail(facts=(SQUARE,))),))


INSIDE = Instance(
    theta_1=(1, 0), theta_2=(0, 1), p=Fraction(1, 2), q=Fraction(1, 2), s=Fraction(1), far=Fraction(1)
)
BEYOND = replace(INSIDE, p=Fraction(2), q=Fraction(1))

CLAIM = Claim(
    items=("glue.sec3_3.argmin",),
    readings=(
        Statement(
            text="squared error over R^K: the minimiser exists, the coefficients of the projection",
            left=Quantity(text="the least loss over R^2", run=least, expr=OBJECTIVE),
            relation="argmin",
            right=(p, q),
            objective=loss,
            proof=proof,
        ),
        Statement(
            text="it is the best point of the hull, where softmax(beta) stays",
            left=Quantity(text="the least loss in the hull", run=least_in_hull),
            relation="argmin",
            right=(p, q),
            objective=in_simplex,
        ),
        Statement(
            text="cross-entropy over R^K: where alpha* stands, no alpha further out is better",
            left=Quantity(text="the cross-entropy further out", run=further),
            relation=">=",
            right=sp.log(1 + sp.exp(-s * (p + q))),
            givens=(RIGHT,),
        ),
    ),
    family=Family(
        fields={
            "theta_1": Vector(2, Real(-3, 3)),
            "theta_2": Vector(2, Real(-3, 3)),
            "p": Real(-3, 3),
            "q": Real(-3, 3),
            "s": Real(0, 3, open="lo"),
            "far": Real(0, 3, open="lo"),
        },
        leaves_out="more than two experts and two parameters; targets outside the span of the experts",
    ),
    symbols={
        one: lambda i: i.theta_1,
        two: lambda i: i.theta_2,
        p: lambda i: i.p,
        q: lambda i: i.q,
        s: lambda i: i.s,
        far: lambda i: i.far,
    },
    witnesses=(INSIDE, BEYOND),
    tight_at=(INSIDE, BEYOND),
    scalings=(
        Scaling(
            text="experts times k",
            power=2,
            move=lambda i, k: replace(
                i, theta_1=tuple(k * v for v in i.theta_1), theta_2=tuple(k * v for v in i.theta_2)
            ),
        ),
    ),
    mutants=(
        Mutant(text="uniform coefficients", right=(sp.Rational(1, 2), sp.Rational(1, 2)), dies_at=BEYOND),
        Mutant(text="coefficients exchanged", right=(q, p), dies_at=BEYOND),
        Mutant(text="normalised coefficients", right=(p / 3, q / 3), dies_at=BEYOND),
    ),
    effort=0.4,
)
