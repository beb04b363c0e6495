"""Laws with finitely many points, and means by enumeration over the joint choices of independent ones.

The points of an isotropic law have its moments up to degree five, those of a law of known moments these
moments; those of the other kinds are the law itself.  Nothing here asks the moment rules.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import combinations, permutations, product
from typing import Any, NamedTuple

import sympy as sp
from flint import fmpq

from proofs_check.core.values import int_of, rough, total
from theory.notation import ISOTROPIC, Law, dot

DEGREE = 5
"""The points of an isotropic law have its moments up to this degree (`theory.notation.Law`)."""
MOST = 200_000
"""Most joint outcomes that are enumerated."""
LAWS = "laws"
"""Where an environment keeps the laws of names that have a value: a mean inside a mean takes them again."""
Env = Mapping[Any, Any]


class Points(NamedTuple):
    """A law with finitely many points; stands in the environment for every name that it gives a value.

    names   the names of a group, whose points are tuples in this order; none for a single name
    degree  polynomials up to this degree have the right mean
    """

    weights: tuple
    points: tuple
    names: tuple = ()
    degree: float = DEGREE


def of_law(key: Any, law: Law, points: tuple | None, value: Callable[[Any], Any], one: Any) -> Points:
    """The points of a law: those given, or those that follow from its kind and the values of its parameters.

    one  the number one of the mode (`fmpq(1)` or 1): points are int or of its type
    """
    names: tuple = key if isinstance(key, tuple) else ()
    degree = DEGREE if law.kind in ISOTROPIC else math.inf
    if points is not None:
        chance = total(points[0])
        if isinstance(chance, fmpq) and chance != 1:
            raise ValueError(f"law of {key}: weights with sum {chance}, expected 1")
        return Points(tuple(points[0]), tuple(points[1]), names, degree)
    if law.kind == "bernoulli" and not isinstance(key, sp.Indexed):
        p = value(law.p)
        return Points((p, 1 - p), (one, 0 * one), names, degree)
    size = None if law.size is None else int_of(value(law.size))
    if size is None:
        raise TypeError(f"the law of {key} has no points")
    if law.kind == "bernoulli":
        (index,) = key.indices  # pyright: ignore[reportAttributeAccessIssue]
        chances = [value(sp.sympify(law.p).subs(index, k)) for k in range(1, size + 1)]
        rows = tuple(product((one, 0 * one), repeat=_few(size, 2**size)))
        weights = tuple(
            _product([p if x else 1 - p for p, x in zip(chances, row, strict=True)]) for row in rows
        )
        return Points(weights, rows, names, degree)
    if law.kind == "subset":
        take = int_of(value(law.take))
        _few(size, math.comb(size, take))
        chosen = list(combinations(range(size), take))
        rows = tuple(tuple(one if k in set(c) else 0 * one for k in range(size)) for c in chosen)
    elif law.kind == "uniform":
        rows = tuple(k * one for k in range(1, size + 1))
    else:
        rows = tuple(
            permutations([k * one for k in range(1, size + 1)], _few(len(names), size ** len(names)))
        )
    if not rows:
        raise ZeroDivisionError(f"the law of {key} has no outcome")
    return Points((one / len(rows),) * len(rows), rows, names, degree)


def rougher(law: Points) -> Points:
    """The law with its weights and points in floats."""
    return law._replace(weights=rough(law.weights), points=rough(law.points))


def _few(x: int, outcomes: int) -> int:
    if outcomes > MOST:
        raise TypeError(f"{outcomes} outcomes, at most {MOST} are enumerated")
    return x


def _product(values: list) -> Any:
    result = values[0]
    for value in values[1:]:
        result = result * value
    return result


def random_names(names: list, env: Env) -> list:
    """Those of the names that are random: a law stands for them in the environment."""
    return [v for v in names if isinstance(env.get(v), Points)]


def outcomes(names: list, env: Env) -> Iterator[tuple[Any, dict]]:
    """Every joint choice of points of the independent laws of the names: (weight, environment)."""
    laws, kept = {}, dict(env.get(LAWS, {}))
    for name in random_names(names, env):
        law: Points = env[name]
        laws[law.names or (name,)] = law
        kept |= dict.fromkeys(law.names or (name,), law)
    _few(0, math.prod(len(law.points) for law in laws.values()))
    for joint in product(*[zip(law.weights, law.points, strict=True) for law in laws.values()]):
        scope, weight = {**env, LAWS: kept}, 1
        for group, (w, point) in zip(laws, joint, strict=True):
            scope.update(zip(group, point, strict=True) if len(group) > 1 else ((group[0], point),))
            weight = weight * w
        yield weight, scope


def mean(value: Callable[[Env], Any], names: list, env: Env) -> Any:
    """The mean of a number over the outcomes."""
    return total([weight * value(scope) for weight, scope in outcomes(names, env)])


def mean_vector(value: Callable[[Env], tuple], names: list, env: Env) -> tuple:
    """The mean of a tuple over the outcomes."""
    rows = [tuple(w * x for x in value(scope)) for w, scope in outcomes(names, env)]
    return tuple(total(column) for column in zip(*rows, strict=True))


@cache
def degree(term: sp.Basic, v: Any) -> float:
    """The degree of a term in a random vector; infinite where it is no polynomial in it."""
    if v not in term.free_symbols:
        return 0
    if isinstance(term, dot):
        return sum(v in side.free_symbols for side in term.args)
    if isinstance(term, sp.Add | sp.Mul):
        return (max if isinstance(term, sp.Add) else sum)(degree(a, v) for a in term.args)
    if isinstance(term, sp.Pow) and isinstance(term.exp, sp.Integer) and term.exp > 0:
        return int(term.exp) * degree(term.base, v)
    return math.inf
