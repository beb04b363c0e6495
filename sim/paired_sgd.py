"""Thousands of SGD runs at once, in pairs: the same batches on two neighbouring data sets.

Every run has data of its own, (runs, n, ...); its twin differs in one sample.  Batches of b of the n
indices are drawn without replacement at each step and shared by the pair.  `gradient(w, z)` is the mean
over a batch of the gradients of one loss: w (runs, d), z (runs, b, ...) -> (runs, d).
Losses    `least_squares`, `ridge(penalty)`, `logistic(penalty)` on z = (x, y) in one array, y last.
Units     those of the parameters; eta inverse to a curvature.
`sim.affine_sgd` has the exact moments where the gradient is affine; tests compare.
"""

from collections.abc import Callable

import numpy as np

Gradient = Callable[[np.ndarray, np.ndarray], np.ndarray]


def ridge(penalty: float) -> Gradient:
    """Gradient of the batch mean of (<x, w> - y)^2 / 2 plus penalty |w|^2 / 2."""

    def gradient(w: np.ndarray, z: np.ndarray) -> np.ndarray:
        x, y = z[..., :-1], z[..., -1]
        off = np.einsum("rbd,rd->rb", x, w) - y
        return np.einsum("rb,rbd->rd", off, x) / z.shape[1] + penalty * w

    return gradient


def logistic(penalty: float) -> Gradient:
    """Gradient of the batch mean of log(1 + exp(-y <x, w>)), y = +-1, plus penalty |w|^2 / 2."""

    def gradient(w: np.ndarray, z: np.ndarray) -> np.ndarray:
        x, y = z[..., :-1], z[..., -1]
        margin = y * np.einsum("rbd,rd->rb", x, w)
        weight = -y / (1 + np.exp(np.clip(margin, -700, 700)))
        return np.einsum("rb,rbd->rd", weight, x) / z.shape[1] + penalty * w

    return gradient


def batches(runs: int, n: int, b: int, rng: np.random.Generator) -> np.ndarray:
    """(runs, b) distinct indices below n in each row, all subsets equally likely (Floyd's algorithm)."""
    if not 1 <= b <= n:
        raise ValueError(f"b = {b}: expected a batch size from 1 to n = {n}")
    chosen = np.empty((runs, b), dtype=np.int64)
    for k, last in enumerate(range(n - b, n)):
        draw = rng.integers(last + 1, size=runs)
        seen = (chosen[:, :k] == draw[:, None]).any(1)
        chosen[:, k] = np.where(seen, last, draw)
    return chosen


def run_pairs(
    gradient: Gradient,
    data: np.ndarray,
    twin: np.ndarray,
    start: np.ndarray,
    eta: float,
    b: int,
    steps: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters after the last step of every run and of its twin: (runs, d) each.

    data, twin: (runs, n, ...); start: (d,).
    """
    if data.shape != twin.shape or data.ndim < 2:
        raise ValueError(
            f"data has shape {data.shape} and twin {twin.shape}: expected the same (runs, n, ...)"
        )
    runs, n = data.shape[:2]
    w = np.tile(np.asarray(start, dtype=float), (runs, 1))
    v, rows = w.copy(), np.arange(runs)[:, None]
    for _ in range(steps):
        batch = batches(runs, n, b, rng)
        w -= eta * gradient(w, data[rows, batch])
        v -= eta * gradient(v, twin[rows, batch])
    return w, v
