"""CoGraM's tests 1 and 2: accuracy of a Fisher merge before and after CoGraM, over seeds.

Measured  Per seed: 20 classes in 32 dimensions (`sim.clustered_classes`), two perceptrons A and B trained
          on samples of their own, their average, their Fisher merge M, and M after one layer-level
          iteration of CoGraM with lambda = 5.5, on prototypes as printed (geometric means of magnitudes)
          and on class means. Test data have 1.3 times the noise.  Heterogeneous: B's data are bent
          otherwise, tests hold both kinds.
Unknown   The paper prints neither the constants nor whether A and B share their initialisation: both are
          shown. Its test 1 looks like independent initialisations and prototypes that keep signs.
Intervals Mean over seeds with its 95 % t-interval.
Source    CoGraM, Results, Tests 1 and 2, Figures 3 and 4.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paper_figures import style
from paper_figures.data import Data, column, where
from sim.clustered_classes import Bend, Geometry, geometry
from sim.clustered_classes import draw as samples
from sim.prototypes import prototypes

if TYPE_CHECKING:
    from nets.data import Images
    from proofs_check.verdict import ClaimResult

ITEMS = ("cogram.secFused.prototypes", "cogram.secMerge.larger_advantage")
COLUMNS = {
    "test": "homogeneous (test 1) or heterogeneous (test 2)",
    "start": "whether A and B share their initialisation: shared or independent",
    "seed": "number of the seed: geometry, data, initialisations",
    "network": "A, B, average, Fisher, CoGraM/geometric or CoGraM/mean (by prototypes)",
    "accuracy": "share of test samples that get their own label",
    "copied": "share of layers of which one network has a weight above 0.95 (CoGraM only, else 0)",
}
NETWORKS = ("A", "B", "average", "Fisher", "CoGraM/geometric", "CoGraM/mean")
TESTS, STARTS = ("homogeneous", "heterogeneous"), ("shared", "independent")
SEEDS = {"quick": 3, "cpu": 30, "full": 30}
STEPS = {"quick": 60, "cpu": 200, "full": 400}
SIZES = {"train": 1000, "test": 1000}
WORLD: dict[str, Any] = {"separation": 0.5, "spread": 0.7, "width": 1.0}  # single networks: about 3/4
PLAIN = Bend(noise=0.5)
OTHER = Bend(sine=0.3, frequency=2.0, tangent=1.0, noise=0.5)
LOUDER = 1.3
SPEC = {"model": "mlp", "size": 1, "channels": 32, "classes": 20, "width": 64, "depth": 2}
COPY = 0.95


def _noisier(bend: Bend) -> Bend:
    return Bend(sine=bend.sine, frequency=bend.frequency, tangent=bend.tangent, noise=LOUDER * bend.noise)


def _draws(
    place: Geometry, bends: tuple[Bend, ...], n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """n samples, in equal parts from each way of bending."""
    parts = [samples(place, n // len(bends), rng, bend) for bend in bends]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def worlds(
    count: int, rng: np.random.Generator
) -> list[tuple[str, int, list[tuple[np.ndarray, np.ndarray]]]]:
    """(test, seed, [data of A, data of B, test data]) for every seed; both tests share a seed's geometry."""
    found = []
    for seed, child in enumerate(rng.spawn(count)):
        place = geometry(child, **WORLD)
        for test in TESTS:
            second = PLAIN if test == "homogeneous" else OTHER
            kinds = ((PLAIN,), (second,), tuple(dict.fromkeys((_noisier(PLAIN), _noisier(second)))))
            sizes = (SIZES["train"], SIZES["train"], SIZES["test"])
            found.append(
                (test, seed, [_draws(place, k, n, child) for k, n in zip(kinds, sizes, strict=True)])
            )
    return found


def _images(x: np.ndarray, y: np.ndarray) -> "Images":
    import torch

    from nets.data import Images

    return Images(torch.tensor(x, dtype=torch.float32)[:, :, None, None], torch.tensor(y))


def _trained(data: list, steps: int, rng: np.random.Generator) -> dict[str, list]:
    """start -> for each world the matrices of A and B; all networks are trained at once."""
    from nets.models import build
    from nets.perceptron import matrices
    from nets.train import Recipe, train_many

    subsets, starts = [], []
    for _, seed, sets in data:
        for start in STARTS:
            for k in range(2):
                other = 1000 + seed if start == "independent" and k else seed
                subsets.append(_images(*sets[k]))
                starts.append(dict(build(SPEC, other).state_dict()))
    recipe = Recipe(steps=steps, batch=32, rate=3e-3)
    states = iter(train_many(build(SPEC, 0), subsets, recipe, rng, starts=starts))
    pairs: dict[str, list] = {start: [] for start in STARTS}
    for _ in data:
        for start in STARTS:
            pairs[start].append(tuple(matrices(next(states)) for _ in range(2)))
    return pairs


