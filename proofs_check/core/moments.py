"""Expectations of polynomials in inner products with random vectors of symbolic dimension.

Law of u in R^K        <u, u>     E of a product of 2q inner products <u, a_i>, a_i independent of u
sphere (unit)          1          sum over pairings of prod <a_i, a_j>, divided by K (K+2) ... (K+2q-2)
gaussian (standard)    see below  the sum over pairings (Isserlis, Biometrika 12, 1918)
rademacher             K          <a, b> for q = 1; higher q is refused

An odd number gives zero (all three laws are symmetric).  A standard Gaussian is |u| times an independent
uniform direction with E|u|^(2p) = K (K+2) ... (K+2p-2), which covers the powers of <u, u>.
Avg(X, m) is the mean of m copies: a product of r of them is the mean over the m^r choices of copies, sorted
by which of them coincide.  Different keys of `laws` are independent: that is what declaring them means.
Whatever is not of this form is refused by name.
"""

from collections.abc import Mapping
from typing import Any

import sympy as sp

from theory.notation import Avg, E, Law, Vec, dot

KINDS = ("sphere", "gaussian", "rademacher")


class NoMoment(ValueError):
    """An expectation that these rules do not cover; the message names the term."""


def expected(expr: Any, laws: Mapping[Any, Law]) -> Any:
    """The expression with every E(...) evaluated.  Raises NoMoment with the term that it cannot do."""
    for vector, law in laws.items():
        if law.kind not in KINDS:
            raise NoMoment(f"law of {vector}: {law.kind!r}, expected one of {', '.join(KINDS)}")
    expr = sp.sympify(expr)
    inner_first = sorted(expr.atoms(E), key=lambda node: len(node.atoms(E)))
    for node in inner_first:
        expr = expr.xreplace({node: _mean(node.args[0], laws)})
        if not expr.atoms(E):
            break
        if expr.atoms(E) - set(inner_first):  # an outer node changed with its inner one
            return expected(expr, laws)
    return expr


def _mean(integrand: Any, laws: Mapping[Any, Law]) -> Any:
    total = sp.Integer(0)
    for term in sp.Add.make_args(sp.expand(integrand)):
        total += _mean_of_term(term, laws)
    return total


def _random(expr: Any, laws: Mapping[Any, Law]) -> set:
    return {v for v in expr.atoms(Vec) if v in laws}


def _mean_of_term(term: Any, laws: Mapping[Any, Law]) -> Any:
    """One product: deterministic factors outside, sums outside, then the averages, then vector by vector."""
    outside, inside = [], []
    for factor in sp.Mul.make_args(term):
        (inside if factor.atoms(Avg) or _random(factor, laws) else outside).append(factor)
    scale = sp.Mul(*outside)
    if not inside:
        return scale
    if len(inside) == 1 and isinstance(inside[0], sp.Sum):
        node = inside[0]
        if any(_random(x, laws) for limit in node.limits for x in limit[1:]):
            raise NoMoment(f"random limits in {node}")
        return scale * sp.Sum(_mean(node.function, laws), *node.limits)
    dots = _inner_products(inside, term)
    return scale * _averages(dots, laws)


def _inner_products(factors: list, term: Any) -> list:
    """The factors as a list of inner products, powers repeated."""
    dots = []
    for factor in factors:
        base, power = factor.as_base_exp()
        if not isinstance(base, dot) or not (power.is_Integer and power > 0):
            raise NoMoment(f"{factor} in {term} is no product of inner products")
        dots += [base] * int(power)
    return dots


def _partitions(n: int) -> list[list[int]]:
    """Set partitions of n places, as block numbers in order of first appearance."""
    found: list[list[int]] = [[]]
    for _ in range(n):
        found = [[*p, b] for p in found for b in range(max(p, default=-1) + 2)]
    return found


