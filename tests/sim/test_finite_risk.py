"""Risks and complexities on a finite domain."""

from fractions import Fraction as F
from itertools import product

import pytest

from sim.finite_risk import empirical, mean, rademacher, samples, total_variation

LAW = (F(1, 2), F(1, 3), F(1, 6))


def test_samples_have_the_moments_of_the_law() -> None:
    """Probabilities of counts sum to one, and the mean frequency is the law."""
    drawn = list(samples(4, LAW))
    assert sum(p for _, p in drawn) == 1
    assert tuple(sum(p * empirical(c)[k] for c, p in drawn) for k in range(3)) == LAW


@pytest.mark.parametrize("counts", [(1, 0, 0), (2, 1, 0), (2, 1, 2)])
def test_rademacher_is_the_mean_over_all_signs(counts) -> None:
    """Sums of signs give the same as one sign for each draw."""
    values = ((F(1), F(0), F(2)), (F(-1), F(3), F(1, 2)))
    points = [k for k, c in enumerate(counts) for _ in range(c)]
    n = len(points)
    suprema = [
        max(sum(s * row[k] for s, k in zip(signs, points, strict=True)) for row in values)
        for signs in product((-1, 1), repeat=n)
    ]
    assert rademacher(values, counts) == F(sum(suprema)) / n / 2**n


def test_total_variation_is_half_the_sum_of_differences() -> None:
    """Events and absolute differences give one number."""
    other = (F(1, 6), F(1, 3), F(1, 2))
    assert total_variation(LAW, other) == sum(abs(p - q) for p, q in zip(LAW, other, strict=True)) / 2
    assert mean(LAW, (6, 6, 6)) == 6
