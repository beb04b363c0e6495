"""CoGraM's kickoff: what momentum does to noisy steps.

Printed   "a momentum term mu (typically 0.9) accounts for the direction of previous updates and smooths the
          steps".
Repaired  not needed where smooth means that a step keeps a share of the last: for v_{t+1} = mu v_t + g_t with
          independent gradients of variance one, Cov(v_{T+1}, v_T) = mu Var v_T >= 0, so that successive steps
          differ less than independent ones.  As "the steps vary less than the gradients" it is false for SGD
          as it is run: Var v_T = (1 - mu^(2T))/(1 - mu^2) exceeds one from the second step on, and is the
          larger the larger mu is; for steps multiplied by 1 - mu it holds.
Shapes    all scalar; v_0 = 0.
Units     the square of a gradient's.
Source    Methods, Gradient-Kickoff, "Momentum"; Polyak, USSR Comp. Math. 4 (1964).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer, Real
from theory.proof import Chain, Entail, Induct, Line

T = sp.Symbol("T", integer=True, positive=True)
j = sp.Symbol("j", integer=True, nonnegative=True)
mu = sp.Symbol(r"\mu", nonnegative=True)


V = (1 - mu ** (2 * T)) / (1 - mu**2)
# v_T = sum_j mu^j g_(T-j), and v_(T+1) has mu^(j+1) in place of mu^j
COVARIANCE: Any = sp.Sum(mu**j * mu ** (j + 1), (j, 0, T - 1))
VARIANCE: Any = sp.Sum(mu ** (2 * j), (j, 0, T - 1))
CLOSED = "a geometric sum, by induction on T"


def coefficients(i: Instance, steps: int, tail: int = 0) -> list:
    """Weights of the gradients in v_steps, by the recursion on unit vectors; `tail` zeros behind."""
    velocity = [Fraction(0)] * (steps + tail)
    for t in range(steps):
        velocity = [i.mu * x for x in velocity]
        velocity[t] += 1
    return velocity


def variance(i: Instance, steps: int):
    """Var v_steps for independent gradients of variance one."""
    return sum(x * x for x in coefficients(i, steps))


def covariance(i: Instance):
    """Cov(v_{T+1}, v_T): the inner product of their coefficients."""
    later, now = coefficients(i, i.T + 1), coefficients(i, i.T, tail=1)
    return sum(x * y for x, y in zip(later, now, strict=True))


BELOW = Given(text="0 <= mu < 1", fact=sp.Lt(mu, 1))
HEAVY = Instance(T=2, mu=Fraction(9, 10))
PLAIN = Instance(T=1, mu=Fraction(0))


CLAIM = Claim(
    items=("cogram.secKickoff.momentum",),
    readings=(
        Statement(
            text="a step keeps the share mu of the last: successive steps are positively correlated",
            left=Quantity(text="Cov(v_{T+1}, v_T)", run=covariance, expr=COVARIANCE),
            relation="==",
            right=mu * V,
            givens=(BELOW,),
            proof=lambda: Chain(COVARIANCE, (Line("==", mu * V, Induct(T, 1), CLOSED),)),
        ),
        Statement(
            text="the steps vary no more than the gradients",
            left=Quantity(text="Var v_T", run=lambda i: variance(i, i.T), expr=VARIANCE),
            relation="<=",
            right=sp.S.One,
            givens=(BELOW,),
        ),
        Statement(
            text="the steps, multiplied by 1 - mu, vary no more than the gradients",
            left=Quantity(
                text="Var (1 - mu) v_T",
                run=lambda i: (1 - i.mu) ** 2 * variance(i, i.T),
                expr=(1 - mu) ** 2 * VARIANCE,
            ),
            relation="<=",
            right=sp.S.One,
            givens=(BELOW,),
            proof=lambda: Chain(
                (1 - mu) ** 2 * VARIANCE,
                (Line("==", (1 - mu) ** 2 * V, Induct(T, 1), CLOSED), Line("<=", sp.S.One, Entail())),
            ),
        ),
    ),
    family=Family(
        fields={"T": Integer(1, 6), "mu": Real(0, 1, open="hi")}, leaves_out="dependent gradients, drift"
    ),
    symbols={T: lambda i: i.T, mu: lambda i: i.mu},
    witnesses=(HEAVY, PLAIN),
    tight_at=(PLAIN,),
    mutants=(
        Mutant(text="as if independent", right=sp.S.Zero, dies_at=HEAVY),
        Mutant(text="the variance of the last step", right=V, dies_at=PLAIN),
        Mutant(text="the limit T to infinity", right=mu / (1 - mu**2), dies_at=HEAVY),
    ),
)
