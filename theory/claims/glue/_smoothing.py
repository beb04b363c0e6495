"""What the claims on the expectation of GLUE's estimate share: cubic losses, symbols, laws.

Loss      along alpha from the current point: L(y) = <g, y> + q <t, y>^2/2 + c <t, y>^3/6, t the first row of
          Theta: that of theory.claims.glue._mixing without its kink.
Shapes    g, t, a, u: (K,).  a is the vector against which the mean estimate is read.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp

from theory.claims.glue._mixing import FAMILY as MIXING
from theory.claims.glue._mixing import K, array, estimates, g, gradient, m, mu
from theory.family import Choice, Family, Instance, Real, Vector
from theory.notation import Vec, dot

t, a = Vec("t"), Vec("a")
q, c = sp.symbols("q c", real=True)
grow = sp.Symbol("grow", positive=True)

FAMILY = Family(
    fields={
        **MIXING.fields,
        "kink": Choice((0,)),
        "a": Vector("K", Real(-2, 2)),
        "grow": Real(0, 2, open="lo"),
    },
    leaves_out="K > 4, P > 4; losses that are not cubic, and cubic terms in more than one direction (sums of"
    " such losses are covered: both sides are linear in the loss)",
)


def change_along(y: Any) -> Any:
    """L(y) - L(0) for a combination y of vectors."""
    return dot(g, y) + q * dot(t, y) ** 2 / 2 + c * dot(t, y) ** 3 / 6


def slope(u: Any, mu: Any = mu) -> Any:
    """d(alpha; u) = [L(mu u) - L(-mu u)] / (2 mu), expanded: the even terms cancel."""
    return sp.expand((change_along(mu * u) - change_along(-mu * u)) / (2 * mu))


def mean_estimate(i: Instance, law: str, scale: Any = 1) -> Any:
    """E ghat: eq. (5) is run on the loss for every direction of the law; shape (K,)."""
    weights, ghat = estimates(i, law, scale)
    return weights @ ghat


def read_against(law: str, scale: Callable = lambda i: 1) -> Callable[[Instance], Any]:
    """instance -> <a, E ghat>."""
    return lambda i: mean_estimate(i, law, scale(i)) @ array(i, i.a)


SYMBOLS = {
    K: lambda i: i.K,
    m: lambda i: i.m,
    mu: lambda i: i.mu,
    q: lambda i: i.q,
    c: lambda i: i.c,
    grow: lambda i: i.grow,
    g: lambda i: tuple(gradient(i).tolist()),
    t: lambda i: i.Theta[0],
    a: lambda i: i.a,
}


def cubic(K: int, Theta: tuple, h: tuple, mu: Any, **rest: Any) -> Instance:
    """An instance with a = (1, 0, ...) and ones elsewhere unless told otherwise."""
    values = {"q": 0, "kink": 0, "c": 1, "a": (1,) + (0,) * (K - 1), "grow": 1, "m": 1, **rest}
    first = {"K": K, "m": values.pop("m"), "P": len(Theta), "Theta": Theta, "h": h}
    tail = {name: values[name] for name in ("q", "kink", "c")}
    return Instance(**first, **tail, mu=mu, a=values["a"], grow=values["grow"])
