"""GLUE's four configurations at toy size: prior and fine-tuned accuracy, by initialisation of the experts.

Measured  `nets.glue_toy`: experts on Dirichlet(0.5) subsets of real digits, mixed in five ways, then tuned;
          accuracy on the test images after some fine-tuning steps, 0 being the prior.
Learning  the paper stops when validation performance plateaus, so that alpha is learnt for long here.  With
          shared initialisation its loss has then settled; with initialisations of their own learning leaves
          the uniform blend, which is near chance, late or not at all, and then for a single expert.
Intervals Student's t at 95 % over seeds, which takes differences between seeds as normal; in panel c of the
          differences between arms that share seed, experts and images.
Source    GLUE, Section 5, Table 1 and Figure 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paper_figures import style
from paper_figures.data import Data, column, where
from paper_figures.words import judged

if TYPE_CHECKING:
    from nets.glue_toy import Measured, Toy
    from proofs_check.verdict import ClaimResult

ITEMS = (
    "glue.fig1",
    "glue.tab1",
    "glue.exp.experts",
    "glue.exp.config1",
    "glue.exp.config2",
    "glue.exp.config3",
    "glue.exp.config4",
    "glue.exp.alpha_training",
    "glue.exp.finetune",
    "glue.exp.vs_config1",
    "glue.exp.vs_config2",
    "glue.exp.vs_config3",
    "glue.sec5.hull_constraint",
)
COLUMNS = {
    "kind": "arm or expert (test accuracy), difference (of GLUE and the arm, in pairs)",
    "init": "shared or independent initialisation of the experts of a seed",
    "arm": "how alpha was chosen; for an expert its number",
    "step": "fine-tuning steps, 0 for the prior",
    "seed": "number of the seed; -1 for a mean over seeds",
    "value": "share of correct test labels, or a difference of two",
    "low": "lower end of the 95 % interval of a mean",
    "high": "upper end of the 95 % interval of a mean",
}
LEVEL = 0.95
MIXED = "GLUE"


def size(scale: str) -> "Toy":
    """The run of a scale: seconds, some minutes, or the paper's number of experts."""
    from nets.glue import Settings
    from nets.glue_toy import Toy
    from nets.train import Recipe

    small = Toy(
        seeds=2,
        K=3,
        images=60,
        target=120,
        training=Recipe(steps=25, batch=32, rate=3e-3),
        learning=Settings(steps=20, batch=32),
        tuning=Recipe(steps=10, batch=32, rate=1e-3, decay=False),
        checkpoints=(0, 5, 10),
    )
    usual = Toy(seeds=6, K=6, learning=Settings(steps=600, batch=64))
    return {
        "quick": small,
        "cpu": usual,
        "full": replace(usual, seeds=20, K=10, learning=Settings(steps=1000, batch=64)),
    }[scale]


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean over seeds and the two ends of its t interval."""
    from scipy.stats import t

    middle, n = float(values.mean()), len(values)
    reach = float(t.ppf((1 + LEVEL) / 2, n - 1) * values.std(ddof=1) / n**0.5)
    return middle, middle - reach, middle + reach


def _rows(toy: "Toy", found: "Measured") -> Iterator[tuple[Any, ...]]:
    from nets.glue_toy import ARMS, INITS

    for i, init in enumerate(INITS):
        for s in range(toy.seeds):
            for k, value in enumerate(found.experts[i, s]):
                yield ("expert", init, str(k), 0, s, float(value), float(value), float(value))
        for a, arm in enumerate(ARMS):
            for c, step in enumerate(toy.checkpoints):
                values = found.accuracy[i, :, a, c]
                for s, value in enumerate(values):
                    yield ("arm", init, arm, step, s, float(value), float(value), float(value))
                yield ("arm", init, arm, step, -1, *interval(values))
                if arm != MIXED:
                    gaps = found.accuracy[i, :, ARMS.index(MIXED), c] - values
                    yield ("difference", init, arm, step, -1, *interval(gaps))


def compute(rng: np.random.Generator, scale: str) -> Data:
    """Every accuracy and difference; columns as in COLUMNS."""
    from nets.data import digits
    from nets.glue_toy import measure
    from nets.threads import one_thread

    toy = size(scale)
    with one_thread():
        found = measure(toy, digits(0), rng)
    note = (
        f"{toy.seeds} seeds, {toy.K} experts of {toy.images} images each, {toy.target} target images,"
        f" {toy.learning.steps} steps on alpha"
    )
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(_rows(toy, found)), note=note)


NAMES = {
    "best expert": "best single expert",
    "GLUE": "GLUE",
    "full gradient": "full gradient",
    "proxy accuracy": "proxy accuracy",
    "data size": "data size (uniform)",
}
COLOUR = dict(zip(NAMES, (style.QUIET, *style.COLOURS[:2], *style.COLOURS[2:4]), strict=True))
INITS = {"shared": "shared initialisation", "independent": "independent initialisations"}


def _curves(axes: Axes, data: Data) -> None:
    """Means over seeds with intervals at each checkpoint, and the single experts beside the prior."""
    steps = sorted(set(column(where(data, kind="arm"), "step").tolist()))
    experts = column(where(data, kind="expert"), "value")
    axes.plot(np.full(len(experts), -0.45), experts, "_", color=style.QUIET, ms=5, mew=0.5)
    for k, arm in enumerate(NAMES):
        points = where(data, kind="arm", arm=arm, seed=-1)
        middle = column(points, "value")
        reach = np.stack([middle - column(points, "low"), column(points, "high") - middle])
        x = np.arange(len(steps)) + 0.07 * (k - 2)
        axes.errorbar(x, middle, reach, color=COLOUR[arm], marker="o", ms=2.5, lw=1, elinewidth=0.7, mew=0)
    names = ["prior" if step == 0 else f"{step}" for step in steps]
    axes.set_xticks(range(len(steps)), names)
    axes.set(xlabel="fine-tuning steps", ylim=(0, 1.02))


def _differences(axes: Axes, data: Data) -> None:
    """A row for each rival and stage: how much better GLUE is, in percentage points."""
    last = max(column(where(data, kind="difference"), "step"))
    rivals, labels = [arm for arm in NAMES if arm != MIXED], []
    for stage, (step, word) in enumerate(((0, "prior"), (last, "fine-tuned"))):
        for k, arm in enumerate(rivals):
            y = -(k + stage * (len(rivals) + 0.8))
            labels.append((y, NAMES[arm].removesuffix(" (uniform)")))
            for shift, init in ((0.14, "shared"), (-0.14, "independent")):
                [row] = where(data, kind="difference", init=init, arm=arm, step=step).rows
                middle, low, high = (100 * v for v in row[-3:])
                axes.plot([low, high], [y + shift] * 2, color=COLOUR[arm], lw=0.9)
                face = COLOUR[arm] if init == "shared" else "white"
                axes.plot(middle, y + shift, "o", ms=3.6, color=COLOUR[arm], mfc=face, mew=0.8)
        place = {"xycoords": ("axes fraction", "data"), "ha": "right", "va": "bottom"}
        at = (0.99, -stage * (len(rivals) + 0.8) + 0.25)
        axes.annotate(word, at, fontsize=7.5, color=style.QUIET, **place)
    axes.axvline(0, color=style.QUIET, lw=0.5, zorder=0)
    axes.set_yticks([y for y, _ in labels], [text for _, text in labels])
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="percentage points", ylim=(min(y for y, _ in labels) - 0.5, 0.9))


def draw(data: Data) -> Figure:
    """Fine-tuning curves for both initialisations, and GLUE's paired differences."""
    figure = Figure(figsize=(style.PAGE, 2.9), layout="constrained")
    first, second, third = figure.subplots(1, 3, width_ratios=(1, 1, 1.05))
    for axes, letter, (init, title) in zip((first, second), "ab", INITS.items(), strict=True):
        _curves(axes, where(data, init=init))
        style.panel(axes, letter, title)
    first.set_ylabel("test accuracy")
    second.set_yticklabels([])
    lines = [Line2D([], [], color=COLOUR[a], label=NAMES[a]) for a in NAMES]
    lines.append(Line2D([], [], color=style.QUIET, ls="", marker="_", ms=5, mew=0.5, label="each expert"))
    plain: dict[str, Any] = {"frameon": False, "fontsize": 7}
    figure.legend(handles=lines, loc="outside lower left", ncols=len(lines), handlelength=1.2, **plain)
    _differences(third, data)
    style.panel(third, "c", "GLUE minus the others")
    faces = {"shared": style.INK, "independent": "white"}
    marks = [Line2D([], [], color=style.INK, ls="", marker="o", ms=3.6, mfc=faces[i], label=i) for i in INITS]
    figure.legend(handles=marks, loc="outside lower right", ncols=2, handlelength=0.8, **plain)
    return figure


