"""GLUE: coefficients that sum to one, coefficients in the convex hull, and softmax.

Printed   theta(alpha) is constrained to lie in the convex hull of the experts, i.e. sum_i alpha_i = 1; and
          (Section 3.2) optimising beta with alpha = softmax(beta) keeps theta(alpha) in the hull.
Repaired  not needed with the softmax, which the experiments use: alpha_i > 0 besides the sum.  The "i.e." is
          short for both: the sum alone is the affine hull, a whole line for two experts, and alpha_i >= 0 is
          what it lacks.  The probes alpha +- mu u of Section 3.2 leave the hull, those in beta do not.
Judged    in the hull means: no linear function a is larger at theta(alpha) than at the best expert,
          <a, theta(alpha)> <= M = max_i <a, theta_i>, for every a (separation of convex sets).
Shapes    theta_i, a: (2,); alpha, beta, u: (K,).  beta_i = log w_i with w_i > 0, so that softmax is rational.
Units     those of <a, theta>, see the scaling.
Source    GLUE, Section 5, paragraph after the list of configs; Section 3.2, last two sentences.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Entail, Line

K = sp.Symbol("K", positive=True, integer=True)
j = sp.Symbol("j", positive=True, integer=True)
M, least = sp.symbols(r"M \min_k\alpha_k", real=True)
above: Any = sp.IndexedBase("t", nonnegative=True)  # alpha_j = min alpha + t_j
behind: Any = sp.IndexedBase("s", nonnegative=True)  # <a, theta_j> = M - s_j
soft: Any = sp.IndexedBase(r"\alpha^{\text{soft}}", positive=True)

FAMILY = Family(
    fields={
        "K": Integer(1, 4),
        "theta": Matrix("K", 2),
        "a": Vector(2),
        "rest": Vector(lambda i: i.K - 1, Real(-2, 2)),
        "alpha": Derived(lambda i: (1 - sum(i.rest, Fraction(0)), *i.rest)),
        "w": Vector("K", Real(0, 4, open="lo")),
        "mu": Real(0, 1, open="lo"),
        "u": Vector("K", Real(-1, 1)),
    },
    leaves_out="more than four experts; parameters beyond a plane (the function a sees one line of it)",
)


def functional(i: Instance) -> list:
    """<a, theta_k> for every expert."""
    return [sum(x * y for x, y in zip(i.a, row, strict=True)) for row in i.theta]


def at(i: Instance, weights: Any) -> Any:
    """<a, theta(alpha)>: the blend first, then the linear function."""
    blend = [sum(w * row[p] for w, row in zip(weights, i.theta, strict=True)) for p in range(2)]
    return sum(x * y for x, y in zip(i.a, blend, strict=True))


def softmax(i: Instance) -> list:
    """alpha = softmax(log w)."""
    whole = sum(i.w, Fraction(0))
    return [w / whole for w in i.w]


def probe(i: Instance) -> list:
    """alpha + mu u from a softmax point: the probe of Section 3.2."""
    return [p + i.mu * v for p, v in zip(softmax(i), i.u, strict=True)]


def blended(weights: Any) -> Any:
    """sum_j alpha_j <a, theta_j>."""
    return sp.Sum(weights(j) * (M - behind[j]), (j, 1, K))


ALPHA, SOFT = blended(lambda n: least + above[n]), blended(lambda n: soft[n])
ONE = Given(text="sum_i alpha_i = 1", fact=sp.Eq(sp.Sum(least + above[j], (j, 1, K)), 1))
SOFT_ONE = Given(text="a softmax sums to one", fact=sp.Eq(sp.Sum(soft[j], (j, 1, K)), 1))
SIGNS = Given(text="alpha_i >= 0", fact=sp.Ge(least, 0))


def statement(text: str, weights: Any, expr: Any, givens: tuple, proved: bool) -> Statement:
    """<a, theta(alpha)> <= M."""
    return Statement(
        text=text,
        left=Quantity(text="<a, theta(alpha)>", run=lambda i: at(i, weights(i)), expr=expr),
        relation="<=",
        right=M,
        givens=givens,
        proof=(lambda: Chain(expr, (Line("<=", M, Entail(), "weights of one sign"),))) if proved else None,
    )


def instance(K: int, theta: tuple, a: tuple, rest: tuple, **changes: Any) -> Instance:
    """Uniform softmax and no probe unless told otherwise."""
    one = Fraction(1)
    alpha = (1 - sum(rest, Fraction(0)), *rest)
    values = {"w": (one,) * K, "mu": one, "u": (0 * one,) * K, **changes}
    return Instance(K=K, theta=theta, a=a, rest=rest, alpha=alpha, **values)


BEYOND = instance(2, ((1, 0), (2, 0)), (1, 0), (2,))
VERTEX = instance(2, ((1, 0), (2, 0)), (1, 0), (1,))
SAME = instance(2, ((1, 0), (1, 0)), (1, 0), (Fraction(1, 2),))
LEANING = instance(2, ((1, 0), (2, 0)), (1, 0), (1,), w=(Fraction(1), Fraction(3)))
OUTSIDE = instance(2, ((1, 0), (2, 0)), (1, 0), (1,), u=(-1, 1))


CLAIM = Claim(
    items=("glue.sec5.hull_constraint", "glue.sec3_2.hull"),
    readings=(
        statement(
            "alpha = softmax(beta), as in the experiments (Section 3.2)", softmax, SOFT, (SOFT_ONE,), True
        ),
        statement("sum_i alpha_i = 1 alone", lambda i: i.alpha, ALPHA, (ONE,), False),
        statement("sum one and no negative coefficient", lambda i: i.alpha, ALPHA, (ONE, SIGNS), True),
        statement("the probes alpha + mu u of Section 3.2 lie in the hull too", probe, None, (), False),
    ),
    family=FAMILY,
    symbols={
        K: lambda i: i.K,
        M: lambda i: max(functional(i)),
        least: lambda i: min(i.alpha),
        above: lambda i: tuple(v - min(i.alpha) for v in i.alpha),
        behind: lambda i: tuple(max(functional(i)) - v for v in functional(i)),
        soft: lambda i: tuple(softmax(i)),
    },
    witnesses=(LEANING, BEYOND, VERTEX, OUTSIDE),
    tight_at=(SAME,),
    scalings=(Scaling(text="a times k", power=1, move=lambda i, k: replace(i, a=tuple(k * x for x in i.a))),),
    mutants=(
        Mutant(text="half the maximum", right=M / 2, dies_at=VERTEX),
        Mutant(text="the mean over the experts", right=M - sp.Sum(behind[j], (j, 1, K)) / K, dies_at=LEANING),
        Mutant(
            text="coefficients that sum to two",
            left=Quantity(text="<a, 2 theta(alpha)>", run=lambda i: 2 * at(i, softmax(i))),
            dies_at=VERTEX,
        ),
    ),
    effort=0.4,
)
