"""What the claims on FLOPS's gradient estimators share: noisy losses, noise laws, derivatives that are run.

Loss      l(y) = level + <h, y> + q <b, y>^2 / 2 + c <b, y>^3 / 6.  Both sides of the identities are linear in
          the loss and powers of linear forms span the polynomials, so that any cubic is a sum of such losses.
Noise     independent coordinates of one symmetric density f, of scale `width`: Gaussian, a triangle, a
          parabola, or uniform, whose density jumps at the ends of its support.
Shapes    y, h, b, z: (d,); the rest scalar.
Units     [l] on both sides, directions without unit.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from sim.directions import points
from theory.claim import Given, Quantity, Statement
from theory.family import Choice, Instance, Real, Vector, replace
from theory.notation import Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Line

PIECES = {  # density of width one: (from, to, coefficients of 1, z, z^2)
    "triangle": ((-1, 0, (1, 1, 0)), (0, 1, (1, -1, 0))),
    "parabola": ((-1, 1, (Fraction(3, 4), 0, Fraction(-3, 4))),),
    "uniform": ((-1, 1, (Fraction(1, 2), 0, 0)),),
}
LAWS = ("gaussian", "triangle", "parabola", "uniform")
FIELDS = {
    "level": Real(-2, 2),
    "h": Vector("d", Real(-2, 2)),
    "b": Vector("d", Real(-2, 2)),
    "q": Real(-2, 2),
    "c": Real(-2, 2),
    "width": Real(0, 2, open="lo"),
}
NOISE = Choice(LAWS)

d = sp.Symbol("d", positive=True, integer=True)
level, q, c = sp.symbols("level q c", real=True)
sigma = sp.Symbol("sigma", positive=True)
m2, S1, S3, K = sp.symbols("m_2 S_1 S_3 K", real=True)
h, b, u, z = Vec("h"), Vec("b"), Vec("u"), Vec("z")


def loss_of(y: Any) -> Any:
    """The loss as an expression."""
    return level + dot(h, y) + q / 2 * dot(b, y) ** 2 + c / 6 * dot(b, y) ** 3


def slope_of(y: Any, w: Any) -> Any:
    """<grad l(y), w>."""
    return dot(h, w) + (q * dot(b, y) + c / 2 * dot(b, y) ** 2) * dot(b, w)


def smoothed_slope(y: Any, w: Any, variance: Any) -> Any:
    """<grad E l(y + z), w> for centred noise with covariance matrix variance * I."""
    return slope_of(y, w) + c / 2 * variance * norm2(b) * dot(b, w)


def scored(y: Any, w: Any) -> Any:
    """E[-l(y + z) <w, grad ln f(z)>] for independent symmetric coordinates.

    S_p is the integral of -z^p f'(z) over one coordinate, m_2 that of z^2 f(z), K = sum_k w_k b_k^3.
    """
    odd = K * S3 + 3 * S1 * m2 * (norm2(b) * dot(b, w) - K)
    return S1 * slope_of(y, w) + c / 6 * odd


def loss(i: Instance, y: Sequence) -> Any:
    """The loss as it runs."""
    linear, ridge = (sum(p * x for p, x in zip(row, y, strict=True)) for row in (i.h, i.b))
    return _value(i, linear, ridge)


def _value(i: Instance, linear: Any, ridge: Any) -> Any:
    half, sixth = (0.5, 1 / 6) if isinstance(i.width, float) else (Fraction(1, 2), Fraction(1, 6))
    return i.level + linear + half * i.q * ridge**2 + sixth * i.c * ridge**3


def _integral(coefficients: Sequence, power: int, low: int, high: int) -> Fraction:
    total = Fraction(0)
    for n, coefficient in enumerate(coefficients, start=power + 1):
        total += Fraction(coefficient) * (Fraction(high) ** n - Fraction(low) ** n) / n
    return total


@lru_cache(maxsize=64)
def _unit(law: str, power: int, score: bool) -> Fraction:
    """The integral of z^power f(z), or of -z^power f'(z), at width one."""
    if law == "gaussian":
        power += score
        return Fraction(0) if power % 2 else Fraction(int(sp.factorial2(power - 1)))
    total = Fraction(0)
    for low, high, coefficients in PIECES[law]:
        slopes = [-n * c for n, c in enumerate(coefficients)][1:]
        total += _integral(slopes if score else coefficients, power, low, high)
    return total


def moment(law: str, width: Any, power: int) -> Any:
    """The integral of z^power f(z)."""
    return width**power * _unit(law, power, False)


def score_moment(law: str, width: Any, power: int) -> Any:
    """The integral of -z^power f'(z) over the pieces on which f is differentiable."""
    return width ** (power - 1) * _unit(law, power, True)


