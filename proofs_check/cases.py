"""The instances a statement is looked at on, with both sides evaluated once and kept."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from proofs_check.adversary import press
from proofs_check.core.values import approx
from proofs_check.draws import Answer
from proofs_check.search import climb, pool, shrink
from proofs_check.sides import FLOOR, NotANumber, Sides, compare, effective, satisfies, sides
from theory.claim import Claim, Statement
from theory.family import Instance, replace

POOL = {"quick": 60, "default": 300, "deep": 3000}
STEPS = {"quick": 20, "default": 60, "deep": 400}
STARTS = 6
TIE = 1e-9
"""Relative gap below which two sides count as equal when the climb is started."""
NEAREST, LEVEL = 4, 12
"""Cases that are decided exactly though floats show no violation, and because floats show equality."""
Start = tuple[float, tuple[Answer, ...]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An instance and the answers that made it; typed instances have none."""

    instance: Instance
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A drawn instance that satisfies the statement's givens, with its two sides in floats."""

    drawn: Drawn
    sides: Sides


def typed_instances(claim: Claim) -> dict[str, Instance]:
    """Every instance that the file types, with a name for messages."""
    found = {f"witnesses[{k}]": w for k, w in enumerate(claim.witnesses)}
    found |= {f"tight_at[{k}]": w for k, w in enumerate(claim.tight_at)}
    found |= {f"mutants[{k}].dies_at": m.dies_at for k, m in enumerate(claim.mutants) if m.dies_at}
    if claim.repair:
        found["repair.nondegenerate"] = claim.repair.nondegenerate
    return found


def draw(claim: Claim, rng: np.random.Generator, effort: str) -> list[Drawn]:
    """The typed instances that lie in the family (the contract names the others), then the searched ones."""
    size = max(4, round(POOL[effort] * claim.effort))
    typed = [i for i in dict.fromkeys(typed_instances(claim).values()) if not claim.family.error(i)]
    searched = [Drawn(i, a) for i, a in pool(claim.family, rng, size)]
    return [Drawn(i) for i in typed] + [d for d in searched if d.instance not in typed]


def look(claim: Claim, statement: Statement, drawn: list[Drawn]) -> list[Case]:
    """Both sides, in floats, wherever the givens hold."""
    return [
        Case(d, sides(claim, statement, d.instance, sure=False))
        for d in drawn
        if satisfies(claim, statement, d.instance)
    ]


def violation(
    claim: Claim, statement: Statement, cases: list[Case], rng: np.random.Generator, effort: str
) -> tuple[Instance, Sides] | None:
    """A violating instance, decided as exactly as possible and made small; None if the search is silent.

    What is found has to come out again: a side that depends on more than its instance is an error.
    """
    found = _violation(claim, statement, cases, rng, effort)
    if found:
        again(claim, statement, *found)
    return found


def again(claim: Claim, statement: Statement, instance: Instance, before: Sides) -> None:
    """Raise `NotANumber` if both sides, run once more, are other numbers than before."""
    after, slack = sides(claim, statement, replace(instance), sure=True), statement.left.rounding
    pairs = [(before.lhs, after.lhs), (before.rhs, after.rhs)]
    alike = [
        compare(a, "==", b, slack, FLOOR * slack).status == "holds" for a, b in pairs if None not in (a, b)
    ]
    if after.status != before.status or not all(alike):
        first, then = (f"{show(s.lhs)} {s.relation} {show(s.rhs)}" for s in (before, after))
        text = f"{statement.left.text}: two runs differ at {instance!r}: {first}, then {then}"
        raise NotANumber(f"{text}; expected a function of the instance alone")


def _violation(
    claim: Claim, statement: Statement, cases: list[Case], rng: np.random.Generator, effort: str
) -> tuple[Instance, Sides] | None:
    decided = _decide_first(claim, statement, cases)
    if decided is None:
        starts = beginnings([(min(c.sides.gap, 0.0), c.drawn.answers) for c in cases if c.drawn.answers])
        steps = max(2, round(STEPS[effort] * claim.effort))
        score = scorer(claim, statement)
        gap, instance, answers = climb(claim.family, rng, starts, score, steps)
        if gap <= 0:
            starts = [(gap, answers), *starts] if answers else starts
            gap, instance, answers = press(claim, statement, rng, starts, score, effort)
        if gap <= 0 or instance is None:
            return None
        decided = decide(claim, statement, instance)
        if decided is None:
            return None
        drawn = Drawn(instance, answers)
    else:
        drawn, decided = decided
    if not drawn.answers:
        return drawn.instance, decided
    small = shrink(claim.family, rng, drawn.answers, lambda i: _decides(claim, statement, i, decided))
    again = decide(claim, statement, small)
    return (small, again) if again else (drawn.instance, decided)


