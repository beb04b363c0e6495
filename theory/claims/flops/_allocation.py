"""What the claims on FLOPS's Theorem 2 share: batches, the lower bound LB that runs, symbols.

Setting   Assumption 1 in dimension one: the gradient estimate of sample j at step t has mean `mean[j]` and
          variance T[t][j] / A_j, independent over j; T = roots^2, so that square roots stay rational.
Shapes    T, roots: (N, B); eta: (N,); mean, slope, losses: (B,); A: (B,) positive; A_0, L, N, B scalars.
Units     LB, losses: those of the loss; T: squared gradient; A counts queries; eta^2 L T: those of the loss.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Given, Scaling
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace

B, N = sp.symbols("B N", positive=True, integer=True)
A_0, L = sp.symbols("A_0 L", positive=True)
j, k, t = sp.symbols("j k t", positive=True, integer=True)
T = sp.IndexedBase("T", nonnegative=True)
eta = sp.IndexedBase(r"\eta", positive=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 5),
        "N": Integer(1, 3),
        "share": Integer(1, 4),
        "roots": Matrix("N", "B", Real(0, 4)),
        "eta": Vector("N", Real(0, 2, open="lo")),
        "L": Real(0, 4, open="lo"),
        "mean": Vector("B", Real(-2, 2)),
        "slope": Vector("B", Real(-2, 2)),
        "losses": Vector("B", Real(0, 4)),
    },
    leaves_out="B > 5, N > 3, d > 1 (only the trace of the covariance enters); proofs cover every B and N",
)
BUDGET = Given(text="A_0 = A-bar B, with A-bar >= 1 queries a sample (Section 4.1)", fact=sp.Ge(A_0, B))
POSITIVE = Given(
    text="every trace is positive, so that 1/A_j^det exists",
    check=lambda i: all(r > 0 for row in i.roots for r in row),
)

UNCORRELATED = Given(
    text="estimates of different samples are uncorrelated (eq. (20))",
    because="their variances are added; queries that share their noise are left out",
)


def traces(i: Instance) -> tuple:
    """T[t][j], shape (N, B)."""
    return tuple(tuple(r * r for r in row) for row in i.roots)


def budget(i: Instance) -> int:
    """A_0 = A-bar B (Section 4.1): `share` queries for each sample under equal allocation."""
    return i.share * i.B


def equal(i: Instance, row: int) -> list:
    """A_0 / B each."""
    return [Fraction(i.share)] * i.B


def proportional(i: Instance, row: int) -> list:
    """A^det of A.3: shares of A_0 proportional to the square roots of the traces."""
    roots = [Fraction(r) for r in i.roots[row]]
    return [budget(i) * r / sum(roots) for r in roots]


def whole_queries(i: Instance, row: int) -> list:
    """The best allocation of whole queries, one at least: the next one always goes where it gains most.

    Gains T/(a(a+1)) decrease in a, so that this is optimal (`sim.allocation` has the argument).
    """
    trace = [Fraction(r) ** 2 for r in i.roots[row]]
    counts = [1] * i.B
    for _ in range(budget(i) - i.B):
        best = max(range(i.B), key=lambda n: trace[n] / (counts[n] * (counts[n] + 1)))
        counts[best] += 1
    return counts


def bernoulli(i: Instance, row: int) -> list:
    """1/E[1/A_j] for the best Bernoulli allocator of eq. (6), with draws of different samples independent.

    A_j is halved with probability p where the loss is below the mean, then scaled to the budget.  So A_0/A_j
    is 1 plus the others' sum over A_j, and the objective is a quadratic in p: three values give its minimum.
    """
    below = [Fraction(v) * i.B < sum(map(Fraction, i.losses)) for v in i.losses]
    trace = [Fraction(r) ** 2 for r in i.roots[row]]

    def expected(p: Fraction) -> list:  # E[A_0 / A_j]
        others = i.B - 1 - (sum(below) - 1) * p / 2
        return [1 + (1 + p) * others if low else i.B - sum(below) * p / 2 for low in below]

    def cost(p: Fraction) -> Fraction:
        return sum((t * e for t, e in zip(trace, expected(p), strict=True)), Fraction(0))

    first, middle, last = (cost(Fraction(p, 2)) for p in range(3))
    bend = first - 2 * middle + last
    turn = [(3 * first - 4 * middle + last) / (4 * bend)] if bend > 0 else []
    best = min([Fraction(0), Fraction(1), *[p for p in turn if 0 < p < 1]], key=cost)
    return [budget(i) / e for e in expected(best)]


def _moments(i: Instance, row: int, allocation: list) -> tuple[list, list, list]:
    """(means, true slopes, variances) of the samples' estimates under Assumption 1, exactly."""
    variances = [Fraction(r) ** 2 / a for r, a in zip(i.roots[row], allocation, strict=True)]
    return [Fraction(m) for m in i.mean], [Fraction(s) for s in i.slope], variances


