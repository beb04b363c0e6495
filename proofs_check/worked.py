"""A formula evaluated the way one does it on paper: each subterm with its numbers put in, then its value.

Values are exact: rationals as p/q, irrational ones as certified enclosures.  A claim with floats (networks)
gives floats.  Sums are written out, expectations enumerated over the points of their law, while short.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from proofs_check.core.evaluate import evaluate, names, vector
from proofs_check.core.outcomes import Points, outcomes, random_names
from proofs_check.core.values import approx, has_float, int_of
from proofs_check.symbols import readable
from theory.notation import Avg, E, Vec, dot

LONGEST = 24
"""Signs beyond which a rational is shown as a decimal."""
MOST = 12
"""Terms of a sum, points of a law, entries of a vector that are written out."""
SHORT = 20
"""Signs up to which a subterm is written in full in later lines."""
FEW = 4
"""Terms of a sum that are worked out one by one."""
TOO_MANY = 60
"""Lines beyond which a calculation is cut: the value at its end is shown in any case."""


def text(expr: Any, symbols: Mapping[Any, Any]) -> str:
    """The expression on one line, with names to type, <a, b> for inner products and E[...] for means."""
    if isinstance(expr, tuple):
        return f"({', '.join(text(e, symbols) for e in expr)})"
    if not isinstance(expr, sp.Basic):
        return str(expr)
    expr = readable(expr, symbols)
    for kind, left, right in ((E, "E[", "]"), (dot, "<", ">")):
        inside = lambda node: ", ".join(text(a, {}) for a in node.args)
        expr = expr.xreplace({n: sp.Symbol(f"{left}{inside(n)}{right}") for n in expr.atoms(kind)})
    return sp.sstr(expr).replace("**", "^")


def say(value: Any, radius: bool = True) -> str:
    """A value as one writes it: p/q while short, else ~ and decimals; a radius for enclosures."""
    if isinstance(value, Points):
        return f"random, {len(value.points)} points stand for its law"
    if isinstance(value, tuple):
        shown = [say(v, radius) for v in value[:MOST]]
        return f"({', '.join(shown)}{f', ... {len(value)} entries' if len(value) > MOST else ''})"
    if isinstance(value, arb):
        if not value.is_finite():
            return "not finite"
        return value.str(15).strip("[]") if radius else f"~{value.str(15, radius=False)}"
    if callable(value):
        return "a function, run where it is needed"
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value) if len(str(value)) <= LONGEST else f"~{approx(value):.15g}"


def both(value: Any) -> str:
    """A value and, where it is a fraction, its decimal form too."""
    shown = say(value)
    if "/" not in shown or not isinstance(value, fmpq):
        return shown
    decimal = f"{approx(value):.12g}"
    return f"{shown} {'=' if Fraction(decimal) == Fraction(shown) else '~'} {decimal}"


def calculation(expr: Any, env: Mapping[Any, Any], symbols: Mapping[Any, Any]) -> list[str]:
    """The lines "[k] subterm = numbers put in = value", innermost first; empty for a number or a symbol.

    A long subterm that has its own line stands in later ones by its number [k].
    """
    lines, known = [], {}
    for node in dict.fromkeys(_inside_out(sp.sympify(expr), env)):
        value = evaluate(node, env, True)
        steps = [text(_abbreviated(node, known, symbols), symbols), *_put_in(node, env, symbols)]
        steps = [*dict.fromkeys(s for s in steps if s != say(value)), say(value)]
        known[node] = f"[{len(known) + 1}]"
        lines.append(f"{known[node]} {' = '.join(steps)}")
    if len(lines) > TOO_MANY:
        cut = len(lines) - TOO_MANY
        lines = [*lines[: TOO_MANY // 2], f"... {cut} more lines ...", *lines[-(TOO_MANY // 2) :]]
    return lines


def _inside_out(node: Any, env: Mapping[Any, Any]) -> Iterator[Any]:
    """The node and its subterms that get a line, every subterm before what it stands in."""
    if isinstance(node, sp.Symbol | sp.Number | sp.NumberSymbol | sp.Indexed):
        return
    for child in (*_children(node), *_terms(node, env)):
        yield from _inside_out(child, env)
    if not (isinstance(node, sp.Mul) and node.args[0] == -1 and len(node.args) == 2):  # a mere change of sign
        yield node


def _abbreviated(node: Any, known: Mapping[Any, str], symbols: Mapping[Any, Any]) -> Any:
    """The node with the numbers of earlier lines in place of its long subterms."""
    put = {}
    for child in _children(node):
        body = -child if child not in known and -child in known else child
        if body in known and len(text(body, symbols)) > SHORT:
            put[body] = sp.Symbol(known[body])
    return node.xreplace(put) if put else node


def _children(node: Any) -> tuple:
    """The subterms that get a line of their own before the node does."""
    if isinstance(node, sp.Sum | sp.Product | E | dot | AppliedUndef):
        return ()
    if isinstance(node, sp.Mul):
        return tuple(a if (below := _denominator(a)) is None else below for a in node.args)
    if isinstance(node, sp.Pow):
        return (node.base, node.exp)
    return node.args


def _terms(node: Any, env: Mapping[Any, Any]) -> tuple:
    """The terms of a short sum or product, its index replaced by numbers; none of a long one."""
    if not isinstance(node, sp.Sum | sp.Product):
        return ()
    *inner, (index, lo, hi) = node.limits
    body = node.func(node.function, *inner) if inner else node.function
    first, last = (int_of(evaluate(end, env, True)) for end in (lo, hi))
    return tuple(body.subs(index, k) for k in range(first, last + 1)) if last - first < FEW else ()


def _denominator(factor: Any) -> Any:
    """1/factor where the factor is a negative power, so that it is written below a fraction line."""
    if isinstance(factor, sp.Pow) and isinstance(factor.exp, sp.Rational) and factor.exp < 0:
        return factor.base if factor.exp == -1 else sp.Pow(factor.base, -factor.exp)
    return None


def _put_in(node: Any, env: Mapping[Any, Any], symbols: Mapping[Any, Any]) -> list[str]:
    """The node with its subterms' values in their places."""
    value = lambda e: say(evaluate(e, env, True), radius=False)
    if isinstance(node, sp.Add):
        parts = [value(a).replace("~-", "-~") for a in node.as_ordered_terms()]
        return [" ".join([parts[0], *[f"- {p[1:]}" if p.startswith("-") else f"+ {p}" for p in parts[1:]]])]
    if isinstance(node, sp.Mul):
        below = [d for a in node.args if (d := _denominator(a)) is not None]
        above = [a for a in node.args if _denominator(a) is None and a != -1]
        top = ("-" if -1 in node.args else "") + (" * ".join(_held(value(a)) for a in above) or "1")
        bottom = " * ".join(_held(value(d)) for d in below)
        return [f"{top} / ({bottom})" if len(below) > 1 else f"{top} / {bottom}" if below else top]
    if isinstance(node, sp.Pow):
        if node.exp == sp.Rational(1, 2):
            return [f"sqrt({value(node.base)})"]
        return [f"{_held(value(node.base))}^{_held(value(node.exp))}"]
    if isinstance(node, sp.Sum | sp.Product):
        return _written_out(node, env)
    if isinstance(node, dot):
        return _inner_product(node, env)
    if isinstance(node, E):
        return _mean(node.args[0], env, symbols)
    if isinstance(node, AppliedUndef):
        return [f"{node.func.__name__}({', '.join(map(value, node.args))}), run"]
    return [f"{node.func.__name__}({', '.join(map(value, node.args))})"]


