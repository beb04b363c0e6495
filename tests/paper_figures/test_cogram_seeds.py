"""The figure of CoGraM's tests: complete, repeatable, and captioned by the ledger."""

import numpy as np
import pytest

from paper_figures import cogram_seeds
from paper_figures.cogram_seeds import NETWORKS, STARTS, TESTS
from paper_figures.data import Data, column
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


def compute(monkeypatch: pytest.MonkeyPatch) -> Data:
    """A tiny run: two seeds, ten steps."""
    monkeypatch.setattr(cogram_seeds, "SEEDS", {"quick": 2})
    monkeypatch.setattr(cogram_seeds, "STEPS", {"quick": 10})
    monkeypatch.setattr(cogram_seeds, "SIZES", {"train": 100, "test": 100})
    return cogram_seeds.compute(generator(0, "test"), "quick")


def test_every_network_of_every_seed_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grid is complete, accuracies are shares, and a second run gives the same data."""
    data = compute(monkeypatch)
    assert len(data.rows) == 2 * len(TESTS) * len(STARTS) * len(NETWORKS)
    assert ((column(data, "accuracy") >= 0) & (column(data, "accuracy") <= 1)).all()
    assert compute(monkeypatch) == data


def test_interval_is_the_t_interval() -> None:
    """Two values one apart: half-width t_{0.975,1} / 2."""
    mean, half = cogram_seeds.interval(np.array([0.0, 1.0]))
    assert mean == 0.5 and half == pytest.approx(12.706 / 2, rel=1e-3)


def test_caption_says_what_the_ledger_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts in the caption are those of the claims."""
    data = compute(monkeypatch)
    claims = {item: result("proved") for item in cogram_seeds.ITEMS}
    assert cogram_seeds.caption(data, claims).count("judged refuted") == 2
