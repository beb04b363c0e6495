"""Laws of the 32-dimensional classes and of the prototypes, for all shapes, labels and seeds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clustered_classes import Bend, bent, draw, geometry
from sim.prototypes import EPS, KINDS, geometric, prototypes

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4))
BENDS = st.builds(
    Bend,
    sine=st.floats(-2, 2),
    frequency=st.floats(-4, 4),
    tangent=st.floats(-1, 1),
    noise=st.floats(0, 1),
)


def samples(seed: int, n: int, d: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """n points in the plane of d coordinates with arbitrary labels."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.integers(classes, size=n)


@given(seed=SEEDS, sizes=SIZES, n=st.integers(1, 60), bend=BENDS)
def test_worlds_are_balanced_finite_and_repeatable(seed: int, sizes: tuple, n: int, bend: Bend) -> None:
    """Class counts differ by at most one; everything is finite; the same generators give the same samples."""
    classes, dim, subclusters = sizes
    where = geometry(np.random.default_rng(seed), classes=classes, dim=dim, subclusters=subclusters)
    x, y = draw(where, n, np.random.default_rng(seed + 1), bend)
    again = draw(where, n, np.random.default_rng(seed + 1), bend)
    assert x.shape == (n, dim) and np.isfinite(x).all() and np.array_equal(x, again[0])
    assert np.ptp(np.bincount(y, minlength=classes)) <= 1 and np.array_equal(y, again[1])


@given(seed=SEEDS, sizes=SIZES, n=st.integers(1, 60), first=BENDS, second=BENDS)
def test_bending_leaves_labels_and_hidden_points_alone(
    seed: int, sizes: tuple, n: int, first: Bend, second: Bend
) -> None:
    """Two bends of one seed share labels, and without noise a sample is the image of its hidden point."""
    classes, dim, subclusters = sizes
    where = geometry(np.random.default_rng(seed), classes=classes, dim=dim, subclusters=subclusters)
    made = [draw(where, n, np.random.default_rng(seed), b) for b in (first, second)]
    assert np.array_equal(made[0][1], made[1][1])
    hidden, _ = draw(where, n, np.random.default_rng(seed), Bend(sine=0, tangent=0, noise=0))
    quiet = Bend(sine=first.sine, frequency=first.frequency, tangent=first.tangent, noise=0)
    assert np.allclose(draw(where, n, np.random.default_rng(seed), quiet)[0], bent(hidden, quiet))


@pytest.mark.parametrize("kind", KINDS)
@given(seed=SEEDS, n=st.integers(1, 30), d=st.integers(1, 4), classes=st.integers(1, 4))
def test_prototypes_stay_with_their_class(kind: str, seed: int, n: int, d: int, classes: int) -> None:
    """Every class has some, in order, each within the box of its class (of magnitudes for the geometric)."""
    x, y = samples(seed, n, d, classes)
    p, label = prototypes(kind, x, y, np.random.default_rng(seed))
    assert np.array_equal(np.unique(label), np.unique(y)) and (np.diff(label) >= 0).all()
    for one, c in zip(p, label, strict=True):
        own = np.abs(x[y == c]) if kind == "geometric" else x[y == c]
        slack = 2 * EPS
        assert (one >= own.min(0) - slack).all() and (one <= own.max(0) + slack).all()


@pytest.mark.parametrize("kind", ["geometric", "mean"])
@given(seed=SEEDS, n=st.integers(1, 30), d=st.integers(1, 4), factor=st.floats(0.1, 10))
def test_means_have_units_and_no_order(kind: str, seed: int, n: int, d: int, factor: float) -> None:
    """The order of the samples does not matter, and samples in other units give prototypes in those."""
    x, y = samples(seed, n, d, 1)
    rng = np.random.default_rng(seed)
    p, _ = prototypes(kind, x, y, rng)
    assert np.allclose(prototypes(kind, x[rng.permutation(n)], y, rng)[0], p)
    assert np.allclose(prototypes(kind, factor * x, y, rng)[0], factor * p, atol=100 * EPS)


@given(seed=SEEDS, n=st.integers(1, 30), d=st.integers(1, 4), factor=st.floats(0.1, 10))
def test_the_medoid_is_a_best_sample(seed: int, n: int, d: int, factor: float) -> None:
    """It is one of the samples and none has a smaller sum of distances, in any order and any units."""
    x, y = samples(seed, n, d, 1)
    rng = np.random.default_rng(seed)
    cost = lambda at: np.linalg.norm(x - at, axis=1).sum()
    least = min(map(cost, x))
    for moved, unit in ((x, 1.0), (x[rng.permutation(n)], 1.0), (factor * x, factor)):
        [p], _ = prototypes("medoid", moved, y, rng)
        assert (moved == p).all(1).any() and np.isclose(cost(p / unit), least)


@given(seed=SEEDS, n=st.integers(1, 20), d=st.integers(1, 4))
def test_the_geometric_prototype_is_the_printed_product(seed: int, n: int, d: int) -> None:
    """Equation 1 as a product: at most the mean of magnitudes, blind to every sign."""
    x, _ = samples(seed, n, d, 1)
    rng = np.random.default_rng(seed)
    found, magnitude = geometric(x, rng)[0], np.abs(x) + EPS
    assert np.allclose(found, magnitude.prod(0) ** (1 / n))
    assert (found <= magnitude.mean(0) * (1 + 1e-12)).all()
    signs = rng.choice([-1.0, 1.0], size=x.shape)
    assert np.array_equal(geometric(signs * x, rng)[0], found)
