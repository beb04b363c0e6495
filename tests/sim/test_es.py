"""Evolution strategies: exact on fractions, and what the three forms have in common."""

from fractions import Fraction

import numpy as np

from sim.directions import draw, points
from sim.es import antithetic, forward_difference, one_sided
from sim.spsa import two_point


def cubic(x):
    return 2 + 3 * x[..., 0] - x[..., 0] * x[..., 1] + x[..., 0] * x[..., 1] * x[..., 1]


def test_all_forms_have_the_same_mean_exactly():
    """In rationals, the three forms have one mean over a symmetric law, at any radius."""
    weights, vectors = (np.array(part, dtype=object) for part in points("gaussian", 2))
    x, sigma = np.array([Fraction(1, 2), Fraction(-1)], dtype=object), Fraction(3, 2)
    means = [weights @ form(cubic, x, sigma, vectors) for form in (one_sided, forward_difference, antithetic)]
    assert (means[0] == means[1]).all() and (means[0] == means[2]).all()
    assert all(isinstance(v, Fraction) for v in means[0])


def test_antithetic_is_the_mean_over_both_signs():
    """Central differences average the one-sided estimate over u and -u; SPSA is the same estimator."""
    u, x = draw("gaussian", np.random.default_rng(0), 50, 2), np.array([0.5, -1.0])
    both = (one_sided(cubic, x, 0.3, u) + one_sided(cubic, x, 0.3, -u)) / 2
    assert np.allclose(antithetic(cubic, x, 0.3, u), both, rtol=1e-12, atol=1e-12)
    assert np.array_equal(antithetic(cubic, x, 0.3, u), two_point(cubic, x, 0.3, u))


def test_the_value_drowns_one_sided_estimates_at_a_small_radius():
    """Falling radii blow up the one-sided form, and only that one."""
    u, x = draw("gaussian", np.random.default_rng(1), 100, 2), np.array([0.5, -1.0])
    size = lambda form, sigma: np.abs(form(cubic, x, sigma, u)).max()
    assert size(one_sided, 1e-4) > 500 * size(one_sided, 1e-1)
    for form in (forward_difference, antithetic):
        assert size(form, 1e-4) < 2 * size(form, 1e-1)
