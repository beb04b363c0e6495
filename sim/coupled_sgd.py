"""Two SGD runs on neighbouring data sets with shared batches, for losses that are quadratic in x.

World     l(x; z) = curvature x^2 / 2 - z x (up to a constant, and bent upwards outside the interval that K
          steps can reach, so that it is bounded below).  Data are n independent signs times `spread`; the
          second data set has one entry drawn afresh.  curvature > 0 is mean estimation; < 0 is concave.
Batches   b of the n indices, drawn afresh at each step: without or with replacement; both runs share them.
Units     eta curvature is a pure number; spread has the units of a gradient.

`second_moment` is exact (a linear recursion of moments), `exhaustive` enumerates every data pair and every
batch, `simulate` draws pairs of runs: three roads to E|x_K - x'_K|^2.
"""

from itertools import combinations, product
from typing import Any

import numpy as np


def _hits(n: int, b: int, replacement: bool, one: Any) -> tuple[Any, Any]:
    """First two moments of how often a batch holds the replaced index."""
    p = one * b / n
    return (p, p * (one - one / n) + p * p) if replacement else (p, p)


def moments(
    n: int, b: int, steps: int, eta: Any, curvature: Any, spread: Any, replacement: bool = False
) -> tuple[Any, Any]:
    """(E[D d_K], E[d_K^2]) of the distance d_K, D = z - z' the difference of the replaced data.

    d_{k+1} = (1 - eta curvature) d_k + (eta / b) D h_k with h_k the hits of batch k, independent of D, d_k.
    """
    if not 1 <= b <= n:
        raise ValueError(f"b = {b}: expected a batch size from 1 to n = {n}")
    first, second = _hits(n, b, replacement, eta / eta)
    factor, push, spread2 = 1 - eta * curvature, eta / b, 2 * spread * spread
    cross = square = 0 * eta
    for _ in range(steps):
        square = factor**2 * square + 2 * factor * push * first * cross + push**2 * second * spread2
        cross = factor * cross + push * first * spread2
    return cross, square


def second_moment(
    n: int, b: int, steps: int, eta: Any, curvature: Any, spread: Any, replacement: bool = False
) -> Any:
    """E|x_K - x'_K|^2 over data and batches, exact for exact input."""
    return moments(n, b, steps, eta, curvature, spread, replacement)[1]


def run_pair(data: tuple, fresh: Any, batches: tuple, eta: Any, curvature: Any, start: Any = 0) -> Any:
    """x_K - x'_K by running both recursions; entry 0 of the data is the replaced one."""
    x = y = start
    twin = (fresh, *data[1:])
    for batch in batches:
        x -= eta * (curvature * x - sum(data[j] for j in batch) / len(batch))
        y -= eta * (curvature * y - sum(twin[j] for j in batch) / len(batch))
    return x - y


def exhaustive(
    n: int, b: int, steps: int, eta: Any, curvature: Any, spread: Any, replacement: bool = False
) -> Any:
    """E|x_K - x'_K|^2 by running every pair of data sets on every sequence of batches (small n, steps)."""
    batches = tuple(product(range(n), repeat=b)) if replacement else tuple(combinations(range(n), b))
    total = count = 0 * eta
    for signs in product((spread, -spread), repeat=n + 1):
        for sequence in product(batches, repeat=steps):
            total += run_pair(signs[1:], signs[0], sequence, eta, curvature) ** 2
            count += 1
    return total / count


def simulate(
    n: int,
    b: int,
    steps: int,
    eta: float,
    curvature: float,
    spread: float,
    rng: np.random.Generator,
    pairs: int,
) -> np.ndarray:
    """(pairs,) draws of |x_K - x'_K|^2, batches without replacement; runs both recursions."""
    data = rng.choice((-spread, spread), size=(pairs, n))
    twin = data.copy()
    twin[:, 0] = rng.choice((-spread, spread), size=pairs)
    x, y = np.zeros(pairs), np.zeros(pairs)
    rows = np.arange(pairs)[:, None]
    for _ in range(steps):
        batch = rng.random((pairs, n)).argpartition(b - 1, axis=1)[:, :b]
        x = x - eta * (curvature * x - data[rows, batch].mean(axis=1))
        y = y - eta * (curvature * y - twin[rows, batch].mean(axis=1))
    return (x - y) ** 2
