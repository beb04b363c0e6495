"""PEPit's worst case of gradient descent beside the rate of SAIL's Theorem 2 (opt-in: the oracles extra)."""

import warnings

import pytest

PEPit = pytest.importorskip("PEPit", reason="PEPit is not installed: pip install 'mergeproof[oracles]'")


def worst_case(L: float, mu: float, eta: float, steps: int) -> float:
    """The largest J(x_T) - J* over L-smooth mu-strongly convex J with J(x_0) - J* <= 1, by PEPit's SDP."""
    from PEPit.functions import SmoothStronglyConvexFunction

    problem = PEPit.PEP()
    loss = problem.declare_function(SmoothStronglyConvexFunction, mu=mu, L=L)
    best = loss.stationary_point()
    x = problem.set_initial_point()
    problem.set_initial_condition(loss(x) - loss(best) <= 1)
    for _ in range(steps):
        x = x - eta * loss.gradient(x)
    problem.set_performance_metric(loss(x) - loss(best))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # solver chatter; the number is what is asserted
        return float(problem.solve(verbose=0))


@pytest.mark.parametrize(
    ("L", "mu", "eta", "steps"), [(1.0, 0.1, 0.5, 1), (1.0, 0.1, 0.9, 2), (2.0, 0.5, 0.25, 3)]
)
def test_the_printed_rate_holds_and_is_not_the_best(L: float, mu: float, eta: float, steps: int) -> None:
    """The worst case is (1 - eta mu)^(2T), below the printed (1 - eta mu)^T: that bound is true and loose."""
    found = worst_case(L, mu, eta, steps)
    assert found == pytest.approx((1 - eta * mu) ** (2 * steps), rel=1e-3)
    assert found < (1 - eta * mu) ** steps
