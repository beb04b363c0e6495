"""The Gaussian allocator: its score, the likelihood-ratio gradient, and that the fit lowers the objective."""

from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from sim.gaussian import (
    NUGGET,
    Parameters,
    distances,
    fit,
    gaussian,
    law,
    likelihood_ratio,
    objective,
    score,
)

LAM = Parameters(0.8, 0.3, 0.5, 1.3)
FEATURES = np.array([0.1, 0.9, 0.4])
DISTANCE = distances(np.array([[1.0, 0.0], [1.0, 1.0], [-0.2, 1.0]]))


def density(lam, points):
    """ln p by SciPy, from the formulas of the paper."""
    base, slope, spread, reach = lam
    kernel = np.exp(-DISTANCE / (2 * reach**2)) + NUGGET * np.eye(3)
    return multivariate_normal(base + slope * FEATURES, spread**2 * kernel).logpdf(points)


def test_the_score_is_the_gradient_of_the_log_density():
    """Central differences of SciPy's log-density give the four entries of the score."""
    normal = np.random.default_rng(0).standard_normal((5, 3))
    mean, factor = law(LAM, FEATURES, DISTANCE)
    points, h = mean + normal @ factor.T, 1e-5
    numeric = np.stack(
        [(density(np.add(astuple(LAM), h * e), points) - density(np.subtract(astuple(LAM), h * e), points))
         / (2 * h) for e in np.eye(4)], -1)  # fmt: skip
    assert np.allclose(score(LAM, FEATURES, DISTANCE, normal), numeric, rtol=1e-5, atol=1e-5)


def test_the_likelihood_ratio_is_unbiased():
    """For h(A) = sum A^2 the gradient of E h is known; the estimate is within 6 standard errors."""
    K = 100_000
    normal = np.random.default_rng(1).standard_normal((K, 3))
    mean, factor = law(LAM, FEATURES, DISTANCE)
    values, scores = ((mean + normal @ factor.T) ** 2).sum(-1), score(LAM, FEATURES, DISTANCE, normal)
    found = likelihood_ratio(values, scores)
    exact = [2 * mean.sum(), 2 * mean @ FEATURES, 2 * LAM.spread * 3 * (1 + NUGGET), 0.0]
    error = ((values - values.mean())[:, None] * scores).std(0) / np.sqrt(K)
    assert (np.abs(found - exact) <= 6 * error).all()


def test_the_baseline_removes_noise():
    """Without the mean of the others each entry of the gradient is noisier."""
    normal = np.random.default_rng(2).standard_normal((2000, 64, 3))
    mean, factor = law(LAM, FEATURES, DISTANCE)
    values = objective(np.array([1.0, 9.0, 2.0]), mean + normal @ factor.T, 60)
    scores = score(LAM, FEATURES, DISTANCE, normal.reshape(-1, 3)).reshape(2000, 64, 4)
    with_it = np.array([likelihood_ratio(v, s) for v, s in zip(values, scores, strict=True)])
    plain = (values[..., None] * scores).mean(1)
    assert (with_it.std(0) < 0.95 * plain.std(0)).all()


def test_the_fit_lowers_the_objective():
    """Where large losses come with large traces, fitting shifts queries to them and lowers E h."""
    rng = np.random.default_rng(3)
    losses = rng.exponential(1, 32)
    features, traces, distance = np.tanh(losses), np.tanh(losses) ** 4, 1 - np.eye(32)
    fitted = fit(features, traces, distance, 640, rng, steps=40)

    def expected(lam):
        mean, factor = law(lam, features, distance)
        return objective(traces, mean + rng.standard_normal((2000, 32)) @ factor.T, 640).mean()

    assert fitted.slope / fitted.base > 0.5
    assert expected(fitted) < 0.95 * expected(Parameters())


def test_the_kernel_is_positive_semidefinite_only_for_a_distance():
    """With the similarity in place of the distance, as printed, opposite samples break the kernel."""
    similarity = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert np.linalg.eigvalsh(np.exp(-similarity / 2)).min() < -0.5
    rng = np.random.default_rng(4)
    for _ in range(20):
        kernel = np.exp(-distances(rng.standard_normal((6, 3))) / (2 * rng.uniform(0.2, 5) ** 2))
        assert np.linalg.eigvalsh(kernel).min() > -1e-12


def test_like_embeddings_get_like_numbers():
    """Two samples with one embedding and one loss are allocated alike, up to rounding."""
    embeddings = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    for seed in range(10):
        allocation = gaussian(np.array([1.0, 1.0, 0.5, 2.0]), np.ones(4), 400, np.random.default_rng(seed),
                              embeddings=embeddings)  # fmt: skip
        assert abs(allocation[0] - allocation[1]) <= 2


def test_zero_traces_are_sampled_from_the_start():
    """Without variance there is nothing to fit: the first draw of the generator decides."""
    losses = np.array([0.0, 1.0])
    mean = 1 + 0.5 * np.tanh(losses)
    factor = law(Parameters(), np.tanh(losses), 1 - np.eye(2))[1]
    weights = mean + factor @ np.random.default_rng(7).standard_normal(2)
    allocation = gaussian(losses, np.zeros(2), 1002, np.random.default_rng(7))
    assert np.abs(allocation - 1 - 1000 * weights / weights.sum()).max() < 1


@pytest.mark.parametrize(
    ("embeddings", "message"),
    [(np.ones((3, 2)), "has 3 rows, expected 2"), (np.zeros((2, 2)), r"embeddings\[0\] has norm 0")],
)
def test_wrong_embeddings_are_refused(embeddings, message):
    """Too many rows, or a zero vector, which has no cosine."""
    with pytest.raises(ValueError, match=message):
        gaussian(np.ones(2), np.ones(2), 8, np.random.default_rng(0), embeddings=embeddings)


def test_large_batches_are_refused():
    """A Cholesky factor of ten thousand samples is refused, with the limit."""
    with pytest.raises(ValueError, match="expected at most 4096 samples"):
        gaussian(np.ones(10_000), np.ones(10_000), 20_000, np.random.default_rng(0))
