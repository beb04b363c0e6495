"""Model merging stability, Section V-B1: an optimal number of fine-tuning steps exists.

Printed   The trade-off "suggests an optimal number of steps": performance first increases and then decreases
          with K_i, or it decreases from the start.
Repaired  not needed for the true excess risk of an estimated mean, v (1-r) + r^2 (d^2 + v)/2 for curvature 1,
          with r the share of the way that is left, v = s^2/n the variance of the mean and d the way from the
          start to the true mean: least at r* = v/(d^2 + v), in (0, 1) unless d = 0, where no step is best.
          It does not follow from (24), where both components grow with K in the end (stability.secA1.K_law).
Shapes    everything scalar; full batches, one step to r: eta = 1 - r.
Units     those of the loss.
Source    Section V-B1; Appendix A-A1, item 1, Practical Insight.
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import Task, World, excess
from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Entail, Line, Rewrite

v, d = sp.symbols("v d", positive=True)
LEFT = v / (d**2 + v)


def at(left):
    """The excess risk with the share `left` of the way left."""
    return v * (1 - left) + left**2 * (d**2 + v) / 2


FAMILY = Family(
    fields={
        "n": Integer(1, 8),
        "spread": Real(0, 4, open="lo"),
        "far": Real(0, 4, open="lo"),
    },
    leaves_out="mini-batches; merges of several tasks; d = 0",
)


def risk(i: Instance, left):
    """E[F(x) - min f] after one full step that leaves this share of the way, by running the world."""
    one = i.far / i.far
    task = Task(n=i.n, b=i.n, K=1, mean=0 * one, spread=i.spread)
    return excess(World(tasks=(task,), weights=(one,), curvature=one, eta=one - left, start=i.far))


def best(i: Instance):
    """r*."""
    variance = i.spread**2 / i.n
    return variance / (i.far**2 + variance)


MOVED = Given(text="the start is not the true mean", fact=d > 0)
AT_BEST = Quantity(text="E[F(x) - min f] at r*", run=lambda i: risk(i, best(i)), expr=at(LEFT))
ONE = Fraction(1)
UNIT = Instance(n=1, spread=ONE, far=ONE)


def beats(end: int) -> Chain:
    """The excess risk at r* against that at an end of [0, 1]: a parabola in r."""
    return Chain(at(LEFT), (Line("==", at(LEFT), Rewrite()), Line("<", at(sp.Integer(end)), Entail())))


CLAIM = Claim(
    items=("stability.sec5.K_shape", "stability.secA1.K_advice"),
    readings=(
        Statement(
            text="stopping at r* beats training to the end",
            left=AT_BEST,
            relation="<",
            right=at(sp.S.Zero),
            givens=(MOVED,),
            proof=lambda: beats(0),
        ),
        Statement(
            text="and it beats no training at all",
            left=AT_BEST,
            relation="<",
            right=at(sp.S.One),
            givens=(MOVED,),
            proof=lambda: beats(1),
        ),
    ),
    family=FAMILY,
    symbols={v: lambda i: i.spread**2 / i.n, d: lambda i: i.far},
    witnesses=(UNIT,),
    scalings=(
        Scaling(text="x -> kx", power=2, move=lambda i, k: replace(i, spread=k * i.spread, far=k * i.far)),
    ),
    mutants=(
        Mutant(
            text="a share of the way back",
            left=Quantity(text="at -r*", run=lambda i: risk(i, -best(i))),
            dies_at=UNIT,
        ),
        Mutant(text="half the risk", right=v / 2, dies_at=UNIT),
        Mutant(
            text="three times r*",
            left=Quantity(text="at 3 r*", run=lambda i: risk(i, 3 * best(i))),
            dies_at=UNIT,
        ),
    ),
    effort=0.5,
)
