"""Finitely many rational points with the moments of a law up to degree five, in dimension 1 to 3.

The weights are solved from the fourth moments; the second and the odd ones follow by symmetry:
sphere     dim 1: +-1.  dim 2: axes and (+-3/5, +-4/5), E x^4 = 3/8.
           dim 3: axes and (+-1/3, +-2/3, +-2/3), E x^4 = 1/5
gaussian   products of the law on 0, +-1, +-2 with E x^2 = 1, E x^4 = 3
rademacher all sign vectors (every moment)
"""

from fractions import Fraction
from functools import cache
from itertools import permutations, product

Cubature = tuple[tuple[Fraction, ...], tuple[tuple[Fraction, ...], ...]]


@cache
def law_points(kind: str, dim: int) -> Cubature:
    """(weights, points) of the law in R^dim; raises KeyError for a law without points here."""
    return {"sphere": _sphere, "gaussian": _gaussian, "rademacher": _rademacher}[kind](dim)


def _rademacher(dim: int) -> Cubature:
    points = tuple(tuple(map(Fraction, p)) for p in product((-1, 1), repeat=dim))
    return (Fraction(1, 2**dim),) * 2**dim, points


def _gaussian(dim: int) -> Cubature:
    # 2 (b + 4 c) = 1 and 2 (b + 16 c) = 3
    c = Fraction(3 - 1, 2 * (16 - 4))
    b = Fraction(1, 2) - 4 * c
    line = {0: 1 - 2 * (b + c), 1: b, -1: b, 2: c, -2: c}
    points = tuple(product(map(Fraction, line), repeat=dim))
    weights = []
    for point in points:
        weight = Fraction(1)
        for x in point:
            weight *= line[int(x)]
        weights.append(weight)
    return tuple(weights), points


def _sphere(dim: int) -> Cubature:
    axes = [tuple(Fraction(s * (i == j)) for j in range(dim)) for i in range(dim) for s in (1, -1)]
    if dim == 1:
        return (Fraction(1, 2),) * 2, tuple(axes)
    shape = (Fraction(3, 5), Fraction(4, 5)) if dim == 2 else (Fraction(1, 3), Fraction(2, 3), Fraction(2, 3))
    if dim > 3:
        raise KeyError(f"sphere in dimension {dim}")
    signs = list(product((1, -1), repeat=dim))
    others = sorted(
        {tuple(s * x for s, x in zip(z, p, strict=True)) for p in permutations(shape) for z in signs}
    )
    # a len(axes) + b len(others) = 1 and a fourth moments = 3 / (dim (dim + 2))
    fourth = sum(p[0] ** 4 for p in others)
    wanted = Fraction(3, dim * (dim + 2))
    b = (wanted - Fraction(2, len(axes))) / (fourth - Fraction(2 * len(others), len(axes)))
    a = (1 - b * len(others)) / len(axes)
    return (a,) * len(axes) + (b,) * len(others), (*axes, *others)
