"""The demo: numbers that fit together, at 80 columns."""

import io

import numpy as np
import pytest
import torch
from rich.console import Console

from nets.demo import measure
from nets.train import Recipe
from proofs_check.demo import report, show, wilson

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def found():
    """A report on a short training; the bounds are those of the ledger."""
    return report(measure(1, training=Recipe(steps=12, batch=16, rate=3e-3), directions=128), 1.0)


def test_measurements_fit_together(found):
    """|g| <= sigma_max |grad_theta L|, the gap is the identity's, and the optimum lies between."""
    measured = found.measured
    assert np.linalg.norm(measured.mix_slope) <= measured.sigma_max * measured.slope_norm
    assert found.gap[0] == pytest.approx(found.gap[1], rel=1e-9)
    assert found.objectives["proportional"] <= found.objectives["optimal"] <= found.objectives["equal"]
    assert measured.identity["autograd, float64"] < 1e-10 < measured.identity["autograd, float32"] < 1e-3
    assert set(found.shares) == {"base", "expert 0-4", "expert 5-9", "merge"}


def test_the_standing_form_predicts_the_error(found):
    """For every m the mean square error lies within six standard errors of the standing form for |g|^2."""
    for row in found.rows:
        assert abs(row.error - row.standing_limit) < 6 * row.uncertainty + 1e-6 * row.error
        assert row.error < row.standing


def test_eq_6_falls_where_directions_are_averaged(found):
    """With one direction the printed value is right; with eight it is far below the error."""
    one, *_, eight = found.rows
    assert one.limit == pytest.approx(one.standing_limit)
    assert eight.error - 4 * eight.uncertainty > eight.limit


def test_the_report_fits_80_columns(found):
    """No line is longer than 80 characters, and every claim has its paragraph."""
    stream = io.StringIO()
    show(found, Console(file=stream, width=80, highlight=False))
    text = stream.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    for title in ("GLUE 4.1", "GLUE Prop. 1", "FLOPS A.3", "CoGraM eq. (7)"):
        assert title in text


def test_wilson_by_hand():
    """The interval solves (p - k/n)^2 = z^2 p (1 - p) / n at both ends, and stays in [0, 1]."""
    from scipy.stats import norm

    z = norm.ppf(0.975)
    for p in wilson(7, 10, 0.95):
        assert (p - 0.7) ** 2 == pytest.approx(z**2 * p * (1 - p) / 10)
    assert wilson(0, 5)[0] == pytest.approx(0, abs=1e-15) and wilson(5, 5)[1] == pytest.approx(1)
    with pytest.raises(ValueError, match="6 successes of 5"):
        wilson(6, 5)


def test_directions_come_in_whole_groups():
    """A number of directions that cannot be grouped is refused before anything is trained."""
    with pytest.raises(ValueError, match="directions = 100: expected a multiple of 8"):
        measure(directions=100)
