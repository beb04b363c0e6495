"""Gradient descent on separable, smooth, strongly convex losses, exact for rational numbers.

A coordinate's loss is piecewise quadratic: curvature `inner` up to distance `radius` from its minimiser 0,
`outer` beyond.  With both curvatures in [mu, L] the sum over coordinates is L-smooth and mu-strongly convex;
equal curvatures give the quadratic with that spectrum.  All functions take int, Fraction or float.
Shapes: start, inner, outer are d-tuples; radius, eta scalars.  Units: loss [J], curvature [J]/[x]^2.
"""

from dataclasses import dataclass
from typing import Any

Vector = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bowl:
    """The loss sum_j h_j(x_j): curvature inner[j] for |x_j| <= radius, outer[j] outside; minimum 0 at 0."""

    inner: Vector
    outer: Vector
    radius: Any

    def __post_init__(self) -> None:
        if len(self.inner) != len(self.outer):
            raise ValueError(f"outer = {self.outer!r}: expected {len(self.inner)} curvatures, as in inner")


def loss(bowl: Bowl, x: Vector) -> Any:
    """J(x) - J(x*), x* = 0."""
    total = 0
    for a, c, v in zip(bowl.inner, bowl.outer, x, strict=True):
        near, far = min(abs(v), bowl.radius), max(abs(v) - bowl.radius, 0)
        total += a * near * near / 2 + far * (a * bowl.radius + c * far / 2)
    return total


def gradient(bowl: Bowl, x: Vector) -> Vector:
    """The gradient of the loss at x."""
    slopes = []
    for a, c, v in zip(bowl.inner, bowl.outer, x, strict=True):
        size = a * min(abs(v), bowl.radius) + c * max(abs(v) - bowl.radius, 0)
        slopes.append(size if v >= 0 else -size)
    return tuple(slopes)


def descend(bowl: Bowl, start: Vector, eta: Any, steps: int) -> Vector:
    """The iterate after `steps` steps x <- x - eta * gradient(x)."""
    x = start
    for _ in range(steps):
        x = tuple(v - eta * g for v, g in zip(x, gradient(bowl, x), strict=True))
    return x


def quadratic_loss(spectrum: Vector, start: Vector, eta: Any, steps: int) -> Any:
    """J after `steps` steps on the quadratic with this spectrum, in closed form (no iteration)."""
    return sum(
        (a * (v * (1 - eta * a) ** steps) ** 2 / 2 for a, v in zip(spectrum, start, strict=True)),
        start=0,
    )
