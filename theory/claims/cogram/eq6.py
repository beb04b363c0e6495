"""CoGraM equation 6: the weights that are proposed for M, at every level.

Printed   W_new = alpha W_A + (1 - alpha) W_B, a convex linear combination with the alpha of equation 4, from
          Delta L = L_A - L_B; alpha once for a layer, for a neuron, for a weight.
Repaired  not needed: 0 < alpha < 1, so that W_new lies between W_A and W_B.  The losses that give alpha are
          those of M as it is when the part is looked at.
Shapes    as in theory.claims.cogram._merging; alpha, W_A, W_B, W_new belong to the first weight of the last
          layer; `level` says whether it is exchanged with its layer, with its neuron or alone.
Units     the square of a weight.
Source    Methods, Equations 3 and 6; Layer, Neuron and Weight Level, "Evaluation" and "Decision".
"""

import math
from fractions import Fraction

import sympy as sp

from sim.cogram import difference, insert, loss, mixture, part
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.cogram._merging import FAMILY, evaluation, network, rules, tiny, weights
from theory.family import Choice, Family, Instance, Real, Vector, replace
from theory.proof import Chain, Entail, Line

LEVELS = {"layer": (), "neuron": (0,), "weight": (0, 0)}
alpha = sp.Symbol(r"\alpha", positive=True)
w_a, w_b, w_new, gap = sp.symbols(r"W_A W_B W_{new} \Delta{}L", real=True)
loss_a, loss_b = sp.symbols("L_A L_B", nonnegative=True)


def networks(i: Instance) -> tuple:
    """(A, B, M) as nested networks."""
    return tuple(network(i.sizes, flat) for flat in (i.a, i.b, i.m))


def place(i: Instance) -> tuple[int, ...]:
    """The last layer, its first neuron, or the first weight of that."""
    return (len(i.sizes) - 2, *LEVELS[i.level])


def first(value):
    """The first weight of a layer or neuron; a weight is its own."""
    while isinstance(value, tuple):
        value = value[0]
    return value


def candidate_loss(which: int):
    """instance -> the loss of M with the part of A (0) or B (1) in its place."""

    def run(i: Instance):
        nets, where = networks(i), place(i)
        return loss(insert(nets[2], where, part(nets[which], where)), evaluation(i), i.rectified)

    return run


def share(i: Instance):
    """alpha as the first entry of the softmax of -lambda (L_A, L_B)."""
    exponents = [-i.steepness * candidate_loss(which)(i) for which in (0, 1)]
    if exponents[0] == exponents[1]:
        return Fraction(1, 2)
    scores = [math.exp(e - max(exponents)) for e in exponents]
    return scores[0] / sum(scores)


def proposed(i: Instance):
    """The first weight of what the procedure proposes."""
    return first(mixture(*networks(i), evaluation(i), rules(i, {}), place(i)))


def endpoint(which: int):
    """instance -> the first weight of A's (0) or B's (1) last layer."""
    return lambda i: first(part(networks(i)[which], place(i)))


def outside(new):
    """instance -> (W_new - W_A)(W_new - W_B): positive where W_new is not between them."""
    return lambda i: (new(i) - endpoint(0)(i)) * (new(i) - endpoint(1)(i))


def louder(i: Instance, k: Fraction) -> Instance:
    """Last layers and targets times k, so that losses grow by k^2; lambda divided by that."""
    width, last = i.sizes[0] + i.sizes[-1], i.sizes[-2] * i.sizes[-1]
    points = tuple(v if j % width < i.sizes[0] else k * v for j, v in enumerate(i.points))
    scaled = {
        name: getattr(i, name)[:-last] + tuple(k * w for w in getattr(i, name)[-last:]) for name in "mab"
    }
    return replace(i, points=points, steepness=i.steepness / k**2, **scaled)


