"""Mean squared error of GLUE's averaged two-point estimator over m and K, beside the bound on it.

Measured  E|gbar - g|^2 / |g|^2 for directions on the unit sphere: eq. (5) is run on two losses, a quadratic
          (central differences are then exact) and the cross-entropy of a softmax with logits alpha (they are
          not), with orthonormal experts, for which sigma_max costs nothing: Theta = I.
Bounds    Evaluated from the ledger's record of proposition 1, as printed and as it stands; not typed here.
Intervals Of level 99 % at every n, from the range of one draw (`proofs_check.bounds`).
Source    GLUE, eq. (5) and proposition 1 (section 4.2).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paper_figures import style
from paper_figures.data import Data, column, where
from proofs_check.bounds import EMPTY, add, betting_lower
from sim.directions import draw as directions
from sim.spsa import averaged

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult
    from theory.claim import Claim

ITEMS = ("glue.prop1",)
COLUMNS = {
    "kind": "measured, printed (the bound as the paper prints it) or standing (the repaired bound)",
    "loss": "quadratic or softmax; empty for the bounds",
    "K": "number of experts, the dimension of alpha",
    "m": "number of random directions that are averaged",
    "value": "E|gbar - g|^2 / |g|^2, without unit",
    "low": "lower end of the 99 % interval (measured only)",
    "high": "upper end of the 99 % interval (measured only)",
    "n": "independent runs of the estimator behind the value (0 for a bound)",
}
MU = 0.1  # radius: small enough that its remainder does not show, large enough for rounding not to
LEVEL = 0.99
OVER_M = (2, 10, 100)  # the K of the left panel; 10 is the paper's number of experts
OVER_K = (1, 10, 100)  # the m of the right panel
MS = {"quick": (1, 10, 100), "cpu": (1, 2, 5, 10, 20, 50, 100, 200)}
KS = {"quick": (2, 10, 100), "cpu": (2, 3, 5, 10, 20, 50, 100)}
RUNS = {"quick": 2**8, "cpu": 2**12, "full": 2**16}
NUMBERS = {"quick": 2**19, "cpu": 2**23, "full": 2**30}
"""Random numbers a point: where n m K would exceed this, n is smaller, but not below LEAST."""
LEAST = 2**10
CHUNK = 2**21


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of alpha (..., K) -> (...) with its gradient g at `alpha` and a bound on slopes within MU."""

    value: Callable[[np.ndarray], np.ndarray]
    alpha: np.ndarray
    g: np.ndarray
    steepest: float


def quadratic(K: int) -> Loss:
    """sum_k (k/K) alpha_k^2 / 2 at alpha = 1; the slope between alpha +- mu u is <g, u>, at most |g|."""
    curvature = np.arange(1, K + 1) / K
    return Loss(lambda a: a**2 @ curvature / 2, np.ones(K), curvature, float(np.linalg.norm(curvature)))


def softmax(K: int) -> Loss:
    """log sum_k exp(alpha_k) - alpha_1 at alpha = 0: g = 1/K - e_1, and the Hessian's norm is at most 1/2."""
    g = np.full(K, 1 / K)
    g[0] -= 1
    return Loss(
        lambda a: np.log(np.exp(a).sum(-1)) - a[..., 0], np.zeros(K), g, float(np.linalg.norm(g)) + MU / 2
    )


LOSSES = {"quadratic": quadratic, "softmax": softmax}


