"""Laws for the second opinion: at a random point, each declared law becomes one with finitely many points.

Where the kind fixes the law (coins, indices, subsets, isotropic vectors) its points follow from the values of
its parameters.  A law of known moments is drawn first, on two or three rational points; then the symbols that
stand for its moments get its moments as their values.  Whoever moves them afterwards must draw again.
"""

import random
from itertools import product
from math import inf
from typing import Any

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from proofs_check.core.evaluate import evaluate
from proofs_check.core.law_points import law_points
from proofs_check.core.outcomes import Points, of_law
from proofs_check.core.values import exact, plain
from theory.notation import ISOTROPIC, E, Law, Vec, members

LONGEST = 4
Env = dict[Any, Any]
Moments = list[tuple[Any, Any]]


def put_law(key: Any, law: Law, env: Env, dim: int, rng: random.Random, fixed: set) -> None:
    """Put the law into the environment; the names whose values it fixes are added to `fixed`.

    Raises ValueError where no law drawn here has moments of the declared form.
    """
    if law.kind in ISOTROPIC:
        env[key] = Points(*map(exact, law_points(law.kind, dim)))
        return
    if law.kind != "moments":
        found = of_law(key, law, None, lambda expr: evaluate(expr, env, True), fmpq(1))
        env.update(dict.fromkeys(members(key), found))
        return
    moments = [(sp.sympify(m), sp.sympify(value)) for m, value in law.moments.items()]
    if isinstance(key, sp.Indexed):
        _family(key, moments, env, rng, fixed)
    else:
        _group(members(key), isinstance(key, tuple), moments, env, dim, rng, fixed)


def _group(
    names: tuple, joint: bool, moments: Moments, env: Env, dim: int, rng: random.Random, fixed: set
) -> None:
    parts = [rng.randint(1, 4) for _ in range(rng.choice((2, 3)))]
    weights = tuple(fmpq(p, sum(parts)) for p in parts)
    means = [(name, dict(moments).get(name)) for name in names]
    columns = [_values(name, weights, mean, mean in fixed, env, dim, rng) for name, mean in means]
    points = tuple(zip(*columns, strict=True)) if joint else tuple(columns[0])
    env.update(dict.fromkeys(names, Points(weights, points, names if joint else (), inf)))
    for term, value in moments:
        if isinstance(term, Vec):
            column = columns[names.index(term)]
            _assign(value, tuple(_mean(weights, row) for row in zip(*column, strict=True)), env, fixed)
        else:
            _assign(value, evaluate(E(term), env, True), env, fixed)


def _family(key: Any, moments: Moments, env: Env, rng: random.Random, fixed: set) -> None:
    """Independent entries: all of one law, unless the moments depend on the index."""
    index, laws = key.indices[0], []
    alike = not any(index in value.free_symbols for _, value in moments)
    entry = sp.Symbol("entry", real=True, nonnegative=key.is_nonnegative)
    for k in range(1, LONGEST + 1):
        if not (alike and laws):
            own = [(m.xreplace({key: entry}), value.subs(index, k)) for m, value in moments]
            _group((entry,), False, own, env, 1, rng, fixed)
        laws.append(env[entry])
    del env[entry]
    weights = tuple(_times(w) for w in product(*[law.weights for law in laws]))
    env[key.base] = Points(weights, tuple(product(*[law.points for law in laws])), (), inf)


def _times(values: tuple) -> fmpq:
    result = fmpq(1)
    for value in values:
        result = result * value
    return result


def _mean(weights: tuple, row: tuple) -> fmpq:
    return sum((w * x for w, x in zip(weights, row, strict=True)), fmpq(0))


def _values(
    name: Any, weights: tuple, mean: Any, known: bool, env: Env, dim: int, rng: random.Random
) -> list:
    """Values of one name on the points; shifted to the declared mean where that is known already."""
    size = dim if isinstance(name, Vec) else 1
    rows = []
    for _ in range(size):
        row = [fmpq(rng.randint(-6, 6), rng.choice((1, 2, 5))) for _ in weights]
        rows.append([abs(x) for x in row] if getattr(name, "is_nonnegative", None) else row)
    if mean is not None and (known or not isinstance(mean, sp.Symbol | AppliedUndef | sp.Indexed)):
        target = env[mean] if isinstance(mean, Vec) else (evaluate(mean, env, True),) * size
        rows = [
            [x - _mean(weights, tuple(row)) + t for x in row] for row, t in zip(rows, target, strict=True)
        ]
    columns = list(zip(*rows, strict=True))
    return columns if isinstance(name, Vec) else [column[0] for column in columns]


def _assign(expr: Any, value: Any, env: Env, fixed: set) -> None:
    """Let the moment `expr` have this value, by the value of one symbol in it that is still free."""
    if isinstance(expr, Vec) and expr not in fixed:
        env[expr] = value
        fixed.add(expr)
        return
    if isinstance(value, tuple):
        if value != (env[expr] if isinstance(expr, Vec) else (fmpq(0),) * len(value)):
            raise ValueError(f"no law drawn here has the mean {expr}")
        return
    if isinstance(expr, AppliedUndef | sp.Indexed) and expr not in fixed:
        args = expr.args if isinstance(expr, AppliedUndef) else expr.indices
        at = tuple(evaluate(a, env, True) for a in args)
        if isinstance(expr, AppliedUndef):
            env[expr.func] = _told(env[expr.func], at, value)
        else:
            env[expr.base] = _replaced(env[expr.base], [int(plain(a)) - 1 for a in at], value)
        fixed.add(expr)
        return
    free = [s for s in sorted(expr.free_symbols - fixed, key=str) if s in env and not s.is_integer]
    for symbol in (s for s in free if isinstance(env[s], fmpq)):
        slope = sp.diff(expr, symbol)
        if symbol in slope.free_symbols or (size := evaluate(slope, env, True)) == 0:
            continue
        found = env[symbol] + (value - evaluate(expr, env, True)) / size
        if (symbol.is_positive and not found > 0) or (symbol.is_nonnegative and not found >= 0):
            raise ValueError(f"{symbol} = {found} has the wrong sign")
        env[symbol] = found
        fixed |= expr.free_symbols
        return
    if evaluate(expr, env, True) != value:
        raise ValueError(f"no law drawn here has the moment {expr}")


def _told(old: Any, at: tuple, value: Any) -> Any:
    return lambda *args: value if tuple(map(exact, args)) == at else old(*args)


def _replaced(values: tuple, places: list[int], new: Any) -> tuple:
    first, *rest = places
    inner = _replaced(values[first], rest, new) if rest else new
    return (*values[:first], inner, *values[first + 1 :])
