"""Families as Hypothesis strategies, for property tests and for a search that Hypothesis steers.

    @given(strategy(CLAIM.family))
    def test_bound(instance): ...

Numbers without a bound lie within 2^20 of a finite end (or of 0).  Examples shrink to small exact values.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, target
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from proofs_check.draws import SPECIAL, Answer, fits
from theory.family import INF, Family, Instance

SETTINGS = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.target),
    verbosity=Verbosity.quiet,
    report_multiple_bugs=False,
    print_blob=False,
    suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType]
)
FAR = 2**200
"""Integers are drawn this far out: Hypothesis mixes in constants of whatever modules happen to be loaded,
and there are none out here, so that the same seed gives the same examples in every process."""
PARTS = (2, 3, 4, 10, 1000, 2**20)
"""Denominators of the grids on which numbers lie; 0 stands for the special values and the closed ends."""
REACH = 2**20
Found = tuple[float, Instance, tuple[Answer, ...]]


class Drawer:
    """A `theory.family.Source` that asks Hypothesis, and remembers what was answered."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw, self.answers = draw, []

    def _kept(self, kind: str, bounds: tuple, value: Any) -> Any:
        self.answers.append(Answer(kind, bounds, value))
        return value

    def _whole(self, lo: int, hi: int) -> int:
        return self.draw(st.integers(FAR, FAR + hi - lo)) - FAR + lo

    def integer(self, lo: int, hi: int) -> int:
        if lo > hi:
            raise ValueError(f"integer in [{lo}, {hi}]: the domain is empty")
        return self._kept("integer", (lo, hi), self._whole(lo, hi))

    def number(self, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction:
        if lo > hi or (lo == hi and (open_lo or open_hi)):
            raise ValueError(f"number from {lo} to {hi}: the domain is empty")
        bounds = (lo, hi, open_lo, open_hi)
        ends = tuple(Fraction(end) for end in (lo, hi) if abs(end) != INF)
        simple = tuple(v for v in (*SPECIAL, *ends) if fits(v, "number", bounds))
        options = (0, *PARTS) if simple else PARTS
        parts = options[self._whole(0, len(options) - 1)]
        value = self._on_grid(parts, *bounds) if parts else simple[self._whole(0, len(simple) - 1)]
        return self._kept("number", bounds, value)

    def _on_grid(self, parts: int, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction:
        if lo == -INF and hi == INF:
            return Fraction(self._whole(-REACH, REACH), parts)
        if hi == INF:
            return Fraction(lo) + Fraction(self._whole(int(open_lo), REACH), parts)
        if lo == -INF:
            return Fraction(hi) - Fraction(self._whole(int(open_hi), REACH), parts)
        width = Fraction(hi) - Fraction(lo)
        return Fraction(lo) + width * Fraction(self._whole(int(open_lo), parts - int(open_hi)), parts)

    def choose(self, options: tuple) -> Any:
        return self._kept("choose", (options,), options[self._whole(0, len(options) - 1)])


@st.composite
def _drawn(draw: DrawFn, family: Family) -> tuple[Instance, tuple[Answer, ...]]:
    source = Drawer(draw)
    instance = family.draw(source)
    return instance, tuple(source.answers)


def strategy(family: Family) -> SearchStrategy[Instance]:
    """Instances of the family: exact values, every one inside all domains."""
    return _drawn(family).map(lambda pair: pair[0])


def targeted(
    family: Family, score: Callable[[Instance], float], examples: int, seed_: int, keep: int = 6
) -> list[Found]:
    """The `keep` best of `examples` instances, the best first: Hypothesis raises the score.

    The same seed gives the same instances.  The score is not asked again after the first violation
    (score > 0); an error that it raises ends the search and is raised here.
    """
    found: dict[Instance, tuple[float, tuple[Answer, ...]]] = {}
    errors: list[Exception] = []

    @seed(seed_)
    @settings(SETTINGS, max_examples=max(1, examples))
    @given(_drawn(family))
    def trial(pair: tuple[Instance, tuple[Answer, ...]]) -> None:
        instance, answers = pair
        if errors or any(value > 0 for value, _ in found.values()):
            return
        if instance not in found:
            try:
                found[instance] = (score(instance), answers)
            except Exception as error:  # else Hypothesis takes it for a failing test and plays it again
                errors.append(error)
                return
        if math.isfinite(found[instance][0]):
            target(found[instance][0])

    trial()
    if errors:
        raise errors[0]
    best = sorted(found.items(), key=lambda item: -item[1][0])[:keep]
    return [(value, instance, answers) for instance, (value, answers) in best if value > -np.inf]
