"""The least value of a quadratic form over the probability simplex, exactly, by its faces.

minimise  w^T H w over w >= 0, sum w = 1, for a symmetric H of a few rows, definite or not.  On each face the
          stationary point solves H w = lambda e, e^T w = 1; where that system is singular the form is linear
          along some direction of the face, so that the face's boundary does as well.
Shapes    H: (n, n) tuples of tuples; weights: (n,).  2^n - 1 faces: meant for n <= 6.
Units     the value has those of H; weights are pure numbers.  Exact for int and Fraction, else float.
"""

from fractions import Fraction
from itertools import combinations
from typing import Any

Vector = tuple[Any, ...]
Matrix = tuple[Vector, ...]


def value(form: Matrix, weights: Vector) -> Any:
    """w^T H w."""
    return sum(
        a * h * b for a, row in zip(weights, form, strict=True) for b, h in zip(weights, row, strict=True)
    )


def least(form: Matrix) -> tuple[Any, Vector]:
    """The least value of w^T H w over the simplex, and weights that reach it."""
    n, found = len(form), []
    for size in range(1, n + 1):
        for face in combinations(range(n), size):
            inside = _stationary(form, face)
            if inside is not None and min(inside) >= 0:
                weights = tuple(inside[face.index(k)] if k in face else 0 for k in range(n))
                found.append((value(form, weights), weights))
    return min(found, key=lambda pair: pair[0])


def _stationary(form: Matrix, face: tuple[int, ...]) -> Vector | None:
    """The solution of H w = lambda e, e^T w = 1 on the face; None if there is not exactly one."""
    rows = [[*(form[a][b] for b in face), -1, 0] for a in face] + [[1] * len(face) + [0, 1]]
    size = len(rows)
    scale = max((abs(x) for row in rows[:-1] for x in row[: len(face)]), default=0) or 1
    zero = 1e-12 * scale if any(isinstance(x, float) for row in rows for x in row) else 0
    for k in range(size):
        pivot = max(range(k, size), key=lambda a: abs(rows[a][k]))
        if abs(rows[pivot][k]) <= zero:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        lead = rows[k][k]
        rows[k] = [_ratio(x, lead) for x in rows[k]]
        for a in range(size):
            if a != k and rows[a][k]:
                rows[a] = [x - rows[a][k] * y for x, y in zip(rows[a], rows[k], strict=True)]
    return tuple(row[-1] for row in rows[:-1])


def _ratio(x: Any, y: Any) -> Any:
    """x / y without leaving the rationals."""
    return Fraction(x, y) if isinstance(x, int) and isinstance(y, int) else x / y
