"""A bound of the ledger with numbers put in: every version of it, and every condition that the numbers break.

Values are given by the name of a symbol, or of a field of the claim's family where symbols follow from it.
Exact values (int, Fraction) give exact or certified results; a float anywhere makes the arithmetic float.
Nothing is judged here: what is printed and what repairs it are shown side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import UndefinedFunction

from proofs_check.core.evaluate import evaluate as value_of
from proofs_check.core.values import exact, plain, rough
from proofs_check.symbols import assumptions, needed, parts, plain_name, readable, show, symbol_list
from proofs_check.two_sides import with_differences
from theory.claim import Claim, Given, Statement
from theory.family import Instance

UNDECIDABLE = (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError, AttributeError, IndexError)
"""What evaluating an expression raises where a value is missing, of the wrong shape, or does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One assumption on the given numbers: `margin` >= 0 where it holds; `holds` is None if not decidable."""

    text: str
    holds: bool | None
    margin: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One version of a statement with numbers put in; where `value` is None, `note` says why."""

    version: str
    text: str
    relation: str
    right: Any
    value: Any
    conditions: tuple[Condition, ...]
    note: str = ""

    @property
    def fails(self) -> tuple[Condition, ...]:
        """The conditions that the numbers break: where there are any, the value bounds nothing."""
        return tuple(c for c in self.conditions if c.holds is False)


def evaluate(claim: Claim | str, **values: Any) -> tuple[Bound, ...]:
    """Every version of the claim's bound at these values: printed, other readings, repaired.

    Raises LookupError for a name that the claim does not have or a value that is missing; the message lists
    the symbols.  A failing condition raises nothing: see `Bound.fails`.
    """
    if isinstance(claim, str):
        from theory.registry import load, resolve

        claim = load(resolve(claim))
    claim = with_differences(claim)
    by_own_name = {str(s): plain_name(s) for s in claim.symbols}
    values = {by_own_name.get(name, name): value for name, value in values.items()}
    known = {plain_name(s) for s in claim.symbols} | set(claim.family.fields)
    unknown = [name for name in values if name not in known]
    if unknown:
        raise LookupError(f"{', '.join(unknown)}: no such symbol. {symbol_list(claim)}")
    sure = not any(_has_float(v) for v in values.values())
    env = _environment(claim, values, sure)
    missing = {
        plain_name(s)
        for statement in claim.statements()
        for s in needed(parts(statement.right), claim.symbols)
        if s not in env
    }
    if missing:
        raise LookupError(f"no value for {', '.join(sorted(missing))}. {symbol_list(claim)}")
    return tuple(_bound(claim, version, s, env, values, sure) for version, s in versions(claim))


def versions(claim: Claim) -> list[tuple[str, Statement]]:
    """The statements of a claim with the word that tells them apart."""
    readings = [("printed" if k == 0 else "read otherwise", r) for k, r in enumerate(claim.readings)]
    return readings + ([("repaired", claim.repair.statement)] if claim.repair else [])


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, tuple) else plain(value)


def _has_float(value: Any) -> bool:
    return any(map(_has_float, value)) if isinstance(value, tuple | list) else isinstance(value, float)


def _environment(claim: Claim, values: Mapping[str, Any], sure: bool) -> dict:
    """Given symbols, then every other symbol that follows from given fields of the family."""
    convert = exact if sure else rough
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    env = {s: convert(values[plain_name(s)]) for s in claim.symbols if plain_name(s) in values}
    fields = Instance(**{n: v for n, v in values.items() if n in claim.family.fields and _same(claim, n, v)})
    for symbol, read in claim.symbols.items():
        if symbol not in env:
            try:
                env[symbol] = convert(read(fields))
            except UNDECIDABLE:
                continue
    return env


def _same(claim: Claim, name: str, value: Any) -> bool:
    """Whether the field `name` may be set: no symbol of that name, or one that is the field itself."""
    for symbol, read in claim.symbols.items():
        if plain_name(symbol) == name:
            try:
                return bool(read(Instance(**{name: value})) == value)
            except UNDECIDABLE:
                return False
    return True


