"""The figure of proposition 1: measurements that agree with theory, and bounds that come from the ledger."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from paper_figures import spsa_error
from paper_figures.data import Data, column, where
from paper_figures.style import style
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


def compute(seed: int = 0) -> Data:
    """The quick data of one seed."""
    return spsa_error.compute(generator(seed, "test"), "quick")


@pytest.fixture(scope="module")
def data() -> Data:
    """The quick data of seed 0."""
    return compute()


def test_the_seed_decides_everything(data: Data) -> None:
    """Equal seeds give equal data; another seed changes the measurements and leaves the bounds."""
    again, other = compute(), compute(1)
    assert again == data
    assert where(other, kind="measured").rows != where(data, kind="measured").rows
    assert where(other, kind="printed").rows == where(data, kind="printed").rows


def test_every_column_is_explained(data: Data) -> None:
    """Each column has a meaning, and every row names a known kind."""
    assert all(data.columns.values())
    assert set(column(data, "kind")) == {"measured", "printed", "standing"}


def test_the_interval_holds_the_exact_error(data: Data) -> None:
    """On the quadratic, where no remainder enters, each interval holds (K-1)(1+m(K-1)) / (m K^2)."""
    points = where(data, kind="measured", loss="quadratic")
    K, m = column(points, "K"), column(points, "m")
    exact = ((K - 1) / K) ** 2 + (
        K - 1
    ) / K**2 / m  # squared bias plus variance, by the moments of the sphere
    assert (column(points, "low") <= exact).all() and (exact <= column(points, "high")).all()


@pytest.mark.parametrize("name", spsa_error.LOSSES)
def test_the_gradient_is_the_losses_own(name: str) -> None:
    """The gradient that the error is measured from agrees with finite differences of the loss."""
    loss, step = spsa_error.LOSSES[name](5), 1e-6
    moves = step * np.eye(5)
    slopes = (loss.value(loss.alpha + moves) - loss.value(loss.alpha - moves)) / (2 * step)
    assert np.allclose(slopes, loss.g, atol=1e-8)


@pytest.mark.parametrize("name", spsa_error.LOSSES)
def test_draws_stay_below_the_declared_most(name: str) -> None:
    """No squared error exceeds the range on which its interval rests, nor a slope its bound."""
    loss = spsa_error.LOSSES[name](3)
    most = (1 + loss.steepest / np.linalg.norm(loss.g)) ** 2
    draws = spsa_error.squared_errors(loss, 3, 1, 1000, generator(0, "range"))
    u = loss.g / np.linalg.norm(loss.g)
    slope = (loss.value(loss.alpha + spsa_error.MU * u) - loss.value(loss.alpha - spsa_error.MU * u)) / (
        2 * spsa_error.MU
    )
    assert draws.max() <= most and abs(slope) <= loss.steepest * (1 + 1e-12)


def test_the_bounds_are_the_ledgers(data: Data) -> None:
    """The printed bound at m = 1 is (K-1)/K, and the standing one never lies below the measured error."""
    single = where(data, kind="printed", m=1)
    K = column(single, "K")
    assert np.allclose(column(single, "value"), (K - 1) / K)
    standing = {(r[2], r[3]): r[4] for r in where(data, kind="standing").rows}
    for row in where(data, kind="measured", loss="quadratic").rows:
        assert row[5] <= standing[row[2], row[3]] * (1 + 1e-9)


def test_the_figure_is_drawn_without_warning(data: Data) -> None:
    """Drawing gives a figure of two panels; a warning would be an error here."""
    with style():
        figure = spsa_error.draw(data)
        figure.canvas.draw()
    assert isinstance(figure, Figure) and len(figure.axes) == 2


def test_the_caption_repeats_the_ledger(data: Data) -> None:
    """The verdicts in the caption are those of the results that are passed in."""
    assert "judged supported" in spsa_error.caption(data, {"glue.prop1": result("supported")})
    assert "judged proved" in spsa_error.caption(data, {"glue.prop1": result("proved")})
