"""Cases for the laws of gradient estimators: small polynomial losses, and finite laws of directions.

Coefficients are small integers, points and radii multiples of 1/8: violations can be read, and rounding is
far below the tolerance.  The loss uses plain operations on coordinates, so that it takes arrays, arrays of
Fractions and torch tensors alike; derivatives are computed here by a road of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.directions import points

LAWS = ("gaussian", "sphere", "rademacher", "coordinate")
Term = tuple[float, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Input of an estimator: sum of coefficient * product of coordinates, a point, a radius, a law."""

    terms: tuple[Term, ...]
    x: tuple[float, ...]
    sigma: float
    law: str


def loss(problem: Problem) -> Callable[[Any], Any]:
    """f: (..., K) -> (...)."""

    def f(point: Any) -> Any:
        total = 0 * point[..., 0]
        for coefficient, indices in problem.terms:
            product = coefficient + 0 * point[..., 0]
            for i in indices:
                product = product * point[..., i]
            total = total + product
        return total

    return f


def derivatives(problem: Problem) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Value, gradient (K,), Hessian (K, K) and third derivatives (K, K, K) at the point, term by term."""
    K = len(problem.x)
    tensors = [np.zeros((K,) * order) for order in range(4)]
    for coefficient, indices in problem.terms:
        for order in range(len(indices) + 1):
            for chosen in _ordered(len(indices), order):
                rest = [problem.x[i] for k, i in enumerate(indices) if k not in chosen]
                at = tuple(indices[k] for k in chosen)
                tensors[order][at] += coefficient * float(np.prod(rest))
    return float(tensors[0]), tensors[1], tensors[2], tensors[3]


@lru_cache(maxsize=32)
def _ordered(length: int, order: int) -> tuple[tuple[int, ...], ...]:
    """The ordered choices of `order` factors out of `length`: one for each way to differentiate them."""
    if not order:
        return ((),)
    return tuple((*c, k) for c in _ordered(length, order - 1) for k in range(length) if k not in c)


def size(problem: Problem) -> float:
    """A bound on |f| in the ball that the estimator visits, for tolerances: sum |c| (|x| + 4 s sqrt(K))^d."""
    reach = max(1.0, max(map(abs, problem.x)) + 4 * problem.sigma * len(problem.x))
    return 1 + sum(abs(c) * reach ** len(i) for c, i in problem.terms)


@lru_cache(maxsize=64)
def rule(law: str, K: int) -> tuple[np.ndarray, np.ndarray]:
    """(weights (N,), directions (N, K)): a finite law with the moments that the laws of estimators need."""
    if law == "coordinate":
        units = np.concatenate([np.eye(K), -np.eye(K)]) * np.sqrt(K)
        return np.full(2 * K, 1 / (2 * K)), units
    weights, vectors = points(law, K)
    return np.array(weights, dtype=float), np.array(vectors, dtype=float)


def problems(
    degree: int, *, least: int = 1, most: int = 3, laws: tuple[str, ...] = LAWS
) -> st.SearchStrategy:
    """Losses of at most this degree in `least` to `most` dimensions."""

    @st.composite
    def build(draw: st.DrawFn) -> Problem:
        K = draw(st.integers(least, most))
        index = st.integers(0, K - 1)
        indices = st.lists(index, max_size=degree).map(lambda i: tuple(sorted(i)))
        terms = st.lists(st.tuples(st.integers(-3, 3).map(float), indices), min_size=1, max_size=5)
        x = tuple(draw(st.integers(-16, 16)) / 8 for _ in range(K))
        sigma = draw(st.sampled_from((1.0, 0.5, 0.125, 2.0)))
        return Problem(tuple(draw(terms)), x, sigma, draw(st.sampled_from(LAWS)))

    return build()
