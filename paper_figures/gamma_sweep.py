"""SAIL's sweep of the merge ratio and its overlap grid, on small real images.

Measured  Per seed: the 1,797 digits of scikit-learn, split by mean pixel at the 33rd and 66th percentile into
          D_1 (dark), D_2, D_t (bright; a quarter held out for validation); theta_1, theta_2 trained on D_1,
          D_2; theta = gamma theta_1 + (1 - gamma) theta_2 for 31 gammas in [-1, 2], retrained on D_t.
          Validation loss before and after 50, 100, 200 steps.  gamma = 0, 1: single networks; 1/2: average.
Formulas  "printed": Section 4.4, with MMD (Gaussian kernel, median distance, biased) between training images;
          "theorem 3": equation (11), where the experts stand the other way round.  Both are also retrained.
Overlap   D_1 and D_2 of half the size of D_t with overlaps alpha, beta as in `sim.overlap`; 50 steps.
          Asymmetry of a curve: the mean of |log loss(gamma) - log loss(1 - gamma)|.
Unknown   The paper does not say whether experts share their initialisation: both are shown.  Its data are
          text and its network GPT-2; a perceptron of 32 hidden units takes their place.
Intervals 95 % t-intervals over seeds.
Source    SAIL, Section 4.4, Figures 2b and 2c.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paper_figures import style
from paper_figures.cogram_seeds import interval
from paper_figures.data import Data, column, where
from paper_figures.gamma_runs import images, measured, worlds

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult

ITEMS = ("sail.fig2b", "sail.sec4.4.mmd")
COLUMNS = {
    "sets": "whole (D_1, D_2 as split) or overlap (half the size of D_t, overlaps alpha and beta)",
    "init": "whether theta_1 and theta_2 share their initialisation: shared or independent",
    "alpha": "share of D_1 that is in D_2",
    "beta": "share of D_1, and of D_2, that is in D_t",
    "seed": "number of the seed: held-out images, initialisations, batches",
    "steps": "steps of retraining on D_t",
    "start": "sweep, printed (Section 4.4's formula), theorem 3 (equation (11)) or random",
    "gamma": "weight of theta_1 in the start (0 where the start is random)",
    "loss": "validation loss on D_t, in nats",
}
GAMMAS = tuple(k / 10 - 1 for k in range(31))
SEEDS = {"quick": 2, "cpu": 12, "full": 30}
TRAINED = {"quick": 40, "cpu": 400, "full": 400}
AFTER = {"quick": (0, 5, 10, 20), "cpu": (0, 50, 100, 200), "full": (0, 50, 100, 200)}
SHARES = (0.0, 0.5, 1.0)
INITS = ("shared", "independent")
WHOLE = tuple(("whole", init, 0.0, 0.0) for init in INITS)
GRID = tuple(("overlap", init, alpha, beta) for init in INITS for beta in SHARES for alpha in SHARES)


def compute(rng: np.random.Generator, scale: str) -> Data:
    """One row for each retrained network and number of steps; columns as in COLUMNS."""
    from nets.threads import one_thread

    world_rng, whole_rng, grid_rng = rng.spawn(3)
    data, after, trained = images(), AFTER[scale], TRAINED[scale]
    seeds = worlds(data[0], SEEDS[scale], world_rng)
    with one_thread():
        rows = measured(data, seeds, WHOLE, GAMMAS, trained, after, whole_rng)
        rows += measured(data, seeds, GRID, GAMMAS, trained, after[:2], grid_rng)
    note = f"{SEEDS[scale]} seeds, experts trained for {trained} steps"
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=note)


def band(data: Data) -> np.ndarray:
    """Mean and half-width over seeds of the swept losses, (gammas, 2)."""
    rows, gammas = where(data, start="sweep"), column(where(data, start="sweep"), "gamma")
    losses = column(rows, "loss")
    return np.array([interval(losses[gammas == g]) for g in GAMMAS])


def best(data: Data) -> np.ndarray:
    """For each seed the gamma of least loss of the sweep."""
    found = []
    for seed in sorted(set(column(data, "seed"))):
        rows = where(data, start="sweep", seed=int(seed))
        found.append(column(rows, "gamma")[column(rows, "loss").argmin()])
    return np.array(found)


def asymmetry(data: Data) -> float:
    """The mean over the sweep of |log loss(gamma) - log loss(1 - gamma)|, losses being means over seeds."""
    logs = np.log(band(data)[:, 0])
    return float(np.abs(logs - logs[::-1]).mean())


STEPS = ("#b0b0b0", *style.COLOURS[:3])
ALPHAS = style.COLOURS[3:]
TICKS = (0.2, 0.5, 1, 2)
MARKS = {"printed": ("printed", "right"), "theorem 3": ("theorem 3", "left")}


def _curve(axes: Axes, data: Data, colour: str, text: str) -> None:
    mean, half = band(data).T
    axes.fill_between(GAMMAS, mean - half, mean + half, color=colour, alpha=0.2, lw=0)
    axes.plot(GAMMAS, mean, color=colour, label=text)
    low = mean.argmin()
    axes.plot(GAMMAS[low], mean[low], "o", color=colour, ms=3.2, clip_on=False)


def _random(axes: Axes, data: Data, colour: str) -> None:
    mean = interval(column(where(data, start="random"), "loss"))[0]
    axes.axhline(mean, color=colour, lw=0.9, dashes=(3, 1.6))


def _sweep(axes: Axes, data: Data, after: list[int]) -> None:
    for steps, colour in zip(after, STEPS, strict=True):
        _curve(axes, where(data, steps=steps), colour, f"{steps} steps")
        _random(axes, where(data, steps=steps), colour)


def _overlap(axes: Axes, data: Data) -> None:
    for alpha, colour in zip(SHARES, ALPHAS, strict=True):
        _curve(axes, where(data, alpha=alpha), colour, rf"$\alpha$ = {alpha:g}")
    _random(axes, data, style.INK)


def _losses(axes: Axes) -> None:
    """The axes that all panels of losses share."""
    axes.set(yscale="log", xlim=(-1, 2), ylim=(0.12, 2.7))
    axes.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axes.minorticks_off()


def _optima(axes: Axes, data: Data, after: list[int]) -> None:
    """The best gamma of each seed, by steps, and where the two formulas put it."""
    for row, init in enumerate(INITS):
        for k, (steps, colour) in enumerate(zip(after, STEPS, strict=True)):
            place, values = 4.4 * row + k, best(where(data, init=init, steps=steps))
            spread = place + np.linspace(-0.25, 0.25, len(values))
            axes.plot(values, spread, "o", ms=2, mew=0, color=colour, clip_on=False)
            mean, half = interval(values)
            axes.errorbar(mean, place, xerr=half, fmt="|", ms=7, color=colour, elinewidth=1.2)
    for name, (text, side) in MARKS.items():
        rows = where(data, start=name, init=INITS[0], steps=after[0])
        mean = interval(column(rows, "gamma"))[0]
        axes.axvline(mean, color=style.INK, lw=0.8, dashes=(1, 1.5))
        away = {"left": 3, "right": -3}[side]
        style.label(axes, mean, 8.6, text, xytext=(away, 0), ha=side)
    axes.set(ylim=(9.1, -0.6), xlim=(-1, 2))
    axes.set_yticks([1.5, 5.9], INITS, rotation=90, va="center")
    axes.tick_params(axis="y", length=0)


def draw(data: Data) -> Figure:
    """Above: the sweep, shared and independent initialisations, and its optima; below: the overlap grid."""
    figure = Figure(figsize=(style.PAGE, 6.2), layout="constrained")
    panels = figure.subplots(3, 3)
    whole = where(data, sets="whole")
    after = sorted({int(steps) for steps in column(whole, "steps")})
    for axes, letter, init in zip(panels[0], "ab", INITS, strict=False):
        style.panel(axes, letter, f"{init} initialisation")
        _sweep(axes, where(whole, init=init), after)
    style.panel(panels[0, 2], "c", r"best $\gamma$ of each seed")
    _optima(panels[0, 2], whole, after)
    for row, letters, init in zip(panels[1:], ("def", "ghi"), INITS, strict=True):
        for axes, letter, beta in zip(row, letters, SHARES, strict=True):
            style.panel(axes, letter, rf"{init}, $\beta$ = {beta:g}")
            _overlap(axes, where(data, sets="overlap", init=init, beta=beta, steps=after[1]))
    for axes in (*panels[0, :2], *panels[1:].flat):
        _losses(axes)
    for axes, columns in ((panels[0, 0], 2), (panels[1, 0], 1)):
        place = {"loc": "center", "bbox_to_anchor": (0.5, 0.56)}
        axes.legend(frameon=False, fontsize=7, ncols=columns, handlelength=1.4, **place)
    for axes in panels.flat:
        axes.set_xticks((-1, 0, 1, 2))
    for axes in (panels[0, 2], *panels[2]):
        axes.set_xlabel(r"weight $\gamma$ of $\theta_1$")
    for row in panels:
        row[0].set_ylabel("validation loss")
    return figure


def _mean(data: Data, **equals: Any) -> float:
    return float(column(where(data, **equals), "loss").mean())


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, the losses that matter, the optima beside the formulas, and the formula's verdict."""
    whole, said = where(data, sets="whole"), []
    after = sorted({int(s) for s in column(whole, "steps")})
    for init in INITS:
        for steps in (after[1], after[-1]):
            rows = where(whole, init=init, steps=steps)
            means, (optimum, half) = band(rows)[:, 0], interval(best(rows))
            single = ", ".join(f"gamma = {g:g}: {means[GAMMAS.index(g)]:.2f}" for g in (0.0, 0.5, 1.0))
            said.append(
                f"{init} initialisation, {steps} steps: random {_mean(rows, start='random'):.2f}, {single}, "
                f"least {means.min():.2f} at {GAMMAS[means.argmin()]:.1f} (best of a seed: {optimum:.2f} +- "
                f"{half:.2f}), printed formula {_mean(rows, start='printed'):.2f}, theorem 3 "
                f"{_mean(rows, start='theorem 3'):.2f}"
            )
    weights = {
        name: interval(column(where(whole, start=name, init=INITS[0], steps=after[0]), "gamma"))
        for name in MARKS
    }
    grid = where(data, sets="overlap", steps=after[1])
    uneven = "; ".join(
        f"{init} initialisation: "
        + ", ".join(
            f"{asymmetry(where(grid, init=init, alpha=alpha, beta=beta)):.2f} at ({alpha:g}, {beta:g})"
            for alpha, beta in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
        )
        for init in INITS
    )
    result = claims[ITEMS[1]]
    repaired = f" (repaired: {result.repair.changes})" if result.repair else ""
    return (
        f"Validation loss on the bright third of scikit-learn's digits after retraining from gamma theta_1 + "
        f"(1 - gamma) theta_2, theta_1 and theta_2 trained on the dark and on the middle third ({data.note}; "
        f"means with 95 % intervals; dashed: random start; dots: least mean). {'; '.join(said)}. From mean "
        f"discrepancies Section 4.4 as printed gives gamma = {weights['printed'][0]:.2f}, theorem 3 "
        f"{weights['theorem 3'][0]:.2f}. Below: D_1 and D_2 of half the size of D_t with overlaps alpha with "
        f"each other and beta with D_t, {after[1]} steps; asymmetry at (alpha, beta), {uneven}. The printed "
        f"formula is judged {result.verdict}{repaired}."
    )
