"""The figure of cosines: measured and predicted agree, and the caption is computed."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from paper_figures import query_cosine
from paper_figures.data import Data, column, where
from paper_figures.style import style
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


@pytest.fixture(scope="module")
def data() -> Data:
    """The quick data."""
    return query_cosine.compute(generator(0, "test"), "quick")


def test_the_seed_decides_everything(data: Data) -> None:
    """Equal generators give equal data."""
    assert query_cosine.compute(generator(0, "test"), "quick") == data


def test_spsa_agrees_with_its_prediction(data: Data) -> None:
    """SPSA's cosines are predicted within 0.12, three standard deviations of one minibatch at these sizes."""
    points = where(data, estimator="spsa")
    assert np.abs(column(points, "measured") - column(points, "predicted")).max() < 0.12


def test_more_queries_and_better_allocations_predict_more(data: Data) -> None:
    """Predictions grow with the number of queries, and the optimal allocation predicts the largest cosine."""
    for network in query_cosine.LAYERS:
        for name in query_cosine.SHARING:
            line = column(where(data, network=network, panel="allocator", allocator=name), "predicted")
            best = column(where(data, network=network, panel="allocator", allocator="optimal"), "predicted")
            assert (np.diff(line) > 0).all() and (line <= best + 1e-12).all()


def test_shares_are_shares(data: Data) -> None:
    """The first layer's share in the variance lies between zero and one for every network and estimator."""
    shares = query_cosine.first_share(data)
    assert len(shares) == 4 and all(0 < share < 1 for share in shares.values())


def test_the_figure_is_drawn_without_warning(data: Data) -> None:
    """Drawing gives six panels; the caption repeats verdicts and gains."""
    with style():
        figure = query_cosine.draw(data)
        figure.canvas.draw()
    assert isinstance(figure, Figure) and len(figure.axes) == 6
    text = query_cosine.caption(data, {"flops.thm2": result("refuted")})
    assert "judged refuted" in text and f"optimal {query_cosine.gain(data)['vit', 'optimal']:.2g}" in text
