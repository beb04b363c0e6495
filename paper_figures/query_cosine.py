"""Cosine between estimated and true gradient of small networks, measured beside its prediction.

Measured  On recorded networks (`nets/recorded/digits_deep`), noise at one module at a time: the cosine of
          the estimate of a minibatch and the gradient by backpropagation, by estimator, by allocator (SPSA,
          the traces known) and by layer.  A query is one noise; its forward passes: `nets.queries.PASSES`.
Predicted |g| / sqrt(|g|^2 + V), V = (1/B^2) sum_j T_j / A_j with the traces of `nets.queries.traces`, which
          hold for a loss that is linear over the noise.
Bars      From the smallest to the largest of the measured cosines, over networks and minibatches.
Source    FLOPS, Sections 4.1 and 5.4, Figures 4 and 6, at toy size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paper_figures import style
from paper_figures.data import Data, column, where
from paper_figures.words import judged

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult

ITEMS = ("flops.fig4", "flops.fig6", "flops.exp.ablation", "flops.thm2")
COLUMNS = {
    "network": "vit or resnet",
    "panel": "what is varied: estimator, allocator or layer",
    "part": "the module with the noise: attention (query, key, value), mlp or conv",
    "layer": "number of its layer or block, 1 beside the input",
    "estimator": "spsa, es, lr or lr2 (nets.queries)",
    "allocator": "how queries are shared among samples (sim.allocators)",
    "queries": "mean number of queries a sample",
    "measured": "cosine between estimate and gradient, mean over n",
    "low": "the smallest of the n cosines",
    "high": "the largest of the n cosines",
    "predicted": "the prediction, mean over the same n",
    "variance": "Tr Cov of the minibatch's estimate by the traces, mean over the same n, [loss / weight]^2",
    "n": "networks times minibatches",
}
SIGMA = {"spsa": 1e-3, "lr2": 1e-3, "es": 0.1, "lr": 0.1}
"""Noise: small where its size hardly matters; near the best for the one-sided ones, which it dominates."""
LAYERS = {
    "vit": {("attention", k): f"{k}.attention.qkv" for k in (1, 2, 3, 4)}
    | {("mlp", k): f"{k}.mlp.0" for k in (1, 2, 3, 4)},
    "resnet": {("conv", k): f"{k + 2}.conv1" for k in range(1, 10)},
}
MIDDLE = {"vit": ("mlp", 2), "resnet": ("conv", 5)}
"""Where estimators and allocators are compared."""
AT = 20
"""Queries a sample in the comparison of layers: the paper's number."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is computed at a scale."""

    copies: int
    minibatches: int
    batch: int
    queries: tuple[int, ...]
    layers: int


SIZES = {
    "quick": Size(1, 1, 16, (2, 8), 3),
    "cpu": Size(2, 3, 32, (2, 5, 10, 20, 50), 1),
    "full": Size(2, 12, 32, (2, 5, 10, 20, 50, 100), 1),
}
"""`layers` is the stride over them."""


def _cases(size: Size, network: str) -> list[tuple[str, tuple[str, int], str, str, int]]:
    """(panel, place, estimator, allocator, queries) of every point."""
    middle = MIDDLE[network]
    cases = [("estimator", middle, e, "equal", q) for e in SIGMA for q in size.queries]
    cases += [("allocator", middle, "spsa", a, q) for a in SHARING for q in size.queries]
    places = list(LAYERS[network])[:: size.layers]
    return cases + [("layer", place, e, "equal", AT) for place in places for e in ("spsa", "lr2")]


