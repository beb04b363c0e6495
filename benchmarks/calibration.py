"""How often does sampling refute what is true, and how soon does it find what is false?

    python benchmarks/calibration.py [--runs 1000] [--family 0.05] [--seed 0] [--jobs 2]

Calibration: every run tests all of `true_statements()` once, at their shares of the family budget; a run in
which anything is refuted is an error.  The statements are true with equality, the hardest case.  Beside it a
z-test with the same looks and levels, which is not valid: if it passed too, the benchmark would show nothing.
Power: violated statements, at the default budget of a registry of 200 statements.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy import special

sys.path.insert(0, str(Path(__file__).parents[1]))

from proofs_check.bounds import clopper_pearson
from proofs_check.seeds import generator
from proofs_check.statistics import FAMILY, confirm, looks, plan, share

CALIBRATION_DRAWS = 2**12  # five looks; errors are spread over all of them
POWER_DRAWS = 2**22
REGISTRY = 200  # statements that share the default budget in the power table


@dataclass(frozen=True, slots=True)
class Truth:
    """A law with its exact mean; `relation` is tested against that mean, so the statement is true."""

    name: str
    sample: Callable[[np.random.Generator, int], np.ndarray]
    mean: float
    bounds: tuple[float, float]
    relation: str = "<="


def coin(rng, n, p, high=1.0):
    """`high` with probability p, else 0."""
    return high * (rng.random(n) < p)


def beta(rng, n, a, b):
    """Beta(a, b)."""
    return rng.beta(a, b, n)


def uniform(rng, n):
    """Uniform on [-1, 1]."""
    return rng.uniform(-1, 1, n)


def cut_pareto(rng, n, tail, cut):
    """min(P, cut), P >= 1 with P(P > x) = x^-tail; its mean is 1 + (1 - cut^(1-tail)) / (tail-1)."""
    return np.minimum(1 + rng.pareto(tail, n), cut)


def pareto(rng, n, tail):
    """P >= 1 with P(P > x) = x^-tail; its mean is tail / (tail-1), infinite variance for tail <= 2."""
    return 1 + rng.pareto(tail, n)


def lognormal(rng, n, sign=1.0):
    """sign exp(N(0, 1)), of mean sign sqrt(e)."""
    return sign * rng.lognormal(0.0, 1.0, n)


def constant(rng, n, value):
    """No randomness at all."""
    return np.full(n, value)


def cauchy(rng, n):
    """No mean exists and no bound helps: the answer has to be undecided."""
    return rng.standard_cauchy(n)


UNIT, HALF, INF = (0, 1), partial(coin, p=0.5), math.inf
RARE = partial(coin, p=1e-3, high=1e3)


def true_statements() -> tuple[Truth, ...]:
    """The statements under test, each true with equality.  Add one line for another law or claim."""
    return (
        Truth("coin 1/2", HALF, 0.5, UNIT),
        Truth("coin 1/2, ==", HALF, 0.5, UNIT, "=="),
        Truth("coin 1/100", partial(coin, p=0.01), 0.01, UNIT),
        Truth("coin 99/100, >=", partial(coin, p=0.99), 0.99, UNIT, ">="),
        Truth("1000 w.p. 1/1000", RARE, 1.0, (0, 1e3)),
        Truth("1000 w.p. 1/1000, >=", RARE, 1.0, (0, 1e3), ">="),
        Truth("1000 w.p. 1/1000, hi unknown", RARE, 1.0, (0, INF)),
        Truth("beta(2, 5)", partial(beta, a=2, b=5), 2 / 7, UNIT),
        Truth("beta(1/2, 1/2), ==", partial(beta, a=0.5, b=0.5), 0.5, UNIT, "=="),
        Truth("uniform, >=", uniform, 0.0, (-1, 1), ">="),
        Truth("cut Pareto 1.1", partial(cut_pareto, tail=1.1, cut=1e4), 11 - 10 * 1e4**-0.1, (1, 1e4)),
        Truth("Pareto 1.5", partial(pareto, tail=1.5), 3.0, (1, INF)),
        Truth("lognormal", lognormal, math.exp(0.5), (0, INF)),
        Truth("-lognormal, >=", partial(lognormal, sign=-1.0), -math.exp(0.5), (-INF, 0), ">="),
        Truth("constant, ==", partial(constant, value=0.3), 0.3, UNIT, "=="),
        Truth("Cauchy", cauchy, 0.0, (-INF, INF)),
    )


def false_statements() -> tuple[Truth, ...]:
    """Laws with positive mean; the power table tests E[X] <= mean / factor."""
    names = ("coin 1/2", "coin 1/100", "beta(2, 5)", "cut Pareto 1.1", "Pareto 1.5", "lognormal")
    rare = "1000 w.p. 1/1000, hi unknown"
    return tuple(t for t in true_statements() if t.name in (*names, rare))


def z_test(truth: Truth, alpha: float, rng: np.random.Generator) -> bool:
    """The usual wrong way: a normal test at every look, each at the full level."""
    x = truth.sample(rng, CALIBRATION_DRAWS)
    for n in looks(CALIBRATION_DRAWS):
        mean, spread = x[:n].mean(), x[:n].std() / math.sqrt(n)
        z = (mean - truth.mean) / spread if spread > 1e-12 else 0.0
        limit = special.ndtri(1 - (alpha / 2 if truth.relation == "==" else alpha))
        if {"<=": z, ">=": -z, "==": abs(z)}[truth.relation] > limit:
            return True
    return False


def one_run(run: int, family: float, seed: int) -> tuple[list[bool], list[bool]]:
    """Which true statements run number `run` refutes: ours, z-test."""
    truths = true_statements()
    alpha = share(family, len(truths))
    ours, naive = [], []
    for t in truths:
        rng = generator(seed, "calibration", t.name, str(run))
        done = confirm(t.sample, t.relation, t.mean, t.bounds, alpha, rng, CALIBRATION_DRAWS)
        ours.append(done.refuted)
        naive.append(z_test(t, alpha, generator(seed, "z-test", t.name, str(run))))
    return ours, naive


def calibration(runs: int, family: float, seed: int, jobs: int) -> bool:
    """Print the refutation rate of true statements; whether its 99 % interval stays within the budget."""
    start, rows = time.perf_counter(), []
    with ProcessPoolExecutor(jobs) as pool:
        job = partial(one_run, family=family, seed=seed)
        for row in pool.map(job, range(runs), chunksize=max(1, min(20, runs // (4 * jobs)))):
            rows.append(row)
            if len(rows) % max(1, runs // 100) == 0:
                print(f"\r  {len(rows)}/{runs} runs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    ours, naive = (np.array([row[k] for row in rows]) for k in (0, 1))  # (runs, statements)
    truths = true_statements()
    print(f"Calibration: {runs} runs of {len(truths)} true statements at the boundary, family {family:g},")
    print(f"up to {CALIBRATION_DRAWS} draws each, {time.perf_counter() - start:.1f} s\n")
    print(f"  {'refuted in % of runs':32} {'ours':>6} {'z-test (invalid)':>18}")
    for k, t in enumerate(truths):
        print(f"  {t.name:32} {100 * ours[:, k].mean():6.2f} {100 * naive[:, k].mean():18.2f}")
    print()
    holds = []
    for name, table in (("ours", ours), ("z-test", naive)):
        wrong = int(table.any(axis=1).sum())
        low, high = clopper_pearson(wrong, runs, 0.99)
        holds.append(high <= family)
        unknown = "may exceed (more runs needed)" if low <= family else "EXCEEDS"
        says = "does not exceed" if holds[-1] else unknown
        print(f"  {name:6}  any refuted: {wrong}/{runs} = {wrong / runs:.4f}, 99 % interval", end=" ")
        print(f"[{low:.4f}, {high:.4f}] {says} {family:g}")
    return holds[0]


def power(seed: int) -> None:
    """Print how many draws and seconds it takes to refute E[X] <= mean / factor."""
    alpha = share(FAMILY, REGISTRY)
    print(f"\nPower: E[X] <= mean / factor at level {alpha:.0e} (family {FAMILY:g} over {REGISTRY}),")
    print(f"up to {POWER_DRAWS} draws; `plan` is the worst case over the declared bounds\n")
    print(
        f"  {'law':30} {'factor':>6} {'found':>6} {'n':>9} {'plan':>10} {'seconds':>8} {'low':>9} {'rhs':>9}"
    )
    for t in false_statements():
        for factor in (1.5, 1.1, 1.02):
            rhs, rng = t.mean / factor, generator(seed, "power", t.name, str(factor))
            start = time.perf_counter()
            done = confirm(t.sample, "<=", rhs, t.bounds, alpha, rng, POWER_DRAWS)
            seconds = time.perf_counter() - start
            need = f"{plan(t.bounds, alpha, t.mean - rhs):.1e}" if math.isfinite(t.bounds[1]) else "-"
            found = "yes" if done.refuted else "no"
            print(f"  {t.name:30} {factor:6} {found:>6} {done.n:9} {need:>10}", end=" ")
            print(f"{seconds:8.3f} {done.low:9.5f} {rhs:9.5f}", flush=True)


def main() -> int:
    """Run both; exit status 1 if the calibration fails."""
    parser = argparse.ArgumentParser(description="Calibration and power of the sampled comparisons.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--family", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    holds = calibration(options.runs, options.family, options.seed, options.jobs)
    power(options.seed)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
