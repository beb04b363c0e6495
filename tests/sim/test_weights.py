"""SAIL's merging weights: invariances, limits, agreement of the closed forms with the quadratic programme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.gaussian_classes import lda
from sim.simplex import least
from sim.weights import by_parameters, by_samples, by_tv, form, on_simplex, printed_many, printed_two

SEED = st.integers(0, 2**32 - 1)
COUNT = st.integers(2, 4)


def draw(seed: int, n: int, d: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Experts in general position, and a target."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.normal(size=d)


@given(SEED, COUNT)
def test_the_form_is_the_squared_distance(seed: int, n: int) -> None:
    """w^T H w is twice the squared distance of the merged parameters from the target."""
    experts, target = draw(seed, n)
    w = np.random.default_rng(seed + 1).normal(size=n)
    w = w / w.sum()
    distance = ((w @ experts - target) ** 2).sum()
    assert w @ by_parameters(experts, target) @ w == pytest.approx(2 * distance, rel=1e-6)


@given(SEED, COUNT, st.floats(0.01, 100))
def test_invariances(seed: int, n: int, scale: float) -> None:
    """Moving, turning and scaling all parameters changes no weight; ordering the experts orders them."""
    experts, target = draw(seed, n)
    rng = np.random.default_rng(seed)
    turn, shift, order = np.linalg.qr(rng.normal(size=(4, 4)))[0], rng.normal(size=4), rng.permutation(n)
    for solve in (on_simplex, printed_many):
        w = solve(by_parameters(experts, target))
        for change in (lambda z: z + shift, lambda z: z @ turn, lambda z: scale * z):
            np.testing.assert_allclose(
                solve(by_parameters(change(experts), change(target))), w, rtol=1e-5, atol=1e-5
            )
        ordered = solve(by_parameters(experts[order], target))
        np.testing.assert_allclose(ordered, w[order], rtol=1e-5, atol=1e-6)


@given(SEED, COUNT)
def test_never_outside_the_simplex_and_optimal_there(seed: int, n: int) -> None:
    """Weights are a probability vector, no other one is better, and the faces give the same value."""
    experts, target = draw(seed, n, 3)
    h = by_parameters(experts, target)
    w = on_simplex(h)
    assert w.min() >= 0 and w.sum() == pytest.approx(1)
    others = np.random.default_rng(seed).dirichlet(np.ones(n), 200)
    top = 1e-9 * np.abs(h).max()
    assert w @ h @ w <= np.einsum("ki,ij,kj->k", others, h, others).min() + top
    assert w @ h @ w == pytest.approx(least(tuple(map(tuple, h.tolist())))[0], abs=1e-8 * np.abs(h).max())


@given(SEED, COUNT)
def test_closed_forms_agree_where_they_apply(seed: int, n: int) -> None:
    """Positive weights of equation (12) are those of the programme; for two experts (11) is (12)."""
    rng = np.random.default_rng(seed)
    experts, _ = draw(seed, n)
    inside = rng.dirichlet(np.ones(n)) @ experts
    off = rng.normal(size=4)
    span = np.linalg.qr((experts[1:] - experts[0]).T)[0]
    target = inside + off - span @ (span.T @ off)  # nearest point of the experts' plane: `inside`
    h = by_parameters(experts, target)
    np.testing.assert_allclose(printed_many(h), on_simplex(h), atol=1e-5)
    if n == 2:
        both = ((experts - target) ** 2).sum(1), ((experts[0] - experts[1]) ** 2).sum()
        assert printed_two(*both) == pytest.approx(printed_many(h)[0], abs=1e-7)
        assert printed_two(both[0][::-1], both[1]) == pytest.approx(1 - printed_two(*both), abs=1e-7)


@given(SEED, COUNT, st.data())
def test_a_target_that_is_an_expert_gets_weight_one(seed: int, n: int, data: st.DataObject) -> None:
    """In parameters, in samples and in total variation: weight 1 for the expert that is the target."""
    k, rng = data.draw(st.integers(0, n - 1)), np.random.default_rng(seed)
    experts, _ = draw(seed, n)
    samples = [rng.normal(j, 1, size=(6, 2)) for j in range(n)]
    classes = [((0.7 * j, 0.2 * j * j), (-0.1 * j, 1.0 - j)) for j in range(n)]
    covariance = ((1.0, 0.3), (0.3, 2.0))
    for h in (
        by_parameters(experts, experts[k]),
        by_samples(samples, samples[k]),
        by_tv(covariance, classes, classes[k]),
    ):
        np.testing.assert_allclose(on_simplex(h), np.eye(n)[k], atol=1e-5)


def test_two_experts_leave_the_interval_where_printed() -> None:
    """On a line, a target beyond the second expert has a negative first weight; the simplex stops at 0."""
    experts, target = np.array([[0.0], [1.0]]), np.array([1.5])
    h = by_parameters(experts, target)
    assert printed_two(np.array([2.25, 0.25]), 1.0) == pytest.approx(-0.5)
    np.testing.assert_allclose(on_simplex(h), (0, 1), atol=1e-9)


def test_mean_discrepancy_with_a_wide_kernel_is_the_distance_of_means() -> None:
    """As the bandwidth grows the squared discrepancy becomes |gap of means|^2 / s^2: weights of the means."""
    rng = np.random.default_rng(0)
    samples, target = [rng.normal(k, 1, size=(8, 2)) for k in range(3)], rng.normal(0.7, 1, size=(8, 2))
    wide = on_simplex(by_samples(samples, target, width=1e3))
    means = by_parameters(np.array([s.mean(0) for s in samples]), target.mean(0))
    w = on_simplex(means)
    assert wide @ means @ wide == pytest.approx(w @ means @ w, abs=1e-4)


def test_total_variation_is_not_euclidean() -> None:
    """One class moved, the other moved, both moved: H has a negative eigenvalue; the faces solve it."""
    moved = lambda a, b: ((float(a), 0.0), (float(b), 0.0))
    h = by_tv(((1.0, 0.0), (0.0, 1.0)), [moved(2, 0), moved(0, 2), moved(2, 2)], moved(0, 0))
    assert np.linalg.eigvalsh(h).min() < -0.01
    value = on_simplex(h) @ h @ on_simplex(h)
    grid = np.random.default_rng(0).dirichlet(np.ones(3), 500)
    assert value <= np.einsum("ki,ij,kj->k", grid, h, grid).min() + 1e-9


def test_indefinite_forms_are_solved_by_faces() -> None:
    """A form that is concave along an edge has its least value at an end of it."""
    np.testing.assert_allclose(on_simplex(np.array([[1.0, 3.0], [3.0, 2.0]])), (1, 0))


def test_lda_parameters_with_round_covariance() -> None:
    """Sigma = s I: parameters are differences of class means, and their weights do not depend on s."""
    classes = [((1.0, 0.0), (-1.0, 0.0)), ((0.0, 2.0), (0.0, -1.0))]
    target = ((0.5, 0.7), (-0.5, -0.5))
    found = []
    for s in (1.0, 3.0):
        theta = np.array([lda(((s, 0.0), (0.0, s)), c) for c in (*classes, target)], float)
        found.append(on_simplex(by_parameters(theta[:2], theta[2])))
    np.testing.assert_allclose(*found, atol=1e-9)


def test_degenerate_geometry_is_named() -> None:
    """Equal experts stop (11) and (12), a reachable target stops (12); the simplex has an answer in each."""
    equal = form(np.array([1.0, 1.0]), np.zeros((2, 2)))
    with pytest.raises(ZeroDivisionError, match="distance 0"):
        printed_two(np.array([1.0, 1.0]), 0.0)
    with pytest.raises(ZeroDivisionError, match="singular"):
        printed_many(equal)
    between = by_parameters(np.array([[0.0], [2.0]]), np.array([0.5]))
    with pytest.raises(ZeroDivisionError, match="singular"):
        printed_many(between)
    np.testing.assert_allclose(on_simplex(between), (0.75, 0.25), atol=1e-9)
    assert on_simplex(equal).sum() == pytest.approx(1) and on_simplex(np.zeros((3, 3))).sum() == 1
    with pytest.raises(ZeroDivisionError, match="divides by it"):
        printed_many(np.array([[1.0, 0.0], [0.0, -1.0]]))


@pytest.mark.parametrize(
    ("targets", "between", "message"),
    [
        ([1.0], np.zeros((2, 2)), "shapes"),
        ([1.0, 1.0], np.array([[0.0, 1.0], [2.0, 0.0]]), "symmetric"),
        ([1.0, -1.0], np.zeros((2, 2)), "none negative"),
    ],
)
def test_bad_distances_are_refused(targets: list, between: np.ndarray, message: str) -> None:
    """Shapes and signs that no distances have are refused."""
    with pytest.raises(ValueError, match=message):
        form(np.array(targets), between)
    with pytest.raises(ValueError, match="n <= 10"):
        on_simplex(np.ones((11, 11)) - 2 * np.eye(11))
