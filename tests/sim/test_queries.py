"""Queries by sample: segmented means, unbiasedness and variance of the batch gradient."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.queries import (
    batch_gradient,
    batch_variance,
    sample_estimates,
    sample_means,
    sample_of,
    shared_variance,
)
from sim.spsa import averaged, two_point

COUNTS = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@given(counts=COUNTS)
def test_sample_means_are_the_plain_ones(counts):
    """The segmented reduction equals the mean of each sample's rows, in rationals."""
    rows = [[Fraction(k * k, 3), Fraction(k)] for k in range(sum(counts))]
    values, ends = np.array(rows, dtype=object), np.cumsum(counts)
    plain = [values[e - a : e].sum(0) / a for a, e in zip(counts, ends, strict=True)]
    assert (sample_means(values, counts) == np.array(plain)).all()
    assert sample_of(counts).tolist() == [j for j, a in enumerate(counts) for _ in range(a)]


@given(counts=st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_the_batch_gradient_is_unbiased_with_the_stated_variance(counts):
    """Over all outcomes of independent +-1 noise: mean and variance are those of the formulas, exactly."""
    mu, noise = [Fraction(j, 2) for j in range(len(counts))], [Fraction(j + 1) for j in range(len(counts))]
    samples = sample_of(counts)
    outcomes = [
        batch_gradient(
            np.array([[mu[j] + s * noise[j]] for j, s in zip(samples, signs, strict=True)]), counts
        )[0]
        for signs in product((1, -1), repeat=len(samples))
    ]
    mean = sum(outcomes) / len(outcomes)
    assert mean == sum(mu) / len(mu)
    spread = sum((v - mean) ** 2 for v in outcomes) / len(outcomes)
    assert float(spread) == pytest.approx(batch_variance([n**2 for n in noise], counts))


def test_every_sample_sees_its_own_loss_and_queries():
    """Estimates by sample equal those of each sample alone with its own directions."""
    rng, counts, x = np.random.default_rng(0), [2, 1, 3], np.array([0.5, -1.0])
    weights = rng.standard_normal((3, 2))
    losses = lambda points, samples: (points * weights[samples]).sum(-1) ** 3
    u = rng.standard_normal((6, 2))
    found = sample_estimates(two_point, losses, x, 0.1, u, counts)
    parts = np.split(u, np.cumsum(counts)[:-1])
    alone = [averaged(lambda p, w=w: (p @ w) ** 3, x, 0.1, part[None])[0]
             for w, part in zip(weights, parts, strict=True)]  # fmt: skip
    assert np.allclose(found, alone)


def test_sharing_directions_correlates_samples():
    """Shared directions have the stated variance: better where gradients cancel, worse where they agree."""
    rng, A, repeats = np.random.default_rng(3), 4, 40_000
    for gradients in (np.array([[1.0, 2.0], [-1.0, -1.5]]), np.array([[1.0, 2.0], [1.0, 2.0]])):
        u = rng.standard_normal((repeats, A, 2))
        found = ((u @ gradients.mean(0))[..., None] * u).mean(1)
        error = ((found - gradients.mean(0)) ** 2).sum(-1)
        assert abs(error.mean() - shared_variance(gradients, A)) < 6 * error.std() / np.sqrt(repeats)
    agree = np.array([[1.0, 2.0], [1.0, 2.0]])
    independent = batch_variance(3 * (agree**2).sum(1), [A, A])
    assert shared_variance(agree, A) == pytest.approx(2 * independent)


@pytest.mark.parametrize("counts", ([2, 0], [], [1.5], [[1]]))
def test_wrong_counts_are_refused(counts):
    """A sample without queries, no samples, and counts that are no integers are refused by name."""
    with pytest.raises(ValueError, match="counts"):
        sample_of(counts)


def test_rows_must_match():
    """As many rows as queries, or an error that gives both numbers."""
    with pytest.raises(ValueError, match=r"values has 2 rows, expected sum\(counts\) = 3"):
        sample_means(np.zeros((2, 1)), [1, 2])
