"""One round of local training with the step of Theorem 2, and what the bounds (6) and (19) are made of.

Steps     K_i = N q^2 shifted by +-shift for the first two tasks, so that K-bar = N q^2 and
          eta = sqrt(N/K-bar) = 1/q is rational; L = rate q/(8 max K), so that rate <= 1 is 8 K_i L eta <= 1.
Weights   "coefficients": the merge has the weights lambda of the bound; "steps": it is uniform, and
          lambda_i = K_i/(N K-bar), as equation (14) has it.
Experts   f_i(x) = c (x - m_i)^2/2 from `start`, noise of variance `variance`_i/`batch`_i in every step.
Shapes    K, lam, m, variance, batch: (N,); the rest scalar.
Units     L [f]/[x]^2; eta the inverse (Theorem 2 gives it none).
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from theory.claim import Given
from theory.family import Choice, Derived, Instance, Integer, Real, Vector

N, K_1 = (sp.Symbol(name, integer=True, positive=True) for name in ("N", "K_1"))
j = sp.Symbol("j", integer=True, positive=True)
lam: Any = sp.IndexedBase("lambda", positive=True)
K: Any = sp.IndexedBase("K", integer=True, positive=True)
L, eta, Kbar, start_gap, sigma2, zeta2, b, K_max, A1 = (
    sp.Symbol(name, positive=True)
    for name in ("L", "eta", "Kbar", "Delta", "sigma_max^2", "zeta_max^2", "b_min", "K_max", "A_1")
)
A2, A3 = sp.symbols("A_2 A_3", nonnegative=True)


def total(term: Any) -> Any:
    """The sum over tasks of a term in j."""
    return sp.Sum(term, (j, 1, N))


def sgd_error(last: int, first: Any = 1) -> Any:
    """The right side of (6) (last = 5) and (21) (last = 12); of (19) with first = K-bar/tau_eff."""
    slow = 4 * start_gap * first / sp.sqrt(N * Kbar) + 4 * L * sigma2 * A1 / (b * sp.sqrt(N * Kbar))
    return slow + 6 * N * L**2 * sigma2 * A2 / (b * Kbar) + last * N * L**2 * zeta2 * A3 / Kbar


def fields(*tasks: int) -> dict:
    """The fields of the steps and weights, for these numbers of tasks (a number listed twice comes twice as
    often)."""
    return {
        "N": Choice(tasks),
        "q": Integer(1, 2),
        "shift": Integer(0, lambda f: f.N * f.q**2 - 1),
        "regime": Choice(("small", "any")),
        "rate": Real(0, lambda f: 1 if f.regime == "small" else 64, open="lo"),
        "kappa": Real(0, 1, open="lo"),
        "raw": Vector("N", Real(0, 4, open="lo")),
        "lam": Derived(lambda f: tuple(Fraction(v) / sum(f.raw) for v in f.raw)),
        "merge": Choice(("coefficients", "steps")),
    }


def steps(i: Instance) -> tuple:
    """K_i."""
    mean = i.N * i.q**2
    moved = (-i.shift, i.shift, *(0,) * (i.N - 2)) if i.N > 1 else (0,)
    return tuple(mean + m for m in moved)


def rate(i: Instance) -> Any:
    """eta = 1/q."""
    return (i.rate / i.rate) / i.q


def smoothness(i: Instance) -> Any:
    return i.rate * i.q / (8 * max(steps(i)))


def curvature(i: Instance) -> Any:
    """c = kappa L, that of every loss."""
    return i.kappa * smoothness(i)


def surrogate(i: Instance) -> tuple:
    """The lambda_i of the weighted risk f~."""
    K = steps(i)
    return i.lam if i.merge == "coefficients" else tuple((i.rate / i.rate) * k / sum(K) for k in K)


def merging(i: Instance) -> tuple:
    """The weights of the merge."""
    return i.lam if i.merge == "coefficients" else ((i.rate / i.rate) / i.N,) * i.N


def first_constant(i: Instance) -> Any:
    """A_1 of the general bound with a_i = (1, ..., 1): tau_eff N sum lambda_i^2 |a_i|_2^2/|a_i|_1^2."""
    ones = [[1] * k for k in steps(i)]
    tau = sum(map(sum, ones)) * (i.rate / i.rate) / i.N
    rows = zip(surrogate(i), ones, strict=True)
    return tau * i.N * sum(w**2 * sum(v * v for v in a) / sum(a) ** 2 for w, a in rows)


def second_constant(i: Instance) -> Any:
    """A_2 = sum lambda_i (|a_i|_2^2 - a_{i,-1}^2)."""
    rows = zip(surrogate(i), steps(i), strict=True)
    return sum(w * (sum(v * v for v in [1] * k) - 1) for w, k in rows)


def third_constant(i: Instance) -> Any:
    """A_3 = max |a_i|_1 (|a_i|_1 - a_{i,-1})."""
    return max(k * (k - 1) for k in steps(i))


@lru_cache(maxsize=8192)
def _moments(i: Instance, task: int, kind: type) -> tuple:
    mean, spread, eta = i.start, 0 * i.start, rate(i)
    pull = eta * curvature(i)
    for _ in range(steps(i)[task]):
        mean = mean - pull * (mean - i.m[task])
        spread = (1 - pull) ** 2 * spread + eta**2 * i.variance[task] / i.batch[task]
    return mean, spread


def moments(i: Instance, task: int) -> tuple:
    """(mean, variance) of the expert after its steps, step by step.  Kept by kind of number."""
    return _moments(i, task, type(i.rate))


def centre(i: Instance):
    """The minimiser of f~."""
    return sum(w * m for w, m in zip(surrogate(i), i.m, strict=True))


def ahead(i: Instance):
    """(mean, variance) of x_avg - x_0."""
    parts = [moments(i, task) for task in range(i.N)]
    rows = list(zip(merging(i), parts, strict=True))
    return sum(w * (p[0] - i.start) for w, p in rows), sum(w**2 * p[1] for w, p in rows)


def travelled(i: Instance):
    """E|x_avg - x_0|^2."""
    mean, spread = ahead(i)
    return mean**2 + spread


def slope(i: Instance):
    """grad f~(x_0)."""
    return curvature(i) * (i.start - centre(i))


def value(i: Instance, x):
    """f~(x), its minimum taken off."""
    return curvature(i) * (x - centre(i)) ** 2 / 2


SYMBOLS = {
    N: lambda i: i.N,
    K_1: lambda i: steps(i)[0],
    lam: surrogate,
    K: steps,
    L: smoothness,
    eta: rate,
    Kbar: lambda i: i.N * i.q**2,
    K_max: lambda i: max(steps(i)),
    A1: first_constant,
    A2: second_constant,
    A3: third_constant,
}
STEP = Given(text="eta = sqrt(N / K-bar), that is eta^2 K-bar = N", fact=sp.Eq(eta**2 * Kbar, N))
AVERAGE = Given(text="K-bar is the mean of the K_i", fact=sp.Eq(total(K[j]), N * Kbar))
WEIGHTS = Given(text="lambda_i > 0 with sum one (Assumption 4)", fact=sp.Eq(total(lam[j]), 1))
SMALL = Given(text="8 K_i L eta <= 1, the step condition of Lemma 3", fact=sp.Le(8 * K_max * L * eta, 1))
CONSTANTS_SGD = N * total(Kbar / K[j] * lam[j] ** 2) + total(lam[j] * (K[j] - 1))
