"""Expectations over declared groups: scalars and vectors with known moments, coins, indices, random subsets.

moments     a product of the group's symbols has the mean that the law declares, if the given grants
            "moment(X, p)" say that E|X|^p is finite, p at least the degree of the product (Young's inequality
            then bounds the product); a vector whose partner is outside the group needs its mean vector
bernoulli   E f(X) = p f(1) + (1 - p) f(0)
uniform     E f(i) = 1/n sum of f(k) over k = 1..n; distinct: the same over tuples of different indices
subset      E of a product over r different members is b (b-1) ... (b-r+1) / (n (n-1) ... (n-r+1))
families    entries at different indices are independent.  Which indices are different must be known: numbers,
            and the indices of sums once these are cut into the ways in which their indices coincide

A product of sums over 1..n is the sum over the set partitions of its indices; within one part all indices are
equal, and those of different parts are different.  A sum over different indices is turned into full sums by
the Moebius function of the partitions, mu = prod (-1)^(s-1) (s-1)! over parts of size s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import factorial
from typing import Any

import sympy as sp

from theory.notation import DECLARED, ISOTROPIC, Law, Vec, dot, members

SUMS = 4  # most sums in one product
Mean = Callable[[Any, "World"], Any]


class NoMoment(ValueError):
    """An expectation that these rules do not cover; the message names the term."""


@dataclass(frozen=True, slots=True)
class World:
    """What an expectation is taken over.

    exists  whether a given grants a property
    spots   indices that are known to differ from one another -> (1, n), where they range
    copies  independent copies of a vector -> the vector
    """

    laws: Mapping[Any, Law]
    exists: Callable[[tuple], bool]
    spots: Mapping[Any, tuple] = field(default_factory=dict)
    copies: Mapping[Any, Any] = field(default_factory=dict)


def with_copy(world: World, fresh: Mapping[Any, Any]) -> World:
    """The world with one more copy of some vectors: vector -> its new name."""
    laws = dict(world.laws)
    for old, new in fresh.items():
        law = world.laws[old]
        laws[new] = replace(law, moments={sp.sympify(m).xreplace(fresh): v for m, v in law.moments.items()})
    back = {new: world.copies.get(old, old) for old, new in fresh.items()}
    return replace(world, laws=laws, copies={**world.copies, **back})


def checked(laws: Mapping[Any, Law], exists: Callable[[tuple], bool]) -> World:
    """The world of some laws; refused where a name has two of them, or one depends on something random."""
    world = World(laws=laws, exists=exists)
    names = [name for key in laws for name in members(key)]
    if twice := {str(n) for n in names if names.count(n) > 1}:
        raise NoMoment(f"{', '.join(sorted(twice))} has two laws")
    for key, law in laws.items():
        if law.kind not in (*ISOTROPIC, *DECLARED):
            raise NoMoment(
                f"law of {key}: {law.kind!r}, expected one of {', '.join((*ISOTROPIC, *DECLARED))}"
            )
        if law.kind in ("bernoulli", "subset") and key.is_nonzero:
            raise NoMoment(f"{key} may be 0, but is declared otherwise")
        if any(touched(value, world) for value in parameters(law)):
            raise NoMoment(f"law of {key}: its parameters are random")
    return world


def parameters(law: Law) -> list:
    """The expressions that a law depends on."""
    found = [law.dim, law.p, law.size, law.take, *law.moments.values()]
    return [sp.sympify(value) for value in found if value is not None]


def held_still(moved: Any, laws: Mapping[Any, Law], *exprs: Any) -> str:
    """Why a rule that moves a variable must not touch the expressions: a law in them depends on it, or ""."""
    world = World(laws=laws, exists=lambda wanted: False)
    for key in set().union(*[touched(sp.sympify(e), world) for e in exprs]):
        if any(moved in value.free_symbols for value in parameters(laws[key])):
            return f"{key} is random, and its law depends on {moved}: evaluate the expectation first"
    return ""


def touched(expr: Any, world: World) -> set:
    """The keys of which something random stands in the expression."""
    names = expr.free_symbols | expr.atoms(sp.IndexedBase)
    return {key for key in world.laws if any(name in names for name in members(key))}


def integrate(key: Any, factors: list, world: World) -> tuple[Any, list]:
    """The mean over one key (of a family: over one entry) of the factors in which it stands; the others."""
    law = world.laws[key]
    mine = [f for f in factors if key in touched(f, world)]
    rest = [f for f in factors if key not in touched(f, world)]
    match law.kind:
        case "uniform":
            return _over_indices((key,), sp.Mul(*mine), law.size, world), rest
        case "distinct":
            return _over_indices(key, sp.Mul(*mine), law.size, world), rest
        case "subset":
            return _of_subset(key, mine, law, world), rest
    if isinstance(key, sp.Indexed):
        return _of_entry(key, mine, law, world, rest)
    if law.kind == "bernoulli":
        return _of_coin(key, sp.Mul(*mine), law.p), rest
    return _declared(key, mine, law.moments, world), rest


def _of_coin(node: Any, product: Any, p: Any) -> Any:
    ends = [product.xreplace({node: sp.Integer(value)}) for value in (1, 0)]
    if any(end.has(sp.zoo, sp.nan, sp.oo, -sp.oo) for end in ends):
        raise NoMoment(f"{product} has no value at an end of {node}")
    return p * ends[0] + (1 - p) * ends[1]


def _entries(base: Any, factors: list, world: World) -> list:
    """The different entries of a family in the factors; refused where two of them may be one."""
    nodes = {node for f in factors for node in f.atoms(sp.Indexed) if node.base == base}
    if any(s.has(base) for f in factors for s in f.atoms(sp.Sum, sp.Product)):
        raise NoMoment(f"a sum of {base} inside {sp.Mul(*factors)}")
    if not nodes:
        raise NoMoment(f"{base} without an index in {sp.Mul(*factors)}")
    for a, b in combinations(sorted(nodes, key=sp.default_sort_key), 2):
        (i,), (j,) = a.indices, b.indices
        gap = sp.expand(i - j)
        apart = (i in world.spots and j in world.spots) or (gap.is_Integer and gap != 0)
        if not apart:
            raise NoMoment(f"{a} and {b} in {sp.Mul(*factors)}: whether they are one is not known")
    return sorted(nodes, key=sp.default_sort_key)


def _of_entry(key: Any, mine: list, law: Law, world: World, rest: list) -> tuple[Any, list]:
    """One entry of a family; the factors with its other entries stay."""
    node = _entries(key.base, mine, world)[0]
    own = [f for f in mine if f.has(node)]
    others = [f for f in mine if not f.has(node)]
    if any(x.base == key.base and x != node for f in own for x in f.atoms(sp.Indexed)):
        raise NoMoment(f"two entries of {key.base} in one factor of {sp.Mul(*own)}")
    at = {key.indices[0]: node.indices[0]}
    if law.kind == "bernoulli":
        return _of_coin(node, sp.Mul(*own), sp.sympify(law.p).subs(at)), rest + others
    moments = {sp.sympify(m).subs(at): sp.sympify(v).subs(at) for m, v in law.moments.items()}
    return _declared(node, own, moments, world), rest + others


def _of_subset(key: Any, mine: list, law: Law, world: World) -> Any:
    nodes = _entries(key.base, mine, world)
    for node in nodes:
        if world.spots.get(node.indices[0]) != (1, sp.expand(law.size)):
            raise NoMoment(f"{node}: the index of a subset must run through 1..{law.size}")
    for f in mine:
        base, power = f.as_base_exp()
        if base not in nodes or not (power.is_Integer and power > 0):
            raise NoMoment(f"{f} is no power of a member of {key.base}")
    return _falling(law.take, len(nodes)) / _falling(law.size, len(nodes))


def _falling(x: Any, r: int) -> Any:
    return sp.Mul(*[x - i for i in range(r)])


def _declared(key: Any, mine: list, moments: Mapping[Any, Any], world: World) -> Any:
    """The declared mean of a product of the group's symbols; one vector may have its partner outside."""
    group = key if isinstance(key, tuple) else (key,)
    known = {sp.sympify(m): sp.sympify(value) for m, value in moments.items()}
    product, open_, partner = sp.Integer(1), None, None
    degree: dict[Any, int] = dict.fromkeys(group, 0)
    for f in mine:
        base, power = f.as_base_exp()
        if not (power.is_Integer and power > 0) or not (base in group or isinstance(base, dot)):
            raise NoMoment(f"{f} is no power of a symbol or an inner product of {key}")
        for name in base.args if isinstance(base, dot) else (base,):
            if name in group:
                degree[name] += int(power)
            elif not isinstance(name, Vec):
                raise NoMoment(f"{key} inside {f}")
        inside = [a for a in base.args if a in group] if isinstance(base, dot) else [base]
        if isinstance(base, dot) and len(inside) == 1:
            if open_ is not None or power != 1:
                raise NoMoment(f"{sp.Mul(*mine)}: two partners outside {key}, no moment of that is declared")
            open_, partner = inside[0], next(a for a in base.args if a not in group)
        else:
            product = product * f
    wanted = product if open_ is None else product * open_
    if wanted not in known:
        raise NoMoment(f"the law of {key} declares no moment {wanted} (in {sp.Mul(*mine)})")
    total = sum(degree.values())
    for name, power in degree.items():
        if power and not _finite(world.copies.get(name, name), total, world):
            raise NoMoment(f"no given grants moment({name}, {total}), that E|{name}|^{total} is finite")
    value: Any = known[wanted]
    return value if open_ is None else dot(value, partner)