def _averages(dots: list, laws: Mapping[Any, Law]) -> Any:
    """Open every Avg(X, m) by which of its copies coincide, then take the mean of what is left."""
    nodes = {a for d in dots for a in d.atoms(Avg)}
    if not nodes:
        return _vectors(sp.Mul(*dots), laws)
    node = min(nodes, key=sp.default_sort_key)
    vector, count = node.args
    names = _random(vector, laws)
    elsewhere = set().union(*[_random(a, laws) for d in dots for a in d.args if a != node])
    if names & elsewhere:
        shared = ", ".join(sorted(map(str, names & elsewhere)))
        raise NoMoment(f"{shared} stands inside and outside {node}: which copies coincide is not declared")
    if not (count.is_integer and count.is_positive):
        raise NoMoment(f"number of copies {count} in {node}: expected a positive integer symbol")
    places = [(i, side) for i, d in enumerate(dots) for side in (0, 1) if d.args[side] == node]
    if any(d.args[s] != node and d.args[s].has(node) for d in dots for s in (0, 1)):
        raise NoMoment(f"{node} inside another average")
    total: Any = sp.Integer(0)
    for blocks in _partitions(len(places)):
        copies, copy_laws = [], dict(laws)
        for _ in range(max(blocks) + 1):
            fresh = {v: _copy(v, len(copy_laws)) for v in names}
            copy_laws.update({fresh[v]: laws[v] for v in names})
            copies.append(vector.xreplace(fresh))
        ends = [list(d.args) for d in dots]
        for (i, side), block in zip(places, blocks, strict=True):
            ends[i][side] = copies[block]
        ways = sp.ff(count, max(blocks) + 1) / count ** len(places)
        total += ways * _mean(sp.Mul(*[_dot(a, b) for a, b in ends]), copy_laws)
    return total


def _dot(a: Any, b: Any) -> Any:
    return dot(a, b)


def _copy(vector: Vec, number: int) -> Vec:
    """An independent copy, with a name that nobody else writes."""
    return Vec(f"{vector.name}#{number}")


def _vectors(term: Any, laws: Mapping[Any, Law]) -> Any:
    """The mean of a product of inner products, integrating one random vector after the other."""
    names = _random(term, laws)
    if not names:
        return term
    vector = min(names, key=sp.default_sort_key)
    law, scale, square, partners = laws[vector], [], 0, []
    for factor in sp.Mul.make_args(term):
        base, power = factor.as_base_exp()
        if not _random(factor, laws) or vector not in base.atoms(Vec):
            scale.append(factor)
            continue
        if not isinstance(base, dot) or not (power.is_Integer and power > 0):
            raise NoMoment(f"{factor} in {term} is no power of an inner product")
        a, b = base.args
        if a == b == vector:
            square += int(power)
        elif vector in (a, b):
            partners += [b if a == vector else a] * int(power)
        else:
            raise NoMoment(f"{vector} inside {factor}")
    value = _moment(law, square, partners, term)
    return _mean(sp.expand(sp.Mul(*scale) * value), laws)


def _moment(law: Law, square: int, partners: list, term: Any) -> Any:
    """E of <u, u>**square times the inner products of u with the partners."""
    if len(partners) % 2:
        return sp.Integer(0)
    half, dim = len(partners) // 2, law.dim
    if law.kind == "rademacher":
        if half > 1:
            raise NoMoment(f"degree {2 * half} of a Rademacher vector in {term}")
        return dim**square * (_dot(*partners) if partners else 1)
    if law.kind == "sphere":
        return _pairings(partners) / sp.Mul(*[dim + 2 * i for i in range(half)])
    return _pairings(partners) * sp.Mul(*[dim + 2 * i for i in range(half, half + square)])


def _pairings(vectors: list) -> Any:
    """The sum over all ways to pair the vectors of the product of the inner products of the pairs."""
    if not vectors:
        return sp.Integer(1)
    first, *rest = vectors
    return sp.Add(*[_dot(first, v) * _pairings(rest[:i] + rest[i + 1 :]) for i, v in enumerate(rest)])
