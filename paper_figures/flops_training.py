"""FLOPS's algorithm 1 and its baselines at toy size: test accuracy over steps and over forward passes.

Measured  A perceptron of two hidden layers, trained on the digits 0 to 4, is fine-tuned on all ten by each
          method of `nets.flops` and by the mirrored likelihood ratio; start, minibatches and rate (Adam) are
          the same for all methods of a seed.  Clean losses, pilot and queries: every forward pass counts.
Source    FLOPS, Section 5.1, Table 1; Appendix B, Algorithm 1.
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
    from nets.flops import Method
    from proofs_check.verdict import ClaimResult

ITEMS = ("flops.tab1", "flops.exp.vit_methods", "flops.exp.vit_hyper", "flops.sec5_1.opslr_best")
COLUMNS = {
    "method": "of nets.flops.METHODS, the mirrored likelihood ratio, or backpropagation",
    "seed": "of start, minibatches and noise",
    "step": "steps of Adam",
    "passes": "forward passes a sample of a minibatch so far, a backward pass counted as two",
    "accuracy": "share of correct test labels",
}
SPEC = {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 16, "depth": 2}
GROUPS = ("1", "3", "5")
HALF = range(5)
SIGMA = {"spsa": 1e-3, "lr2": 1e-3, "lr": 1.0}
"""Noise: small, except for the one-sided likelihood ratio, whose variance is about (loss / noise)^2."""
RATE, BATCH, QUERIES, PILOT = 5e-3, 32, 20, 4
MIRRORED, EXACT = "LR, mirrored", "backpropagation"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is computed at a scale."""

    seeds: int
    steps: int
    every: int
    queries: int


SIZES = {"quick": Size(2, 4, 2, 4), "cpu": Size(3, 100, 10, QUERIES), "full": Size(10, 600, 30, QUERIES)}


def methods() -> "dict[str, Method]":
    """Every method by name, in the order of the key."""
    from nets.flops import METHODS, Method

    return {**METHODS, MIRRORED: Method(estimator="lr2")}


def _curves(seed: int, size: Size, rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """The rows of one seed: all methods from one start, with equal generators."""
    from nets import flops
    from nets.data import digits, of_classes
    from nets.models import build
    from nets.train import Recipe, correct, train_many, train_one

    data, rows = digits(0), []
    model = build(SPEC, seed)
    pretraining = Recipe(steps=25 * size.every, batch=32, rate=3e-3)
    start = train_one(model, of_classes(data.train, HALF), pretraining, rng.spawn(1)[0])
    common = int(rng.integers(2**31))

    def note(name: str, step: int, passes: float, state: Any) -> None:
        if step % size.every == 0:
            accuracy = correct(model, state, data.test) / len(data.test)
            rows.append((name, seed, step, float(passes), accuracy))

    for name, method in methods().items():
        settings = flops.Settings(
            groups=GROUPS,
            steps=size.steps,
            batch=BATCH,
            queries=size.queries,
            sigma=SIGMA[method.estimator],
            rate=RATE,
            pilot=PILOT,
            deepest=GROUPS[0],
            embedding=GROUPS[-1],
        )
        note(name, 0, 0, start)
        watch = lambda step, passes, state, name=name: note(name, step, passes / BATCH, state)
        flops.train(model, start, data.train, method, settings, np.random.default_rng(common), watch=watch)
    exact = Recipe(steps=size.steps, batch=BATCH, rate=RATE, decay=False)
    unstacked = lambda step, state: note(EXACT, step, 3.0 * step, {k: v[0] for k, v in state.items()})
    generator = np.random.default_rng(common)
    train_many(model, [data.train], exact, generator, starts=[start], watch=unstacked)
    return rows


def compute(rng: np.random.Generator, scale: str) -> Data:
    """Accuracy of every method along training; columns as in COLUMNS."""
    from nets.threads import one_thread

    size = SIZES[scale]
    with one_thread():
        rows = [row for seed in range(size.seeds) for row in _curves(seed, size, rng)]
    note = (
        f"{size.seeds} seeds, {size.steps} steps, {size.queries} queries a sample and layer, pilot of {PILOT}"
    )
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=note)


NAMES = {
    EXACT: "backpropagation",
    MIRRORED: "LR, mirrored",
    "OPS-SPSA": "OPS-SPSA",
    "n-query": "n-query SPSA",
    "2-query": "2-query SPSA",
    "OPS-LR": "OPS-LR",
    "LR": "LR, one-sided",
}
DRESS: dict[str, dict[str, Any]] = {
    EXACT: {"color": style.QUIET},
    MIRRORED: {"color": style.COLOURS[0]},
    "OPS-SPSA": {"color": style.COLOURS[1]},
    "n-query": {"color": style.COLOURS[1], "dashes": (3.5, 1.5)},
    "2-query": {"color": style.COLOURS[1], "dashes": (1, 1)},
    "OPS-LR": {"color": style.COLOURS[2]},
    "LR": {"color": style.COLOURS[2], "dashes": (3.5, 1.5)},
}


def _means(data: Data, name: str, over: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Along a method's steps: the column `over`, the mean accuracy, and all accuracies (seeds, steps)."""
    points = where(data, method=name)
    steps, seeds = (len(set(column(points, c).tolist())) for c in ("step", "seed"))
    x, accuracy = (column(points, c).reshape(seeds, steps) for c in (over, "accuracy"))
    return x.mean(0), accuracy.mean(0), accuracy


def _panel(axes: Axes, data: Data, over: str) -> None:
    """Mean accuracy of every method over a column, and the band of its seeds."""
    for name in NAMES:
        x, mean, each = _means(data, name, over)
        keep = x > 0 if over == "passes" else np.full(len(x), True)
        axes.plot(x[keep], mean[keep], label=NAMES[name], **DRESS[name])
        low, high = each.min(0)[keep], each.max(0)[keep]
        axes.fill_between(x[keep], low, high, color=DRESS[name]["color"], alpha=0.12, lw=0)
    shown = column(data, "accuracy")
    axes.set_ylim(max(0.0, float(shown.min()) - 0.05), min(1.0, float(shown.max()) + 0.05))


def draw(data: Data) -> Figure:
    """Accuracy over steps, and over forward passes."""
    figure = Figure(figsize=(style.PAGE, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _panel(left, data, "step")
    _panel(right, data, "passes")
    left.set(xlabel="steps", ylabel="test accuracy")
    right.set(xlabel="forward passes a sample", xscale="log")
    style.panel(left, "a", "by steps")
    style.panel(right, "b", "by forward passes")
    handles, names = left.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right center", frameon=False, fontsize=7.5)
    return figure


def last(data: Data) -> dict[str, float]:
    """Mean accuracy of every method after the last step."""
    return {name: float(_means(data, name, "step")[1][-1]) for name in NAMES}


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, and what the ledger says of the paper's ranking."""
    ends = last(data)
    says = f"That OPS-LR outperforms all other methods is {judged(claims['flops.sec5_1.opslr_best'])}"
    ranking = ", ".join(f"{NAMES[k]} {v:.0%}" for k, v in sorted(ends.items(), key=lambda pair: -pair[1]))
    return (
        "Fine-tuning of a small perceptron from five to all ten kinds of 8 x 8 digits by forward passes "
        f"({data.note}). Lines: mean over seeds; bands: from the smallest to the largest. OPS: queries from "
        "the paper's Gaussian allocator, its pilot counted. LR, one-sided, is the estimator as printed, with "
        f"noise {SIGMA['lr']:g} instead of {SIGMA['lr2']:g}; mirrored, each noise is used with both signs. "
        f"At the end: {ranking}. {says}."
    )
