"""The figure of SAIL's spirals: complete, repeatable, captioned by the ledger."""

import pytest

from paper_figures import sail_spirals
from paper_figures.data import Data, column, where
from paper_figures.sail_spirals import GAMMAS
from proofs_check.seeds import generator
from sim.spirals import SCHEMES
from tests.paper_figures.test_draw import result


def compute() -> Data:
    """A tiny run: two seeds, two epochs, sixty points."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("SEEDS", 2), ("EPOCHS", 2), ("EVERY", 1)):
            patch.setattr(sail_spirals, name, {"quick": value})
        patch.setattr(sail_spirals, "POINTS", 60)
        return sail_spirals.compute(generator(0, "test"), "quick")


@pytest.fixture(scope="module")
def data() -> Data:
    """The tiny run, once for all tests."""
    return compute()


def test_every_start_has_its_curve(data: Data) -> None:
    """Epochs 0, 1, 2 for each scheme, gamma and the random start; the seed decides everything."""
    assert len(data.rows) == len(SCHEMES) * (len(GAMMAS) + 1) * 3
    assert (column(data, "loss") > 0).all() and (column(data, "gradient") > 0).all()
    assert compute() == data


def test_the_random_start_is_the_same_for_both_schemes(data: Data) -> None:
    """Before training a random start does not depend on the subsets; merged ones do."""
    first = [where(data, scheme=scheme, epoch=0) for scheme in SCHEMES]
    assert where(first[0], start="random").rows[0][3:] == where(first[1], start="random").rows[0][3:]
    assert where(first[0], start="0.5").rows[0][3:] != where(first[1], start="0.5").rows[0][3:]


def test_caption_says_what_the_ledger_says(data: Data) -> None:
    """The verdict in the caption is that of the claim."""
    assert "judged refuted" in sail_spirals.caption(data, {"sail.thm2": result("proved")})
