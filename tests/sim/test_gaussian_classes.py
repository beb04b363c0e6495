"""LDA parameters and total variation of Gaussian classes."""

from fractions import Fraction as F

import numpy as np
import pytest

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
