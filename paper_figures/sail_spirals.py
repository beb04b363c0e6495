"""SAIL's control experiment on two spirals: training from merged and from random parameters.

Measured  Per seed and scheme (`sim.spirals`): networks theta_1, theta_2 trained on D_1 and D_2 from one
          initialisation, theta^P = gamma theta_1 + (1 - gamma) theta_2, then training on all data from
          theta^P and from another random initialisation.  Loss, accuracy and gradient norm are those of
          the whole training set, after each epoch.  gamma = 0 and 1 are the single networks, gamma = 1/2
          is the average.
Setting   As printed: one hidden layer of 50 rectified units, Adam with rate 5e-3, 300 epochs; "pure"
          subsets hold one spiral each.  Batches of 50, 400 points and the spirals' constants are ours.
Claims    Theorem 2 is about least squares of linear models: it says nothing of these networks.
Source    SAIL, Appendix K, Figures 8 and 9.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from paper_figures import style
from paper_figures.data import Data, column, where
from sim.spirals import SCHEMES, spirals, subsets

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult

ITEMS = ("sail.thm2",)
COLUMNS = {
    "scheme": "subsets of the two networks: pure (one spiral each) or mixed (both spirals)",
    "start": "gamma of the merged start, or random",
    "epoch": "epochs of training on all data",
    "loss": "mean over seeds of the training loss, in nats",
    "accuracy": "mean over seeds of the training accuracy",
    "gradient": "mean over seeds of the norm of the gradient of the training loss",
    "half": "half-width of the 95 % t-interval of the loss over seeds",
    "solved": "share of seeds whose accuracy has reached 0.95 by then",
}
GAMMAS = (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
SEEDS = {"quick": 2, "cpu": 12, "full": 30}
EPOCHS = {"quick": 10, "cpu": 300, "full": 300}
POINTS, BATCH, RATE, WIDTH = 400, 50, 5e-3, 50
EVERY = {"quick": 2, "cpu": 5, "full": 5}
SOLVED = 0.95
SPEC = {"model": "mlp", "size": 1, "channels": 2, "classes": 2, "width": WIDTH, "depth": 1}


def _name(gamma: float) -> str:
    return f"{gamma:g}"


def _images(x: np.ndarray, y: np.ndarray) -> Any:
    import torch

    from nets.data import Images

    return Images(torch.tensor(x, dtype=torch.float32)[:, :, None, None], torch.tensor(y))


def _recipe(points: int, epochs: int) -> Any:
    from nets.train import Recipe

    batch = min(BATCH, points)
    return Recipe(steps=epochs * -(-points // batch), batch=batch, rate=RATE, momentum=0.9, decay=False)


def experts(data: list, epochs: int, rng: np.random.Generator) -> dict[str, list]:
    """scheme -> for each seed the states of theta_1 and theta_2, from the seed's own initialisation."""
    from nets.models import build
    from nets.train import train_many

    found = {}
    for scheme, child in zip(SCHEMES, rng.spawn(len(SCHEMES)), strict=True):
        parts = [_images(x[part], y[part]) for x, y in data for part in subsets(y, scheme)]
        starts = [dict(build(SPEC, seed).state_dict()) for seed in range(len(data)) for _ in range(2)]
        states = train_many(build(SPEC, 0), parts, _recipe(len(parts[0]), epochs), child, starts=starts)
        found[scheme] = list(zip(states[::2], states[1::2], strict=True))
    return found


def _starts(pairs: list) -> list:
    """For each seed a merged start for every gamma, then a random one."""
    from nets.models import build

    found = []
    for seed, (one, two) in enumerate(pairs):
        found += [{k: g * one[k] + (1 - g) * two[k] for k in one} for g in GAMMAS]
        found.append(dict(build(SPEC, 1000 + seed).state_dict()))
    return found


def _curves(data: list, pairs: list, epochs: int, every: int, rng: np.random.Generator) -> np.ndarray:
    """Loss, accuracy and gradient norm: (3, epochs shown, seeds, starts)."""
    import torch
    import torch.nn.functional as F
    from torch.func import functional_call, grad_and_value, vmap

    from nets.models import build
    from nets.train import train_many

    model, repeats = build(SPEC, 0), len(GAMMAS) + 1
    images = [same for x, y in data for same in [_images(x, y)] * repeats]
    every_x, every_y = torch.stack([i.x for i in images]), torch.stack([i.y for i in images])
    recipe = _recipe(POINTS, epochs)
    per_epoch, seen = recipe.steps // epochs, []

    def judged(state: dict, x: Any, y: Any) -> Any:
        logits = functional_call(model, state, (x,))
        return F.cross_entropy(logits, y), (logits.argmax(1) == y).double().mean()

    def watch(step: int, state: dict) -> None:
        if step % (per_epoch * every):
            return
        gradients, (loss, right) = vmap(grad_and_value(judged, has_aux=True))(state, every_x, every_y)
        square = torch.stack([g.flatten(1).square().sum(1) for g in gradients.values()]).sum(0)
        seen.append(torch.stack([loss.double(), right, square.sqrt().double()]))

    train_many(model, images, recipe, rng, starts=_starts(pairs), watch=watch)
    return torch.stack(seen, 1).reshape(3, len(seen), len(data), repeats).numpy()


