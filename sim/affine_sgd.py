"""SGD on quadratic losses, exactly: first and second moments after any number of steps.

World     sample i has gradient H_i w - c_i (ridge regression: H_i = x_i x_i^T + lambda I, c_i = y_i x_i;
          mean estimation: H_i = I, c_i = z_i).  A step w <- w - eta (mean over the batch) is affine: v =
          (1, w) goes to the mean over the batch of A_i v, A_i = [[1, 0], [eta c_i, I - eta H_i]].
Moments   for batches of b of n drawn afresh without replacement, with Q = (1/n) sum A_i (x) A_i and mean A,
              E[A_B (x) A_B] = A (x) A + (n - b)/(b (n - 1)) (Q - A (x) A),
          so that E[v_K v_K^T] is the K-th power of one matrix on v_0 v_0^T: K = 10^6 costs 20 products.
Pairs     two runs with the same batches on neighbouring data sets are one such run of (1, w, w').
Shapes    H: (n, d, d), c: (n, d), start: (d,); arrays of floats, or of Fractions (dtype object): then
          exact.
Units     eta H is a pure number; c has the units of a gradient.
"""

from fractions import Fraction
from typing import Any

import numpy as np


def ridge(x: np.ndarray, y: np.ndarray, penalty: Any) -> tuple[np.ndarray, np.ndarray]:
    """(H, c) of (<x_i, w> - y_i)^2 / 2 + penalty |w|^2 / 2: x (n, d), y (n,)."""
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise ValueError(f"x has shape {x.shape} and y {y.shape}: expected (n, d) and (n,)")
    return x[:, :, None] * x[:, None, :] + penalty * np.eye(x.shape[1], dtype=int), y[:, None] * x


def steps_of(H: np.ndarray, c: np.ndarray, eta: Any) -> np.ndarray:
    """A_i for every sample: (n, d + 1, d + 1)."""
    n, d = c.shape
    if H.shape != (n, d, d):
        raise ValueError(f"H has shape {H.shape}: expected {(n, d, d)} beside c of shape {c.shape}")
    A = np.zeros((n, d + 1, d + 1), dtype=np.result_type(H, c))
    A[:, 0, 0], A[:, 1:, 0], A[:, 1:, 1:] = 1, eta * c, np.eye(d, dtype=int) - eta * H
    return A


def paired(A: np.ndarray, twin: np.ndarray) -> np.ndarray:
    """The steps of (1, w, w') from those of two data sets: (n, 2d + 1, 2d + 1)."""
    n, size = A.shape[:2]
    both = np.zeros((n, 2 * size - 1, 2 * size - 1), dtype=np.result_type(A, twin))
    both[:, :size, :size] = A
    both[:, size:, 0], both[:, size:, size:] = twin[:, 1:, 0], twin[:, 1:, 1:]
    return both


def _power(matrix: np.ndarray, vector: np.ndarray, k: int) -> np.ndarray:
    """matrix^k vector by squaring; works for Fractions too."""
    while k:
        if k & 1:
            vector = matrix @ vector
        k >>= 1
        matrix = matrix @ matrix if k else matrix
    return vector


def second_moments(A: np.ndarray, b: int, steps: int, start: np.ndarray) -> np.ndarray:
    """E[v_K v_K^T] after `steps` steps from v_0 = start (its first entry is 1): (m, m)."""
    n, m = A.shape[:2]
    if not 1 <= b <= n:
        raise ValueError(f"b = {b}: expected a batch size from 1 to n = {n}")
    if steps < 0 or start.shape != (m,):
        raise ValueError(f"steps = {steps}, start of shape {start.shape}: expected steps >= 0 and {(m,)}")
    exact = A.dtype == object
    one = Fraction(1) if exact else 1.0
    mean = A.sum(0) * (one / n)
    product = np.einsum("ij,kl->ikjl", mean, mean).reshape(m * m, m * m)
    if b < n:
        each = sum(np.einsum("ij,kl->ikjl", a, a) for a in A) if exact else np.einsum("nij,nkl->ikjl", A, A)
        each = np.asarray(each).reshape(m * m, m * m) * (one / n)
        product = product + (each - product) * (one * (n - b) / (b * (n - 1)))
    return _power(product, np.outer(start, start).reshape(-1), steps).reshape(m, m)


def stability(
    data: tuple[np.ndarray, np.ndarray],
    twins: tuple[np.ndarray, np.ndarray],
    eta: Any,
    b: int,
    steps: int,
    start: np.ndarray,
) -> Any:
    """(1/n) sum_i E|w_K - w_K^(i)|^2 over batches: in run i sample i is replaced by that of `twins`."""
    A, other = steps_of(*data, eta), steps_of(*twins, eta)
    d, distances = A.shape[1] - 1, []
    begin = np.concatenate([np.array([1], dtype=start.dtype), start, start])
    for i in range(len(A)):
        changed = A.copy()
        changed[i] = other[i]
        M = second_moments(paired(A, changed), b, steps, begin)
        w, v = slice(1, d + 1), slice(d + 1, 2 * d + 1)
        distances.append(np.trace(M[w, w]) + np.trace(M[v, v]) - 2 * np.trace(M[w, v]))
    return sum(distances[1:], start=distances[0]) / len(A)


def expected_risk(moments: np.ndarray, H: np.ndarray, c: np.ndarray, constant: Any) -> Any:
    """E of w^T H w / 2 - c^T w + constant under the second moments of v = (1, w): H (d, d), c (d,)."""
    return np.sum(H * moments[1:, 1:]) / 2 - c @ moments[0, 1:] + constant
