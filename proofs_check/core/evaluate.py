"""Numbers for expressions: floats for the search, exact rationals and certified enclosures for decisions.

An expression is compiled once into nested closures over plain arithmetic, so one walk serves both modes:

float   Fractions have become floats; ordinary machine arithmetic
exact   integers and Fractions are `flint.fmpq`; irrational results are `flint.arb` balls that are
        guaranteed to contain the true value (ball arithmetic at `PRECISION` bits)

Expectations `E(...)` are enumerated over the points of their law; the moment rules of
`proofs_check.core.moments` are another road to the same numbers.
"""

import math
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef

from proofs_check.core.functions import FLOAT, function
from proofs_check.core.outcomes import (
    DEGREE,
    LAWS,
    Env,
    Points,
    degree,
    mean,
    mean_vector,
    of_law,
    random_names,
    rougher,
)
from proofs_check.core.values import (
    Inexact,
    any_power,
    entry,
    exact,
    extreme,
    has_float,
    inner,
    int_of,
    int_power,
    plain,
    rough,
    total,
)
from theory.family import Instance
from theory.notation import Avg, E, Law, Vec, dot, is_vector, members

PRECISION = 200


def environment(
    symbols: Mapping[Any, Callable[[Instance], Any]],
    laws: Mapping[Any, Law],
    instance: Instance,
    *,
    sure: bool,
    only: Collection | None = None,
) -> dict:
    """symbol -> value on the instance; a law's points stand for its vector.  `sure` asks for exact values.

    `only` restricts it to the symbols that are wanted (see `names`): reading one may be expensive.
    """
    convert = exact if sure else rough
    if only is None:
        env = {s: convert(read(instance)) for s, read in symbols.items()}
    else:
        env = {s: convert(symbols[s](instance)) for s in only if s in symbols}
    for key, law in laws.items():
        named = members(key)
        if only is not None and not any(name in only for name in named):
            continue
        given = None if law.points is None else tuple(map(tuple, law.points(instance)))
        found = of_law(
            key,
            law,
            None if given is None else convert(given),
            lambda expr: evaluate(
                expr, environment(symbols, {}, instance, sure=sure, only=names(expr)), sure
            ),
            fmpq(1) if sure else 1,
        )
        env.update(dict.fromkeys(named, found))
    return env


@cache
def names(expr: Any) -> frozenset:
    """Everything whose value the expression may ask for: symbols, vectors, indexed symbols, functions."""
    if isinstance(expr, tuple):
        return frozenset().union(*map(names, expr))
    expr = sp.sympify(expr)
    heads = {f.func for f in expr.atoms(AppliedUndef)}
    return frozenset(expr.free_symbols | expr.atoms(sp.IndexedBase) | heads)


def evaluate(expr: Any, env: Env, sure: bool = False) -> Any:
    """The value of an expression (or tuple of them) in the environment.

    A float in the environment makes the whole expression one in floats, also where `sure` asks for an exact
    value: an enclosure computed from a rounded number would enclose nothing.

    Raises ZeroDivisionError where the expression is undefined, KeyError for a symbol without a value, and
    OverflowError where a value is beyond the largest float.
    """
    if isinstance(expr, tuple):
        return tuple(evaluate(e, env, sure) for e in expr)
    if not isinstance(expr, sp.Basic):
        expr = sp.sympify(expr)
    if sure:
        ctx.prec = PRECISION
        try:
            return compiled(expr, True)(env)
        except Inexact:
            env = {name: rougher(v) if isinstance(v, Points) else rough(v) for name, v in env.items()}
            value = compiled(expr, False)(env)
            return float(value) if isinstance(value, int) else value  # floor of a float is not exact
    return compiled(expr, False)(env)


def _certain(value: Any) -> Any:
    """The value, if no float stands in it."""
    if has_float(value):
        raise Inexact(f"{value!r}: expected an exact value")
    return value


@cache
def compiled(expr: sp.Basic, sure: bool) -> Callable[[Env], Any]:
    """The expression as a closure over environments."""
    if isinstance(expr, sp.Rational):
        value = fmpq(int(expr.p), int(expr.q)) if sure else (int(expr) if expr.q == 1 else float(expr))
        return lambda env: value
    if isinstance(expr, sp.NumberSymbol):
        return (lambda env: arb.pi()) if sure and expr is sp.pi else _constant(expr, sure)
    if isinstance(expr, sp.Float):
        return lambda env: _certain(float(expr)) if sure else float(expr)
    if isinstance(expr, sp.Symbol):
        return (lambda env: _certain(env[expr])) if sure else (lambda env: env[expr])
    if isinstance(expr, sp.Indexed):
        base, places = expr.base, [compiled(i, sure) for i in expr.indices]
        run = lambda env: entry(env[base], [int_of(p(env)) for p in places], expr)
        return (lambda env: _certain(run(env))) if sure else run
    if isinstance(expr, sp.Add | sp.Mul):
        parts = [compiled(a, sure) for a in expr.args]
        return _fold(parts, isinstance(expr, sp.Add))
    if isinstance(expr, sp.Pow):
        return _power(expr, sure)
    if isinstance(expr, sp.Sum | sp.Product):
        return _loop(expr, sure)
    if isinstance(expr, dot):
        a, b = (vector(v, sure) for v in expr.args)
        return lambda env: inner(a(env), b(env))
    if isinstance(expr, E):
        return _expectation(expr.args[0], sure)
    if isinstance(expr, AppliedUndef):
        head, parts = expr.func, [compiled(a, sure) for a in expr.args]
        if sure:
            return lambda env: _certain(exact(env[head](*[plain(p(env)) for p in parts])))
        return lambda env: rough(env[head](*[p(env) for p in parts]))
    if isinstance(expr, sp.Max | sp.Min):
        parts, best = [compiled(a, sure) for a in expr.args], isinstance(expr, sp.Max)
        return lambda env: extreme([p(env) for p in parts], best)
    if expr.func in FLOAT:
        part, run = compiled(expr.args[0], sure), function(expr.func, sure)
        return lambda env: run(part(env))
    raise TypeError(f"no numeric evaluation for {expr.func.__name__} in {expr}")


