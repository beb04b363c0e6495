"""What the claims on GLUE's two-point estimator share: instances, the estimator that runs, the symbols.

Loss      L(theta(alpha) + y) = <h, y> + q y_1^2/2 + kink y_1|y_1|/2 + c y_1^3/6, theta(alpha) = Theta alpha,
          so that h = grad_theta L; kink = 0 makes it C^3.  A shift of alpha shifts y only, so it is probed
          around alpha = 0.
Shapes    Theta: (P, K), columns are the experts; h, y: (P,); g, u: (K,); all else scalar.
Units     Both sides of the proposition: [L]^2 with directions u without unit; see SCALINGS.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp

from sim.directions import half, points
from sim.spsa import mean_square_error, two_point
from theory.claim import Given, Quantity, Remainder, Scaling, Statement
from theory.family import Choice, Family, Instance, Integer, Matrix, Real, Vector, floats, replace
from theory.notation import Law, Vec, norm2
from theory.proof import Chain, Entail, Expect, Lemma, Line

K, m, P = sp.symbols("K m P", positive=True, integer=True)
mu = sp.Symbol("mu", positive=True)
S = sp.Symbol(r"\sigma_{\max}(\Theta)^2", nonnegative=True)
g, h, u = Vec("g"), Vec(r"\nabla_\theta\mathcal{L}"), Vec("u")
product = Vec(r"\Theta\nabla_\theta\mathcal{L}")  # as the proof of the proposition has it
NORM = Lemma("operator_norm", {"A": sp.Symbol("Theta"), "s": S, "v": h, "w": g})  # |g|^2 <= S |h|^2

FAMILY = Family(
    fields={
        "K": Integer(1, 4),
        "m": Integer(1, 6),
        "P": Integer(1, 4),
        "Theta": Matrix("P", "K", Real(-3, 3)),
        "h": Vector("P", Real(-3, 3)),
        "q": Real(-2, 2),
        "kink": Choice((0, 0, 0, 1, -1)),
        "c": Real(-3, 3),
        "mu": Real(0, 2, open="lo"),
    },
    leaves_out="K > 4, P > 4, and losses that are not cubic with one kink; the proof covers every K, m and P",
)


def number(i: Instance, value: Any) -> Any:
    """A float on instances with float fields; else a FLINT rational, ten times as fast as a Fraction."""
    if isinstance(i.mu, float):
        return float(value)
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def array(i: Instance, values: Any) -> np.ndarray:
    """An array of such numbers."""
    plain = np.array(values, dtype=object)
    return plain.astype(float) if isinstance(i.mu, float) else np.frompyfunc(partial(number, i), 1, 1)(plain)


def gradient(i: Instance) -> np.ndarray:
    """g = grad_alpha L = Theta^T grad_theta L, by the chain rule; shape (K,)."""
    return array(i, i.Theta).T @ array(i, i.h)


def loss(i: Instance) -> Callable[[np.ndarray], np.ndarray]:
    """alpha -> L(theta(alpha)) on the last axis: (..., K) -> (...)."""
    theta, slope, q, kink, c = (
        array(i, i.Theta),
        array(i, i.h),
        number(i, i.q),
        number(i, i.kink),
        number(i, i.c),
    )

    def run(alpha: np.ndarray) -> np.ndarray:
        y = alpha @ theta.T
        first = y[..., 0]
        return y @ slope + q * first**2 / 2 + kink * first * abs(first) / 2 + c * first**3 / 6

    return run


@lru_cache(maxsize=32)
def _rule(law: str, K: int, floating: bool) -> tuple[np.ndarray, np.ndarray]:
    mode = Instance(mu=0.0 if floating else 0)
    weights, vectors = half(law, K)
    return array(mode, weights), array(mode, vectors)


def rule(i: Instance, law: str) -> tuple[np.ndarray, np.ndarray]:
    """(weights, directions) for the average of an even function of u, in the arithmetic of the instance.

    It is the law's own average for polynomials.  With a kink it is that of the finite rule, another law with
    the same moments: of the same order in mu, but not the same number.
    """
    return _rule(law, i.K, isinstance(i.mu, float))


def estimates(i: Instance, law: str, scale: Any = 1) -> tuple[np.ndarray, np.ndarray]:
    """(weights, ghat(u) for every direction of the law): eq. (5) is run, on the loss."""
    weights, vectors = rule(i, law)
    return weights, scale * two_point(loss(i), vectors[0] * 0, number(i, i.mu), vectors)


def limits(i: Instance, law: str, scale: Any = 1) -> tuple[np.ndarray, np.ndarray]:
    """The same as mu -> 0: the slope of the loss along Theta u, times u."""
    weights, vectors = rule(i, law)
    slope = vectors @ array(i, i.Theta).T @ array(i, i.h)
    return weights, scale * slope[:, None] * vectors


def error(law: str, made: Callable = estimates, scale: Callable = lambda i: 1) -> Callable[[Instance], Any]:
    """instance -> E|gbar - g|^2."""

    def run(i: Instance) -> Any:
        weights, ghat = made(i, law, scale(i))
        return mean_square_error(ghat, gradient(i), i.m, weights)

    return run


def spread(law: str, made: Callable = estimates, scale: Callable = lambda i: 1) -> Callable[[Instance], Any]:
    """instance -> trace of the covariance matrix of gbar: the mean square around its own mean."""

    def run(i: Instance) -> Any:
        weights, ghat = made(i, law, scale(i))
        return mean_square_error(ghat, weights @ ghat, i.m, weights)

    return run


def unit_signs(
    law: str, made: Callable = estimates, scale: Callable = lambda i: 1
) -> Callable[[Instance], Any]:
    """`spread` with directions u/sqrt(K): the radius shrinks by sqrt(K), the estimate by K.

    In the limit no root is left and Fractions stay exact; at mu > 0 the result is a float.
    """

    def run(i: Instance) -> Any:
        at = i if made is limits else replace(floats(i), mu=float(i.mu) / i.K**0.5)
        weights, ghat = made(at, law, scale(i))
        ghat = ghat / i.K
        return mean_square_error(ghat, weights @ ghat, i.m, weights)

    return run


def upper_bound(
    text: str,
    of: Callable,
    law: str,
    expr: sp.Basic,
    right: sp.Basic,
    value: sp.Basic | None = None,
    scale: Callable = lambda i: 1,
    givens: tuple[Given, ...] = (),
) -> Statement:
    """The display: `of` (error or spread) under a law is at most `right`, up to O(mu^2).

    expr defines its limit as mu -> 0; with `value`, the proof is expr = value |g|^2 <= right.
    What SMOOTH grants, by hand: if |D^3 L[v,v,v]| <= M |v|^3 in alpha, Taylor's formula gives
    ghat = (g.u) u + r u with |r| <= mu^2 M |u|^3 / 6; the mean square moves by O(mu^2), u having moments.
    """
    name = "E|gbar - g|^2" if of is error else "tr Cov(gbar)"
    lengths = Line("<=", right, Entail(facts=(NORM,)), "sigma_max is the operator norm of Theta")
    chain = Chain(expr, (Line("==", (value or 0) * norm2(g), Expect()), lengths))
    limit = Quantity(text=f"lim {name}", run=of(law, limits, scale), expr=expr)
    return Statement(
        text=text,
        left=Quantity(text=name, run=of(law, estimates, scale)),
        relation="<=",
        right=right,
        givens=(*GIVENS, *givens),
        remainder=Remainder(field="mu", scale=mu**2, limit=limit),
        proof=(lambda: chain) if value is not None else None,
    )


def sigma_max_squared(i: Instance) -> Any:
    """The largest eigenvalue of Theta^T Theta: float, or exact (a rational, else a certified enclosure)."""
    theta = array(i, i.Theta)
    gram = theta.T @ theta if i.K <= i.P else theta @ theta.T
    if gram.dtype == float:
        return max(float(np.linalg.eigvalsh(gram)[-1]), 0.0)
    from flint import ctx, fmpq, fmpq_mat

    ctx.prec = 200
    _, factors = fmpq_mat(gram.tolist()).charpoly().numer().factor()
    roots = [(root.real, factor) for factor, _ in factors for root, _ in factor.complex_roots()]
    largest, factor = max(roots, key=lambda pair: float(pair[0]))
    if factor.degree() > 1:
        return largest
    return fmpq(-factor[0], factor[1])


def law_of(kind: str) -> Law:
    """A law of directions in R^K for the symbolic definitions, with its exact points."""
    return Law(kind=kind, dim=K, points=lambda i: points(kind, i.K))


SYMBOLS = {
    K: lambda i: i.K,
    m: lambda i: i.m,
    mu: lambda i: i.mu,
    S: sigma_max_squared,
    g: lambda i: tuple(gradient(i).tolist()),
    h: lambda i: i.h,
}

CHAIN_RULE = Given(
    text="g = Theta^T grad L, and sigma_max is the largest singular value of Theta",
    because="the chain rule on theta = Theta alpha; both are computed from Theta",
    grants=(
        "image(Theta, nabla_thetamathcal_L, g)",
        "image(Theta, nabla_thetamathcal_L, Thetanabla_thetamathcal_L)",
        "largest_singular_value_squared(Theta, sigma_max_Theta_2)",
    ),
)
SMOOTH = Given(
    text="L has a bounded third derivative, so that the central difference errs by O(mu^2)",
    check=lambda i: i.kink == 0,
    grants=("remainder(mu**2)",),
)
GIVENS = (CHAIN_RULE,)
PRINTED = (K - 1) / (m * K) * S * norm2(h)  # the right side of the display


def _stretched(i: Instance, k: Fraction) -> Instance:
    """theta in other units: experts times k, derivatives divided by powers of k; kink counts with q."""
    theta = tuple(tuple(k * x for x in row) for row in i.Theta)
    return replace(
        i, Theta=theta, h=tuple(x / k for x in i.h), q=i.q / k**2, kink=i.kink / k**2, c=i.c / k**3
    )


def _louder(i: Instance, k: Fraction) -> Instance:
    return replace(i, h=tuple(k * x for x in i.h), q=k * i.q, kink=k * i.kink, c=k * i.c)


SCALINGS = (
    Scaling(text="L -> kL", power=2, move=_louder),
    Scaling(text="theta -> k theta", power=0, move=_stretched),
)


def printed_right(i: Instance) -> Any:
    """The right side once more from the inventory's LaTeX, without its O(mu^2), as plain arithmetic."""
    gradient_norm_squared = sum(x * x for x in i.h)
    return (i.K - 1) * sigma_max_squared(i) * number(i, gradient_norm_squared) / (i.m * i.K)


def linear(K: int, m: int, Theta: tuple, h: tuple, mu: Fraction = Fraction(1), **rest: Any) -> Instance:
    """An instance whose loss is linear unless q, kink or c is given."""
    values = {"q": 0, "kink": 0, "c": 0, **rest}
    return Instance(K=K, m=m, P=len(Theta), Theta=Theta, h=h, **values, mu=mu)


def identity(K: int, scale: Any = 1) -> tuple:
    """Theta = scale I: orthogonal experts of one length, for which the singular value costs nothing."""
    return tuple(tuple(scale * (a == b) for b in range(K)) for a in range(K))
