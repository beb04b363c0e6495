"""What the claims on convergence share: smooth losses bent at their minimum, runs of the method on them.

Loss      L(alpha) = sum_k c_k alpha_k^2/2, c_k = right_k for alpha_k > 0, left_k for alpha_k < 0: its
          gradient is Lipschitz with constant beta = the largest of them; inf L = 0 at alpha = 0.
Method    alpha <- alpha - d u/beta, d = [L(alpha + mu u) - L(alpha - mu u)]/(2 mu), u one of finitely many
          unit vectors with E uu' = I/K: any unit isotropic law will do.
Shapes    alpha, u: (K,).  Units: [L], [alpha] free, see `units`.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from sim.directions import half
from sim.spsa import two_point
from theory.claim import Scaling
from theory.claims.glue._mixing import array, number
from theory.family import Family, Instance, Integer, Real, Vector, replace

K = sp.Symbol("K", positive=True, integer=True)
T = sp.Symbol("T", nonnegative=True, integer=True)
mu = sp.Symbol("mu", positive=True)
beta = sp.Symbol("beta", positive=True)

FIELDS = {
    "K": Integer(1, 2),
    "right": Vector("K", Real(Fraction(1, 8), 4)),
    "left": Vector("K", Real(Fraction(1, 8), 4)),
    "start": Vector("K", Real(-2, 2)),
    "mu": Real(0, 2, open="lo"),
}


def loss(i: Instance, x: np.ndarray) -> Any:
    """L on the last axis: (..., K) -> (...)."""
    positive = (abs(x) + x) / 2
    negative = (abs(x) - x) / 2
    return (array(i, i.right) * positive**2 + array(i, i.left) * negative**2).sum(-1) / 2


def gradient(i: Instance, x: np.ndarray) -> np.ndarray:
    """grad L: (..., K) -> (..., K)."""
    return array(i, i.right) * (abs(x) + x) / 2 - array(i, i.left) * (abs(x) - x) / 2


def smoothness(i: Instance) -> Any:
    """beta."""
    return max(*i.right, *i.left)


def directions(i: Instance) -> tuple[np.ndarray, np.ndarray]:
    """(weights, unit vectors); u and -u give the same step, so one of each pair stands for both."""
    weights, vectors = half("sphere", i.K)
    return array(i, weights), array(i, vectors)


def moved(i: Instance, x: np.ndarray, u: np.ndarray) -> np.ndarray:
    """One step from each point of x along u."""
    return x - two_point(lambda y: loss(i, y), x, number(i, i.mu), u) / number(i, smoothness(i))


@lru_cache(maxsize=256)
def _course(i: Instance, steps: int, floating: bool) -> tuple[tuple, tuple, tuple]:
    # an instance with floats equals that with the same rationals: hence `floating`
    weights, vectors = directions(i)
    shares, x = array(i, (1,)), array(i, i.start)[None]
    squares, losses, slopes = [], [], []
    for t in range(steps + 1):
        if t:
            x = moved(i, x[:, None, :], vectors[None]).reshape(-1, i.K)
            shares = (shares[:, None] * weights).reshape(-1)
        slope = gradient(i, x)
        squares.append(shares @ (slope * slope).sum(-1))
        losses.append(shares @ loss(i, x))
        slopes.append((tuple(shares.tolist()), tuple(map(tuple, slope.tolist()))))
    return tuple(squares), tuple(losses), tuple(slopes)


def course(i: Instance, steps: int) -> tuple[tuple, tuple, tuple]:
    """(E|grad L|^2, E L, the law of grad L) at t = 0..steps: all sequences of directions are run through."""
    return _course(i, steps, isinstance(i.mu, float))


def family(**more: Any) -> Family:
    """The shared fields and some more."""
    return Family(
        fields={**FIELDS, **more},
        leaves_out="K > 2 and smooth losses of other shapes; the proofs cover every K and every smooth loss",
    )


def in_units(i: Instance, height: Any, length: Any) -> Instance:
    """The instance with L `height` times as high, alpha and mu `length` times as long."""
    bent = height / length**2
    factors = {"right": bent, "left": bent, "start": length, "mu": length}
    factors |= {"noise": height / length, "lift": height}
    times = lambda v, k: tuple(k * part for part in v) if isinstance(v, tuple) else k * v
    return replace(i, **{name: times(v, factors[name]) for name, v in i if name in factors})


def units(loss: int, length: int) -> tuple[Scaling, ...]:
    """The changes of units for a statement in [L]^loss [alpha]^length."""
    return (
        Scaling(text="L -> kL", power=loss, move=lambda i, k: in_units(i, k, 1)),
        Scaling(text="alpha and mu k times as long", power=length, move=lambda i, k: in_units(i, 1, k)),
    )
