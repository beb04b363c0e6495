"""Model merging stability, appendix step 2: merging with weights as training on a weighted objective.

Printed   Learning coefficients lambda_i for the merge "is equivalent to modifying the objective" from
          (1/N) sum_i f_i to sum_i lambda_i f_i; step 3 says the same of the weights that unequal numbers of
          steps induce (the surrogate objective).
Repaired  One step of training per expert (K = 1).  For K > 1 each expert follows its own gradients: the merge
          of K steps is not K steps on the weighted objective, unless all curvatures are equal.
Shapes    c, m, lam: (N,): f_i(x) = c_i (x - m_i)^2/2, full gradients; the rest scalar.
Units     x, m [x]; c [f]/[x]^2; eta the inverse of that.
Source    Appendix A-A, Step 2, first paragraph, and Step 3, Impact of Heterogeneity.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N, K = (sp.Symbol(name, integer=True, positive=True) for name in ("N", "K"))
j = sp.Symbol("j", integer=True, positive=True)
lam: Any = sp.IndexedBase("lambda", nonnegative=True)
c: Any = sp.IndexedBase("c", positive=True)
m: Any = sp.IndexedBase("m", real=True)
x0 = sp.Symbol("x_0", real=True)
eta = sp.Symbol("eta", positive=True)
uneven, surrogate = sp.symbols(r"x_{avg} \tilde{x}", real=True)


def over(term: Any) -> Any:
    return sp.Sum(term, (j, 1, N))


BEND, LEVEL = over(lam[j] * c[j]), over(lam[j] * c[j] * m[j])
WEIGHTED = LEVEL / BEND + (1 - eta * BEND) ** K * (x0 - LEVEL / BEND)
ONE_STEP = over(lam[j] * (x0 - eta * c[j] * (x0 - m[j])))
REPAIR = x0 - eta * over(lam[j] * c[j] * (x0 - m[j]))

FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "lam": Simplex("N"),
        "c": Vector("N", Real(0, 2, open="lo")),
        "m": Vector("N", Real(-3, 3)),
        "start": Real(-4, 4),
        "eta": Real(0, 1, open="lo"),
        "K": Integer(1, 4),
    },
    leaves_out="losses that are not quadratic; stochastic gradients; more than four steps",
)


def train(i: Instance, gradient, steps: int):
    """Gradient descent from x_0."""
    x = i.start
    for _ in range(steps):
        x = x - i.eta * gradient(x)
    return x


def merge(i: Instance, weights: tuple, steps: tuple):
    """Every expert trained on its own objective for its number of steps, then the weighted sum."""
    experts = [train(i, lambda x, t=t: i.c[t] * (x - i.m[t]), steps[t]) for t in range(i.N)]
    return sum(v * x for v, x in zip(weights, experts, strict=True))


def jointly(i: Instance, weights: tuple, steps: int):
    """Gradient descent on the weighted objective."""
    rows = list(zip(weights, i.c, i.m, strict=True))
    return train(i, lambda x: sum(v * c * (x - m) for v, c, m in rows), steps)


def odd(i: Instance) -> tuple:
    """K, 3K, 5K, ...: their mean is N K."""
    return tuple((2 * t + 1) * i.K for t in range(i.N))


ONE = Fraction(1)
EVEN = lambda i: (i.eta / i.eta / i.N,) * i.N
INDUCED = lambda i: tuple(i.eta / i.eta * k / sum(odd(i)) for k in odd(i))
SYMBOLS = {
    N: lambda i: i.N,
    K: lambda i: i.K,
    lam: lambda i: i.lam,
    c: lambda i: i.c,
    m: lambda i: i.m,
    x0: lambda i: i.start,
    eta: lambda i: i.eta,
    uneven: lambda i: merge(i, EVEN(i), odd(i)),
    surrogate: lambda i: jointly(i, INDUCED(i), i.N * i.K),
}
COEFFICIENTS = Given(text="lambda_i >= 0 with sum one (Assumption 4)", fact=sp.Eq(over(lam[j]), 1))
SINGLE = Given(text="one step per expert", fact=sp.Eq(K, 1))


def run(i: Instance):
    return merge(i, i.lam, (i.K,) * i.N)


def transcription(i: Instance):
    """K steps on the weighted objective, as a loop."""
    return jointly(i, i.lam, i.K)


def unequal(i: Instance):
    """A merge that forgets the weights."""
    return merge(i, EVEN(i), (i.K,) * i.N)


TWO = Instance(
    N=2, lam=(ONE / 2, ONE / 2), c=(ONE, 2 * ONE), m=(ONE, -ONE), start=0 * ONE, eta=ONE / 2, K=2
)  # fmt: skip
STEP = replace(TWO, K=1, lam=(ONE / 4, 3 * ONE / 4), start=4 * ONE, m=(ONE, ONE))

CLAIM = Claim(
    items=("stability.secA.weighted_objective", "stability.secA.surrogate_objective"),
    readings=(
        Statement(
            text="K steps per expert and the merge, against K steps on the weighted objective",
            left=Quantity(text="the merge of experts trained for K steps", run=run),
            relation="==",
            right=WEIGHTED,
            givens=(COEFFICIENTS,),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="one step per expert",
        statement=Statement(
            text="one step per expert, against one step on the weighted objective",
            left=Quantity(text="the merge of experts trained for one step", run=run, expr=ONE_STEP),
            relation="==",
            right=REPAIR,
            givens=(COEFFICIENTS, SINGLE),
            proof=lambda: Chain(
                ONE_STEP,
                (
                    Line("==", x0 * over(lam[j]) - eta * over(lam[j] * c[j] * (x0 - m[j])), Rewrite()),
                    Line("==", REPAIR, Entail(), "the weights sum to one"),
                ),
            ),
        ),
        nondegenerate=STEP,
        added=(Added(given=SINGLE, fails_without=TWO),),
    ),
    steps=(
        PrintedStep(
            item="stability.secA.surrogate_objective",
            text="a uniform merge of experts with K, 3K, 5K, ... steps, against as many steps on the"
            " objective with weights K_i / sum K_i as the experts take on average",
            left=uneven,
            relation="==",
            right=surrogate,
        ),
    ),
    transcription=transcription,
    witnesses=(TWO, STEP),
    tight_at=(STEP,),
    scalings=(
        Scaling(
            text="x -> kx",
            power=1,
            move=lambda i, k: replace(i, start=k * i.start, m=tuple(k * v for v in i.m)),
        ),
        Scaling(
            text="f -> kf, eta -> eta/k",
            power=0,
            move=lambda i, k: replace(i, eta=i.eta / k, c=tuple(k * v for v in i.c)),
        ),
    ),
    mutants=(
        Mutant(text="equal weights", left=Quantity(text="unweighted", run=unequal), dies_at=STEP),
        Mutant(text="twice the step", right=x0 - 2 * eta * over(lam[j] * c[j] * (x0 - m[j])), dies_at=STEP),
        Mutant(text="weights of the minima only", right=x0 - eta * over(lam[j] * (x0 - m[j])), dies_at=STEP),
    ),
    effort=0.5,
)
