"""GLUE: of what the two-point estimate is an unbiased estimate.

Printed   Since the directional derivative is an unbiased estimator of g, both ghat and gbar are unbiased.
Repaired  K ghat is, for unit directions, up to O(mu^2): E<g, u>u = g/K.  Normal directions need no factor.
          At a fixed radius it is so on quadratic losses alone; a bounded third derivative makes it O(mu^2).
Shapes    g, a, u: (K,); E ghat is read against a.  Units: [L], see the scaling.
Source    GLUE, Section 4.2, before Proposition 1.
"""

from fractions import Fraction
from typing import Any

from theory.claim import Added, Claim, Given, Mutant, Quantity, Remainder, Repair, Scaling, Statement
from theory.claims.glue._mixing import FAMILY as MIXING
from theory.claims.glue._mixing import SMOOTH, array, estimates, gradient, identity, law_of, limits, number
from theory.claims.glue._smoothing import K, a, cubic, g, mu
from theory.family import Family, Instance, Real, Vector, replace
from theory.notation import E, Vec, dot
from theory.proof import Chain, Expect, Line

u, v = Vec("u"), Vec("v")  # on the sphere; standard normal


def mean(law: str, made: Any, scaled: bool) -> Any:
    """instance -> <a, E ghat>, times K if scaled; `made` runs eq. (5) or its limit for every direction."""

    def run(i: Instance) -> Any:
        weights, ghat = made(i, law, i.K if scaled else 1)
        return (weights @ ghat) @ array(i, i.a)

    return run


def statement(text: str, law: str, expr: Any, scaled: bool, proved: bool) -> Statement:
    """<a, E ghat> = <a, g> up to O(mu^2)."""
    name = "<a, E[K ghat]>" if scaled else "<a, E ghat>"
    return Statement(
        text=text,
        left=Quantity(text=name, run=mean(law, estimates, scaled)),
        relation="==",
        right=dot(g, a),
        givens=(SMOOTH,) if proved else (),
        remainder=Remainder(
            field="mu",
            scale=mu**2,
            limit=Quantity(text=f"lim {name}", run=mean(law, limits, scaled), expr=expr),
        ),
        proof=(lambda: Chain(expr, (Line("==", dot(g, a), Expect()),))) if proved else None,
    )


UNIT, NORMAL = E(dot(g, u) * dot(u, a)), E(dot(g, v) * dot(v, a))


def transcription(i: Instance) -> Any:
    """<a, g>, g_k = <grad_theta L, theta_k>."""
    columns = [[row[k] for row in i.Theta] for k in range(i.K)]
    slopes = [sum(x * y for x, y in zip(i.h, column, strict=True)) for column in columns]
    return sum(number(i, w * s) for w, s in zip(i.a, slopes, strict=True))


PLANE = cubic(2, identity(2), (1, 0), Fraction(1), c=0)
PLANE = Instance(**{name: value for name, value in PLANE if name != "grow"})
BENT = replace(PLANE, c=1)
KINKED = replace(PLANE, kink=1)

CLAIM = Claim(
    items=("glue.sec4_2.unbiased",),
    readings=(
        statement("unit directions, as the radius tends to zero", "sphere", UNIT, False, False),
        statement("directions N(0, I), as the radius tends to zero", "gaussian", NORMAL, False, True),
        Statement(
            text="directions N(0, I), at every radius",
            left=Quantity(text="<a, E ghat>", run=mean("gaussian", estimates, False)),
            relation="==",
            right=dot(g, a),
            givens=(Given(text="the loss is smooth", check=lambda i: i.kink == 0),),
        ),
    ),
    family=Family(
        fields={**MIXING.fields, "a": Vector("K", Real(-2, 2))},
        leaves_out="K > 4, P > 4, and losses that are not cubic with one kink; the proofs cover every K",
    ),
    symbols={
        K: lambda i: i.K,
        mu: lambda i: i.mu,
        g: lambda i: tuple(gradient(i).tolist()),
        a: lambda i: i.a,
    },
    laws={u: law_of("sphere"), v: law_of("gaussian")},
    repair=Repair(
        changes="K ghat in place of ghat; a bounded third derivative",
        statement=statement(
            "unit directions, K ghat, as the radius tends to zero", "sphere", K * UNIT, True, True
        ),
        nondegenerate=PLANE,
        added=(Added(given=SMOOTH, fails_without=KINKED),),
    ),
    transcription=transcription,
    witnesses=(PLANE, BENT, KINKED),
    tight_at=(PLANE,),
    scalings=(
        Scaling(
            text="L -> kL",
            power=1,
            move=lambda i, k: replace(i, h=tuple(k * x for x in i.h), q=k * i.q, c=k * i.c, kink=k * i.kink),
        ),
    ),
    mutants=(
        Mutant(text="no factor K", right=K * dot(g, a), dies_at=PLANE),
        Mutant(text="against the gradient", right=-dot(g, a), dies_at=PLANE),
        Mutant(text="the mean of a Gaussian estimate times K", right=dot(g, a) / K, dies_at=PLANE),
    ),
    effort=0.3,
)
