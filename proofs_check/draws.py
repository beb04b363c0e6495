"""Answers for draw programmes: random, recorded, edited, simplified.

A `Tape` answers the questions of a family's draw programme and remembers them.  The local search and the
shrinker edit the answers and play the tape again; a question that no longer fits is answered afresh.  So
every instance that any of them produces was drawn by the family and satisfies its domains.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from theory.family import INF, Family, Instance


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a draw programme (kind and bounds) and what was answered."""

    kind: str
    bounds: tuple
    value: Any


class Tape:
    """A `theory.family.Source` that replays `script` where it fits and draws from `rng` elsewhere."""

    def __init__(self, rng: np.random.Generator, script: tuple[Answer, ...] = ()) -> None:
        self.rng, self.script, self.answers = rng, script, []

    def _answer(self, kind: str, bounds: tuple) -> Any:
        place = len(self.answers)
        old = self.script[place] if place < len(self.script) else None
        keep = old is not None and old.kind == kind and fits(old.value, kind, bounds)
        value = old.value if keep and old is not None else fresh(self.rng, kind, bounds)
        self.answers.append(Answer(kind, bounds, value))
        return value

    def integer(self, lo: int, hi: int) -> int:
        if lo > hi:
            raise ValueError(f"integer in [{lo}, {hi}]: the domain is empty")
        return self._answer("integer", (lo, hi))

    def number(self, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction:
        if lo > hi or (lo == hi and (open_lo or open_hi)):
            raise ValueError(f"number from {lo} to {hi}: the domain is empty")
        return self._answer("number", (lo, hi, open_lo, open_hi))

    def choose(self, options: tuple) -> Any:
        return self._answer("choose", (options,))


def play(
    family: Family, rng: np.random.Generator, script: tuple[Answer, ...] = ()
) -> tuple[Instance, tuple[Answer, ...]]:
    """An instance of the family and the answers that made it."""
    tape = Tape(rng, script)
    return family.draw(tape), tuple(tape.answers)


def fits(value: Any, kind: str, bounds: tuple) -> bool:
    """Whether an answer is allowed by the bounds of a question."""
    if kind == "choose":
        return value in bounds[0]
    lo, hi = bounds[:2]
    if kind == "integer":
        return lo <= value <= hi
    return (value > lo if bounds[2] else value >= lo) and (value < hi if bounds[3] else value <= hi)


def fresh(rng: np.random.Generator, kind: str, bounds: tuple) -> Any:
    """A new answer: small exact values and the ends of the domain come often."""
    if kind == "choose":
        return bounds[0][rng.integers(len(bounds[0]))]
    if kind == "integer":
        lo, hi = bounds
        edge = rng.random()
        if edge < 0.35:
            return min(hi, lo + int(rng.integers(3)))
        return hi if edge < 0.45 else lo + _below(rng, hi - lo + 1)
    return _number(rng, *bounds)


def _below(rng: np.random.Generator, n: int) -> int:
    """A uniform integer in [0, n), n of any size."""
    return int(rng.integers(n)) if n < 2**62 else int.from_bytes(rng.bytes(n.bit_length() // 8 + 9)) % n


SPECIAL = tuple(Fraction(n) for n in (0, 1, -1, 2, -2, 3)) + (Fraction(1, 2), Fraction(-1, 2))


def _number(rng: np.random.Generator, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction:
    bounds = (lo, hi, open_lo, open_hi)
    for _ in range(8):
        value = _propose(rng, lo, hi)
        if fits(value, "number", bounds):
            return value
    if lo == -INF and hi == INF:
        return Fraction(1)
    if hi == INF:
        return Fraction(lo) + 1
    return Fraction(hi) - 1 if lo == -INF else (Fraction(lo) + Fraction(hi)) / 2


def _propose(rng: np.random.Generator, lo: Any, hi: Any) -> Fraction:
    """A special value, an end, a point near an end (down to 2^-20), a coarse or a fine grid point."""
    how = rng.random()
    power = Fraction(2) ** int(rng.integers(-10, 11))
    if how < 0.25:
        return SPECIAL[rng.integers(len(SPECIAL))]
    if lo == -INF and hi == INF:
        return int(rng.integers(-8, 9)) * power if how < 0.6 else Fraction(int(rng.integers(-8, 9)))
    if hi == INF:
        return Fraction(lo) + (power if how < 0.7 else int(rng.integers(0, 9)))
    if lo == -INF:
        return Fraction(hi) - (power if how < 0.7 else int(rng.integers(0, 9)))
    low, width = Fraction(lo), Fraction(hi) - Fraction(lo)
    if how < 0.4:
        return low if rng.random() < 0.5 else low + width
    if how < 0.5:
        near = width * Fraction(1, 2 ** int(rng.integers(1, 21)))
        return low + near if rng.random() < 0.5 else low + width - near
    parts = int(rng.choice((2, 3, 4, 8, 10)) if how < 0.8 else 1000)
    return low + width * Fraction(int(rng.integers(0, parts + 1)), parts)


def moved(rng: np.random.Generator, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The tape with one or two answers changed: nudged, doubled, halved, negated, sent to an end, redrawn."""
    script = list(answers)
    for _ in range(int(rng.integers(1, 3))):
        if not script:
            break
        place = int(rng.integers(len(script)))
        old = script[place]
        value = fresh(rng, old.kind, old.bounds)
        if old.kind == "integer" and rng.random() < 0.6:
            value = old.value + int(rng.choice((-1, 1)))
        if old.kind == "number":
            value = _nudged(rng, old, value)
        if fits(value, old.kind, old.bounds):
            script[place] = Answer(old.kind, old.bounds, value)
    return tuple(script)


def _nudged(rng: np.random.Generator, old: Answer, redrawn: Fraction) -> Fraction:
    """A number scaled, or moved by a share of its interval that may be tiny, or drawn anew."""
    how, (lo, hi) = rng.random(), old.bounds[:2]
    if how < 0.35:
        factor = (Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(9, 8), Fraction(7, 8))
        return old.value * factor[rng.integers(len(factor))]
    if how < 0.7:
        width = Fraction(hi) - Fraction(lo) if abs(lo) != INF and abs(hi) != INF else max(abs(old.value), 1)
        return old.value + width * Fraction(int(rng.choice((-1, 1))), 2 ** int(rng.integers(1, 17)))
    return redrawn


def weight(answers: tuple[Answer, ...]) -> tuple:
    """How complicated a tape is: number of answers, then digits."""
    total = 0
    for answer in answers:
        if answer.kind == "integer":
            total += 2 * abs(answer.value)
        elif answer.kind == "number":
            value = Fraction(answer.value)
            total += 3 * abs(value.numerator) + 4 * (value.denominator - 1) + (value < 0)
        else:
            total += answer.bounds[0].index(answer.value)
    return len(answers), total


def simpler(answer: Answer) -> list[Any]:
    """Simpler values for one answer, the simplest first."""
    value = answer.value
    if answer.kind == "choose":
        options = answer.bounds[0]
        return list(options[: options.index(value)])
    lo = answer.bounds[0]
    if answer.kind == "integer":
        options = [lo, lo + 1, lo + 2, 0, 1, 2, value // 2, (lo + value) // 2, value - 1]
    else:
        near = [
            Fraction(step(Fraction(value) * d), d) for d in (1, 2, 4, 10) for step in (math.floor, math.ceil)
        ]
        options = [*SPECIAL, *near, Fraction(value) / 2]
        options += [Fraction(end) for end in answer.bounds[:2] if abs(end) != INF]
    return [v for v in options if v != value and fits(v, answer.kind, answer.bounds)]
