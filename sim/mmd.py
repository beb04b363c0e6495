"""Maximum mean discrepancy of two samples with a Gaussian kernel.

Kernel    k(a, b) = exp(-|a - b|^2 / (2 s^2)), s the bandwidth.
Biased    mean k(x, x') + mean k(y, y') - 2 mean k(x, y) over all pairs: the squared distance of the mean
          embeddings of the two empirical laws.  Never negative, 0 for equal samples; above the truth by
          (1 - E k(x, x')) / n + (1 - E k(y, y')) / m on average.
Unbiased  the same without the pairs of a point with itself: its mean is the truth, so it may be negative.
Bandwidth the median distance of different points of the pooled samples.  Where more than half of these
          distances vanish the median is 0 and no bandwidth; the mean distance is taken then, and 1 where
          all points are one.  Data sets that are to be compared share one bandwidth: `between` sees to it.
Truth     for N(m, a^2 I) and N(m', b^2 I) in d dimensions `gaussian_squared` is exact.
Shapes    x: (n, d), y: (m, d), float64.
Units     s those of x; the discrepancy is a pure number, at most sqrt(2).
          all points are one.  Data sets to be compared share one bandwidth: `between` sees to it.
          kernel nor estimator.
"""

from collections.abc import Sequence

import numpy as np

ESTIMATORS = ("biased", "unbiased")


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x_i - y_j|^2, shape (n, m); never negative."""
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(f"x, y have shapes {x.shape}, {y.shape}: expected (n, d) and (m, d), n, m >= 1")
    from scipy.spatial.distance import cdist  # by differences: equal points are at distance 0 exactly

    return cdist(x, y, "sqeuclidean")


def bandwidth(samples: Sequence[np.ndarray]) -> float:
    """The median heuristic on the pooled samples, as described above."""
    pooled = np.concatenate(list(samples))
    if len(pooled) < 2:
        return 1.0
    gaps = np.sqrt(squared_distances(pooled, pooled)[np.triu_indices(len(pooled), 1)])
    return float(np.median(gaps)) or float(gaps.mean()) or 1.0


def squared(x: np.ndarray, y: np.ndarray, width: float, estimator: str = "biased") -> float:
    """The squared discrepancy of two samples with bandwidth `width`."""
    if estimator not in ESTIMATORS:
        raise ValueError(f"estimator = {estimator!r}: expected one of {', '.join(ESTIMATORS)}")
    if not width > 0:
        raise ValueError(f"width = {width!r}: expected a positive bandwidth")
    if estimator == "unbiased" and min(len(x), len(y)) < 2:
        raise ValueError(f"{len(x)} and {len(y)} points: expected two or more for the unbiased estimator")
    within = [_within(sample, width, estimator) for sample in (x, y)]
    across = np.exp(-squared_distances(x, y) / (2 * width**2)).mean()
    value = float(sum(within) - 2 * across)
    return max(value, 0.0) if estimator == "biased" else value


def _within(sample: np.ndarray, width: float, estimator: str) -> float:
    """The mean of the kernel over pairs of one sample, with or without a point and itself."""
    n, total = len(sample), np.exp(-squared_distances(sample, sample) / (2 * width**2)).sum()
    return float(total / n**2 if estimator == "biased" else (total - n) / (n * (n - 1)))


def between(
    samples: Sequence[np.ndarray], width: float | None = None, estimator: str = "biased"
) -> np.ndarray:
    """Squared discrepancies of all pairs, (k, k), with one bandwidth; zero on the diagonal."""
    s = bandwidth(samples) if width is None else width
    found = np.zeros((len(samples), len(samples)))
    for a, one in enumerate(samples):
        for b in range(a):
            found[a, b] = found[b, a] = squared(one, samples[b], s, estimator)
    return found


def gaussian_squared(gap: np.ndarray, spreads: tuple[float, float], width: float) -> float:
    """The squared discrepancy of N(m, a^2 I) and N(m', b^2 I), gap = m - m', spreads = (a, b).

    The kernel of two independent points is a Gaussian in their difference, so that its mean is
    (s^2 / v)^(d/2) exp(-|gap|^2 / (2 v)) with v = s^2 + the variance of the difference.
    """

    def mean(variance: float, square: float) -> float:
        v = width**2 + variance
        return (width**2 / v) ** (len(gap) / 2) * float(np.exp(-square / (2 * v)))

    a, b = (spread**2 for spread in spreads)
    return mean(2 * a, 0) + mean(2 * b, 0) - 2 * mean(a + b, float(gap @ gap))