def _held(shown: str) -> str:
    """In brackets, unless it is a plain non-negative number."""
    return shown if shown.replace(".", "", 1).isdigit() else f"({shown})"


def _written_out(node: Any, env: Mapping[Any, Any]) -> list[str]:
    *inner, (index, lo, hi) = node.limits
    body = node.func(node.function, *inner) if inner else node.function
    first, last = (int_of(evaluate(end, env, True)) for end in (lo, hi))
    if last - first >= MOST:
        return [f"{last - first + 1} terms, {index} = {first} to {last}"]
    terms = [say(evaluate(body, {**env, index: fmpq(k)}, True), False) for k in range(first, last + 1)]
    empty = "an empty sum" if isinstance(node, sp.Sum) else "an empty product"
    return [(" + " if isinstance(node, sp.Sum) else " * ").join(map(_held, terms)) or empty]


def _inner_product(node: Any, env: Mapping[Any, Any]) -> list[str]:
    sure = not any(has_float(env[v]) for v in node.atoms(Vec))
    a, b = (vector(v, sure)(env) for v in node.args)
    if len(a) > MOST:
        return [f"of two vectors of {len(a)} entries"]
    terms = " + ".join(f"{_held(say(x, False))}*{_held(say(y, False))}" for x, y in zip(a, b, strict=True))
    return [f"<{say(a, False)}, {say(b, False)}>", terms or "0"]


def _mean(inside: Any, env: Mapping[Any, Any], symbols: Mapping[Any, Any]) -> list[str]:
    random = random_names(sorted(names(inside), key=str), env)
    laws = {env[v].names or (v,): env[v] for v in random}
    count = prod(len(law.points) for law in laws.values())
    named = ", ".join(text(v, symbols) for v in random)
    if not random or count > MOST or inside.has(Avg):
        return [f"the mean over {count} points of {named or 'nothing random'}"]
    rows = outcomes(random, env)
    terms = [f"{_held(say(w))}*{_held(say(evaluate(inside, scope, True), False))}" for w, scope in rows]
    places = "; ".join(", ".join(say(p) for p in law.points) for law in laws.values())
    return [f"the mean over {named} in {places}", " + ".join(terms)]