def squared_errors(loss: Loss, K: int, m: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """|gbar - g|^2 / |g|^2 of n independent runs, shape (n,); in chunks, so that memory stays small."""
    parts, step = [], max(1, CHUNK // (m * K))
    for start in range(0, n, step):
        count = min(step, n - start)
        u = directions("sphere", rng, count * m, K).reshape(count, m, K)
        parts.append(((averaged(loss.value, loss.alpha, MU, u) - loss.g) ** 2).sum(-1))
    return np.concatenate(parts) / (loss.g @ loss.g)


def interval(draws: np.ndarray, most: float, rng: np.random.Generator) -> tuple[float, float]:
    """An interval of level LEVEL for the mean of independent draws in [0, most]; valid for every n."""
    draws = np.minimum(draws, most)  # beyond it by rounding only
    tail = (1 - LEVEL) / 2
    low = betting_lower(add(EMPTY, draws, rng), tail)
    return low, most - betting_lower(add(EMPTY, most - draws, rng), tail)


def measure(name: str, K: int, m: int, scale: str, rng: np.random.Generator) -> tuple[Any, ...]:
    """One measured row: the mean over n runs and its interval."""
    loss = LOSSES[name](K)
    n = min(RUNS[scale], max(LEAST, NUMBERS[scale] // (m * K)))
    draws = squared_errors(loss, K, m, n, rng)
    length = float(np.linalg.norm(loss.g))
    low, high = interval(draws, (1 + loss.steepest / length) ** 2, rng)
    return ("measured", name, K, m, float(draws.mean()), low, high, n)


def statements(claim: "Claim") -> dict[str, Any]:
    """The two right sides of the record: as printed, and as it stands."""
    standing = claim.repair.statement if claim.repair else claim.readings[0]
    return {"printed": claim.readings[0].right, "standing": standing.right}


def bounds(points: Iterator[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
    """Rows of both bounds with Theta = I and |g| = 1, evaluated from the ledger's record."""
    from proofs_check.core.evaluate import environment, evaluate
    from theory.claims.glue._mixing import identity, linear
    from theory.family import floats
    from theory.registry import load, resolve

    claim = load(resolve(ITEMS[0]))
    for K, m in points:
        experts = identity(K)
        instance = floats(linear(K, m, experts, experts[0]))
        for kind, right in statements(claim).items():
            needed = {symbol: read for symbol, read in claim.symbols.items() if symbol in right.free_symbols}
            env = environment(needed, {}, instance, sure=False)
            yield (kind, "", K, m, float(evaluate(right, env)), 0.0, 0.0, 0)


def compute(rng: np.random.Generator, scale: str) -> Data:
    """Measured points on the grid of the scale, and the bounds on a finer one; columns as in COLUMNS."""
    ms, ks = MS.get(scale, MS["cpu"]), KS.get(scale, KS["cpu"])
    grid = sorted({(K, m) for K in OVER_M for m in ms} | {(K, m) for K in ks for m in OVER_K})
    fine = sorted(set(np.geomspace(1, max(ms), 33).round().astype(int)) | set(OVER_K))
    finer = sorted(set(np.geomspace(2, max(ks), 33).round().astype(int)) | set(OVER_M))
    lines = sorted({(K, int(m)) for K in OVER_M for m in fine} | {(int(K), m) for K in finer for m in OVER_K})
    measured = [measure(name, K, m, scale, rng) for K, m in grid for name in LOSSES]
    note = f"radius mu = {MU}, {min(r[-1] for r in measured)} to {max(r[-1] for r in measured)} runs a point"
    return Data(items=ITEMS, columns=COLUMNS, rows=(*measured, *bounds(iter(lines))), note=note)


STYLES = {"printed": {"dashes": (3.5, 2), "lw": 0.9}, "standing": {"lw": 1.2}}
MARKS = {"quadratic": {"ms": 2.6, "mew": 0}, "softmax": {"ms": 5.2, "mfc": "none", "mew": 0.8}}
NAMES = {
    "quadratic": "measured, quadratic loss",
    "softmax": "measured, softmax cross-entropy",
    "standing": "bound as repaired",
    "printed": "bound as printed",
}


def _series(axes: Axes, data: Data, x: str, colour: str) -> None:
    """The bounds as lines and the measurements as points with their intervals, over the column x."""
    for kind, dress in STYLES.items():
        line = where(data, kind=kind)
        axes.plot(column(line, x), column(line, "value"), color=colour, zorder=2, **dress)
    for name, dress in MARKS.items():
        points = where(data, kind="measured", loss=name)
        value = column(points, "value")
        error = np.stack([value - column(points, "low"), column(points, "high") - value]).clip(0)
        plain = {"fmt": "o", "color": colour, "mec": colour, "elinewidth": 0.8, "zorder": 3}
        axes.errorbar(column(points, x), value, error, **{**plain, **dress})


Places = Mapping[int, tuple[str, float]]
"""Value of the other variable -> text of its label, shift in points."""


def _name(axes: Axes, data: Data, kind: str, over: str, of: str, places: Places, end: int = -1) -> None:
    """Direct labels at one end (-1: right, 0: left) of the lines of some values of the variable `of`."""
    for value, (text, shift) in places.items():
        line = where(data, kind=kind, **{of: value})
        at = {"xytext": (6, shift)} if end else {"xytext": (-6, shift), "ha": "right"}
        x, y = column(line, over)[end], column(line, "value")[end]
        style.label(axes, x, y, text, COLOUR[of, value], **at)


COLOUR = {
    **{("K", K): colour for K, colour in zip(OVER_M, style.COLOURS, strict=False)},
    **{("m", m): colour for m, colour in zip(OVER_K, style.COLOURS, strict=False)},
}


def draw(data: Data) -> Figure:
    """Two panels: the error over m for three K, and over K for three m."""
    figure = Figure(figsize=(style.PAGE, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for K in OVER_M:
        _series(left, where(data, K=K), "m", COLOUR["K", K])
    for m in OVER_K:
        _series(right, where(data, m=m), "K", COLOUR["m", m])
    ends = {100: ("$K=100$", 3.5), 10: ("$K=10$", -3.0), 2: ("$K=2$", -0.5)}
    _name(left, data, "standing", "m", "K", ends)
    _name(left, data, "printed", "m", "K", ends | {2: ("$K=2$", -3.0)})
    _name(right, data, "standing", "K", "m", {1: ("$m=1$", 0), 10: ("$10$", 2), 100: ("$100$", -2.5)}, end=0)
    _name(right, data, "printed", "K", "m", {m: (f"$m={m}$", 0) for m in OVER_K})
    for axes, letter, name, title in (
        (left, "a", "$m$, number of directions", "2, 10 and 100 experts"),
        (right, "b", "$K$, number of experts", "1, 10 and 100 directions"),
    ):
        style.panel(axes, letter, title)
        axes.set(xscale="log", yscale="log", xlabel=name)
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
        axes.yaxis.set_major_formatter("{x:g}")
    right.set_xticks([2, 5, 10, 20, 50, 100])
    right.set_xlim(1.1, None)  # room for the labels at the left
    left.set_ylabel(r"$\mathbb{E}\,\|\bar g-g\|^2\;/\;\|g\|^2$")
    dress = {**{k: {"marker": "o", "ls": "", **v} for k, v in MARKS.items()}, **STYLES}
    key = [Line2D([], [], color=style.INK, mec=style.INK, label=NAMES[k], **dress[k]) for k in NAMES]
    between = {"bbox_to_anchor": (1, 10**-1.5), "bbox_transform": right.get_yaxis_transform()}
    right.legend(handles=key, loc="center right", frameon=False, fontsize=7, **between)
    return figure


def caption(data: Data, claims: "Mapping[str, ClaimResult]") -> str:
    """What is shown, and what the ledger says of it."""
    claim = claims[ITEMS[0]]
    equal = [str(m) for m in OVER_K if _agree(where(data, m=m))]
    meets = f" The two agree for m = {', '.join(equal)}." if equal else ""
    says = f"As printed the proposition is judged {claim.verdict}."
    if claim.repair:
        says += f" Repaired ({claim.repair.changes}) it is judged {claim.repair.result.verdict}."
    return (
        "Mean squared error of the averaged two-point gradient estimator, relative to |g|^2, for directions "
        f"on the unit sphere and orthonormal experts ({data.note}). Dots: a quadratic loss; circles: the "
        f"cross-entropy of a softmax. Bars: intervals of level {LEVEL:.0%}, valid at every number of runs. "
        "Dashed: the bound of proposition 1 as printed; solid: as repaired; both without their "
        f"remainder in the radius.{meets} {says}"
    )


def _agree(data: Data) -> bool:
    """Whether both bounds are equal at every point."""
    printed, standing = (column(where(data, kind=kind), "value") for kind in STYLES)
    return bool(np.allclose(printed, standing))
