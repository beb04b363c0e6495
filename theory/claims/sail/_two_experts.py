"""Two experts and a target in the linear discriminant setting of SAIL, Appendix E.

World     three data sets, each two Gaussian classes with a covariance shared by all; labels equally likely.
          theta = Sigma^{-1} (mean of class 1 - mean of class -1); experts differ as data sets, not only in
          parameters.
Shapes    sigma: (d, d); first, second, target: (2, d), the two class means; theta: (d,).
Units     theta [x]^{-1}, Sigma [x]^2; total variation and Mahalanobis distances are pure numbers.
"""

import math
from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import inner, lda, mahalanobis2, minus, tv_gaussian, tv_labelled
from theory.claim import Given, Quantity
from theory.family import Derived, Family, Instance, Integer, Matrix, Psd, Real
from theory.notation import Vec


def moved(means: tuple) -> tuple:
    """Class means with the first entry of the first class one larger: another data set."""
    return ((means[0][0] + 1, *means[0][1:]), means[1])


FAMILY = Family(
    fields={
        "d": Integer(1, 3),
        "sigma": Psd("d", ridge=Fraction(1, 2)),
        "first": Matrix(2, "d"),
        "raw": Matrix(2, "d"),
        "second": Derived(lambda f: f.raw if f.raw != f.first else moved(f.raw)),
        "target": Matrix(2, "d"),
        "gamma": Real(0, 1),
    },
    leaves_out="D_1 = D_2, where (11) divides by 0; labels not equally likely; covariances that differ",
)

TV1, TV2, TV12 = (sp.Symbol(rf"D_{{TV}}(D_{a},D_{b})", nonnegative=True) for a, b in ("1*", "2*", "12"))
H1, H2, H12 = (sp.Symbol(rf"D_{{1/2}}(D_{a},D_{b})^2", nonnegative=True) for a, b in ("1*", "2*", "12"))
C2, C2_half = sp.Symbol("C^2", nonnegative=True), sp.Symbol("C_{1/2}^2", nonnegative=True)
gamma = sp.Symbol(r"\gamma", nonnegative=True)
one, two, star = Vec(r"\theta_1"), Vec(r"\theta_2"), Vec(r"\theta^*")


def parameters(i: Instance, name: str) -> tuple:
    """The LDA direction of the named data set."""
    return lda(i.sigma, getattr(i, name))


def enclosed(value):
    """A rational as a certified enclosure (python-flint), for roots and error functions."""
    from flint import arb, fmpq

    return arb(fmpq(int(value.numerator), int(value.denominator)))


def certified_tv(squared_distance):
    """2 Phi(delta/2) - 1: an enclosure for exact input, else a float."""
    if isinstance(squared_distance, float):
        return tv_gaussian(squared_distance)
    return (enclosed(squared_distance) / 8).sqrt().erf()


def tv(a: str, b: str):
    """The total variation of two named data sets, as joint laws of (x, y)."""
    return lambda i: tv_labelled(i.sigma, getattr(i, a), getattr(i, b), certified_tv)


def half_distance2(a: str, b: str):
    """The square of what the proof of Lemma 2, step 4, calls total variation: half a Mahalanobis distance."""
    return lambda i: mahalanobis2(i.sigma, minus(minus(*getattr(i, a)), minus(*getattr(i, b)))) / 4


def ratio(squared_distance):
    """C^2 = |theta_1 - theta_2|^2 / distance^2 of the two experts (1 where the distance vanishes)."""

    def run(i: Instance):
        gap = minus(parameters(i, "first"), parameters(i, "second"))
        between, square = squared_distance(i), inner(gap, gap)
        if not between > 0:
            return 1
        exact = not isinstance(square, float) and not hasattr(between, "numerator")
        return (enclosed(square) if exact else square) / between

    return run


PAIRS = (("first", "target"), ("second", "target"), ("first", "second"))
SYMBOLS = {
    **{s: tv(a, b) for s, (a, b) in zip((TV1, TV2, TV12), PAIRS, strict=True)},
    **{s: half_distance2(a, b) for s, (a, b) in zip((H1, H2, H12), PAIRS, strict=True)},
    one: lambda i: parameters(i, "first"),
    two: lambda i: parameters(i, "second"),
    star: lambda i: parameters(i, "target"),
    gamma: lambda i: i.gamma,
    C2: ratio(lambda i: tv("first", "second")(i) ** 2),
    C2_half: ratio(half_distance2("first", "second")),
}


def gram(i: Instance) -> tuple:
    """(a, b, c) with |t theta_1 + (1 - t) theta_2 - theta*|^2 = a t^2 + 2 b t + c."""
    first, second, target = (parameters(i, name) for name in ("first", "second", "target"))
    along, from_target = minus(first, second), minus(second, target)
    return inner(along, along), inner(along, from_target), inner(from_target, from_target)


def reached(i: Instance, weights: tuple):
    """The squared distance at the weights (gamma_1, gamma_2); infinite outside the simplex."""
    t, rest = weights
    if t < 0 or rest < 0:
        return math.inf
    a, b, c = gram(i)
    parts = zip((a, 2 * b, c), (t * t, t, t - t + 1), strict=True)
    return sum(times(coefficient, power) for coefficient, power in parts)


def times(coefficient, power):
    """A Fraction times any kind of number (enclosures do not know Fractions)."""
    if isinstance(coefficient, float):
        return coefficient * power
    return power * coefficient.numerator / coefficient.denominator


def same_kind(value, example):
    """The number as the kind that the example is: flint's numbers do not know Fractions."""
    return times(value, example - example + 1)


def alike(numbers: tuple) -> tuple:
    """The numbers, all as enclosures if one of them is one."""
    rational = [hasattr(v, "numerator") or isinstance(v, float) for v in numbers]
    pairs = zip(numbers, rational, strict=True)
    return numbers if all(rational) else tuple(enclosed(v) if plain else v for v, plain in pairs)


def reached_if_feasible(i: Instance, weights: tuple):
    """As `reached`; the best value where not both weights are >= 0: then (11) says nothing."""
    return best(i) if weights[0] < 0 or weights[1] < 0 else reached(i, weights)


def best(i: Instance):
    """The least squared distance over the simplex: theta* projected onto the segment between the experts."""
    a, b, c = (parameters(i, name) for name in ("first", "second", "target"))
    along, from_b = minus(a, b), minus(c, b)
    length = inner(along, along)
    share = inner(from_b, along) / length if length else 0
    share = min(max(share, 0), 1)
    nearest = tuple(x - share * y for x, y in zip(from_b, along, strict=True))
    return inner(nearest, nearest)


LEAST = Quantity(text="min over the simplex of |gamma_1 theta_1 + gamma_2 theta_2 - theta*|^2", run=best)


def weight(to_first, to_second, between):
    """The weight of expert 1 in equation (11), from three squared distances."""
    return (to_second + between - to_first) / (2 * between)


GAUSSIAN = Given(text="features Gaussian given the label (Assumption 7)", because="the classes are drawn so")
SHARED = Given(text="one positive definite covariance (Assumption 8)", because="sigma has a ridge")
GIVENS = (GAUSSIAN, SHARED)
