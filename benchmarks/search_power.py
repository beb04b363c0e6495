"""Which wrong versions does each source of the search catch, and how surely?

    python benchmarks/search_power.py [--seeds 20] [--pool 60 | 300] [--claims ID ...] [--each]

For every claim (the small ones of the tests, or the standing statements of ledger ids) its generated mutants
are judged with each seed at five efforts, each with the one before it: the drawn pool alone, + climbing,
+ probing of ends and equalities, + targeted (Hypothesis steered by the gap), + optimiser (differential
evolution).  A mutant counts as killable if any of these runs kills it, so what is weaker, sharper or true
drops out.  Printed: the share of the killable mutants that die, mean over the seeds / worst seed; with
`--each`, for every mutant that the pool alone misses with some seed, with how many seeds it dies.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from proofs_check import adversary, kills
from proofs_check.cases import STARTS, draw, look, worst
from proofs_check.kills import judge_mutants
from proofs_check.seeds import generator
from tests.broken_claims import SOUND
from theory import registry
from theory.claim import Claim, Statement

EFFORT = {60: "quick", 300: "default"}
LEVELS = ("pool", "+climb", "+probing", "+targeted", "+optimiser")
BUDGETS = ("PROBES", "TARGETED", "FOR_SURVIVORS")
FULL = {name: getattr(adversary, name)["default"] for name in BUDGETS}
"""What the sources spend at default effort, whatever the pool is here."""
Outcomes = dict[tuple[int, str], str]


def standing(claim: Claim) -> Statement:
    """The repaired statement, or the literal reading."""
    return claim.repair.statement if claim.repair else claim.readings[0]


def allow(level: int) -> None:
    """Turn on the sources up to LEVELS[level], and the others off."""
    kills.STARTS = STARTS if level else 0
    for place, name in enumerate(BUDGETS, 2):
        setattr(adversary, name, dict.fromkeys(EFFORT.values(), FULL[name] if level >= place else 0))


def outcomes(claim: Claim, seed: int, pool: int, level: int) -> Outcomes:
    """The outcome of every mutant of the standing statement; equal texts are told apart by their place."""
    statement, effort = standing(claim), EFFORT[pool]
    cases = look(claim, statement, draw(claim, generator(seed, claim.items[0], "search"), effort))
    ratio, _, _ = worst([c for c in cases if c.sides.status == "holds"])
    allow(level)
    found = judge_mutants(claim, statement, cases, generator(seed, claim.items[0], "climb"), effort, ratio)
    return {(place, m.text): m.outcome for place, m in enumerate(found) if not m.text.startswith("scaled")}


def measure(claim: Claim, seeds: int, pool: int) -> dict[tuple[int, str], np.ndarray]:
    """For each killable mutant, whether it dies: (level, seed)."""
    runs = [[outcomes(claim, seed, pool, level) for seed in range(seeds)] for level in range(len(LEVELS))]
    killable = sorted({m for found in runs for run in found for m, o in run.items() if o == "killed"})
    return {m: np.array([[run.get(m) == "killed" for run in found] for found in runs]) for m in killable}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", nargs="+", default=[], metavar="ID")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--pool", type=int, default=60, choices=sorted(EFFORT))
    parser.add_argument("--each", action="store_true", help="also one row a mutant")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error(f"--seeds {options.seeds}: expected at least 1")
    chosen = {id: registry.load(registry.resolve(id)) for id in options.claims}
    chosen = chosen or {name: make() for name, make in SOUND.items()}
    kills.SECONDS = 0.2  # proofs of implication are not what is measured
    print(f"share of the killable mutants that die, mean/worst of {options.seeds} seeds, pool {options.pool}")
    print(f"{'claim':24} {'killable':>8}  {''.join(f'{name:>12}' for name in LEVELS)}  seconds")
    for name, claim in chosen.items():
        if standing(claim).along or standing(claim).left.run is None:
            continue
        started = time.perf_counter()
        dies = measure(claim, options.seeds, options.pool)
        share = np.mean(list(dies.values()), axis=0) if dies else np.ones((len(LEVELS), options.seeds))
        row = "".join(f"{s.mean():7.2f}/{s.min():4.2f}" for s in share)
        print(f"{name:24} {len(dies):8}  {row}  {time.perf_counter() - started:7.1f}", flush=True)
        for (_, text), table in dies.items():
            if options.each and not table[0].all():
                print(f"  {text:31.31}  {''.join(f'{int(n):>12}' for n in table.sum(axis=1))}")


if __name__ == "__main__":
    main()
