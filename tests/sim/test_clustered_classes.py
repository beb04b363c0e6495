"""The 32-dimensional classes and their prototypes."""

import numpy as np
import pytest

from sim.clustered_classes import Bend, bent, draw, geometry
from sim.prototypes import KINDS, geometric, mean, medoid, prototypes


def test_samples_are_repeatable_and_balanced() -> None:
    """The same generators give the same data; each class has its share; shapes are as documented."""
    where = geometry(np.random.default_rng(0))
    x, y = draw(where, 205, np.random.default_rng(1))
    again = draw(where, 205, np.random.default_rng(1))
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert x.shape == (205, 32) and set(np.bincount(y, minlength=20)) == {10, 11}


def test_without_bend_and_noise_the_class_means_are_the_centres() -> None:
    """The mean over many samples of a class is its centre plus the mean of its shifts."""
    where = geometry(np.random.default_rng(0), classes=2, dim=3)
    flat = Bend(sine=0, tangent=0, noise=0)
    x, y = draw(where, 60000, np.random.default_rng(1), flat)
    for c in range(2):
        wanted = where.centres[c] + where.shifts[c].mean(0)
        assert np.abs(x[y == c].mean(0) - wanted).max() < 0.05


def test_bending_is_finite_and_odd() -> None:
    """The angle of the tangent is kept away from its pole, and the distortion is an odd function."""
    z = np.linspace(-100, 100, 401)
    assert np.isfinite(bent(z, Bend())).all() and np.allclose(bent(z, Bend()), -bent(-z, Bend()))


def test_geometric_prototype_forgets_signs() -> None:
    """Equation 1 gives a class and its mirror image the same prototype; the mean tells them apart."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 4)) + 3
    assert np.array_equal(geometric(x, rng), geometric(-x, rng))
    assert np.allclose(mean(x, rng), -mean(-x, rng))


def test_medoid_is_a_sample_and_centres_lie_inside() -> None:
    """The medoid is one of the samples; k-means centres lie in the box of the samples."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 3))
    assert (x == medoid(x, rng)).all(1).any()
    centres = KINDS["kmeans"](x, rng)
    assert (centres >= x.min(0)).all() and (centres <= x.max(0)).all() and len(centres) == 3


def test_every_class_has_its_prototypes_in_order() -> None:
    """Labels come in order, one for each prototype; unknown kinds and wrong shapes are named."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((12, 2)), np.array([2, 0, 2] * 4)
    for kind in KINDS:
        p, label = prototypes(kind, x, y, rng)
        assert len(p) == len(label) and list(np.unique(label)) == [0, 2] and (np.diff(label) >= 0).all()
    with pytest.raises(ValueError, match="kind 'median'"):
        prototypes("median", x, y, rng)
    with pytest.raises(ValueError, match="expected"):
        prototypes("mean", x, y[:3], rng)