def _merged(pair: tuple, sets: list, rng: np.random.Generator) -> dict[str, tuple[Any, float]]:
    """network -> (matrices, share of layers that are copies of one network)."""
    import torch

    from nets.cogram import iterate
    from nets.fisher import fisher, fisher_merge

    inputs = [torch.tensor(x) for x, _ in sets[:2]]
    m = fisher_merge(pair, [fisher(w, x) for w, x in zip(pair, inputs, strict=True)])
    average = tuple((v + w) / 2 for v, w in zip(*pair, strict=True))
    found = {"A": (pair[0], 0.0), "B": (pair[1], 0.0), "average": (average, 0.0), "Fisher": (m, 0.0)}
    all_x, all_y = (np.concatenate(parts) for parts in zip(*sets[:2], strict=True))
    for kind in ("geometric", "mean"):
        x, y = prototypes(kind, all_x, all_y, rng)
        outcome = iterate(pair[0], pair[1], m, torch.tensor(x), torch.tensor(y))
        copies = np.mean([max(alpha, 1 - alpha) > COPY for alpha in outcome.alphas])
        found[f"CoGraM/{kind}"] = (outcome.network, float(copies))
    return found


def compute(rng: np.random.Generator, scale: str) -> Data:
    """One row for each network of each seed, test and start; columns as in COLUMNS."""
    import torch

    from nets.perceptron import outputs

    data_rng, train_rng, rest = rng.spawn(3)
    data = worlds(SEEDS[scale], data_rng)
    pairs, rows = _trained(data, STEPS[scale], train_rng), []
    for k, (test, seed, sets) in enumerate(data):
        x, y = (torch.tensor(part) for part in sets[2])
        for start in STARTS:
            for name, (network, copied) in _merged(pairs[start][k], sets, rest).items():
                right = (outputs(network, x).argmax(1) == y).double().mean().item()
                rows.append((test, start, seed, name, right, copied))
    note = f"{SEEDS[scale]} seeds, {STEPS[scale]} steps of training, {SIZES['train']} samples a network"
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=note)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Mean and half-width of its 95 % t-interval over seeds."""
    from scipy.stats import t

    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return float(values.mean()), float(t.ppf(0.975, max(1, len(values) - 1)) * error)


COLOUR = dict(zip(STARTS, style.COLOURS, strict=False))
LABELS = ("A", "B", "average", "Fisher", "CoGraM,\nprinted\nprototypes", "CoGraM,\nclass\nmeans")


def _panel(axes: Axes, data: Data) -> None:
    for shift, start in ((-0.17, "shared"), (0.17, "independent")):
        for place, name in enumerate(NETWORKS):
            values = column(where(data, start=start, network=name), "accuracy")
            spread = shift + np.linspace(-0.1, 0.1, len(values))
            axes.plot(place + spread, values, "o", ms=1.8, mew=0, alpha=0.45, color=COLOUR[start])
            mean, half = interval(values)
            axes.errorbar(
                place + shift, mean, half, fmt="_", ms=11, mew=1.3, color=COLOUR[start], elinewidth=1.3
            )
    axes.set_xticks(range(len(NETWORKS)), LABELS)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y", lw=0.3, color="#cccccc")
    axes.set_axisbelow(True)


def draw(data: Data) -> Figure:
    """Two panels, homogeneous and heterogeneous data."""
    figure = Figure(figsize=(style.PAGE, 2.9), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, letter, test in zip(panels, "ab", TESTS, strict=True):
        style.panel(axes, letter, f"{test} data")
        _panel(axes, where(data, test=test))
    panels[0].set(ylabel="test accuracy", ylim=(0, 1))
    marks = {"marker": "_", "ms": 9, "mew": 1.3, "ls": ""}
    key = [Line2D([], [], color=COLOUR[s], label=f"{s} initialisation", **marks) for s in STARTS]
    panels[0].legend(handles=key, loc="lower left", frameon=False, fontsize=7)
    return figure


def _mean(data: Data, network: str, name: str = "accuracy", **equals: Any) -> str:
    return f"{column(where(data, network=network, **equals), name).mean():.3f}"


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, the means that matter, and what the ledger says of prototypes and mixing factor."""
    said = []
    for start in STARTS:
        rows = {"start": start, "test": "homogeneous"}
        said.append(
            f"{start} initialisation, homogeneous data: single {_mean(data, 'A', **rows)}, average "
            f"{_mean(data, 'average', **rows)}, Fisher {_mean(data, 'Fisher', **rows)}, CoGraM "
            f"{_mean(data, 'CoGraM/geometric', **rows)} with printed prototypes and "
            f"{_mean(data, 'CoGraM/mean', **rows)} with class means, which then copies a share of "
            f"{_mean(data, 'CoGraM/mean', 'copied', **rows)} of the layers from one network"
        )
    proto, mixing = (claims[item] for item in ITEMS)
    repaired = f" (repaired: {proto.repair.changes})" if proto.repair else ""
    return (
        f"Test accuracy of two networks and of their merges ({data.note}). Dots: seeds; bars: means with "
        f"95 % intervals. {'; '.join(said)}. That prototypes represent their classes is judged "
        f"{proto.verdict}{repaired}; that the better candidate's weight grows with its advantage is judged "
        f"{mixing.verdict}."
    )
