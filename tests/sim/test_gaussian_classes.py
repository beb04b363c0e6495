"""LDA parameters and total variation of Gaussian classes."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.gaussian_classes import apply, lda, mahalanobis2, mirror, spectral, tv_gaussian, tv_labelled

SIGMA = ((F(2), F(1)), (F(1), F(3)))


def test_lda_solves_its_equation() -> None:
    """Sigma times the LDA direction is the difference of the class means, exactly."""
    theta = lda(SIGMA, ((F(1), F(4)), (F(-2), F(1))))
    assert tuple(sum(s * t for s, t in zip(row, theta, strict=True)) for row in SIGMA) == (3, 3)


def test_total_variation_is_the_integral() -> None:
    """The closed form agrees with the integral of |p - q| / 2 on a grid."""
    x = np.linspace(-12, 12, 200_001)
    for shift in (0.3, 1.0, 3.0):
        p, q = np.exp(-(x**2) / 2), np.exp(-((x - shift) ** 2) / 2)
        integral = np.abs(p - q).sum() * (x[1] - x[0]) / np.sqrt(2 * np.pi) / 2
        assert abs(tv_gaussian(shift**2) - integral) < 1e-6


def test_labelled_mixture_is_the_mean_over_labels() -> None:
    """With one class moved, the joint total variation is half of that class's."""
    still, moved = ((F(0), F(0)), (F(1), F(1))), ((F(2), F(0)), (F(1), F(1)))
    half = tv_gaussian(float(mahalanobis2(SIGMA, (F(2), F(0))))) / 2
    assert tv_labelled(SIGMA, still, moved) == pytest.approx(half)


def test_singular_covariance_is_refused() -> None:
    """A covariance that is not positive definite is an error that shows it."""
    with pytest.raises(ValueError, match="positive definite"):
        lda(((F(1), F(1)), (F(1), F(1))), ((F(1), F(0)), (F(0), F(0))))


@pytest.mark.parametrize("normal", [(F(0),), (F(1), F(2)), (F(0), F(0)), (F(3), F(-1), F(1, 2))])
def test_mirrors_give_covariances_with_a_known_spectrum(normal) -> None:
    """A mirror is its own inverse, and Q diag(s) Q^T stretches its k-th column by s_k."""
    basis, d = mirror(normal), len(normal)
    spectrum = tuple(F(k + 1, 2) for k in range(d))
    for k, (column, s) in enumerate(zip(basis, spectrum, strict=True)):
        assert apply(basis, column) == tuple(F(a == k) for a in range(d))
        assert apply(spectral(basis, spectrum), column) == tuple(s * x for x in column)


ENTRY = st.fractions(-3, 3, max_denominator=4)
POINT = st.tuples(ENTRY, ENTRY)
MEANS = st.tuples(POINT, POINT)
SPECTRUM = st.tuples(*[st.fractions(F(1, 4), 4, max_denominator=4)] * 2)
COVARIANCE = st.builds(spectral, st.builds(mirror, POINT), SPECTRUM)


@given(COVARIANCE, MEANS, MEANS, POINT, POINT, st.fractions(F(1, 5), 5, max_denominator=5))
def test_moving_turning_and_scaling_the_data(covariance, first, second, shift, normal, scale) -> None:
    """x -> scale Q x + shift: distances stay exactly, LDA parameters turn and shrink by the scale."""
    turn = mirror(normal)
    place = lambda m: tuple(scale * x + s for x, s in zip(apply(turn, m), shift, strict=True))
    new = lambda means: (place(means[0]), place(means[1]))
    columns = tuple(apply(turn, row) for row in covariance)  # Sigma Q, and Q is symmetric
    turned = tuple(
        tuple(scale**2 * x for x in row)
        for row in zip(*(apply(turn, c) for c in zip(*columns, strict=True)), strict=True)
    )
    same = lambda squared: squared  # the exact squared distance in place of the total variation
    distance = tv_labelled(covariance, first, second, same)
    assert tv_labelled(turned, new(first), new(second), same) == distance
    assert lda(turned, new(first)) == tuple(x / scale for x in apply(turn, lda(covariance, first)))


@given(COVARIANCE, MEANS, MEANS, MEANS)
def test_total_variation_is_a_distance(covariance, first, second, third) -> None:
    """Between 0 and 1, 0 for one data set, symmetric, with the triangle inequality, and at most the mean over
    the labels of the Mahalanobis distance over sqrt(2 pi)."""
    tv = lambda a, b: tv_labelled(covariance, a, b)
    assert tv(first, first) == 0 <= tv(first, second) == tv(second, first) <= 1
    assert tv(first, second) <= tv(first, third) + tv(third, second) + 1e-12
    roots = [
        float(mahalanobis2(covariance, tuple(x - y for x, y in zip(a, b, strict=True)))) ** 0.5
        for a, b in zip(first, second, strict=True)
    ]
    assert tv(first, second) <= np.mean(roots) / np.sqrt(2 * np.pi) + 1e-12


@given(st.floats(0, 50), st.floats(0, 50))
def test_total_variation_grows_with_the_distance(a: float, b: float) -> None:
    """Monotone in the distance, linear near 0, 1 far away."""
    low, high = sorted((a, b))
    assert tv_gaussian(low) <= tv_gaussian(high)
    assert tv_gaussian(1e-8) == pytest.approx(1e-4 / np.sqrt(2 * np.pi)) and tv_gaussian(1e4) == 1
