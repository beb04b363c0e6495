"""The figure of forward-only training: one start for all methods, every pass counted, words computed."""

import pytest
from matplotlib.figure import Figure

from paper_figures import flops_training
from paper_figures.data import Data, column, where
from paper_figures.style import style
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


@pytest.fixture(scope="module")
def data() -> Data:
    """The quick data."""
    return flops_training.compute(generator(0, "test"), "quick")


def test_all_methods_start_from_the_same_network(data: Data) -> None:
    """Before the first step every method of a seed has the same accuracy, and no pass is spent."""
    for seed in (0, 1):
        before = where(data, seed=seed, step=0)
        assert len(before.rows) == len(flops_training.NAMES)
        assert len(set(column(before, "accuracy"))) == 1 and (column(before, "passes") == 0).all()


def test_passes_are_those_of_the_listing(data: Data) -> None:
    """After four steps: clean loss, pilot of four, 4 queries in three layers; twice for mirrored noise."""
    spent = {
        name: column(where(data, method=name, seed=0, step=4), "passes")[0] for name in flops_training.NAMES
    }
    expected = {
        "2-query": 4 * (1 + 2 * 3),
        "n-query": 4 * (1 + 2 * 3 * 4),
        "LR": 4 * (1 + 3 * 4),
        "OPS-SPSA": 4 * (1 + 2 * 4 + 2 * 3 * 4),
        "OPS-LR": 4 * (1 + 4 + 3 * 4),
        flops_training.MIRRORED: 4 * (1 + 2 * 3 * 4),
        flops_training.EXACT: 4 * 3,
    }
    assert spent == expected


def test_the_figure_is_drawn_without_warning(data: Data) -> None:
    """Drawing gives two panels; the caption ranks by what was measured and repeats the verdict."""
    with style():
        figure = flops_training.draw(data)
        figure.canvas.draw()
    assert isinstance(figure, Figure) and len(figure.axes) == 2
    text = flops_training.caption(data, {"flops.sec5_1.opslr_best": result("refuted")})
    ends = flops_training.last(data)
    best = max(ends, key=lambda name: ends[name])
    assert f"At the end: {flops_training.NAMES[best]} {ends[best]:.0%}" in text and "judged refuted" in text
