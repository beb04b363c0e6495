"""SGD on quadratics: closed form, enumeration, and thousands of simulated pairs agree."""

import time
from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.affine_sgd import expected_risk, paired, ridge, second_moments, stability, steps_of
from sim.coupled_sgd import second_moment
from sim.paired_sgd import batches, logistic, run_pairs
from sim.paired_sgd import ridge as ridge_gradient

SMALL = st.integers(-2, 2)


def enumerated(A: np.ndarray, b: int, steps: int, start: np.ndarray) -> np.ndarray:
    """E[v v^T] by running every sequence of batches."""
    sets = list(combinations(range(len(A)), b))
    total = np.zeros((len(start),) * 2, dtype=object) + F(0)
    for sequence in product(sets, repeat=steps):
        v = start
        for batch in sequence:
            v = sum(A[j] for j in batch) @ v * F(1, b)
        total = total + np.outer(v, v)
    return total * F(1, len(sets) ** steps)


def exact(values) -> np.ndarray:
    """Integers as an array of Fractions."""
    flat = np.array(values, dtype=object)
    return np.vectorize(F, otypes=[object])(flat)


@given(st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=2, max_size=3), st.integers(0, 2), st.data())
def test_closed_form_is_the_enumeration(samples: list, steps: int, data: st.DataObject) -> None:
    """Two-dimensional ridge regression in Fractions, every batch size."""
    b = data.draw(st.integers(1, len(samples)))
    x, y = exact([s[:2] for s in samples]), exact([s[2] for s in samples])
    A = steps_of(*ridge(x, y, F(1, 3)), F(1, 4))
    start = exact([1, 1, -1])
    assert (second_moments(A, b, steps, start) == enumerated(A, b, steps, start)).all()


def test_mean_estimation_is_the_other_closed_form() -> None:
    """H = I: averaged over data sets, the distance of two runs is that of sim.coupled_sgd, exactly."""
    n, b, steps, eta = 3, 2, 3, F(1, 4)
    total, count = F(0), 0
    for signs in product((-1, 1), repeat=2 * n):
        H = exact(np.ones((n, 1, 1), dtype=int))
        c, other = exact(np.array(signs[:n])[:, None]), exact(np.array(signs[n:])[:, None])
        total += stability((H, c), (H, other), eta, b, steps, exact([0]))
        count += 1
    assert total / count == second_moment(n, b, steps, eta, F(1), F(1))


def test_simulated_pairs_agree() -> None:
    """The mean square distance of 20,000 simulated pairs is the exact one, within five standard errors."""
    rng = np.random.default_rng(0)
    z, twin = rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
    twin[1:] = z[1:]
    A, other = (steps_of(*ridge(d[:, :2], d[:, 2], 0.1), 0.2) for d in (z, twin))
    M = second_moments(paired(A, other), 2, 7, np.array([1.0, 0.5, 0, 0.5, 0]))
    wanted = np.trace(M[1:3, 1:3]) + np.trace(M[3:, 3:]) - 2 * np.trace(M[1:3, 3:])
    runs = 20000
    data, other = (np.tile(d, (runs, 1, 1)) for d in (z, twin))
    begin, rng = np.array([0.5, 0]), np.random.default_rng(1)
    w, v = run_pairs(ridge_gradient(0.1), data, other, begin, 0.2, 2, 7, rng)
    apart = ((w - v) ** 2).sum(1)
    assert abs(apart.mean() - wanted) < 5 * apart.std() / np.sqrt(runs)


def test_equal_data_stay_together_and_order_does_not_matter() -> None:
    """Runs on equal data do not part; exchanging the pair exchanges the results."""
    rng = np.random.default_rng(2)
    z = rng.standard_normal((4, 6, 3))
    z[..., 2] = np.sign(z[..., 2])
    twin = z.copy()
    twin[:, 0] = -z[:, 0]
    run = lambda a, b: run_pairs(logistic(0.1), a, b, np.zeros(2), 0.5, 3, 9, np.random.default_rng(3))
    assert np.array_equal(*run(z, z))
    w, v = run(z, twin)
    assert np.array_equal(run(twin, z)[0], v) and np.array_equal(run(twin, z)[1], w)


def test_batches_are_subsets_equally_likely() -> None:
    """Rows hold distinct indices; each of the ten pairs of five comes as often, within five sigma."""
    drawn = np.sort(batches(50000, 5, 2, np.random.default_rng(0)), 1)
    assert (drawn[:, 0] < drawn[:, 1]).all()
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert len(counts) == 10 and np.abs(counts - 5000).max() < 5 * np.sqrt(5000 * 0.9)


def test_a_million_steps_cost_little() -> None:
    """The matrix power of K = 10^6 agrees with the fixed point that a contraction has."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((50, 2)), rng.standard_normal(50)
    A = steps_of(*ridge(x, y, 0.1), 0.05)
    start = time.perf_counter()
    far, farther = (second_moments(A, 5, k, np.array([1.0, 0, 0])) for k in (10**6, 10**6 + 1))
    assert np.allclose(far, farther) and time.perf_counter() - start < 5  # two calls, far from the bar of 1 s


def test_expected_risk_is_that_of_a_known_point() -> None:
    """With no step the moments are those of the start, and the risk is the quadratic itself."""
    H, c = np.array([[2.0, 1], [1, 3]]), np.array([1.0, -1])
    w = np.array([0.5, 2.0])
    v = np.concatenate([[1.0], w])
    assert expected_risk(np.outer(v, v), H, c, 0.25) == pytest.approx(w @ H @ w / 2 - c @ w + 0.25)


def test_wrong_arguments_are_named() -> None:
    """Bad shapes and batch sizes raise errors that name them."""
    with pytest.raises(ValueError, match="b = 3"):
        batches(2, 2, 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="H has shape"):
        steps_of(np.ones((2, 1, 2)), np.ones((2, 1)), 0.1)
    with pytest.raises(ValueError, match="steps = -1"):
        second_moments(np.ones((2, 2, 2)), 1, -1, np.ones(2))
    pair = np.ones((2, 2, 2)), np.ones((2, 3, 2))
    with pytest.raises(ValueError, match="twin"):
        run_pairs(ridge_gradient(0.0), *pair, np.zeros(1), 0.1, 1, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="x has shape"):
        ridge(np.ones(3), np.ones(3), 0.1)