def says(data: Data) -> str:
    """In words, where GLUE's interval lies above or below that of a rival; computed from the differences."""
    last, words = max(column(where(data, kind="difference"), "step")), []
    for step, stage in ((0, "prior"), (last, "fine-tuned")):
        for init in INITS:
            rows = {r[2]: r for r in where(data, kind="difference", init=init, step=step).rows}
            above, below = ([a for a in NAMES if a in rows and t(rows[a])] for t in (_above, _below))
            parts = [f"above {', '.join(above)}"] * bool(above) + [f"below {', '.join(below)}"] * bool(below)
            words.append(f"{stage}, {init}: {' and '.join(parts) or 'no clear difference'}")
    return "; ".join(words)


def _above(row: tuple[Any, ...]) -> bool:
    return row[-2] > 0


def _below(row: tuple[Any, ...]) -> bool:
    return row[-1] < 0


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, and what the ledger says of the two statements that the comparison rests on."""
    sizes, hull = (judged(claims[id]) for id in ("glue.exp.config1", "glue.sec5.hull_constraint"))
    return (
        "Accuracy on held-out 8 x 8 digits of a small ResNet that blends experts, before (prior) and during "
        f"fine-tuning of all its parameters ({data.note}). a: the experts of a seed start from one "
        "initialisation; b: each from its own; the paper does not say which. All experts have equally many "
        "images, as in the paper, so that weighting by data size is the uniform mean. Best single expert: "
        "chosen on the images that measure the proxy accuracy. c: differences in pairs. Bars: t intervals of "
        f"level {LEVEL:.0%} over seeds. GLUE's interval lies, {says(data)}. "
        f"What the paper says of the weights by data size is {sizes}; that the softmax keeps the blend in "
        f"the experts' hull is {hull}."
    )
