"""The figure of GLUE's configurations: its intervals, its words, its drawing."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from paper_figures import glue_configs
from paper_figures.data import Data, column, where
from paper_figures.style import style
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


@pytest.fixture(scope="module")
def data() -> Data:
    """The quick data."""
    return glue_configs.compute(generator(0, "test"), "quick")


def test_differences_are_paired(data: Data) -> None:
    """Each difference is the mean over seeds of GLUE minus the arm at the same checkpoint."""
    for row in where(data, kind="difference").rows:
        _, init, arm, step, _, value, low, high = row
        pair = (column(where(data, kind="arm", init=init, arm=a, step=step), "value") for a in ("GLUE", arm))
        ours, theirs = (values[column(where(data, kind="arm", init=init, arm=arm, step=step), "seed") >= 0]
                        for values in pair)  # fmt: skip
        assert value == pytest.approx((ours - theirs).mean()) and low <= value <= high


def test_the_interval_is_students() -> None:
    """The t interval of four numbers, by the table: 3.182 standard errors to each side."""
    middle, low, high = glue_configs.interval(np.array([0.0, 1.0, 2.0, 3.0]))
    error = np.std([0, 1, 2, 3], ddof=1) / 2
    assert (middle, low, high) == pytest.approx((1.5, 1.5 - 3.1824 * error, 1.5 + 3.1824 * error), rel=1e-4)


def test_the_words_follow_the_intervals(data: Data) -> None:
    """The caption says above or below exactly where the interval excludes zero."""

    def moved(low: float, high: float) -> Data:
        rows = [r if r[0] != "difference" else (*r[:-3], (low + high) / 2, low, high) for r in data.rows]
        return replace(data, rows=tuple(rows))

    assert glue_configs.says(moved(0.1, 0.2)).count("above best expert") == 4
    assert glue_configs.says(moved(-0.2, -0.1)).count("below best expert") == 4
    assert glue_configs.says(moved(-0.1, 0.1)).count("no clear difference") == 4


def test_the_figure_is_drawn_without_warning(data: Data) -> None:
    """Drawing gives three panels; the caption repeats the ledger's verdict."""
    with style():
        figure = glue_configs.draw(data)
        figure.canvas.draw()
    assert isinstance(figure, Figure) and len(figure.axes) == 3
    claims = {"glue.exp.config1": result("proved"), "glue.sec5.hull_constraint": result("proved")}
    text = glue_configs.caption(data, claims)
    assert "data size is judged refuted; repaired (another constant) it is judged proved" in text
    assert "hull is judged refuted" in text
