"""The figure of SAIL's gamma sweep: complete, repeatable, with formulas in their places."""

import numpy as np
import pytest

from paper_figures import gamma_sweep
from paper_figures.data import Data, column, where
from paper_figures.gamma_runs import formulas, images, thirds
from paper_figures.gamma_sweep import GAMMAS, GRID, INITS, WHOLE, asymmetry, best
from proofs_check.seeds import generator
from tests.paper_figures.test_draw import result


def compute() -> Data:
    """A tiny run: two seeds, five gammas, 300 images, a few steps."""
    few = tuple(part[:300] for part in images())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gamma_sweep, "images", lambda: few)
        patch.setattr(gamma_sweep, "SEEDS", {"quick": 2})
        patch.setattr(gamma_sweep, "TRAINED", {"quick": 30})
        patch.setattr(gamma_sweep, "AFTER", {"quick": (0, 1, 2, 3)})
        patch.setattr(gamma_sweep, "GAMMAS", (-1.0, 0.0, 0.5, 1.0, 2.0))
        return gamma_sweep.compute(generator(0, "test"), "quick")


@pytest.fixture(scope="module")
def data() -> Data:
    """The tiny run, once for all tests."""
    return compute()


def test_every_start_is_measured(data: Data) -> None:
    """Seeds, steps and starts of both parts; the seed decides everything."""
    assert len(data.rows) == 2 * (len(WHOLE) * 4 * (5 + 2 + 1) + len(GRID) * 2 * (5 + 1))
    assert (column(data, "loss") > 0).all()
    assert compute() == data


def test_what_does_not_depend_on_the_experts(data: Data) -> None:
    """Before retraining the random start has one loss a seed; equal data sets and starts make one expert
    only up to their batches."""
    for seed in (0, 1):
        random = where(data, start="random", steps=0, seed=seed)
        assert len(set(column(random, "loss"))) == 1
    merged = where(data, start="sweep", steps=0, sets="whole", seed=0)
    assert len(set(column(merged, "loss"))) == len(merged.rows)


def test_thirds_are_ordered_by_brightness() -> None:
    """Three parts of about a third, each darker than the next, none left out."""
    x = np.random.default_rng(0).random((300, 1, 2, 2))
    parts = thirds(x)
    assert sorted(np.concatenate(parts)) == list(range(300))
    means = [x[part].mean((1, 2, 3)) for part in parts]
    assert means[0].max() < means[1].min() and means[1].max() < means[2].min()
    assert all(95 < len(part) < 105 for part in parts)


def test_the_printed_formula_exchanges_the_experts() -> None:
    """A target equal to D_1 gets weight 1 by theorem 3 and 0 as printed; the two always sum to one."""
    rng = np.random.default_rng(0)
    one, two, third = (rng.normal(k, 1, (20, 2)) for k in range(3))
    at = formulas(one, two, one)
    assert at["theorem 3"] == pytest.approx(1) and at["printed"] == pytest.approx(0)
    assert sum(formulas(one, two, third).values()) == pytest.approx(1)


def made(losses) -> Data:
    """A sweep with two seeds and given losses, (2, gammas)."""
    rows = [
        ("whole", "shared", 0.0, 0.0, seed, 50, "sweep", g, float(loss))
        for seed, line in enumerate(losses)
        for g, loss in zip(GAMMAS, line, strict=True)
    ]
    return Data(items=("sail.fig2b",), columns=gamma_sweep.COLUMNS, rows=tuple(rows))


def test_optimum_and_asymmetry() -> None:
    """Parabolas have their best gamma where they were put; symmetric about 1/2 they have no asymmetry."""
    gammas = np.array(GAMMAS)
    assert best(made([1 + (gammas - 0.3) ** 2, 1 + (gammas + 0.4) ** 2])) == pytest.approx([0.3, -0.4])
    assert asymmetry(made([1 + (gammas - 0.5) ** 2] * 2)) == pytest.approx(0, abs=1e-12)
    assert asymmetry(made([np.exp(gammas)] * 2)) == pytest.approx(np.abs(2 * gammas - 1).mean())


def test_figure_and_caption(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    """It draws, and the verdict in the caption is that of the claim."""
    monkeypatch.setattr(gamma_sweep, "GAMMAS", (-1.0, 0.0, 0.5, 1.0, 2.0))
    assert len(gamma_sweep.draw(data).axes) == 9
    said = gamma_sweep.caption(data, {"sail.sec4.4.mmd": result("proved")})
    assert "judged refuted" in said and all(f"{init} initialisation" in said for init in INITS)