def _bound(
    claim: Claim, version: str, statement: Statement, env: dict, values: Mapping[str, Any], sure: bool
) -> Bound:
    right, value, note = statement.right, None, ""
    if right is None:
        note = f"says that the left side is {statement.relation}; there is no right side to evaluate"
    else:
        try:
            value = value_of(right if isinstance(right, tuple) else sp.sympify(right), env, sure)
        except ZeroDivisionError:
            note = "the right side divides by zero here"
        except UNDECIDABLE as error:
            note = f"the right side has no value here ({error})"
    if statement.remainder:
        note = (
            f"up to O({statement.remainder.scale}) as {statement.remainder.field} -> {statement.remainder.to}"
        )
    assumed = [c for s in needed(parts(right), claim.symbols) if (c := _assumption(s, env.get(s)))]
    sound = all(c.holds for c in assumed)
    givens = [c for given in statement.givens for c in _conditions(claim, given, env, values, sure, sound)]
    return Bound(
        version=version,
        text=statement.text,
        relation=statement.relation,
        right=None if right is None else readable(right, claim.symbols),
        value=_plain(value),
        conditions=(*assumed, *givens),
        note=note,
    )


def _conditions(
    claim: Claim, given: Given, env: dict, values: Mapping[str, Any], sure: bool, sound: bool
) -> list[Condition]:
    """The parts of one given, each decided on the numbers; `sound`: the symbols' own assumptions hold."""
    if given.fact is not None:
        facts = given.fact.args if isinstance(given.fact, sp.And) else (given.fact,)
        return [_fact(given.text, fact, env, sure, sound) for fact in facts]
    if given.check is not None:
        names = set(claim.family.fields)
        if names <= set(values):
            whole = Instance(**{n: values[n] for n in claim.family.fields})
            return [Condition(text=given.text, holds=bool(given.check(whole)))]
        lacking = ", ".join(sorted(names - set(values)))
        return [Condition(text=given.text, holds=None, note=f"needs {lacking}")]
    why = f"built into the searched instances: {given.because}" if given.because else "about the world"
    return [Condition(text=given.text, holds=None, note=why)]


def _fact(text: str, fact: Any, env: dict, sure: bool, sound: bool) -> Condition:
    if fact in (sp.true, sp.false):  # SymPy decided it from the symbols' own assumptions
        return Condition(text=text, holds=bool(fact) if sound else None, note="" if sound else "see above")
    if not isinstance(fact, sp.core.relational.Relational):
        return Condition(text=text, holds=None, note="not a relation between two numbers")
    try:
        lhs, rhs = value_of(fact.lhs, env, sure), value_of(fact.rhs, env, sure)
        margin = rhs - lhs if isinstance(fact, sp.Le | sp.Lt) else lhs - rhs
    except UNDECIDABLE as error:
        absent = f"needs {plain_name(error.args[0])}" if isinstance(error, KeyError) else str(error)
        return Condition(text=text, holds=None, note=absent)
    if isinstance(fact, sp.Eq | sp.Ne):
        margin = -abs(margin)
        equal = True if margin == 0 else False if margin < 0 else None
        holds = equal if isinstance(fact, sp.Eq) else None if equal is None else not equal
    elif isinstance(fact, sp.Lt | sp.Gt):
        holds = True if margin > 0 else False if margin <= 0 else None
    else:
        holds = True if margin >= 0 else False if margin < 0 else None
    values = f"{show(lhs)} {_sign(fact)} {show(rhs)}"
    return Condition(text=text, holds=holds, margin=plain(margin), note=values)


def _sign(fact: Any) -> str:
    return {sp.Le: "<=", sp.Lt: "<", sp.Ge: ">=", sp.Gt: ">", sp.Eq: "==", sp.Ne: "!="}[type(fact)]


def _assumption(symbol: Any, value: Any) -> Condition | None:
    """The symbol's own assumptions as a condition on its value (of every entry, for a vector)."""
    if isinstance(symbol, UndefinedFunction) or value is None or callable(value):
        return None
    base = symbol.label if isinstance(symbol, sp.IndexedBase) else symbol
    words = assumptions(base)
    if not words:
        return None
    entries = value if isinstance(value, tuple) else (value,)
    tests = {
        "positive": lambda v: v > 0,
        "negative": lambda v: v < 0,
        "nonnegative": lambda v: v >= 0,
        "integer": lambda v: v == int(v) if isinstance(v, int | float) else getattr(v, "q", 0) == 1,
    }
    try:
        wrong = [v for v in entries if not all(tests[w](v) for w in words)]
    except UNDECIDABLE:
        return None
    text = f"{plain_name(symbol)} is {' '.join(words)}"
    return Condition(text=text, holds=not wrong, note=f"it is {show(wrong[0])}" if wrong else "")
