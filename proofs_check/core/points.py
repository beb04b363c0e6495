"""Random rational points: what the second opinion evaluates lines at (`premises` makes relations hold there).

Symbols, entries, vectors (of dimension 1 to 3) and values of unknown functions are drawn with the signs that
their assumptions ask for.  Evaluation is that of `evaluate` (exact
rationals and certified enclosures), which shares nothing with the normal form, the moment rules or z3.
"""

import random
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from proofs_check.core.evaluate import PRECISION, compiled
from proofs_check.core.groups import parameters
from proofs_check.core.law_draws import put_law
from theory.notation import Vec, members

LONGEST = 4
ENTRIES = 8
UNCLEAR = (TypeError, KeyError, IndexError, ValueError, ArithmeticError)
"""What an expression may raise that has no value at a point, or none that can be enumerated."""
SIGNS = {sp.Eq: (0,), sp.Ne: (1, -1), sp.Le: (0, -1), sp.Lt: (-1,), sp.Ge: (0, 1), sp.Gt: (1,)}
"""Relation -> the signs of left - right at which it holds."""
Coordinate = tuple[Any, ...]


@dataclass(slots=True)
class Point:
    """Values of everything that the expressions mention; `values` are the coordinates that may move."""

    env: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)  # coordinate -> fmpq
    nodes: dict = field(default_factory=dict)  # coordinate -> a node whose assumptions are its signs
    dim: int = 1  # of all vectors

    def put(self, coordinate: Coordinate, value: fmpq) -> None:
        """Set one coordinate, in the environment too."""
        self.values[coordinate] = value
        head, *places = coordinate
        if isinstance(head, sp.Symbol):
            self.env[head] = value
        elif isinstance(head, sp.IndexedBase):
            self.env[head] = _replaced(self.env[head], [p - 1 for p in places], value)

    def __str__(self) -> str:
        shown = {k: v for k, v in self.env.items() if not callable(v) or isinstance(v, fmpq)}
        told = {
            f"{h[0]}({', '.join(map(str, h[1:]))})": v
            for h, v in self.values.items()
            if isinstance(h[0], type)
        }
        return ", ".join(f"{k} = {v}" for k, v in {**shown, **told}.items())


def _replaced(values: tuple, places: list[int], new: Any) -> tuple:
    first, *rest = places
    inner = _replaced(values[first], rest, new) if rest else new
    return (*values[:first], inner, *values[first + 1 :])


def number(node: Any, rng: random.Random) -> fmpq:
    """A random rational with the sign and kind that the node's assumptions ask for; often below one."""
    if node.is_integer:
        low = 1 if node.is_positive else 0 if node.is_nonnegative else -2
        value = fmpq(rng.randint(low, LONGEST))
    elif rng.random() < 0.6:
        below = rng.choice((2, 3, 7, 12, 50))
        value = fmpq(rng.randint(1, below), below)
    else:
        value = fmpq(rng.randint(1, 40), rng.choice((1, 1, 2, 3, 9)))
    if not node.is_integer and not node.is_nonzero and rng.random() < 0.1:
        value = fmpq(0)
    if node.is_negative or node.is_nonpositive:
        return -abs(value)
    return value if node.is_nonnegative or node.is_integer or rng.random() < 0.6 else -value


@dataclass(frozen=True, slots=True)
class Shape:
    """What has to be drawn for some expressions."""

    symbols: tuple
    bases: tuple  # (base, number of indices, an entry)
    functions: tuple  # (head, an application)
    vectors: tuple


@cache
def shape(exprs: tuple) -> Shape:
    """The names in the expressions, without bound indices."""
    bound = {lim[0] for e in exprs for node in e.atoms(sp.Sum, sp.Product) for lim in node.limits}
    entries = {node.base: node for e in exprs for node in e.atoms(sp.Indexed)}
    heads = {node.func: node for e in exprs for node in e.atoms(AppliedUndef)}
    labels = {base.label for base in entries}
    symbols = {s for e in exprs for s in e.free_symbols if isinstance(s, sp.Symbol)} - bound - labels
    order = lambda found: tuple(sorted(found, key=str))
    return Shape(
        order(s for s in symbols if not isinstance(s, Vec)),
        tuple((b, len(entries[b].indices), entries[b]) for b in order(entries)),
        tuple((h, heads[h]) for h in order(heads)),
        order({v for e in exprs for v in e.atoms(Vec)}),
    )


