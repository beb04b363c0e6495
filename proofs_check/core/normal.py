"""Normal form of rational expressions with sums of symbolic length.

Every product of sums becomes a combination of *chains*: sums over n >= k1 > k2 > ... >= 1 of a monomial.  A
rectangular or triangular double sum is cut into the orders of its indices (k1 > k2, k1 = k2, k1 < k2), and
an index that the monomial does not feel, or feels as a power k**p, is summed by Bernoulli's polynomials.
Chains of different monomials are independent for generic sequences, so that two spellings of one identity
meet (Lagrange's identity for every length, without induction).

Trusted: SymPy's `expand`, `together`, `bernoulli`, assumptions of symbols.  Second road: each zero is tried
at random rational points with random lengths 1..4; a disagreement is an internal error, not a result.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp

from proofs_check.core.spot import confirm_zero, plainly_nonzero

EXPLICIT = 64  # longest sum of numeric length that is written out
CHAIN = 5  # most indices of one chain (the number of weak orders grows like 541 at five)


class Ix(sp.Function):
    """Ix(top, level): the index k_level of the chain top >= k_1 > k_2 > ... >= 1."""

    nargs = 2

    def _eval_is_integer(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Term:
    """factor, summed over `indices` (index, top) in 1..top subject to `order` (low, high, strict)."""

    factor: Any
    indices: tuple = ()
    order: tuple = ()

    def times(self, other: "_Term") -> "_Term":
        return _Term(self.factor * other.factor, self.indices + other.indices, self.order + other.order)


class TooLong(ValueError):
    """A product of more sums than this form puts in order."""


class _Opaque(Exception):
    """A sum that this form does not open; it stays one atom."""


def hide(expr: Any, kind: Any) -> tuple[Any, dict]:
    """The expression with its outermost nodes of a type replaced by symbols, and the way back."""
    nodes = sorted(expr.atoms(kind), key=sp.default_sort_key)
    there = {
        node: sp.Dummy(f"h{i}", nonnegative=node.is_nonnegative, real=True) for i, node in enumerate(nodes)
    }
    return expr.xreplace(there), {symbol: node for node, symbol in there.items()}


def _flatten(expr: Any, scope: dict) -> list[_Term]:
    """The expression as a list of terms whose factors are free of sums (except inside atoms)."""
    hidden, back = hide(sp.sympify(expr), sp.Sum)
    terms = []
    for summand in sp.Add.make_args(sp.expand(hidden)):
        parts = [_Term(sp.Integer(1))]
        for factor in sp.Mul.make_args(summand):
            base, power = factor.as_base_exp()
            node = back.get(base)
            if node is not None and power.is_Integer and 0 < power <= CHAIN:
                for _ in range(int(power)):
                    parts = [a.times(b) for a, b in product(parts, _sum_terms(node, scope))]
            else:
                parts = [a.times(_Term(_atom(factor, back))) for a in parts]
        terms += parts
    return terms


def _atom(factor: Any, back: dict) -> Any:
    """A factor that is no sum; sums inside it (below a root or a fraction bar) get their normal form."""
    if not factor.free_symbols & set(back):
        return factor
    return factor.xreplace({symbol: normal(node) for symbol, node in back.items()})


def _sum_terms(node: Any, scope: dict) -> list[_Term]:
    try:
        return _open_sum(node, scope)
    except _Opaque:
        return [_Term(_closed(node))]


def _closed(node: Any) -> Any:
    """An unopened sum with a canonical index and normal parts."""
    for variable, low, high in reversed(node.limits):
        inner = node.func(node.function, *node.limits[:-1]) if len(node.limits) > 1 else node.function
        fresh = _index(_free_number(inner), positive=True if normal(low).is_positive else None)
        return node.func(normal(inner.subs(variable, fresh)), (fresh, normal(low), normal(high)))
    return node


def _open_sum(node: Any, scope: dict) -> list[_Term]:
    body = node.function
    if any(len(limit) != 3 for limit in node.limits):
        raise _Opaque
    if len(node.limits) > 1:  # the first limit is the innermost
        body, (variable, low, high) = sp.Sum(body, *node.limits[:-1]), node.limits[-1]
    else:
        variable, low, high = node.limits[0]
    low, high = sp.expand(low), sp.expand(high)
    count = sp.expand(high - low + 1)
    if count.is_Integer:
        if not 0 <= count <= EXPLICIT:
            raise _Opaque
        return [t for i in range(int(count)) for t in _flatten(body.subs(variable, low + i), scope)]
    index = sp.Dummy("k", integer=True, positive=True)
    order: tuple = ()
    if low.is_Integer:
        body, high = body.subs(variable, index + low - 1), sp.expand(high - low + 1)
    else:
        offset, base = low.as_coeff_Add()
        if base not in scope or offset not in (0, 1):
            raise _Opaque
        body, order = body.subs(variable, index), ((base, index, offset == 1),)
    offset, base = high.as_coeff_Add()
    if not offset.is_Integer or (order and offset < 0):  # from k + 1 to n - 1: at k = n shorter than empty
        raise _Opaque
    ends: list[tuple[int, Any]] = []
    if base in scope:
        if offset not in (0, -1):
            raise _Opaque
        top, order = scope[base], (*order, (index, base, offset == -1))
    else:
        top = base
        if top.free_symbols & set(scope) or not (top + min(offset, 0)).is_nonnegative:
            raise _Opaque
        steps = range(1, int(offset) + 1) if offset > 0 else range(int(offset) + 1, 1)
        ends = [(1 if offset > 0 else -1, body.subs(index, top + i)) for i in steps]
    if order and order[0][0] in scope and scope[order[0][0]] != top:
        raise _Opaque
    terms = [
        _Term(t.factor, ((index, top), *t.indices), order + t.order)
        for t in _flatten(body, {**scope, index: top})
    ]
    for sign, end in ends:
        terms += [_Term(sign * t.factor, t.indices, t.order) for t in _flatten(end, scope)]
    return terms


def _orders(indices: list, order: tuple) -> list[dict]:
    """All weak orders of the indices that respect the constraints: index -> level (1 is the largest)."""
    found = []
    for levels in product(range(1, len(indices) + 1), repeat=len(indices)):
        if set(levels) != set(range(1, max(levels) + 1)):
            continue
        level = dict(zip(indices, levels, strict=True))
        if all(
            level[a] > level[b] if strict else level[a] >= level[b] for a, b, strict in order if a in level
        ):
            found.append(level)
    return found


def _power_sum(power: int, x: Any) -> Any:
    """1**p + ... + x**p as a polynomial in x (Bernoulli)."""
    return (sp.bernoulli(power + 1, x + 1) - sp.bernoulli(power + 1, 1)) / (power + 1)


def _eliminate(factor: Any, top: Any, length: int) -> Any:
    """Sum out the levels that a monomial feels only as k**p; the others are renumbered 1, 2, ..."""
    result = sp.Integer(0)
    for mono in sp.Add.make_args(sp.expand(factor)):
        for level in range(1, length + 1):
            here: Any = Ix(top, level)
            power: Any = mono.as_powers_dict().get(here, sp.Integer(0))
            rest = mono / here**power
            if rest.has(here) or not (power.is_Integer and power >= 0):
                continue
            above: Any = Ix(top, level - 1)
            high = top if level == 1 else above - 1
            low: Any = sp.Integer(0) if level == length else Ix(top, level + 1)
            value = rest * (_power_sum(int(power), high) - _power_sum(int(power), low))
            down = {Ix(top, i): Ix(top, i - 1) for i in range(level + 1, length + 1)}
            result += _eliminate(value.xreplace(down), top, length - 1)
            break
        else:
            result += mono
    return result


@lru_cache(maxsize=4096)
def formal(expr: Any) -> Any:
    """The expression with every chain written as its monomial in Ix(top, level); expanded."""
    total = sp.Integer(0)
    for term in _flatten(expr, {}):
        parts = [(term.factor, {})]
        for top in dict.fromkeys(top for _, top in term.indices):
            mine = [index for index, t in term.indices if t == top]
            if len(mine) > CHAIN:
                raise TooLong(f"{len(mine)} indices below {top}, at most {CHAIN} are supported: {expr}")
            levels = _orders(mine, term.order)
            parts = [
                (
                    factor.xreplace({i: Ix(top, n) for i, n in level.items()}),
                    {**tops, top: max(level.values())},
                )
                for factor, tops in parts
                for level in levels
            ]
        for factor, tops in parts:
            for top, length in tops.items():
                factor = _eliminate(factor, top, length)
            total += factor
    return sp.expand(total)


def _index(number: int, positive: bool | None = True) -> sp.Symbol:
    return sp.Symbol(f"iota_{number}", integer=True, positive=positive)


def _free_number(expr: Any) -> int:
    used = [int(s.name[5:]) for s in expr.atoms(sp.Symbol) if s.name.startswith("iota_")]
    return max(used, default=0) + 1


def word(mono: Any) -> Any:
    """A monomial in chain indices, written as nested sums with canonical index names."""
    outside, inside = mono.as_independent(Ix, as_Add=False)
    start = _free_number(inside)
    chains: dict = {}
    for ix in inside.atoms(Ix):
        chains.setdefault(ix.args[0], []).append(ix)
    for top in sorted(chains, key=sp.default_sort_key):
        names = {ix: _index(start + i) for i, ix in enumerate(sorted(chains[top], key=lambda x: x.args[1]))}
        start += len(names)
        highs = [top, *[name - 1 for name in names.values()]]
        limits = [(name, 1, high) for name, high in zip(names.values(), highs, strict=False)]
        inside = sp.Sum(inside.xreplace(names), *reversed(limits))
    return outside * inside


def normal(expr: Any) -> Any:
    """The normal form, with chains written as sums: equal expressions of this class become one expression."""
    form = formal(_canonical(sp.sympify(expr)))
    return sp.Add(*[word(m) if m.has(Ix) else m for m in sp.Add.make_args(form)])


def _canonical(expr: Any) -> Any:
    """Outermost sums below fraction bars and roots renamed, so that S/S cancels."""
    hidden, back = hide(expr, sp.Sum)
    if not back or not hidden.atoms(sp.Pow):
        return expr
    return hidden.xreplace({s: normal(n) if n.is_Add is False else n for s, n in back.items()})


def vanishes(expr: Any) -> bool:
    """Whether the expression is zero in normal form and at random points, of which one is asked first."""
    expr = sp.sympify(expr)
    if expr == 0:
        return True
    if plainly_nonzero(expr):
        return False
    try:
        zero = _residual_vanishes(expr)
        if not zero and expr.atoms(
            sp.Sum
        ):  # a sum may meet its fraction bar only after the outer one is open
            zero = _residual_vanishes(normal(expr))
    except TooLong:
        return False
    if zero:
        confirm_zero(expr)
    return zero


def _residual_vanishes(expr: Any) -> bool:
    """Clear the denominators, bring the numerator to normal form, and look at each set of indices alone."""
    hidden, back = hide(_canonical(expr), sp.Sum)
    above, under = (part.xreplace(back) for part in sp.fraction(sp.together(hidden)))
    form = formal(above)
    groups: dict = {}
    for mono in sp.Add.make_args(form):
        groups.setdefault(frozenset(mono.atoms(Ix)), []).append(mono)
    sums = (sp.Add(*monos) for monos in groups.values())
    zero = all(g == 0 or sp.expand(sp.fraction(sp.together(g))[0]) == 0 for g in sums)
    return zero and (under.is_Number or formal(under) != 0)  # what is 0/0 everywhere equals nothing


def equal(a: Any, b: Any) -> bool:
    """True only if a == b identically: for all values of the symbols and all lengths of the sums."""
    left, right = sp.sympify(a), sp.sympify(b)
    return not (left.has(sp.Float) or right.has(sp.Float)) and vanishes(left - right)
