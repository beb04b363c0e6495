"""The figure of the worlds: complete, repeatable, captioned by the ledger."""

import pytest

from paper_figures import worlds
from paper_figures.data import column, where
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


def test_every_world_has_points_and_the_seed_decides() -> None:
    """All four worlds have rows, and a second run gives the same ones."""
    data = worlds.compute(generator(0, "test"), "quick")
    assert set(column(data, "world")) == {"gaussian", "spirals", "classes", "pairs"}
    assert worlds.compute(generator(0, "test"), "quick") == data


def test_simulated_pairs_lie_on_the_exact_line() -> None:
    """Root mean square distances agree within a quarter at 200 pairs."""
    data = where(worlds.compute(generator(0, "test"), "quick"), world="pairs")
    exact, simulated = (column(where(data, group=g), "y") for g in ("exact", "simulated"))
    assert simulated == pytest.approx(exact, rel=0.25)


def test_caption_says_what_the_ledger_says() -> None:
    """Verdicts in the caption are those of the claims."""
    data = worlds.compute(generator(0, "test"), "quick")
    claims = {item: result("proved") for item in worlds.ITEMS}
    assert worlds.caption(data, claims).count("judged refuted") == 1
