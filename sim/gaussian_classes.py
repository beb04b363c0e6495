"""Two Gaussian classes with a shared covariance: LDA parameters and total variation distances.

Shapes    means are d-tuples, the covariance a d x d tuple of tuples; a data set is the pair of class means
          (positive, negative) with equal label probabilities.  Exact for int and Fraction, else float.
Units     means carry [x], the covariance [x]^2, LDA parameters 1/[x]; total variation is a pure number.
"""

import math
from collections.abc import Callable
from typing import Any

Vector = tuple[Any, ...]
Matrix = tuple[Vector, ...]


def minus(a: Vector, b: Vector) -> Vector:
    """a - b."""
    return tuple(x - y for x, y in zip(a, b, strict=True))


def inner(a: Vector, b: Vector) -> Any:
    """The inner product <a, b>."""
    return sum((x * y for x, y in zip(a, b, strict=True)), start=0)


def solve(matrix: Matrix, vector: Vector) -> Vector:
    """matrix^{-1} vector for a positive definite matrix, by elimination (no pivoting is needed)."""
    rows = [[*row, v] for row, v in zip(matrix, vector, strict=True)]
    d = len(rows)
    for k in range(d):
        pivot = rows[k][k]
        if not pivot > 0:
            raise ValueError(f"covariance {matrix!r}: expected a positive definite matrix")
        rows[k] = [v / pivot for v in rows[k]]
        for a in range(d):
            if a != k:
                rows[a] = [x - rows[a][k] * y for x, y in zip(rows[a], rows[k], strict=True)]
    return tuple(row[-1] for row in rows)


def apply(matrix: Matrix, vector: Vector) -> Vector:
    """matrix vector."""
    return tuple(inner(row, vector) for row in matrix)


def mirror(normal: Vector) -> Matrix:
    """I - 2 n n^T / |n|^2, symmetric and orthogonal, rational for a rational normal; I for n = 0."""
    square = inner(normal, normal)
    rows = range(len(normal))
    return tuple(
        tuple((a == b) - (2 * normal[a] * normal[b] / square if square else 0) for b in rows) for a in rows
    )


def spectral(basis: Matrix, spectrum: Vector) -> Matrix:
    """Q diag(spectrum) Q^T for an orthogonal Q."""
    return tuple(
        tuple(sum(x * s * y for x, s, y in zip(a, spectrum, b, strict=True)) for b in basis) for a in basis
    )


def lda(covariance: Matrix, means: tuple[Vector, Vector]) -> Vector:
    """The direction Sigma^{-1} (mu_positive - mu_negative) of linear discriminant analysis."""
    return solve(covariance, minus(*means))


def mahalanobis2(covariance: Matrix, shift: Vector) -> Any:
    """shift^T Sigma^{-1} shift."""
    return inner(shift, solve(covariance, shift))


def tv_gaussian(squared_distance: float) -> float:
    """Total variation of N(m, S) and N(m', S) at squared Mahalanobis distance: 2 Phi(delta / 2) - 1."""
    return math.erf(math.sqrt(squared_distance / 8))


def tv_labelled(
    covariance: Matrix,
    first: tuple[Vector, Vector],
    second: tuple[Vector, Vector],
    of: Callable[[Any], Any] = tv_gaussian,
) -> Any:
    """Total variation of the joint laws of (x, y), y = +-1 equally likely: the mean over the two labels.

    `of` maps a squared Mahalanobis distance to the distance of two Gaussians; pass a certified one to
    enclose the result.
    """
    parts = [of(mahalanobis2(covariance, minus(a, b))) for a, b in zip(first, second, strict=True)]
    return (parts[0] + parts[1]) / 2