def _world(network: str, copy: int, size: Size, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """(measured, predicted, relative variance) of every case on one network and one minibatch."""
    import torch

    from nets import queries
    from nets.data import Images, digits
    from nets.models import build
    from nets.record import reload
    from sim.allocators import ALLOCATORS
    from sim.cosine import predicted
    from sim.queries import batch_variance

    recording, data = reload("digits_deep"), digits(0).train
    model = build(recording.manifest["recipe"]["models"][network], 0)
    state = {
        k: v.float() if v.is_floating_point() else v for k, v in recording.states[f"{network}_{copy}"].items()
    }
    rows = torch.from_numpy(rng.permutation(len(data))[: size.batch])
    batch = Images(data.x[rows], data.y[rows])
    losses = queries.sample_losses(model, state, batch).double().numpy()
    found, known = [], {}
    for _, place, estimator, allocator, mean in _cases(size, network):
        spot, sigma = queries.place(model, LAYERS[network][place]), SIGMA[estimator]
        if (place, estimator) not in known:
            gradient = queries.gradients(model, state, spot, batch).mean(0).double()
            spread = queries.traces(model, state, spot, batch, sigma, estimator).double().numpy()
            known[place, estimator] = gradient, spread
        g, traces = known[place, estimator]
        counts = ALLOCATORS[allocator](losses, traces, mean * size.batch, rng)
        drawn = queries.estimates(model, state, spot, batch, counts, sigma, estimator, rng).mean(0).double()
        cosine = float(drawn @ g / (drawn.norm() * g.norm()))
        variance, square = batch_variance(traces, counts), float(g @ g)
        found.append((cosine, predicted(variance, square, 1), variance))
    return found


def compute(rng: np.random.Generator, scale: str) -> Data:
    """Every point of the scale; columns as in COLUMNS."""
    from nets.threads import one_thread

    size, rows = SIZES[scale], []
    with one_thread():
        for network in LAYERS:
            worlds = np.array([
                _world(network, copy, size, rng)
                for copy in range(size.copies)
                for _ in range(size.minibatches)
            ])  # (worlds, cases, 3)  # fmt: skip
            for k, (panel, (part, layer), estimator, allocator, mean) in enumerate(_cases(size, network)):
                cosines, predicted, variance = worlds[:, k].T
                shown = (cosines.mean(), cosines.min(), cosines.max(), predicted.mean(), variance.mean())
                rows.append(
                    (network, panel, part, layer, estimator, allocator, mean, *map(float, shown), len(worlds))
                )
    note = f"networks of each kind: {size.copies}; minibatches of {size.batch} for each: {size.minibatches}"
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=note)


ESTIMATORS = {"lr2": "LR, mirrored", "spsa": "SPSA", "lr": "LR, one-sided", "es": "ES, one-sided"}
SHARING = {"optimal": "optimal", "gaussian": "Gaussian", "bernoulli": "Bernoulli", "equal": "equal"}
COLOUR = dict(zip((*ESTIMATORS, *SHARING), (*style.COLOURS[:4], *style.COLOURS[:4]), strict=True))
PARTS = {"attention": ("o", "attention"), "mlp": ("s", "feed-forward"), "conv": ("o", "convolution")}
NAMES = {"vit": "vision transformer", "resnet": "ResNet-20"}


def _series(axes: Axes, data: Data, over: str, colour: str, mark: str = "o", shift: float = 1.0) -> None:
    """Prediction as a line and measurements as points with their bars, over a column."""
    x, middle = column(data, over), column(data, "measured")
    axes.plot(x, column(data, "predicted"), color=colour, zorder=2)
    reach = np.stack([middle - column(data, "low"), column(data, "high") - middle])
    moved = x * shift if over == "queries" else x + 4 * (shift - 1)
    axes.errorbar(moved, middle, reach, fmt=mark, color=colour, ms=3, mew=0, elinewidth=0.7, zorder=3)


