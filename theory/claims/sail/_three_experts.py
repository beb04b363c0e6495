"""Three experts and a target in the linear discriminant setting of SAIL, Appendix E.

World     four data sets of two Gaussian classes with a shared covariance, as in `_two_experts`.
Shapes    first, second, third, target: (2, d); delta_i = theta_i - theta*: (d,).
Units     as in `_two_experts`.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.gaussian_classes import inner, minus, tv_labelled
from sim.simplex import least, value
from theory.claim import Quantity
from theory.claims.sail._two_experts import enclosed, half_distance2, moved, parameters, tv
from theory.family import Derived, Family, Instance, Integer, Matrix, Psd
from theory.notation import Vec, norm2

NAMES = ("first", "second", "third")


def different(f: Any, raw: tuple, others: tuple) -> tuple:
    """The class means, moved until the data set differs from the others."""
    while raw in [getattr(f, name) for name in others]:
        raw = moved(raw)
    return raw


NEGLIGIBLE, APART = 1e-9, 1e-3
"""Areas and determinants that count as zero; the least D_TV^2 of the first two data sets."""


def apart2(f: Any, a: tuple, b: tuple) -> float:
    """D_TV^2 of two pairs of class means, as a float."""
    return tv_labelled(f.sigma, a, b) ** 2


def elsewhere(means: tuple) -> tuple:
    """Both class means moved, by different steps: moving one alone may stay on a line."""
    (a, *others), (b, *rest) = means
    return (a + 1, *others), (b - Fraction(1, 2), *rest)


def apart(f: Any) -> tuple:
    """The second data set, moved until it lies apart from the first: else no third one is off their line."""
    raw = f.raw_second
    while raw == f.first or apart2(f, f.first, raw) < APART:
        raw = moved(raw)
    return raw


def off_line(f: Any) -> tuple:
    """The third data set, moved until e^T adj(H) e is not 0: sixteen squared areas, sides D_TV."""
    raw = different(f, f.raw_third, ("first", "second"))
    side = apart2(f, f.first, f.second)
    while True:
        a, b = apart2(f, f.first, raw), apart2(f, f.second, raw)
        if abs(4 * a * b - (a + b - side) ** 2) > NEGLIGIBLE:
            return raw
        raw = different(f, elsewhere(raw), ("first", "second"))


def in_general_position(f: Any) -> tuple:
    """The target, moved until H from D_TV is invertible."""
    sets, target = [getattr(f, name) for name in NAMES], f.raw_target
    while True:
        far = [apart2(f, v, target) for v in sets]
        r, s, t = (
            [x + y - apart2(f, v, w) for y, w in zip(far, sets, strict=True)]
            for x, v in zip(far, sets, strict=True)
        )
        if abs(sum(r[k] * (s[k - 2] * t[k - 1] - s[k - 1] * t[k - 2]) for k in (0, 1, 2))) > NEGLIGIBLE:
            return target
        target = elsewhere(target)


FAMILY = Family(
    fields={
        "d": Integer(1, 4),
        "sigma": Psd("d", ridge=Fraction(1, 2)),
        "first": Matrix(2, "d"),
        "raw_second": Matrix(2, "d"),
        "second": Derived(apart),
        "raw_third": Matrix(2, "d"),
        "third": Derived(off_line),
        "raw_target": Matrix(2, "d"),
        "target": Derived(in_general_position),
    },
    leaves_out="more than three experts; H from D_TV (nearly) singular, where (12) is undefined; equal data "
    "sets; labels not equally likely; covariances that differ",
)

FAR = tuple(sp.Symbol(rf"D_{{TV}}(D_{k},D^*)", nonnegative=True) for k in (1, 2, 3))
BETWEEN = {
    pair: sp.Symbol(rf"D_{{TV}}(D_{pair[0]},D_{pair[1]})", nonnegative=True)
    for pair in ((1, 2), (1, 3), (2, 3))
}
HALF_FAR = tuple(sp.Symbol(rf"D_{{1/2}}(D_{k},D^*)^2", nonnegative=True) for k in (1, 2, 3))
HALF_BETWEEN = {
    pair: sp.Symbol(rf"D_{{1/2}}(D_{pair[0]},D_{pair[1]})^2", nonnegative=True) for pair in BETWEEN
}
delta = tuple(Vec(rf"\delta_{k}") for k in (1, 2, 3))
ones = sp.ones(3, 1)


def matrix(far: tuple, between: dict) -> sp.Matrix:
    """H_ij = far_i + far_j - between_ij, from squared distances."""
    entry = lambda a, b: far[a] + far[b] - (0 if a == b else between[min(a, b) + 1, max(a, b) + 1])
    return sp.Matrix(3, 3, entry)


def solved(form: sp.Matrix) -> tuple:
    """H^{-1} e / (e^T H^{-1} e), the determinant cancelled: adj(H) e / (e^T adj(H) e)."""
    ray = form.adjugate() * ones
    return tuple(part / sum(ray) for part in ray)


H_TV = matrix(tuple(s**2 for s in FAR), {pair: s**2 for pair, s in BETWEEN.items()})
H_HALF = matrix(HALF_FAR, HALF_BETWEEN)
H_DELTA = matrix(
    tuple(norm2(v) for v in delta), {(a, b): norm2(delta[a - 1] - delta[b - 1]) for a, b in BETWEEN}
)


def deltas(i: Instance) -> tuple:
    """theta_i - theta* of the three experts."""
    star = parameters(i, "target")
    return tuple(minus(parameters(i, name), star) for name in NAMES)


def gram(i: Instance) -> tuple:
    """<delta_i, delta_j>."""
    vectors = deltas(i)
    return tuple(tuple(inner(a, b) for b in vectors) for a in vectors)


def reached(i: Instance, weights: tuple):
    """|sum_i w_i theta_i - theta*|^2 for weights that sum to one; infinite outside the simplex."""
    if any(w < 0 for w in weights):
        return float("inf")
    form = gram(i)
    if any(not hasattr(w, "numerator") for w in weights) and not isinstance(form[0][0], float):
        form = tuple(tuple(enclosed(x) for x in row) for row in form)
    return value(form, weights)


LEAST = Quantity(
    text="min over the simplex of |sum_i gamma_i theta_i - theta*|^2", run=lambda i: least(gram(i))[0]
)
SYMBOLS = {
    **{s: tv(name, "target") for s, name in zip(FAR, NAMES, strict=True)},
    **{s: tv(NAMES[a - 1], NAMES[b - 1]) for (a, b), s in BETWEEN.items()},
    **{s: half_distance2(name, "target") for s, name in zip(HALF_FAR, NAMES, strict=True)},
    **{s: half_distance2(NAMES[a - 1], NAMES[b - 1]) for (a, b), s in HALF_BETWEEN.items()},
    **{s: (lambda i, k=k: deltas(i)[k]) for k, s in enumerate(delta)},
}


def at(sigma: tuple, target: tuple, *experts: tuple) -> Instance:
    """Class 1 where it is said, class -1 at the origin, or both where a pair is given."""
    zero = (Fraction(0),) * len(sigma)

    def pair(means: tuple) -> tuple:
        both = means if isinstance(means[0], tuple) else (means, zero)
        return tuple(tuple(map(Fraction, m)) for m in both)

    one, two, three = map(pair, experts)
    exact = tuple(tuple(map(Fraction, row)) for row in sigma)
    return Instance(
        d=len(sigma), sigma=exact, first=one, raw_second=two, second=two, raw_third=three, third=three,
        raw_target=pair(target), target=pair(target),
    )  # fmt: skip
