"""Two experts, a target, and a quadratic loss on which the combination is trained.

World     J(theta) = (1/2) sum_j a_j (theta - theta*)_j^2; training is T steps of gradient descent with eta =
          rate/L, L = max a, so that J(L_D(theta)) = (1/2) sum_j m_j (theta - theta*)_j^2, m_j = a_j (1 - eta
          a_j)^(2T).
Shapes    theta: (d,); spectrum a: (d,); weights: (2,), any real numbers.
Units     a [J]/[theta]^2; weights are pure numbers.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.descent import Bowl, descend, loss
from theory.claim import Given
from theory.family import Derived, Family, Instance, Integer, Matrix, Real, Vector


def spread(f: Any) -> tuple:
    """The drawn experts, the second moved off the line through the first where it lies on it."""
    (one, two), unit = f.raw, (Fraction(1),) + (Fraction(0),) * (f.d - 1)
    one = one if any(one) else unit
    dependent = all(
        one[0] * b == a * two[0] and one[1] * b == a * two[1] for a, b in zip(one, two, strict=True)
    )
    turn = (-one[1], one[0], *one[2:]) if one[0] or one[1] else (unit[-1] + 1, *one[1:])
    return one, turn if dependent else two


FAMILY = Family(
    fields={
        "d": Integer(2, 3),
        "raw": Matrix(2, "d"),
        "experts": Derived(spread),
        "star": Vector("d"),
        "spectrum": Vector("d", Real(0, 4, open="lo")),
        "rate": Real(0, 1, open="both"),
        "T": Integer(0, 4),
    },
    leaves_out="more than two experts; dependent ones (weights not unique); losses that are not quadratic",
)


def form(metric: str) -> tuple:
    """Symbols of the inner products of the experts and the target: 11, 12, 22, 1*, 2*, **."""
    names = (("1", "1"), ("1", "2"), ("2", "2"), ("1", "*"), ("2", "*"), ("*", "*"))
    return tuple(
        sp.Symbol(
            rf"\langle\theta_{{{u}}},\theta_{{{v}}}\rangle{metric}",
            real=True,
            nonnegative=True if u == v else None,
        )
        for u, v in names
    )


PLAIN, TRAINED = form(""), form("_M")
rivals = sp.symbols("r_1 r_2", real=True)


def determinant(form: tuple) -> Any:
    """|theta_1|^2 |theta_2|^2 - <theta_1, theta_2>^2 in the metric of the form."""
    return form[0] * form[2] - form[1] ** 2


def weights(form: tuple) -> tuple:
    """The weights of the closest combination in the metric of the form."""
    a, b, c, first, second, _ = form
    return (c * first - b * second) / determinant(form), (a * second - b * first) / determinant(form)


def squared(form: tuple, pair: tuple) -> Any:
    """|r_1 theta_1 + r_2 theta_2 - theta*|^2 in the metric of the form."""
    a, b, c, first, second, own = form
    one, two = pair
    return a * one**2 + 2 * b * one * two + c * two**2 - 2 * first * one - 2 * second * two + own


def independent(form: tuple, text: str) -> Given:
    return Given(text=text, fact=sp.Gt(determinant(form), 0))


def products(i: Instance, metric: tuple) -> tuple:
    """The six inner products of the experts and the target in a diagonal metric."""
    one, two = i.experts
    product = lambda u, v: sum(m * x * y for m, x, y in zip(metric, u, v, strict=True))
    pairs = ((one, one), (one, two), (two, two), (one, i.star), (two, i.star), (i.star, i.star))
    return tuple(product(u, v) for u, v in pairs)


def damped(i: Instance) -> tuple:
    """m_j = a_j (1 - eta a_j)^(2T)."""
    eta = i.rate / max(i.spectrum)
    return tuple(a * (1 - eta * a) ** (2 * i.T) for a in i.spectrum)


def away(i: Instance, pair: tuple) -> tuple:
    """r_1 theta_1 + r_2 theta_2 - theta*."""
    return tuple(pair[0] * a + pair[1] * b - s for a, b, s in zip(*i.experts, i.star, strict=True))


def distance2(i: Instance, pair: tuple):
    """|r_1 theta_1 + r_2 theta_2 - theta*|^2."""
    return sum(v * v for v in away(i, pair))


def trained(i: Instance, pair: tuple):
    """J after T steps from the combination, by running them."""
    bowl = Bowl(inner=i.spectrum, outer=i.spectrum, radius=1)
    return loss(bowl, descend(bowl, away(i, pair), i.rate / max(i.spectrum), i.T))


def residual(i: Instance, metric: tuple):
    """The least squared distance of theta* from the span of the experts, by Gram-Schmidt."""
    inner = lambda u, v: sum(m * x * y for m, x, y in zip(metric, u, v, strict=True))
    rest, done = i.star, []
    for v in i.experts:
        for u in done:
            v = tuple(x - inner(v, u) / inner(u, u) * y for x, y in zip(v, u, strict=True))
        if inner(v, v) > (1e-18 if isinstance(inner(v, v), float) else 0):
            done.append(v)
            rest = tuple(x - inner(rest, v) / inner(v, v) * y for x, y in zip(rest, v, strict=True))
    return inner(rest, rest)


SYMBOLS = {
    **{s: (lambda i, k=k: products(i, (1,) * i.d)[k]) for k, s in enumerate(PLAIN)},
    **{s: (lambda i, k=k: products(i, damped(i))[k]) for k, s in enumerate(TRAINED)},
}


def at(first: tuple, second: tuple, star: tuple, spectrum: tuple, T: int = 1) -> Instance:
    """An instance from integers, eta = 1/(2L)."""
    exact = lambda v: tuple(map(Fraction, v))
    experts = exact(first), exact(second)
    return Instance(
        d=len(star), raw=experts, experts=experts, star=exact(star), spectrum=exact(spectrum),
        rate=Fraction(1, 2), T=T,
    )  # fmt: skip
