"""Two interleaving spirals, and the subsets of SAIL's control experiments.

World     spiral s in {0, 1}: angle t = sqrt(v) turns 2 pi with v uniform in (0, 1); the point at
          t/(2 pi turns) (cos(t + pi s), sin(t + pi s)) plus noise N(0, noise^2 I).  The label is s.
Subsets   "pure": D_1 holds points of the first spiral only, D_2 of the second only (as the paper prints it:
          each network then sees one label); "mixed": D_1 and D_2 hold both spirals, disjoint.  Either way
          40 % of the data each.
Shapes    x: (n, 2) float64 within the disc of radius about one, y: (n,) int64.
Units     none.
Source    SAIL, Appendix K.1; the paper prints no formula of the spirals and no noise.
"""

import numpy as np

SCHEMES = ("pure", "mixed")


def spirals(
    n: int, rng: np.random.Generator, *, turns: float = 1.5, noise: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """n points, half of them (rounded up) on the first spiral, in random order."""
    if n < 1 or not turns > 0 or not noise >= 0:
        raise ValueError(f"n, turns, noise = {n}, {turns}, {noise}: expected n >= 1, turns > 0, noise >= 0")
    y = rng.permutation(np.arange(n) % 2)
    radius = np.sqrt(rng.random(n))
    angle = 2 * np.pi * turns * radius + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return x + noise * rng.standard_normal((n, 2)), y.astype(np.int64)


def subsets(y: np.ndarray, scheme: str, share: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    """Indices of D_1 and D_2, disjoint, each `share` of all points (fewer where a spiral has fewer)."""
    if scheme not in SCHEMES:
        raise ValueError(f"scheme = {scheme!r}: expected one of {', '.join(SCHEMES)}")
    if not 0 < share <= 0.5:
        raise ValueError(f"share = {share!r}: expected a number in (0, 1/2]")
    size = int(share * len(y))
    if scheme == "pure":
        return np.flatnonzero(y == 0)[:size], np.flatnonzero(y == 1)[:size]
    return np.arange(size), np.arange(size, 2 * size)