def _constant(expr: sp.Expr, sure: bool) -> Callable[[Env], Any]:
    if sure:
        return lambda env: arb(str(expr.evalf(80))) + arb(0, "1e-75")
    value = float(expr)
    return lambda env: value


def _fold(parts: list, adds: bool) -> Callable[[Env], Any]:
    """The sum or the product of the parts."""

    def run(env: Env) -> Any:
        result = parts[0](env)
        for part in parts[1:]:
            result = result + part(env) if adds else result * part(env)
        return result

    return run


def _power(expr: sp.Pow, sure: bool) -> Callable[[Env], Any]:
    base = compiled(expr.base, sure)
    if expr.base is sp.E:
        power = compiled(expr.exp, sure)
        return lambda env: arb(power(env)).exp() if sure else math.exp(power(env))
    if isinstance(expr.exp, sp.Integer):
        n = int(expr.exp)
        return lambda env: int_power(base(env), n)
    power = compiled(expr.exp, sure)
    return lambda env: any_power(base(env), power(env))


def _loop(expr: sp.Sum | sp.Product, sure: bool) -> Callable[[Env], Any]:
    *inner, (index, lo, hi) = expr.limits
    body = compiled(expr.func(expr.function, *inner) if inner else expr.function, sure)
    first, last = compiled(lo, sure), compiled(hi, sure)
    unit = (fmpq(0) if sure else 0) if isinstance(expr, sp.Sum) else (fmpq(1) if sure else 1)
    adds = isinstance(expr, sp.Sum)

    def run(env: Env) -> Any:
        total, scope = unit, dict(env)
        for k in range(int_of(first(env)), int_of(last(env)) + 1):
            scope[index] = fmpq(k) if sure else k
            value = body(scope)
            total = total + value if adds else total * value
        return total

    return run


def vector(expr: sp.Basic, sure: bool) -> Callable[[Env], tuple]:
    """A linear combination of vectors as a closure that returns a tuple of numbers."""
    if isinstance(expr, Vec):
        return (lambda env: _certain(env[expr])) if sure else (lambda env: env[expr])
    if isinstance(expr, sp.Add):
        parts = [vector(a, sure) for a in expr.args]
        return lambda env: tuple(total(column) for column in zip(*[p(env) for p in parts], strict=True))
    if isinstance(expr, sp.Mul):
        (v,) = [a for a in expr.args if is_vector(a)]
        scale, part = compiled(sp.Mul(*[a for a in expr.args if a is not v]), sure), vector(v, sure)

        def run(env: Env) -> tuple:
            factor = scale(env)
            return tuple(factor * x for x in part(env))

        return run
    raise TypeError(f"no numeric evaluation for the vector {expr}")


def _expectation(expr: Any, sure: bool) -> Callable[[Env], Any]:
    """E of a polynomial in inner products, term by term; Avg may stand in one inner product of a term."""
    run = _fold([_mean_of_term(term, sure) for term in sp.Add.make_args(sp.expand(expr))], True)
    return lambda env: run({**env, **env[LAWS]} if LAWS in env else env)


def _mean_of_term(term: Any, sure: bool) -> Callable[[Env], Any]:
    averaged = [f for f in sp.Mul.make_args(term) if f.has(Avg)]
    if not averaged:
        value, named = compiled(term, sure), sorted(names(term), key=str)

        def run(env: Env) -> Any:
            chosen = random_names(named, env)
            if any(env[v].degree < degree(term, v) for v in chosen if env[v].degree < math.inf):
                raise TypeError(f"E({term}): enumerated only for polynomials of degree {DEGREE} at most")
            return mean(value, chosen, env) if chosen else value(env)

        return run
    if len(averaged) != 1 or not isinstance(averaged[0], dot):
        raise TypeError(f"no numeric evaluation for a product of averages in {term}")
    scale = compiled(sp.Mul(*[f for f in sp.Mul.make_args(term) if f is not averaged[0]]), sure)
    left, right = averaged[0].args
    return lambda env: scale(env) * _mean_of_dot(left, right, env, sure)


def _mean_of_dot(left: Any, right: Any, env: Env, sure: bool) -> Any:
    """E<Avg(X, m), Y>: the mean of X with Y; for Y = X (same copies) plus the trace of its covariance / m."""
    inside = [v.args[0] if isinstance(v, Avg) else v for v in (left, right)]
    vectors = [sorted(v.atoms(Vec), key=str) for v in inside]
    means = [mean_vector(vector(v, sure), n, env) for v, n in zip(inside, vectors, strict=True)]
    apart = inner(*means)
    if left != right:
        return apart
    run, m = vector(inside[0], sure), compiled(left.args[1], sure)(env)
    together = mean(lambda scope: inner(run(scope), run(scope)), vectors[0], env)
    return apart + (together - apart) / m
