"""A global and a local optimiser over the numbers of a tape; lengths, integers and choices stay as they are.

Every number is a point u of the unit interval, mapped monotonically onto its own bounds, and u is rounded to
a rational of small denominator: what is proposed is exact and drawn by the family.
"""

import math
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from proofs_check.draws import Answer, Tape
from theory.family import INF, Family, Instance

GRID, FINE = 10_000, 2**30
"""Largest denominators of u, global and local; half a step replaces the excluded end of an interval."""
STEP = 0.02
"""First steps of the local optimiser, in u."""
WORST = 1e6
"""What a score of minus infinity counts: finite, so that the optimiser can go on from there."""
MOST = 24
"""Numbers that are moved together; the later ones of a longer tape stay."""


class Coordinates:
    """A `theory.family.Source` that takes its numbers from a point of [0, 1]^k, the rest from a tape."""

    def __init__(
        self, rng: np.random.Generator, script: tuple[Answer, ...], point: Any, grid: int = GRID
    ) -> None:
        self.tape, self.point, self.grid, self.used = Tape(rng, script), point, grid, 0

    def integer(self, lo: int, hi: int) -> int:
        return self.tape.integer(lo, hi)

    def choose(self, options: tuple) -> Any:
        return self.tape.choose(options)

    def number(self, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction:
        bounds, place = (lo, hi, open_lo, open_hi), len(self.tape.answers)
        if self.used < len(self.point) and lo < hi:
            put = Answer("number", bounds, from_unit(self.point[self.used], *bounds, grid=self.grid))
            script = self.tape.script
            self.tape.script = (*script[:place], put, *script[place + 1 :])
        self.used += 1
        return self.tape.number(*bounds)


def from_unit(
    u: float, lo: Any, hi: Any, open_lo: bool = False, open_hi: bool = False, grid: int = GRID
) -> Fraction:
    """The number of the interval at u in [0, 1], u rounded; infinite ends are reached at infinity."""
    at = Fraction(min(max(float(u), 0.0), 1.0)).limit_denominator(grid)
    if at == 0 and (open_lo or lo == -INF):
        at = Fraction(1, 2 * grid)
    if at == 1 and (open_hi or hi == INF):
        at = 1 - Fraction(1, 2 * grid)
    if lo == -INF and hi == INF:
        return (2 * at - 1) / (at * (1 - at))
    if hi == INF:
        return Fraction(lo) + at / (1 - at)
    if lo == -INF:
        return Fraction(hi) - (1 - at) / at
    return Fraction(lo) + at * (Fraction(hi) - Fraction(lo))


def to_unit(value: Any, lo: Any, hi: Any) -> float:
    """The u of a number: the inverse of `from_unit` up to its rounding."""
    v = float(value)
    if lo == -INF and hi == INF:
        return 0.5 if v == 0 else (v - 2 + math.sqrt(v * v + 4)) / (2 * v)
    if hi == INF:
        return (v - float(lo)) / (1 + v - float(lo))
    if lo == -INF:
        return 1 / (1 + float(hi) - v)
    return (v - float(lo)) / (float(hi) - float(lo)) if lo < hi else 0.0


Score = Callable[[Instance], float]
Best = tuple[float, Instance | None, tuple[Answer, ...]]


def optimise(
    family: Family, rng: np.random.Generator, answers: tuple[Answer, ...], score: Score, evaluations: int
) -> Best:
    """The best instance that differential evolution reaches from one tape; ends at the first violation.

    At most about `evaluations` scores are asked for (a first population of five or more is always scored).
    """
    from scipy.optimize import differential_evolution  # slow to load, and seldom wanted

    start = _start(answers)
    loss, best = _loss(family, rng, answers, score, GRID)
    if not len(start):
        return best()
    size = max(5, min(15 * len(start), evaluations // 6))
    first = rng.random((size, len(start)))
    first[0] = start
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # flat populations are common here
        differential_evolution(
            loss,
            [(0.0, 1.0)] * len(start),
            init=first,
            maxiter=max(1, evaluations // size - 1),
            seed=int(rng.integers(2**31)),  # pyright: ignore[reportCallIssue]
            polish=False,
            tol=0.0,
            callback=lambda *_, **__: best()[0] > 0,
        )
    return best()


def polish(
    family: Family, rng: np.random.Generator, answers: tuple[Answer, ...], score: Score, evaluations: int
) -> Best:
    """The best instance that the simplex method (Nelder and Mead) reaches from one tape, in fine steps."""
    from scipy.optimize import minimize

    start = _start(answers)
    loss, best = _loss(family, rng, answers, score, FINE)
    if not len(start) or evaluations < len(start) + 2:
        return best()
    steps = np.where(start > 0.5, -STEP, STEP)
    simplex = np.vstack([start, start + np.diag(steps)])
    options = {"maxfev": evaluations, "initial_simplex": simplex, "xatol": 0.0, "fatol": 0.0}
    minimize(loss, start, method="Nelder-Mead", bounds=[(0.0, 1.0)] * len(start), options=options)
    return best()


def _start(answers: tuple[Answer, ...]) -> np.ndarray:
    """The numbers of the tape as points of the unit interval."""
    numbers = [a for a in answers if a.kind == "number"][:MOST]
    return np.array([min(max(to_unit(a.value, *a.bounds[:2]), 0.0), 1.0) for a in numbers])


def _loss(
    family: Family, rng: np.random.Generator, answers: tuple[Answer, ...], score: Score, grid: int
) -> tuple[Callable[[np.ndarray], float], Callable[[], Best]]:
    """(minus the score at a point, the best so far); nothing is scored after the first violation."""
    best: list = [-np.inf, None, ()]

    def loss(point: np.ndarray) -> float:
        if best[0] > 0:
            return -best[0]
        source = Coordinates(rng, answers, point, grid)
        instance = family.draw(source)
        value = score(instance)
        if value > best[0]:
            best[:] = value, instance, tuple(source.tape.answers)
        return -value if math.isfinite(value) else math.copysign(WORST, -value)

    return loss, lambda: (best[0], best[1], best[2])