def _finite(name: Any, degree: int, world: World) -> bool:
    """E|X|^degree is finite if a given says so of an order at least as high (of a family: of X[j])."""
    named = name.base if isinstance(name, sp.Indexed) else name
    return any(world.exists(("moment", named, sp.Integer(p))) for p in range(degree, 9))


def partitions(n: int) -> list[list[int]]:
    """Set partitions of n places, as block numbers in order of first appearance."""
    found: list[list[int]] = [[]]
    for _ in range(n):
        found = [[*p, b] for p in found for b in range(max(p, default=-1) + 2)]
    return found


def _fresh(name: str, taken: Any) -> sp.Symbol:
    """An index with a name that does not stand in `taken` (names)."""
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return sp.Symbol(f"{name}_{number}", integer=True, positive=True)


def _names(*exprs: Any) -> set:
    return {s.name for e in exprs for s in sp.sympify(e).atoms(sp.Symbol)}


def distinct_sum(value: Any, indices: tuple, size: Any) -> Any:
    """The sum of `value` over all tuples of different indices from 1..size, written in full sums."""
    total: Any = sp.Integer(0)
    for blocks in partitions(len(indices)):
        sizes = [blocks.count(b) for b in range(max(blocks, default=-1) + 1)]
        sign = sp.Mul(*[(-1) ** (s - 1) * factorial(s - 1) for s in sizes])
        heads = [indices[blocks.index(b)] for b in range(len(sizes))]
        term = value.subs({i: heads[b] for i, b in zip(indices, blocks, strict=True) if i != heads[b]})
        for head in heads:
            term = sp.Sum(term, (head, 1, size))
        total += sign * term
    return total


