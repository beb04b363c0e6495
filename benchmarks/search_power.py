"""How many wrong versions does the search catch, and how does that depend on the number of instances?

    python benchmarks/search_power.py [--seeds 20] [--pools 60 300] [ID ...]

For every claim (the small ones of the tests, or the standing statements of ledger ids) its generated mutants
are judged with each seed and pool, by the drawn instances alone and with climbing.  A mutant counts
as killable if any of these runs kills it, so what is weaker, sharper or true drops out.  Printed: the share
of the killable mutants that die, mean over the seeds / worst seed.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from proofs_check import kills
from proofs_check.cases import STARTS, draw, look, worst
from proofs_check.kills import judge_mutants
from proofs_check.seeds import generator
from tests.broken_claims import SOUND
from theory import registry
from theory.claim import Claim, Statement

EFFORT = {60: "quick", 300: "default", 3000: "deep"}


def standing(claim: Claim) -> Statement:
    """The repaired statement, or the literal reading."""
    return claim.repair.statement if claim.repair else claim.readings[0]


def outcomes(claim: Claim, seed: int, pool: int, climbing: bool) -> dict[tuple[int, str], str]:
    """The outcome of every mutant of the standing statement; equal texts are told apart by their place."""
    statement, effort = standing(claim), EFFORT[pool]
    cases = look(claim, statement, draw(claim, generator(seed, claim.items[0], "search"), effort))
    ratio, _, _ = worst([c for c in cases if c.sides.status == "holds"])
    kills.STARTS = STARTS if climbing else 0
    found = judge_mutants(claim, statement, cases, generator(seed, claim.items[0], "climb"), effort, ratio)
    return {(place, m.text): m.outcome for place, m in enumerate(found) if not m.text.startswith("scaled")}


def measure(claim: Claim, seeds: int, pools: list[int]) -> tuple[int, dict[tuple[int, bool], np.ndarray]]:
    """The number of killable mutants, and for each (pool, climbing) the share that dies with each seed."""
    runs = {
        (pool, climbing): [outcomes(claim, seed, pool, climbing) for seed in range(seeds)]
        for pool in pools
        for climbing in (False, True)
    }
    killable = {m for found in runs.values() for run in found for m, o in run.items() if o == "killed"}
    shares = {
        key: np.array(
            [np.mean([run.get(m) == "killed" for m in killable]) if killable else 1.0 for run in found]
        )
        for key, found in runs.items()
    }
    return len(killable), shares


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--pools", type=int, nargs="+", default=[60, 300], choices=sorted(EFFORT))
    options = parser.parse_args()
    chosen = {id: registry.load(registry.resolve(id)) for id in options.ids}
    chosen = chosen or {name: make() for name, make in SOUND.items()}
    kills.SECONDS = 0.2  # proofs of implication are not what is measured
    head = "  ".join(f"{p:>5}{'+climb' if c else '      '}" for p in options.pools for c in (False, True))
    print(f"{'claim':24} {'killable':>8}  {head}  seconds   (mean share that dies / worst seed)")
    for name, claim in chosen.items():
        if standing(claim).along or standing(claim).left.run is None:
            continue
        started = time.perf_counter()
        number, shares = measure(claim, options.seeds, options.pools)
        row = "  ".join(f"{s.mean():5.2f}/{s.min():4.2f} " for s in shares.values())
        print(f"{name:24} {number:8}  {row}  {time.perf_counter() - started:7.1f}")


if __name__ == "__main__":
    main()
