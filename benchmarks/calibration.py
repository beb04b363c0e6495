"""How often does the judge refute what is true, and how soon does sampling find what is false?

    python benchmarks/calibration.py [--runs 10000] [--family 0.05] [--part tests ...] [--seed 0] [--jobs 2]

tests     claim-runs: one true statement, one test at the whole level `family`, a registry by itself
judge     claim-runs: one true claim through the whole judge (quick effort) at that level; each ends in a
          test, in every second one of the instance that looks worst without allowance for its standard error
family    all true statements in one run, at their shares of the budget; a run where any falls is an error
default   tests and judgements once more, at the default budget: nothing may be refuted
power     violated statements, at the default budget of a registry of `REGISTRY` statements

The statements are true with equality, the hardest case (truths.py, judged.py).  Beside `tests` stands a
z-test with the same looks and levels, which is not valid: if it passed too, the benchmark would show nothing.
The last lines are JSON, one a part; the exit status is 1 if the 99 % interval of a refutation rate reaches
beyond `family`, if anything falls at the default budget, or if a violation of the power table is not found.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy import special

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.judged import claims, refuted
from benchmarks.truths import Truth, ledger, synthetic
from proofs_check.bounds import clopper_pearson
from proofs_check.functionals import confirm_all, reduce
from proofs_check.planning import plan_test
from proofs_check.seeds import generator
from proofs_check.statistics import FAMILY, looks, share

DRAWS = 2**12  # five looks; errors are spread over all of them
POWER_DRAWS = 2**26
REGISTRY = 200  # statements that share the default budget in the power table
ROUNDS = 20  # claim-runs for one run of the part `family`, which tests every statement
FACTORS = (1.5, 1.1, 1.02)
PARTS = ("tests", "judge", "family", "default", "power")
POWERED = (
    "coin 1/2", "coin 1/100", "1000 w.p. 1/1000, hi unknown", "beta(2, 5)", "cut Pareto 1.1", "Pareto 1.5",
    "lognormal", "Laplace + 1, psi_1 known", "t_3 + 1, variance known", "variance of uniform",
    "variance of normal", "variance of t_3", "trace, 5 uniforms", "median of exponential",
    "99 % quantile of t_3", "ratio of means", "log-log slope",
)  # fmt: skip


def truths() -> tuple[Truth, ...]:
    """All statements under test."""
    return (*synthetic(), *ledger())


def tested(truth: Truth, alpha: float, rng: np.random.Generator) -> bool:
    """Whether one test at level alpha refutes the true statement."""
    tests = reduce(truth.quantity, truth.instance, truth.relation, truth.value)
    return confirm_all(tests, alpha, rng, DRAWS).refuted


def z_test(truth: Truth, alpha: float, rng: np.random.Generator) -> bool:
    """The usual wrong way: a normal test of the same mean at every look, each at the full level."""
    test = reduce(truth.quantity, truth.instance, truth.relation, truth.value)[0]
    x = test.sample(rng, DRAWS)
    for n in looks(DRAWS):
        mean, spread = x[:n].mean(), x[:n].std() / math.sqrt(n)
        z = (mean - test.rhs) / spread if spread > 1e-12 else 0.0
        limit = special.ndtri(1 - (alpha / 2 if test.relation == "==" else alpha))
        if {"<=": z, "<": z, ">=": -z, ">": -z, "==": abs(z)}[test.relation] > limit:
            return True
    return False


def run_test(run: int, level: float, seed: int, word: str) -> tuple[int, bool, bool]:
    """Claim-run number `run`: (statement, refuted by ours, refuted by the z-test)."""
    k = run % len(truths())
    ours = tested(truths()[k], level, generator(seed, word, "ours", str(run)))
    naive = word == "tests" and z_test(truths()[k], level, generator(seed, word, "z", str(run)))
    return k, ours, naive


def run_judge(run: int, level: float, seed: int, offset: int) -> tuple[int, bool]:
    """Claim-run number `run`: (claim, refuted by the whole judge)."""
    turn, k = divmod(run, len(claims()))
    return k, refuted(k, level, (seed + offset) * 10**8 + run, forced=turn % 2 == 1)


def run_family(run: int, level: float, seed: int) -> list[int]:
    """The statements that fall in one run over all of them, each at its share of the level."""
    alpha = share(level, len(truths()))
    return [
        k for k, t in enumerate(truths()) if tested(t, alpha, generator(seed, "family", t.name, str(run)))
    ]


def many(job: Callable, runs: int, jobs: int, name: str) -> tuple[list, float]:
    """The outcomes of all runs, in order, with progress; and the seconds."""
    start, rows = time.perf_counter(), []

    def note(row: object) -> None:
        rows.append(row)
        if len(rows) % max(1, runs // 100) == 0:
            print(f"\r  {name}: {len(rows)}/{runs}   ", end="", file=sys.stderr, flush=True)

    if jobs == 1:
        for run in range(runs):
            note(job(run))
    else:
        with ProcessPoolExecutor(jobs) as pool:
            for row in pool.map(job, range(runs), chunksize=max(1, min(50, runs // (4 * jobs)))):
                note(row)
    print(file=sys.stderr)
    return rows, time.perf_counter() - start


def verdict(part: str, wrong: int, runs: int, level: float, seconds: float) -> dict:
    """One row of the result: the rate of false refutations, its exact 99 % interval, whether it holds."""
    low, high = clopper_pearson(wrong, runs, 0.99)
    holds = wrong == 0 if part.startswith("default") else high <= level
    return {
        "part": part, "family": level, "runs": runs, "refuted": wrong, "rate": wrong / runs,
        "low": low, "high": high, "holds": holds, "seconds": round(seconds, 1),
    }  # fmt: skip


def by_name(names: list[str], rows: list, columns: int, most: int = 80) -> None:
    """The refuted share of each statement, in per cent."""
    for k, name in enumerate(names):
        of = [row for row in rows if row[0] == k]
        shares = [
            100 * float(np.mean([row[1 + c] for row in of])) if of else math.nan for c in range(columns)
        ]
        print(f"  {name[:most]:50} {len(of):6} " + " ".join(f"{s:8.2f}" for s in shares))


def tests(runs: int, level: float, seed: int, jobs: int, word: str = "tests") -> list[dict]:
    """The part `tests` at any level."""
    rows, seconds = many(partial(run_test, level=level, seed=seed, word=word), runs, jobs, word)
    ours, naive = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if word == "tests":
        print(f"\n{runs} tests of {len(truths())} true statements, each at {level:g}, up to {DRAWS} draws\n")
        print(f"  {'refuted in % of runs':50} {'runs':>6} {'ours':>8} {'z-test':>8}")
        by_name([t.name for t in truths()], rows, 2)
        low = clopper_pearson(naive, runs, 0.99)[0]
        says = "EXCEEDS" if low > level else "does not exceed"
        print(f"\n  z-test (invalid): {naive}/{runs}, {says} {level:g}")
    return [verdict(word, ours, runs, level, seconds)]


def judged(runs: int, level: float, seed: int, jobs: int, word: str = "judge") -> list[dict]:
    """The part `judge` at any level."""
    offset = 0 if word == "judge" else 1
    rows, seconds = many(partial(run_judge, level=level, seed=seed, offset=offset), runs, jobs, word)
    if word == "judge":
        print(f"\n{runs} complete judgements of {len(claims())} true claims, each at {level:g}\n")
        by_name([c.items[0].removeprefix("calibration.") for c in claims()], rows, 1)
    return [verdict(word, sum(row[1] for row in rows), runs, level, seconds)]


def family(runs: int, level: float, seed: int, jobs: int) -> list[dict]:
    """The part `family`."""
    rounds = max(runs // ROUNDS, 1)
    rows, seconds = many(partial(run_family, level=level, seed=seed), rounds, jobs, "family")
    return [verdict("family", sum(bool(row) for row in rows), rounds, level, seconds)]


def default(runs: int, seed: int, jobs: int) -> list[dict]:
    """The part `default`."""
    first = tests(runs, FAMILY, seed, jobs, "default tests")
    return first + judged(max(runs // ROUNDS, 1), FAMILY, seed, jobs, "default judge")


def power(seed: int) -> list[dict]:
    """How many draws and seconds it takes to refute `<=` a right side too small by a factor."""
    alpha, rows = share(FAMILY, REGISTRY), []
    print(
        f"\nPower: `<=` value / factor, level {alpha:.0e} ({FAMILY:g} over {REGISTRY}), up to {POWER_DRAWS}"
    )
    print("draws; `detects` is the violation of the tested mean that all of them were planned to find\n")
    print(f"  {'law':30} {'factor':>6} {'found':>5} {'draws':>8} {'seconds':>8} {'detects':>8} {'gap':>9}")
    for t in [t for t in synthetic() if t.name in POWERED]:
        for factor in FACTORS:
            rhs = t.value / factor if t.value > 0 else t.value * factor
            [test] = reduce(t.quantity, t.instance, "<=", rhs)
            p = plan_test(test, alpha, POWER_DRAWS, generator(seed, "plan", t.name, str(factor)))
            start = time.perf_counter()
            done = confirm_all((test,), alpha, generator(seed, "power", t.name, str(factor)), POWER_DRAWS)
            seconds = time.perf_counter() - start
            found = "yes" if done.refuted else "no"
            print(
                f"  {t.name:30} {factor:6} {found:>5} {done.n:8} {seconds:8.3f} {p.detectable:8.2g}", end=" "
            )
            print(f"{t.value - rhs:9.3g}", flush=True)
            rows.append((factor, done.refuted))
    found = {str(f): sum(r for g, r in rows if g == f) for f in FACTORS}
    holds = all(refuted for _, refuted in rows)
    return [{"part": "power", "laws": len(POWERED), "found": found, "holds": holds}]


def main() -> int:
    """Run the parts; exit status 1 if the calibration fails."""
    parser = argparse.ArgumentParser(description="Calibration and power of the sampled comparisons.")
    parser.add_argument("--runs", type=int, default=10_000, help="claim-runs of each part")
    parser.add_argument("--family", type=float, default=0.05)
    parser.add_argument("--part", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    o = parser.parse_args()
    if o.runs < 1:
        parser.error(f"--runs {o.runs}: expected at least 1")
    truths(), claims()  # loaded once, before the workers are forked
    made: dict[str, Callable[[], list[dict]]] = {
        "tests": lambda: tests(o.runs, o.family, o.seed, o.jobs),
        "judge": lambda: judged(o.runs, o.family, o.seed, o.jobs),
        "family": lambda: family(o.runs, o.family, o.seed, o.jobs),
        "default": lambda: default(o.runs, o.seed, o.jobs),
        "power": lambda: power(o.seed),
    }
    results = [row for part in PARTS if part in o.part for row in made[part]()]
    print()
    for row in results:
        print(json.dumps(row))
    return 0 if all(row["holds"] for row in results) else 1


if __name__ == "__main__":
    sys.exit(main())
