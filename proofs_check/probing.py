"""Boundary and limit probing: the tapes of good instances with answers sent to where assumptions end.

Each integer and each number goes to its closed ends, close to its open ends, and towards 0 and infinity;
pairs of integers go to opposite ends; a field that stands alone in an assumed inequality goes to equality,
and any number goes, by bisection, to the last value that the givens allow.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import arb
from sympy.core.relational import Relational

from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import approx, has_float, plain
from proofs_check.draws import Answer, fits, play
from proofs_check.sides import values
from theory.claim import Claim, Statement
from theory.family import INF, Family, Instance

NEAR = (2, 4, 8, 12, 16, 20)
"""Numbers are sent 2^-k of the width (or of 1) beside an end."""
FAR = (-20, -10, -5, 5, 10)
"""Towards 0 and infinity: 2^k from the finite end, or in size."""
LIMIT = Fraction(2) ** 40
"""Numbers of one tape go so far out, and 1/LIMIT beside an end; only exact sides are believed there."""
EDGES, HALVINGS = 6, 30
"""Numbers of one tape that are sent to the edge of the givens, by so many bisections."""
ENDS = 3
"""Integers are sent to within this of their ends."""
PLACES = 40
"""Answers of one tape that are probed; of longer tapes the first."""
Level = tuple[Fraction, Fraction]
"""The present value of a symbol, and the value at which one of its givens holds with equality."""


def probed(
    family: Family,
    rng: np.random.Generator,
    tapes: Iterable[tuple[Answer, ...]],
    most: int,
    levels: Iterable[tuple[Level, ...]] = (),
) -> Iterator[tuple[Instance, tuple[Answer, ...]]]:
    """At most `most` different instances: equalities, then the rest in random order."""
    tapes, levels = list(tapes), list(levels)
    scripts: list[tuple[Answer, ...]] = []
    for answers, known in itertools.zip_longest(tapes, levels, fillvalue=()):
        scripts += edits(answers, known)
    first: list[tuple[Answer, ...]] = []
    for answers, known in zip(tapes, levels, strict=False):
        first += at_equality(answers, known)
    order = [*first, *(scripts[place] for place in rng.permutation(len(scripts)))]
    seen: set[Instance] = set()
    for script in order if most > 0 else ():
        instance, trial = play(family, rng, script)
        if instance in seen:
            continue
        seen.add(instance)
        yield instance, trial
        if len(seen) >= most:
            return


def edits(answers: tuple[Answer, ...], levels: tuple[Level, ...] = ()) -> list[tuple[Answer, ...]]:
    """The tape with one answer at an extreme of its domain, or with two integers at opposite ends."""
    found = at_equality(answers, levels)
    for place, old in enumerate(answers[:PLACES]):
        for value in dict.fromkeys(extremes(old)):
            if value != old.value and fits(value, old.kind, old.bounds):
                found.append(_edited(answers, {place: value}))
    whole = [k for k, a in enumerate(answers[:PLACES]) if a.kind == "integer" and a.bounds[0] < a.bounds[1]]
    for low, high in itertools.permutations(whole[:6], 2):
        found.append(_edited(answers, {low: answers[low].bounds[0], high: answers[high].bounds[1]}))
    return found


def at_equality(answers: tuple[Answer, ...], levels: tuple[Level, ...]) -> list[tuple[Answer, ...]]:
    """The tape with one answer at a value at which a given holds with equality."""
    found = []
    for place, old in enumerate(answers[:PLACES]):
        for level in [level for now, level in levels if old.kind != "choose" and old.value == now]:
            value = level if old.kind == "number" else int(level) if level.denominator == 1 else None
            if value is not None and value != old.value and fits(value, old.kind, old.bounds):
                found.append(_edited(answers, {place: value}))
    return found


def limits(
    family: Family, rng: np.random.Generator, answers: tuple[Answer, ...]
) -> Iterator[tuple[Instance, tuple[Answer, ...]]]:
    """The instance with one number far out, or next to an end of its domain or to zero."""
    for place, old in enumerate(answers[:PLACES]):
        if old.kind == "number":
            ends = [Fraction(end) for end in old.bounds[:2] if abs(end) != INF]
            beside = [end + sign / LIMIT for end in ends or [Fraction(0)] for sign in (1, -1)]
            for value in (LIMIT, -LIMIT, *beside):
                if fits(value, old.kind, old.bounds):
                    yield play(family, rng, _edited(answers, {place: value}))


def edges(
    family: Family, rng: np.random.Generator, answers: tuple[Answer, ...], allowed: Callable[[Instance], bool]
) -> Iterator[tuple[Instance, tuple[Answer, ...]]]:
    """The instance with one number at the last value, on the way to an extreme one, that is still allowed."""
    numbers = [k for k, a in enumerate(answers[:PLACES]) if a.kind == "number"][:EDGES]
    made = lambda place, value: play(family, rng, _edited(answers, {place: value}))
    if not numbers or not allowed(play(family, rng, answers)[0]):
        return
    for place in numbers:
        old = answers[place]
        far = [v for v in extremes(old) if fits(v, old.kind, old.bounds)]
        for way in dict.fromkeys((min(far, default=old.value), max(far, default=old.value))):
            good, bad = old.value, way
            if bad == good or allowed(made(place, bad)[0]):
                continue
            for _ in range(HALVINGS):
                middle = (good + bad) / 2
                good, bad = (middle, bad) if allowed(made(place, middle)[0]) else (good, middle)
            yield made(place, good)


def _edited(answers: tuple[Answer, ...], changes: dict[int, Any]) -> tuple[Answer, ...]:
    return tuple(Answer(a.kind, a.bounds, changes[k]) if k in changes else a for k, a in enumerate(answers))


def extremes(answer: Answer) -> list:
    """Values of one answer at and near the ends of its domain; those that do not fit are for the caller."""
    if answer.kind == "choose":
        return []
    lo, hi = answer.bounds[:2]
    if answer.kind == "integer":
        return [*range(lo, min(lo + ENDS, hi + 1)), *range(max(hi - ENDS + 1, lo), hi + 1)]
    sizes = [Fraction(2) ** k for k in FAR]
    ends = [Fraction(end) for end in (lo, hi) if abs(end) != INF]
    width = ends[1] - ends[0] if len(ends) == 2 else Fraction(1)
    near = [end + sign * width / 2**k for end in ends for k in NEAR for sign in (1, -1)]
    if len(ends) < 2:
        near += [origin + sign * size for origin in ends or [0] for size in sizes for sign in (1, -1)]
    return [*ends, Fraction(0), *near, *(sign * size for size in sizes for sign in (1, -1))]


def equalities(claim: Claim, statement: Statement, instance: Instance) -> tuple[Level, ...]:
    """Where a symbol stands alone on a side of an inequality of the givens: its value now and at equality."""
    found = []
    for fact in (f for given in statement.givens if given.fact is not None for f in _parts(given.fact)):
        for alone, other in ((fact.lhs, fact.rhs), (fact.rhs, fact.lhs)):
            if isinstance(alone, sp.Symbol) and alone in claim.symbols:
                try:
                    env = values(claim, instance, True, alone, other)
                    pair = (_rational(env[alone]), _rational(evaluate(other, env, True)))
                except (ArithmeticError, ValueError, TypeError, KeyError):
                    continue
                found.append(pair)
    return tuple(found)


def _parts(fact: Any) -> Iterator[Relational]:
    """The inequalities of a fact."""
    for part in fact.args if isinstance(fact, sp.And | sp.Or) else (fact,):
        if isinstance(part, Relational) and not isinstance(part, sp.Eq | sp.Ne):
            yield part


def _rational(value: Any) -> Fraction:
    """An exact value as it is; an enclosure or a float by a nearby fraction."""
    if isinstance(value, arb) or has_float(value):
        return Fraction(approx(value)).limit_denominator(1000)
    return Fraction(plain(value))
