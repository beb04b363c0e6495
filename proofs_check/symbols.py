"""The symbols of a claim for people who type: names, meanings, and values as text."""

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb
from sympy.core.function import AppliedUndef, UndefinedFunction

from proofs_check.core.values import plain
from theory.claim import Claim


def plain_name(symbol: Any) -> str:
    """The name to type for a symbol: letters, digits and _ only (`\\nabla_\\theta L` is nabla_theta_L)."""
    name = getattr(symbol, "name", None) or getattr(symbol, "__name__", None) or str(symbol)
    name = re.sub(r"\\(?:mathcal|mathbf|mathrm|mathbb|boldsymbol|operatorname|text)(?![a-z])", "_", name)
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


SIGNS = {"+": " plus ", "-": " minus ", "'": " prime ", "*": " star ", "|": " abs ", "~": " tilde "}


def _distinct(symbols: Mapping[Any, Any]) -> dict[Any, str]:
    """The plain name of every symbol; where several share one, their signs are spelt: L_plus, L_minus."""
    names = {s: plain_name(s) for s in symbols}
    shared = {name for name, times in Counter(names.values()).items() if times > 1}
    for s in [s for s, name in names.items() if name in shared]:
        spelt = "".join(SIGNS.get(letter, letter) for letter in str(s))
        names[s] = plain_name(sp.Symbol(spelt))
    return names


def readable(expr: Any, symbols: Mapping[Any, Any]) -> Any:
    """The expression with the names to type in place of LaTeX names; different symbols stay different."""
    names: dict[Any, Any] = {}
    for s, name in _distinct(symbols).items():
        if isinstance(s, sp.IndexedBase):
            names[s] = sp.IndexedBase(name)
        elif isinstance(s, sp.Symbol) and s.name != name:
            names[s] = type(s)(name, **s.assumptions0)
    return (
        tuple(readable(e, symbols) for e in expr)
        if isinstance(expr, tuple)
        else sp.sympify(expr).xreplace(names)
    )


def parts(right: Any) -> tuple:
    """The expressions of a right side: itself, the entries of a tuple, or none."""
    return right if isinstance(right, tuple) else () if right is None else (right,)


def needed(expressions: tuple, symbols: Mapping[Any, Any]) -> list[Any]:
    """The claim's symbols that occur free in any of the expressions, in the claim's order."""
    found: set[Any] = set()
    for expr in map(sp.sympify, expressions):
        found |= expr.free_symbols | expr.atoms(sp.IndexedBase)
        found |= {f.func for f in expr.atoms(AppliedUndef)}
    return [s for s in symbols if s in found]


def assumptions(symbol: Any) -> list[str]:
    """What the symbol itself assumes of its value, in words, strongest first."""
    words = ("positive", "negative") if symbol.is_positive or symbol.is_negative else ("nonnegative",)
    return [w for w in (*words, "integer") if getattr(symbol, f"is_{w}", None)]


def symbol_list(claim: Claim) -> str:
    """The symbols of the claim's right sides, then those of its conditions alone, each with its meaning."""
    rights = tuple(p for s in claim.statements() for p in parts(s.right))
    facts = tuple(g.fact for s in claim.statements() for g in s.givens if g.fact is not None)
    asked = needed(rights, claim.symbols)
    rows = [(plain_name(s), _meaning(claim, s)) for s in asked]
    more = [(plain_name(s), _meaning(claim, s)) for s in needed(facts, claim.symbols) if s not in asked]
    own = {plain_name(s) for s in claim.symbols}
    fields = [(name, describe(domain)) for name, domain in claim.family.fields.items() if name not in own]
    wide = max((len(name) for name, _ in rows + more + fields), default=0)
    text = ["Its symbols:", *(f"  {name:<{wide}}  {meaning}".rstrip() for name, meaning in rows)]
    if more:
        text += ["Its conditions ask for these too (undecided without them):"]
        text += [f"  {name:<{wide}}  {meaning}".rstrip() for name, meaning in more]
    if fields:
        text += ["Or give fields, from which symbols follow:"]
        text += [f"  {name:<{wide}}  {meaning}" for name, meaning in fields]
    return "\n".join(text)


def _meaning(claim: Claim, symbol: Any) -> str:
    read, name = claim.symbols[symbol], plain_name(symbol)
    kind = "function" if isinstance(symbol, UndefinedFunction) else ""
    if isinstance(symbol, sp.IndexedBase) or type(symbol).__name__ == "Vec":
        kind = "vector, as 1,2,3"
    base = symbol.label if isinstance(symbol, sp.IndexedBase) else symbol
    words = "" if kind == "function" else " ".join(assumptions(base))
    domain = claim.family.fields.get(name)
    searched = f"searched: {describe(domain)}" if domain is not None else ""
    meaning = (read.__doc__ or "").strip().split("\n")[0].rstrip(".")
    printed = str(symbol) if str(symbol) != name else ""
    return "; ".join(part for part in (printed, meaning, words, kind, searched) if part)


def describe(domain: Any) -> str:
    """A domain of a family in a few words."""
    kind = type(domain).__name__
    if kind == "Integer" or kind == "Real":
        ends = [x if isinstance(x, str | int | float | Fraction) else "..." for x in (domain.lo, domain.hi)]
        word = "integer" if kind == "Integer" else "number"
        return f"{word} from {ends[0]} to {ends[1]}"
    if kind == "Choice":
        return f"one of {', '.join(map(str, domain.options))}"
    names = {"Vector": "vector", "Matrix": "matrix", "Simplex": "weights with sum 1", "Psd": "PSD matrix"}
    return names.get(kind, "derived")


def show(value: Any) -> str:
    """A value as a person reads it: exact where that is short, and as a decimal."""
    if isinstance(value, tuple):
        return f"({', '.join(map(show, value))})"
    if isinstance(value, arb):
        return value.str(12, radius=False) if value.is_finite() else "undefined"
    value = plain(value)
    if isinstance(value, Fraction) and value.denominator != 1:
        near = f"{float(value):.6g}"
        return f"{value} = {near}" if len(str(value)) <= 16 else near
    return f"{value:.6g}" if isinstance(value, float) else str(value)