def bound_per_sample(i: Instance, row: int, allocation: list) -> Fraction:
    """LB_t as eq. (8) prints it: sample j moves along its own estimate."""
    step, smooth = Fraction(i.eta[row]), Fraction(i.L)
    samples = zip(*_moments(i, row, allocation), strict=True)
    return sum((step * m * s - step**2 * smooth * (m * m + v) / 2 for m, s, v in samples), Fraction(0))


def bound_of_batch(i: Instance, row: int, allocation: list) -> Fraction:
    """LB_t as A.1 and eq. (16) have it: every sample moves along the mean of the estimates."""
    step, smooth = Fraction(i.eta[row]), Fraction(i.L)
    means, slopes, variances = _moments(i, row, allocation)
    mean, variance = sum(means) / i.B, sum(variances) / i.B**2
    return sum((step * mean * s - step**2 * smooth * (mean**2 + variance) / 2 for s in slopes), Fraction(0))


def improvement(bound: Callable, allocator: Callable) -> Callable[[Instance], Fraction]:
    """instance -> E(LB_{1:N}) under the allocator minus that under equal allocation (floats read exactly)."""

    def run(i: Instance) -> Fraction:
        rows = range(i.N)
        return sum((bound(i, n, allocator(i, n)) - bound(i, n, equal(i, n)) for n in rows), Fraction(0))

    return run


SYMBOLS = {
    B: lambda i: i.B,
    N: lambda i: i.N,
    A_0: budget,
    L: lambda i: i.L,
    T: traces,
    eta: lambda i: i.eta,
}


def _noisier(i: Instance, c: Fraction) -> Instance:
    """Gradients in other units: roots, means and slopes times c."""
    roots = tuple(tuple(c * r for r in row) for row in i.roots)
    mean, slope = (tuple(c * x for x in v) for v in (i.mean, i.slope))
    return replace(i, roots=roots, mean=mean, slope=slope)


SCALINGS = (
    Scaling(text="gradients times k", power=2, move=_noisier),
    Scaling(text="L times k", power=1, move=lambda i, c: replace(i, L=c * i.L)),
)


def batch(*roots: tuple, share: int = 1, **rest: Any) -> Instance:
    """An instance with these square roots of traces, one tuple a step."""
    size, steps = len(roots[0]), len(roots)
    values = {"eta": (1,) * steps, "L": 1, "mean": (0,) * size, "slope": (0,) * size, "losses": (1,) * size}
    values |= rest
    return Instance(B=size, N=steps, share=share, roots=roots, **values)


def pairs(row: Callable) -> sp.Expr:
    """sum over j < k of (sqrt(T_j) - sqrt(T_k))^2, with row(j) = T_j."""
    return sp.Sum((sp.sqrt(row(j)) - sp.sqrt(row(k))) ** 2, (j, 1, k - 1), (k, 1, B))


def objectives(row: Callable) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """(J at equal, J at proportional allocation, sum of the square roots) with row(j) = T_j."""
    whole = sp.Sum(sp.sqrt(row(k)), (k, 1, B))
    at_equal = sp.Sum(row(j) / (A_0 / B), (j, 1, B))
    return at_equal, sp.Sum(row(j) / (A_0 * sp.sqrt(row(j)) / whole), (j, 1, B)), whole
