"""What is tried after the pool and the climb are silent: probing, Hypothesis, a local and a global optimiser.

Budgets are counts of evaluations, never seconds, so that the same seed gives the same result.  Everything
here only proposes; what it finds is decided like any other instance.
"""

from collections.abc import Callable

import numpy as np

from proofs_check.draws import Answer, play
from proofs_check.optimise import optimise, polish
from proofs_check.probing import edges, equalities, limits, probed
from proofs_check.sides import satisfies, sides
from theory.claim import Claim, Statement
from theory.family import Instance

PROBES = {"quick": 0, "default": 90, "deep": 1500}
TARGETED = {"quick": 0, "default": 40, "deep": 600}
OPTIMISED = {"quick": 0, "default": 0, "deep": 2400}
POLISHED = {"quick": 0, "default": 80, "deep": 800}
FOR_SURVIVORS = {"quick": 0, "default": 240, "deep": 2400}
"""Evaluations of the optimiser for a mutant that nothing else has killed."""
CHEAP = 0.2
"""Claims whose `effort` is smaller are expensive to evaluate: Hypothesis and the optimiser leave them."""
TAPES = 3
"""Tapes from which the optimiser starts; they share its evaluations."""
Found = tuple[float, Instance | None, tuple[Answer, ...]]


def press(
    claim: Claim,
    statement: Statement,
    rng: np.random.Generator,
    starts: list[tuple[float, tuple[Answer, ...]]],
    score: Callable[[Instance], float],
    effort: str,
    survivor: bool = False,
) -> Found:
    """The first violation (score > 0) that these sources find; minus infinity and None if all are silent.

    The caller's generator is left where it was: what is drawn here comes from a stream of its own.
    """
    family, rng = claim.family, rng.spawn(1)[0]
    tapes = [answers for _, answers in starts]
    most = round(PROBES[effort] * claim.effort)
    if most and tapes:
        levels = [equalities(claim, statement, play(family, rng, t)[0]) for t in tapes]
        for instance, answers in probed(family, rng, tapes, most, levels):
            if (value := score(instance)) > 0:
                return value, instance, answers
        for instance, answers in limits(family, rng.spawn(1)[0], tapes[0]):
            if (value := _exact_gap(claim, statement, instance)) > 0:
                return value, instance, answers
        for instance, answers in edges(family, rng, tapes[0], lambda i: satisfies(claim, statement, i)):
            if (value := score(instance)) > 0:
                return value, instance, answers
    seed = int(rng.integers(2**31))
    if claim.effort < CHEAP:
        return -np.inf, None, ()
    if examples := round(TARGETED[effort] * claim.effort):
        from proofs_check.hypothesis_source import targeted  # slow to load

        best = targeted(family, score, examples, seed, keep=1)
        if best and best[0][0] > 0:
            return best[0]
    near = polish(family, rng, tapes[0], score, round(POLISHED[effort] * claim.effort)) if tapes else None
    if near and near[0] > 0:
        return near
    budget = (FOR_SURVIVORS if survivor else OPTIMISED)[effort]
    chosen = tapes[:TAPES] if budget else []
    for answers in chosen:
        found = optimise(family, rng, answers, score, round(budget * claim.effort / len(chosen)))
        if found[0] > 0:
            return found
    return -np.inf, None, ()


def _exact_gap(claim: Claim, statement: Statement, instance: Instance) -> float:
    """The gap of a violation that exact sides show; minus infinity elsewhere, and where a run fails."""
    try:
        if not satisfies(claim, statement, instance, certainly=True):
            return -np.inf
        found = sides(claim, statement, instance, sure=True)
    except (ValueError, ArithmeticError):
        return -np.inf
    return max(found.gap, 5e-324) if found.exact and found.status == "violated" else -np.inf
