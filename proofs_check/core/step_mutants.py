"""Perturbed lines of an accepted derivation, which the rules must refuse.

Each line is bent in one place: a coefficient, an exponent, a term or factor of its expression; its direction
or its strictness; a given or a listed lemma left out.  A perturbed line that is accepted must be true: it is
then counted as `implied` (weaker than the line, or true as well), and leaves the rate.  If it is accepted and
false at a random point that satisfies what it rests on, the rule is broken: it is listed under `accepted`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from proofs_check.core.chain import MISTAKES, check_line, context_of
from proofs_check.core.induct import check_induction
from proofs_check.core.lemma import Context
from proofs_check.core.points import UNCLEAR, Point, shape, truth
from proofs_check.core.premises import satisfying
from proofs_check.core.relation import IMPLIES, compose, relate
from proofs_check.core.second import premises_of
from proofs_check.mutants import mutate
from theory.proof import Chain, Induct, Line

EACH = 9
"""Most perturbed expressions of one line."""
FEW = 3
"""The same for an induction with lines of its own, which are bent one by one."""
POINTS, TRIES = 4, 8
"""Points at which an accepted perturbed line is looked at, of so many that are drawn."""
SAFETY = 10.0
"""Seconds after which no more points are tried; their number ends it before."""
PATIENCE = 0.2
"""Seconds that a rule may take for one perturbed line."""
OTHER = {
    "==": ("<", ">"),
    "<=": (">=", "<", "=="),
    "<": (">=", "=="),
    ">=": ("<=", ">", "=="),
    ">": ("<=", "=="),
}


@dataclass(frozen=True, slots=True)
class StepMutants:
    """What became of the perturbed lines; `accepted` describes each one that is false and was not refused."""

    refused: int = 0
    implied: int = 0
    accepted: tuple[str, ...] = ()
    skipped: int = 0

    @property
    def rate(self) -> float | None:
        """Refused over those that should be refused; None where there were none."""
        total = self.refused + len(self.accepted)
        return self.refused / total if total else None

    def __add__(self, other: "StepMutants") -> "StepMutants":
        return StepMutants(
            self.refused + other.refused,
            self.implied + other.implied,
            self.accepted + other.accepted,
            self.skipped + other.skipped,
        )


Points = dict[Any, list[Point]]
"""Points at which premises hold, by the premises and what the goal mentions."""


@dataclass(frozen=True, slots=True)
class Bent:
    """A perturbed line: what was done, the expression before it, the line, what it rests on."""

    text: str
    before: Any
    line: Line
    ground: Context


def step_mutants(chain: Chain, statement: Any, claim: Any, most: int | None = None) -> StepMutants:
    """The perturbed lines of an accepted chain, inductions included; at most so many, spread evenly."""
    return judged(bent_lines(chain.start, chain.lines, context_of(statement, claim)), most)


def bent_lines(start: Any, lines: tuple, context: Context) -> list["Bent"]:
    """All perturbed versions of the lines, those of an induction's step in the context that it gives them."""
    found, before = [], start
    for place, line in enumerate(lines, 1):
        if isinstance(line.by, Induct) and line.by.step:
            found += _inner(line.by, before, line, context)
        for text, bent, ground in perturbed(line, context):
            found.append(Bent(f"line {place}, {text}", before, bent, ground))
        before = line.expr
    return found


def _inner(rule: Induct, before: Any, line: Line, context: Context) -> list["Bent"]:
    """The same for the lines of an induction's step."""
    found = []

    def look(start: Any, lines: tuple, inner: Context) -> tuple:
        found.extend(bent_lines(start, lines, inner))
        composed = "=="
        for line in lines:
            composed = compose(composed, line.relation) or "=="
        return True, "", composed, lines[-1].expr, ()

    check_induction(rule, before, line, context, look)
    return found


def judged(bent: list["Bent"], most: int | None = None) -> StepMutants:
    """What becomes of the perturbed lines; of more than `most` an even selection, the others are skipped."""
    chosen = bent
    if most is not None and len(bent) > most:
        chosen = [bent[k * len(bent) // most] for k in range(most)]
    refused = implied = 0
    accepted: list[str] = []
    seen: Points = {}
    for one in chosen:
        if not check_line(one.before, one.line, one.ground)[0]:
            refused += 1
        elif false_at := _false_at(one, seen):
            accepted.append(f"{one.text}: accepted, but false at {false_at}")
        else:
            implied += 1
    return StepMutants(refused, implied, tuple(accepted), len(bent) - len(chosen))


def perturbed(line: Line, context: Context) -> Iterator[tuple[str, Line, Context]]:
    """(what was done, perturbed line, context) for one line."""
    line = replace(line, by=_hurried(line.by))
    edits = mutate(line.expr)
    most = FEW if isinstance(line.by, Induct) and line.by.step else EACH
    if len(edits) > most:
        later, rest = edits[2:], most - 2  # the first two halve and double
        edits = edits[:2] + [later[round((k + 1) * (len(later) - 1) / (rest + 1))] for k in range(rest)]
    for text, expr in edits:
        yield text, replace(line, expr=expr), context
    for relation in OTHER[line.relation]:
        if relation not in IMPLIES[line.relation]:
            yield f"{line.relation} becomes {relation}", replace(line, relation=relation), context
    for k, fact in enumerate(context.facts):
        left = (*context.facts[:k], *context.facts[k + 1 :])
        yield f"without the given {fact}", line, replace(context, facts=left)
    facts = getattr(line.by, "facts", ())
    for k, lemma in enumerate(facts):
        by: Any = replace(line.by, facts=(*facts[:k], *facts[k + 1 :]))  # pyright: ignore[reportCallIssue]
        yield f"without the lemma {lemma.name}", replace(line, by=by), context


def _hurried(rule: Any) -> Any:
    return replace(rule, seconds=min(rule.seconds, PATIENCE)) if hasattr(rule, "seconds") else rule


def _false_at(bent: Bent, seen: Points) -> str:
    """A point at which the accepted line is false although everything that it may use holds, or ""."""
    line, context = bent.line, bent.ground
    try:
        premises = premises_of(line, context)
    except MISTAKES:
        return ""
    if premises is None or isinstance(line.by, Induct) and context.grants:
        return ""
    goal = relate(bent.before, line.relation, sp.sympify(line.expr))
    key = premises, shape((*map(sp.sympify, premises), goal))
    if key not in seen:
        rng = random.Random(9)
        seen[key] = list(satisfying(premises, (goal,), context.laws, rng, POINTS, SAFETY, TRIES))
    for point in seen[key]:
        try:
            if truth(goal, point) is False:
                return str(point)
        except UNCLEAR:
            continue
    return ""