def _key(axes: Axes, names: Mapping[str, str], marks: Mapping[str, str] | None = None, **place: Any) -> None:
    """A legend of colours alone."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=COLOUR[k], label=text) for k, text in names.items()]
    lines += [
        Line2D([], [], color=style.INK, ls="", marker=m, ms=3, label=t) for t, m in (marks or {}).items()
    ]
    axes.legend(handles=lines, frameon=False, fontsize=7, handlelength=1.2, labelspacing=0.25, **place)


def draw(data: Data) -> Figure:
    """A row for each network: cosine over queries by estimator, by allocator, and over layers."""
    figure = Figure(figsize=(style.PAGE, 4.3), layout="constrained")
    grid = figure.subplots(2, 3, sharey="row")
    for row, (network, title) in zip(grid, NAMES.items(), strict=True):
        here = where(data, network=network)
        for axes, names, panel in ((row[0], ESTIMATORS, "estimator"), (row[1], SHARING, "allocator")):
            for k, name in enumerate(names):
                points = where(here, panel=panel, **{panel: name})
                if points.rows:
                    _series(axes, points, "queries", COLOUR[name], shift=1.06 ** (k - 1.5))
            axes.set(xscale="log", xlabel="queries a sample")
            ticks = sorted(set(column(here, "queries").tolist()))
            axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
            axes.minorticks_off()
        for name in ("lr2", "spsa"):
            for part, (mark, _) in PARTS.items():
                points = where(here, panel="layer", estimator=name, part=part)
                if points.rows:
                    _series(row[2], points, "layer", COLOUR[name], mark, 1.02 if part == "mlp" else 0.99)
        row[2].set_xlabel("layer" if network == "vit" else "block")
        row[2].set_xticks(sorted(set(column(where(here, panel="layer"), "layer").tolist())))
        row[0].set_ylabel(f"{title}\ncosine with the gradient")
        row[0].set_ylim(-0.25, 0.88)  # room for the keys
        for axes in row:
            axes.axhline(0, color=style.QUIET, lw=0.5, zorder=0)
    titles = ("estimators", "allocators, SPSA", f"layers, {AT} queries")
    for axes, letter, title in zip(grid[0], "abc", titles, strict=True):
        style.panel(axes, letter, title)
    _key(grid[0, 0], ESTIMATORS, loc="upper left")
    _key(grid[0, 1], SHARING, loc="upper left")
    marks = {text: mark for part, (mark, text) in PARTS.items() if part != "conv"}
    _key(grid[0, 2], {k: ESTIMATORS[k] for k in ("lr2", "spsa")}, marks, loc="upper left")
    return figure


def gain(data: Data) -> dict[tuple[str, str], float]:
    """(network, allocator) -> its measured cosine over that of the equal one, at the most queries."""
    most = max(column(where(data, panel="allocator"), "queries"))
    at = {
        (network, name): column(
            where(data, network=network, panel="allocator", allocator=name, queries=most), "measured"
        )
        for network in LAYERS
        for name in SHARING
    }
    return {key: float(value[0] / at[key[0], "equal"][0]) for key, value in at.items() if key[1] != "equal"}


def first_share(data: Data) -> dict[tuple[str, str], float]:
    """(network, estimator) -> the first layer's share in the variance of all the modules that are shown."""
    shares = {}
    for network in LAYERS:
        for name in ("lr2", "spsa"):
            rows = where(data, network=network, panel="layer", estimator=name)
            variance, first = column(rows, "variance"), column(rows, "layer") == 1
            shares[network, name] = float(variance[first].sum() / variance.sum())
    return shares


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, and what the ledger says of it."""
    says = "Theorem 2, on what the optimal allocation gains over the equal one, is "
    says += judged(claims["flops.thm2"])
    ratios = gain(data)
    most = max(column(where(data, panel="allocator"), "queries"))
    gains = "; ".join(
        f"{NAMES[k]}: " + ", ".join(f"{SHARING[a]} {ratios[k, a]:.2g}" for a in SHARING if (k, a) in ratios)
        for k in LAYERS
    )
    shares = "; ".join(
        f"{NAMES[k]}: "
        + ", ".join(f"{ESTIMATORS[e]} {share:.0%}" for (n, e), share in first_share(data).items() if n == k)
        for k in LAYERS
    )
    return (
        "Cosine between the estimated and the true gradient of one module, on networks trained on 8 x 8 "
        f"digits ({data.note}). Lines: predicted from the traces of single queries. Points: measured; bars "
        "from the smallest to the largest value. One query is one noise: two forward passes for SPSA and the "
        "mirrored likelihood ratio, one for the one-sided estimators as the paper prints them, whose noise "
        f"is {SIGMA['lr']:g} instead of {SIGMA['spsa']:g} in their favour. a, b: the second layer's "
        "feed-forward network above, the fifth block below. All allocators know the traces and losses. "
        f"Cosine over that of the equal allocation at {most} queries: {gains}. Share of the first layer in "
        f"the variance of all modules of c: {shares}. {says}."
    )
