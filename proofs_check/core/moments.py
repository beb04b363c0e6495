"""Expectations: linearity, independence of different keys of `laws`, and the moments of each law.

A product is first split into factors that share no random name: their means multiply (independence; it is
used here and nowhere else).  Then one law after the other is integrated out: those of isotropic vectors

Law of u in R^K        <u, u>     E of a product of 2q inner products <u, a_i>, a_i independent of u
sphere (unit)          1          sum over pairings of prod <a_i, a_j>, divided by K (K+2) ... (K+2q-2)
gaussian (standard)    see below  the sum over pairings (Isserlis, Biometrika 12, 1918)
rademacher             K          <a, b> for q = 1; higher q is refused

here, those of declared groups in `groups`.  An odd number gives zero (all three laws are symmetric).  A
standard Gaussian is |u| times an independent uniform direction with E|u|^(2p) = K (K+2) ... (K+2p-2), which
covers the powers of <u, u>.  Avg(X, m) is the mean of m copies: a product of r of them is the mean over the
m^r choices of copies, sorted by which of them coincide.  Whatever is not of this form stays E(...), if a
given grants integrable(...), and is refused by name if none does.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import sympy as sp

from proofs_check.core.groups import (
    NoMoment,
    World,
    checked,
    integrate,
    over_sums,
    parameters,
    partitions,
    touched,
    with_copy,
)
from proofs_check.core.sense import bound_names, free_names
from theory.notation import ISOTROPIC, Avg, E, Law, Vec, dot

__all__ = ["NoMoment", "expected"]


def expected(expr: Any, laws: Mapping[Any, Law], exists: Callable[[tuple], bool] | None = None) -> Any:
    """The expression with every E(...) evaluated.  Raises NoMoment with the term that it cannot do.

    exists  whether a given grants ("moment", X, p) or ("integrable", product); none does by default
    """
    if named := [v for v in sp.sympify(expr).atoms(Vec) if "#" in v.name]:
        raise NoMoment(f"the vector {named[0]} is named like an independent copy")
    if problem := _captured(sp.sympify(expr), laws):
        raise NoMoment(problem)
    return _opened(sp.sympify(expr), checked(laws, exists or (lambda wanted: False)))


def _captured(expr: Any, laws: Mapping[Any, Law]) -> str:
    """What a law depends on must not be an index in the expression, nor its own indices stand there free."""
    for key, law in laws.items():
        own = {key.indices[0]} if isinstance(key, sp.Indexed) else set()
        values = parameters(law)
        common = bound_names(expr) & (free_names(*values) - own)
        if common := common | bound_names(*values) & free_names(expr):
            return f"the law of {key} names {min(common, key=str)}, an index"
    return ""


def _opened(expr: Any, world: World) -> Any:
    while nodes := expr.atoms(E):
        done = {}
        for node in sorted(nodes, key=lambda n: (len(n.atoms(E)), sp.default_sort_key(n))):
            if len(node.atoms(E)) == 1:
                done[node] = _mean(node.args[0], world)
        marks = {node: sp.Dummy(real=True) for node in done}
        back = {mark: done[node] for node, mark in marks.items()}
        if len(done) == len(nodes):
            return expr.xreplace(marks).xreplace(back)
        if any(value.atoms(E) for value in done.values()):
            raise NoMoment(f"an unknown mean inside another one in {expr}")
        expr = expr.xreplace(marks).xreplace(back)
    return expr


def _mean(integrand: Any, world: World) -> Any:
    return sp.Add(*[_mean_of_term(term, world) for term in sp.Add.make_args(sp.expand(integrand))])


def _mean_of_term(term: Any, world: World) -> Any:
    """One product: deterministic factors outside, then the independent parts, each on its own."""
    parts: list[tuple[set, list]] = []
    value: Any = sp.Integer(1)
    for factor in sp.Mul.make_args(term):
        names = touched(factor, world)
        if not names:
            value = value * factor
            continue
        shared = [part for part in parts if part[0] & names]
        parts = [part for part in parts if not part[0] & names]
        parts.append((names.union(*[n for n, _ in shared]), [factor, *[f for _, fs in shared for f in fs]]))
    for _, factors in parts:
        value = value * _dependent(factors, world)
    return value


def _dependent(factors: list, world: World) -> Any:
    """The mean of a product whose factors share random names."""
    if any(isinstance(f.as_base_exp()[0], sp.Sum) for f in factors):
        return over_sums(factors, world, _mean)
    if any(f.atoms(Avg) for f in factors):
        return _averages(_inner_products(factors), world)
    keys = sorted(set().union(*[touched(f, world) for f in factors]), key=sp.default_sort_key)
    refused = ""
    for key in keys:
        try:
            value, rest = (_isotropic if world.laws[key].kind in ISOTROPIC else integrate)(
                key, factors, world
            )
        except NoMoment as error:
            refused = refused or str(error)
            continue
        return _mean(sp.Mul(value, *rest), world)
    product = sp.Mul(*factors)
    plain = product.xreplace(dict(world.copies))
    alone = len(touched(plain, world)) == len(touched(product, world))  # no two copies of one vector
    if alone and world.exists(("integrable", plain)):
        return E(plain)
    raise NoMoment(f"{refused}; and no given grants integrable({plain})")


def _inner_products(factors: list) -> list:
    """The factors as a list of inner products, powers repeated."""
    dots = []
    for factor in factors:
        base, power = factor.as_base_exp()
        if not isinstance(base, dot) or not (power.is_Integer and power > 0):
            raise NoMoment(f"{factor} in {sp.Mul(*factors)} is no product of inner products")
        dots += [base] * int(power)
    return dots


def _averages(dots: list, world: World) -> Any:
    """Open every Avg(X, m) by which of its copies coincide, then take the mean of what is left."""
    nodes = {a for d in dots for a in d.atoms(Avg)}
    if not nodes:
        return _mean(sp.Mul(*dots), world)
    node = min(nodes, key=sp.default_sort_key)
    vector, count = node.args
    keys = touched(vector, world)
    if any(not isinstance(key, Vec) for key in keys):
        raise NoMoment(f"{node}: only vectors with a law of their own have independent copies")
    elsewhere = set().union(*[touched(a, world) for d in dots for a in d.args if a != node])
    if keys & elsewhere:
        shared = ", ".join(sorted(map(str, keys & elsewhere)))
        raise NoMoment(f"{shared} stands inside and outside {node}: which copies coincide is not declared")
    if not (count.is_integer and count.is_positive):
        raise NoMoment(f"number of copies {count} in {node}: expected a positive integer symbol")
    places = [(i, side) for i, d in enumerate(dots) for side in (0, 1) if d.args[side] == node]
    if any(d.args[s] != node and d.args[s].has(node) for d in dots for s in (0, 1)):
        raise NoMoment(f"{node} inside another average")
    total: Any = sp.Integer(0)
    for blocks in partitions(len(places)):
        copies = [{v: Vec(f"{v.name}#{len(world.copies) + b}") for v in keys} for b in range(max(blocks) + 1)]
        inner = reduce(with_copy, copies, world)
        ends = [list(d.args) for d in dots]
        for (i, side), block in zip(places, blocks, strict=True):
            ends[i][side] = vector.xreplace(copies[block])
        ways = sp.ff(count, max(blocks) + 1) / count ** len(places)
        total += ways * _mean(sp.Mul(*[_dot(a, b) for a, b in ends]), inner)
    return total


def _dot(a: Any, b: Any) -> Any:
    return dot(a, b)


def _isotropic(vector: Any, factors: list, world: World) -> tuple[Any, list]:
    """The mean over one isotropic vector of the factors in which it stands, and the other factors."""
    law, rest, square, partners = world.laws[vector], [], 0, []
    for factor in factors:
        if vector not in factor.free_symbols:
            rest.append(factor)
            continue
        (node,) = {*_inner_products([factor])}
        power = int(factor.as_base_exp()[1])
        a, b = node.args
        if a == b == vector:
            square += power
        elif vector in (a, b):
            partners += [b if a == vector else a] * power
        else:
            raise NoMoment(f"{vector} inside {factor}")
    return _moment(law, square, partners, sp.Mul(*factors)), rest


def _moment(law: Law, square: int, partners: list, term: Any) -> Any:
    """E of <u, u>**square times the inner products of u with the partners."""
    if len(partners) % 2:
        return sp.Integer(0)
    half: int = len(partners) // 2
    dim: Any = law.dim
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
