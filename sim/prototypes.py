"""One representative or several for each class: CoGraM's prototypes and the alternatives that it names.

    geometric   (prod over x in S_c of (|x| + eps))^(1/|S_c|), entry by entry (Equation 1): signs are lost
    mean        the arithmetic mean
    kmeans      the centres of k clusters (Lloyd's algorithm), k of them for each class
    medoid      the sample with the least sum of Euclidean distances to its class

Shapes    x: (n, d), y: (n,) labels; prototypes (p, d) with labels (p,), ordered by class.
Units     those of x.
Source    CoGraM, Equation 1, "Prototypes"; Discussion, paragraph 2 (k-means, medoids).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

EPS = 1e-8
"""epsilon of Equation 1; the paper prints no value."""


def geometric(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The geometric mean of magnitudes, by logarithms: (n, d) -> (1, d)."""
    return np.exp(np.log(np.abs(x) + EPS).mean(0, keepdims=True))


def mean(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The arithmetic mean: (n, d) -> (1, d)."""
    return x.mean(0, keepdims=True)


def medoid(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The sample nearest to all others; of equals the first: (n, d) -> (1, d)."""
    from scipy.spatial.distance import cdist

    return x[[int(cdist(x, x).sum(1).argmin())]]


def kmeans(x: np.ndarray, rng: np.random.Generator, k: int = 3) -> np.ndarray:
    """Centres of at most k clusters: (n, d) -> (min(k, n), d)."""
    from scipy.cluster.vq import kmeans2

    centres, label = kmeans2(x, min(k, len(x)), minit="++", rng=rng)
    return centres[np.unique(label)]


KINDS: Mapping[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = MappingProxyType(
    {"geometric": geometric, "mean": mean, "medoid": medoid, "kmeans": kmeans}
)


def prototypes(
    kind: str, x: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Prototypes of every class that occurs, with their labels."""
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: expected one of {', '.join(KINDS)}")
    if x.ndim != 2 or y.shape != x.shape[:1] or not len(y):
        raise ValueError(f"x has shape {x.shape} and y {y.shape}: expected (n, d) and (n,) with n >= 1")
    parts = [(label, KINDS[kind](x[y == label], rng)) for label in np.unique(y)]
    labels = np.concatenate([np.full(len(part), label) for label, part in parts])
    return np.concatenate([part for _, part in parts]), labels
