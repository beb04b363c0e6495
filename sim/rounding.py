"""From relative weights to whole numbers of queries: one each, the rest in proportion, largest remainders.

    A_j = 1 + floor(x_j), x_j = (A0 - B) w_j / sum w;  what is left over goes one by one to the largest
    fractional parts of x (ties: the larger weight, then the lower index)

Conserves A0 exactly; every sample gets at least one query, so that the gradient that results is unbiased.
Loss bound   A_j > (A0 - B) w_j / sum w, hence for every T >= 0

    sum_j T_j / A_j <= A0 / (A0 - B) * sum_j T_j / (A0 w_j / sum w)

          rounding costs at most the factor A0 / (A0 - B) against the real shares.  For the optimal shares
          w_j ~ sqrt(T_j) that is (sum sqrt T)^2 / (A0 - B), which therefore bounds the integer optimum too.
Shapes    weights: (..., B), >= 0 and finite; budget A0 >= B -> (..., B) int64, each row by itself.
Rules     A row of zeros is spread as equal weights.
"""

import numpy as np


def proportional(weights: np.ndarray, budget: int) -> np.ndarray:
    """The rounding rule of the module's text, for every row of weights."""
    weights = np.asarray(weights, dtype=np.float64)
    B = weights.shape[-1]
    if not (np.isfinite(weights) & (weights >= 0)).all():
        bad = weights[~(np.isfinite(weights) & (weights >= 0))][0]
        raise ValueError(f"a weight is {bad}: expected finite numbers >= 0")
    if budget < B:
        raise ValueError(f"budget = {budget}: expected at least one query for each of the {B} samples")
    largest = weights.max(-1, keepdims=True)
    scaled = np.where(largest > 0, weights / np.where(largest > 0, largest, 1), 1.0)
    ideal = (budget - B) * (scaled / scaled.sum(-1, keepdims=True))
    whole = np.floor(ideal)
    left = budget - B - whole.sum(-1, keepdims=True).astype(np.int64)  # 0 <= left <= B
    order = np.lexsort((-scaled, whole - ideal), axis=-1)  # stable: largest fraction, then weight, then index
    rank = np.argsort(order, axis=-1, kind="stable")
    return 1 + whole.astype(np.int64) + (rank < left)


def rounding_factor(samples: int, budget: int) -> float:
    """A0 / (A0 - B), the most that rounding costs; infinite if there is just one query for each sample."""
    return budget / (budget - samples) if budget > samples else float("inf")
