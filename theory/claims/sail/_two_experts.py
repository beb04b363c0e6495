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
from theory.family import Family, Instance, Integer, Matrix, Psd, Real
from theory.notation import Vec

FAMILY = Family(
    fields={
        "d": Integer(1, 3),
        "sigma": Psd("d", ridge=Fraction(1, 2)),
        "first": Matrix(2, "d"),
        "second": Matrix(2, "d"),
        "target": Matrix(2, "d"),
        "gamma": Real(0, 1),
    },
    leaves_out="labels that are not equally likely; covariances that differ, which Assumption 8 excludes",
)

TV1, TV2, TV12 = (sp.Symbol(rf"D_{{TV}}(D_{a},D_{b})", nonnegative=True) for a, b in ("1*", "2*", "12"))
H1, H2, H12 = (sp.Symbol(rf"D_{{1/2}}(D_{a},D_{b})", nonnegative=True) for a, b in ("1*", "2*", "12"))
C2, C2_half = sp.Symbol("C^2", positive=True), sp.Symbol("C_{1/2}^2", positive=True)
gamma = sp.Symbol(r"\gamma", nonnegative=True)
one, two, star = Vec(r"\theta_1"), Vec(r"\theta_2"), Vec(r"\theta^*")


def parameters(i: Instance, name: str) -> tuple:
    """The LDA direction of the named data set."""
    return lda(i.sigma, getattr(i, name))


def certified_tv(squared_distance):
    """2 Phi(delta/2) - 1: a SymPy number for exact input, else a float."""
    if isinstance(squared_distance, float):
        return tv_gaussian(squared_distance)
    return sp.erf(sp.sqrt(sp.Rational(squared_distance) / 8))


def tv(a: str, b: str):
    """The total variation of two named data sets, as joint laws of (x, y)."""
    return lambda i: tv_labelled(i.sigma, getattr(i, a), getattr(i, b), certified_tv)


def half_distance(a: str, b: str):
    """What the proof of Lemma 2 (step 4) calls total variation: half a Mahalanobis distance of mean differences."""

    def run(i: Instance):
        shift = minus(minus(*getattr(i, a)), minus(*getattr(i, b)))
        square = mahalanobis2(i.sigma, shift) / 4
        return math.sqrt(square) if isinstance(square, float) else sp.sqrt(sp.Rational(square))

    return run


def ratio(distance):
    """C^2 = |theta_1 - theta_2|^2 / distance^2 of the two experts (1 where the experts are one)."""

    def run(i: Instance):
        gap = minus(parameters(i, "first"), parameters(i, "second"))
        between = distance(i)
        square = inner(gap, gap)
        if between == 0:
            return 1
        return square / between**2 if isinstance(between, float) else sp.Rational(square) / between**2

    return run


PAIRS = (("first", "target"), ("second", "target"), ("first", "second"))
SYMBOLS = {
    **{s: tv(a, b) for s, (a, b) in zip((TV1, TV2, TV12), PAIRS, strict=True)},
    **{s: half_distance(a, b) for s, (a, b) in zip((H1, H2, H12), PAIRS, strict=True)},
    one: lambda i: parameters(i, "first"),
    two: lambda i: parameters(i, "second"),
    star: lambda i: parameters(i, "target"),
    gamma: lambda i: i.gamma,
    C2: ratio(tv("first", "second")),
    C2_half: ratio(half_distance("first", "second")),
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
    return sum(_times(coefficient, power) for coefficient, power in parts)


def _times(coefficient, power):
    """A Fraction times any kind of number (enclosures do not know Fractions)."""
    if isinstance(coefficient, float):
        return coefficient * power
    return power * coefficient.numerator / coefficient.denominator


def reached_if_feasible(i: Instance, weights: tuple):
    """As `reached`; the best value where the weights are not both >= 0, about which (11) then says nothing."""
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
    """The weight of expert 1 in equation (11), from three distances."""
    return (to_second**2 + between**2 - to_first**2) / (2 * between**2)


GAUSSIAN = Given(text="features Gaussian given the label (Assumption 7)", because="the classes are drawn so")
SHARED = Given(text="one positive definite covariance (Assumption 8)", because="sigma has a ridge")
GIVENS = (GAUSSIAN, SHARED)
