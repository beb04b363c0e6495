"""Wrong versions of a right side, generated from its expression tree.

Scale a constant, change an exponent, drop a term or a factor, flip a sign, swap two symbols.  Each mutant is
one edit away from the formula, so a judge that misses it would have missed the same slip in print.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import sympy as sp

MOST = 24
"""Mutants per formula; later edits of a long formula are thinned evenly, never by chance."""


def mutate(right: Any) -> list[tuple[str, Any]]:
    """(what was done, mutated right side), without duplicates and without the original."""
    parts = right if isinstance(right, tuple) else (right,)
    found: dict[Any, str] = {}
    for place, part in enumerate(parts):
        for text, expr in _edits(sp.sympify(part)):
            whole = (*parts[:place], expr, *parts[place + 1 :]) if isinstance(right, tuple) else expr
            if expr != part and not expr.has(sp.nan, sp.zoo, sp.oo):
                found.setdefault(whole, text)
    edits = [(text, expr) for expr, text in found.items()]
    if len(edits) <= MOST:
        return edits
    return [edits[round(k * (len(edits) - 1) / (MOST - 1))] for k in range(MOST)]


def _edits(expr: Any) -> Iterator[tuple[str, Any]]:
    """All single edits; symbols that count (lengths, indices) are not swapped."""
    yield "halved", expr / 2
    yield "doubled", expr * 2
    for path, node in _nodes(expr):
        for text, new in _local(node):
            yield text, _put(expr, path, new)
    counts = {s for node in expr.atoms(sp.Indexed) for i in node.indices for s in i.free_symbols}
    counts |= {s for node in expr.atoms(sp.Sum, sp.Product) for lim in node.limits for s in lim.free_symbols}
    counts |= {base.label for base in expr.atoms(sp.IndexedBase)}
    scalars = [s for s in expr.free_symbols - counts if type(s) is sp.Symbol]
    for a, b in combinations(sorted(scalars, key=str), 2):
        yield f"{a} and {b} swapped", expr.xreplace({a: b, b: a})


def _nodes(expr: sp.Basic, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], sp.Basic]]:
    """Every node that arithmetic may edit, with its path; indices and limits of sums are left alone."""
    yield path, expr
    inside = expr.args[:1] if isinstance(expr, sp.Sum) else expr.args
    if isinstance(expr, sp.Add | sp.Mul | sp.Pow | sp.Sum | sp.Max | sp.Min | sp.Abs):
        for place, arg in enumerate(inside):
            yield from _nodes(arg, (*path, place))


def _local(node: sp.Basic) -> Iterator[tuple[str, Any]]:
    if isinstance(node, sp.Rational) and node not in (0, 1, -1):
        yield f"{node} becomes {2 * node}", 2 * node
        yield f"{node} becomes {node + 1}", node + 1
    if isinstance(node, sp.Pow) and isinstance(node.exp, sp.Rational):
        base, power = node.base, node.exp
        yield f"({base})^{power} becomes ({base})^{power + 1}", base ** (power + 1)
        yield f"({base})^{power} becomes ({base})^{power / 2}", base ** (power / 2)
    if isinstance(node, sp.Add):
        for term in node.args:
            yield f"without the term {term}", node - term
            yield f"sign of the term {term} flipped", node - 2 * term
    if isinstance(node, sp.Mul):
        for factor in node.args:
            if factor not in (1, -1):
                yield f"without the factor {factor}", node / factor
    if isinstance(node, sp.Symbol) and type(node) is sp.Symbol:
        yield f"{node} becomes {node}^2", node**2
    if isinstance(node, sp.Max | sp.Min):
        other = sp.Min if isinstance(node, sp.Max) else sp.Max
        yield "max and min exchanged", other(*node.args, evaluate=False)


def _put(expr: sp.Basic, path: tuple[int, ...], new: Any) -> Any:
    if not path:
        return new
    args = list(expr.args)
    args[path[0]] = _put(args[path[0]], path[1:], new)
    if isinstance(expr, sp.Max | sp.Min):  # comparing all arguments again is slow, and needs nobody
        return expr.func(*args, evaluate=False)
    return expr.func(*args)
