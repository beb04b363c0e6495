"""Distances of shifted and random starts: closed forms, quadrature and draws agree."""

import math

import numpy as np
import pytest

from sim.proximity import COUPLINGS, closer, failure


@pytest.mark.parametrize("ratio", [1e-3, 0.1, 1.0, 30.0])
def test_central_closed_forms(ratio: float) -> None:
    """At centre 0, r = a/sqrt(alpha): (2/pi) atan r in one dimension, 1 - (1+r^2)^(-1/2) in two."""
    alpha = 0.25
    a = ratio * math.sqrt(alpha)
    assert failure(1, 0.0, a, 0.0, alpha) == pytest.approx(2 / math.pi * math.atan(ratio), rel=1e-8)
    assert failure(2, 0.0, a, 0.0, alpha) == pytest.approx(1 - (1 + ratio**2) ** -0.5, rel=1e-7)


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize(
    ("centre", "a", "c"), [((0.0,), 0.3, 0.0), ((1.0, 0.5), 0.5, 0.7), ((0.0, 0, 0), 1.0, 0.2)]
)
def test_draws_agree_with_quadrature(coupling: str, centre: tuple, a: float, c: float) -> None:
    """The mean of the drawn indicators lies within five standard errors of the computed probability."""
    rng, at = np.random.default_rng(5), np.array(centre)
    drawn = closer(at, a, c, 0.5, coupling, rng, 200_000)
    said = 1 - failure(len(centre), float(at @ at), a, c, 0.5, coupling)
    assert abs(drawn.mean() - said) < 5 * math.sqrt(said * (1 - said) / len(drawn))


def test_opposed_fails_more_often() -> None:
    """Coupling the two against each other makes failure more likely."""
    assert failure(2, 0.0, 0.1, 0.0, 0.5, "opposed") > 1.5 * failure(2, 0.0, 0.1, 0.0, 0.5)


def test_unknown_coupling_is_refused() -> None:
    """A coupling outside the list is an error that shows the list."""
    with pytest.raises(ValueError, match="opposed"):
        failure(1, 0.0, 1.0, 0.0, 0.5, "other")
