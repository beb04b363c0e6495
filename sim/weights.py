"""SAIL's merging weights from distances: printed closed forms, and the quadratic programme on the simplex.

Problem   weights w, sum w = 1, that bring sum_i w_i theta_i nearest to theta*: the form w^T H w with
          H_ij = t_i^2 + t_j^2 - e_ij^2 (equation (13)), t_i the distance of expert i from the target, e_ij
          that of two experts.  With distances of parameters w^T H w = 2 |sum_i w_i theta_i - theta*|^2; with
          total variations or mean discrepancies it is this in the geometry of that distance, and only where
          the distance is Euclidean (a mean discrepancy is, total variation is not) H is a Gram matrix.
Two       (t_2^2 + e^2 - t_1^2) / (2 e^2), equation (11); may leave [0, 1].  The experts exchanged, as in
          Section 4.4, gives the weight of theta_2.
More      H^{-1} e / (e^T H^{-1} e), equation (12); may leave the simplex.
Simplex   least w^T H w over w >= 0, sum w = 1, by scipy where H is positive semidefinite: non-negative least
          squares of v^T H v + (1 - e^T v)^2, whose v = c w is least for c = 1 / (1 + w^T H w) at the best w;
          and by the faces of the simplex (`sim.simplex`, n <= 10) where H is not.
Degenerate  e = 0: (11) divides by 0.  H singular: (12) has no inverse; that happens for n experts in n - 1
          dimensions or fewer with a target among them, for two equal experts, and whenever the target can be
          reached exactly.  Both raise ZeroDivisionError.  On the simplex a best point always exists; where
          several are best, one of them is given, and which one is not part of the contract.
Shapes    targets: (n,) squared distances t_i^2; between: (n, n) squared distances e_ij^2; weights (n,).
Units     any distance; weights are pure numbers.
Source    SAIL, Section 4.2, Theorem 3, equations (11) to (13); Section 4.4; Appendix E.
"""

import numpy as np

from sim import mmd
from sim.gaussian_classes import Matrix, Vector, tv_labelled
from sim.simplex import least

FLAT = 1e-12
"""Eigenvalues of H below this share of the largest count as zero."""


def form(targets: np.ndarray, between: np.ndarray) -> np.ndarray:
    """H of equation (13), (n, n), from squared distances."""
    t, e = np.asarray(targets, float), np.asarray(between, float)
    if t.ndim != 1 or e.shape != (len(t), len(t)):
        raise ValueError(f"targets, between have shapes {t.shape}, {e.shape}: expected (n,) and (n, n)")
    if not np.allclose(e, e.T) or e.diagonal().any() or (e < 0).any() or (t < 0).any():
        raise ValueError("between: expected symmetric squared distances, zero on the diagonal, none negative")
    return t[:, None] + t - e


def printed_two(targets: np.ndarray, between: float) -> float:
    """The weight of the first of two experts by equation (11); not kept within [0, 1]."""
    if not between > 0:
        raise ZeroDivisionError("the experts are at distance 0: equation (11) divides by it")
    return float((targets[1] + between - targets[0]) / (2 * between))


def printed_many(h: np.ndarray) -> np.ndarray:
    """The weights of equation (12); not kept on the simplex."""
    size = np.abs(np.linalg.eigvalsh(h))
    if not size.min() > FLAT * size.max():
        raise ZeroDivisionError(f"H = {h.tolist()} is singular: equation (12) inverts it")
    raw = np.linalg.solve(h, np.ones(len(h)))
    if abs(raw.sum()) <= FLAT * np.abs(raw).sum():
        raise ZeroDivisionError(f"H = {h.tolist()}: e^T H^-1 e = 0, equation (12) divides by it")
    return raw / raw.sum()


def on_simplex(h: np.ndarray) -> np.ndarray:
    """Weights of least w^T H w with w >= 0 and sum w = 1, for any symmetric H."""
    from scipy.optimize import nnls

    values, vectors = np.linalg.eigh(h)
    top = np.abs(values).max()
    if not top > 0:
        return np.full(len(h), 1 / len(h))
    if values.min() < -1e-10 * top:
        if len(h) > 10:
            raise ValueError(f"H has the eigenvalue {values.min():.3g} and {len(h)} rows: expected n <= 10")
        return np.array(least(tuple(map(tuple, (h / top).tolist())))[1], float)
    root = np.sqrt(np.maximum(values / top, 0))[:, None] * vectors.T  # |root w|^2 = w^T H w / top
    raw, _ = nnls(np.vstack([root, np.ones(len(h))]), np.r_[np.zeros(len(h)), 1.0])
    return raw / raw.sum()


def by_parameters(experts: np.ndarray, target: np.ndarray) -> np.ndarray:
    """H from parameters: experts (n, d), target (d,).  w^T H w = 2 |sum_i w_i theta_i - theta*|^2."""
    gaps = experts - target
    apart = ((experts[:, None] - experts) ** 2).sum(-1)
    return form((gaps**2).sum(1), apart)


def by_samples(
    samples: list[np.ndarray], target: np.ndarray, width: float | None = None, estimator: str = "biased"
) -> np.ndarray:
    """H from mean discrepancies of data sets with one bandwidth.

    Unbiased discrepancies can be negative; they are taken as 0 then.
    """
    every = np.maximum(mmd.between([*samples, target], width, estimator), 0)
    return form(every[-1, :-1], every[:-1, :-1])


def by_tv(
    covariance: Matrix, experts: list[tuple[Vector, Vector]], target: tuple[Vector, Vector]
) -> np.ndarray:
    """H from total variations of two-class Gaussian data sets, each the pair of its class means."""
    every = np.array(
        [[tv_labelled(covariance, a, b) for b in (*experts, target)] for a in (*experts, target)]
    )
    return form(every[-1, :-1] ** 2, every[:-1, :-1] ** 2)
