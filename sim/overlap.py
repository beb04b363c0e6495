"""Two data sets with a prescribed overlap with each other and with a third.

Construction  D_1 and D_2 have n items each: beta n of them from the third set, the others from pools of their
              own.  Of either kind a share alpha is common to both; common items that are not of the third set
              come in equal parts from the two pools.  So |D_1 and D_2| = alpha n and |D_i and D_t| = beta n,
              up to rounding to whole items.
Room          the third set needs (2 - alpha) beta n items: were it as small as D_1, then alpha >= 2 - 1/beta,
              and not every pair (alpha, beta) in [0, 1]^2 exists: |D_i| <= |D_t| / 2 is enough for all.
Shapes        pools: index arrays without repetition, disjoint; returns two index arrays (n,).
Source        SAIL, Section 4.4, "Impact of Data Overlap", which names alpha and beta and no construction.
"""

import numpy as np


def overlapping(
    pools: tuple[np.ndarray, np.ndarray], third: np.ndarray, n: int, alpha: float, beta: float
) -> tuple[np.ndarray, np.ndarray]:
    """D_1 and D_2, taken from the fronts of their pools and of the third set."""
    if not (0 <= alpha <= 1 and 0 <= beta <= 1):
        raise ValueError(f"alpha, beta = {alpha}, {beta}: expected numbers in [0, 1]")
    theirs, own = round(beta * n), n - round(beta * n)
    common, shared = round(alpha * own), round(alpha * theirs)
    fronts = (common // 2, common - common // 2)
    apart = theirs - shared
    needed = (*(front + own - common for front in fronts), shared + 2 * apart)
    for pool, least in zip((*pools, third), needed, strict=True):
        if len(pool) < least:
            raise ValueError(f"a pool of {len(pool)} items: expected at least {least}")
    both = [*(pool[:front] for pool, front in zip(pools, fronts, strict=True)), third[:shared]]
    rests = [pool[front : front + own - common] for pool, front in zip(pools, fronts, strict=True)]
    tails = [third[shared + k * apart : shared + (k + 1) * apart] for k in (0, 1)]
    one, two = (np.concatenate([*both, rest, tail]) for rest, tail in zip(rests, tails, strict=True))
    return one, two
