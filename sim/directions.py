"""Laws of random directions u in R^K, and finite point sets that share their low moments exactly.

Laws      sphere: uniform on |u| = 1.  gaussian: N(0, I_K).  rademacher: independent signs.
Points    `points(law, K)` -> (weights, vectors), all Fractions, weights positive with sum 1, symmetric under
          permutations and signs of the coordinates.  Averages of p(u) |u|^2 agree with the law for every
          polynomial p of degree 7 (rademacher: of any degree), hence for each mean square of `sim.spsa` on a
          cubic loss.  The sphere has such rules with rational coordinates: three orbits carry the moments of
          sum u_i^4 and sum u_i^6; the Gaussian is a sphere rule times a rule for the radius.
Shapes    vectors: N tuples of length K; draw: (n, K).
Source    Stroud, Approximate Calculation of Multiple Integrals (1971), fully symmetric rules on U_n; the
          coordinates used here are rational ones of our own choice.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product

import numpy as np
from scipy.special import roots_genlaguerre

LAWS = ("sphere", "gaussian", "rademacher")
Rule = tuple[tuple[Fraction, ...], tuple[tuple[Fraction, ...], ...]]

ORBITS = {  # non-zero coordinates of the rational unit vectors that carry the sphere rule
    1: ((1,),),
    2: ((1,), (Fraction(3, 5), Fraction(4, 5))),
    3: ((1,), (Fraction(3, 5), Fraction(4, 5)), (Fraction(1, 3), Fraction(2, 3), Fraction(2, 3))),
    4: ((1,), (Fraction(3, 5), Fraction(4, 5)), (Fraction(1, 2),) * 4),
}
LARGEST_K = 8  # beyond, these orbits would need a negative weight


def solve(matrix: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a regular square system, exactly (Gauss-Jordan)."""
    rows = [[*map(Fraction, row), Fraction(value)] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def _orbit(coordinates: tuple, K: int) -> list[tuple[Fraction, ...]]:
    """All distinct permutations and sign changes of the vector with these non-zero coordinates."""
    padded = (*map(Fraction, coordinates), *[Fraction(0)] * (K - len(coordinates)))
    signed = {
        tuple(s * x for s, x in zip(signs, order, strict=True))
        for order in set(permutations(padded))
        for signs in product((1, -1), repeat=K)
    }
    return sorted(signed)


def _sphere(K: int) -> Rule:
    orbits = ORBITS[min(K, 4)]
    powers = [[sum(Fraction(x) ** p for x in orbit) for orbit in orbits] for p in (2, 4, 6)]
    moments = [Fraction(1), Fraction(3, K + 2), Fraction(15, (K + 2) * (K + 4))]
    shares = solve(powers[: len(orbits)], moments[: len(orbits)])
    weights, vectors = [], []
    for share, orbit in zip(shares, orbits, strict=True):
        members = _orbit(orbit, K) if share else []
        weights += [share / len(members)] * len(members) if members else []
        vectors += members
    return tuple(weights), tuple(vectors)


def _radius(K: int) -> tuple[list[Fraction], list[Fraction]]:
    """Weights and rational radii with E r^(2k) = K (K+2) ... (K+2k-2) for k = 0..4."""
    nodes, _ = roots_genlaguerre(5, K / 2 - 1)  # of r^2 / 2; rounded, the weights below stay exact
    radii = [Fraction(round(float(np.sqrt(2 * x)) * 256), 256) for x in nodes]
    moments = [Fraction(1)]
    for k in range(4):
        moments.append(moments[-1] * (K + 2 * k))
    return solve([[r ** (2 * k) for r in radii] for k in range(5)], moments), radii


def _gaussian(K: int) -> Rule:
    weights, vectors = _sphere(K)
    shares, radii = _radius(K)
    pairs = [
        (share * weight, tuple(r * x for x in vector))
        for share, r in zip(shares, radii, strict=True)
        for weight, vector in zip(weights, vectors, strict=True)
    ]
    return tuple(w for w, _ in pairs), tuple(v for _, v in pairs)


def _rademacher(K: int) -> Rule:
    vectors = tuple(tuple(map(Fraction, signs)) for signs in product((1, -1), repeat=K))
    return (Fraction(1, 2**K),) * 2**K, vectors


RULES = {"sphere": _sphere, "gaussian": _gaussian, "rademacher": _rademacher}


@lru_cache(maxsize=64)
def points(law: str, K: int) -> Rule:
    """(weights, vectors) of the finite rule for a law in dimension K <= 8 (see the module's text)."""
    if law not in LAWS:
        raise ValueError(f"law {law!r}: expected one of {', '.join(LAWS)}")
    if not 1 <= K <= LARGEST_K:
        raise ValueError(f"K = {K!r}: expected an integer from 1 to {LARGEST_K}")
    weights, vectors = RULES[law](K)
    if min(weights) <= 0:
        raise ValueError(f"law {law!r}, K = {K}: the rule has a weight that is not positive")
    return weights, vectors


@lru_cache(maxsize=64)
def half(law: str, K: int) -> Rule:
    """One of each pair u, -u with the weight of both: the same averages of even functions, cheaper."""
    pairs = [(2 * w, v) for w, v in zip(*points(law, K), strict=True) if v > (Fraction(0),) * K]
    return tuple(w for w, _ in pairs), tuple(v for _, v in pairs)


def draw(law: str, rng: np.random.Generator, n: int, K: int) -> np.ndarray:
    """n independent directions, shape (n, K)."""
    if law not in LAWS:
        raise ValueError(f"law {law!r}: expected one of {', '.join(LAWS)}")
    if law == "rademacher":
        return rng.choice((-1.0, 1.0), size=(n, K))
    u = rng.standard_normal((n, K))
    return u / np.linalg.norm(u, axis=1, keepdims=True) if law == "sphere" else u
