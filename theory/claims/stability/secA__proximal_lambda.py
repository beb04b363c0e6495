"""Model merging stability, appendix step 3: steps and weights of SGD with a proximal term.

Printed   a_i = ((1-alpha)^(K_i - 1), ..., 1-alpha, 1) "where alpha = alpha mu",
          tau_eff = sum_i (1 - (1-alpha)^K_i)/(alpha N),
          lambda_i = (1 - (1-alpha)^K_i / N) / (sum_k [1 - (1-alpha)^K_k] / N).
Repaired  lambda_i = [1 - (1-alpha)^K_i] / sum_k [1 - (1-alpha)^K_k]: the bracket closes before "/N".  As
          printed the weights do not sum to one for N > 1.  alpha is eta mu, the step times the proximal
          factor.
Shapes    K: (N,); alpha scalar; lambda_1 is that of the first task.  Units: pure numbers.
Source    Appendix A-A, Step 3, after Theorem 4.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Induct, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
T = sp.Symbol("K_1", integer=True, positive=True)
k = sp.Symbol("k", integer=True, positive=True)
K: Any = sp.IndexedBase("K", integer=True, positive=True)
step, mu, entry, effective = sp.symbols("eta mu a_11 tau_eff", positive=True)
size = sp.Symbol(r"\|a_1\|_1", positive=True)
alpha = step * mu

LEFT_OVER = sp.Sum(1 - (1 - alpha) ** K[k], (k, 1, N))
PRINTED = (1 - (1 - alpha) ** K[1] / N) / (LEFT_OVER / N)
REPAIR = (1 - (1 - alpha) ** K[1]) / LEFT_OVER
OWN = ((1 - (1 - alpha) ** K[1]) / alpha) / sp.Sum((1 - (1 - alpha) ** K[k]) / alpha, (k, 1, N))

FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "first": Integer(1, 5),
        "grow": Integer(0, 3),
        "eta": Real(0, 2, open="lo"),
        "share": Real(0, 1, open="both"),
    },
    leaves_out="numbers of steps that do not grow by the same amount from task to task; eta mu >= 1",
)


def steps(i: Instance) -> tuple:
    return tuple(i.first + t * i.grow for t in range(i.N))


def coefficients(i: Instance, K: int) -> list:
    """What one unit of gradient at each step moves in the end, by running x <- x - eta (g + mu (x - x_0))."""
    moved, mu = [], i.share / i.eta
    for at in range(K):
        x = 0 * i.eta
        for t in range(K):
            x = x - i.eta * ((t == at) + mu * x)
        moved.append(-x / i.eta)
    return moved


def weight(i: Instance):
    """|a_1|_1 / sum_k |a_k|_1 as (14) defines it."""
    sizes = [sum(coefficients(i, K)) for K in steps(i)]
    return sizes[0] / sum(sizes)


def transcription(i: Instance):
    """lambda_1 from the inventory's LaTeX."""
    left = [(1 - i.share) ** K for K in steps(i)]
    return (1 - left[0] / i.N) / (sum(1 - v for v in left) / i.N)


SYMBOLS = {
    N: lambda i: i.N,
    T: lambda i: i.first,
    K: steps,
    step: lambda i: i.eta,
    mu: lambda i: i.share / i.eta,
    entry: lambda i: coefficients(i, i.first)[0],
    size: lambda i: sum(coefficients(i, i.first)),
    effective: lambda i: sum(sum(coefficients(i, K)) for K in steps(i)) / i.N,
}
SHRINKS = Given(text="0 < alpha < 1, alpha = eta mu", fact=sp.And(alpha > 0, alpha < 1))
TWO = Instance(N=2, first=1, grow=1, eta=Fraction(1), share=Fraction(1, 2))
ALONE = replace(TWO, N=1)
GEOMETRIC = sp.Sum((1 - alpha) ** (k - 1), (k, 1, T))
LAMBDA = Quantity(text="lambda_1 = |a_1|_1 / sum_k |a_k|_1", run=weight, expr=OWN)

CLAIM = Claim(
    items=(
        "stability.secA.proximal_lambda",
        "stability.secA.proximal_a",
        "stability.secA.proximal_tau",
    ),
    readings=(Statement(text="the display", left=LAMBDA, relation="==", right=PRINTED, givens=(SHRINKS,)),),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="the bracket closes before /N",
        statement=Statement(
            text="[1 - (1-alpha)^K_1] / sum_k [1 - (1-alpha)^K_k]",
            left=LAMBDA,
            relation="==",
            right=REPAIR,
            givens=(SHRINKS,),
            proof=lambda: Chain(OWN, (Line("==", REPAIR, Rewrite(), "alpha cancels"),)),
        ),
        nondegenerate=TWO,
    ),
    steps=(
        PrintedStep(
            item="stability.secA.proximal_a",
            text="the first entry of a_1, run against the display, alpha = eta mu",
            left=entry,
            relation="==",
            right=(1 - alpha) ** (T - 1),
        ),
        PrintedStep(
            item="stability.secA.proximal_tau",
            text="the geometric sum of one task's a_i, which tau_eff averages",
            left=GEOMETRIC,
            relation="==",
            right=(1 - (1 - alpha) ** T) / alpha,
            by=Induct(T, 1),
        ),
    ),
    transcription=transcription,
    witnesses=(TWO, ALONE),
    tight_at=(TWO, ALONE),
    mutants=(
        Mutant(text="the printed weights", right=PRINTED, dies_at=TWO),
        Mutant(text="not normalised", right=1 - (1 - alpha) ** K[1], dies_at=TWO),
        Mutant(text="steps for sums", right=K[1] / sp.Sum(K[k], (k, 1, N)), dies_at=TWO),
    ),
    effort=0.5,
)