MIXED = alpha * w_a + (1 - alpha) * w_b
CONVEX = Given(
    text="0 < alpha < 1 (equation 4)",
    fact=sp.Lt(alpha, 1),
    because="a softmax of finite losses",
)
SMALL = Real(-1, 1)  # so that alpha differs from 0 and 1 in floats
NETWORKS = FAMILY.fields | {
    **{name: Vector(lambda f: weights(f.sizes), SMALL) for name in "mab"},
    "points": Vector(lambda f: f.data * (f.sizes[0] + f.sizes[-1]), SMALL),
    "steepness": Real(0, 1),
    "level": Choice(tuple(LEVELS)),
}
ONE, HALF = Fraction(1), Fraction(1, 2)


def at(level: str, *weights_and_point: tuple, **changes) -> Instance:
    """A small instance at a level."""
    return Instance(**dict(tiny(*weights_and_point, **changes)), level=level)


APART = at("layer", (ONE,), (ONE,), (-HALF,), (ONE, ONE))
LEANING = at("neuron", (ONE,), (ONE,), (-HALF,), (ONE, ONE), steepness=ONE)
EQUAL = at("weight", (ONE,), (ONE,), (ONE,), (ONE, ONE))
CLOSE = at("layer", (ONE,), (ONE,), (HALF,), (ONE, ONE))


CLAIM = Claim(
    items=(
        "cogram.eq6",
        "cogram.eq3",
        "cogram.alg.layer",
        "cogram.alg.neuron",
        "cogram.alg.weight",
        "cogram.secMerge.loss_diff",
        "cogram.secData.basis",
    ),
    readings=(
        Statement(
            text="a convex combination: W_new lies between W_A and W_B",
            left=Quantity(
                text="(W_new - W_A)(W_new - W_B)",
                run=outside(proposed),
                expr=(MIXED - w_a) * (MIXED - w_b),
            ),
            relation="<=",
            right=sp.S.Zero,
            givens=(CONVEX,),
            proof=lambda: Chain(
                (MIXED - w_a) * (MIXED - w_b),
                (Line("<=", sp.S.Zero, Entail(), "it is -alpha (1 - alpha) (W_A - W_B)^2"),),
            ),
        ),
    ),
    family=Family(fields=NETWORKS, leaves_out=FAMILY.leaves_out + "; weights above 1"),
    symbols={
        alpha: share,
        w_new: proposed,
        w_a: endpoint(0),
        w_b: endpoint(1),
        loss_a: candidate_loss(0),
        loss_b: candidate_loss(1),
        gap: lambda i: difference(*networks(i), evaluation(i), rules(i, {}), place(i)),
    },
    steps=(
        PrintedStep(
            item="cogram.eq6",
            text="what the procedure proposes at its level, before any rollback",
            left=w_new,
            relation="==",
            right=MIXED,
        ),
        PrintedStep(
            item="cogram.eq3",
            text="of M with A's and with B's part in place, all else as it is",
            left=gap,
            relation="==",
            right=loss_a - loss_b,
        ),
    ),
    witnesses=(APART, LEANING, EQUAL),
    tight_at=(EQUAL,),
    scalings=(Scaling(text="last layers and targets times k, lambda over k^2", power=2, move=louder),),
    mutants=(
        Mutant(
            text="W_B subtracted",
            left=Quantity(
                text="alpha W_A - (1 - alpha) W_B",
                run=outside(lambda i: share(i) * endpoint(0)(i) - (1 - share(i)) * endpoint(1)(i)),
            ),
            dies_at=CLOSE,
        ),
        Mutant(
            text="weights that do not sum to one",
            left=Quantity(
                text="alpha W_A + alpha W_B",
                run=outside(lambda i: share(i) * (endpoint(0)(i) + endpoint(1)(i)) * 2),
            ),
            dies_at=CLOSE,
        ),
        Mutant(
            text="a quarter of the way is certain",
            right=-((w_a - w_b) ** 2) / 4 - sp.Rational(1, 100),
            dies_at=APART,
        ),
    ),
    effort=0.4,
)
