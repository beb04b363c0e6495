"""Which wrong versions does each source of the search catch, and how surely?

    python benchmarks/search_power.py [--seeds 20] [--pool 60 | 300] [--claims ID or glob ...] [--each]

For every claim (the small ones of the tests, or the standing statements of ledger ids; '*' is the ledger) its
generated mutants are judged with each seed at seven efforts, each with the one before it: the drawn pool
alone, + other units, + climbing, + probing of ends, limits, equalities and edges, + targeted (Hypothesis
steered by the gap), + polish (simplex method), + optimiser (differential evolution).  A mutant that an effort
kills is not tried at the next.  It counts as killable if any run kills it, so what is weaker, sharper or true
drops out.  Printed: the share of the killable mutants that die, mean over the seeds / worst seed; with
`--each`, for every mutant that the pool alone misses with some seed, with how many seeds it dies.
The last line is the total.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from proofs_check import adversary, implied, kills, units
from proofs_check.cases import STARTS, draw, look
from proofs_check.kills import judge_mutants
from proofs_check.mutants import mutate
from proofs_check.run import select
from proofs_check.seeds import generator
from proofs_check.units import FACTORS
from tests.broken_claims import SOUND
from theory import registry
from theory.claim import Claim, Statement

EFFORT = {60: "quick", 300: "default"}
LEVELS = ("pool", "+units", "+climb", "+probing", "+targeted", "+polish", "+optimiser")
BUDGETS = ("PROBES", "TARGETED", "POLISHED", "FOR_SURVIVORS")
FULL = {name: getattr(adversary, name)["default"] for name in BUDGETS}
"""What the sources spend at default effort, whatever the pool is here."""


def standing(claim: Claim) -> Statement:
    """The repaired statement, or the literal reading."""
    return claim.repair.statement if claim.repair else claim.readings[0]


def allow(level: int) -> None:
    """Turn on the sources up to LEVELS[level], and the others off."""
    units.FACTORS = FACTORS if level >= 1 else ()
    kills.STARTS = STARTS if level >= 2 else 0
    for place, name in enumerate(BUDGETS, 3):
        setattr(adversary, name, dict.fromkeys(EFFORT.values(), FULL[name] if level >= place else 0))


def killed_at(claim: Claim, seed: int, pool: int) -> dict[str, int]:
    """The level at which each mutant of the standing statement dies first; what never dies is absent."""
    statement, effort = replace(standing(claim), proof=None), EFFORT[pool]
    cases = look(claim, statement, draw(claim, generator(seed, claim.items[0], "search"), effort))
    alone = replace(claim, mutants=())
    left, found = dict(numbered(statement.right)), {}
    for level in range(len(LEVELS)):
        allow(level)
        kills.mutate = lambda right: list(left.items())
        rng = generator(seed, claim.items[0], "climb", str(level))
        for one in judge_mutants(alone, statement, cases, rng, effort, None):
            if one.outcome == "killed":
                found[one.text] = level
            if one.outcome != "survived":
                left.pop(one.text)
    return found


def numbered(right: Any) -> list[tuple[str, Any]]:
    """The generated mutants; equal texts are told apart by their place."""
    return [(f"{place} {text}", mutant) for place, (text, mutant) in enumerate(mutate(right))]


def measure(claim: Claim, seeds: int, pool: int) -> dict[str, np.ndarray]:
    """For each killable mutant, whether it dies: (level, seed)."""
    runs = [killed_at(claim, seed, pool) for seed in range(seeds)]
    levels = np.arange(len(LEVELS))[:, None]
    never = len(LEVELS)
    return {
        m: levels >= np.array([run.get(m, never) for run in runs])
        for m in sorted({m for r in runs for m in r})
    }


def timed(name: str, seeds: int, pool: int) -> tuple[str, dict[str, np.ndarray], float]:
    """The table of one claim, and the seconds that it took."""
    implied.SECONDS = 0.2  # proofs of implication are not what is measured
    started = time.perf_counter()
    claim = SOUND[name]() if name in SOUND else registry.load(registry.resolve(name))
    searched = standing(claim).along is None and standing(claim).left.run and standing(claim).ray is None
    dies = measure(claim, seeds, pool) if searched and standing(claim).right is not None else {}
    return name, dies, time.perf_counter() - started


def row(name: str, dies: list[np.ndarray], seconds: float, seeds: int) -> str:
    """One line of the table."""
    share = np.mean(dies, axis=0) if dies else np.ones((len(LEVELS), seeds))
    columns = "".join(f"{s.mean():7.3f}/{s.min():4.2f}" for s in share)
    return f"{name:32.32} {len(dies):8}  {columns}  {seconds:7.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", nargs="+", default=[], metavar="ID")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--pool", type=int, default=60, choices=sorted(EFFORT))
    parser.add_argument("--each", action="store_true", help="also one row a mutant")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds {options.seeds}: expected at least 1")
    names = [entry.id for entry in select(options.claims, ())] if options.claims else list(SOUND)
    print(f"share of the killable mutants that die, mean/worst of {options.seeds} seeds, pool {options.pool}")
    print(f"{'claim':32} {'killable':>8}  {''.join(f'{name:>12}' for name in LEVELS)}  seconds")
    every, started = [], time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        for name, dies, seconds in pool.map(timed, names, repeat(options.seeds), repeat(options.pool)):
            every += dies.values()
            if dies:
                print(row(name, list(dies.values()), seconds, options.seeds), flush=True)
            for text, table in dies.items():
                if options.each and not table[0].all():
                    print(f"  {text:39.39}  {''.join(f'{int(n):>12}' for n in table.sum(axis=1))}")
    print(row("all", every, time.perf_counter() - started, options.seeds))


if __name__ == "__main__":
    main()