def compute(rng: np.random.Generator, scale: str) -> Data:
    """One row for each scheme, start and epoch shown: means over seeds; columns as in COLUMNS."""
    from nets.threads import one_thread

    with one_thread():
        return _measured(rng, scale)


def _measured(rng: np.random.Generator, scale: str) -> Data:
    from scipy.stats import t

    count, epochs, every = SEEDS[scale], EPOCHS[scale], EVERY[scale]
    data_rng, expert_rng, *rest = rng.spawn(2 + len(SCHEMES))
    data = [spirals(POINTS, child) for child in data_rng.spawn(count)]
    pairs, rows = experts(data, epochs, expert_rng), []
    width = t.ppf(0.975, count - 1) / np.sqrt(count)
    for scheme, child in zip(SCHEMES, rest, strict=True):
        curves = _curves(data, pairs[scheme], epochs, every, child)
        solved = np.maximum.accumulate(curves[1] >= SOLVED, axis=0).mean(1)
        means, half = curves.mean(2), width * curves[0].std(1, ddof=1)
        for k, start in enumerate((*map(_name, GAMMAS), "random")):
            for e in range(means.shape[1]):
                numbers = (*means[:, e, k], half[e, k], solved[e, k])
                rows.append((scheme, start, e * every, *map(float, numbers)))
    note = f"{count} seeds, {epochs} epochs, {POINTS} points"
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=note)


MAP = ListedColormap(colormaps["viridis"](np.linspace(0, 0.88, 256)))  # its end is too pale for lines
SCALE = Normalize(min(GAMMAS), max(GAMMAS))
PANELS = (("loss", "training loss"), ("accuracy", "training accuracy"), ("gradient", "gradient norm"))


def _panel(axes: Axes, data: Data, name: str) -> None:
    for gamma in GAMMAS:
        line = where(data, start=_name(gamma))
        axes.plot(column(line, "epoch"), column(line, name), color=MAP(SCALE(gamma)), lw=1)
    line = where(data, start="random")
    axes.plot(column(line, "epoch"), column(line, name), color=style.INK, lw=1.2, dashes=(3, 1.6))
    axes.set_xlim(0, None)
    if name != "accuracy":
        axes.set_yscale("log")


def draw(data: Data) -> Figure:
    """Two rows of three panels: pure and mixed subsets; loss, accuracy, gradient norm over epochs."""
    figure = Figure(figsize=(style.PAGE, 4.2), layout="constrained")
    panels = figure.subplots(2, 3, sharex=True, sharey="col")
    titles = {"pure": "one spiral each", "mixed": "both spirals, disjoint points"}
    for row, scheme in zip(panels, SCHEMES, strict=True):
        for axes, (name, label) in zip(row, PANELS, strict=True):
            _panel(axes, where(data, scheme=scheme), name)
            axes.set_ylabel(label, labelpad=6)
        style.panel(row[0], "ab"[SCHEMES.index(scheme)], titles[scheme])
    for axes in panels[1]:
        axes.set_xlabel("epoch")
    bar = figure.colorbar(ScalarMappable(SCALE, MAP), ax=panels, aspect=45, pad=0.015, ticks=GAMMAS)
    bar.ax.set_yticklabels([f"{gamma:g}" for gamma in GAMMAS])
    bar.set_label(r"$\gamma$ of the merged start; dashed: random start", fontsize=7.5)
    bar.outline.set_linewidth(0.4)  # pyright: ignore[reportCallIssue]
    return figure


def _when(line: Data) -> str:
    """The first epoch shown at which half of the seeds have reached the accuracy that counts as solved."""
    reached = column(line, "epoch")[column(line, "solved") >= 0.5]
    return f"epoch {int(reached[0])}" if len(reached) else "not reached"


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, when half of the seeds were done, and what the ledger says of the theorem meant."""
    said = []
    for scheme in SCHEMES:
        rows = where(data, scheme=scheme)
        times = ", ".join(f"gamma = {g:g}: {_when(where(rows, start=_name(g)))}" for g in GAMMAS)
        said.append(f"{scheme} subsets: {times}, random: {_when(where(rows, start='random'))}")
    return (
        f"Training on two spirals from merged and from random parameters ({data.note}; means over seeds). "
        f"Half of the seeds have an accuracy of {SOLVED:.0%} from: {'; '.join(said)}. The theorem behind the "
        f"experiment, on linear models, is judged {claims[ITEMS[0]].verdict}; it does not speak of networks."
    )