def smoothed(i: Instance, law: str, y: Sequence, fixed: int = -1) -> Any:
    """E l(y + z), `fixed` without noise: three nodes a coordinate are exact for cubics."""
    step = 2 * i.width
    side = moment(law, i.width, 2) / (2 * step**2)
    noisy, still = ((side, -step), (1 - 2 * side, 0), (side, step)), ((1, 0),)
    total = 0
    for joint in product(*[still if n == fixed else noisy for n in range(len(y))]):
        weight = 1
        for share, _ in joint:
            weight = weight * share
        total = total + weight * loss(i, [x + shift for x, (_, shift) in zip(y, joint, strict=True)])
    return total


def by_score(i: Instance, law: str, y: Sequence, w: Sequence) -> Any:
    """E[-l(y + z) <w, grad ln f(z)>]: -f' is integrated against the loss, one coordinate at a time.

    Four nodes with signed weights have the moments 0..4 of -f'; the other coordinates are averaged.
    """
    total = 0
    for k, along in enumerate(w):
        for weight, shift in _signed(law, i.width):
            moved = [x + shift * (n == k) for n, x in enumerate(y)]
            total = total + along * weight * smoothed(i, law, moved, fixed=k)
    return total


def _signed(law: str, width: Any) -> list:
    odd1, odd3 = score_moment(law, width, 1), score_moment(law, width, 3)
    far = (odd3 / width**3 - odd1 / width) / 12  # weights of +-2 width and +-width from the moments 1 and 3
    near = odd1 / (2 * width) - 2 * far
    return [(near, width), (-near, -width), (far, 2 * width), (-far, -2 * width)]


@lru_cache(maxsize=8)
def _rule(size: int) -> tuple:
    return tuple(np.array(part, dtype=float) for part in points("gaussian", size))


def weighted(i: Instance, y: Sequence, w: Sequence, side: int = 1) -> Any:
    """E[l(y + side width u) <u, w>], u standard normal, over points with its moments."""
    if isinstance(i.width, float):
        weights, directions = _rule(len(y))
        place = np.array(y, dtype=float) + side * i.width * directions
        values = _value(i, place @ np.array(i.h, dtype=float), place @ np.array(i.b, dtype=float))
        return float(weights @ (values * (directions @ np.array(w, dtype=float))))
    total = 0
    for weight, point in zip(*points("gaussian", len(y)), strict=True):
        along = sum(p * q for p, q in zip(point, w, strict=True))
        total += weight * along * loss(i, [p + side * i.width * q for p, q in zip(y, point, strict=True)])
    return total


def derivative(curve: Callable[[int], Any]) -> Any:
    """The slope at 0 of a polynomial of degree six at most, from its values at +-1, +-2, +-3."""
    first, second, third = (curve(t) - curve(-t) for t in (1, 2, 3))
    return (45 * first - 9 * second + third) * Fraction(1, 60)


SYMBOLS = {
    d: lambda i: i.d,
    level: lambda i: i.level,
    q: lambda i: i.q,
    c: lambda i: i.c,
    sigma: lambda i: i.width,
    h: lambda i: i.h,
    b: lambda i: i.b,
}
GAUSSIAN = {u: Law(kind="gaussian", dim=d, points=lambda i: points("gaussian", i.d))}


def law_symbols(along: Callable[[Instance], Sequence]) -> dict:
    """The numbers that `scored` asks of the noise; `along` gives w."""
    return {
        m2: lambda i: moment(i.law, i.width, 2),
        S1: lambda i: score_moment(i.law, i.width, 1),
        S3: lambda i: score_moment(i.law, i.width, 3),
        K: lambda i: sum(x * y**3 for x, y in zip(along(i), i.b, strict=True)),
    }


def louder(i: Instance, t: Fraction) -> Instance:
    """Losses in other units."""
    return replace(i, level=t * i.level, h=tuple(t * x for x in i.h), q=t * i.q, c=t * i.c)


CONTINUOUS = Given(
    text="f is absolutely continuous on the whole line: by parts, without terms from the ends of its support",
    fact=sp.And(sp.Eq(S1, 1), sp.Eq(S3, 3 * m2)),
)


def without_jumps(text: str, left: Quantity, right: sp.Expr, run: Given) -> Statement:
    """A display for densities that can be integrated by parts, from the definition of its left side."""
    definition: sp.Basic = sp.sympify(left.expr)
    return Statement(
        text=text,
        left=left,
        relation="==",
        right=right,
        givens=(run, CONTINUOUS),
        proof=lambda: Chain(definition, (Line("==", right, Entail()),)),
    )


NORMAL = Given(
    text="the noise is Gaussian",
    check=lambda i: i.law == "gaussian",
)
