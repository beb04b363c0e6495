"""Model merging stability, scaling law in the learning rate eta.

Printed   The generalisation penalty of Theorem 3 is scaled by eta^2: larger eta, larger bound; large learning
          rates "cause catastrophic generalization failure regardless of optimization convergence".
Repaired  not needed for the stability component of (24), eta^2 times a sum without eta.  But eta is not free
          in Theorem 3, where eta = sqrt(N/K-bar), and eps_sgd holds only with that value.  The true excess
          risk need not grow with eta: a merge that has hardly moved has a large one.
Shapes    everything scalar; S = sum_i lambda_i K_i (sigma_i^2/n_i + 3 b_i zeta_i^2/n_i).
Units     the stability component that of (24).
Source    Section V-B3; Appendix A-A1, item 4; equation (24).
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import Task, World, excess
from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Calculus, Chain, Line, Rewrite

eta, grow, L, S = sp.symbols("eta grow L S", positive=True)
factor = sp.Symbol("k", positive=True)
R = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "eta": Real(0, 1, open="lo"),
        "grow": Real(0, 1, open="lo"),
        "L": R,
        "S": R,
        "factor": R,
        "n": Integer(1, 8),
        "K": Integer(1, 5),
        "start": Real(-4, 4),
        "spread": R,
    },
    leaves_out="nothing of the component, which depends on eta, L and S; risk: one task, curvature 1/2",
)


def component(i: Instance):
    """8 (L+1) eta^2 S."""
    return 8 * (i.L + 1) * i.eta**2 * i.S


def risk(i: Instance):
    """E[F(x) - min f] of a mean estimated by K full steps; eta c <= 1 where eta <= 2."""
    one = i.eta / i.eta
    task = Task(n=i.n, b=i.n, K=i.K, mean=0 * one, spread=i.spread)
    return excess(World(tasks=(task,), weights=(one,), curvature=one / 2, eta=i.eta, start=i.start))


COMPONENT = 8 * (L + 1) * eta**2 * S
SYMBOLS = {
    eta: lambda i: i.eta,
    grow: lambda i: i.grow,
    L: lambda i: i.L,
    S: lambda i: i.S,
    factor: lambda i: i.factor,
}
NOISY = Given(text="S > 0: noise or heterogeneity", fact=S > 0)
ALONG = Along(symbol=eta, field="eta", step="grow")
ONE = Fraction(1)
FAR = Instance(
    eta=ONE / 2, grow=ONE / 2, L=ONE, S=ONE, factor=2 * ONE, n=2, K=1, start=4 * ONE, spread=ONE
)  # fmt: skip

CLAIM = Claim(
    items=(
        "stability.sec5.eta_law",
        "stability.secA1.eta_law",
        "stability.secA1.eta_advice",
    ),
    readings=(
        Statement(
            text="the stability component of (24) grows strictly with eta, all else fixed",
            left=Quantity(text="8 (L+1) eta^2 S", run=component, expr=COMPONENT),
            relation="increasing",
            givens=(NOISY,),
            along=ALONG,
            proof=lambda: Chain(COMPONENT.subs(eta, eta + grow), (Line(">", COMPONENT, Calculus(eta)),)),
        ),
        Statement(
            text="the excess risk itself grows with eta, 'regardless of optimization convergence'",
            left=Quantity(text="E[F(x) - min f]", run=risk),
            relation="increasing",
            givens=(NOISY,),
            along=ALONG,
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=(
        PrintedStep(
            item="stability.secA1.eta_law",
            text="eta^2 multiplies the whole component: k times the rate is k^2 times it",
            left=COMPONENT.subs(eta, factor * eta),
            relation="==",
            right=factor**2 * COMPONENT,
            by=Rewrite(),
        ),
    ),
    witnesses=(FAR,),
    scalings=(Scaling(text="S times k", power=1, move=lambda i, k: replace(i, S=k * i.S)),),
    mutants=(
        Mutant(
            text="the inverse rate",
            left=Quantity(text="8 (L+1) S/eta^2", run=lambda i: component(replace(i, eta=1 / i.eta))),
            dies_at=FAR,
        ),
        Mutant(
            text="no rate", left=Quantity(text="8 (L+1) S", run=lambda i: 8 * (i.L + 1) * i.S), dies_at=FAR
        ),
        Mutant(text="the true risk", left=Quantity(text="the risk", run=risk), dies_at=FAR),
    ),
    effort=0.3,
)
