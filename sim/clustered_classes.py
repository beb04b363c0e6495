"""Classes with subclusters in 32 dimensions, bent by sine and tangent: the data of CoGraM's tests.

World     centre_c ~ N(0, separation^2 I), one for each class; shift_cs ~ N(0, spread^2 I), one for each of
          its subclusters; a factor F_cs of the subcluster's covariance with entries N(0, 1/dim).
Sample    z = centre_c + shift_cs + width F_cs e, e ~ N(0, I), s uniform;
          x = z + sine sin(frequency z) + tangent tan(clip(z/4, -1.2, 1.2)) + noise e', entry by entry.
Two uses  homogeneous: the subnetworks' samples have different seeds and nothing else; heterogeneous: the
          bending differs too (`Bend`).  The classes' centres are shared in both: with centres of their own
          the two subnetworks would have no task in common.  The paper prints the ingredients, not the
          constants.
Shapes    centres (classes, dim); shifts (classes, subclusters, dim); factors (classes, subclusters, dim,
          dim); x (n, dim) float64, y (n,) int64.
Units     none.
Source    CoGraM, Results, paragraphs 1 to 3; Test 1, Test 2.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Where the classes lie: centres, shifts of their subclusters, factors of their covariances."""

    centres: np.ndarray
    shifts: np.ndarray
    factors: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """The non-linear distortion and the noise of one data set."""

    sine: float = 1.0
    frequency: float = 1.0
    tangent: float = 0.5
    noise: float = 0.3


def geometry(
    rng: np.random.Generator,
    *,
    classes: int = 20,
    dim: int = 32,
    subclusters: int = 3,
    separation: float = 1.0,
    spread: float = 0.7,
    width: float = 0.8,
) -> Geometry:
    """Random centres, subclusters and covariances."""
    if min(classes, dim, subclusters) < 1:
        raise ValueError(f"classes, dim, subclusters = {classes}, {dim}, {subclusters}: below 1")
    return Geometry(
        centres=separation * rng.standard_normal((classes, dim)),
        shifts=spread * rng.standard_normal((classes, subclusters, dim)),
        factors=width * rng.standard_normal((classes, subclusters, dim, dim)) / np.sqrt(dim),
    )


def bent(z: np.ndarray, bend: Bend) -> np.ndarray:
    """z + sine sin(frequency z) + tangent tan(z/4), the angle kept within +-1.2."""
    return z + bend.sine * np.sin(bend.frequency * z) + bend.tangent * np.tan(np.clip(z / 4, -1.2, 1.2))


def draw(
    where: Geometry, n: int, rng: np.random.Generator, bend: Bend | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """n samples with labels; every class has n // classes of them, the first ones one more."""
    if n < 1:
        raise ValueError(f"n = {n}: expected at least one sample")
    bend = bend or Bend()
    classes, dim = where.centres.shape
    y = rng.permutation(np.arange(n) % classes)
    s = rng.integers(where.shifts.shape[1], size=n)
    inside = np.einsum("nij,nj->ni", where.factors[y, s], rng.standard_normal((n, dim)))
    z = where.centres[y] + where.shifts[y, s] + inside
    return bent(z, bend) + bend.noise * rng.standard_normal((n, dim)), y.astype(np.int64)
