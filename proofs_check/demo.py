"""`mergeproof demo`: a real merge, and what the first claims say about it.

Numbers that are measured come from `nets.demo`; every bound is evaluated from the ledger's own records, in
each version (printed, repaired).  The network shows how far a bound is from what happens there; it decides
no verdict (`mergeproof verify` does).
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from scipy.stats import norm

from nets.demo import QUERIES, RADIUS, Measured, measure
from nets.threads import one_thread
from proofs_check.bound import evaluate
from sim.allocation import equal, objective, optimal

CONFIDENCE = 0.99
WIDTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """SPSA with m directions: mean square error with its standard error, variance, and the bounds.

    limit, standing_limit   the bounds with |g|^2 in place of sigma_max(Theta)^2 |grad_theta L|^2
    """

    m: int
    error: float
    uncertainty: float
    variance: float
    printed: float
    standing: float
    limit: float
    standing_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demo prints, as data.

    shares      model -> (accuracy, low, high), Wilson intervals at CONFIDENCE
    objectives  allocator -> J = sum_j T_j / A_j ; "proportional" is the real-valued A^det of FLOPS A.3
    gap         (J(equal) - J(proportional) as measured, right side of FLOPS A.3)
    accepted    whether rollback keeps the merge: its loss is below that of the better expert
    """

    measured: Measured
    shares: dict[str, tuple[float, float, float]]
    rows: tuple[Row, ...]
    objectives: dict[str, float]
    gap: tuple[float, float]
    accepted: bool
    seconds: float


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval for a probability (approximate; Wilson, JASA 1927)."""
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"{successes} successes of {trials}: expected 0 <= successes <= trials, trials >= 1")
    z = norm.ppf((1 + confidence) / 2)
    share, spread = successes / trials, z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * (share * (1 - share) / trials + spread / (4 * trials)) ** 0.5 / (1 + spread)
    return float(middle - half), float(middle + half)


def bounds(m: int, slope: tuple[float, ...], sigma_max: float) -> tuple[float, float]:
    """(printed, standing) right side of GLUE Proposition 1 with K experts and these constants."""
    found = {
        bound.version: bound.value
        for bound in evaluate(
            "glue.prop1", K=2, m=m, sigma_max_Theta_2=float(sigma_max) ** 2, nabla_theta_L=slope
        )
    }
    return float(found["printed"]), float(found.get("repaired", found["printed"]))


def _row(m: int, measured: Measured) -> Row:
    error, uncertainty = measured.errors[m]
    printed, standing = bounds(m, (measured.slope_norm,), measured.sigma_max)
    limit, standing_limit = bounds(m, measured.mix_slope, 1.0)  # |g|^2: sigma_max = 1 and g itself
    return Row(
        m=m,
        error=error,
        uncertainty=uncertainty,
        variance=measured.variances[m],
        printed=printed,
        standing=standing,
        limit=limit,
        standing_limit=standing_limit,
    )


def _allocation(measured: Measured) -> tuple[dict[str, float], tuple[float, float]]:
    traces, losses = measured.traces, measured.sample_loss
    budget, rng = QUERIES * len(traces), np.random.default_rng(0)
    roots = np.sqrt(traces)
    objectives = {
        "equal": objective(traces, equal(losses, traces, budget, rng)),
        "optimal": objective(traces, optimal(losses, traces, budget, rng)),
        "proportional": objective(traces, budget * roots / roots.sum()),
    }
    (identity,) = evaluate("flops.thm2.step12", B=len(traces), A_0=float(budget), T=tuple(traces.tolist()))
    return objectives, (objectives["equal"] - objectives["proportional"], float(identity.value))


def report(measured: Measured, seconds: float) -> DemoReport:
    """The measurements with the bounds of the ledger at their constants."""
    objectives, gap = _allocation(measured)
    experts = [loss for name, loss in measured.losses.items() if name.startswith("expert")]
    return DemoReport(
        measured=measured,
        shares={n: (k / measured.of, *wilson(k, measured.of)) for n, k in measured.correct.items()},
        rows=tuple(_row(m, measured) for m in measured.errors),
        objectives=objectives,
        gap=gap,
        accepted=measured.losses["merge"] < min(experts),
        seconds=seconds,
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for k, column in enumerate(columns):
        table.add_column(column, justify="left" if k == 0 else "right")
    return table


def show(found: DemoReport, console: Console) -> None:
    """The report in at most 80 columns."""
    measured = found.measured
    console.rule("[bold]One merge, measured", align="left")
    table = _table("held-out digits, ten classes", "accuracy", f"{CONFIDENCE:.0%} interval", "loss")
    for name, (share, low, high) in found.shares.items():
        table.add_row(name, f"{share:.1%}", f"{low:.1%} to {high:.1%}", f"{measured.losses[name]:.3f}")
    console.print(table)

    console.print("\n[bold]GLUE 4.1[/]  dL/dalpha_i = <grad_theta L, theta_i>: relative difference, by road")
    table = _table("", "")
    table.show_header = False
    for road, off in measured.identity.items():
        table.add_row(f"  {road}", f"{off:.1e}")
    console.print(table)
    console.print("  It needs running statistics held fixed: they are no parameters.")

    console.print(f"\n[bold]GLUE Prop. 1[/]  E|gbar - g|^2 of two-point SPSA, K = 2, radius {RADIUS:g}")
    table = _table("  m", "measured", "variance", "eq. (6)", "repaired", "Prop. 1", "repaired")
    for row in found.rows:
        broken = row.error - 4 * row.uncertainty > row.limit
        limit = f"{row.limit:.3g}{' below' if broken else ''}"
        table.add_row(
            f"  {row.m}",
            f"{row.error:.3g} +- {row.uncertainty:.1g}",
            f"{row.variance:.3g}",
            limit,
            f"{row.standing_limit:.3g}",
            f"{row.printed:.3g}",
            f"{row.standing:.3g}",
        )
    console.print(table)
    slack = found.rows[0].standing / found.rows[0].error
    console.print("  The bias does not average out: more directions lower the variance alone.")
    console.print(f"  Prop. 1 is loose, {slack:.0f} times at m = 1: |g| << sigma_max(Theta) |grad_theta L|.")

    spread = measured.traces.max() / measured.traces.min()
    console.print(
        f"\n[bold]FLOPS A.3[/]  {QUERIES} queries a sample, traces that differ by a factor {spread:.2g}"
    )
    table = _table("  allocation", "sum T_j / A_j")
    for name, value in found.objectives.items():
        table.add_row(f"  {name}", f"{value:.6g}")
    console.print(table)
    console.print(f"  equal - proportional = {found.gap[0]:.9g};  the identity gives {found.gap[1]:.9g}")

    console.print("\n[bold]CoGraM eq. (7)[/]  accept a change only if the loss falls")
    line = "  ".join(f"{loss:.2f}" for _, loss in measured.segment)
    console.print(f"  loss from one expert to the other:\n  {line}")
    verdict = "accepted: its loss is below that of both experts"
    other = "rolled back: its loss is not below that of the better expert"
    console.print(f"  the merge is {verdict if found.accepted else other}")
    console.print(f"\n{found.seconds:.0f} s.  What holds for every network: mergeproof verify")


def run(seed: int = 0, console: Console | None = None) -> DemoReport:
    """Trains, merges, measures and prints; the same seed gives the same numbers."""
    console = console or Console(width=WIDTH, highlight=False)
    start = time.perf_counter()
    columns = (BarColumn(24), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("two experts", total=None)

        def progress(done: int, total: int, text: str) -> None:
            bar.update(task, completed=done, total=total, description=text)

        with one_thread():
            measured = measure(seed, progress)
        bar.update(task, description="bounds of the ledger")
        found = report(measured, 0.0)
    found = replace(found, seconds=time.perf_counter() - start)
    show(found, console)
    return found
