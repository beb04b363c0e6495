"""The Gaussian allocator: relative numbers of queries A ~ N(mu, Sigma), four parameters fitted at each call.

    mu_j = b0 + b1 tanh(L_j)      Sigma_ij = s^2 exp(-d_ij / (2 g^2))      lambda = (b0, b1, s, g)
    grad_lambda E h(A) = E h(A) grad_lambda ln p(A)                        FLOPS (10), (11)

Everything is in units of Abar = A0/B, since only proportions count: (b0, b1, s, g) starts at
(1, 1/2, 1/5, 1), as in the paper; a common factor of the first three changes nothing.

What is minimised   h(A) = sum_j T_j / n_j, n = the whole numbers that A becomes (below).  The paper's
          sum T_j / A_j has no expectation under a Gaussian, whose density at A_j = 0 is positive.  With n_j
          at least 1, h lies between sum T_j / A0 and sum T_j: over B^2 the variance of the gradient used.
Sampling  one A from the fitted law; negative entries count as zero; `sim.rounding.proportional` makes whole
          numbers of it: at least one query each.  (The paper gives none to a negative entry, which leaves
          1/A_j undefined and the gradient biased.)
Distance  d = 1 - cosine similarity of the embeddings.  With the similarity itself, as the paper prints,
          like samples would get the smallest covariance and Sigma need not be positive semidefinite.
          Without embeddings all are taken as orthogonal: d = 1 off the diagonal.  1e-6 is added to the
          diagonal of Sigma / s^2, which like embeddings make singular.
Monotone  nothing is promised: b1 may turn negative, and traces enter only through the fit.
Draws     dealt in the order of (loss, trace): reordering samples reorders the allocation.
Rules     Losses must be finite.  All traces zero: nothing to fit, the starting parameters are sampled.
Cost      one Cholesky factor of (B, B) a step: meant for mini-batches, refused above B = 4096.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.linalg import solve_triangular

from sim.allocation import checked
from sim.bernoulli import checked_losses
from sim.rounding import proportional

MOST_SAMPLES = 4096
NUGGET = 1e-6
LEAST, MOST = np.array([0.05, -2.0, 0.01, 0.2]), np.array([2.0, 2.0, 1.0, 5.0])
"""The box in which lambda stays: beyond it the rounded allocations hardly change."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """lambda = (b0, b1, s, g) in units of Abar."""

    base: float = 1.0
    slope: float = 0.5
    spread: float = 0.2
    reach: float = 1.0


def distances(embeddings: np.ndarray) -> np.ndarray:
    """1 - cosine similarity: (B, d) -> (B, B)."""
    size = np.linalg.norm(embeddings, axis=1, keepdims=True)
    if not (np.isfinite(size) & (size > 0)).all():
        j = int(np.argmin(np.isfinite(size) & (size > 0)))
        raise ValueError(f"embeddings[{j}] has norm {size[j, 0]}: expected a finite number > 0")
    unit = embeddings / size
    return (1 - unit @ unit.T).clip(0, 2) * (1 - np.eye(len(unit)))


def law(lam: Parameters, features: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (B,) and lower Cholesky factor (B, B) of the covariance."""
    kernel = np.exp(-distance / (2 * lam.reach**2)) + NUGGET * np.eye(len(features))
    return lam.base + lam.slope * features, lam.spread * np.linalg.cholesky(kernel)


def score(lam: Parameters, features: np.ndarray, distance: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """grad_lambda ln p(A) at A = mu + C normal: normal (K, B) -> (K, 4)."""
    _, factor = law(lam, features, distance)
    inverse = solve_triangular(factor, np.eye(len(features)), lower=True)  # C^-1
    z = normal @ inverse  # Sigma^-1 (A - mu), row by row
    bend = lam.spread**2 * np.exp(-distance / (2 * lam.reach**2)) * distance / lam.reach**3  # d Sigma / d g
    spread = ((normal * normal).sum(-1) - normal.shape[-1]) / lam.spread
    reach = ((z @ bend * z).sum(-1) - (inverse.T @ inverse * bend).sum()) / 2
    return np.stack([z.sum(-1), z @ features, spread, reach], -1)


def likelihood_ratio(values: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """FLOPS (11), each value less the mean of the others: same mean, less noise; (K,), (K, 4) -> (4,)."""
    return (values - values.mean()) @ scores / (len(values) - 1)


def objective(traces: np.ndarray, weights: np.ndarray, budget: int) -> np.ndarray:
    """h(A) = sum_j T_j / n_j for each row of relative numbers."""
    return (traces / proportional(weights.clip(0), budget)).sum(-1)


def fit(
    features: np.ndarray,
    traces: np.ndarray,
    distance: np.ndarray,
    budget: int,
    rng: np.random.Generator,
    start: Parameters = Parameters(),
    steps: int = 20,
    draws: int = 64,
    rate: float = 0.1,
) -> Parameters:
    """lambda after `steps` steps against the estimated gradient, of length rate / sqrt(step)."""
    lam = np.array(astuple(start))
    for step in range(1, steps + 1):
        now = Parameters(*lam.tolist())
        mean, factor = law(now, features, distance)
        normal = rng.standard_normal((draws, len(features)))
        values = objective(traces, mean + normal @ factor.T, budget)
        slope = likelihood_ratio(values, score(now, features, distance, normal))
        size = np.linalg.norm(slope)
        if size > 0:
            lam = np.clip(lam - rate / np.sqrt(step) * slope / size, LEAST, MOST)
    return Parameters(*lam.tolist())


def gaussian(
    losses: np.ndarray,
    traces: np.ndarray,
    budget: int,
    rng: np.random.Generator,
    embeddings: np.ndarray | None = None,
    steps: int = 20,
    draws: int = 64,
) -> np.ndarray:
    """The allocation of the module's text; `embeddings` (B, d) by partial application."""
    traces, budget = checked(losses, traces, budget)
    B, order = traces.size, np.lexsort((traces, checked_losses(losses)))
    if B > MOST_SAMPLES:
        raise ValueError(f"traces has shape ({B},): expected at most {MOST_SAMPLES} samples, see Cost")
    if embeddings is None:
        distance = 1 - np.eye(B)
    elif len(embeddings) != B:
        raise ValueError(f"embeddings has {len(embeddings)} rows, expected {B}")
    else:
        distance = distances(np.asarray(embeddings, dtype=np.float64)[order])
    features, sizes = np.tanh(checked_losses(losses)[order]), traces[order]
    lam = Parameters()
    if sizes.max() > 0:
        lam = fit(features, sizes / sizes.max(), distance, budget, rng, lam, steps, draws)
    mean, factor = law(lam, features, distance)
    weights = mean + factor @ rng.standard_normal(B)
    allocation = np.empty(B, dtype=np.int64)
    allocation[order] = proportional(weights.clip(0), budget)
    return allocation