def draw(exprs: tuple, laws: Any, rng: random.Random) -> Point:
    """A random point for the expressions; laws with finitely many points stand for what is random."""
    plain, point = shape(exprs), Point()
    used = {key: law for key, law in laws.items() if any(m in _heads(plain) for m in members(key))}
    form = shape((*exprs, *dict.fromkeys(value for law in used.values() for value in parameters(law))))
    random_names = {name for key in used for name in members(key)}
    point.dim = rng.randint(1, 3 if len(used) < 2 else 2)
    for s in [s for s in form.symbols if s not in random_names]:
        point.nodes[s,] = s
        point.put((s,), number(s, rng))
    for base, depth, node in form.bases:
        if base not in random_names:
            point.env[base] = _entries(point, base, (), depth, node, rng)
    for head, node in form.functions:
        point.env[head] = _function(point, head, node, rng)
    for v in [v for v in form.vectors if v not in random_names]:
        point.env[v] = tuple(fmpq(rng.randint(-6, 6), rng.choice((1, 2, 5))) for _ in range(point.dim))
    put_laws(point, used, rng)
    return point


def _heads(form: Shape) -> set:
    return {*form.symbols, *[base for base, *_ in form.bases], *form.vectors}


def put_laws(point: Point, laws: Any, rng: random.Random) -> None:
    """Give every law its points, and the symbols of its moments their values: these may not move."""
    held: set = set()
    for key, law in laws.items():
        if isinstance(law.dim, sp.Symbol):
            point.env[law.dim] = fmpq(point.dim)
            point.values.pop((law.dim,), None)
        put_law(key, law, point.env, point.dim, rng, held)
        held |= {s for value in parameters(law) for s in value.free_symbols}
    for coordinate in [c for c in point.values if c[0] in held or _entry_of(c) in held]:
        del point.values[coordinate]


def _entry_of(coordinate: Coordinate) -> Any:
    head, *places = coordinate
    return head[tuple(places)] if isinstance(head, sp.IndexedBase) else None


def _entries(point: Point, base: Any, at: tuple, depth: int, node: Any, rng: random.Random) -> Any:
    if not depth:
        point.nodes[base, *at] = node
        point.values[base, *at] = number(node, rng)
        return point.values[base, *at]
    return tuple(_entries(point, base, (*at, i), depth - 1, node, rng) for i in range(1, ENTRIES + 1))


def _function(point: Point, head: Any, node: Any, rng: random.Random) -> Any:
    def run(*args: Any) -> fmpq:
        key = (head, *args)
        if key not in point.values:
            point.nodes[key] = node
            point.values[key] = number(node, rng)
        return point.values[key]

    return run


def value(expr: Any, point: Point) -> Any:
    """The expression at the point: fmpq, or an arb ball that contains it."""
    ctx.prec = PRECISION
    return compiled(expr if isinstance(expr, sp.Basic) else sp.sympify(expr), True)(point.env)


def truth(relation: Any, point: Point) -> bool | None:
    """Whether the relation certainly holds (True) or certainly fails (False) at the point."""
    if isinstance(relation, BooleanAtom | bool):
        return bool(relation)
    if isinstance(relation, sp.Not):
        inner = truth(relation.args[0], point)
        return None if inner is None else not inner
    if isinstance(relation, sp.And | sp.Or):
        parts = [truth(a, point) for a in relation.args]
        decisive = isinstance(relation, sp.Or)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    gap = value(relation.args[0], point) - value(relation.args[1], point)
    if isinstance(gap, float):
        return None
    ball = arb(gap)
    exact = isinstance(gap, fmpq | int)
    if not ball.is_finite():
        return None
    sign = 1 if ball > 0 else -1 if ball < 0 else 0 if exact and gap == 0 else None
    if sign is None:  # a ball around zero: only <= 0 or >= 0 may still be certain
        return None
    return sign in SIGNS[type(relation)]


def agrees(relation: Any, point: Point, digits: int = 40) -> bool:
    """Whether the two sides of the relation, irrational at the point, are equal to so many digits."""
    if "=" not in getattr(relation, "rel_op", ""):
        return False
    left, right = (value(side, point) for side in relation.args)
    gap, size = arb(left - right), 1 + abs(arb(left))
    return bool(gap.contains(0) and gap.rad() < size.abs_upper() * arb(10) ** -digits)
