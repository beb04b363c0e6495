"""Queries by sample: A_j estimates for sample j, in one array and without a loop over samples or queries.

    gbar = (1/B) sum_j (1/A_j) sum_{i <= A_j} ghat_ij           FLOPS eq. (4)

Layout    The N = sum_j A_j queries stand in one axis, those of sample 0 first.
Law       With independent queries: mean (1/B) sum_j mu_j whatever the counts, as long as they do not depend
          on these queries; variance (1/B^2) sum_j T_j / A_j, T_j = trace of the covariance of one query.
Shapes    counts: (B,) integers >= 1; values: (N, ...) -> (B, ...).
Rules     A count below one is refused: 0/0 has no unbiased reading, and leaving the sample out biases gbar.
Source    FLOPS Section 3; Algorithm 1, line 11 ("augment").
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.estimators import Estimator


def checked(counts: Any) -> np.ndarray:
    """The counts as int64, or an error that names the sample whose count is wrong."""
    array = np.asarray(counts)
    if array.ndim != 1 or not array.size or array.dtype.kind not in "iu":
        raise ValueError(f"counts has shape {array.shape} and dtype {array.dtype}: expected (B,) integers")
    if (array < 1).any():
        j = int(np.argmin(array))
        raise ValueError(f"counts[{j}] = {array[j]}: expected at least one query for each sample")
    return array.astype(np.int64)


def sample_of(counts: Any) -> np.ndarray:
    """The sample of each query: (N,), 0 repeated A_0 times, and so on."""
    counts = checked(counts)
    return np.repeat(np.arange(counts.size), counts)


def sample_means(values: np.ndarray, counts: Any) -> np.ndarray:
    """The mean over the queries of each sample: (N, ...) -> (B, ...); exact for arrays of Fractions."""
    counts, values = checked(counts), np.asarray(values)
    if len(values) != counts.sum():
        raise ValueError(f"values has {len(values)} rows, expected sum(counts) = {counts.sum()}")
    sums = np.add.reduceat(values, np.cumsum(counts) - counts, axis=0)
    return sums / counts.reshape(-1, *[1] * (values.ndim - 1))


def batch_gradient(values: np.ndarray, counts: Any) -> np.ndarray:
    """FLOPS eq. (4): the mean over samples of the means over their queries, (N, ...) -> (...)."""
    return sample_means(values, counts).mean(0)


def sample_estimates(
    estimator: Estimator, losses: Callable, x: Any, sigma: Any, directions: Any, counts: Any
) -> np.ndarray:
    """The gradient estimate of every sample from its own queries: directions (N, K) -> (B, K).

    losses(points (N, K), samples (N,)) -> (N,): the loss of the given sample at the given point.
    """
    samples = sample_of(counts)
    return sample_means(estimator(lambda points: losses(points, samples), x, sigma, directions), counts)


def batch_variance(traces: Any, counts: Any) -> float:
    """(1/B^2) sum_j T_j / A_j: the trace of the covariance of `batch_gradient`, queries independent."""
    counts = checked(counts)
    return float((np.asarray(traces, dtype=float) / counts).sum() / counts.size**2)


def shared_variance(gradients: Any, counts: int) -> float:
    """The same when all samples share their Gaussian directions: (K+1) |mean_j g_j|^2 / A, loss linear.

    gradients: (B, K), the gradients g_j.  Sharing correlates the samples; FLOPS eq. (20) assumes that
    they are independent, where the variance is (K+1) mean_j |g_j|^2 / (A B).  Sharing is better where the
    gradients cancel to less than 1/B of their mean square, and at worst B times as bad, where they agree.
    """
    average = np.asarray(gradients, dtype=float).mean(0)
    return float((average.size + 1) * (average @ average) / counts)