def beginnings(scored: list[Start], number: int = STARTS) -> list[Start]:
    """Where to climb from: half from ties, where a bound may break next, half from the best others."""
    ordered = sorted(scored, key=lambda pair: -pair[0])
    ties = [pair for pair in ordered if pair[0] >= -TIE]
    others = [pair for pair in ordered if pair[0] < -TIE]
    return [*ties[: max(number - len(others), number // 2)], *others][:number]


def _decide_first(claim: Claim, statement: Statement, cases: list[Case]) -> tuple[Drawn, Sides] | None:
    """The first confirmed violation: undefined sides first, then typed instances; exact preferred.

    The order is that of the verdicts: what does not exist is asked before what is false.
    """
    found: list[tuple[Drawn, Sides]] = []
    loud = [c for c in cases if c.sides.status in ("violated", "undefined")]
    for case in sorted(loud, key=lambda c: (c.sides.status != "undefined", bool(c.drawn.answers))):
        decided = decide(claim, statement, case.drawn.instance)
        if decided and decided.exact:
            return case.drawn, decided
        if decided:
            found.append((case.drawn, decided))
        if len(found) == 12:
            break
    if found:
        return found[0]
    for case in _nearest(cases):  # what floats cannot tell
        decided = decide(claim, statement, case.drawn.instance)
        if decided and decided.exact:
            return case.drawn, decided
    return None


def _nearest(cases: list[Case]) -> list[Case]:
    """Cases on the wrong side or level, by less than floats can tell: the widest first, then the largest."""
    level = [c for c in cases if c.sides.status == "holds" and c.sides.gap >= 0 and not c.sides.exact]
    size = lambda c: abs(approx(c.sides.lhs)) + abs(approx(c.sides.rhs))
    finite = [c for c in level if math.isfinite(size(c))]
    return sorted(finite, key=lambda c: (-c.sides.gap, -size(c)))[:NEAREST]


def untold(claim: Claim, statement: Statement, cases: list[Case]) -> str:
    """Why a strict relation is neither violated nor supported: for all one can tell its sides are equal."""
    if effective(statement) not in ("<", ">"):
        return ""
    level = [c for c in cases if c.sides.gap >= 0 and c.sides.lhs is not None and not c.sides.exact]
    for case in level[:LEVEL]:
        at = sides(claim, statement, case.drawn.instance, sure=True)
        if at.status == "undecided" or (at.status == "holds" and not at.exact and at.gap >= 0):
            return f"the sides may be equal at {case.drawn.instance!r}: neither floats nor enclosures tell"
    return ""


def decide(claim: Claim, statement: Statement, instance: Instance) -> Sides | None:
    """The exact comparison if it confirms a violation on an instance that satisfies the givens, else None."""
    if not satisfies(claim, statement, instance, certainly=True):
        return None
    decided = sides(claim, statement, instance, sure=True)
    return decided if decided.status in ("violated", "undefined") else None


def _decides(claim: Claim, statement: Statement, instance: Instance, like: Sides) -> bool:
    """Whether the instance violates the statement in the same way, and as exactly."""
    decided = decide(claim, statement, instance)
    return decided is not None and decided.status == like.status and (decided.exact or not like.exact)


def scorer(claim: Claim, statement: Statement) -> Callable[[Instance], float]:
    """instance -> relative gap (1 where a side is undefined, -inf where a given fails).

    A violation in floats is looked at exactly, so that the climb does not end at a rounding error.
    """

    def score(instance: Instance) -> float:
        if not satisfies(claim, statement, instance):
            return -math.inf
        found = sides(claim, statement, instance, sure=False)
        if found.status in ("violated", "undefined"):
            decided = decide(claim, statement, instance)
            if decided is None:
                return 0.0
            return max(found.gap, 1e-300) if decided.status == "violated" else 1.0
        return min(found.gap, 0.0)

    return score


def worst(cases: list[Case], gaps: bool = False) -> tuple[float | None, str, list[tuple[float, float]]]:
    """The largest ratio of the lesser side to the greater (lhs/rhs for <=), where, and the point cloud.

    With `gaps` the relative gap (lhs - rhs)/(|lhs| + |rhs|), for sides that may vanish: 0 at the optimum.
    """
    ratio, at, cloud = None, "", []
    for case in cases:
        s = case.sides
        if s.lhs is None:
            continue
        pair = (approx(s.lhs), approx(s.rhs))
        small, large = pair if s.relation in ("<=", "<", "==") else pair[::-1]
        if all(map(math.isfinite, pair)):
            cloud.append(pair)
        share = max(s.gap, 0.0) if gaps else small / large if large > 0 else math.inf
        if math.isfinite(share) and (ratio is None or share > ratio):
            ratio, at = share, repr(case.drawn.instance)
    return ratio, at, cloud


def show(value: Any) -> str:
    """A side as text: rationals as p/q, enclosures and floats with twelve digits."""
    if value is None:
        return "undefined"
    text = str(value)
    if len(text) <= 40 and "+/-" not in text:
        return text
    beyond = not isinstance(value, float) and value != 0 and not 0 < abs(approx(value)) < math.inf
    return arb(value).str(12, radius=False) if beyond else f"{approx(value):.12g}"
