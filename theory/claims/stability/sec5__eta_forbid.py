"""Model merging stability, Section V-B3: are large learning rates forbidden regardless of optimisation?

Printed   The law "strictly forbids large learning rates": they cause catastrophic generalisation failure
          "regardless of optimization convergence", since the bound grows with eta^2.
Repaired  Where SGD diverges: for eta c >= 2, c the curvature, the excess risk of an estimated mean after any
          number of full steps is at least that of no training.  Below that a larger rate may be the better
          one: a step that halves the way is better than a step that leaves three quarters of it.
Shapes    everything scalar; v the variance of the mean of the samples, d the way from the start to the true
          mean, r = (1 - eta c)^K; the excess risk is c (v (1-r) + r^2 (d^2 + v)/2).
Units     those of the loss.
Source    Section V-B3, Quantitative Scaling Law; Appendix A-A1, item 4.
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import Task, World, excess
from theory.claim import Added, Along, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Choice, Family, Instance, Integer, Real, replace
from theory.proof import Chain, Entail, Line

v, d, c, eta = sp.symbols("v d c eta", positive=True)
r = sp.Symbol("r", real=True)
RISK = c * (v * (1 - r) + r**2 * (d**2 + v) / 2)
IDLE = c * (d**2 + v) / 2

FAMILY = Family(
    fields={
        "n": Integer(1, 8),
        "K": Integer(1, 5),
        "c": Real(0, 4, open="lo"),
        "regime": Choice(("stable", "any")),
        "pace": Real(0, lambda f: 1 if f.regime == "stable" else 4, open="lo"),
        "grow": Real(0, 1, open="lo"),
        "spread": Real(0, 4, open="lo"),
        "far": Real(0, 4, open="lo"),
    },
    leaves_out="mini-batches; merges of several tasks; losses that bend",
)


def risk(i: Instance):
    """E[F(x) - min f] after K full steps with eta c = pace."""
    one = i.c / i.c
    task = Task(n=i.n, b=i.n, K=i.K, mean=0 * one, spread=i.spread)
    return excess(World(tasks=(task,), weights=(one,), curvature=i.c, eta=i.pace / i.c, start=i.far))


SYMBOLS = {
    v: lambda i: i.spread**2 / i.n,
    d: lambda i: i.far,
    c: lambda i: i.c,
    eta: lambda i: i.pace / i.c,
    r: lambda i: (1 - i.pace) ** i.K,
}
LAW = Given(text="r = (1 - eta c)^K, K full steps", because="r is computed so")
APART = Given(text="eta c >= 2", fact=sp.Ge(eta * c, 2))
LEFT_OVER = Given(
    text="r^2 >= 1 where eta c >= 2",
    fact=sp.Or(sp.Ge(r**2, 1), sp.Lt(eta * c, 2)),
    because="|1 - eta c| >= 1 to any power",
)
ONE = Fraction(1)
FAR = Instance(n=1, K=1, c=ONE, regime="any", pace=ONE / 4, grow=ONE / 4, spread=ONE, far=4 * ONE)
WILD = replace(FAR, pace=3 * ONE)
EXCESS = Quantity(text="E[F(x) - min f]", run=risk, expr=RISK)
DIVERGES = Statement(
    text="a rate is large where SGD diverges, eta c >= 2: the excess risk is at least that of no training",
    left=EXCESS,
    relation=">=",
    right=IDLE,
    givens=(LAW, APART, LEFT_OVER),
    proof=lambda: Chain(RISK, (Line(">=", IDLE, Entail(), "a parabola in r, outside (-1, 1)"),)),
)

CLAIM = Claim(
    items=("stability.sec5.eta_forbid",),
    readings=(
        Statement(
            text="the larger the learning rate, the larger the excess risk",
            left=Quantity(text="E[F(x) - min f]", run=risk),
            relation="increasing",
            givens=(LAW,),
            along=Along(symbol=eta, field="pace", step="grow"),
        ),
        DIVERGES,
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="eta c >= 2, where the steps diverge: no better than no training",
        statement=DIVERGES,
        nondegenerate=WILD,
        added=(Added(given=APART, fails_without=FAR),),
    ),
    witnesses=(FAR, WILD),
    tight_at=(replace(WILD, pace=2 * ONE, K=2),),
    scalings=(
        Scaling(text="x -> kx", power=2, move=lambda i, k: replace(i, spread=k * i.spread, far=k * i.far)),
        Scaling(text="l -> kl, eta -> eta/k", power=1, move=lambda i, k: replace(i, c=k * i.c)),
    ),
    mutants=(
        Mutant(text="twice the risk of no training", right=2 * IDLE),
        Mutant(text="and the variance", right=IDLE + c * v, dies_at=replace(WILD, pace=2 * ONE, K=2)),
        Mutant(
            text="half the rate",
            left=Quantity(text="at eta/2", run=lambda i: risk(replace(i, pace=i.pace / 2))),
            dies_at=WILD,
        ),
    ),
    effort=0.4,
)
