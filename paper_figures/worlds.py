"""The synthetic worlds in which claims are measured, one panel each.

Shown     a  two Gaussian classes of two experts' data and of the target, with the directions of discriminant
             analysis (`sim.gaussian_classes`)
          b  two spirals; which points the networks of the scheme "pure" and "mixed" see (`sim.spirals`)
          c  five of twenty classes in 32 dimensions, in the plane of their first two principal components,
             under both ways of bending (`sim.clustered_classes`)
          d  pairs of SGD runs of a ridge regression on data sets that differ in one sample: root mean square
             distance of simulated pairs (`sim.paired_sgd`) on the exact one (`sim.affine_sgd`)
Source    SAIL, Section 3.1 and Appendices E, K; CoGraM, Results; stability paper, Definition 2.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paper_figures import style
from paper_figures.data import Data, column, where
from sim.affine_sgd import paired, ridge, second_moments, steps_of
from sim.clustered_classes import Bend, geometry
from sim.clustered_classes import draw as classes
from sim.gaussian_classes import lda
from sim.paired_sgd import ridge as gradient
from sim.paired_sgd import run_pairs
from sim.spirals import spirals, subsets

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult

ITEMS = ("sail.thm3.a", "stability.lem3")
COLUMNS = {
    "world": "gaussian, spirals, classes or pairs",
    "group": "data set or kind of value within the world",
    "label": "class of the point; 0 where there is none",
    "x": "first coordinate; for pairs the number of steps",
    "y": "second coordinate; for pairs the root mean square distance",
}
POINTS = {"quick": 60, "cpu": 150, "full": 400}
PAIRS = {"quick": 200, "cpu": 2000, "full": 20000}
COVARIANCE = ((1.0, 0.5), (0.5, 1.0))
MEANS = {
    "first expert": ((-1.5, 1.0), (-3.5, -0.5)),
    "second expert": ((3.0, 1.5), (1.0, -1.5)),
    "target": ((0.8, 1.2), (-1.2, -0.8)),
}
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SAMPLES, ETA, PENALTY = 20, 0.05, 0.1
SHOWN = 5
BENDS = {"plain": Bend(noise=0.5), "bent otherwise": Bend(sine=0.3, frequency=2.0, tangent=1.0, noise=0.5)}


def _gaussian(n: int, rng: np.random.Generator) -> list[tuple]:
    root = np.linalg.cholesky(np.array(COVARIANCE))
    rows: list[tuple] = []
    for name, means in MEANS.items():
        for label, mean in enumerate(means):
            points = np.array(mean) + rng.standard_normal((n // 2, 2)) @ root.T
            rows += [("gaussian", name, label, *map(float, p)) for p in points]
        direction = np.array(lda(COVARIANCE, means))
        middle = np.mean(means, axis=0)
        rows.append(("gaussian", f"{name}: direction", 0, *map(float, direction)))
        rows.append(("gaussian", f"{name}: middle", 0, *map(float, middle)))
    return rows


def _spirals(n: int, rng: np.random.Generator) -> list[tuple]:
    x, y = spirals(2 * n, rng)
    rows: list[tuple] = []
    for scheme in ("pure", "mixed"):
        part = np.full(len(y), 2)
        for k, chosen in enumerate(subsets(y, scheme)):
            part[chosen] = k
        names = ("first", "second", "neither")
        rows += [
            ("spirals", f"{scheme}: {names[p]}", int(label), *map(float, point))
            for point, label, p in zip(x, y, part, strict=True)
        ]
    return rows


def _classes(n: int, rng: np.random.Generator) -> list[tuple]:
    place = geometry(rng, separation=1.0)
    drawn = {name: classes(place, 4 * n, rng, bend) for name, bend in BENDS.items()}
    kept = {name: (x[y < SHOWN], y[y < SHOWN]) for name, (x, y) in drawn.items()}
    everything = np.concatenate([x for x, _ in kept.values()])
    centre = everything.mean(0)
    axes = np.linalg.svd(everything - centre, full_matrices=False)[2][:2]
    return [
        ("classes", name, int(label), *map(float, (point - centre) @ axes.T))
        for name, (x, y) in kept.items()
        for point, label in zip(x, y, strict=True)
    ]


def _pairs(pairs: int, rng: np.random.Generator) -> list[tuple]:
    data = rng.standard_normal((SAMPLES, 3))
    twin = data.copy()
    twin[0] = rng.standard_normal(3)
    A, B = (steps_of(*ridge(z[:, :2], z[:, 2], PENALTY), ETA) for z in (data, twin))
    rows: list[tuple] = []
    for steps in STEPS:
        M = second_moments(paired(A, B), 1, steps, np.array([1.0, 0, 0, 0, 0]))
        apart = np.trace(M[1:3, 1:3]) + np.trace(M[3:, 3:]) - 2 * np.trace(M[1:3, 3:])
        rows.append(("pairs", "exact", 0, steps, float(np.sqrt(apart))))
        many, others = (np.tile(z, (pairs, 1, 1)) for z in (data, twin))
        w, v = run_pairs(gradient(PENALTY), many, others, np.zeros(2), ETA, 1, steps, rng)
        rows.append(("pairs", "simulated", 0, steps, float(np.sqrt(((w - v) ** 2).sum(1).mean()))))
    return rows


def compute(rng: np.random.Generator, scale: str) -> Data:
    """Points of every world, and the distances of pairs; columns as in COLUMNS."""
    parts = rng.spawn(4)
    n = POINTS[scale]
    rows = [*_gaussian(n, parts[0]), *_spirals(n, parts[1]), *_classes(n, parts[2])]
    rows += _pairs(PAIRS[scale], parts[3])
    return Data(items=ITEMS, columns=COLUMNS, rows=tuple(rows), note=f"{PAIRS[scale]} simulated pairs")


def _points(axes: Axes, data: Data, **dress: Any) -> None:
    axes.plot(column(data, "x"), column(data, "y"), ls="", mew=0, **dress)


def _draw_gaussian(axes: Axes, data: Data) -> None:
    for name, colour in zip(MEANS, style.COLOURS, strict=False):
        for label, marker in ((0, "o"), (1, "^")):
            points = where(data, group=name, label=label)
            _points(axes, points, marker=marker, ms=2.4, color=colour, alpha=0.45)
        arrow, middle = where(data, group=f"{name}: direction"), where(data, group=f"{name}: middle")
        at, towards = middle.rows[0][-2:], arrow.rows[0][-2:]
        axes.annotate(
            "", (at[0] + towards[0], at[1] + towards[1]), at,
            arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.2, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        axes.plot([], [], "o", ms=3, color=colour, label=name)
    axes.legend(frameon=False, fontsize=6.5, loc="lower right", handletextpad=0.1, borderaxespad=0)
    axes.margins(0.02)
    axes.set_ylim(-5.6, None)


PARTS = {"first": style.COLOURS[0], "second": style.COLOURS[1], "neither": "#bbbbbb"}


def _draw_spirals(axes: Axes, data: Data) -> None:
    for k, scheme in enumerate(("pure", "mixed")):
        for part, colour in (
            ("first", style.COLOURS[0]),
            ("second", style.COLOURS[1]),
            ("neither", "#bbbbbb"),
        ):
            for label, marker in ((0, "o"), (1, "^")):
                points = where(data, group=f"{scheme}: {part}", label=label)
                x = column(points, "x") + 2.4 * k if points.rows else []
                y = column(points, "y") if points.rows else []
                axes.plot(x, y, ls="", marker=marker, ms=2.4, mew=0, color=colour, alpha=0.8)
        axes.text(2.4 * k, -1.32, f'"{scheme}" subsets', ha="center", fontsize=7, color=style.QUIET)
    axes.set_aspect("equal")
    axes.set_ylim(-1.5, 1.15)


MARKERS = {"plain": "o", "bent otherwise": "x"}


def _draw_classes(axes: Axes, data: Data) -> None:
    for label in range(SHOWN):
        for group, marker in MARKERS.items():
            points = where(data, group=group, label=label)
            x, y = column(points, "x"), column(points, "y")
            mew = 0.6 if marker == "x" else 0.0
            axes.plot(x, y, marker, ms=2.2, mew=mew, color=style.COLOURS[label], alpha=0.6)
    for group, marker in MARKERS.items():
        axes.plot([], [], marker, ms=3, mew=0.6, color=style.QUIET, label=group)
    axes.legend(frameon=False, fontsize=6.5, loc="best", handletextpad=0.1)


def _draw_pairs(axes: Axes, data: Data) -> None:
    exact, simulated = (where(data, group=name) for name in ("exact", "simulated"))
    axes.plot(column(exact, "x"), column(exact, "y"), color=style.INK, lw=1, label="exact")
    axes.plot(
        column(simulated, "x"), column(simulated, "y"), "o", ms=4, mfc="none", mew=0.9,
        color=style.COLOURS[1], label="simulated",
    )  # fmt: skip
    axes.set(xscale="log", xlabel="steps", ylabel=r"$(\mathbb{E}|w-w'|^2)^{1/2}$")
    axes.set_ylim(0, None)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.legend(frameon=False, fontsize=7, loc="upper left")


def draw(data: Data) -> Figure:
    """Four panels, one world each."""
    figure = Figure(figsize=(style.PAGE, 5.2), layout="constrained")
    panels = figure.subplots(2, 2).ravel()
    titles = ("Gaussian classes", "two spirals", "classes in 32 dimensions", "neighbouring data sets")
    worlds = ("gaussian", "spirals", "classes", "pairs")
    drawers = (_draw_gaussian, _draw_spirals, _draw_classes, _draw_pairs)
    for axes, letter, title, world, drawer in zip(panels, "abcd", titles, worlds, drawers, strict=True):
        style.panel(axes, letter, title)
        drawer(axes, where(data, world=world))
        if world != "pairs":
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
    return figure


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, and the verdicts of the claims that these worlds decide."""
    gaussian, pairs = (claims[item] for item in ITEMS)
    return (
        "Synthetic worlds. a: Gaussian classes with one covariance (dots and triangles: labels), arrows: "
        "directions of discriminant analysis. b: two spirals (dots and triangles: labels), colours: subset. "
        "c: five of twenty classes in the plane of two principal components. d: root mean square distance of "
        f"paired SGD runs of ridge regression, {data.note}. The optimal weights of two Gaussian experts as "
        f"printed are judged {gaussian.verdict}, the bound on the distance of paired runs {pairs.verdict}."
    )
