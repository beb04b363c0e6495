"""Points at which given relations hold, found by moving coordinates.

A premise that fails is repaired where it is affine in one coordinate: the coordinate moves to the boundary,
or by a random amount beyond it.
"""

import random
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import sympy as sp
from flint import fmpq

from proofs_check.core.points import UNCLEAR, Coordinate, Point, draw, shape, truth, value
from proofs_check.core.relation import name_of

TRIES = 24
"""Random points that are tried for one line: a count, so that the same run gives the same report."""


def satisfying(
    premises: tuple,
    others: tuple,
    laws: Any,
    rng: random.Random,
    wanted: int,
    seconds: float,
    tries: int = TRIES,
) -> Iterator[Point]:
    """Up to `wanted` points at which every premise certainly holds, of at most `tries` that are drawn."""
    stop = time.monotonic() + seconds
    exprs = tuple(sp.sympify(e) for e in (*premises, *others))
    found = 0
    for _ in range(tries):
        if found == wanted or time.monotonic() > stop:
            return
        try:
            point = draw(exprs, laws, rng)
            if _repair(point, premises, rng):
                found += 1
                yield point
        except UNCLEAR:
            continue


def _repair(point: Point, premises: tuple, rng: random.Random) -> bool:
    """Move coordinates until every premise holds; False where that does not succeed."""
    waiting = dict.fromkeys(premises)  # those that are not known to hold at the point as it stands
    for _ in range(8):
        for premise in [p for p in waiting if truth(p, point) is True]:
            del waiting[premise]
        if not waiting:
            return True
        for premise in list(waiting):
            if truth(premise, point) is not True:
                for head in _move(point, premise, rng):
                    waiting.update(dict.fromkeys(p for p in premises if head in _heads_of(p)))
    return all(truth(p, point) is True for p in waiting)


@cache
def _heads_of(expr: Any) -> frozenset:
    """What a relation mentions that may move; its vectors do not."""
    form = shape(tuple(map(sp.sympify, expr.args)))
    return frozenset((*form.symbols, *[b for b, *_ in form.bases], *[h for h, _ in form.functions]))


def _move(point: Point, premise: Any, rng: random.Random) -> list:
    """Change one coordinate in which the premise is affine, so that it holds; the heads that have moved."""
    if isinstance(premise, sp.Or):
        premise = rng.choice(premise.args)
    if isinstance(premise, sp.And):
        return [h for part in premise.args if truth(part, point) is not True for h in _move(point, part, rng)]
    sign = name_of(premise) or ("!=" if isinstance(premise, sp.Ne) else "")
    if not sign:
        return []
    left, right = premise.args
    gap = lambda: value(left, point) - value(right, point)
    start = gap()  # also draws the function values that the premise asks for
    heads = _heads_of(premise)
    movable = [c for c in point.values if c[0] in heads and not point.nodes[c].is_integer]
    rng.shuffle(movable)
    for c in movable:
        old = point.values[c]
        slope = _slope(point, c, gap, start)
        point.put(c, old)
        if slope is None:
            continue
        beyond = fmpq(rng.randint(0 if "=" in sign else 1, 12), rng.choice((4, 12, 40)))
        target = {"==": fmpq(0), "!=": fmpq(1)}.get(sign, -beyond if sign[0] == "<" else beyond)
        new = old + (target - start) / slope
        if _allowed(point.nodes[c], new):
            point.put(c, new)
            return [c[0]]
    return []


def _slope(point: Point, c: Coordinate, gap: Callable[[], Any], start: Any) -> fmpq | None:
    """The slope in one coordinate of a gap that is affine there, exact and not zero; else None."""
    gaps, old = [start], point.values[c]
    for step in (1, 2):
        point.put(c, old + step)
        gaps.append(gap())
        if not isinstance(gaps[-1], fmpq) or gaps[-1] == gaps[-2]:
            return None
    slope = gaps[1] - gaps[0]
    return slope if gaps[2] - gaps[1] == slope else None


def _allowed(node: Any, new: fmpq) -> bool:
    return not (
        (node.is_positive and new <= 0)
        or (node.is_negative and new >= 0)
        or (node.is_nonnegative and new < 0)
        or (node.is_nonpositive and new > 0)
        or (node.is_nonzero and new == 0)
    )
