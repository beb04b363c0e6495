"""Model merging stability, equation (14): the uniform merge in effective steps, weights and directions.

Printed   x_avg = x_0 + (1/N) sum_i (x_i - x_0) = x_0 - (1/N) sum_i eta G_i a_i
          = x_0 - tau_eff sum_i eta lambda_i d_i, tau_eff = (1/N) sum_i |a_i|_1,
          lambda_i = |a_i|_1 / sum_k |a_k|_1, d_i = G_i a_i / |a_i|_1.
Repaired  not needed, if no a_i vanishes.  The lambda_i are not free: with SGD they are K_i / sum K_k, and so
          1/N if all experts train equally long, whatever coefficients the merge learns.
Shapes    K_i steps a task; g_i, a_i: (K_i,), one coordinate of the gradients; the rest scalar.
Units     x [x]; eta G [x]; a, lambda, tau pure numbers.
Source    Appendix A-A, Step 3, equation (14) with its Notations; the special case before Corollary 2.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

N, T = (sp.Symbol(name, integer=True, positive=True) for name in ("N", "K_1"))
j, k = (sp.Symbol(name, integer=True, positive=True) for name in ("j", "k"))
length: Any = sp.IndexedBase(r"\|a\|_1", positive=True)
pushed: Any = sp.IndexedBase("Ga", real=True)
g: Any = sp.IndexedBase("g_1", real=True)
a: Any = sp.IndexedBase("a_1", positive=True)
K: Any = sp.IndexedBase("K", positive=True)
eta = sp.Symbol("eta", positive=True)
x0, first = sp.symbols("x_0 x_1", real=True)
effective, share = sp.symbols("tau_eff lambda_1", positive=True)

TOTAL = sp.Sum(length[k], (k, 1, N))
MERGED = x0 + sp.Sum(-eta * pushed[j], (j, 1, N)) / N
WEIGHT = (length[j] / N) / (TOTAL / N)
RIGHT = x0 - TOTAL / N * sp.Sum(eta * WEIGHT * pushed[j] / length[j], (j, 1, N))

FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "K": Integer(1, 3),
        "rates": Matrix("N", "K", Real(0, 2, open="lo")),
        "slopes": Matrix("N", "K", Real(-2, 2)),
        "steps": Vector("N", Real(1, 9)),
        "eta": Real(0, 2, open="lo"),
        "start": Real(-3, 3),
    },
    leaves_out="tasks with different numbers of steps, which the proof covers; rates that are all zero",
)


def expert(i: Instance, task: int):
    """SGD from x_0 with the rates of the task: eta_i^t = eta a_{i,t}."""
    x = i.start
    for rate, slope in zip(i.rates[task], i.slopes[task], strict=True):
        x = x - i.eta * rate * slope
    return x


def uniform(i: Instance):
    """x_0 plus the mean of the task vectors."""
    return i.start + sum(expert(i, task) - i.start for task in range(i.N)) / i.N


def plain_share(i: Instance):
    """lambda_1 of (14) with a_i = (1, ..., 1) of K_i entries; K_i real here."""
    return i.steps[0] / sum(i.steps)


SYMBOLS = {
    N: lambda i: i.N,
    T: lambda i: i.K,
    length: lambda i: tuple(map(sum, i.rates)),
    pushed: lambda i: tuple(
        sum(x * y for x, y in zip(*row, strict=True)) for row in zip(i.rates, i.slopes, strict=True)
    ),
    g: lambda i: i.slopes[0],
    a: lambda i: i.rates[0],
    K: lambda i: i.steps,
    eta: lambda i: i.eta,
    x0: lambda i: i.start,
    first: lambda i: expert(i, 0),
    effective: lambda i: sum(i.steps) / i.N,
    share: plain_share,
}
POSITIVE = Given(text="every |a_i|_1 > 0: d_i divides by it", check=lambda i: all(map(sum, i.rates)))
SGD = Given(
    text="x_1 is reached by steps eta a_{1,t} g_1(x_1^t)",
    fact=sp.Eq(first, x0 - eta * sp.Sum(g[k] * a[k], (k, 1, T))),
)
ORDINARY = Given(
    text="lambda_1 for SGD, a_i = (1, ..., 1) of K_i entries: |a_1|_1 over the sum",
    fact=sp.Eq(share, K[1] / sp.Sum(K[k], (k, 1, N))),
)
ONE = Fraction(1)
PAIR = Instance(
    N=2, K=2, rates=((ONE, ONE), (ONE, 2 * ONE)), slopes=((ONE, 2 * ONE), (-ONE, ONE)),
    steps=(ONE, 3 * ONE), eta=ONE / 2, start=ONE,
)  # fmt: skip

CLAIM = Claim(
    items=("stability.eq14", "stability.secA.G_a", "stability.cor2.step1"),
    readings=(
        Statement(
            text="the three displays, every N",
            left=Quantity(text="x_0 + (1/N) sum_i (x_i - x_0)", run=uniform, expr=MERGED),
            relation="==",
            right=RIGHT,
            givens=(POSITIVE, SGD, ORDINARY),
            proof=lambda: Chain(MERGED, (Line("==", RIGHT, Rewrite()),)),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=(
        PrintedStep(
            item="stability.secA.G_a",
            text="the displacement of one expert is -eta G a",
            left=first - x0,
            relation="==",
            right=-eta * sp.Sum(g[k] * a[k], (k, 1, T)),
        ),
        PrintedStep(
            item="stability.cor2.step1",
            text="a_i = (1, ..., 1): lambda_1 = K_1 / (N K-bar)",
            left=share,
            relation="==",
            right=K[1] / (N * (sp.Sum(K[k], (k, 1, N)) / N)),
        ),
    ),
    witnesses=(PAIR,),
    tight_at=(PAIR,),
    scalings=(
        Scaling(
            text="x -> kx",
            power=1,
            move=lambda i, k: replace(
                i, start=k * i.start, slopes=tuple(tuple(k * v for v in row) for row in i.slopes)
            ),
        ),
    ),
    mutants=(
        Mutant(
            text="directions not normalised",
            right=x0 - TOTAL / N * sp.Sum(eta * WEIGHT * pushed[j], (j, 1, N)),
            dies_at=PAIR,
        ),
        Mutant(
            text="equal weights",
            right=x0 - TOTAL / N * sp.Sum(eta * pushed[j] / (N * length[j]), (j, 1, N)),
            dies_at=PAIR,
        ),
        Mutant(
            text="the steps of one expert for all",
            right=x0 - length[1] * sp.Sum(eta * WEIGHT * pushed[j] / length[j], (j, 1, N)),
            dies_at=PAIR,
        ),
    ),
    effort=0.5,
)