def _parameters(world: World) -> list:
    """What may come in where a law is integrated out: an index must not have a name that stands there."""
    return [value for law in world.laws.values() for value in parameters(law)]


def _over_indices(keys: tuple, product: Any, size: Any, world: World) -> Any:
    """The mean over indices drawn from 1..size, different from one another."""
    taken, fresh = _names(product, size, *_parameters(world)), []
    for _ in keys:
        fresh.append(_fresh("pick", taken | {f.name for f in fresh}))
    value = product.subs(dict(zip(keys, fresh, strict=True)))
    return distinct_sum(value, tuple(fresh), size) / _falling(size, len(keys))


def over_sums(factors: list, world: World, mean: Mean) -> Any:
    """The mean of a product with sums: one by linearity, several by which of their indices coincide."""
    sums, rest = [], []
    for f in factors:
        base, power = f.as_base_exp()
        if isinstance(base, sp.Sum) and power.is_Integer and 0 < power <= SUMS:
            sums += [base] * int(power)
        else:
            rest.append(f)
    if not sums or len(sums) > SUMS:
        raise NoMoment(f"{sp.Mul(*factors)}: expected at most {SUMS} sums, to positive powers")
    opened, taken = [], _names(*factors, *_parameters(world), *world.spots, *sum(world.spots.values(), ()))
    for node in sums:
        variable, low, high = node.limits[-1]
        if touched(sp.Add(low, high), world):
            raise NoMoment(f"random limits in {node}")
        if low.is_infinite or high.is_infinite:
            raise NoMoment(f"{node} is infinite: it may not be exchanged with the mean")
        body = sp.Sum(node.function, *node.limits[:-1]) if len(node.limits) > 1 else node.function
        index = _fresh("at", taken)
        taken.add(index.name)
        opened.append((body.subs(variable, index), index, sp.expand(low), sp.expand(high)))
    if len(opened) == 1:
        body, index, low, high = opened[0]
        inner = replace(world, spots={index: (low, high)})
        return sp.Sum(mean(sp.Mul(*rest) * body, inner), (index, low, high))
    ends = {(low, high) for _, _, low, high in opened}
    if len(ends) > 1 or opened[0][2] != 1:
        raise NoMoment(f"{sp.Mul(*sums)}: a product of sums is opened where all run from 1 to one length")
    indices, length = [index for _, index, _, _ in opened], opened[0][3]
    total: Any = sp.Integer(0)
    for blocks in partitions(len(opened)):
        heads = tuple(indices[blocks.index(b)] for b in range(max(blocks) + 1))
        bodies = [b.subs(i, heads[block]) for (b, i, _, _), block in zip(opened, blocks, strict=True)]
        inner = replace(world, spots=dict.fromkeys(heads, (1, length)))
        total += distinct_sum(mean(sp.Mul(*rest, *bodies), inner), heads, length)
    return total
